/* SPDX-License-Identifier: MIT */
/* The value of --power: who switches the module, and how. */
#ifndef TOOL_POWER_SPEC_H
#define TOOL_POWER_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include "posix/problem.h"

enum power_method {
    POWER_MANUAL, /* the person is told when */
    POWER_NONE,   /* somebody else does, nothing is said */
    POWER_EXEC,   /* a command does */
    POWER_DTR,    /* lines of the serial port */
    POWER_RTS,
    POWER_GPIO, /* a line of this machine */
};

struct power_spec {
    enum power_method method;
    const char *command; /* POWER_EXEC: lies in the text that was parsed */
    char chip[64];       /* POWER_GPIO: a name, a number, a path or a label */
    unsigned line;
    /* What moves a line. */
    bool active_low;
    bool pulsed;        /* it is a key; else its level is the module's supply */
    uint32_t on_ms;     /* how long the key is pressed; 0: this switch needs no press */
    uint32_t off_ms;    /* as well */
    uint32_t settle_ms; /* how long the module takes to be off after that */
};

/* Understands the value of --power; `text` must live as long as `spec`. */
bool power_parse(struct power_spec *spec, const char *text, struct problem *problem);

/* True: this program switches the module itself. */
bool power_is_automatic(const struct power_spec *spec);

#endif
