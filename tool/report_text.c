/* SPDX-License-Identifier: MIT */
#include "tool/report_text.h"

#include <stdio.h>

#include "tool/exit_status.h"
#include "tool/names.h"

static const char *command_of(unsigned phase)
{
    switch (phase) {
    case GSMFLASH_PHASE_PROBE:
    case GSMFLASH_PHASE_DATA:
        return "DATA";
    case GSMFLASH_PHASE_END:
        return "END";
    case GSMFLASH_PHASE_RUN:
        return "RUN";
    default:
        return "BEGIN";
    }
}

static void why_repeated(const struct gsmflash_report *report, char *text, size_t size)
{
    switch (report->cause) {
    case GSMFLASH_CAUSE_SILENCE:
        snprintf(text, size, "no answer for 3 s");
        break;
    case GSMFLASH_CAUSE_DAMAGED:
        snprintf(text, size, "its answer was damaged");
        break;
    default:
        snprintf(text, size, "the module asks for it with status %u (%s)", report->module_status,
                 gsmflash_status_text(report->module_status));
        break;
    }
}

static void retry_text(const struct session *session, char text[REPORT_TEXT_BYTES])
{
    const struct gsmflash_report *report = &session->host.report;
    char why[128];
    why_repeated(report, why, sizeof why);
    if (report->phase == GSMFLASH_PHASE_DATA)
        snprintf(text, REPORT_TEXT_BYTES, "DATA %lu (byte %lu) is sent again: %s",
                 (unsigned long)report->number, (unsigned long)report->offset, why);
    else
        snprintf(text, REPORT_TEXT_BYTES, "%s is sent again: %s", command_of(report->phase), why);
}

static void restart_text(const struct session *session, char text[REPORT_TEXT_BYTES])
{
    const struct gsmflash_report *report = &session->host.report;
    const char *how = power_is_automatic(&session->plan->power) ? "the module is restarted"
                      : session->plan->power.method == POWER_MANUAL
                          ? "switch the module off and on"
                          : "waiting for the module to be switched off and on";
    snprintf(text, REPORT_TEXT_BYTES, "attempt %u of %lu: %s; %s", report->attempt,
             (unsigned long)session->plan->attempts, gsmflash_error_text(report->error), how);
}

const char *report_request(const struct session *session)
{
    bool waits = session->host.report.phase == GSMFLASH_PHASE_SYNC;
    if (!waits || session->plan->power.method != POWER_MANUAL)
        return NULL;
    if (session->host.report.error != GSMFLASH_OK)
        return "switch the module off and on";
    if (session->host.report.attempt == 0)
        return "looking for the download that broke off; if nothing happens, switch the module off "
               "and on";
    return "switch the module on now (off first, if it is on)";
}

const char *report_short_request(const struct session *session)
{
    if (report_request(session) == NULL)
        return NULL;
    return session->host.report.error != GSMFLASH_OK || session->host.report.attempt == 0
               ? "switch it off and on"
               : "switch it on (off first)";
}

static bool phase_text(const struct session *session, bool verbose, char text[REPORT_TEXT_BYTES])
{
    const struct gsmflash_report *report = &session->host.report;
    const char *request = report_request(session);
    /* After a failure the restart's own line has asked for it. */
    if (request != NULL && report->error == GSMFLASH_OK)
        snprintf(text, REPORT_TEXT_BYTES, "%s", request);
    else if (!verbose)
        return false;
    else if (report->phase == GSMFLASH_PHASE_DATA)
        snprintf(text, REPORT_TEXT_BYTES, "phase data, MTU %u", report->mtu);
    else
        snprintf(text, REPORT_TEXT_BYTES, "phase %s", phase_name(report->phase));
    return true;
}

static void summary_text(const struct session *session, char text[REPORT_TEXT_BYTES])
{
    const struct gsmflash_report *report = &session->host.report;
    unsigned long bytes = report->offset - session->begun_offset;
    double seconds = (double)session_download_us(session) / 1e6;
    int length = snprintf(text, REPORT_TEXT_BYTES, "%s: %lu bytes in %.1f s (%.1f kB/s), ",
                          session->verdict.text, bytes, seconds,
                          seconds > 0 ? (double)bytes / seconds / 1000 : 0);
    size_t used = (size_t)length;
    unsigned restarts = report->attempt > 1 ? report->attempt - 1u : 0;
    if (report->repeats == 0 && restarts == 0)
        snprintf(text + used, REPORT_TEXT_BYTES - used, "nothing sent again");
    else
        snprintf(text + used, REPORT_TEXT_BYTES - used,
                 "repeats: %lu, restarts: %u, which cost %.1f s", (unsigned long)report->repeats,
                 restarts, (double)session_lost_us(session) / 1e6);
}

bool report_text(const struct session *session, const struct session_event *event, bool verbose,
                 char text[REPORT_TEXT_BYTES])
{
    const struct gsmflash_report *report = &session->host.report;
    switch (event->kind) {
    case SESSION_PHASE:
        return phase_text(session, verbose, text);
    case SESSION_RETRY:
        if (verbose)
            retry_text(session, text);
        return verbose;
    case SESSION_RESTART:
        restart_text(session, text);
        return true;
    case SESSION_FINISHED:
        if (report->firmware != GSMFLASH_FIRMWARE_VALID)
            snprintf(text, REPORT_TEXT_BYTES, "%s", session->verdict.text);
        else if (session->verdict.status == STATUS_DONE)
            summary_text(session, text);
        return session->verdict.status == STATUS_DONE;
    default:
        return false;
    }
}

void report_complain(const struct session *session, const struct session_event *event)
{
    if (event->kind == SESSION_WARNING)
        fprintf(stderr, "gsmflash: %s: warning: %s\n", session->port, event->text);
    else if (event->kind == SESSION_FINISHED && session->verdict.status != STATUS_DONE)
        fprintf(stderr, "gsmflash: %s: %s\n", session->port, session->verdict.text);
}

double report_rate(const struct session *session)
{
    double seconds = (double)session_download_us(session) / 1e6;
    uint32_t offset = session->host.report.offset;
    if (seconds < 0.05 || offset <= session->begun_offset)
        return 0;
    return (offset - session->begun_offset) / seconds;
}

unsigned report_percent(const struct session *session)
{
    return (unsigned)(session->host.report.offset * UINT64_C(100) / session->plan->image->size);
}
