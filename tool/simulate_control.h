/* SPDX-License-Identifier: MIT */
/* The wire to the simulated module's power switch: a FIFO or a serial port that says on or off. */
#ifndef TOOL_SIMULATE_CONTROL_H
#define TOOL_SIMULATE_CONTROL_H

#include <stdbool.h>

#include "posix/loop.h"
#include "posix/problem.h"

struct simulate_control {
    struct loop *loop;
    struct loop_watch watch;
    const char *made; /* the FIFO that was made, and goes with us; NULL: it was there */
    char word[3];     /* the letters that came last */
    void (*turned)(void *context, bool on);
    void *context;
};

/*
 * From now on `turned` is called. `1` and the word `on` switch on, `0` and `off` switch off;
 * whatever stands between them does nothing. A FIFO is made where there is nothing. False:
 * `problem`.
 */
bool simulate_control_open(struct simulate_control *control, struct loop *loop, const char *path,
                           struct problem *problem);

void simulate_control_close(struct simulate_control *control);

#endif
