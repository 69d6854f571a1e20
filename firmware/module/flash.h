/* SPDX-License-Identifier: MIT */
/* The board has no flash of its own, so a part of its RAM behaves like one. */
#ifndef FLASH_H
#define FLASH_H

#include <stdbool.h>
#include <stdint.h>

#define FLASH_SECTOR_BYTES 4096u

/* It is memory-mapped. */
const uint8_t *flash_at(uint32_t offset);

/* Sets all bits of the sector at `offset`; false: it failed. */
bool flash_erase(uint32_t offset);

/* Clears bits, then reads back; false: other bits stand there now. */
bool flash_program(uint32_t offset, const uint8_t *data, uint32_t size);

#endif
