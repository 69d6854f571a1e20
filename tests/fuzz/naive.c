/* SPDX-License-Identifier: MIT */
#include "naive.h"

#include <string.h>

uint16_t naive_crc(const uint8_t *data, size_t size)
{
    unsigned crc = 0;

    for (size_t i = 0; i < size * 8; i++) {
        unsigned bit = data[i / 8] >> (7 - i % 8) & 1u;
        unsigned top = crc >> 15 & 1u;
        crc = (crc << 1 & 0xFFFFu) ^ (bit != top ? 0x1021u : 0u);
    }
    return (uint16_t)crc;
}

uint32_t naive_get(const uint8_t *bytes, size_t size)
{
    uint32_t value = 0;

    for (size_t i = 0; i < size; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

size_t naive_frame(uint8_t *frame, uint16_t type, const uint8_t *data, size_t length)
{
    frame[0] = 0xAA;
    frame[1] = (uint8_t)(type >> 8);
    frame[2] = (uint8_t)type;
    frame[3] = (uint8_t)(length >> 8);
    frame[4] = (uint8_t)length;
    if (length != 0) {
        memcpy(frame + 5, data, length);
    }
    uint16_t crc = naive_crc(frame + 1, length + 4);
    frame[length + 5] = (uint8_t)(crc >> 8);
    frame[length + 6] = (uint8_t)crc;
    return length + 7;
}

size_t naive_good_frame(const uint8_t *bytes, size_t size)
{
    if (size < 7 || bytes[0] != 0xAA) {
        return 0;
    }
    size_t length = naive_get(bytes + 3, 2);
    if (size < length + 7 || naive_crc(bytes + 1, length + 4) != naive_get(bytes + 5 + length, 2)) {
        return 0;
    }
    return length + 7;
}

size_t naive_answer(const uint8_t *bytes, size_t size)
{
    if (size < 9 || bytes[0] != 0xAA) {
        return 0;
    }
    uint32_t type_and_length = naive_get(bytes + 1, 4);
    switch (type_and_length) {
    case 0x00020004:
    case 0x00040006:
    case 0x00060002:
    case 0x00080002:
        return naive_good_frame(bytes, size);
    default:
        return 0;
    }
}
