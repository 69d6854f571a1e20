/* SPDX-License-Identifier: MIT */
/*
 * Splits recorded bytes into what they are: sync words, frames, frames that stop half-way, and
 * noise. It finds its way as host and module do (docs/protocol.md, section 5.2), but shows the
 * broken as well.
 */
#ifndef TOOL_SPLITTER_H
#define TOOL_SPLITTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/capture.h"

enum item_kind {
    ITEM_SYNC,  /* one sync word */
    ITEM_FRAME, /* a whole frame, or what claims to be one: `crc` tells */
    ITEM_CUT,   /* a frame that stops half-way */
    ITEM_NOISE,
};

struct item {
    enum item_kind kind;
    enum capture_direction direction;
    const uint8_t *data;
    size_t size;
    uint64_t begin_us; /* when its first byte was recorded */
    uint64_t end_us;   /* and its last */
    uint16_t crc;      /* of a frame: what its CRC should be */
};

struct splitter_mark {
    size_t first; /* the byte from which on it holds */
    uint64_t time_us;
};

/* Of one direction, or of CAPTURE_UNKNOWN, which is both. */
struct splitter {
    enum capture_direction direction;
    void (*found)(void *context, const struct item *item);
    void *context;
    /* Private. */
    uint8_t *bytes;
    size_t room;
    size_t used;
    size_t next;  /* the first byte that is not understood yet */
    size_t noise; /* where noise before it begins; next: there is none */
    struct splitter_mark *marks;
    size_t mark_room;
    size_t mark_count;
    uint64_t heard_us;
    bool lost; /* in a broken frame: sync words in it are none */
};

void splitter_start(struct splitter *splitter, enum capture_direction direction,
                    void (*found)(void *context, const struct item *item), void *context);
void splitter_free(struct splitter *splitter);

/* False: out of memory. */
bool splitter_put(struct splitter *splitter, const uint8_t *data, size_t size, uint64_t time_us);

/* It is time_us now: what has been silent for long enough is over. */
void splitter_wait(struct splitter *splitter, uint64_t time_us);

/* There is no more. */
void splitter_end(struct splitter *splitter);

#endif
