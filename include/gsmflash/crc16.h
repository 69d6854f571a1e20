/* SPDX-License-Identifier: MIT */
/* CRC-16/XMODEM, the check of every frame: docs/protocol.md, section 3. */
#ifndef GSMFLASH_CRC16_H
#define GSMFLASH_CRC16_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The CRC of what `crc` is the CRC of, followed by `size` bytes at `data` (which may be anywhere,
 * at any alignment). Start with 0. Polynomial 1021, not reflected, no final XOR; over data and its
 * own CRC, high byte first, the result is 0.
 *
 * The build option GSMFLASH_CRC16 chooses between size and speed: 0 (default) folds two bytes at a
 * time without a table, 1 uses a table of 16 entries, 2 a table of 256. Same results.
 */
uint16_t gsmflash_crc16(uint16_t crc, const uint8_t *data, size_t size);

#ifdef __cplusplus
}
#endif

#endif
