/* SPDX-License-Identifier: MIT */
/* The whole update in one call. The rest of the program stands still meanwhile. */
#include <stdio.h>

#include "board.h"
#include "gsmflash/host.h"

static bool port_write(void *context, const uint8_t *data, size_t size)
{
    (void)context;
    board_uart_write(data, size);
    return true;
}

static size_t port_read(void *context, uint8_t *data, size_t size, uint32_t wait_ms)
{
    (void)context;
    return board_uart_read(data, size, wait_ms);
}

static uint32_t port_now_ms(void *context)
{
    (void)context;
    return board_millis();
}

static void port_power(void *context, bool on)
{
    (void)context;
    board_module_power(on);
}

static const struct gsmflash_port port = {
    .write = port_write,
    .read = port_read,
    .now_ms = port_now_ms,
    .power = port_power,
};

int main(void)
{
    const struct gsmflash_host_config config = {
        .image = board_image,
        .image_bytes = board_image_bytes,
        .version = 1,
        .power = true,
    };
    struct gsmflash_report report = gsmflash_host_run(&config, &port);

    printf("%s\n", gsmflash_error_text((enum gsmflash_error)report.error));
    return report.error == GSMFLASH_OK && board_module_is_updated() ? 0 : 1;
}
