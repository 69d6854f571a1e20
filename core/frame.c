/* SPDX-License-Identifier: MIT */
#include "gsmflash/frame.h"

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

/* Drops the oldest bytes. */
static void drop(struct gsmflash_reader *reader, size_t size)
{
    for (size_t i = size; i < sizeof reader->bytes; i++) {
        reader->bytes[i - size] = reader->bytes[i];
    }
}

/* Whatever came before: an answer ends with its last byte, so it is looked for backwards. */
unsigned gsmflash_reader_put(struct gsmflash_reader *reader, uint8_t byte)
{
    /* The lengths of the data fields of the types 2, 4, 6, 8. */
    static const uint8_t lengths[] = {4, 6, 2, 2};
    uint8_t *end = reader->bytes + sizeof reader->bytes;
    unsigned type = GSMFLASH_DL_BEGIN_RSP;

    drop(reader, 1);
    end[-1] = byte;
    for (; type <= GSMFLASH_RUN_GSMSW_RSP; type += 2) {
        uint8_t length = lengths[type / 2 - 1];
        const uint8_t *frame = end - GSMFLASH_OVERHEAD_BYTES - length;

        if (frame[0] == GSMFLASH_FRAME_HEAD &&
            gsmflash_get32(frame + 1) == ((uint32_t)type << 16 | length) &&
            gsmflash_crc16(0, frame + 1, (size_t)(end - frame) - 1) == 0) {
            drop(reader, (size_t)(frame - reader->bytes));
            return type;
        }
    }
    return 0;
}
