/* SPDX-License-Identifier: MIT */
#include "posix/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "posix/clock.h"

#define EVENTS_AT_ONCE 64

struct loop {
    int epoll_fd;
    struct timers timers;
    struct epoll_event events[EVENTS_AT_ONCE];
    int event_count; /* of the batch under way */
    bool stopped;
    int status;
    struct loop_watch signal_watch;
    void (*signal_caught)(void *context, int number);
    void *signal_context;
};

struct loop *loop_new(void)
{
    struct loop *loop = calloc(1, sizeof *loop);
    if (loop == NULL)
        return NULL;
    loop->signal_watch.fd = -1;
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll_fd < 0) {
        free(loop);
        return NULL;
    }
    return loop;
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    if (loop->signal_watch.fd >= 0)
        close(loop->signal_watch.fd);
    close(loop->epoll_fd);
    free(loop);
}

static bool control(struct loop *loop, int operation, struct loop_watch *watch, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watch};
    return epoll_ctl(loop->epoll_fd, operation, watch->fd, &event) == 0;
}

bool loop_watch_start(struct loop *loop, struct loop_watch *watch, uint32_t events)
{
    return control(loop, EPOLL_CTL_ADD, watch, events);
}

bool loop_watch_change(struct loop *loop, struct loop_watch *watch, uint32_t events)
{
    return control(loop, EPOLL_CTL_MOD, watch, events);
}

void loop_watch_stop(struct loop *loop, struct loop_watch *watch)
{
    control(loop, EPOLL_CTL_DEL, watch, 0);
    /* Its memory may be gone when its turn comes in the batch under way. */
    for (int i = 0; i < loop->event_count; i++)
        if (loop->events[i].data.ptr == watch)
            loop->events[i].data.ptr = NULL;
}

void loop_timer_set(struct loop *loop, struct timer *timer, uint64_t due_us)
{
    timers_set(&loop->timers, timer, due_us);
}

void loop_timer_clear(struct loop *loop, struct timer *timer)
{
    timers_clear(&loop->timers, timer);
}

static void signal_ready(void *context, uint32_t events)
{
    struct loop *loop = context;
    struct signalfd_siginfo info;
    (void)events;
    if (read(loop->signal_watch.fd, &info, sizeof info) == sizeof info)
        loop->signal_caught(loop->signal_context, (int)info.ssi_signo);
}

bool loop_signals(struct loop *loop, const int *signals, void (*caught)(void *context, int number),
                  void *context)
{
    sigset_t set;
    sigemptyset(&set);
    for (; *signals != 0; signals++)
        sigaddset(&set, *signals);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return false;
    loop->signal_caught = caught;
    loop->signal_context = context;
    loop->signal_watch.ready = signal_ready;
    loop->signal_watch.context = loop;
    loop->signal_watch.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return loop->signal_watch.fd >= 0 && loop_watch_start(loop, &loop->signal_watch, EPOLLIN);
}

static int wait_for_events(struct loop *loop)
{
    const struct timer *first = timers_first(&loop->timers);
    struct timespec timeout = {0, 0};
    if (first != NULL) {
        uint64_t now_us = clock_now_us();
        uint64_t left_us = first->due_us > now_us ? first->due_us - now_us : 0;
        timeout.tv_sec = (time_t)(left_us / 1000000u);
        timeout.tv_nsec = (long)(left_us % 1000000u) * 1000;
    }
    return epoll_pwait2(loop->epoll_fd, loop->events, EVENTS_AT_ONCE,
                        first != NULL ? &timeout : NULL, NULL);
}

static void call_watches(struct loop *loop)
{
    for (int i = 0; i < loop->event_count && !loop->stopped; i++) {
        struct loop_watch *watch = loop->events[i].data.ptr;
        if (watch != NULL)
            watch->ready(watch->context, loop->events[i].events);
    }
    loop->event_count = 0;
}

/* Those that were due when it began: one that sets itself anew must not starve the watches. */
static void call_timers(struct loop *loop)
{
    uint64_t now_us = clock_now_us();
    struct timer *timer;
    while (!loop->stopped && (timer = timers_first(&loop->timers)) != NULL &&
           timer->due_us <= now_us) {
        timers_clear(&loop->timers, timer);
        timer->expired(timer->context);
    }
}

int loop_run(struct loop *loop)
{
    loop->stopped = false;
    while (!loop->stopped) {
        int count = wait_for_events(loop);
        if (count < 0 && errno != EINTR)
            return -1;
        loop->event_count = count > 0 ? count : 0;
        call_watches(loop);
        call_timers(loop);
    }
    return loop->status;
}

void loop_stop(struct loop *loop, int status)
{
    loop->stopped = true;
    loop->status = status;
}
