/* SPDX-License-Identifier: MIT */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "gsmflash/crc16.h"
#include "tool/journal.h"

static const char layout[] = "gsmflash journal 1\n"
                             "sha256 %64s\n"
                             "image_bytes %lu\n"
                             "version %lu\n"
                             "number %lu\n"
                             "offset %lu\n"
                             "block_bytes %u\n"
                             "unit %u\n";

size_t journal_format(const struct journal_entry *entry, char text[JOURNAL_TEXT_BYTES])
{
    char sha256[SHA256_HEX_BYTES];
    const struct gsmflash_mark *mark = &entry->mark;
    sha256_to_hex(entry->sha256, sha256);
    int length =
        snprintf(text, JOURNAL_TEXT_BYTES, layout, sha256, (unsigned long)entry->image_bytes,
                 (unsigned long)entry->version, (unsigned long)mark->number,
                 (unsigned long)mark->offset, (unsigned)mark->block_bytes, (unsigned)mark->unit);
    uint16_t crc = gsmflash_crc16(0, (const uint8_t *)text, (size_t)length);
    length += snprintf(text + length, JOURNAL_TEXT_BYTES - (size_t)length, "crc16 %04X\n", crc);
    return (size_t)length;
}

static bool is_plausible(const struct journal_entry *entry)
{
    const struct gsmflash_mark *mark = &entry->mark;
    return entry->image_bytes > 0 && mark->offset < entry->image_bytes &&
           mark->block_bytes % 2 == 0 && mark->unit <= GSMFLASH_UNIT_BYTES;
}

bool journal_parse(const char *text, size_t size, struct journal_entry *entry)
{
    char copy[JOURNAL_TEXT_BYTES];
    char again[JOURNAL_TEXT_BYTES];
    char sha256[SHA256_HEX_BYTES];
    unsigned long image_bytes;
    unsigned long version;
    unsigned long number;
    unsigned long offset;
    unsigned block_bytes;
    unsigned unit;
    if (size >= sizeof copy)
        return false;
    memcpy(copy, text, size);
    copy[size] = '\0';
    if (sscanf(copy, layout, sha256, &image_bytes, &version, &number, &offset, &block_bytes,
               &unit) != 7 ||
        sodium_hex2bin(entry->sha256, SHA256_BYTES, sha256, strlen(sha256), NULL, NULL, NULL) != 0)
        return false;
    entry->image_bytes = (uint32_t)image_bytes;
    entry->version = (uint32_t)version;
    entry->mark = (struct gsmflash_mark){
        .number = (uint32_t)number,
        .offset = (uint32_t)offset,
        .block_bytes = (uint16_t)block_bytes,
        .unit = (uint8_t)unit,
    };
    /* Only what this program would have written itself is sound: the check sum included. */
    return journal_format(entry, again) == size && memcmp(again, text, size) == 0 &&
           is_plausible(entry);
}
