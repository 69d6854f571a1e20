/* SPDX-License-Identifier: MIT */
/*
 * The tool's journal: what is read from it is what would be written into it again, to the byte.
 *
 * Input: the file; or, behind a byte F1, what is to be written into one.
 */
#include <string.h>

#include "input.h"
#include "insist.h"
#include "tool/journal.h"

static void read_back(const struct journal_entry *entry)
{
    char text[JOURNAL_TEXT_BYTES], again[JOURNAL_TEXT_BYTES];
    struct journal_entry read;
    size_t length = journal_format(entry, text);

    INSIST(length != 0 && length < JOURNAL_TEXT_BYTES);
    INSIST(!journal_parse(text, length - 1, &read));
    if (journal_parse(text, length, &read)) {
        INSIST(memcmp(read.sha256, entry->sha256, sizeof read.sha256) == 0);
        INSIST(read.mark.number == entry->mark.number && read.mark.offset == entry->mark.offset);
        INSIST(journal_format(&read, again) == length && memcmp(text, again, length) == 0);
    }
}

static void write_one(struct input *input)
{
    struct journal_entry entry;

    memset(&entry, 0, sizeof entry);
    for (size_t i = 0; i < sizeof entry.sha256; i++) {
        entry.sha256[i] = input_byte(input);
    }
    entry.mark.unit = input_byte(input) % 3;
    entry.mark.block_bytes = (uint16_t)input_word(input);
    entry.image_bytes = input_word(input);
    entry.version = input_word(input);
    entry.mark.number = input_word(input);
    entry.mark.offset = input_word(input);
    read_back(&entry);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct journal_entry entry;
    char text[JOURNAL_TEXT_BYTES];

    if (size != 0 && data[0] == 0xF1) {
        struct input input = {data + 1, size - 1};
        write_one(&input);
    } else if (journal_parse((const char *)data, size, &entry)) {
        INSIST(journal_format(&entry, text) == size && memcmp(text, data, size) == 0);
    }
    return 0;
}
