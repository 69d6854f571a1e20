/* SPDX-License-Identifier: MIT */
#include "sim/record.h"

#include <string.h>

#include "gsmflash/frame.h"
#include "sim/crc32.h"

#define MAGIC        0x47464D52u
#define SLOT_BYTES   32u
#define TEXT_BYTES   12u /* magic, size, CRC32: what the check is of */
#define CHECK_AT     12u
#define STRIKE_AT    16u
#define STRIKE_BYTES 16u

static bool blank(const uint8_t *bytes, uint32_t size)
{
    return bytes[0] == 0xFF && memcmp(bytes, bytes + 1, size - 1) == 0;
}

static uint32_t slots(const struct sim_flash *flash)
{
    return flash->config.block_bytes / SLOT_BYTES;
}

static const uint8_t *slot(const struct sim_flash *flash, uint32_t index)
{
    return flash->memory + flash->area_bytes + (size_t)index * SLOT_BYTES;
}

/* How many slots are in use: one more than the index of the last that is not blank. */
static uint32_t used(const struct sim_flash *flash)
{
    uint32_t count = slots(flash);
    while (count > 0 && blank(slot(flash, count - 1), SLOT_BYTES)) {
        count--;
    }
    return count;
}

static void fill(uint8_t *bytes, uint32_t size, uint32_t crc)
{
    memset(bytes, 0xFF, SLOT_BYTES);
    gsmflash_put32(bytes, MAGIC);
    gsmflash_put32(bytes + 4, size);
    gsmflash_put32(bytes + 8, crc);
    gsmflash_put32(bytes + CHECK_AT, sim_crc32(bytes, TEXT_BYTES));
}

static bool in_force(const uint8_t *bytes)
{
    return gsmflash_get32(bytes) == MAGIC &&
           gsmflash_get32(bytes + CHECK_AT) == sim_crc32(bytes, TEXT_BYTES) &&
           blank(bytes + STRIKE_AT, STRIKE_BYTES);
}

bool sim_record_valid(const struct sim_flash *flash, uint32_t *size)
{
    uint32_t count = used(flash);
    if (count == 0 || !in_force(slot(flash, count - 1))) {
        return false;
    }
    const uint8_t *last = slot(flash, count - 1);
    *size = gsmflash_get32(last + 4);
    return *size <= flash->config.firmware_bytes &&
           sim_crc32(flash->memory, *size) == gsmflash_get32(last + 8);
}

bool sim_record_plausible(const struct sim_flash *flash)
{
    return (gsmflash_get32(slot(flash, 0)) & MAGIC) == MAGIC;
}

bool sim_record_strike(const struct sim_flash *flash, struct sim_flash_op *op)
{
    static const uint8_t zeros[STRIKE_BYTES];
    uint32_t count = used(flash);

    /* A slot that is only half struck out is struck out again: half-programmed bits may fade. */
    if (count == 0 || memcmp(slot(flash, count - 1) + STRIKE_AT, zeros, STRIKE_BYTES) == 0) {
        return false;
    }
    *op = (struct sim_flash_op){
        .offset = flash->area_bytes + (count - 1) * SLOT_BYTES + STRIKE_AT,
        .size = STRIKE_BYTES,
    };
    return true;
}

bool sim_record_write(const struct sim_flash *flash, uint32_t size, uint32_t crc,
                      struct sim_flash_op *op)
{
    uint32_t count = used(flash);

    *op = (struct sim_flash_op){.size = STRIKE_AT};
    fill(op->own, size, crc);
    if (count > 0 && memcmp(slot(flash, count - 1), op->own, SLOT_BYTES) == 0) {
        return false;
    }
    if (count == slots(flash)) {
        *op = (struct sim_flash_op){
            .erase = true, .offset = flash->area_bytes, .size = flash->config.block_bytes};
    } else {
        op->offset = flash->area_bytes + count * SLOT_BYTES;
    }
    return true;
}
