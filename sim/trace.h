/* SPDX-License-Identifier: MIT */
/* What happens in a simulation, told as events, and each event as a line of text. */
#ifndef SIM_TRACE_H
#define SIM_TRACE_H

#include <stddef.h>
#include <stdint.h>

enum sim_event_kind {
    SIM_EVENT_HOST_SENDS,   /* data: a sync word or a frame, whole, as it was handed to the line */
    SIM_EVENT_MODULE_SENDS, /* the same, the other way */
    SIM_EVENT_POWER,        /* value: 1 the module is switched on, 0 off */
    SIM_EVENT_POWER_LOST,   /* the module's supply went away by itself */
    SIM_EVENT_FAULT,        /* text: the fault that happens */
    SIM_EVENT_PHASE,        /* value: the host enters this enum gsmflash_phase */
    SIM_EVENT_REPEAT,       /* the host sends a command again; text: why */
    SIM_EVENT_ATTEMPT,      /* value: the host begins this attempt; text: why */
    SIM_EVENT_VALID,        /* the module has marked its firmware valid; value: its size */
    SIM_EVENT_INVALID,      /* ... invalid */
    SIM_EVENT_STARTED,      /* the module's application runs; text: its revision */
    SIM_EVENT_FINISHED,     /* the host is done; value: enum gsmflash_error */
};

struct sim_event {
    enum sim_event_kind kind;
    uint64_t at_us;
    const uint8_t *data;
    size_t size;
    const char *text;
    uint32_t value;
};

/* Whoever wants to know. */
struct sim_log {
    void (*tell)(void *context, const struct sim_event *event); /* may be NULL */
    void *context;
};

void sim_tell(const struct sim_log *log, const struct sim_event *event);

/* A line of text, without its time and without a line feed, cut off at `bytes`. */
void sim_event_text(const struct sim_event *event, char *text, size_t bytes);

#endif
