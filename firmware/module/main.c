/* SPDX-License-Identifier: MIT */
/*
 * The module's side as a boot loader, for anyone's own product: it waits 100 ms for a host on any
 * of UART 1 to 3 and stays with the one that came; without a host it starts the program in its
 * slot. Console on UART 0.
 */
#include "board.h"
#include "gsmflash/module.h"
#include "slot.h"

enum {
    FIRST_PORT = 1,
    LAST_PORT = 3,
    MTU = 1024,
};

struct loader {
    struct gsmflash_module module;
    unsigned port; /* the host's; 0: none yet */
};

static bool receive_from(struct loader *loader, unsigned port)
{
    uint8_t data[64];
    size_t size = board_read(port, data, sizeof data);

    gsmflash_module_receive(&loader->module, data, size, board_now_ms());
    return size > 0;
}

/* Takes what has come, in the boot window from everywhere; false: nothing. */
static bool receive(struct loader *loader)
{
    bool any = false;

    if (loader->port != 0) {
        return receive_from(loader, loader->port);
    }
    for (unsigned port = FIRST_PORT; port <= LAST_PORT && loader->port == 0; port++) {
        any = receive_from(loader, port) || any;
        if (loader->module.state != GSMFLASH_MODULE_BOOT) {
            loader->port = port;
        }
    }
    return any;
}

static void send(const struct loader *loader, const struct gsmflash_module_step *step)
{
    board_write_all(loader->port, step->send.data, step->send.size);
    while (!board_sent(loader->port)) {
        board_sleep();
    }
}

/* What a step wants done to the slot; what came meanwhile is handed in before it is called done. */
static void work(struct loader *loader, const struct gsmflash_module_step *step)
{
    enum gsmflash_status status;

    if (step->kind == GSMFLASH_MODULE_INVALIDATE) {
        status = slot_invalidate();
    } else if (step->kind == GSMFLASH_MODULE_WRITE) {
        status = slot_write(step->write.offset, step->write.data, step->write.size);
    } else {
        status = slot_validate(step->write.size);
    }
    receive(loader);
    gsmflash_module_done(&loader->module, status);
}

static void start_application(void)
{
    board_print("boot: starts the application\r\n");
    while (!board_sent(BOARD_CONSOLE)) {
        board_sleep();
    }
    slot_start();
}

static void turn(struct loader *loader)
{
    bool any = receive(loader);
    struct gsmflash_module_step step = gsmflash_module_next(&loader->module, board_now_ms());

    switch (step.kind) {
    case GSMFLASH_MODULE_SEND:
        send(loader, &step);
        break;
    case GSMFLASH_MODULE_WAIT:
        if (!any) {
            board_sleep();
        }
        break;
    case GSMFLASH_MODULE_START:
        start_application();
        break;
    default:
        work(loader, &step);
        break;
    }
}

int main(void)
{
    static uint8_t buffer[GSMFLASH_MODULE_BUFFER_BYTES(MTU)];
    static const struct gsmflash_module_config config = {
        .buffer = buffer, .mtu = MTU, .flash_bytes = SLOT_BYTES};
    static struct loader loader;
    bool valid = slot_valid();

    board_start();
    board_print(valid ? "boot: valid\r\n" : "boot: invalid\r\n");
    gsmflash_module_start(&loader.module, &config, valid, board_now_ms());
    for (;;) {
        turn(&loader);
    }
}
