/* SPDX-License-Identifier: MIT */
/*
 * Where the application lives: its slot in the flash, and behind it a boot record that tells
 * whether the slot holds a whole program. docs/protocol.md, sections 1 and 5.1.
 */
#ifndef SLOT_H
#define SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "gsmflash/protocol.h"

#define SLOT_BYTES 0x00100000u

/* The record says that the slot is whole, and so it is. */
bool slot_valid(void);

enum gsmflash_status slot_invalidate(void);

/* Blocks come in order, from offset 0. */
enum gsmflash_status slot_write(uint32_t offset, const uint8_t *data, uint32_t size);

/* The product's own check, then the record. */
enum gsmflash_status slot_validate(uint32_t size);

_Noreturn void slot_start(void);

#endif
