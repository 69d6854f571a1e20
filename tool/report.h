/* SPDX-License-Identifier: MIT */
/* How an update is shown: bars on a terminal, lines in a pipe, JSON for programs. */
#ifndef TOOL_REPORT_H
#define TOOL_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "posix/loop.h"
#include "tool/session.h"

struct report_settings {
    bool json;
    bool quiet;   /* nothing but errors */
    bool verbose; /* each phase and each repetition too */
    struct session *sessions;
    size_t count;
    struct loop *loop;
};

struct report;

/* NULL: out of memory. */
struct report *report_new(const struct report_settings *settings);

/* Gives the terminal back as it was. */
void report_free(struct report *report);

/* To be handed to the sessions, with the report as context. */
void report_event(void *context, const struct session *session, const struct session_event *event);

/* All sessions have finished, with this exit status; several are summed up. */
void report_end(struct report *report, int status);

/* One way to show: report.c chooses among them. */
struct report_way {
    void *(*open)(const struct report_settings *settings);
    void (*event)(void *way, const struct session *session, const struct session_event *event);
    void (*sum_up)(void *way, int status); /* of a gang, when all have finished */
    void (*close)(void *way);
};

extern const struct report_way report_bars;
extern const struct report_way report_json;
extern const struct report_way report_lines;

#endif
