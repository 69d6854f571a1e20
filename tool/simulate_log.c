/* SPDX-License-Identifier: MIT */
#include "tool/simulate_log.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* Takes the reference. */
static void print_json(json_t *object)
{
    if (object != NULL) {
        json_dumpf(object, stdout, JSON_COMPACT);
        putchar('\n');
        fflush(stdout);
    }
    json_decref(object);
}

/* A path or a revision may hold anything; JSON takes UTF-8 only. */
static json_t *any_string(const char *text)
{
    json_t *string = text != NULL ? json_string(text) : json_null();
    return string != NULL ? string : json_string("?");
}

static void print_line(const struct simulate_log *log, const char *text)
{
    if (!log->quiet) {
        puts(text);
        fflush(stdout);
    }
}

void simulate_log_port(const struct simulate_log *log, const char *path, const char *link)
{
    char text[5000];
    if (log->json) {
        print_json(json_pack("{s:s, s:o, s:o}", "type", "port", "path", any_string(path), "link",
                             any_string(link)));
        return;
    }
    snprintf(text, sizeof text, link != NULL ? "port %s, link %s" : "port %s", path, link);
    print_line(log, text);
}

static json_t *json_of(const struct sim_event *event)
{
    switch (event->kind) {
    case SIM_EVENT_POWER:
        return json_pack("{s:s, s:b}", "type", "power", "on", event->value != 0);
    case SIM_EVENT_POWER_LOST:
        return json_pack("{s:s}", "type", "power-lost");
    case SIM_EVENT_FAULT:
        return json_pack("{s:s, s:s}", "type", "fault", "text", event->text);
    case SIM_EVENT_VALID:
        return json_pack("{s:s, s:I}", "type", "valid", "bytes", (json_int_t)event->value);
    case SIM_EVENT_INVALID:
        return json_pack("{s:s}", "type", "invalid");
    case SIM_EVENT_STARTED:
        return json_pack("{s:s, s:o}", "type", "application", "revision", any_string(event->text));
    default:
        return NULL;
    }
}

static json_t *with_time(json_t *object, uint64_t at_us)
{
    if (object != NULL)
        json_object_set_new(object, "us", json_integer((json_int_t)at_us));
    return object;
}

void simulate_log_event(void *context, const struct sim_event *event)
{
    const struct simulate_log *log = context;
    char what[200];
    char text[240];

    if (event->kind == SIM_EVENT_MODULE_SENDS && !log->verbose)
        return;
    sim_event_text(event, what, sizeof what);
    if (log->json) {
        json_t *object = event->kind == SIM_EVENT_MODULE_SENDS
                             ? json_pack("{s:s, s:s}", "type", "answer", "text", what)
                             : json_of(event);
        print_json(with_time(object, event->at_us));
        return;
    }
    snprintf(text, sizeof text, "%9.3f s  %s", (double)event->at_us / 1e6, what);
    print_line(log, text);
}

void simulate_log_rate(const struct simulate_log *log, const char *path, unsigned rate,
                       unsigned module_rate)
{
    if (log->json) {
        print_json(json_pack("{s:s, s:o, s:i, s:i}", "type", "warning", "port", any_string(path),
                             "baud", (int)rate, "module-baud", (int)module_rate));
    }
    fprintf(stderr,
            "gsmflash simulate: %s is set to %u baud, the module speaks %u: both hear garbage\n",
            path, rate, module_rate);
}

void simulate_log_end(const struct simulate_log *log, uint32_t updates)
{
    char text[80];
    if (log->json) {
        print_json(json_pack("{s:s, s:I}", "type", "finished", "updates", (json_int_t)updates));
        return;
    }
    snprintf(text, sizeof text, "ended after %lu completed updates", (unsigned long)updates);
    print_line(log, text);
}
