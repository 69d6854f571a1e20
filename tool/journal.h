/* SPDX-License-Identifier: MIT */
/*
 * The journal of a port: what download was begun there and how to go on with it, kept from the
 * download's beginning to its good end, through crashes and power cuts of this machine. A small
 * text file for each port under XDG_STATE_HOME.
 */
#ifndef TOOL_JOURNAL_H
#define TOOL_JOURNAL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gsmflash/host.h"
#include "posix/problem.h"
#include "tool/image_file.h"

enum {
    JOURNAL_TEXT_BYTES = 512,
};

struct journal_entry {
    uint8_t sha256[SHA256_BYTES]; /* of the image */
    uint32_t image_bytes;
    uint32_t version; /* as BEGIN told it */
    struct gsmflash_mark mark;
};

struct journal {
    char path[PATH_MAX]; /* empty: there is no place for it */
    bool failed;         /* it can't be written: it is not tried again */
};

enum journal_found {
    JOURNAL_NONE, /* no download is unfinished */
    JOURNAL_READ,
    JOURNAL_CORRUPT,
};

/* Finds the place of this port's journal, by the name that the port is given on the command line.
 */
void journal_open(struct journal *journal, const char *port);

enum journal_found journal_read(const struct journal *journal, struct journal_entry *entry);

/*
 * Writes it to the disk, before it returns. When that fails what was there is removed, for it would
 * name a place that is no longer true; `problem` says why. From then on nothing is written.
 */
bool journal_write(struct journal *journal, const struct journal_entry *entry,
                   struct problem *problem);

/* The download is complete: there is nothing to go on with. */
void journal_remove(const struct journal *journal);

/* The text in the file; returns its length. */
size_t journal_format(const struct journal_entry *entry, char text[JOURNAL_TEXT_BYTES]);

/* False: it is not a whole and sound journal. */
bool journal_parse(const char *text, size_t size, struct journal_entry *entry);

#endif
