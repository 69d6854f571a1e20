/* SPDX-License-Identifier: MIT */
/*
 * A serial line of 115200 baud between two ptys, kept to its pace, with a note of every lump:
 *   bench_relay UP DOWN LOG [BAUD]
 * UP becomes a link to a new pty; DOWN is opened if it is there, else it becomes one too. Each line
 * of LOG: microseconds, side, "in" (read from it) or "out" (written to it), bytes. Ends at SIGTERM.
 *
 * A byte is due one byte's time after the byte before it, or after it came where the line was idle.
 * Late bytes leave at once and those behind them keep their time: the long-term pace is exact.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define BITS_PER_BYTE 10u
#define NS_PER_SECOND INT64_C(1000000000)
#define LUMP_NS       INT64_C(1000000) /* under way, bytes are handed on in lumps of this time */
#define QUEUE_BYTES   4096u            /* as much as a serial driver takes before it pushes back */

struct direction {
    int from;
    int to;
    const char *from_name;
    const char *to_name;
    uint8_t queue[QUEUE_BYTES];
    size_t queued;
    int64_t start_ns; /* when the first queued byte began to leave; or when the line fell idle */
};

static int64_t byte_ns;
static FILE *journal;
static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench_relay: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

static void note(int64_t at_ns, const char *side, const char *what, size_t size)
{
    fprintf(journal, "%lld %s %s %zu\n", (long long)(at_ns / 1000), side, what, size);
}

static void make_raw(int port)
{
    struct termios line;

    if (tcgetattr(port, &line) != 0) {
        fail("tcgetattr");
    }
    cfmakeraw(&line);
    cfsetspeed(&line, B115200);
    if (tcsetattr(port, TCSANOW, &line) != 0) {
        fail("tcsetattr");
    }
}

/* Its slave stays open here, so that programs can come and go at it. */
static int make_pty(const char *link)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);

    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
        fail("posix_openpt");
    }
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    if (slave < 0) {
        fail(ptsname(master));
    }
    make_raw(slave);
    if (symlink(ptsname(master), link) != 0) {
        fail(link);
    }
    return master;
}

static int open_port(const char *path)
{
    int port = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);

    if (port < 0) {
        return make_pty(path);
    }
    make_raw(port);
    return port;
}

/* The line is there whatever else the machine does: as far as this process may have it so. */
static void keep_time(void)
{
    struct sched_param first = {.sched_priority = 1};

    prctl(PR_SET_TIMERSLACK, 1);
    if (sched_setscheduler(0, SCHED_FIFO, &first) != 0) {
        fputs("bench_relay: no real-time priority: a busy machine will slow the line\n", stderr);
    }
}

static void take(struct direction *way)
{
    ssize_t size = read(way->from, way->queue + way->queued, QUEUE_BYTES - way->queued);
    int64_t at_ns = now_ns();

    if (size <= 0) {
        return;
    }
    note(at_ns, way->from_name, "in", (size_t)size);
    if (way->queued == 0 && at_ns > way->start_ns) {
        way->start_ns = at_ns;
    }
    way->queued += (size_t)size;
}

static void hand_on(struct direction *way)
{
    int64_t due = (now_ns() - way->start_ns) / byte_ns;
    size_t size = due < (int64_t)way->queued ? (size_t)(due > 0 ? due : 0) : way->queued;

    if (size == 0) {
        return;
    }
    ssize_t sent = write(way->to, way->queue, size);
    if (sent <= 0) {
        return;
    }
    note(now_ns(), way->to_name, "out", (size_t)sent);
    way->queued -= (size_t)sent;
    memmove(way->queue, way->queue + sent, way->queued);
    way->start_ns += sent * byte_ns;
}

/* When hand_on() is to be called next: the last byte is never kept waiting. */
static int64_t due_ns(const struct direction *way, int64_t at_ns)
{
    int64_t last_ns = way->start_ns + (int64_t)way->queued * byte_ns;

    if (way->queued == 0) {
        return INT64_MAX;
    }
    return last_ns < at_ns + LUMP_NS ? last_ns : at_ns + LUMP_NS;
}

static void wait_for(struct direction *down, struct direction *up)
{
    int64_t at_ns = now_ns();
    int64_t one_ns = due_ns(down, at_ns);
    int64_t other_ns = due_ns(up, at_ns);
    int64_t rest_ns = (one_ns < other_ns ? one_ns : other_ns) - at_ns;
    struct pollfd ports[] = {{down->from, down->queued < QUEUE_BYTES ? POLLIN : 0, 0},
                             {up->from, up->queued < QUEUE_BYTES ? POLLIN : 0, 0}};
    struct timespec limit = {.tv_sec = 1};

    if (rest_ns < NS_PER_SECOND) {
        limit = (struct timespec){.tv_nsec = rest_ns > 0 ? (long)rest_ns : 0};
    }
    if (ppoll(ports, 2, &limit, NULL) > 0) {
        if (ports[0].revents & POLLIN) {
            take(down);
        }
        if (ports[1].revents & POLLIN) {
            take(up);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc < 4 || argc > 5) {
        fputs("usage: bench_relay UP DOWN LOG [BAUD]\n", stderr);
        return 2;
    }
    byte_ns = BITS_PER_BYTE * NS_PER_SECOND / (argc == 5 ? atol(argv[4]) : 115200);
    journal = fopen(argv[3], "w");
    if (journal == NULL) {
        fail(argv[3]);
    }
    signal(SIGTERM, stop);
    keep_time();
    int lower = open_port(argv[2]);
    int upper = make_pty(argv[1]);
    static struct direction down, up;
    down = (struct direction){.from = upper, .to = lower, .from_name = "up", .to_name = "down"};
    up = (struct direction){.from = lower, .to = upper, .from_name = "down", .to_name = "up"};
    while (!stopped) {
        wait_for(&down, &up);
        hand_on(&down);
        hand_on(&up);
    }
    return fclose(journal) == 0 ? 0 : 1;
}
