/* SPDX-License-Identifier: MIT */
/* A terminal as a plain wire: every byte as it is, at any baud rate. */
#ifndef POSIX_RAW_H
#define POSIX_RAW_H

#include <stdbool.h>

/* Raw, 8N1, no flow control, modem lines ignored; baud 0 leaves the rate. False: errno. */
bool raw_set(int fd, unsigned baud);

/* The rate that is really set, which may differ a little from what was asked. False: errno. */
bool raw_baud(int fd, unsigned *baud);

#endif
