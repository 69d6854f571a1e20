/* SPDX-License-Identifier: MIT */
/* For programs: one JSON object a line on stdout. Errors and warnings stand on stderr as well. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gsmflash/host.h"
#include "posix/clock.h"
#include "tool/gang.h"
#include "tool/names.h"
#include "tool/report.h"
#include "tool/report_summary.h"
#include "tool/report_text.h"

enum {
    PROGRESS_US = 100000,
};

struct json {
    struct report_settings settings;
    uint64_t *told_us; /* of each session: when its progress was told last */
};

static void *json_open(const struct report_settings *settings)
{
    struct json *json = calloc(1, sizeof *json);
    if (json == NULL)
        return NULL;
    json->settings = *settings;
    json->told_us = calloc(settings->count, sizeof *json->told_us);
    if (json->told_us == NULL) {
        free(json);
        return NULL;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    return json;
}

static void json_close(void *state)
{
    struct json *json = state;
    free(json->told_us);
    free(json);
}

/* A path may hold anything; JSON takes UTF-8 only. */
static json_t *any_string(const char *text)
{
    json_t *string = json_string(text);
    char *plain = string == NULL ? strdup(text) : NULL;
    if (plain == NULL)
        return string;
    for (char *at = plain; *at != '\0'; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    string = json_string(plain);
    free(plain);
    return string;
}

/* Of one session, or of all (NULL). Takes the reference to `object`. */
static void print(const struct session *session, const char *type, json_t *object)
{
    json_t *port = session != NULL ? any_string(session->port) : json_null();
    json_t *whole = json_pack("{s:s, s:o}", "type", type, "port", port);
    if (whole != NULL && object != NULL && json_object_update(whole, object) == 0) {
        json_dumpf(whole, stdout, JSON_COMPACT);
        putchar('\n');
        fflush(stdout);
    }
    json_decref(whole);
    json_decref(object);
}

static json_t *started(const struct session *session)
{
    const struct image_file *image = session->plan->image;
    char sha256[SHA256_HEX_BYTES];
    sha256_to_hex(image->sha256, sha256);
    return json_pack("{s:o, s:I, s:s, s:I}", "image", any_string(image->path), "bytes",
                     (json_int_t)image->size, "sha256", sha256, "baud",
                     (json_int_t)session->serial.baud);
}

static json_t *phase(const struct session *session)
{
    const struct gsmflash_report *report = &session->host.report;
    json_t *object = json_pack("{s:s, s:i, s:s}", "phase", phase_name(report->phase), "attempt",
                               report->attempt, "firmware", firmware_name(report->firmware));
    const char *request = report_request(session);
    if (report->mtu != 0)
        json_object_set_new(object, "mtu", json_integer(report->mtu));
    if (request != NULL)
        json_object_set_new(object, "request", json_string(request));
    return object;
}

static json_t *progress(const struct session *session)
{
    return json_pack("{s:I, s:I, s:i, s:f}", "bytes", (json_int_t)session->host.report.offset,
                     "total", (json_int_t)session->plan->image->size, "percent",
                     (int)report_percent(session), "rate", report_rate(session));
}

static json_t *retry(const struct session *session, bool restart)
{
    const struct gsmflash_report *report = &session->host.report;
    json_t *object =
        json_pack("{s:s, s:i, s:I, s:I, s:I}", "phase", phase_name(report->phase), "attempt",
                  report->attempt, "repeats", (json_int_t)report->repeats, "number",
                  (json_int_t)report->number, "bytes", (json_int_t)report->offset);
    json_object_set_new(object, "restart", json_boolean(restart));
    json_object_set_new(
        object, "cause",
        json_string(restart ? error_name(report->error) : cause_name(report->cause)));
    if (restart || report->cause == GSMFLASH_CAUSE_STATUS)
        json_object_set_new(object, "module_status", json_integer(report->module_status));
    return object;
}

static json_t *finished(const struct session *session)
{
    const struct gsmflash_report *report = &session->host.report;
    const struct verdict *verdict = &session->verdict;
    return json_pack(
        "{s:i, s:s?, s:o, s:s, s:I, s:f, s:I, s:i, s:f, s:i, s:I, s:I}", "status", verdict->status,
        "error", verdict->error, "message", any_string(verdict->text), "firmware",
        firmware_name(report->firmware), "bytes", (json_int_t)report->offset, "seconds",
        (double)session_download_us(session) / 1e6, "repeats", (json_int_t)report->repeats,
        "attempts", report->attempt, "lost_seconds", (double)session_lost_us(session) / 1e6,
        "module_status", report->module_status, "sent_bytes", (json_int_t)session->sent_bytes,
        "resumed_at", (json_int_t)session->begun_offset);
}

static bool progress_is_due(struct json *json, const struct session *session)
{
    uint64_t *told_us = &json->told_us[session - json->settings.sessions];
    uint64_t now_us = clock_now_us();
    bool all = session->host.report.offset == session->plan->image->size;
    if (!all && now_us - *told_us < PROGRESS_US)
        return false;
    *told_us = now_us;
    return true;
}

static void json_event(void *state, const struct session *session,
                       const struct session_event *event)
{
    switch (event->kind) {
    case SESSION_STARTED:
        print(session, "started", started(session));
        break;
    case SESSION_PHASE:
        print(session, "phase", phase(session));
        break;
    case SESSION_PROGRESS:
        if (progress_is_due(state, session))
            print(session, "progress", progress(session));
        break;
    case SESSION_RETRY:
    case SESSION_RESTART:
        print(session, "retry", retry(session, event->kind == SESSION_RESTART));
        break;
    case SESSION_WARNING:
        print(session, "warning", json_pack("{s:s}", "message", event->text));
        break;
    case SESSION_FINISHED:
        print(session, "finished", finished(session));
        break;
    }
    report_complain(session, event);
}

static void json_sum_up(void *state, int status)
{
    static const char *const names[GANG_STATES] = {
        [GANG_GOOD] = "good",
        [GANG_NOT_STARTED] = "not_started",
        [GANG_UNTOUCHED] = "untouched",
        [GANG_INVALID] = "invalid",
    };
    const struct json *json = state;
    const struct report_settings *settings = &json->settings;
    json_t *object =
        json_pack("{s:i, s:I, s:f}", "status", status, "modules", (json_int_t)settings->count,
                  "seconds", report_summary_seconds(settings));
    for (unsigned i = 0; i < GANG_STATES; i++)
        json_object_set_new(object, names[i], json_array());
    for (size_t i = 0; i < settings->count; i++) {
        const struct session *session = &settings->sessions[i];
        json_array_append_new(json_object_get(object, names[gang_state(session)]),
                              any_string(session->port));
    }
    print(NULL, "summary", object);
}

const struct report_way report_json = {json_open, json_event, json_sum_up, json_close};
