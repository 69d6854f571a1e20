/* SPDX-License-Identifier: MIT */
#include "posix/timers.h"

static struct timer *merge(struct timer *a, struct timer *b)
{
    if (a == NULL)
        return b;
    if (b == NULL)
        return a;
    if (b->due_us < a->due_us) {
        struct timer *swap = a;
        a = b;
        b = swap;
    }
    b->previous = a;
    b->next = a->child;
    if (a->child != NULL)
        a->child->previous = b;
    a->child = b;
    return a;
}

/* Makes one heap of a row of siblings: in pairs from the left, then all pairs from the right. */
static struct timer *merge_row(struct timer *row)
{
    struct timer *pairs = NULL;
    while (row != NULL) {
        struct timer *a = row;
        struct timer *b = a->next;
        row = b != NULL ? b->next : NULL;
        a->next = NULL;
        if (b != NULL)
            b->next = NULL;
        a = merge(a, b);
        a->next = pairs;
        pairs = a;
    }
    struct timer *heap = NULL;
    while (pairs != NULL) {
        struct timer *pair = pairs;
        pairs = pair->next;
        pair->next = NULL;
        heap = merge(heap, pair);
    }
    return heap;
}

static void unlink_from_row(struct timer *timer)
{
    if (timer->previous->child == timer)
        timer->previous->child = timer->next;
    else
        timer->previous->next = timer->next;
    if (timer->next != NULL)
        timer->next->previous = timer->previous;
}

void timers_clear(struct timers *timers, struct timer *timer)
{
    if (!timer->set)
        return;
    struct timer *children = merge_row(timer->child);
    if (timer == timers->first) {
        timers->first = children;
    } else {
        unlink_from_row(timer);
        timers->first = merge(timers->first, children);
    }
    timer->set = false;
}

void timers_set(struct timers *timers, struct timer *timer, uint64_t due_us)
{
    timers_clear(timers, timer);
    timer->due_us = due_us;
    timer->child = timer->next = timer->previous = NULL;
    timer->set = true;
    timers->first = merge(timers->first, timer);
}

struct timer *timers_first(const struct timers *timers)
{
    return timers->first;
}

bool timer_is_set(const struct timer *timer)
{
    return timer->set;
}
