/* SPDX-License-Identifier: MIT */
/* Many modules that are updated at a time: what has to be said of all of them together. */
#ifndef TOOL_GANG_H
#define TOOL_GANG_H

#include <stdbool.h>
#include <stddef.h>

#include "posix/problem.h"
#include "tool/session.h"

/*
 * Before any port is opened: no two names may be of the same port, and the process must be allowed
 * as many file descriptors as they take. Returns STATUS_DONE, or another and `problem`.
 */
int gang_check(const char *const *ports, size_t count, struct problem *problem);

/*
 * The exit status for all: the worst. An update that broke off and left invalid firmware is worse
 * than anything else; then: interrupted, refused, not opened, no module, not started, done.
 */
int gang_status(const struct session *sessions, size_t count);

/* What became of a module. */
enum gang_state {
    GANG_GOOD,        /* updated, and running where asked */
    GANG_NOT_STARTED, /* valid, but not all is as it should be */
    GANG_UNTOUCHED,
    GANG_INVALID,
    GANG_STATES,
};

enum gang_state gang_state(const struct session *session);

#endif
