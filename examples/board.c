/* SPDX-License-Identifier: MIT */
/* The board that is not there: a module on an ideal line, in a time that only waiting moves. */
#include "board.h"

#include <string.h>

#include "gsmflash/module.h"

#define MTU 1024u

const uint8_t board_image[] =
    "Revision: EXAMPLE01\nThis is what a module's firmware looks like here.";
const uint32_t board_image_bytes = sizeof board_image;

static uint8_t flash[4096];
static uint8_t module_buffer[GSMFLASH_MODULE_BUFFER_BYTES(MTU)];
static const struct gsmflash_module_config module_config = {
    .buffer = module_buffer,
    .mtu = MTU,
    .flash_bytes = sizeof flash,
};
static struct gsmflash_module module;
static bool powered;
static uint32_t now_ms;
static uint8_t arrived[64];
static size_t arrived_bytes;

static void send(const uint8_t *data, size_t size)
{
    if (arrived_bytes + size <= sizeof arrived) {
        memcpy(arrived + arrived_bytes, data, size);
        arrived_bytes += size;
    }
}

static void play_module(void)
{
    while (powered) {
        struct gsmflash_module_step step = gsmflash_module_next(&module, now_ms);

        if (step.kind == GSMFLASH_MODULE_WAIT || step.kind == GSMFLASH_MODULE_START) {
            return;
        }
        if (step.kind == GSMFLASH_MODULE_SEND) {
            send(step.send.data, step.send.size);
            continue;
        }
        if (step.kind == GSMFLASH_MODULE_WRITE) {
            memcpy(flash + step.write.offset, step.write.data, step.write.size);
        }
        gsmflash_module_done(&module, GSMFLASH_SUCCESS);
    }
}

uint32_t board_millis(void)
{
    return now_ms;
}

void board_uart_write(const uint8_t *data, size_t size)
{
    if (powered) {
        gsmflash_module_receive(&module, data, size, now_ms);
    }
}

size_t board_uart_read(uint8_t *data, size_t size, uint32_t wait_ms)
{
    play_module();
    if (arrived_bytes == 0) {
        now_ms += wait_ms;
        return 0;
    }
    size = size < arrived_bytes ? size : arrived_bytes;
    memcpy(data, arrived, size);
    arrived_bytes -= size;
    memmove(arrived, arrived + size, arrived_bytes);
    return size;
}

void board_module_power(bool on)
{
    if (on && !powered) {
        gsmflash_module_start(&module, &module_config, false, now_ms);
    }
    powered = on;
}

bool board_module_is_updated(void)
{
    play_module();
    return module.state == GSMFLASH_MODULE_STARTED &&
           memcmp(flash, board_image, board_image_bytes) == 0;
}
