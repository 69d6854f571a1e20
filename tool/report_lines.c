/* SPDX-License-Identifier: MIT */
/* For a pipe or a file: a line for each event, and one at each 10 % of the image. */
#include <stdio.h>
#include <stdlib.h>

#include "tool/report.h"
#include "tool/report_summary.h"
#include "tool/report_text.h"

enum {
    STEP_PERCENT = 10,
};

struct lines {
    struct report_settings settings;
    unsigned *told; /* of each session: the last tenth that was told */
};

static void *lines_open(const struct report_settings *settings)
{
    struct lines *lines = calloc(1, sizeof *lines);
    if (lines == NULL)
        return NULL;
    lines->settings = *settings;
    lines->told = calloc(settings->count, sizeof *lines->told);
    if (lines->told == NULL) {
        free(lines);
        return NULL;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    return lines;
}

static void lines_close(void *state)
{
    struct lines *lines = state;
    free(lines->told);
    free(lines);
}

static void print(const struct lines *lines, const struct session *session, const char *text)
{
    if (lines->settings.count > 1)
        printf("[%s] %s\n", session->port, text);
    else
        printf("%s\n", text);
}

static void progress(struct lines *lines, const struct session *session)
{
    unsigned *told = &lines->told[session - lines->settings.sessions];
    unsigned tenth = report_percent(session) / STEP_PERCENT;
    char text[64];
    if (tenth == *told)
        return;
    *told = tenth;
    int used = snprintf(text, sizeof text, "%3u %%  %lu of %lu bytes", tenth * STEP_PERCENT,
                        (unsigned long)session->host.report.offset,
                        (unsigned long)session->plan->image->size);
    double rate = report_rate(session);
    if (rate > 0)
        snprintf(text + used, sizeof text - (size_t)used, "  %.1f kB/s", rate / 1000);
    print(lines, session, text);
}

static void lines_event(void *state, const struct session *session,
                        const struct session_event *event)
{
    struct lines *lines = state;
    char text[REPORT_TEXT_BYTES];
    if (event->kind == SESSION_RESTART)
        lines->told[session - lines->settings.sessions] = 0;
    if (event->kind == SESSION_PROGRESS)
        progress(lines, session);
    else if (report_text(session, event, lines->settings.verbose, text))
        print(lines, session, text);
    fflush(stdout);
    report_complain(session, event);
}

static void lines_sum_up(void *state, int status)
{
    const struct lines *lines = state;
    (void)status;
    report_summary(&lines->settings, 0);
}

const struct report_way report_lines = {lines_open, lines_event, lines_sum_up, lines_close};
