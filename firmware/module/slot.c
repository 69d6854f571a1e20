/* SPDX-License-Identifier: MIT */
#include "slot.h"

#include "board.h"
#include "flash.h"
#include "gsmflash/crc16.h"

#define RECORD_OFFSET SLOT_BYTES
#define RECORD_MAGIC  0x444C4156u
#define VECTORS_BYTES 8u

/* Programmed in one go and checked by its own CRC: one that was cut short is none. */
struct record {
    uint32_t magic;
    uint32_t image_bytes;
    uint16_t image_crc16;
    uint16_t crc16;
};

#define RECORD_CHECKED (sizeof(struct record) - sizeof(uint16_t))

static uint16_t crc_of(uint32_t size)
{
    return gsmflash_crc16(0, flash_at(0), size);
}

bool slot_valid(void)
{
    const struct record *record = (const struct record *)(const void *)flash_at(RECORD_OFFSET);

    return record->magic == RECORD_MAGIC &&
           record->crc16 == gsmflash_crc16(0, (const uint8_t *)record, RECORD_CHECKED) &&
           record->image_bytes <= SLOT_BYTES && record->image_crc16 == crc_of(record->image_bytes);
}

enum gsmflash_status slot_invalidate(void)
{
    return flash_erase(RECORD_OFFSET) ? GSMFLASH_SUCCESS : GSMFLASH_FLASH_ERROR;
}

/* Erases the sectors that begin within these bytes: those before were erased with earlier ones. */
static bool erase_ahead(uint32_t offset, uint32_t size)
{
    uint32_t sector = (offset + FLASH_SECTOR_BYTES - 1u) / FLASH_SECTOR_BYTES * FLASH_SECTOR_BYTES;

    for (; sector < offset + size; sector += FLASH_SECTOR_BYTES) {
        if (!flash_erase(sector)) {
            return false;
        }
    }
    return true;
}

enum gsmflash_status slot_write(uint32_t offset, const uint8_t *data, uint32_t size)
{
    bool written = erase_ahead(offset, size) && flash_program(offset, data, size);

    return written ? GSMFLASH_SUCCESS : GSMFLASH_FLASH_ERROR;
}

/* A program begins with its stack and its entry: one that is linked for another place is none. */
static bool fits_the_slot(uint32_t size)
{
    const uint32_t *vectors = (const uint32_t *)(const void *)flash_at(0);
    uint32_t entry = vectors[1] - (uint32_t)(uintptr_t)flash_at(0);

    return size >= VECTORS_BYTES && vectors[0] % 8u == 0 && entry % 2u == 1 && entry < size;
}

enum gsmflash_status slot_validate(uint32_t size)
{
    struct record record = {
        .magic = RECORD_MAGIC, .image_bytes = size, .image_crc16 = crc_of(size)};

    if (!fits_the_slot(size)) {
        return GSMFLASH_PACKAGE_ERROR;
    }
    record.crc16 = gsmflash_crc16(0, (const uint8_t *)&record, RECORD_CHECKED);
    return flash_program(RECORD_OFFSET, (const uint8_t *)&record, sizeof record)
               ? GSMFLASH_SUCCESS
               : GSMFLASH_FLASH_ERROR;
}

void slot_start(void)
{
    board_jump((const uint32_t *)(const void *)flash_at(0));
}
