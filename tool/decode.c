/* SPDX-License-Identifier: MIT */
/* gsmflash decode: a recorded session, frame by frame. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "tool/arguments.h"
#include "tool/capture.h"
#include "tool/commands.h"
#include "tool/decode_event.h"
#include "tool/exit_status.h"

enum {
    GAP_MS = 500,
};

/* Sync words of one kind in a row, told as one when something else comes. */
struct run {
    struct item item;
    uint8_t word;
    uint64_t count;
};

struct decoder;

struct line {
    struct line *next;
    struct decoder *decoder;
    size_t port;
    struct splitter splitters[CAPTURE_UNKNOWN + 1];
    struct exchange exchange;
    struct run run;
    uint64_t heard_us;
};

struct decoder {
    const struct decode_printer *printer;
    struct decode_view view;
    struct capture capture;
    struct line *lines; /* one for each of the capture's ports that says anything */
    uint32_t gap_ms;
    bool summary_only;
    bool begun;
    struct problem problem;
};

static void tell(struct line *line, struct event *event)
{
    struct decoder *decoder = line->decoder;
    event->port = line->port;
    if (!decoder->summary_only)
        decoder->printer->event(&decoder->view, event);
}

static void end_run(struct line *line)
{
    struct run *run = &line->run;
    if (run->count == 0)
        return;
    run->item.data = &run->word;
    struct event event = {
        .kind = EVENT_SYNC, .time_us = run->item.begin_us, .item = run->item, .count = run->count};
    tell(line, &event);
    run->count = 0;
}

static void take_sync_word(struct line *line, const struct item *item)
{
    struct run *run = &line->run;
    if (run->count > 0 && run->word != item->data[0])
        end_run(line);
    if (run->count == 0)
        run->item = *item;
    run->word = item->data[0];
    run->item.end_us = item->end_us;
    run->count++;
}

static void item_found(void *context, const struct item *item)
{
    static const enum event_kind kinds[] = {[ITEM_SYNC] = EVENT_SYNC,
                                            [ITEM_FRAME] = EVENT_FRAME,
                                            [ITEM_CUT] = EVENT_CUT,
                                            [ITEM_NOISE] = EVENT_NOISE};
    struct line *line = context;
    struct event event = {.kind = kinds[item->kind], .time_us = item->begin_us, .item = *item};
    event.remark = exchange_take(&line->exchange, item);
    if (item->kind == ITEM_SYNC) {
        take_sync_word(line, item);
        return;
    }
    end_run(line);
    tell(line, &event);
}

static struct line *new_line(struct decoder *decoder, size_t port)
{
    struct line *line = calloc(1, sizeof *line);
    if (line == NULL)
        return NULL;
    line->decoder = decoder;
    line->port = port;
    for (int i = CAPTURE_HOST; i <= CAPTURE_UNKNOWN; i++)
        splitter_start(&line->splitters[i], (enum capture_direction)i, item_found, line);
    return line;
}

/* NULL: out of memory. */
static struct line *line_of(struct decoder *decoder, size_t port)
{
    struct line **end = &decoder->lines;
    for (; *end != NULL; end = &(*end)->next)
        if ((*end)->port == port)
            return *end;
    *end = new_line(decoder, port);
    return *end;
}

static void wait_until(struct line *line, uint64_t time_us)
{
    for (int i = CAPTURE_HOST; i <= CAPTURE_UNKNOWN; i++)
        splitter_wait(&line->splitters[i], time_us);
}

static void look_for_gap(struct line *line, uint64_t time_us)
{
    uint64_t gap_us = time_us - line->heard_us;
    struct event event = {.kind = EVENT_GAP, .time_us = line->heard_us, .gap_us = gap_us};
    if (line->heard_us != 0 && time_us > line->heard_us &&
        gap_us > line->decoder->gap_ms * UINT64_C(1000)) {
        end_run(line);
        tell(line, &event);
    }
    line->heard_us = time_us;
}

static bool take_record(struct decoder *decoder, const struct capture_record *record)
{
    struct line *line = line_of(decoder, record->port);
    if (line == NULL)
        return false;
    wait_until(line, record->time_us);
    if (record->size > 0)
        look_for_gap(line, record->time_us);
    if (record->note != NULL) {
        struct event event = {.kind = EVENT_NOTE, .time_us = record->time_us, .note = record->note};
        end_run(line);
        tell(line, &event);
    }
    return splitter_put(&line->splitters[record->direction], record->data, record->size,
                        record->time_us);
}

static void begin(struct decoder *decoder, uint64_t time_us)
{
    decoder->begun = true;
    decoder->view.begin_us = time_us;
    decoder->printer->begin(&decoder->view);
}

static void end_lines(struct decoder *decoder)
{
    for (struct line *line = decoder->lines; line != NULL; line = line->next) {
        for (int direction = CAPTURE_HOST; direction <= CAPTURE_UNKNOWN; direction++)
            splitter_end(&line->splitters[direction]);
        end_run(line);
    }
}

/* Says what kept the file from being read to its end. */
static void judge_end(struct decoder *decoder, enum capture_result result)
{
    decoder->view.cut = result == CAPTURE_CUT;
    if (result == CAPTURE_DAMAGED || result == CAPTURE_FAILED)
        decoder->view.damage = decoder->problem.text;
    if (decoder->view.cut)
        fprintf(stderr, "gsmflash decode: %s: is cut off; this is what there is up to there\n",
                decoder->view.path);
    if (decoder->view.damage != NULL)
        fprintf(stderr, "gsmflash decode: %s: %s; this is what there is up to there\n",
                decoder->view.path, decoder->view.damage);
    if (decoder->capture.skipped > 0)
        fprintf(stderr,
                "gsmflash decode: %s: %zu packets are of no serial line (link type 250) and were "
                "left out\n",
                decoder->view.path, decoder->capture.skipped);
}

/* False: there was nothing of the protocol. */
static bool summarise(const struct decoder *decoder)
{
    bool found = false;
    for (const struct line *line = decoder->lines; line != NULL; line = line->next) {
        const struct exchange_totals *totals = &line->exchange.totals;
        decoder->printer->summary(&decoder->view, line->port, totals);
        found = found || totals->sync_words > 0 || totals->frames > 0;
    }
    return found;
}

static int decode(struct decoder *decoder)
{
    struct capture_record record;
    enum capture_result result;
    while ((result = capture_next(&decoder->capture, &record, &decoder->problem)) ==
           CAPTURE_RECORD) {
        if (!decoder->begun)
            begin(decoder, record.time_us);
        if (!take_record(decoder, &record)) {
            fprintf(stderr, "gsmflash decode: out of memory\n");
            return STATUS_NOT_OPENED;
        }
    }
    end_lines(decoder);
    judge_end(decoder, result);
    bool found = summarise(decoder);
    fflush(stdout);
    if (result == CAPTURE_FAILED)
        return STATUS_NOT_OPENED;
    if (found)
        return STATUS_DONE;
    fprintf(stderr,
            "gsmflash decode: %s: holds no sync word and no frame of the protocol; is it the right "
            "file?\n",
            decoder->view.path);
    return STATUS_REFUSED;
}

static void free_lines(struct decoder *decoder)
{
    while (decoder->lines != NULL) {
        struct line *line = decoder->lines;
        decoder->lines = line->next;
        for (int direction = CAPTURE_HOST; direction <= CAPTURE_UNKNOWN; direction++)
            splitter_free(&line->splitters[direction]);
        free(line);
    }
}

static void print_help(void)
{
    puts("usage: gsmflash decode FILE [options]\n\n"
         "Prints a recorded session, frame by frame, and what it comes to. FILE is what\n"
         "`gsmflash update --trace` wrote, or a raw dump of the bytes of one direction (or of\n"
         "both); - is stdin. A file that is cut off is read as far as it goes.\n\n"
         "  -s, --summary       the summary alone\n"
         "      --gap SECONDS   silence that is shown as a gap (0.5)\n"
         "      --json          one JSON object a line\n"
         "  -h, --help          this text\n\n"
         "A line that begins with '!' is not as it should be: a command sent again, a frame with\n"
         "a wrong CRC, noise, an answer that nothing waited for, a refusal, a gap.\n\n"
         "Exit status: 0 decoded; 2 usage; 3 the file can't be read; 5 nothing in it is of the\n"
         "protocol.");
}

int decode_main(int argc, char **argv)
{
    static const struct option options[] = {
        {"summary", no_argument, NULL, 's'},
        {"gap", required_argument, NULL, 'g'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct decoder decoder = {.printer = &decode_text, .gap_ms = GAP_MS};
    int option;
    while ((option = getopt_long(argc, argv, ":sh", options, NULL)) != -1) {
        switch (option) {
        case 's':
            decoder.summary_only = true;
            break;
        case 'g':
            if (seconds_option("decode", "--gap", optarg, &decoder.gap_ms) != STATUS_DONE)
                return STATUS_USAGE;
            break;
        case 'j':
            decoder.printer = &decode_json;
            break;
        case 'h':
            print_help();
            return STATUS_DONE;
        default:
            return option_error("decode", option, argv);
        }
    }
    if (argc - optind != 1)
        return usage_error("decode", "one FILE is needed");
    decoder.view = (struct decode_view){.path = argv[optind], .capture = &decoder.capture};
    if (!capture_open(&decoder.capture, argv[optind], &decoder.problem)) {
        fprintf(stderr, "gsmflash decode: %s\n", decoder.problem.text);
        return STATUS_NOT_OPENED;
    }
    int status = decode(&decoder);
    free_lines(&decoder);
    capture_close(&decoder.capture);
    return status;
}
