/* SPDX-License-Identifier: MIT */
/*
 * Breaks every event of an update:
 *
 *   campaign CASE                          play one case, tell all that happens
 *   campaign PLAN [EVERY [JOBS]]   play a plan (plan.h): all its cases, or one in EVERY
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "enumerate.h"
#include "plan.h"

#define FAULTS_MAX 8
#define JOBS_MAX   16

static struct world world;

static int play_one(const char *text)
{
    struct setup setup;
    struct fault faults[FAULTS_MAX];
    size_t count;

    if (!case_read(text, &setup, faults, &count, FAULTS_MAX)) {
        fprintf(stderr, "campaign: not a case: %s\n", text);
        return 2;
    }
    world_prepare(&world, &setup);
    world.trace = stdout;
    struct verdict verdict = promise_play(&world, faults, count);
    printf("%s\n", verdict.broken != NULL ? verdict.broken : "the promise is kept");
    return verdict.broken != NULL;
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

struct part {
    struct tally tally;
    double cpu_seconds;
};

/* Every job takes its share of each setup's cases. */
static struct part run_part(const struct plan *plan, uint32_t every, unsigned job, unsigned jobs)
{
    struct part part = {.tally = {.first = job * every, .every = every * jobs}};
    struct setup setup;

    for (unsigned i = 0; plan->setup(i, &setup); i++) {
        world_prepare(&world, &setup);
        plan->enumerate(&world, &part.tally);
    }
    part.cpu_seconds = cpu_seconds();
    return part;
}

static int start_job(const struct plan *plan, uint32_t every, unsigned job, unsigned jobs)
{
    int ends[2];

    if (pipe(ends) != 0) {
        return -1;
    }
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct part part = run_part(plan, every, job, jobs);
        fflush(stdout);
        _exit(write(ends[1], &part, sizeof part) == (ssize_t)sizeof part ? 0 : 1);
    }
    close(ends[1]);
    return child > 0 ? ends[0] : -1;
}

static void print(const char *what, const struct tally *tally, double cpu, double wall)
{
    static const char *const events[] = {"bytes", "answers", "flash operations", "timers",
                                         "switches"};
    static const char *const reports[] = {"updated", "updated, start not confirmed", "invalid",
                                          "untouched"};

    printf("%s: %llu cases, %llu sessions, %llu events; %.1f s, %.0f sessions/s on a core\n", what,
           (unsigned long long)tally->cases, (unsigned long long)tally->sessions,
           (unsigned long long)tally->events, wall, (double)tally->sessions / cpu);
    printf("  struck at");
    for (unsigned i = 0; i < EVENT_KINDS; i++) {
        printf("%s %s %llu", i == 0 ? "" : ",", events[i], (unsigned long long)tally->by_event[i]);
    }
    printf("\n  struck by");
    for (unsigned i = 0; i < FAULT_KINDS; i++) {
        printf("%s %s %llu", i == 0 ? "" : ",", fault_name((enum fault_kind)i),
               (unsigned long long)tally->by_kind[i]);
    }
    printf("\n  reported");
    for (unsigned i = 0; i < REPORT_KINDS; i++) {
        printf("%s %s %llu", i == 0 ? "" : ",", reports[i],
               (unsigned long long)tally->by_report[i]);
    }
    printf("\n  at most %u repeats in a session: %s\n", tally->repeats_max, tally->repeats_case);
    printf("  DATA frames out of an image taken (the known hole): %llu sessions, "
           "a wrong image passed in %llu\n",
           (unsigned long long)tally->holes, (unsigned long long)tally->holes_bad);
    printf("  damaged frames with a right CRC16: %llu sessions\n",
           (unsigned long long)tally->collisions);
    printf("  broken promises: %llu\n", (unsigned long long)tally->broken);
}

/* In one process there is nothing to fork for: what measures this program goes on measuring it. */
static bool run_jobs(const struct plan *plan, uint32_t every, unsigned jobs, struct part *sum)
{
    int ends[JOBS_MAX];
    bool good = true;

    if (jobs == 1) {
        *sum = run_part(plan, every, 0, 1);
        return true;
    }
    for (unsigned job = 0; job < jobs; job++) {
        ends[job] = start_job(plan, every, job, jobs);
    }
    for (unsigned job = 0; job < jobs; job++) {
        struct part part;
        if (ends[job] < 0 || read(ends[job], &part, sizeof part) != (ssize_t)sizeof part) {
            fprintf(stderr, "campaign: a job was lost\n");
            good = false;
            continue;
        }
        tally_add(&sum->tally, &part.tally);
        sum->cpu_seconds += part.cpu_seconds;
    }
    while (wait(NULL) > 0) {
    }
    return good;
}

static int run_all(const struct plan *plan, uint32_t every, unsigned jobs)
{
    struct part sum = {.cpu_seconds = 0};
    double start = seconds();
    bool good = run_jobs(plan, every, jobs, &sum);

    print(plan->name, &sum.tally, sum.cpu_seconds, seconds() - start);
    return good && sum.tally.broken == 0 && sum.tally.cases != 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    const struct plan *plan = argc > 1 ? plan_named(argv[1]) : NULL;
    unsigned long every = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    unsigned long jobs = argc > 3 ? strtoul(argv[3], NULL, 10) : 1;

    if (argc < 2 || every == 0 || jobs == 0 || jobs > JOBS_MAX) {
        fprintf(stderr, "usage: campaign CASE | single|pairs|more-pairs|hole|hole-pairs|checked "
                        "[EVERY [JOBS]]\n");
        return 2;
    }
    return plan != NULL ? run_all(plan, (uint32_t)every, (unsigned)jobs) : play_one(argv[1]);
}
