/* SPDX-License-Identifier: MIT */
/*
 * The boot record: tells valid firmware from invalid. It has a block of flash to itself, behind the
 * firmware, and is written there slot behind slot; the last slot that is not blank counts. A slot
 * holds a magic word, the firmware's size and CRC32, a CRC32 of these three, and a field that is
 * FF as long as the slot is in force and has zeros written over it when it is struck out.
 *
 * Firmware is valid only if the last slot is whole, not one bit of its last field is 0, and the
 * flash really holds firmware of that size and CRC32. So whatever a lost supply leaves behind:
 * half a new slot is no record, half a strike-out strikes out, and a torn erase of the record's
 * block that would bring an old slot back to life brings back nothing but the truth.
 */
#ifndef SIM_RECORD_H
#define SIM_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/flash.h"

/* True if the flash holds valid firmware; then *size is its size in bytes. */
bool sim_record_valid(const struct sim_flash *flash, uint32_t *size);

/*
 * False: these can't be the remains of a record, whatever happened to it, so this is no flash of
 * ours. A slot that is torn still has all the 1 bits of the magic word, or more.
 */
bool sim_record_plausible(const struct sim_flash *flash);

/* The next operation on the way to a record that says "invalid"; false: it says so already. */
bool sim_record_strike(const struct sim_flash *flash, struct sim_flash_op *op);

/*
 * The next operation on the way to a record that says "valid, `size` bytes, this CRC32"; false: it
 * says so already.
 */
bool sim_record_write(const struct sim_flash *flash, uint32_t size, uint32_t crc,
                      struct sim_flash_op *op);

#endif
