/* SPDX-License-Identifier: MIT */
/* Finds out at which rate a running module listens, and asks it what it is: ATI, AT+GMR. */
#ifndef TOOL_INTERVIEW_H
#define TOOL_INTERVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "posix/loop.h"
#include "posix/serial.h"
#include "tool/at.h"

enum interview_step {
    INTERVIEW_RATE,
    INTERVIEW_IDENTITY,
    INTERVIEW_REVISION,
    INTERVIEW_OVER,
};

struct interview {
    struct loop *loop;
    struct serial *serial; /* open; what comes from it is handed to interview_take() */
    const unsigned *bauds; /* to be tried in this order, over and over */
    size_t baud_count;
    uint32_t limit_ms;
    /* Told once; false: no module has answered. */
    void (*done)(void *context, bool answered);
    void *context;
    /* Private, but for the answers, "" where the module did not know: */
    char identity[AT_ANSWER_BYTES]; /* lines with '\n' between them */
    char revision[AT_LINE_BYTES];
    struct at at;
    struct timer timer;
    uint64_t limit_us;
    size_t baud; /* that is being tried */
    unsigned tries;
    enum interview_step step;
    const char *command;
};

/* Begins; `interview` is filled in down to `context`, and zero behind it. */
void interview_start(struct interview *interview);
void interview_take(struct interview *interview, const uint8_t *bytes, size_t size);

/* Gives up; nobody is told. One that was never started may be given. */
void interview_stop(struct interview *interview);

#endif
