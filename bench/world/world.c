/* SPDX-License-Identifier: MIT */
/*
 * Plays whole updates in virtual time and tells what they took, one line of JSON:
 *   bench_world [--image-bytes N] [--mtu N] [--block N] [--fault SPEC] [--seeds N] [--rounds N]
 * --seeds: so many updates, each with another course of chance; --rounds: the fastest of so many.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "gsmflash/protocol.h"
#include "sim/world.h"

#define HOUR_US (UINT64_C(3600) * 1000 * 1000)

struct options {
    uint32_t image_bytes;
    uint32_t mtu;
    uint32_t block;
    uint32_t seeds;
    uint32_t rounds;
    const char *fault;
};

struct sum {
    uint64_t at_us;   /* virtual: until the host was done */
    uint64_t data_us; /* virtual: of that, from BEGIN on */
    uint64_t bytes;   /* on the wire, both ways */
    uint64_t events;  /* moments at which something happened */
    uint64_t real_ns; /* of the fastest round */
    uint32_t repeats;
    uint32_t attempts;
    uint32_t completed;   /* updates: the image is in, whole and valid */
    uint32_t unconfirmed; /* of these, RUN's answer was lost: NOT_STARTED */
};

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void make_image(uint8_t *image, uint32_t size)
{
    uint32_t word = 1;

    for (uint32_t i = 0; i < size; i++) {
        word = word * 1664525u + 1013904223u;
        image[i] = (uint8_t)(word >> 24);
    }
}

/* Until the host is done or, where `until` is a phase, has come to it. */
static void play(struct sim_world *world, enum gsmflash_phase until, struct sum *sum)
{
    while (world->host.report.phase < until && world->now_us < 1000 * HOUR_US &&
           !sim_world_run(world, sim_world_next_us(world))) {
        sum->events++;
    }
}

/* An update is measured from BEGIN on, and as a whole. */
static void play_update(struct sim_world *world, struct sum *sum)
{
    struct sim_result begin;
    struct sim_result result;

    play(world, GSMFLASH_PHASE_BEGIN, sum);
    begin = sim_world_result(world);
    /* BEGIN itself is on its way already. */
    begin.to_module -= GSMFLASH_OVERHEAD_BYTES + 4;
    play(world, GSMFLASH_PHASE_FINISHED, sum);
    result = sim_world_result(world);
    sum->at_us += result.at_us;
    sum->data_us += result.at_us - begin.at_us;
    sum->bytes += result.to_module - begin.to_module + result.to_host - begin.to_host;
    sum->repeats += result.report.repeats;
    sum->attempts += result.report.attempt;
    sum->completed += result.report.firmware == GSMFLASH_FIRMWARE_VALID && result.image_whole;
    sum->unconfirmed += result.report.error == GSMFLASH_ERROR_NOT_STARTED;
}

static bool run(const struct options *options, uint32_t seed, const uint8_t *image, struct sum *sum)
{
    struct sim_faults faults = {.seed = seed};
    struct sim_world world;
    uint64_t start_ns = now_ns();
    const char *problem = options->fault != NULL ? sim_faults_add(&faults, options->fault) : NULL;

    if (problem != NULL) {
        fprintf(stderr, "bench_world: %s: %s\n", options->fault, problem);
        return false;
    }
    struct sim_world_config config = {
        .host = {.image = image,
                 .image_bytes = options->image_bytes,
                 .block_bytes = (uint16_t)options->block},
        .module = {.baud = GSMFLASH_BAUD, .mtu = (uint16_t)options->mtu, .faults = &faults},
    };
    if (!sim_world_init(&world, &config)) {
        fputs("bench_world: out of memory\n", stderr);
        return false;
    }
    play_update(&world, sum);
    sum->real_ns = now_ns() - start_ns;
    sim_world_free(&world);
    return true;
}

static bool run_all(const struct options *options, const uint8_t *image, struct sum *sum)
{
    uint64_t fastest_ns = UINT64_MAX;

    for (uint32_t round = 0; round < options->rounds; round++) {
        uint64_t real_ns = 0;

        *sum = (struct sum){0};
        for (uint32_t seed = 1; seed <= options->seeds; seed++) {
            if (!run(options, seed, image, sum)) {
                return false;
            }
            real_ns += sum->real_ns;
        }
        fastest_ns = real_ns < fastest_ns ? real_ns : fastest_ns;
    }
    sum->real_ns = fastest_ns;
    return true;
}

/* The largest resident memory of this program (getrusage() would tell that of its parent). */
static unsigned long resident_kib(void)
{
    char line[128];
    unsigned long kib = 0;
    FILE *status = fopen("/proc/self/status", "r");

    while (status != NULL && fgets(line, sizeof line, status) != NULL &&
           sscanf(line, "VmHWM: %lu", &kib) != 1) {
    }
    if (status != NULL) {
        fclose(status);
    }
    return kib;
}

static void tell_count(const char *name, uint64_t count)
{
    printf("\"%s\": %llu, ", name, (unsigned long long)count);
}

static void tell(const struct options *options, const struct sum *sum)
{
    putchar('{');
    tell_count("updates", options->seeds);
    tell_count("completed", sum->completed);
    tell_count("unconfirmed", sum->unconfirmed);
    tell_count("virtual_us", sum->at_us);
    tell_count("from_begin_us", sum->data_us);
    tell_count("wire_bytes", sum->bytes);
    tell_count("events", sum->events);
    tell_count("repeats", sum->repeats);
    tell_count("attempts", sum->attempts);
    tell_count("real_us", sum->real_ns / 1000);
    printf("\"resident_kib\": %lu}\n", resident_kib());
}

static uint32_t number(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 0);

    if (*text == '\0' || *end != '\0' || value > UINT32_MAX) {
        fprintf(stderr, "bench_world: %s is not a number\n", text);
        exit(2);
    }
    return (uint32_t)value;
}

static struct options parse(int argc, char **argv)
{
    static const struct option known[] = {
        {"image-bytes", required_argument, NULL, 'i'},
        {"mtu", required_argument, NULL, 'm'},
        {"block", required_argument, NULL, 'b'},
        {"fault", required_argument, NULL, 'f'},
        {"seeds", required_argument, NULL, 's'},
        {"rounds", required_argument, NULL, 'r'},
        {NULL, 0, NULL, 0},
    };
    struct options options = {.image_bytes = 262144, .seeds = 1, .rounds = 1};

    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (option) {
        case 'i':
            options.image_bytes = number(optarg);
            break;
        case 'm':
            options.mtu = number(optarg);
            break;
        case 'b':
            options.block = number(optarg);
            break;
        case 'f':
            options.fault = optarg;
            break;
        case 's':
            options.seeds = number(optarg);
            break;
        case 'r':
            options.rounds = number(optarg);
            break;
        default:
            exit(2);
        }
    }
    return options;
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    struct sum sum = {0};
    uint8_t *image = malloc(options.image_bytes);
    bool done = false;

    if (image != NULL) {
        make_image(image, options.image_bytes);
        done = run_all(&options, image, &sum);
        if (done) {
            tell(&options, &sum);
        }
    }
    free(image);
    return done ? 0 : 1;
}
