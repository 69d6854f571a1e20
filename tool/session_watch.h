/* SPDX-License-Identifier: MIT */
/* What a session tells its observer, found by comparing the host's report before and after. */
#ifndef TOOL_SESSION_WATCH_H
#define TOOL_SESSION_WATCH_H

#include "tool/session.h"

/* To be called when the host has been started. */
void session_watch_start(struct session *session);

/* To be called after every other call of the host. */
void session_watch(struct session *session);

void session_count_received(struct session *session, const uint8_t *bytes, size_t size);

void session_tell(const struct session *session, enum session_event_kind kind, const char *text);

#endif
