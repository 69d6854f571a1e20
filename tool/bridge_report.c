/* SPDX-License-Identifier: MIT */
#include "tool/bridge_report.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>

static void tell(const struct bridge_options *options, const char *type, json_t *object,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* One line for people, or one object for programs; takes `object`. */
static void tell(const struct bridge_options *options, const char *type, json_t *object,
                 const char *format, ...)
{
    va_list arguments;
    if (options->json) {
        json_object_set_new(object, "type", json_string(type));
        json_dumpf(object, stdout, JSON_COMPACT);
        putchar('\n');
    } else if (!options->quiet) {
        va_start(arguments, format);
        vprintf(format, arguments);
        va_end(arguments);
        putchar('\n');
    }
    fflush(stdout);
    json_decref(object);
}

const char *bridge_state_text(enum gsmflash_bridge_download download)
{
    static const char *const texts[] = {
        [GSMFLASH_BRIDGE_NONE] = "the module is untouched",
        [GSMFLASH_BRIDGE_OPEN] = "the module's firmware is invalid until an update completes",
        [GSMFLASH_BRIDGE_COMPLETE] = "the module's firmware is complete",
    };
    return texts[download];
}

static const char *state_word(enum gsmflash_bridge_download download)
{
    static const char *const words[] = {
        [GSMFLASH_BRIDGE_NONE] = "untouched",
        [GSMFLASH_BRIDGE_OPEN] = "invalid",
        [GSMFLASH_BRIDGE_COMPLETE] = "valid",
    };
    return words[download];
}

static const char *reason_word(enum gsmflash_bridge_reason reason)
{
    static const char *const texts[] = {
        [GSMFLASH_BRIDGE_STARTED] = "started",
        [GSMFLASH_BRIDGE_ENDED] = "ended",
        [GSMFLASH_BRIDGE_SILENCE] = "silence",
    };
    return texts[reason];
}

void bridge_report_ready(const struct bridge_options *options)
{
    tell(options, "ready", json_object(), "ready: host on %s, module on %s",
         options->ports[GSMFLASH_UPSTREAM], options->ports[GSMFLASH_DOWNSTREAM]);
}

void bridge_report_transparent(const struct bridge_options *options)
{
    tell(options, "transparent", json_object(), "transparent: the host has begun");
}

void bridge_report_power(const struct bridge_options *options, bool on)
{
    tell(options, "power", json_pack("{s:b}", "on", on), "power %s", on ? "on" : "off");
}

void bridge_report_request(const struct bridge_options *options)
{
    tell(options, "power", json_pack("{s:s}", "request", "off_and_on"),
         "switch the module off and on");
}

void bridge_report_left(const struct bridge_options *options, const struct gsmflash_bridge *bridge,
                        enum gsmflash_bridge_reason reason, enum gsmflash_bridge_download module)
{
    const struct gsmflash_bridge_count *up = &bridge->count[GSMFLASH_UPSTREAM];
    const struct gsmflash_bridge_count *down = &bridge->count[GSMFLASH_DOWNSTREAM];
    tell(options, "left",
         json_pack("{s:s, s:s, s:I, s:I, s:I, s:I}", "reason", reason_word(reason), "firmware",
                   state_word(module), "up_bytes", (json_int_t)up->passed, "down_bytes",
                   (json_int_t)down->passed, "up_lost", (json_int_t)up->overrun, "down_lost",
                   (json_int_t)down->overrun),
         "left (%s): %s; %lu bytes up, %lu down, %lu lost", reason_word(reason),
         bridge_state_text(module), (unsigned long)up->passed, (unsigned long)down->passed,
         (unsigned long)up->overrun + down->overrun);
}
