/* SPDX-License-Identifier: MIT */
/* What recorded frames mean to each other: which answer belongs to which command, what was sent
 * again and why, and what it all comes to. */
#ifndef TOOL_EXCHANGE_H
#define TOOL_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/splitter.h"

enum exchange_cause {
    EXCHANGE_SILENCE, /* nothing had come */
    EXCHANGE_DAMAGED, /* something had come, but no answer */
    EXCHANGE_ASKED,   /* the module asked for it */
    EXCHANGE_UNASKED, /* it had been answered well: the host did not hear it */
};

enum exchange_outcome {
    EXCHANGE_NOTHING,  /* no module has answered a sync word or a command */
    EXCHANGE_SYNCED,   /* no download was begun: the firmware is untouched */
    EXCHANGE_OPEN,     /* a download was begun and not completed: the firmware is invalid */
    EXCHANGE_COMPLETE, /* END was answered: the firmware is valid */
    EXCHANGE_STARTED,  /* RUN too: it runs */
};

struct exchange_totals {
    uint64_t bytes[CAPTURE_UNKNOWN + 1]; /* of each direction, sync words included */
    uint64_t sync_words;
    uint64_t frames;
    uint64_t wrong; /* frames whose CRC is wrong, or that stop half-way */
    uint64_t noise_bytes;
    uint64_t repeats; /* commands sent again */
    uint64_t repeat_bytes;
    uint64_t repeat_us;      /* what that cost: from each transmission in vain to the next */
    uint64_t unexpected;     /* answers that nothing waited for */
    uint64_t downloads;      /* that the module has begun */
    uint64_t packets;        /* confirmed, of the last download */
    uint64_t image_bytes;    /* and their bytes */
    uint64_t download_us;    /* of the last download: when its BEGIN went out */
    uint64_t download_bytes; /* on the wire since then, both ways */
    uint64_t last_us;        /* the last answer */
    uint64_t slowest_us;     /* the longest time from a transmission to its answer */
    uint16_t slowest_type;   /* the command's type; 0: there was none */
    uint32_t slowest_number;
    uint16_t mtu;
    enum exchange_outcome outcome;
};

struct exchange {
    struct exchange_totals totals;
    /* The command that was sent last. */
    uint16_t type; /* 0: none since the module was synchronised */
    uint32_t number;
    uint32_t block_bytes;
    unsigned transmissions;
    uint64_t sent_us;
    bool answered;  /* this transmission */
    bool confirmed; /* and well */
    bool disturbed; /* something that is no answer has come since */
};

/* What there is to say of a frame beside what stands in it. */
struct exchange_remark {
    unsigned transmission;     /* of a command, from 1 */
    enum exchange_cause cause; /* of the second transmission and those after it */
    bool unexpected;           /* an answer that nothing waited for */
    bool timed;                /* an answer whose command was recorded: */
    uint64_t answer_us;        /* since that was sent */
};

/* Takes items in the order in which they were recorded; zeroed memory is a fresh exchange. */
struct exchange_remark exchange_take(struct exchange *exchange, const struct item *item);

#endif
