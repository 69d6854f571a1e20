/* SPDX-License-Identifier: MIT */
#include "flash.h"

#include <string.h>

#define FLASH_ADDRESS 0x21000000u

static uint8_t *memory(uint32_t offset)
{
    return (uint8_t *)(uintptr_t)(FLASH_ADDRESS + offset);
}

const uint8_t *flash_at(uint32_t offset)
{
    return memory(offset);
}

bool flash_erase(uint32_t offset)
{
    memset(memory(offset), 0xFF, FLASH_SECTOR_BYTES);
    return true;
}

bool flash_program(uint32_t offset, const uint8_t *data, uint32_t size)
{
    uint8_t *to = memory(offset);

    for (uint32_t i = 0; i < size; i++) {
        to[i] &= data[i];
    }
    return memcmp(to, data, size) == 0;
}
