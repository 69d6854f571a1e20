/* SPDX-License-Identifier: MIT */
/*
 * The names by which people give a port: a path; the name of a node in /dev, or one that udev gave
 * it in /dev/serial/by-id; usb:VENDOR:PRODUCT[:SERIAL]; tcp:HOST:PORT.
 */
#ifndef TOOL_PORT_NAME_H
#define TOOL_PORT_NAME_H

#include <limits.h>
#include <stdbool.h>

#include "posix/problem.h"

/* Looks at the form alone. False: `problem` says what is wrong with it. */
bool port_name_check(const char *name, struct problem *problem);

struct port_place {
    bool tcp;
    char path[PATH_MAX]; /* or the host */
    char service[64];    /* the port there, a number or a name */
};

/* Where the port is, as of now. False: `problem` says why it can't be told. */
bool port_name_find(const char *name, struct port_place *place, struct problem *problem);

#endif
