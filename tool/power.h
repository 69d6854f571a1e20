/* SPDX-License-Identifier: MIT */
/* The module's power: the ways of --power to switch it. */
#ifndef TOOL_POWER_H
#define TOOL_POWER_H

#include <stdbool.h>
#include <stdint.h>

#include "posix/child.h"
#include "posix/loop.h"
#include "posix/problem.h"

enum power_method {
    POWER_MANUAL, /* the person is told when */
    POWER_NONE,   /* somebody else does, nothing is said */
    POWER_EXEC,   /* a command does */
};

struct power_spec {
    enum power_method method;
    const char *command; /* POWER_EXEC: lies in the text that was parsed */
};

/* Understands the value of --power; `text` must live as long as `spec`. */
bool power_parse(struct power_spec *spec, const char *text, struct problem *problem);

/* True: this program switches the module itself. */
bool power_is_automatic(const struct power_spec *spec);

struct power {
    const struct power_spec *spec;
    struct loop *loop;
    /* Told when a switch that took time is over; NULL: it went well. */
    void (*done)(void *context, const char *failure);
    void *context;
    /* Private. */
    struct child child;
    struct problem problem;
    bool busy;
    bool on;   /* what is being switched to */
    bool next; /* what is to be switched to after that */
    bool queued;
};

void power_start(struct power *power, const struct power_spec *spec, struct loop *loop,
                 void (*done)(void *context, const char *failure), void *context);

/* Begins to switch; one after the other, where the last switch is still under way. */
void power_switch(struct power *power, bool on);

/* True: not all that was asked for is done yet. */
bool power_busy(const struct power *power);

/* Lets go, in whatever state the module is. */
void power_stop(struct power *power);

#endif
