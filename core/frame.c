/* SPDX-License-Identifier: MIT */
#include "gsmflash/frame.h"

#include <string.h>

#include "gsmflash/crc16.h"

void gsmflash_put16(uint8_t *to, uint16_t value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

void gsmflash_put32(uint8_t *to, uint32_t value)
{
    gsmflash_put16(to, (uint16_t)(value >> 16));
    gsmflash_put16(to + 2, (uint16_t)value);
}

uint16_t gsmflash_get16(const uint8_t *from)
{
    return (uint16_t)((uint16_t)from[0] * 256u + from[1]);
}

uint32_t gsmflash_get32(const uint8_t *from)
{
    return gsmflash_get16(from) * (uint32_t)65536u + gsmflash_get16(from + 2);
}

void gsmflash_frame_header(uint8_t *frame, enum gsmflash_type type, uint16_t length)
{
    frame[0] = GSMFLASH_FRAME_HEAD;
    gsmflash_put16(frame + 1, (uint16_t)type);
    gsmflash_put16(frame + 3, length);
}

size_t gsmflash_frame_seal(uint8_t *frame, size_t size)
{
    gsmflash_put16(frame + size, gsmflash_crc16(0, frame + 1, size - 1));
    return size + GSMFLASH_CRC_BYTES;
}

/* The length of an answer's data field: 4, 6, 2, 2 for the types 2, 4, 6, 8; 0: not an answer. */
static uint8_t answer_length(uint8_t type)
{
    static const uint8_t length[] = {0, 0, 4, 0, 6, 0, 2, 0, 2};

    return type < sizeof length ? length[type] : 0;
}

/*
 * The size of the answer that the bytes read so far begin (the longest, while its type is not known
 * yet), or 0: they begin none.
 */
static size_t answer_size(const struct gsmflash_reader *reader)
{
    uint8_t length = answer_length(reader->bytes[2]);
    const uint8_t header[GSMFLASH_HEADER_BYTES] = {GSMFLASH_FRAME_HEAD, 0, reader->bytes[2], 0,
                                                   length};
    size_t known = reader->count < sizeof header ? reader->count : sizeof header;

    if (memcmp(reader->bytes, header, known) != 0) {
        return 0;
    }
    if (known < 3) {
        return GSMFLASH_ANSWER_BYTES;
    }
    return length != 0 ? length + GSMFLASH_OVERHEAD_BYTES : 0;
}

static void drop(struct gsmflash_reader *reader, uint8_t size)
{
    reader->count = (uint8_t)(reader->count - size);
    memmove(reader->bytes, reader->bytes + size, reader->count);
}

unsigned gsmflash_reader_put(struct gsmflash_reader *reader, uint8_t byte)
{
    drop(reader, reader->whole);
    reader->whole = 0;
    reader->bytes[reader->count++] = byte;
    for (; reader->count != 0; drop(reader, 1)) {
        size_t size = answer_size(reader);

        if (size > reader->count) {
            break;
        }
        if (size != 0 && gsmflash_crc16(0, reader->bytes + 1, size - 1) == 0) {
            reader->whole = (uint8_t)size;
            return reader->bytes[2];
        }
    }
    return 0;
}

uint16_t gsmflash_answer_status(const struct gsmflash_reader *reader)
{
    return gsmflash_get16(reader->bytes + GSMFLASH_HEADER_BYTES);
}

uint16_t gsmflash_answer_mtu(const struct gsmflash_reader *reader)
{
    return gsmflash_get16(reader->bytes + GSMFLASH_HEADER_BYTES + 2);
}

uint32_t gsmflash_answer_next(const struct gsmflash_reader *reader)
{
    return gsmflash_get32(reader->bytes + GSMFLASH_HEADER_BYTES + 2);
}
