/* SPDX-License-Identifier: MIT */
#include "tool/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/report_text.h"

struct report {
    bool gang;
    const struct report_way *way; /* NULL: quiet */
    void *state;
};

static bool can_draw(void)
{
    const char *terminal = getenv("TERM");
    return isatty(STDOUT_FILENO) && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

static const struct report_way *choose(const struct report_settings *settings)
{
    if (settings->json)
        return &report_json;
    if (settings->quiet)
        return NULL;
    return can_draw() ? &report_bars : &report_lines;
}

struct report *report_new(const struct report_settings *settings)
{
    struct report *report = calloc(1, sizeof *report);
    if (report == NULL)
        return NULL;
    report->gang = settings->count > 1;
    report->way = choose(settings);
    if (report->way == NULL)
        return report;
    report->state = report->way->open(settings);
    if (report->state != NULL)
        return report;
    free(report);
    return NULL;
}

void report_free(struct report *report)
{
    if (report->way != NULL)
        report->way->close(report->state);
    free(report);
}

void report_event(void *context, const struct session *session, const struct session_event *event)
{
    struct report *report = context;
    if (report->way != NULL)
        report->way->event(report->state, session, event);
    else
        report_complain(session, event);
}

void report_end(struct report *report, int status)
{
    if (report->gang && report->way != NULL)
        report->way->sum_up(report->state, status);
}
