/* SPDX-License-Identifier: MIT */
/* For programs: one JSON object a line. Times are microseconds since the first record. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "gsmflash/frame.h"
#include "tool/decode_event.h"
#include "tool/frame_names.h"

enum {
    HEX_SHOWN_BYTES = 64,
    STATUS_BYTES = 2,
};

static const char *const speakers[] = {
    [CAPTURE_HOST] = "host", [CAPTURE_MODULE] = "module", [CAPTURE_UNKNOWN] = "unknown"};

static const char *const causes[] = {
    [EXCHANGE_SILENCE] = "silence",
    [EXCHANGE_DAMAGED] = "damaged",
    [EXCHANGE_ASKED] = "status",
    [EXCHANGE_UNASKED] = "unasked",
};

static const char *const outcomes[] = {
    [EXCHANGE_NOTHING] = "nothing",   [EXCHANGE_SYNCED] = "untouched", [EXCHANGE_OPEN] = "invalid",
    [EXCHANGE_COMPLETE] = "complete", [EXCHANGE_STARTED] = "started",
};

static void set_number(json_t *object, const char *key, uint64_t value)
{
    json_object_set_new(object, key, json_integer((json_int_t)value));
}

static void set_text(json_t *object, const char *key, const char *text)
{
    json_t *string = json_string(text);
    json_object_set_new(object, key, string != NULL ? string : json_string("?"));
}

static void set_hex(json_t *object, const char *key, const uint8_t *data, size_t size)
{
    char text[2 * HEX_SHOWN_BYTES + 1] = "";
    for (size_t i = 0; i < size && i < HEX_SHOWN_BYTES; i++)
        snprintf(text + 2 * i, 3, "%02x", data[i]);
    set_text(object, key, text);
}

static void print(json_t *object)
{
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

static void set_port(json_t *object, const struct decode_view *view, size_t port)
{
    if (view->capture->ports[port].name[0] != '\0')
        set_text(object, "port", view->capture->ports[port].name);
}

static void begin(const struct decode_view *view)
{
    json_t *object =
        json_pack("{s:s, s:s}", "type", "capture", "format", view->capture->raw ? "raw" : "pcapng");
    set_text(object, "file", view->path);
    if (!view->capture->raw)
        set_number(object, "begin_us", view->begin_us);
    print(object);
}

static json_t *head(const struct decode_view *view, const struct event *event, const char *type)
{
    json_t *object = json_pack("{s:s}", "type", type);
    set_port(object, view, event->port);
    if (!view->capture->raw)
        set_number(object, "time_us", event->time_us - view->begin_us);
    if (event->kind != EVENT_NOTE && event->kind != EVENT_GAP)
        set_text(object, "from", speakers[event->item.direction]);
    return object;
}

static void set_fields(json_t *object, const struct item *item)
{
    const uint8_t *data = item->data + GSMFLASH_HEADER_BYTES;
    unsigned type = gsmflash_get16(item->data + 1);
    if (type == GSMFLASH_DL_BEGIN)
        set_number(object, "version", gsmflash_get32(data));
    if (type == GSMFLASH_DL_DATA) {
        set_number(object, "number", gsmflash_get32(data));
        set_number(object, "block_bytes", item->size - GSMFLASH_DATA_OVERHEAD);
    }
    if (type % 2 == 0)
        set_number(object, "status", gsmflash_get16(data));
    if (type == GSMFLASH_DL_BEGIN_RSP)
        set_number(object, "mtu", gsmflash_get16(data + STATUS_BYTES));
    if (type == GSMFLASH_DL_DATA_RSP)
        set_number(object, "next", gsmflash_get32(data + STATUS_BYTES));
}

static void set_remark(json_t *object, const struct decode_view *view,
                       const struct exchange_remark *remark)
{
    if (remark->transmission > 0)
        set_number(object, "transmission", remark->transmission);
    if (remark->transmission > 1)
        set_text(object, "cause", causes[remark->cause]);
    if (remark->unexpected)
        json_object_set_new(object, "unexpected", json_true());
    if (remark->timed && !view->capture->raw)
        set_number(object, "answer_us", remark->answer_us);
}

static void set_frame(json_t *object, const struct decode_view *view, const struct event *event)
{
    const struct item *item = &event->item;
    const uint8_t *crc = item->data + item->size - GSMFLASH_CRC_BYTES;
    set_text(object, "command", frame_name(gsmflash_get16(item->data + 1)));
    set_number(object, "bytes", item->size);
    set_fields(object, item);
    set_text(object, "crc", gsmflash_get16(crc) == item->crc ? "ok" : "wrong");
    set_hex(object, "crc_sent", crc, GSMFLASH_CRC_BYTES);
    set_remark(object, view, &event->remark);
}

static void set_cut(json_t *object, const struct item *item)
{
    set_number(object, "bytes", item->size);
    if (item->size >= GSMFLASH_HEADER_BYTES)
        set_text(object, "command", frame_name(gsmflash_get16(item->data + 1)));
}

static void print_event(const struct decode_view *view, const struct event *event)
{
    static const char *const types[] = {
        [EVENT_SYNC] = "sync",   [EVENT_FRAME] = "frame", [EVENT_CUT] = "cut",
        [EVENT_NOISE] = "noise", [EVENT_NOTE] = "note",   [EVENT_GAP] = "gap",
    };
    json_t *object = head(view, event, types[event->kind]);
    switch (event->kind) {
    case EVENT_SYNC:
        set_text(object, "word", sync_word_name(event->item.data[0]));
        set_number(object, "count", event->count);
        break;
    case EVENT_FRAME:
        set_frame(object, view, event);
        break;
    case EVENT_CUT:
        set_cut(object, &event->item);
        break;
    case EVENT_NOISE:
        set_number(object, "bytes", event->item.size);
        set_hex(object, "hex", event->item.data, event->item.size);
        break;
    case EVENT_NOTE:
        set_text(object, "text", event->note);
        break;
    case EVENT_GAP:
        set_number(object, "gap_us", event->gap_us);
        break;
    }
    print(object);
}

static void set_slowest(json_t *object, const struct exchange_totals *totals)
{
    set_number(object, "slowest_us", totals->slowest_us);
    set_text(object, "slowest_command", frame_name(totals->slowest_type));
    set_number(object, "slowest_number", totals->slowest_number);
}

static void summary(const struct decode_view *view, size_t port,
                    const struct exchange_totals *totals)
{
    json_t *object =
        json_pack("{s:s, s:s}", "type", "summary", "outcome", outcomes[totals->outcome]);
    set_port(object, view, port);
    set_number(object, "host_bytes", totals->bytes[CAPTURE_HOST]);
    set_number(object, "module_bytes", totals->bytes[CAPTURE_MODULE]);
    set_number(object, "frames", totals->frames);
    set_number(object, "sync_words", totals->sync_words);
    set_number(object, "downloads", totals->downloads);
    set_number(object, "packets", totals->packets);
    set_number(object, "image_bytes", totals->image_bytes);
    set_number(object, "mtu", totals->mtu);
    if (totals->download_bytes > 0)
        json_object_set_new(
            object, "efficiency",
            json_real((double)totals->image_bytes / (double)totals->download_bytes));
    set_number(object, "repeats", totals->repeats);
    set_number(object, "repeat_bytes", totals->repeat_bytes);
    set_number(object, "broken", totals->wrong);
    set_number(object, "noise_bytes", totals->noise_bytes);
    set_number(object, "unexpected", totals->unexpected);
    if (!view->capture->raw) {
        set_number(object, "repeat_us", totals->repeat_us);
        set_number(object, "download_us",
                   totals->last_us > totals->download_us ? totals->last_us - totals->download_us
                                                         : 0);
        if (totals->slowest_type != 0)
            set_slowest(object, totals);
    }
    json_object_set_new(object, "truncated", json_boolean(view->cut));
    json_object_set_new(object, "damaged", json_boolean(view->damage != NULL));
    print(object);
}

const struct decode_printer decode_json = {begin, print_event, summary};
