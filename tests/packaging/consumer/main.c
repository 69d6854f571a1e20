/* SPDX-License-Identifier: MIT */
/* A product of somebody else's: it has nothing but what was installed. */
#include <gsmflash/bridge.h>
#include <gsmflash/crc16.h>
#include <gsmflash/host.h>
#include <gsmflash/module.h>
#include <stdio.h>

int main(void)
{
    const struct gsmflash_host_config config = {0};
    struct gsmflash_host host;

    gsmflash_host_start(&host, &config, 0);
    if (gsmflash_host_next(&host, 0).kind != GSMFLASH_HOST_FINISHED) {
        return 1;
    }
    puts(gsmflash_error_text((enum gsmflash_error)host.report.error));
    return gsmflash_crc16(0, (const uint8_t *)"123456789", 9) == 0x31C3 ? 0 : 1;
}
