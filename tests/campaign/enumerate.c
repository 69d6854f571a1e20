/* SPDX-License-Identifier: MIT */
#include "enumerate.h"

#include <string.h>

#define TOLD_MAX 20u

void case_write(const struct setup *setup, const struct fault *faults, size_t count, char *text)
{
    size_t length = setup_write(setup, text, CASE_TEXT_BYTES);

    for (size_t i = 0; i < count && length + 2 < CASE_TEXT_BYTES; i++) {
        text[length++] = i == 0 ? ':' : ',';
        length += fault_write(&faults[i], text + length, CASE_TEXT_BYTES - length);
    }
}

bool case_read(const char *text, struct setup *setup, struct fault *faults, size_t *count,
               size_t max)
{
    *count = 0;
    if (!setup_read(setup, &text)) {
        return false;
    }
    while (*text == (*count == 0 ? ':' : ',') && *count < max) {
        text++;
        if (!fault_read(&faults[*count], &text)) {
            return false;
        }
        (*count)++;
    }
    return *text == '\0';
}

static void tell_broken(const struct world *world, const struct fault *faults, size_t count,
                        const char *broken)
{
    char text[CASE_TEXT_BYTES];

    case_write(&world->setup, faults, count, text);
    printf("BROKEN  %s\n        campaign %s\n", broken, text);
    fflush(stdout);
}

static void count_case(const struct world *world, struct tally *tally, const struct fault *faults,
                       size_t count, const struct verdict *verdict)
{
    tally->cases++;
    tally->sessions += verdict->sessions;
    tally->events += verdict->events;
    tally->by_report[verdict->report]++;
    tally->by_kind[faults[count - 1].kind]++;
    tally->by_event[world->kinds[faults[count - 1].event]]++;
    tally->holes += verdict->taint == TAINT_HOLE;
    tally->holes_bad += verdict->taint == TAINT_HOLE && verdict->fooled;
    tally->collisions += verdict->taint == TAINT_COLLISION;
    if (verdict->repeats > tally->repeats_max) {
        tally->repeats_max = verdict->repeats;
        case_write(&world->setup, faults, count, tally->repeats_case);
    }
    if (verdict->broken != NULL && tally->broken++ < TOLD_MAX) {
        tell_broken(world, faults, count, verdict->broken);
    }
}

typedef void (*visit_case)(struct world *world, struct tally *tally, struct fault *faults,
                           size_t count);

/* Of two faults together, none takes more values than this. */
#define PAIR_VALUES_MAX 8u

/* Visits each fault that can strike at an event from `first` on, as the last of `count`. */
static void each_fault(struct world *world, struct tally *tally, struct fault *faults, size_t count,
                       uint32_t first, const uint8_t *kinds, uint32_t events, unsigned values_max,
                       visit_case visit)
{
    struct fault *last = &faults[count - 1];
    bool bridged = world->setup.way == WAY_BRIDGED;

    for (uint32_t event = first; event < events; event++) {
        enum event_kind at = (enum event_kind)kinds[event];
        for (unsigned kind = 0; kind < FAULT_KINDS; kind++) {
            unsigned values = fault_values((enum fault_kind)kind, at, bridged);
            for (unsigned value = 0; value < values && value < values_max; value++) {
                *last = (struct fault){event, (uint8_t)kind, (uint8_t)value};
                visit(world, tally, faults, count);
            }
        }
    }
}

static bool due(struct tally *tally)
{
    return tally->number++ % tally->every == tally->first;
}

static void play(struct world *world, struct tally *tally, struct fault *faults, size_t count)
{
    if (due(tally)) {
        struct verdict verdict = promise_play(world, faults, count);
        count_case(world, tally, faults, count, &verdict);
    }
}

/* The session as it goes after the first fault has events of its own for the second to strike. */
static void play_seconds(struct world *world, struct tally *tally, struct fault *faults,
                         size_t count)
{
    static uint8_t kinds[EVENTS_MAX];
    struct verdict verdict = promise_play(world, faults, count);

    (void)count;
    memcpy(kinds, world->kinds, verdict.events);
    each_fault(world, tally, faults, 2, faults[0].event + 1, kinds, verdict.events, PAIR_VALUES_MAX,
               play);
}

static uint32_t clean_session(struct world *world, uint8_t *kinds)
{
    struct verdict verdict = promise_play(world, NULL, 0);

    memcpy(kinds, world->kinds, verdict.events);
    return verdict.broken == NULL && verdict.report == REPORT_UPDATED ? verdict.events : 0;
}

static void enumerate(struct world *world, struct tally *tally, unsigned values_max,
                      visit_case visit)
{
    static uint8_t kinds[EVENTS_MAX];
    struct fault faults[2];
    uint32_t events = clean_session(world, kinds);

    if (events == 0) {
        tally->broken++;
        tell_broken(world, NULL, 0, "an update succeeds where nothing goes wrong");
    }
    each_fault(world, tally, faults, 1, 0, kinds, events, values_max, visit);
}

void enumerate_single(struct world *world, struct tally *tally)
{
    enumerate(world, tally, UINT8_MAX, play);
}

void enumerate_pairs(struct world *world, struct tally *tally)
{
    enumerate(world, tally, PAIR_VALUES_MAX, play_seconds);
}

void tally_add(struct tally *sum, const struct tally *part)
{
    sum->cases += part->cases;
    sum->sessions += part->sessions;
    sum->events += part->events;
    for (unsigned i = 0; i < FAULT_KINDS; i++) {
        sum->by_kind[i] += part->by_kind[i];
    }
    for (unsigned i = 0; i < EVENT_KINDS; i++) {
        sum->by_event[i] += part->by_event[i];
    }
    for (unsigned i = 0; i < REPORT_KINDS; i++) {
        sum->by_report[i] += part->by_report[i];
    }
    sum->holes += part->holes;
    sum->holes_bad += part->holes_bad;
    sum->collisions += part->collisions;
    sum->broken += part->broken;
    sum->number += part->number;
    if (part->repeats_max > sum->repeats_max) {
        sum->repeats_max = part->repeats_max;
        memcpy(sum->repeats_case, part->repeats_case, sizeof sum->repeats_case);
    }
}
