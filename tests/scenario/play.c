/* SPDX-License-Identifier: MIT */
#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gsmflash/crc16.h"
#include "gsmflash/frame.h"

#define LINE_BYTES  200
#define LUMP_BYTES  70000
#define EVENTS_MAX  64
#define CLOCK_START 0xFFFFFF00u /* the clock wraps after 256 ms of each figure */
#define FOR_EVER    UINT64_MAX

enum kind {
    SENT,
    POWER_ON,
    POWER_OFF,
    FINISHED,
    INVALIDATE,
    WRITE,
    VALIDATE,
    START,
};

/* Something that the real side has done and the figure has not told yet. */
struct event {
    enum kind kind;
    uint64_t at_ms;
    uint8_t *data;
    size_t size;
    uint32_t offset;
};

struct play {
    char line[LINE_BYTES]; /* of the figure, for messages */
    uint64_t at_ms;        /* the time of the line */
    uint64_t now_ms;
    uint64_t due_ms; /* when the real side wants to be asked again */
    struct event events[EVENTS_MAX];
    size_t first, last;
    bool busy; /* the module waits for the end of a job, which the figure tells */
    bool by;   /* what the line tells happens at its time or before */
    bool over; /* the real side is done */
    struct gsmflash_host *host;
    struct gsmflash_module *module;
    uint8_t *lump;
};

static uint32_t clock_ms(const struct play *play)
{
    return CLOCK_START + (uint32_t)play->now_ms;
}

const uint8_t *play_image(void)
{
    static uint8_t image[PLAY_IMAGE_BYTES];
    if (image[1] == 0) {
        for (uint32_t i = 0; i < sizeof image; i++) {
            image[i] = (uint8_t)(i * 2654435761u >> 13);
        }
    }
    return image;
}

static struct event *add_event(struct play *play, enum kind kind)
{
    if (play->last == EVENTS_MAX) {
        fail_msg("too much is sent at \"%s\"", play->line);
    }
    struct event *event = &play->events[play->last++];
    *event = (struct event){.kind = kind, .at_ms = play->now_ms};
    return event;
}

static void append(struct event *event, const uint8_t *data, size_t size)
{
    uint8_t *larger = realloc(event->data, event->size + size + 1);
    assert_non_null(larger);
    memcpy(larger + event->size, data, size);
    event->data = larger;
    event->size += size;
}

static void ask_host(struct play *play)
{
    struct event *frame = NULL;
    for (;;) {
        struct gsmflash_host_step step = gsmflash_host_next(play->host, clock_ms(play));
        switch (step.kind) {
        case GSMFLASH_HOST_SEND:
            frame = frame != NULL ? frame : add_event(play, SENT);
            append(frame, step.send.data, step.send.size);
            break;
        case GSMFLASH_HOST_POWER:
            frame = NULL;
            add_event(play, step.power_on ? POWER_ON : POWER_OFF);
            break;
        case GSMFLASH_HOST_WAIT:
            assert_int_not_equal(step.wait_ms, 0);
            play->due_ms = play->now_ms + step.wait_ms;
            return;
        case GSMFLASH_HOST_FINISHED:
            if (!play->over) {
                add_event(play, FINISHED);
            }
            play->over = true;
            play->due_ms = FOR_EVER;
            return;
        }
    }
}

static void add_job(struct play *play, enum kind kind, const struct gsmflash_module_step *step)
{
    struct event *event = add_event(play, kind);
    if (kind == WRITE) {
        append(event, step->write.data, step->write.size);
    }
    event->size = kind == INVALIDATE ? 0 : step->write.size;
    event->offset = kind == INVALIDATE ? 0 : step->write.offset;
    play->busy = true;
    play->due_ms = FOR_EVER;
}

/* Takes one step of the module; false: it waits. */
static bool take_module_step(struct play *play)
{
    struct gsmflash_module_step step = gsmflash_module_next(play->module, clock_ms(play));
    switch (step.kind) {
    case GSMFLASH_MODULE_SEND:
        append(add_event(play, SENT), step.send.data, step.send.size);
        return true;
    case GSMFLASH_MODULE_WAIT:
        assert_int_not_equal(step.wait_ms, 0);
        play->due_ms = step.wait_ms == UINT32_MAX ? FOR_EVER : play->now_ms + step.wait_ms;
        return false;
    case GSMFLASH_MODULE_INVALIDATE:
        add_job(play, INVALIDATE, &step);
        return false;
    case GSMFLASH_MODULE_WRITE:
        add_job(play, WRITE, &step);
        return false;
    case GSMFLASH_MODULE_VALIDATE:
        add_job(play, VALIDATE, &step);
        return false;
    case GSMFLASH_MODULE_START:
        break;
    }
    if (!play->over) {
        add_event(play, START);
    }
    play->over = true;
    play->due_ms = FOR_EVER;
    return false;
}

static void ask(struct play *play)
{
    if (play->host != NULL) {
        ask_host(play);
    } else if (!play->busy) {
        while (take_module_step(play)) {
        }
    }
}

/* Lets time pass; what is due at the very end is done only if `inclusive`. */
static void pass(struct play *play, uint64_t until_ms, bool inclusive)
{
    while (play->due_ms < until_ms || (inclusive && play->due_ms == until_ms)) {
        play->now_ms = play->due_ms;
        ask(play);
    }
    play->now_ms = until_ms;
}

static void describe(const struct event *event, char *text, size_t bytes)
{
    static const char *const names[] = {"sends",      "power on", "power off", "finished",
                                        "invalidate", "write",    "validate",  "start"};
    int used = snprintf(text, bytes, "%s at %llu ms", names[event->kind],
                        (unsigned long long)event->at_ms);
    if (event->data == NULL) {
        return;
    }
    used += snprintf(text + used, bytes - (size_t)used, ", %lu bytes:", (unsigned long)event->size);
    for (size_t i = 0; i < event->size && i < 16; i++) {
        used += snprintf(text + used, bytes - (size_t)used, " %02X", event->data[i]);
    }
}

static struct event *pop(struct play *play, enum kind kind, bool any_time)
{
    char text[160];
    pass(play, play->at_ms, true);
    if (play->first == play->last) {
        fail_msg("\"%s\": nothing has happened by then", play->line);
    }
    struct event *event = &play->events[play->first++];
    if (event->kind != kind || (!any_time && event->at_ms != play->at_ms)) {
        describe(event, text, sizeof text);
        fail_msg("\"%s\" (at %llu ms), but: %s", play->line, (unsigned long long)play->at_ms, text);
    }
    return event;
}

static void release(struct play *play, struct event *event)
{
    free(event->data);
    event->data = NULL;
    if (play->first == play->last) {
        play->first = play->last = 0;
    }
}

static void expect_quiet(struct play *play)
{
    char text[160];
    if (play->first != play->last) {
        describe(&play->events[play->first], text, sizeof text);
        fail_msg("at \"%s\" the figure has left out: %s", play->line, text);
    }
}

/* One word of the line, cut off; "" at its end. */
static char *word(char **rest)
{
    while (**rest == ' ') {
        (*rest)++;
    }
    char *start = *rest;
    *rest += strcspn(start, " ");
    if (**rest != '\0') {
        *(*rest)++ = '\0';
    }
    return start;
}

static uint32_t number(struct play *play, char **rest)
{
    char *text = word(rest);
    char *end;
    unsigned long value = strtoul(text, &end, 0);
    if (*text == '\0' || *end != '\0') {
        fail_msg("\"%s\": a number was expected, not \"%s\"", play->line, text);
    }
    return (uint32_t)value;
}

static size_t hex(struct play *play, const char *text, uint8_t *to)
{
    size_t size = 0;
    unsigned value;
    for (; sscanf(text, "%2x", &value) == 1; text += 2) {
        to[size++] = (uint8_t)value;
    }
    if (size == 0 || *text != '\0') {
        fail_msg("\"%s\": these are no bytes", play->line);
    }
    return size;
}

struct shape {
    const char *name;
    uint16_t type;
    const char *fields; /* the sizes of its numbers in bytes */
};

static size_t build_frame(struct play *play, const char *name, char **rest, uint8_t *to)
{
    static const struct shape shapes[] = {
        {"BEGIN", 1, "4"}, {"BEGIN_RSP", 2, "22"}, {"DATA", 3, "4"}, {"DATA_RSP", 4, "24"},
        {"END", 5, ""},    {"END_RSP", 6, "2"},    {"RUN", 7, ""},   {"RUN_RSP", 8, "2"},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        if (strcmp(shapes[i].name, name) != 0) {
            continue;
        }
        size_t size = GSMFLASH_HEADER_BYTES;
        for (const char *field = shapes[i].fields; *field != '\0'; field++) {
            uint32_t value = number(play, rest);
            if (*field == '4') {
                gsmflash_put32(to + size, value);
            } else {
                gsmflash_put16(to + size, (uint16_t)value);
            }
            size += (size_t)(*field - '0');
        }
        if (shapes[i].type == GSMFLASH_DL_DATA) {
            uint32_t offset = number(play, rest);
            uint32_t block = number(play, rest);
            memcpy(to + size, play_image() + offset, block);
            size += block;
        }
        gsmflash_frame_header(to, (enum gsmflash_type)shapes[i].type,
                              (uint16_t)(size - GSMFLASH_HEADER_BYTES));
        return gsmflash_frame_seal(to, size);
    }
    fail_msg("\"%s\": there is no \"%s\"", play->line, name);
    return 0;
}

static size_t build_one(struct play *play, char *text, uint8_t *to)
{
    static const struct {
        const char *name;
        uint8_t byte;
    } sync_words[] = {
        {"SYNC_WORD1", 0xB5},
        {"SYNC_WORD_RSP1", 0x5B},
        {"SYNC_WORD2", 0xA9},
        {"SYNC_WORD_RSP2", 0x9A},
    };
    char *rest = text;
    char *name = word(&rest);
    size_t size;

    for (size_t i = 0; i < sizeof sync_words / sizeof *sync_words; i++) {
        if (strcmp(sync_words[i].name, name) == 0) {
            *to = sync_words[i].byte;
            return 1;
        }
    }
    size = strcmp(name, "bytes") == 0 ? hex(play, word(&rest), to)
                                      : build_frame(play, name, &rest, to);
    for (char *part = word(&rest); *part != '\0'; part = word(&rest)) {
        if (strcmp(part, "damaged") == 0) {
            to[size - 1] ^= 0x10;
        } else if (strcmp(part, "first") == 0) {
            size = number(play, &rest);
        } else if (strcmp(part, "from") == 0) {
            uint32_t from = number(play, &rest);
            size -= from;
            memmove(to, to + from, size);
        } else {
            fail_msg("\"%s\": what is \"%s\"?", play->line, part);
        }
    }
    return size;
}

static size_t build(struct play *play, char *text)
{
    size_t size = 0;
    while (text != NULL) {
        char *comma = strchr(text, ',');
        if (comma != NULL) {
            *comma++ = '\0';
        }
        size += build_one(play, text, play->lump + size);
        text = comma;
    }
    return size;
}

static void expect_sent(struct play *play, size_t size)
{
    char text[160];
    struct event *event = pop(play, SENT, play->by);
    if (event->size != size || memcmp(event->data, play->lump, size) != 0) {
        describe(event, text, sizeof text);
        fail_msg("\"%s\" (%lu bytes), but: %s", play->line, (unsigned long)size, text);
    }
    release(play, event);
}

static void give(struct play *play, size_t size)
{
    pass(play, play->at_ms, false);
    if (!play->busy) {
        expect_quiet(play);
    }
    if (play->host != NULL) {
        gsmflash_host_receive(play->host, play->lump, size, clock_ms(play));
    } else {
        gsmflash_module_receive(play->module, play->lump, size, clock_ms(play));
    }
    ask(play);
}

static void play_bytes(struct play *play, bool from_host, char *rest)
{
    char *every = strstr(rest, " every ");
    uint32_t interval_ms = 0;
    uint64_t until_ms = play->at_ms;

    if (every != NULL) {
        *every = '\0';
        every += strlen(" every ");
        interval_ms = number(play, &every);
        assert_string_equal(word(&every), "until");
        until_ms = number(play, &every);
    }
    size_t size = build(play, rest);
    for (;;) {
        if (from_host == (play->host != NULL)) {
            expect_sent(play, size);
        } else {
            give(play, size);
        }
        if (play->at_ms + interval_ms > until_ms || interval_ms == 0) {
            return;
        }
        play->at_ms += interval_ms;
    }
}

/* A job that the module has asked for ends here, with success unless the line says otherwise. */
static void play_job(struct play *play, enum kind kind, char *rest)
{
    uint32_t offset = kind == WRITE ? number(play, &rest) : 0;
    uint32_t size = kind == INVALIDATE ? 0 : number(play, &rest);
    uint64_t since_ms = play->at_ms;
    uint32_t status = GSMFLASH_SUCCESS;

    for (char *part = word(&rest); *part != '\0'; part = word(&rest)) {
        if (strcmp(part, "reports") == 0) {
            status = number(play, &rest);
        } else if (strcmp(part, "since") == 0) {
            since_ms = number(play, &rest);
        } else {
            fail_msg("\"%s\": what is \"%s\"?", play->line, part);
        }
    }
    struct event *event = pop(play, kind, true);
    if (event->at_ms != since_ms || event->offset != offset || event->size != size ||
        (kind == WRITE && memcmp(event->data, play_image() + offset, size) != 0)) {
        fail_msg("\"%s\", but: offset %lu, %lu bytes, since %llu ms", play->line,
                 (unsigned long)event->offset, (unsigned long)event->size,
                 (unsigned long long)event->at_ms);
    }
    release(play, event);
    play->busy = false;
    gsmflash_module_done(play->module, (enum gsmflash_status)status);
    ask(play);
}

static void play_other(struct play *play, const char *what, char *rest)
{
    static const struct {
        const char *name;
        enum kind kind;
    } jobs[] = {{"invalidate", INVALIDATE}, {"write", WRITE}, {"validate", VALIDATE}};

    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        if (strcmp(jobs[i].name, what) == 0) {
            play_job(play, jobs[i].kind, rest);
            return;
        }
    }
    if (strcmp(what, "quiet") == 0) {
        pass(play, play->at_ms, true);
        expect_quiet(play);
    } else if (strcmp(what, "power") == 0) {
        bool on = strcmp(word(&rest), "on") == 0;
        release(play, pop(play, on ? POWER_ON : POWER_OFF, false));
    } else if (strcmp(what, "finished") == 0) {
        release(play, pop(play, FINISHED, false));
    } else if (strcmp(what, "start") == 0) {
        release(play, pop(play, START, false));
    } else {
        fail_msg("\"%s\": what is \"%s\"?", play->line, what);
    }
}

static void play_line(struct play *play, const char *line, size_t length)
{
    char text[LINE_BYTES];
    char *rest = text;

    assert_true(length < LINE_BYTES);
    memcpy(text, line, length);
    text[length] = '\0';
    memcpy(play->line, text, length + 1);
    char *time = word(&rest);
    if (*time == '\0') {
        return;
    }
    play->by = time[0] == '<';
    uint64_t value = strtoul(time[0] == '+' || play->by ? time + 1 : time, NULL, 10);
    play->at_ms = time[0] == '+' ? play->at_ms + value : value;
    if (play->at_ms < play->now_ms) {
        fail_msg("\"%s\": the figure goes back in time", play->line);
    }
    char *what = word(&rest);
    if (strcmp(what, "->") == 0 || strcmp(what, "<-") == 0) {
        play_bytes(play, what[0] == '-', rest);
    } else {
        play_other(play, what, rest);
    }
}

static void play_figure(struct play *play, const char *figure)
{
    play->lump = malloc(LUMP_BYTES);
    assert_non_null(play->lump);
    while (*figure != '\0') {
        size_t length = strcspn(figure, "\n");
        play_line(play, figure, length);
        figure += length + (figure[length] == '\n');
    }
    expect_quiet(play);
    free(play->lump);
}

struct gsmflash_report play_host(const struct gsmflash_host_config *config, const char *figure)
{
    struct gsmflash_host_config full = *config;
    struct gsmflash_host host;
    struct play play = {.host = &host};

    full.version = config->version != 0 ? config->version : 1;
    if (config->image == NULL && config->read == NULL) {
        full.image = play_image();
    }
    gsmflash_host_start(&host, &full, clock_ms(&play));
    ask(&play);
    play_figure(&play, figure);
    return host.report;
}

struct gsmflash_module play_module(const struct gsmflash_module_config *config, bool firmware_valid,
                                   const char *figure)
{
    struct gsmflash_module_config full = *config;
    struct gsmflash_module module;
    struct play play = {.module = &module};

    full.mtu = config->mtu != 0 ? config->mtu : 64;
    full.flash_bytes = config->flash_bytes != 0 ? config->flash_bytes : PLAY_IMAGE_BYTES;
    full.buffer = malloc(GSMFLASH_MODULE_BUFFER_BYTES((size_t)full.mtu));
    assert_non_null(full.buffer);
    gsmflash_module_start(&module, &full, firmware_valid, clock_ms(&play));
    ask(&play);
    play_figure(&play, figure);
    free(full.buffer);
    module.config = NULL;
    return module;
}
