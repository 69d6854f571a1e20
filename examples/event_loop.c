/* SPDX-License-Identifier: MIT */
/*
 * The update as one of several things that a main loop looks after. A firmware would sleep where
 * board_uart_read() waits, and could do something else there: the host only wants to be called
 * again when bytes have come, or when wait_ms are over.
 */
#include <stdio.h>

#include "board.h"
#include "gsmflash/host.h"

static struct gsmflash_host host;

/* Does one step; false: the update is over. */
static bool poll_update(void)
{
    struct gsmflash_host_step step = gsmflash_host_next(&host, board_millis());
    uint8_t bytes[16];
    size_t count;

    switch (step.kind) {
    case GSMFLASH_HOST_SEND:
        board_uart_write(step.send.data, step.send.size);
        break;
    case GSMFLASH_HOST_POWER:
        board_module_power(step.power_on);
        break;
    case GSMFLASH_HOST_WAIT:
        count = board_uart_read(bytes, sizeof bytes, step.wait_ms);
        gsmflash_host_receive(&host, bytes, count, board_millis());
        break;
    case GSMFLASH_HOST_FINISHED:
        return false;
    }
    return true;
}

/* What goes into the log of a product whose update has failed at three in the morning. */
static void print_report(const struct gsmflash_report *report)
{
    static const char *const firmware[] = {"untouched", "invalid until an update completes",
                                           "valid"};

    printf("%s; the module's firmware is %s\n",
           gsmflash_error_text((enum gsmflash_error)report->error), firmware[report->firmware]);
    printf("packet %lu at byte %lu, attempt %u, last refusal: %s\n", (unsigned long)report->number,
           (unsigned long)report->offset, report->attempt,
           gsmflash_status_text(report->module_status));
}

int main(void)
{
    const struct gsmflash_host_config config = {
        .image = board_image,
        .image_bytes = board_image_bytes,
        .version = 1,
        .power = true,
    };

    gsmflash_host_start(&host, &config, board_millis());
    while (poll_update()) {
    }
    print_report(&host.report);
    return host.report.error == GSMFLASH_OK && board_module_is_updated() ? 0 : 1;
}
