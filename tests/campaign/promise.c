/* SPDX-License-Identifier: MIT */
#include "promise.h"

#include <string.h>

#include "trace.h"

/* After the host is done: time for a module to boot, or to miss its boot window. */
#define AFTERMATH_MS 400u

static enum report_kind kind_of(const struct gsmflash_report *report)
{
    if (report->firmware == GSMFLASH_FIRMWARE_UNTOUCHED) {
        return REPORT_UNTOUCHED;
    }
    if (report->firmware == GSMFLASH_FIRMWARE_INVALID) {
        return REPORT_INVALID;
    }
    return report->error == GSMFLASH_OK ? REPORT_UPDATED : REPORT_NOT_STARTED;
}

/* A host never says more than is true. */
static void check_report(struct world *world, const struct gsmflash_report *report)
{
    enum report_kind kind = kind_of(report);
    bool updated = world_updated(world);

    if (report->error == GSMFLASH_OK && kind != REPORT_UPDATED) {
        world_break(world, "success is said of valid firmware only");
    }
    if (world->taint != TAINT_NONE && !world->setup.check) {
        return;
    }
    if ((kind == REPORT_UPDATED || kind == REPORT_NOT_STARTED) && !updated) {
        world_break(world, "firmware that is called valid is the whole image");
    }
    if (kind == REPORT_UPDATED && !world->setup.no_run && world->mode != MODULE_OFF &&
        !(world->mode == MODULE_APPLICATION && world->new_ran)) {
        world_break(world, "a new image that is said to run does run");
    }
}

/* What this host did not touch is as it was. */
static void check_untouched(struct world *world, const struct gsmflash_report *report,
                            const uint8_t *before)
{
    if (kind_of(report) == REPORT_UNTOUCHED &&
        memcmp(world->memory, before, sizeof world->memory) != 0) {
        world_break(world, "a module that is called untouched is untouched");
    }
}

static struct gsmflash_report play_session(struct world *world)
{
    /* A host that is restarted in this session knows nothing of the one before it. */
    uint8_t before[WORLD_FLASH_BYTES];
    struct gsmflash_report report = {0};
    bool begun = world->begun;

    memcpy(before, world->memory, sizeof before);
    world->begun = false;
    world_run(world);
    if (world->broken == NULL) {
        bool touched = world->begun;
        report = world->host.report;
        world_pass(world, AFTERMATH_MS);
        check_report(world, &report);
        if (!touched) {
            check_untouched(world, &report, before);
        }
    }
    world->begun |= begun;
    return report;
}

static void start_session(struct world *world, const char *what)
{
    trace_note(world, "--- %s ---", what);
    world_start_host(world);
}

/* Whatever was left behind, a clean update succeeds. */
static uint32_t recover(struct world *world)
{
    struct gsmflash_report report;
    uint32_t sessions = 1;

    world_repair(world);
    start_session(world, "a new host, and nothing goes wrong");
    report = play_session(world);
    if (world->broken == NULL && report.error != GSMFLASH_OK && world->setup.way == WAY_NOBODY) {
        /* It said that it can't without somebody at the switch. */
        sessions++;
        world->setup.way = WAY_HAND;
        world->mark_kept = false;
        start_session(world, "the same, with a hand at the switch");
        report = play_session(world);
        world->setup.way = WAY_NOBODY;
    }
    if (world->broken == NULL && (report.error != GSMFLASH_OK || !world_updated(world))) {
        world_break(world, "a fresh update brings the module back");
    }
    return sessions;
}

struct verdict promise_play(struct world *world, const struct fault *faults, size_t count)
{
    struct verdict verdict = {0};

    world_reset(world, faults, count);
    start_session(world, "the session with the faults");
    struct gsmflash_report report = play_session(world);
    verdict.events = world->events;
    verdict.report = kind_of(&report);
    verdict.repeats = report.repeats;
    verdict.taint = world->taint_seen;
    verdict.fooled = world->taint != TAINT_NONE && report.firmware == GSMFLASH_FIRMWARE_VALID &&
                     !world_updated(world);
    verdict.sessions = 1;
    if (world->broken == NULL) {
        verdict.sessions += recover(world);
    }
    verdict.broken = world->broken;
    return verdict;
}
