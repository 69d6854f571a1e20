/* SPDX-License-Identifier: MIT */
/* Switches the module's power in one of the ways of --power. */
#ifndef TOOL_POWER_H
#define TOOL_POWER_H

#include <stdbool.h>
#include <stdint.h>

#include "posix/child.h"
#include "posix/loop.h"
#include "posix/problem.h"
#include "posix/serial.h"
#include "tool/power_spec.h"

struct gpiod_chip;
struct gpiod_line;

/* What is switched, and who is told. */
struct power_request {
    const struct power_spec *spec;
    const char *port;      /* its name, for a command */
    struct serial *serial; /* the module's port, open until power_stop() */
    struct loop *loop;
    /* Told when the last switch that was asked for is over, or one has failed; that may be before
     * power_switch() returns. NULL: it went well. */
    void (*done)(void *context, const char *failure);
    /* Told once, where switching does nothing and the module may be updated nevertheless. */
    void (*warn)(void *context, const char *text);
    void *context;
};

struct power {
    struct power_request request;
    struct problem problem;
    /* Private. */
    const struct power_driver *driver;
    struct child child;
    struct timer timer;
    struct gpiod_chip *chip;
    struct gpiod_line *line;
    bool warned;
    bool pressed;
    bool busy;
    bool on;   /* what is being switched to */
    bool next; /* what is to be switched to after that */
    bool queued;
};

/* False: there is no such switch, or it is not to be had; power->problem says what to do. */
bool power_start(struct power *power, const struct power_request *request);

/* Begins to switch; one after the other, where the last switch is still under way. */
void power_switch(struct power *power, bool on);

/* True: not all that was asked for is done yet. */
bool power_busy(const struct power *power);

/* Lets go, in whatever state the module is; no key stays pressed. One that was never started, but
 * is zeroed, may be given. */
void power_stop(struct power *power);

#endif
