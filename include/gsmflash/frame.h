/* SPDX-License-Identifier: MIT */
/* Frames: how they are laid out, and how answers are found in a stream: docs/protocol.md,
 * section 3. */
#ifndef GSMFLASH_FRAME_H
#define GSMFLASH_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "gsmflash/protocol.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Big-endian integers at any address. */
void gsmflash_put16(uint8_t *to, uint16_t value);
void gsmflash_put32(uint8_t *to, uint32_t value);
uint16_t gsmflash_get16(const uint8_t *from);
uint32_t gsmflash_get32(const uint8_t *from);

/* Writes the first five bytes of a frame: head, type, and the length of its data field in bytes. */
void gsmflash_frame_header(uint8_t *frame, enum gsmflash_type type, uint16_t length);

/*
 * Completes a frame that lies in memory in one piece: `size` bytes of head, type, length and data;
 * two bytes of CRC16 are written behind them. Returns the size of the whole frame.
 */
size_t gsmflash_frame_seal(uint8_t *frame, size_t size);

/*
 * Finds answers (types 2, 4, 6, 8) in a stream of bytes, whatever else is in it. A head that turns
 * out not to start an answer costs nothing: the bytes behind it are looked at again. Zeroed memory
 * is a fresh reader; there is nothing to release.
 */
struct gsmflash_reader {
    uint8_t bytes[GSMFLASH_ANSWER_BYTES]; /* the last ones that came */
};

/*
 * Takes one byte. Returns the type of the answer that this byte completes (its CRC is right, the
 * whole frame stands at the beginning of `bytes` until the next call), or 0.
 */
unsigned gsmflash_reader_put(struct gsmflash_reader *reader, uint8_t byte);

/* The fields of the answer that has just been completed. */
static inline uint16_t gsmflash_answer_status(const struct gsmflash_reader *reader)
{
    return gsmflash_get16(reader->bytes + GSMFLASH_HEADER_BYTES);
}

/* Of BEGIN_RSP. */
static inline uint16_t gsmflash_answer_mtu(const struct gsmflash_reader *reader)
{
    return gsmflash_get16(reader->bytes + GSMFLASH_HEADER_BYTES + 2);
}

/* Of DATA_RSP. */
static inline uint32_t gsmflash_answer_next(const struct gsmflash_reader *reader)
{
    return gsmflash_get32(reader->bytes + GSMFLASH_HEADER_BYTES + 2);
}

#ifdef __cplusplus
}
#endif

#endif
