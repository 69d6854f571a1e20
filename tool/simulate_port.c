/* SPDX-License-Identifier: MIT */
#include "tool/simulate_port.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "posix/raw.h"

enum {
    /* What a UART's driver would take before the writer has to wait. */
    QUEUE_BYTES = 4096,
    /* Rates that differ by more than this many percent don't understand each other. */
    RATE_TOLERANCE = 3,
};

static void check_rate(struct simulate_port *port)
{
    unsigned rate = port->baud != 0 ? pty_slave_baud(&port->pty) : 0;
    unsigned off = rate > port->baud ? rate - port->baud : port->baud - rate;
    bool garbled = rate != 0 && off > port->baud / 100 * RATE_TOLERANCE;

    if (garbled && !port->garbled)
        simulate_log_rate(port->log, port->pty.path, rate, port->baud);
    port->garbled = garbled;
}

/* What a UART makes of bytes at another rate: always the same nonsense, and never a sync word. */
static void garble(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)((bytes[i] * 7u) | 0xC1u);
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/*
 * When the bytes that have just been read began to come. This process is woken late now and then,
 * and what it is late by must not count as the time of the line or of the host: bytes found after
 * the line has fallen idle, where nobody looked in between, came without a pause; and bytes that
 * follow an answer which was handed out late are early by as much.
 */
static uint64_t arrival_us(struct simulate_port *port)
{
    uint64_t now_us = port->now_us(port->context);
    uint64_t idle_us = sim_line_idle_us(&port->uart->in);
    uint64_t late_us = port->late_us;

    port->late_us = 0;
    if (idle_us > port->ran_us && idle_us < now_us)
        return idle_us;
    uint64_t earliest_us = later(port->sent_us, port->module->last_us);
    return later(now_us - late_us, later(earliest_us, idle_us < now_us ? idle_us : 0));
}

static void watch_input(struct simulate_port *port, bool wanted)
{
    if (wanted != port->reading) {
        loop_watch_change(port->loop, &port->watch, wanted ? EPOLLIN : 0);
        port->reading = wanted;
    }
}

static void input_ready(void *context, uint32_t events)
{
    struct simulate_port *port = context;
    uint8_t bytes[QUEUE_BYTES];
    ssize_t size = read(port->pty.master_fd, bytes, sizeof bytes);

    (void)events;
    if (size <= 0)
        return;
    check_rate(port);
    if (port->garbled)
        garble(bytes, (size_t)size);
    sim_line_write(&port->uart->in, bytes, (size_t)size, arrival_us(port));
    port->ready(port->context);
}

/* Bytes for which nobody has room are lost, as on a wire. */
static void send(struct simulate_port *port, const uint8_t *data, size_t size)
{
    uint8_t garbage[QUEUE_BYTES];
    if (port->garbled && size <= sizeof garbage) {
        memcpy(garbage, data, size);
        garble(garbage, size);
        data = garbage;
    }
    ssize_t written = write(port->pty.master_fd, data, size);
    (void)written;
}

void simulate_port_pump(struct simulate_port *port, uint64_t now_us)
{
    const uint8_t *data;
    size_t size;

    for (;;) {
        uint64_t due_us = sim_line_next_us(&port->uart->out);
        size = sim_line_take(&port->uart->out, now_us, &data);
        if (size == 0)
            break;
        send(port, data, size);
        port->sent_us = due_us;
        port->late_us = port->now_us(port->context) - due_us;
    }
    port->ran_us = now_us;
    watch_input(port, sim_line_pending(&port->uart->in) < QUEUE_BYTES);
}

bool simulate_port_open(struct simulate_port *port, struct loop *loop, const char *link,
                        struct problem *problem)
{
    if (!pty_open(&port->pty, link, problem))
        return false;
    port->loop = loop;
    port->watch.fd = port->pty.master_fd;
    port->watch.ready = input_ready;
    port->watch.context = port;
    port->reading = true;
    /* Whoever does not set a rate is not to be told that it is the wrong one. */
    if ((port->baud != 0 && !raw_set(port->pty.slave_fd, port->baud)) ||
        !loop_watch_start(loop, &port->watch, EPOLLIN)) {
        problem_set(problem, "%s: can't be used: %s", port->pty.path, strerror(errno));
        simulate_port_close(port);
        return false;
    }
    return true;
}

void simulate_port_close(struct simulate_port *port)
{
    if (port->pty.master_fd >= 0) {
        loop_watch_stop(port->loop, &port->watch);
        pty_close(&port->pty);
    }
}
