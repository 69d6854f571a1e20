/* SPDX-License-Identifier: MIT */
#include "tool/session_watch.h"

#include "posix/clock.h"
#include "tool/session_journal.h"

void session_tell(const struct session *session, enum session_event_kind kind, const char *text)
{
    const struct session_event event = {.kind = kind, .text = text};
    session->observer.event(session->observer.context, session, &event);
}

static void watch_restart(struct session *session)
{
    uint64_t now_us = clock_now_us();
    if (session->begun_us != 0)
        session->restarts_cost_us += now_us - session->begun_us;
    session->begun_us = 0;
    session->repeats_cost_us = 0;
    session->image_checked = false;
    session_tell(session, SESSION_RESTART, NULL);
}

static void watch_retry(struct session *session)
{
    session->repeats_cost_us += clock_now_us() - session->transmitted_us;
    session_tell(session, SESSION_RETRY, NULL);
}

static void watch_phase(struct session *session)
{
    const struct gsmflash_report *report = &session->host.report;
    if (session->begun_us == 0 && report->phase >= GSMFLASH_PHASE_BEGIN &&
        report->phase <= GSMFLASH_PHASE_RUN) {
        session->begun_us = clock_now_us();
        if (session->first_begun_us == 0)
            session->first_begun_us = session->begun_us;
    }
    if (report->phase == GSMFLASH_PHASE_DATA)
        session->begun_offset = report->offset;
    if (report->phase != GSMFLASH_PHASE_FINISHED)
        session_tell(session, SESSION_PHASE, NULL);
}

void session_watch_start(struct session *session)
{
    session->seen = session->host.report;
    session_tell(session, SESSION_PHASE, NULL);
}

void session_watch(struct session *session)
{
    const struct gsmflash_report now = session->host.report;
    const struct gsmflash_report seen = session->seen;
    session->seen = now;
    if (now.repeats != seen.repeats)
        watch_retry(session);
    if (now.attempt != seen.attempt)
        watch_restart(session);
    if (now.firmware != seen.firmware)
        session_journal_end(session);
    if (now.offset > seen.offset)
        session_tell(session, SESSION_PROGRESS, NULL);
    if (now.phase != seen.phase || now.attempt != seen.attempt)
        watch_phase(session);
    if (now.transmission != seen.transmission || now.number != seen.number)
        session->transmitted_us = clock_now_us();
}

void session_count_received(struct session *session, const uint8_t *bytes, size_t size)
{
    session->received_bytes += (uint32_t)size;
    for (size_t i = 0; i < size && session->only_echoes; i++)
        session->only_echoes = bytes[i] == GSMFLASH_SYNC_WORD1;
}

uint64_t session_download_us(const struct session *session)
{
    if (session->first_begun_us == 0)
        return 0;
    uint64_t end_us = session->finished ? session->finished_us : clock_now_us();
    return end_us - session->first_begun_us;
}

uint64_t session_lost_us(const struct session *session)
{
    return session->repeats_cost_us + session->restarts_cost_us;
}
