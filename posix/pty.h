/* SPDX-License-Identifier: MIT */
/* A pty that plays a serial port: whoever opens its slave sees a raw line. */
#ifndef POSIX_PTY_H
#define POSIX_PTY_H

#include <limits.h>
#include <stdbool.h>

#include "posix/problem.h"

struct pty {
    int master_fd; /* non-blocking: our end */
    int slave_fd;  /* kept open, so that the line outlives those who come and go */
    char path[32]; /* of the slave */
    char link[PATH_MAX];
};

/*
 * Opens a pty, raw from its first moment, and makes `link` a symlink to its slave (NULL: none). The
 * link is there at once and whole; a symlink of that name is replaced, anything else is not.
 * False: `problem` says why.
 */
bool pty_open(struct pty *pty, const char *link, struct problem *problem);

/* The baud rate that whoever opened the slave has set; 0: it can't be told. */
unsigned pty_slave_baud(const struct pty *pty);

/* Removes the link as well, if it still is ours. */
void pty_close(struct pty *pty);

#endif
