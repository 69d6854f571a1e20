/* SPDX-License-Identifier: MIT */
/*
 * The event loop: file descriptors, timers and signals, one call for each event. A wait is one
 * system call, whatever is watched and however many timers are set; setting a timer is none.
 *
 * Any callback may start, change or stop any watch and any timer, its own included.
 */
#ifndef POSIX_LOOP_H
#define POSIX_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "posix/timers.h"

struct loop;

/* A file descriptor that is watched; the memory is the caller's, while it is watched. */
struct loop_watch {
    int fd;
    /* `events`: EPOLLIN, EPOLLOUT, and EPOLLHUP and EPOLLERR, which come unasked. */
    void (*ready)(void *context, uint32_t events);
    void *context;
};

/* NULL: out of file descriptors or memory, errno says which. */
struct loop *loop_new(void);
void loop_free(struct loop *loop);

/* False: errno says why. */
bool loop_watch_start(struct loop *loop, struct loop_watch *watch, uint32_t events);
bool loop_watch_change(struct loop *loop, struct loop_watch *watch, uint32_t events);
void loop_watch_stop(struct loop *loop, struct loop_watch *watch);

/* due_us is on clock_now_us()'s clock. A timer goes off once; it may be set again. */
void loop_timer_set(struct loop *loop, struct timer *timer, uint64_t due_us);
void loop_timer_clear(struct loop *loop, struct timer *timer);

/*
 * From now on these signals (a list that ends with 0) come as calls of `caught` from loop_run(),
 * and no other way. Once in the life of a loop. False: errno says why.
 */
bool loop_signals(struct loop *loop, const int *signals, void (*caught)(void *context, int number),
                  void *context);

/* Runs until loop_stop(), and returns its status; -1: waiting failed, errno says why. */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop, int status);

#endif
