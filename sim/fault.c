/* SPDX-License-Identifier: MIT */
#include "sim/fault.h"

#include <stdlib.h>
#include <string.h>

#define SPEC_BYTES 64

/* A spec, taken apart. */
struct spec {
    char name[SPEC_BYTES];
    const char *place; /* NULL: none was given */
    const char *value;
    uint32_t count;
};

static const char not_a_number[] = "a number was expected";
static const char too_many[] = "too many faults";

static bool read_number(const char *text, uint32_t *number)
{
    char *end;
    if (text == NULL || *text < '0' || *text > '9') {
        return false;
    }
    unsigned long long value = strtoull(text, &end, 0);
    *number = (uint32_t)value;
    return *end == '\0' && value < UINT32_MAX;
}

static bool read_rate(const char *text, uint32_t *rate)
{
    char *end;
    if (text == NULL || ((*text < '0' || *text > '9') && *text != '.')) {
        return false;
    }
    double value = strtod(text, &end);
    if (*end != '\0' || !(value >= 0 && value < 1)) {
        return false;
    }
    *rate = (uint32_t)(value * 4294967296.0);
    return true;
}

static bool equal(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* Cuts `text` at the first `mark`; returns what stands behind it, or NULL. */
static char *split(char *text, char mark)
{
    char *found = strchr(text, mark);
    if (found != NULL) {
        *found++ = '\0';
    }
    return found;
}

static const char *take_apart(struct spec *spec, const char *text, size_t length)
{
    if (length == 0 || length >= SPEC_BYTES) {
        return length == 0 ? "it is empty" : "it is too long";
    }
    memcpy(spec->name, text, length);
    spec->name[length] = '\0';
    spec->value = split(spec->name, '=');
    char *place = split(spec->name, '@');
    spec->place = place;
    spec->count = 1;
    char *count = place != NULL ? split(place, '*') : NULL;
    if (count != NULL && *count == '\0') {
        spec->count = SIM_FOR_EVER;
    } else if (count != NULL && !read_number(count, &spec->count)) {
        return not_a_number;
    }
    return NULL;
}

struct word {
    const char *text;
    int meaning;
};

static bool look_up(const struct word *words, size_t count, const char *text, int *meaning)
{
    for (size_t i = 0; i < count; i++) {
        if (equal(words[i].text, text)) {
            *meaning = words[i].meaning;
            return true;
        }
    }
    return false;
}

#define LOOK_UP(words, text, meaning) look_up(words, sizeof(words) / sizeof *(words), text, meaning)

static bool read_place(const char *text, struct sim_answer_fault *fault)
{
    static const struct word places[] = {
        {"sync", SIM_PLACE_SYNC}, {"sync2", SIM_PLACE_SYNC2}, {"begin", SIM_PLACE_BEGIN},
        {"data", SIM_PLACE_DATA}, {"end", SIM_PLACE_END},     {"run", SIM_PLACE_RUN},
    };
    int place;

    fault->packet = SIM_ANY_PACKET;
    if (text == NULL) {
        return false;
    }
    if (LOOK_UP(places, text, &place)) {
        fault->place = (enum sim_place)place;
        return true;
    }
    fault->place = SIM_PLACE_DATA;
    return read_number(text, &fault->packet);
}

/* How many more than this, or less, a value may be, and what it is when it is not given. */
static const char *read_answer_value(const char *text, struct sim_answer_fault *fault)
{
    switch (fault->kind) {
    case SIM_ANSWER_LATE:
        return read_number(text, &fault->value) ? NULL : "it needs milliseconds: late@PLACE=MS";
    case SIM_ANSWER_STATUS:
        if (fault->place != SIM_PLACE_BEGIN && fault->place != SIM_PLACE_DATA &&
            fault->place != SIM_PLACE_END) {
            return "a status can be had at a packet, at begin and at end";
        }
        if (!read_number(text, &fault->value) || fault->value == 0 || fault->value > 4) {
            return "it needs a status from 1 to 4: status@PLACE=STATUS";
        }
        return NULL;
    case SIM_ANSWER_BROKEN:
    case SIM_ANSWER_POWER:
        fault->value = fault->kind == SIM_ANSWER_POWER ? 500 : 0;
        return text == NULL || read_number(text, &fault->value) ? NULL : not_a_number;
    default:
        return text == NULL ? NULL : "it takes no value";
    }
}

static const char *add_answer_fault(struct sim_faults *faults, const struct spec *spec,
                                    enum sim_answer_fault_kind kind)
{
    struct sim_answer_fault fault = {.kind = kind, .count = spec->count};

    if (faults->answers == SIM_FAULTS_MAX) {
        return too_many;
    }
    if (!read_place(spec->place, &fault)) {
        return "it needs a place: a packet's number, data, sync, sync2, begin, end or run";
    }
    const char *why = read_answer_value(spec->value, &fault);
    if (why == NULL) {
        faults->answer[faults->answers++] = fault;
    }
    return why;
}

static const char *add_rate(const struct spec *spec, struct sim_line_faults *line, bool lose)
{
    return read_rate(spec->value, lose ? &line->lose_rate : &line->flip_rate)
               ? NULL
               : "a rate from 0 to below 1 was expected";
}

/* Faults are kept in the order of their bytes. */
static void insert(struct sim_line_faults *line, const struct sim_line_fault *fault)
{
    size_t i = line->count++;
    for (; i > 0 && line->at[i - 1].index > fault->index; i--) {
        line->at[i] = line->at[i - 1];
    }
    line->at[i] = *fault;
}

static const char *add_line_fault(struct sim_line_faults *line, const struct spec *spec,
                                  const char *name)
{
    static const struct word kinds[] = {
        {"lose", SIM_LINE_LOSE},   {"double", SIM_LINE_DOUBLE}, {"flip", SIM_LINE_FLIP},
        {"pause", SIM_LINE_PAUSE}, {"noise", SIM_LINE_NOISE},   {"dead", SIM_LINE_DEAD},
    };
    struct sim_line_fault fault = {0};
    int kind;

    if (!LOOK_UP(kinds, name, &kind)) {
        return "no such fault of a line: lose, double, flip, pause, noise, dead";
    }
    fault.kind = (enum sim_line_fault_kind)kind;
    if (spec->place == NULL && (kind == SIM_LINE_LOSE || kind == SIM_LINE_FLIP)) {
        return add_rate(spec, line, kind == SIM_LINE_LOSE);
    }
    if (line->count == SIM_FAULTS_MAX) {
        return too_many;
    }
    if (!read_number(spec->place, &fault.index) ||
        (spec->value != NULL && !read_number(spec->value, &fault.value))) {
        return not_a_number;
    }
    if (kind == SIM_LINE_PAUSE && fault.value == 0) {
        return "it needs milliseconds: pause@BYTE=MS";
    }
    insert(line, &fault);
    return NULL;
}

static const char *add_flash_fault(struct sim_faults *faults, const struct spec *spec,
                                   const char *name)
{
    static const struct word kinds[] = {
        {"fail", SIM_FLASH_FAULT_FAIL},   {"ignore", SIM_FLASH_FAULT_IGNORE},
        {"stuck", SIM_FLASH_FAULT_STUCK}, {"before", SIM_FLASH_FAULT_BEFORE},
        {"torn", SIM_FLASH_FAULT_TORN},   {"after", SIM_FLASH_FAULT_AFTER},
    };
    struct sim_flash_fault fault = {0};
    int kind;

    if (!LOOK_UP(kinds, name, &kind)) {
        return "no such fault of a flash: fail, ignore, stuck, before, torn, after";
    }
    fault.kind = (enum sim_flash_fault_kind)kind;
    if (faults->flashes == SIM_FAULTS_MAX) {
        return too_many;
    }
    if (!read_number(spec->place, &fault.event) ||
        (spec->value != NULL && !read_number(spec->value, &fault.value))) {
        return not_a_number;
    }
    faults->flash[faults->flashes++] = fault;
    return NULL;
}

static const char *add_mtu(struct sim_faults *faults, const struct spec *spec)
{
    uint32_t mtu;
    if (!read_number(spec->value, &mtu) || mtu > UINT16_MAX || mtu < 8) {
        return "an MTU from 8 to 65535 was expected";
    }
    faults->mtu = (uint16_t)mtu;
    return NULL;
}

static const char *add_nature(struct sim_faults *faults, const struct spec *spec)
{
    struct {
        const char *name;
        uint32_t *number;
    } numbers[] = {
        {"seed", &faults->seed},
        {"program", &faults->program_us},
        {"erase", &faults->erase_us},
        {"boot", &faults->boot_ms},
    };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (equal(spec->name, numbers[i].name)) {
            return read_number(spec->value, numbers[i].number) ? NULL : not_a_number;
        }
    }
    if (equal(spec->name, "mtu")) {
        return add_mtu(faults, spec);
    }
    if (equal(spec->name, "twice")) {
        return sim_faults_add(faults, "double@data*");
    }
    if (equal(spec->name, "refuse")) {
        return sim_faults_add(faults, "status@end*=4");
    }
    if (equal(spec->name, "count-bytes")) {
        faults->count_bytes = true;
        return NULL;
    }
    return "no such fault";
}

static const char *add_one(struct sim_faults *faults, const struct spec *spec)
{
    static const struct word answers[] = {
        {"lost", SIM_ANSWER_LOST},     {"late", SIM_ANSWER_LATE},     {"broken", SIM_ANSWER_BROKEN},
        {"double", SIM_ANSWER_DOUBLE}, {"status", SIM_ANSWER_STATUS}, {"silent", SIM_ANSWER_SILENT},
        {"dead", SIM_ANSWER_DEAD},     {"power", SIM_ANSWER_POWER},
    };
    int kind;

    if (LOOK_UP(answers, spec->name, &kind)) {
        return add_answer_fault(faults, spec, (enum sim_answer_fault_kind)kind);
    }
    if (equal(spec->name, "lose") || equal(spec->name, "flip")) {
        const char *why = add_rate(spec, &faults->in, equal(spec->name, "lose"));
        return why != NULL ? why : add_rate(spec, &faults->out, equal(spec->name, "lose"));
    }
    if (strncmp(spec->name, "in:", 3) == 0) {
        return add_line_fault(&faults->in, spec, spec->name + 3);
    }
    if (strncmp(spec->name, "out:", 4) == 0) {
        return add_line_fault(&faults->out, spec, spec->name + 4);
    }
    if (strncmp(spec->name, "flash:", 6) == 0) {
        return add_flash_fault(faults, spec, spec->name + 6);
    }
    return add_nature(faults, spec);
}

const char *sim_faults_add(struct sim_faults *faults, const char *specs)
{
    const char *why;

    do {
        struct spec spec;
        size_t length = strcspn(specs, ",");
        why = take_apart(&spec, specs, length);
        if (why == NULL) {
            why = add_one(faults, &spec);
        }
        specs += length;
    } while (why == NULL && *specs++ == ',');
    return why;
}

struct sim_answer_fault *sim_faults_strike(struct sim_faults *faults,
                                           enum sim_answer_fault_kind kind, enum sim_place place,
                                           uint32_t packet)
{
    for (size_t i = 0; i < faults->answers; i++) {
        struct sim_answer_fault *fault = &faults->answer[i];
        if (fault->kind == kind && fault->place == place && fault->count > 0 &&
            (fault->packet == SIM_ANY_PACKET || fault->packet == packet)) {
            fault->count -= fault->count != SIM_FOR_EVER;
            return fault;
        }
    }
    return NULL;
}
