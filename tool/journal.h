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
#include "posix/disk.h"
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
    bool busy;           /* what was written is not on the disk yet */
    struct disk *disk;   /* NULL: what is written is waited for */
    /* Told once for each journal_write(), perhaps before that returns. NULL: it is on the disk. */
    void (*written)(void *context, const char *failure);
    void *context;
    /* Private. */
    struct disk_sync file;
    struct disk_sync folder;
};

enum journal_found {
    JOURNAL_NONE, /* no download is unfinished */
    JOURNAL_READ,
    JOURNAL_CORRUPT,
};

/*
 * Finds the place of this port's journal, by the name that the port is given on the command line.
 * `disk`, `written` and `context` are filled in before, the rest is zero.
 */
void journal_open(struct journal *journal, const char *port);

enum journal_found journal_read(const struct journal *journal, struct journal_entry *entry);

/*
 * Writes it. When that fails what was there is removed, for it would name a place that is no longer
 * true, and from then on nothing is written. Not to be called while the journal is busy.
 */
void journal_write(struct journal *journal, const struct journal_entry *entry);

/* Waits for the disk, if the journal is busy, and tells nobody. */
void journal_finish(struct journal *journal);

/* The download is complete: there is nothing to go on with. */
void journal_remove(struct journal *journal);

/* The text in the file; returns its length. */
size_t journal_format(const struct journal_entry *entry, char text[JOURNAL_TEXT_BYTES]);

/* False: it is not a whole and sound journal. */
bool journal_parse(const char *text, size_t size, struct journal_entry *entry);

#endif
