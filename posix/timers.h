/* SPDX-License-Identifier: MIT */
/* Timers in the order in which they are due: a pairing heap that lives in the timers themselves. */
#ifndef POSIX_TIMERS_H
#define POSIX_TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The caller's; zeroed memory with `expired` and `context` filled in is a timer that is not set. */
struct timer {
    void (*expired)(void *context);
    void *context;
    uint64_t due_us;
    /* Private. */
    struct timer *child;
    struct timer *next;
    struct timer *previous; /* the sibling before, or the parent of the first child */
    bool set;
};

struct timers {
    struct timer *first;
};

/* Sets the timer, or moves it if it is set already. */
void timers_set(struct timers *timers, struct timer *timer, uint64_t due_us);
void timers_clear(struct timers *timers, struct timer *timer);

bool timer_is_set(const struct timer *timer);

/* The timer that is due first, or NULL. */
struct timer *timers_first(const struct timers *timers);

#endif
