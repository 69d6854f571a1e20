/* SPDX-License-Identifier: MIT */
#include "gsmflash/crc16.h"

#ifndef GSMFLASH_CRC16
#define GSMFLASH_CRC16 0
#endif

#if GSMFLASH_CRC16 == 0

/*
 * Two bytes at a time: x * X^16 modulo P = X^16 + X^12 + X^5 + 1. The quotient q of that division
 * needs no table: x times the series of 1 / P, of which the terms 1, X^-4, X^-8, X^-11 and X^-12
 * reach a 16-bit x. The remainder is the low half of q * P. Of an odd number of bytes the first
 * goes alone: the same with 8 bits, which only 1 and X^-4 reach.
 */
uint16_t gsmflash_crc16(uint16_t crc, const uint8_t *data, size_t size)
{
    const uint8_t *end = data + size;
    unsigned x = crc;
    unsigned q;

    if (size % 2u != 0) {
        q = x >> 8 ^ *data++;
        q ^= q >> 4;
        x = (uint16_t)(x << 8 ^ q ^ q << 5 ^ q << 12);
    }
    while (data != end) {
        x ^= (unsigned)*data++ << 8;
        x ^= *data++;
        q = x ^ x >> 4;
        q ^= q >> 8;
        q ^= x >> 11;
        x = (uint16_t)(q ^ q << 5 ^ q << 12);
    }
    return (uint16_t)x;
}

#elif GSMFLASH_CRC16 == 1

uint16_t gsmflash_crc16(uint16_t crc, const uint8_t *data, size_t size)
{
    static const uint16_t nibble[16] = {
        0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50A5, 0x60C6, 0x70E7,
        0x8108, 0x9129, 0xA14A, 0xB16B, 0xC18C, 0xD1AD, 0xE1CE, 0xF1EF,
    };

    for (; size != 0; size--, data++) {
        crc = (uint16_t)((uint_fast32_t)crc << 4 ^ nibble[(crc >> 12) ^ (*data >> 4)]);
        crc = (uint16_t)((uint_fast32_t)crc << 4 ^ nibble[(crc >> 12) ^ (*data & 15u)]);
    }
    return crc;
}

#elif GSMFLASH_CRC16 == 2

/* The remainder of the byte n eight bits on; the preprocessor makes the table. */
#define FOLD(n) \
    (uint16_t)(((n) ^ ((n) >> 4)) ^ (((n) ^ ((n) >> 4)) << 5) ^ (((n) ^ ((n) >> 4)) << 12))
#define ROW4(n)  FOLD(n), FOLD((n) + 1u), FOLD((n) + 2u), FOLD((n) + 3u)
#define ROW16(n) ROW4(n), ROW4((n) + 4u), ROW4((n) + 8u), ROW4((n) + 12u)
#define ROW64(n) ROW16(n), ROW16((n) + 16u), ROW16((n) + 32u), ROW16((n) + 48u)

uint16_t gsmflash_crc16(uint16_t crc, const uint8_t *data, size_t size)
{
    static const uint16_t table[256] = {ROW64(0u), ROW64(64u), ROW64(128u), ROW64(192u)};

    for (; size != 0; size--, data++) {
        crc = (uint16_t)((uint_fast32_t)crc << 8 ^ table[(crc >> 8) ^ *data]);
    }
    return crc;
}

#else
#error "GSMFLASH_CRC16 is 0 (no table), 1 (16 entries) or 2 (256 entries)"
#endif
