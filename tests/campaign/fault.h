/* SPDX-License-Identifier: MIT */
/* What goes wrong at one event of a session, and the words for it in a replay string. */
#ifndef CAMPAIGN_FAULT_H
#define CAMPAIGN_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kinds of event: each can go wrong in its own ways. */
enum event_kind {
    EVENT_BYTE,   /* a byte has come through a wire */
    EVENT_ANSWER, /* the module sends an answer */
    EVENT_FLASH,  /* an erase or a program is about to be done */
    EVENT_TIMER,  /* host, module or bridge wakes up */
    EVENT_POWER,  /* somebody switches the module */
    EVENT_KINDS,
};

enum fault_kind {
    /* of a byte */
    FAULT_LOSE,
    FAULT_GAP, /* it and those behind it are lost, as by an overrun; value: 2 + that many in all */
    FAULT_DOUBLE,
    FAULT_FLIP,  /* value: which bit */
    FAULT_PAUSE, /* 150 ms before it: more than a module waits for the rest of a frame */
    FAULT_STALL, /* 3.6 s before it: more than a host waits for an answer */
    FAULT_NOISE, /* seven bytes of noise before it */
    FAULT_DEAD,  /* nothing comes through this wire from here on */
    FAULT_DARK,  /* nor through any other */
    /* of an answer */
    FAULT_TWICE,
    FAULT_LATE, /* by 3.2 s, but the module believes that it is out */
    FAULT_GONE,
    /* of an erase or a program */
    FAULT_BEFORE, /* the module loses its supply for 30 ms before it */
    FAULT_TORN,   /* in the middle of it; value: which mix of bits that leaves */
    FAULT_AFTER,
    FAULT_FAIL,   /* the flash says that it failed; half of it is done; value: as above */
    FAULT_IGNORE, /* nothing is done, and the flash says nothing */
    FAULT_STUCK,  /* a bit is stuck from here on; value: which one of what is written */
    /* of a switch */
    FAULT_JAM, /* the supply stays as it was */
    /* of anything */
    FAULT_DIP,    /* the module loses its supply for 30 ms */
    FAULT_CUT,    /* until somebody switches it */
    FAULT_CRASH,  /* the host restarts, 10 ms later */
    FAULT_OUTAGE, /* the host restarts, 4 s later */
    FAULT_BOTH,   /* host and module lose their supply for 30 ms */
    FAULT_RELAY,  /* the bridge restarts */
    FAULT_KINDS,
};

struct fault {
    uint32_t event; /* the number of the event in its session, from 0 */
    uint8_t kind;
    uint8_t value;
};

/* How many values a fault has at such an event; 0: it can't happen there. */
unsigned fault_values(enum fault_kind kind, enum event_kind event, bool bridged);

/* How many values it has where it can happen. */
unsigned fault_values_max(enum fault_kind kind);

const char *fault_name(enum fault_kind kind);

/* Writes and reads "EVENT=NAMEVALUE". fault_read moves *text behind what it took; false: no. */
size_t fault_write(const struct fault *fault, char *text, size_t size);
bool fault_read(struct fault *fault, const char **text);

#endif
