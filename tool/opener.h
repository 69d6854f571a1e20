/* SPDX-License-Identifier: MIT */
/* Opens a port by its name: finds it, has ModemManager leave it alone, waits for udev, connects. */
#ifndef TOOL_OPENER_H
#define TOOL_OPENER_H

#include <stdbool.h>
#include <stdint.h>

#include "posix/holder.h"
#include "posix/loop.h"
#include "posix/modem_manager.h"
#include "posix/serial.h"
#include "posix/tcp.h"
#include "tool/port_name.h"

/* What is to be opened, and who is told. */
struct opener_request {
    const char *name; /* as port_name_check() takes it */
    unsigned baud;
    struct modem_manager *modem_manager; /* NULL: it does not run */
    struct loop *loop;
    /* Told once; NULL: the port is open. Else what, why and what to do. */
    void (*done)(void *context, const char *failure);
    /* What may go wrong later, and the remedy. */
    void (*warn)(void *context, const char *text);
    void *context;
};

struct opener {
    struct opener_request request;
    struct serial *serial;
    struct port_place place;
    struct tcp tcp;
    struct timer retry;
    uint64_t limit_us;
    bool freed; /* ModemManager was asked to leave it, and may need a moment */
};

/*
 * Begins; `serial` is open when done() is told so, which may be before this returns. `holders` is
 * who has ports open, found shortly before (NULL: they are looked for).
 */
void opener_start(struct opener *opener, const struct opener_request *request,
                  struct serial *serial, const struct holders *holders);

/* Gives up; nobody is told. One that is done may be given. */
void opener_stop(struct opener *opener);

#endif
