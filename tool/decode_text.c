/* SPDX-License-Identifier: MIT */
/* For people: a line for each thing, with '!' in front of what was not as it should be. */
#include <ctype.h>
#include <stdio.h>
#include <time.h>

#include "gsmflash/frame.h"
#include "gsmflash/host.h"
#include "tool/decode_event.h"
#include "tool/frame_names.h"

enum {
    NOISE_SHOWN_BYTES = 16,
    STATUS_BYTES = 2,
};

static const char *const speakers[] = {
    [CAPTURE_HOST] = "host", [CAPTURE_MODULE] = "module", [CAPTURE_UNKNOWN] = "?"};

static const char *const causes[] = {
    [EXCHANGE_SILENCE] = "nothing came",
    [EXCHANGE_DAMAGED] = "what came was no answer",
    [EXCHANGE_ASKED] = "the module asks for it",
    [EXCHANGE_UNASKED] = "it had been answered",
};

static const char *const outcomes[] = {
    [EXCHANGE_NOTHING] = "no module answered",
    [EXCHANGE_SYNCED] = "no download was begun: the module's firmware is untouched",
    [EXCHANGE_OPEN] = "the download was not completed: the module's firmware is or may be invalid",
    [EXCHANGE_COMPLETE] = "the download is complete, no start was confirmed",
    [EXCHANGE_STARTED] = "the download is complete, and the module has started it",
};

static void begin(const struct decode_view *view)
{
    char text[64] = "";
    time_t seconds = (time_t)(view->begin_us / 1000000u);
    struct tm utc;
    if (view->capture->raw) {
        printf("# %s: a raw dump: it has no times\n", view->path);
        return;
    }
    if (gmtime_r(&seconds, &utc) != NULL)
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &utc);
    printf("# %s: begins at %s.%06u UTC\n", view->path, text,
           (unsigned)(view->begin_us % 1000000u));
}

/* Names that are long differ in their ends. */
static void print_port(const struct decode_view *view, size_t port)
{
    if (view->capture->port_count > 1)
        printf("[%s] ", view->capture->ports[port].name);
}

static void print_head(const struct decode_view *view, const struct event *event, bool strange,
                       const char *speaker)
{
    fputs(strange ? "! " : "  ", stdout);
    print_port(view, event->port);
    if (!view->capture->raw)
        printf("%11.6f  ", (double)(int64_t)(event->time_us - view->begin_us) / 1e6);
    printf("%-6s  ", speaker);
}

static void print_fields(const struct item *item)
{
    const uint8_t *data = item->data + GSMFLASH_HEADER_BYTES;
    unsigned type = gsmflash_get16(item->data + 1);
    switch (type) {
    case GSMFLASH_DL_BEGIN:
        printf("version %lu", (unsigned long)gsmflash_get32(data));
        return;
    case GSMFLASH_DL_DATA:
        printf("number %lu, %zu bytes", (unsigned long)gsmflash_get32(data),
               item->size - GSMFLASH_DATA_OVERHEAD);
        return;
    case GSMFLASH_DL_END:
    case GSMFLASH_RUN_GSMSW:
        fputs("-", stdout);
        return;
    default:
        printf("%u %s", gsmflash_get16(data), gsmflash_status_text(gsmflash_get16(data)));
    }
    if (type == GSMFLASH_DL_BEGIN_RSP)
        printf(", MTU %u", gsmflash_get16(data + STATUS_BYTES));
    if (type == GSMFLASH_DL_DATA_RSP)
        printf(", next %lu", (unsigned long)gsmflash_get32(data + STATUS_BYTES));
}

static bool crc_is_right(const struct item *item)
{
    return gsmflash_get16(item->data + item->size - GSMFLASH_CRC_BYTES) == item->crc;
}

static bool refuses(const struct item *item)
{
    return item->direction == CAPTURE_MODULE &&
           gsmflash_get16(item->data + GSMFLASH_HEADER_BYTES) != GSMFLASH_SUCCESS;
}

static void print_frame(const struct decode_view *view, const struct event *event)
{
    const struct item *item = &event->item;
    const struct exchange_remark *remark = &event->remark;
    bool right = crc_is_right(item);
    print_head(view, event,
               !right || remark->transmission > 1 || remark->unexpected || refuses(item),
               speakers[item->direction]);
    printf("%-17s  %s  ", frame_name(gsmflash_get16(item->data + 1)),
           right ? "CRC ok   " : "CRC WRONG");
    print_fields(item);
    if (remark->transmission > 1)
        printf("; sent again (%u), %s", remark->transmission, causes[remark->cause]);
    if (remark->unexpected)
        fputs("; nothing waits for it", stdout);
    if (remark->timed && !view->capture->raw)
        printf("; after %.1f ms", (double)remark->answer_us / 1e3);
    putchar('\n');
}

static void print_sync(const struct decode_view *view, const struct event *event)
{
    print_head(view, event, false, speakers[event->item.direction]);
    fputs(sync_word_name(event->item.data[0]), stdout);
    if (event->count > 1)
        printf(" %llu times", (unsigned long long)event->count);
    if (event->count > 1 && !view->capture->raw)
        printf(" in %.3f s", (double)(event->item.end_us - event->item.begin_us) / 1e6);
    putchar('\n');
}

static void print_cut(const struct decode_view *view, const struct event *event)
{
    const struct item *item = &event->item;
    print_head(view, event, true, speakers[item->direction]);
    if (item->size < GSMFLASH_HEADER_BYTES)
        printf("a frame that stops after %zu bytes\n", item->size);
    else
        printf("%-17s  stops after %zu of %zu bytes\n", frame_name(gsmflash_get16(item->data + 1)),
               item->size, (size_t)gsmflash_get16(item->data + 3) + GSMFLASH_OVERHEAD_BYTES);
}

static bool is_text(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!isprint(data[i]) && data[i] != '\r' && data[i] != '\n')
            return false;
    return true;
}

static void print_noise(const struct decode_view *view, const struct event *event)
{
    const struct item *item = &event->item;
    bool text = is_text(item->data, item->size);
    size_t shown = item->size < NOISE_SHOWN_BYTES || text ? item->size : NOISE_SHOWN_BYTES;
    print_head(view, event, !text, speakers[item->direction]);
    printf("%s of %zu bytes:", text ? "text" : "noise", item->size);
    if (text)
        fputs(" \"", stdout);
    for (size_t i = 0; i < shown; i++) {
        if (!text)
            printf(" %02X", item->data[i]);
        else if (isprint(item->data[i]))
            putchar(item->data[i]);
        else
            fputs(item->data[i] == '\r' ? "\\r" : "\\n", stdout);
    }
    puts(text ? "\"" : shown < item->size ? " ..." : "");
}

static void print_event(const struct decode_view *view, const struct event *event)
{
    switch (event->kind) {
    case EVENT_SYNC:
        print_sync(view, event);
        break;
    case EVENT_FRAME:
        print_frame(view, event);
        break;
    case EVENT_CUT:
        print_cut(view, event);
        break;
    case EVENT_NOISE:
        print_noise(view, event);
        break;
    case EVENT_NOTE:
        print_head(view, event, false, "-");
        puts(event->note);
        break;
    case EVENT_GAP:
        print_head(view, event, true, "-");
        printf("silence of %.3f s\n", (double)event->gap_us / 1e6);
        break;
    }
}

static void print_time(const struct decode_view *view, size_t port,
                       const struct exchange_totals *totals)
{
    unsigned baud = view->capture->ports[port].baud;
    double seconds = (double)(totals->last_us - totals->download_us) / 1e6;
    if (totals->last_us <= totals->download_us)
        return;
    printf("#   time: %.3f s, %.0f bytes of image a second", seconds,
           (double)totals->image_bytes / seconds);
    double use = baud != 0 ? (double)totals->download_bytes * 10 / baud / seconds : 0;
    /* More than all: it was no real line, but a pty, say. */
    if (use > 0 && use <= 1.01)
        printf("; the line was in use for %.1f %%", 100 * use);
    putchar('\n');
}

static void print_download(const struct decode_view *view, size_t port,
                           const struct exchange_totals *totals)
{
    if (totals->downloads == 0)
        return;
    printf("#   downloads: %llu; the last: %llu packets, %llu bytes of image, efficiency %.1f %%\n",
           (unsigned long long)totals->downloads, (unsigned long long)totals->packets,
           (unsigned long long)totals->image_bytes,
           100 * (double)totals->image_bytes / (double)totals->download_bytes);
    if (!view->capture->raw)
        print_time(view, port, totals);
}

static void print_disturbances(const struct decode_view *view, const struct exchange_totals *totals)
{
    printf("#   sent again: %llu (%llu bytes", (unsigned long long)totals->repeats,
           (unsigned long long)totals->repeat_bytes);
    if (!view->capture->raw)
        printf(", %.3f s", (double)totals->repeat_us / 1e6);
    printf(")\n#   broken frames: %llu; noise: %llu bytes; answers that nothing waited for: %llu\n",
           (unsigned long long)totals->wrong, (unsigned long long)totals->noise_bytes,
           (unsigned long long)totals->unexpected);
}

static void print_slowest(const struct exchange_totals *totals)
{
    printf("#   slowest answer: %.1f ms, to %s", (double)totals->slowest_us / 1e3,
           frame_name(totals->slowest_type));
    if (totals->slowest_type == GSMFLASH_DL_DATA)
        printf(" number %lu", (unsigned long)totals->slowest_number);
    putchar('\n');
}

static void summary(const struct decode_view *view, size_t port,
                    const struct exchange_totals *totals)
{
    const uint64_t *bytes = totals->bytes;
    printf("#\n# ");
    print_port(view, port);
    printf("%s\n", outcomes[totals->outcome]);
    printf("#   host: %llu bytes; module: %llu bytes", (unsigned long long)bytes[CAPTURE_HOST],
           (unsigned long long)bytes[CAPTURE_MODULE]);
    if (bytes[CAPTURE_UNKNOWN] > 0)
        printf("; of neither: %llu bytes", (unsigned long long)bytes[CAPTURE_UNKNOWN]);
    printf("; %llu frames, %llu sync words\n", (unsigned long long)totals->frames,
           (unsigned long long)totals->sync_words);
    print_download(view, port, totals);
    print_disturbances(view, totals);
    if (totals->slowest_type != 0 && !view->capture->raw)
        print_slowest(totals);
}

const struct decode_printer decode_text = {begin, print_event, summary};
