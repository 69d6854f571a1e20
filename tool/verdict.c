/* SPDX-License-Identifier: MIT */
#include "tool/verdict.h"

#include <stdarg.h>
#include <stdio.h>

#include "tool/exit_status.h"
#include "tool/names.h"

const char *firmware_sentence(unsigned firmware)
{
    switch (firmware) {
    case GSMFLASH_FIRMWARE_UNTOUCHED:
        return "the module is untouched";
    case GSMFLASH_FIRMWARE_INVALID:
        return "the module's firmware is invalid until an update completes";
    default:
        return "the module's firmware is valid";
    }
}

/* What to do next, where only the state of the module decides. */
static const char *remedy(unsigned firmware)
{
    switch (firmware) {
    case GSMFLASH_FIRMWARE_UNTOUCHED:
        return "run the update again when that is mended";
    case GSMFLASH_FIRMWARE_INVALID:
        return "run the update again";
    default:
        return "switch the module off and on to start it";
    }
}

static int status_of_state(unsigned firmware, int untouched)
{
    switch (firmware) {
    case GSMFLASH_FIRMWARE_UNTOUCHED:
        return untouched;
    case GSMFLASH_FIRMWARE_INVALID:
        return STATUS_INVALID;
    default:
        return STATUS_NOT_STARTED;
    }
}

static int status_of_error(const struct gsmflash_report *report)
{
    switch (report->error) {
    case GSMFLASH_OK:
        return STATUS_DONE;
    case GSMFLASH_ERROR_NOT_STARTED:
        return STATUS_NOT_STARTED;
    case GSMFLASH_ERROR_CONFIG:
        return STATUS_USAGE;
    case GSMFLASH_ERROR_REFUSED:
    case GSMFLASH_ERROR_MTU:
        return STATUS_REFUSED;
    case GSMFLASH_ERROR_READ:
    case GSMFLASH_ERROR_PORT:
        return status_of_state(report->firmware, STATUS_NOT_OPENED);
    default:
        return status_of_state(report->firmware, STATUS_NO_MODULE);
    }
}

__attribute__((format(printf, 2, 3))) static void say(struct verdict *verdict, const char *format,
                                                      ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(verdict->text, sizeof verdict->text, format, arguments);
    va_end(arguments);
}

static void say_no_sync(struct verdict *verdict, const struct gsmflash_report *report,
                        const struct circumstances *at)
{
    char heard[64];
    const char *hint;
    if (at->received_bytes == 0) {
        snprintf(heard, sizeof heard, "not one byte came back");
        hint = at->power_automatic
                   ? "check that TX and RX are crossed, GND is connected and the power switch works"
                   : "check that TX and RX are crossed and GND is connected, and switch the module "
                     "on while gsmflash waits";
    } else if (at->only_echoes) {
        snprintf(heard, sizeof heard, "only our own bytes came back");
        hint = "TX and RX seem to be tied together; check the wires";
    } else {
        snprintf(heard, sizeof heard, "%lu bytes came back that were no sync word",
                 (unsigned long)at->received_bytes);
        hint = "its application may be running: switch the module off and on while gsmflash waits; "
               "or check --baud";
    }
    say(verdict, "no module answered within %.4g s, %s; %s: %s", at->timeout_ms / 1000.0, heard,
        firmware_sentence(report->firmware), hint);
}

static void say_refused(struct verdict *verdict, const struct gsmflash_report *report)
{
    if (report->error == GSMFLASH_ERROR_MTU)
        say(verdict,
            "the module's MTU of %u bytes is too small to carry a block; %s: this module can't be "
            "updated with this protocol before its boot loader says another MTU",
            report->mtu, firmware_sentence(report->firmware));
    else
        say(verdict,
            "the module refuses the image with status %u (%s); %s: check that the image "
            "is for this module, then update again",
            report->module_status, gsmflash_status_text(report->module_status),
            firmware_sentence(report->firmware));
}

static void say_not_started(struct verdict *verdict, const struct gsmflash_report *report)
{
    say(verdict, "updated, but the module did not confirm that its firmware starts; %s: %s",
        firmware_sentence(report->firmware), remedy(report->firmware));
}

static void say_broke_off(struct verdict *verdict, const struct gsmflash_report *report,
                          const struct circumstances *at)
{
    const char *hint = "check its supply and wires, then run the update again";
    if (report->error == GSMFLASH_ERROR_OPEN)
        hint = "switch the module off and on, then run the update again";
    say(verdict, "%s (byte %lu of %lu, packet %lu, attempt %u); %s: %s",
        gsmflash_error_text(report->error), (unsigned long)report->offset,
        (unsigned long)at->image_bytes, (unsigned long)report->number, report->attempt,
        firmware_sentence(report->firmware), hint);
}

static void say_updated(struct verdict *verdict, const struct circumstances *at)
{
    if (at->no_run)
        say(verdict, "updated; the module stays in command mode");
    else if (at->expected != NULL)
        say(verdict, "updated, and the module runs revision %s", at->expected);
    else
        say(verdict, "updated, and the new firmware is started");
}

static void say_host(struct verdict *verdict, const struct gsmflash_report *report,
                     const struct circumstances *at)
{
    switch (report->error) {
    case GSMFLASH_OK:
        say_updated(verdict, at);
        break;
    case GSMFLASH_ERROR_NO_SYNC:
        say_no_sync(verdict, report, at);
        break;
    case GSMFLASH_ERROR_HALF_SYNC:
        say(verdict, "%s; %s: the line may be noisy or a wire loose; check them and try again",
            gsmflash_error_text(report->error), firmware_sentence(report->firmware));
        break;
    case GSMFLASH_ERROR_REFUSED:
    case GSMFLASH_ERROR_MTU:
        say_refused(verdict, report);
        break;
    case GSMFLASH_ERROR_NOT_STARTED:
        say_not_started(verdict, report);
        break;
    default:
        say_broke_off(verdict, report, at);
        break;
    }
}

static void say_interrupted(struct verdict *verdict, const struct gsmflash_report *report,
                            const struct circumstances *at)
{
    const char *state = firmware_sentence(report->firmware);
    if (report->firmware == GSMFLASH_FIRMWARE_UNTOUCHED)
        say(verdict, "interrupted before the download; %s", state);
    else if (report->firmware == GSMFLASH_FIRMWARE_VALID)
        say(verdict, "interrupted after the download; %s: %s", state, remedy(report->firmware));
    else
        say(verdict, "interrupted at byte %lu of %lu; %s: %s", (unsigned long)report->offset,
            (unsigned long)at->image_bytes, state, remedy(report->firmware));
}

/* What the module says may have several lines; an error has one. */
static void say_wrong_revision(struct verdict *verdict, const struct gsmflash_report *report,
                               const struct circumstances *at)
{
    say(verdict,
        "updated, but the module reports '%s' instead of '%s'; %s: check that the image is "
        "the right one",
        at->detail, at->expected, firmware_sentence(report->firmware));
    for (char *c = verdict->text; *c != '\0'; c++)
        if (*c == '\n')
            *c = ' ';
}

static const char *error_of(const struct gsmflash_report *report,
                            const struct circumstances *circumstances)
{
    switch (circumstances->ending) {
    case ENDING_ALREADY:
        return NULL;
    case ENDING_HOST:
        return report->error != GSMFLASH_OK ? error_name(report->error) : NULL;
    case ENDING_INTERRUPTED:
        return "interrupted";
    case ENDING_IMAGE_CHANGED:
        return "image_changed";
    case ENDING_POWER_FAILED:
        return "power";
    case ENDING_REVISION_UNKNOWN:
    case ENDING_REVISION_WRONG:
        return "revision";
    default:
        return "port";
    }
}

void verdict_find(struct verdict *verdict, const struct gsmflash_report *report,
                  const struct circumstances *circumstances)
{
    const char *state = firmware_sentence(report->firmware);
    const char *next = remedy(report->firmware);
    verdict->error = error_of(report, circumstances);
    verdict->status = status_of_state(report->firmware, STATUS_NOT_OPENED);
    switch (circumstances->ending) {
    case ENDING_HOST:
        verdict->status = status_of_error(report);
        say_host(verdict, report, circumstances);
        break;
    case ENDING_ALREADY:
        verdict->status = STATUS_DONE;
        say(verdict, "not updated: the module runs revision %s already", circumstances->detail);
        break;
    case ENDING_INTERRUPTED:
        verdict->status = STATUS_INTERRUPTED;
        say_interrupted(verdict, report, circumstances);
        break;
    case ENDING_PORT_NOT_OPENED:
        say(verdict, "%s", circumstances->detail);
        break;
    case ENDING_PORT_LOST:
        say(verdict, "the port is gone (%s); %s: %s", circumstances->detail, state, next);
        break;
    case ENDING_IMAGE_CHANGED:
        say(verdict, "the image changed while it was read; %s: %s", state, next);
        break;
    case ENDING_POWER_FAILED:
        say(verdict, "%s; %s: %s", circumstances->detail, state, next);
        break;
    case ENDING_REVISION_UNKNOWN:
        say(verdict, "updated, but the module does not tell its revision; %s: %s", state, next);
        break;
    case ENDING_REVISION_WRONG:
        say_wrong_revision(verdict, report, circumstances);
        break;
    }
}
