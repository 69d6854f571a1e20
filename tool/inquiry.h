/* SPDX-License-Identifier: MIT */
/* Asks a running module an AT question on an open port, again each second until it answers. */
#ifndef TOOL_INQUIRY_H
#define TOOL_INQUIRY_H

#include "posix/loop.h"
#include "tool/at.h"

struct inquiry {
    struct loop *loop;
    int fd; /* what comes from it is handed to inquiry_take() by whoever reads it */
    const char *command;
    /* Told each time: what was sent. */
    void (*sent)(void *context, const char *text);
    /* Told once: AT_OK or AT_ERROR, the answer stands in at.answer; AT_WAITING: none came. */
    void (*done)(void *context, enum at_state state);
    void *context;
    /* Private, but for `at`. */
    struct at at;
    struct timer timer;
    uint64_t limit_us;
    bool under_way;
};

/* Begins to ask; `inquiry` is filled in down to `context`, and zero behind it. */
void inquiry_start(struct inquiry *inquiry, uint32_t limit_ms);
void inquiry_take(struct inquiry *inquiry, const uint8_t *bytes, size_t size);

/* Gives up; nobody is told. One that was never started may be given. */
void inquiry_stop(struct inquiry *inquiry);

#endif
