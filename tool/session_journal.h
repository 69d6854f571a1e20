/* SPDX-License-Identifier: MIT */
/* What a session does with the journal of its port. */
#ifndef TOOL_SESSION_JOURNAL_H
#define TOOL_SESSION_JOURNAL_H

#include "tool/session.h"

/*
 * Reads the journal and completes session->config: what to resume, or whether to ask for a module
 * that was left in command mode.
 */
void session_journal_prepare(struct session *session);

/* The host's callback. */
void session_journal_keep(void *context, const struct gsmflash_report *report);

/* Forgets what has become true: a complete image. */
void session_journal_end(struct session *session);

#endif
