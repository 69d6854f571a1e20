/* SPDX-License-Identifier: MIT */
/* What `gsmflash simulate` says while it runs: lines for people, or JSON. */
#ifndef TOOL_SIMULATE_LOG_H
#define TOOL_SIMULATE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/trace.h"

struct simulate_log {
    bool json;
    bool quiet;
    bool verbose;
};

/* The port is there; link may be NULL. */
void simulate_log_port(const struct simulate_log *log, const char *path, const char *link);

/* Something has happened in the module; `context` is the struct simulate_log. */
void simulate_log_event(void *context, const struct sim_event *event);

/* Whoever opened the port has set another rate than the module's. */
void simulate_log_rate(const struct simulate_log *log, const char *path, unsigned rate,
                       unsigned module_rate);

void simulate_log_end(const struct simulate_log *log, uint32_t updates);

#endif
