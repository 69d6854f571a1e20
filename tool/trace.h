/* SPDX-License-Identifier: MIT */
/* The recording of a session: a pcapng file that `gsmflash decode` and Wireshark read. */
#ifndef TOOL_TRACE_H
#define TOOL_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "posix/problem.h"

struct trace;

/*
 * Begins a trace in a file, or in a FIFO that somebody reads. A file that is there already is
 * replaced if it is a trace or empty, and refused if it is anything else: it may be the image.
 * NULL: `problem` says what, why and what to do.
 */
struct trace *trace_open(const char *path, struct problem *problem);

/*
 * All that follows does nothing where `trace` is NULL. Nothing waits and nothing fails: a trace
 * that can't be written any more stops, and trace_close() tells. `now_us` is on clock_now_us()'s
 * clock.
 */

/* Returns the port's number in this trace. */
unsigned trace_add_port(struct trace *trace, const char *name, unsigned baud);

void trace_sent(struct trace *trace, unsigned port, uint64_t now_us, const struct iovec *pieces,
                size_t count);
void trace_received(struct trace *trace, unsigned port, uint64_t now_us, const uint8_t *data,
                    size_t size);
/* Something that is no byte on the line: the module was switched on, say. */
void trace_note(struct trace *trace, unsigned port, uint64_t now_us, const char *text);

/* Writes what is left. False: the trace is not complete, `problem` says why. */
bool trace_close(struct trace *trace, struct problem *problem);

#endif
