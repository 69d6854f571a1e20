/* SPDX-License-Identifier: MIT */
/* A shell command that runs beside the event loop. */
#ifndef POSIX_CHILD_H
#define POSIX_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "posix/loop.h"

struct child {
    struct loop *loop;
    pid_t pid;
    struct loop_watch watch; /* on a pidfd */
    struct timer limit;
    bool running;
    /* Told once, after the command has ended; `status` as wait() gives it. */
    void (*ended)(void *context, int status);
    void *context;
};

/*
 * Runs `command` with `argument` as one more argument, by sh, in a process group of its own, with
 * nothing on stdin and what it prints on stderr. It is killed after `limit_ms`. False: errno.
 */
bool child_start(struct child *child, struct loop *loop, const char *command, const char *argument,
                 uint32_t limit_ms);

/* Kills it and tells nobody. One that is not running may be given. */
void child_kill(struct child *child);

#endif
