/* SPDX-License-Identifier: MIT */
#include "posix/tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "posix/clock.h"

static void try_address(struct tcp *tcp);

static void stop_trying(struct tcp *tcp)
{
    if (!tcp->trying)
        return;
    loop_watch_stop(tcp->loop, &tcp->watch);
    loop_timer_clear(tcp->loop, &tcp->limit);
    close(tcp->watch.fd);
    tcp->trying = false;
}

static void forget_addresses(struct tcp *tcp)
{
    if (tcp->addresses != NULL)
        freeaddrinfo(tcp->addresses);
    tcp->addresses = NULL;
}

static void fail(struct tcp *tcp)
{
    forget_addresses(tcp);
    tcp->done(tcp->context, -1, tcp->problem.text);
}

static void say_why(struct tcp *tcp, int error)
{
    problem_set(&tcp->problem,
                "no connection: %s; is the server running, and are host and port right?",
                strerror(error));
}

static void try_next(struct tcp *tcp, int error)
{
    say_why(tcp, error);
    stop_trying(tcp);
    tcp->address = tcp->address->ai_next;
    try_address(tcp);
}

static void limit_expired(void *context)
{
    try_next(context, ETIMEDOUT);
}

/* Each frame is to leave at once: nothing follows it before its answer. */
static void hand_over(struct tcp *tcp)
{
    const int yes = 1;
    int fd = tcp->watch.fd;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    loop_watch_stop(tcp->loop, &tcp->watch);
    loop_timer_clear(tcp->loop, &tcp->limit);
    tcp->trying = false;
    forget_addresses(tcp);
    tcp->done(tcp->context, fd, NULL);
}

static void socket_ready(void *context, uint32_t events)
{
    struct tcp *tcp = context;
    int error = 0;
    socklen_t size = sizeof error;
    (void)events;
    if (getsockopt(tcp->watch.fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    if (error != 0)
        try_next(tcp, error);
    else
        hand_over(tcp);
}

/* False: errno. */
static bool begin(struct tcp *tcp)
{
    const struct addrinfo *address = tcp->address;
    int fd = socket(address->ai_family, address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                    address->ai_protocol);
    if (fd < 0)
        return false;
    tcp->watch = (struct loop_watch){.fd = fd, .ready = socket_ready, .context = tcp};
    if ((connect(fd, address->ai_addr, address->ai_addrlen) != 0 && errno != EINPROGRESS) ||
        !loop_watch_start(tcp->loop, &tcp->watch, EPOLLOUT)) {
        int error = errno;
        close(fd);
        errno = error;
        return false;
    }
    tcp->trying = true;
    loop_timer_set(tcp->loop, &tcp->limit, clock_now_us() + tcp->limit_ms * UINT64_C(1000));
    return true;
}

static void try_address(struct tcp *tcp)
{
    for (; tcp->address != NULL; tcp->address = tcp->address->ai_next) {
        if (begin(tcp))
            return;
        say_why(tcp, errno);
    }
    fail(tcp);
}

void tcp_start(struct tcp *tcp, struct loop *loop, const char *host, const char *service,
               uint32_t limit_ms, void (*done)(void *context, int fd, const char *failure),
               void *context)
{
    const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    *tcp = (struct tcp){
        .loop = loop,
        .limit = {.expired = limit_expired, .context = tcp},
        .limit_ms = limit_ms,
        .done = done,
        .context = context,
    };
    /* A server that goes away is an error of a write, not the end of the program. */
    signal(SIGPIPE, SIG_IGN);
    int error = getaddrinfo(host, service, &wanted, &tcp->addresses);
    if (error != 0) {
        problem_set(&tcp->problem, "the address of '%s' can't be found: %s; check the name", host,
                    error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error));
        tcp->addresses = NULL;
        fail(tcp);
        return;
    }
    tcp->address = tcp->addresses;
    try_address(tcp);
}

void tcp_stop(struct tcp *tcp)
{
    stop_trying(tcp);
    forget_addresses(tcp);
}
