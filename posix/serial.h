/* SPDX-License-Identifier: MIT */
/* A serial port: opened raw, 8N1, for this program alone. */
#ifndef POSIX_SERIAL_H
#define POSIX_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "posix/holder.h"
#include "posix/problem.h"

struct serial {
    int fd; /* non-blocking; -1: closed */
    dev_t device;
    unsigned baud; /* that the driver really set */
    bool pty;
    bool adopted;
};

enum serial_opened {
    SERIAL_OPENED,
    SERIAL_FAILED,
    SERIAL_DENIED, /* no permission, but the node is new: udev may be about to set its mode */
};

/*
 * Opens `path` at `baud`. `holders` is who has ports open, found shortly before (NULL: they are
 * looked for). When it fails `problem` says what, why and what to do, without naming the path.
 */
enum serial_opened serial_open(struct serial *serial, const char *path, unsigned baud,
                               const struct holders *holders, struct problem *problem);

/* A line that is no port of this machine: a socket, say. `fd` is non-blocking, and no longer the
 * caller's; the rate is the far end's business. */
void serial_adopt(struct serial *serial, int fd, unsigned baud);

/* Throws away what has not left yet, and lets others have the port. A closed one may be given. */
void serial_close(struct serial *serial);

/* Another rate from now on; a line that is no port of this machine keeps its own. False: errno. */
bool serial_set_baud(struct serial *serial, unsigned baud);

/* Throws away what was written and has not left yet. */
void serial_drop_output(struct serial *serial);

enum serial_line {
    SERIAL_DTR,
    SERIAL_RTS,
};

/* False: errno says why; ENOTTY: a port (a pty, say) without such lines. */
bool serial_set_line(struct serial *serial, enum serial_line line, bool on);

#endif
