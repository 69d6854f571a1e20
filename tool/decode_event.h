/* SPDX-License-Identifier: MIT */
/* What `gsmflash decode` shows, and the two ways to show it. */
#ifndef TOOL_DECODE_EVENT_H
#define TOOL_DECODE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/capture.h"
#include "tool/exchange.h"
#include "tool/splitter.h"

enum event_kind {
    EVENT_SYNC, /* sync words of one kind in a row */
    EVENT_FRAME,
    EVENT_CUT,
    EVENT_NOISE,
    EVENT_NOTE, /* `note` */
    EVENT_GAP,  /* silence both ways, of gap_us */
};

struct event {
    enum event_kind kind;
    size_t port;
    uint64_t time_us; /* since 1970 */
    struct item item; /* of the first four kinds */
    struct exchange_remark remark;
    uint64_t count; /* of sync words */
    uint64_t gap_us;
    const char *note;
};

struct decode_view {
    const char *path;
    const struct capture *capture;
    uint64_t begin_us;  /* the first record's time */
    bool cut;           /* the file ends in the middle */
    const char *damage; /* NULL: none was found */
};

struct decode_printer {
    void (*begin)(const struct decode_view *view);
    void (*event)(const struct decode_view *view, const struct event *event);
    /* Of one port. */
    void (*summary)(const struct decode_view *view, size_t port,
                    const struct exchange_totals *totals);
};

extern const struct decode_printer decode_text;
extern const struct decode_printer decode_json;

#endif
