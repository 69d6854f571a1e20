/* SPDX-License-Identifier: MIT */
/* Frames once more, written as plainly as can be and apart from core/: what it is held against. */
#ifndef FUZZ_NAIVE_H
#define FUZZ_NAIVE_H

#include <stddef.h>
#include <stdint.h>

/* Bit by bit. */
uint16_t naive_crc(const uint8_t *data, size_t size);

/* Writes a frame with a right CRC; returns its size, `length` + 7. */
size_t naive_frame(uint8_t *frame, uint16_t type, const uint8_t *data, size_t length);

/* The size of the good answer at the very beginning of these bytes, or 0. */
size_t naive_answer(const uint8_t *bytes, size_t size);

/* The size of the good frame, of whatever type, at the very beginning of these bytes, or 0. */
size_t naive_good_frame(const uint8_t *bytes, size_t size);

uint32_t naive_get(const uint8_t *bytes, size_t size);

#endif
