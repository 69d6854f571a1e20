/* SPDX-License-Identifier: MIT */
/* One UART of the simulated module: a pty, and the two lines between it and the module. */
#ifndef TOOL_SIMULATE_PORT_H
#define TOOL_SIMULATE_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "posix/loop.h"
#include "posix/pty.h"
#include "sim/module.h"
#include "tool/simulate_log.h"

struct simulate_port {
    struct pty pty;
    struct loop *loop;
    struct loop_watch watch;
    const struct simulate_log *log;
    struct sim_module *module;
    struct sim_port *uart; /* of the module */
    uint32_t baud;         /* of the module; 0: any */
    bool reading;          /* the pty is watched for bytes */
    bool garbled;          /* whoever holds the other end has set another rate */
    uint64_t ran_us;       /* up to when the module has been run */
    uint64_t sent_us;      /* when its last bytes had left it */
    uint64_t late_us;      /* how much later than that they were handed out */
    uint64_t (*now_us)(void *context);
    void (*ready)(void *context); /* bytes have come */
    void *context;
};

/* `link` may be NULL. The callbacks and `context`, `log`, `module`, `uart`, `baud` are filled in
 * before. */
bool simulate_port_open(struct simulate_port *port, struct loop *loop, const char *link,
                        struct problem *problem);
void simulate_port_close(struct simulate_port *port);

/* After the module was run up to now_us: hands out what has left it, and reads on if it may. */
void simulate_port_pump(struct simulate_port *port, uint64_t now_us);

#endif
