/* SPDX-License-Identifier: MIT */
/* Who has a terminal device open: found in /proc, as far as this user may look. */
#ifndef POSIX_HOLDER_H
#define POSIX_HOLDER_H

#include <stddef.h>
#include <sys/types.h>

struct holder {
    dev_t device;
    pid_t pid;
    char program[32];
};

/* All that was found at one moment, this process excepted. Zeroed memory is an empty list. */
struct holders {
    struct holder *list;
    size_t count;
};

/*
 * Looks at every process. A process that has both ends of a pty is its owner, and not listed: it
 * plays the device. What can't be looked at (other users' processes) is left out.
 */
void holders_find(struct holders *holders);
void holders_free(struct holders *holders);

/* NULL: nobody that could be seen. */
const struct holder *holders_of(const struct holders *holders, dev_t device);

#endif
