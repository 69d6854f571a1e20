/* SPDX-License-Identifier: MIT */
#include "tool/inquiry.h"

#include <string.h>
#include <unistd.h>

#include "posix/clock.h"

enum {
    AGAIN_MS = 1000,
};

static void end(struct inquiry *inquiry, enum at_state state)
{
    inquiry_stop(inquiry);
    inquiry->done(inquiry->context, state);
}

static void ask(struct inquiry *inquiry)
{
    at_ask(&inquiry->at, inquiry->command);
    /* What does not fit now is asked again in a second anyway. */
    ssize_t written = write(inquiry->fd, inquiry->at.command, strlen(inquiry->at.command));
    if (written > 0)
        inquiry->sent(inquiry->context, inquiry->at.command);
    loop_timer_set(inquiry->loop, &inquiry->timer, clock_now_us() + AGAIN_MS * UINT64_C(1000));
}

static void timer_expired(void *context)
{
    struct inquiry *inquiry = context;
    if (clock_now_us() >= inquiry->limit_us)
        end(inquiry, AT_WAITING);
    else
        ask(inquiry);
}

void inquiry_start(struct inquiry *inquiry, uint32_t limit_ms)
{
    inquiry->timer = (struct timer){.expired = timer_expired, .context = inquiry};
    inquiry->limit_us = clock_now_us() + limit_ms * UINT64_C(1000);
    inquiry->under_way = true;
    ask(inquiry);
}

void inquiry_take(struct inquiry *inquiry, const uint8_t *bytes, size_t size)
{
    enum at_state state = at_take(&inquiry->at, bytes, size);
    if (state != AT_WAITING)
        end(inquiry, state);
}

void inquiry_stop(struct inquiry *inquiry)
{
    if (inquiry->under_way)
        loop_timer_clear(inquiry->loop, &inquiry->timer);
    inquiry->under_way = false;
}
