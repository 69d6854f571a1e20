/* SPDX-License-Identifier: MIT */
#include "sim/crc32.h"

#define POLYNOMIAL 0xEDB88320u

/* Four tables, so that four bytes are taken at a time: a whole flash is summed at every boot. */
static uint32_t tables[4][256];

static void fill_tables(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (POLYNOMIAL & (0u - (crc & 1u)));
        }
        tables[0][i] = crc;
    }
    for (uint32_t i = 0; i < 256; i++) {
        for (int t = 1; t < 4; t++) {
            uint32_t before = tables[t - 1][i];
            tables[t][i] = (before >> 8) ^ tables[0][before & 0xFF];
        }
    }
}

uint32_t sim_crc32(const uint8_t *data, size_t size)
{
    uint32_t crc = 0xFFFFFFFFu;

    if (tables[0][1] == 0) {
        fill_tables();
    }
    for (; size >= 4; size -= 4, data += 4) {
        crc ^= (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 |
               (uint32_t)data[3] << 24;
        crc = tables[3][crc & 0xFF] ^ tables[2][(crc >> 8) & 0xFF] ^ tables[1][(crc >> 16) & 0xFF] ^
              tables[0][crc >> 24];
    }
    for (; size > 0; size--, data++) {
        crc = (crc >> 8) ^ tables[0][(crc ^ *data) & 0xFF];
    }
    return ~crc;
}
