/* SPDX-License-Identifier: MIT */
/* A connection to a serial port that is somewhere else: raw bytes over TCP, as terminal servers and
 * ser2net offer them. */
#ifndef POSIX_TCP_H
#define POSIX_TCP_H

#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>

#include "posix/loop.h"
#include "posix/problem.h"

struct tcp {
    struct loop *loop;
    struct addrinfo *addresses;
    struct addrinfo *address; /* that is being tried */
    struct loop_watch watch;
    struct timer limit;
    uint32_t limit_ms;
    bool trying;
    struct problem problem;
    /* Told once: `fd` is connected, non-blocking, and the caller's; or it is -1 and `failure` says
     * why and what to do. */
    void (*done)(void *context, int fd, const char *failure);
    void *context;
};

/*
 * Connects to `service` (a number or a name) of `host`, which may have several addresses: each gets
 * limit_ms. Finding the addresses may block. done() may be called before this returns.
 */
void tcp_start(struct tcp *tcp, struct loop *loop, const char *host, const char *service,
               uint32_t limit_ms, void (*done)(void *context, int fd, const char *failure),
               void *context);

/* Gives up; nobody is told. Zeroed memory, or one that is done, may be given. */
void tcp_stop(struct tcp *tcp);

#endif
