/* SPDX-License-Identifier: MIT */
#include "sim/trace.h"

#include <stdio.h>

#include "gsmflash/frame.h"
#include "gsmflash/host.h"

void sim_tell(const struct sim_log *log, const struct sim_event *event)
{
    if (log->tell != NULL) {
        log->tell(log->context, event);
    }
}

static void sync_word_text(uint8_t word, char *text, size_t bytes)
{
    const char *name = "noise";
    switch (word) {
    case GSMFLASH_SYNC_WORD1:
        name = "SYNC_WORD1";
        break;
    case GSMFLASH_SYNC_WORD_RSP1:
        name = "SYNC_WORD_RSP1";
        break;
    case GSMFLASH_SYNC_WORD2:
        name = "SYNC_WORD2";
        break;
    case GSMFLASH_SYNC_WORD_RSP2:
        name = "SYNC_WORD_RSP2";
        break;
    default:
        break;
    }
    snprintf(text, bytes, "%s %02X", name, word);
}

static void command_text(const uint8_t *frame, size_t length, char *text, size_t bytes)
{
    const uint8_t *data = frame + GSMFLASH_HEADER_BYTES;
    switch (gsmflash_get16(frame + 1)) {
    case GSMFLASH_DL_BEGIN:
        snprintf(text, bytes, "DL_BEGIN");
        break;
    case GSMFLASH_DL_DATA:
        snprintf(text, bytes, "DL_DATA number %lu, %lu bytes",
                 (unsigned long)(length >= 4 ? gsmflash_get32(data) : 0),
                 (unsigned long)(length >= 4 ? length - 4 : 0));
        break;
    case GSMFLASH_DL_END:
        snprintf(text, bytes, "DL_END");
        break;
    case GSMFLASH_RUN_GSMSW:
        snprintf(text, bytes, "RUN_GSMSW");
        break;
    default:
        snprintf(text, bytes, "frame of type %04X", gsmflash_get16(frame + 1));
        break;
    }
}

static void answer_text(const uint8_t *frame, size_t length, char *text, size_t bytes)
{
    static const char *const names[] = {"DL_BEGIN_RSP", "DL_DATA_RSP", "DL_END_RSP",
                                        "RUN_GSMSW_RSP"};
    uint16_t type = gsmflash_get16(frame + 1);
    const uint8_t *data = frame + GSMFLASH_HEADER_BYTES;
    const char *name = names[(type / 2 - 1) % 4];

    if (length == 4) {
        snprintf(text, bytes, "%s status %u, MTU %u", name, gsmflash_get16(data),
                 gsmflash_get16(data + 2));
    } else if (length == 6) {
        snprintf(text, bytes, "%s status %u, next %lu", name, gsmflash_get16(data),
                 (unsigned long)gsmflash_get32(data + 2));
    } else {
        snprintf(text, bytes, "%s status %u", name, length >= 2 ? gsmflash_get16(data) : 0);
    }
}

static void bytes_text(const struct sim_event *event, char *text, size_t bytes)
{
    const uint8_t *data = event->data;
    if (event->size == 1) {
        sync_word_text(data[0], text, bytes);
    } else if (event->size < GSMFLASH_OVERHEAD_BYTES || data[0] != GSMFLASH_FRAME_HEAD) {
        snprintf(text, bytes, "%lu bytes", (unsigned long)event->size);
    } else if (gsmflash_get16(data + 1) % 2 == 0 && gsmflash_get16(data + 1) != 0) {
        answer_text(data, event->size - GSMFLASH_OVERHEAD_BYTES, text, bytes);
    } else {
        command_text(data, event->size - GSMFLASH_OVERHEAD_BYTES, text, bytes);
    }
}

static const char *phase_text(uint32_t phase)
{
    static const char *const names[] = {"power-off", "sync", "sync2", "begin",  "probe",
                                        "data",      "end",  "run",   "reboot", "finished"};
    return phase < sizeof names / sizeof *names ? names[phase] : "?";
}

void sim_event_text(const struct sim_event *event, char *text, size_t bytes)
{
    char what[96] = "";

    switch (event->kind) {
    case SIM_EVENT_HOST_SENDS:
        bytes_text(event, what, sizeof what);
        snprintf(text, bytes, "host   -> %s", what);
        break;
    case SIM_EVENT_MODULE_SENDS:
        bytes_text(event, what, sizeof what);
        snprintf(text, bytes, "module <- %s", what);
        break;
    case SIM_EVENT_POWER:
        snprintf(text, bytes, "power %s", event->value ? "on" : "off");
        break;
    case SIM_EVENT_POWER_LOST:
        snprintf(text, bytes, "power lost");
        break;
    case SIM_EVENT_FAULT:
        snprintf(text, bytes, "fault: %s", event->text);
        break;
    case SIM_EVENT_PHASE:
        snprintf(text, bytes, "host: %s", phase_text(event->value));
        break;
    case SIM_EVENT_REPEAT:
        snprintf(text, bytes, "host sends it again: %s", event->text);
        break;
    case SIM_EVENT_ATTEMPT:
        snprintf(text, bytes, "host: attempt %lu: %s", (unsigned long)event->value, event->text);
        break;
    case SIM_EVENT_VALID:
        snprintf(text, bytes, "firmware valid, %lu bytes", (unsigned long)event->value);
        break;
    case SIM_EVENT_INVALID:
        snprintf(text, bytes, "firmware invalid");
        break;
    case SIM_EVENT_STARTED:
        snprintf(text, bytes, "application started: %s", event->text);
        break;
    case SIM_EVENT_FINISHED:
        snprintf(text, bytes, "host finished: %s",
                 gsmflash_error_text((enum gsmflash_error)event->value));
        break;
    }
}
