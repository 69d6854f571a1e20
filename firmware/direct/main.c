/* SPDX-License-Identifier: MIT */
/*
 * The direct way: this MCU holds the module's new firmware and updates the module beside it, once,
 * at its start. Console on UART 0, module on UART 1. Its exit status is that of `gsmflash update`.
 */
#include "board.h"
#include "gsmflash/host.h"
#include "partition.h"

enum {
    MODULE = 1,
    PERCENT_STEP = 10,
};

enum exit_status {
    EXIT_UPDATED = 0,
    EXIT_INVALID = 1,
    EXIT_NO_IMAGE = 3,
    EXIT_UNTOUCHED = 4,
    EXIT_REFUSED = 5,
    EXIT_NOT_STARTED = 6,
};

/* How much of the update the console knows of. */
struct progress {
    uint32_t image_bytes;
    uint32_t percent;
    uint32_t repeats;
    uint8_t attempt;
};

static bool port_write(void *context, const uint8_t *data, size_t size)
{
    (void)context;
    board_write_all(MODULE, data, size);
    return true;
}

static size_t port_read(void *context, uint8_t *data, size_t size, uint32_t wait_ms)
{
    uint32_t start_ms = board_now_ms();
    size_t count;

    (void)context;
    while (count = board_read(MODULE, data, size),
           count == 0 && board_now_ms() - start_ms < wait_ms) {
        board_sleep();
    }
    return count;
}

static uint32_t port_now_ms(void *context)
{
    (void)context;
    return board_now_ms();
}

static void port_power(void *context, bool on)
{
    (void)context;
    board_module_power(on);
}

static void print_pair(const char *name, uint32_t number)
{
    board_print(name);
    board_print_number(number);
}

static void port_progress(void *context, const struct gsmflash_report *report)
{
    struct progress *known = context;
    uint32_t percent = (uint32_t)((uint64_t)report->offset * 100u / known->image_bytes);

    if (report->attempt != known->attempt) {
        print_pair("attempt ", report->attempt);
        board_print("\r\n");
        known->percent = 0;
    }
    if (report->repeats != known->repeats) {
        print_pair("sent again: packet ", report->number);
        board_print("\r\n");
    }
    if (percent >= known->percent + PERCENT_STEP) {
        known->percent = percent - percent % PERCENT_STEP;
        board_print_number(known->percent);
        board_print(" %\r\n");
    }
    known->attempt = report->attempt;
    known->repeats = report->repeats;
}

static enum exit_status status_of(const struct gsmflash_report *report)
{
    if (report->error == GSMFLASH_OK) {
        return EXIT_UPDATED;
    }
    if (report->error == GSMFLASH_ERROR_NOT_STARTED) {
        return EXIT_NOT_STARTED;
    }
    if (report->error == GSMFLASH_ERROR_REFUSED || report->error == GSMFLASH_ERROR_MTU) {
        return EXIT_REFUSED;
    }
    return report->firmware == GSMFLASH_FIRMWARE_UNTOUCHED ? EXIT_UNTOUCHED : EXIT_INVALID;
}

static const char *state_of(const struct gsmflash_report *report)
{
    switch (report->firmware) {
    case GSMFLASH_FIRMWARE_UNTOUCHED:
        return "the module is untouched";
    case GSMFLASH_FIRMWARE_VALID:
        return "the module's firmware is valid";
    default:
        return "the module's firmware is invalid until an update completes";
    }
}

static enum exit_status update(const struct partition *partition)
{
    struct progress progress = {.image_bytes = partition->image_bytes};
    struct gsmflash_host_config config = {
        .image = partition->image,
        .image_bytes = partition->image_bytes,
        .version = partition->version,
        .sync_timeout_ms = 2000,
        .byte_time_us = GSMFLASH_BYTE_TIME_US,
        .power = true,
    };
    struct gsmflash_port port = {
        .write = port_write,
        .read = port_read,
        .now_ms = port_now_ms,
        .power = port_power,
        .progress = port_progress,
        .context = &progress,
    };
    struct gsmflash_report report = gsmflash_host_run(&config, &port);

    board_print(gsmflash_error_text((enum gsmflash_error)report.error));
    board_print("; ");
    board_print(state_of(&report));
    print_pair("; bytes ", report.offset);
    print_pair(", repeats ", report.repeats);
    print_pair(", ms ", board_now_ms());
    board_print("\r\n");
    return status_of(&report);
}

int main(void)
{
    const struct partition *partition = partition_open();

    board_start();
    if (partition == NULL) {
        board_print("no whole image in the partition; nothing was sent\r\n");
        return EXIT_NO_IMAGE;
    }
    return (int)update(partition);
}
