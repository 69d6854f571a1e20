/* SPDX-License-Identifier: MIT */
/* The sentences for people that bars and lines have in common. */
#ifndef TOOL_REPORT_TEXT_H
#define TOOL_REPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "tool/session.h"

enum {
    REPORT_TEXT_BYTES = 1024,
};

/* The sentence for an event; false: there is none to be said. `verbose`: say the small ones too. */
bool report_text(const struct session *session, const struct session_event *event, bool verbose,
                 char text[REPORT_TEXT_BYTES]);

/* Errors and warnings go to stderr, each one line: "gsmflash: PORT: ...". */
void report_complain(const struct session *session, const struct session_event *event);

/* What the person at the module's switch is to do now; NULL: nothing. */
const char *report_request(const struct session *session);

/* The same for a row of a table. */
const char *report_short_request(const struct session *session);

/* Bytes a second since the download began; 0: not known yet. */
double report_rate(const struct session *session);

unsigned report_percent(const struct session *session);

#endif
