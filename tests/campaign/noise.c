/* SPDX-License-Identifier: MIT */
/*
 * 256 KiB over lines that lose or flip one byte in a thousand, either way, in virtual time: the
 * update completes, and the host's own choice of blocks takes no more than 1.5 times what the best
 * fixed size takes on that line; on a clean line, no more than 2 % over the largest.
 *
 *   campaign_noise [SEEDS]     the mean of so many courses of chance (3)
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/world.h"

enum { IMAGE_BYTES = 256 * 1024, MTU = 1024, LARGEST_BLOCK = 1012, ADAPTIVE = 0 };

#define HOUR_US    (UINT64_C(3600) * 1000 * 1000)
#define IN_1000(n) ((uint32_t)((n)*UINT64_C(0x100000000) / 1000))

struct line {
    const char *name;
    uint32_t lose_rate; /* in 2^32nds */
    uint32_t flip_rate;
    double limit; /* of the adaptive time, over the best fixed one */
};

struct mean {
    double seconds;
    double repeats;
    double restarts;
    bool good;
};

static uint8_t image[IMAGE_BYTES];

static struct sim_result update(const struct line *line, uint16_t block_bytes, uint32_t seed)
{
    static struct sim_world world;
    struct sim_faults faults = {.seed = seed};
    struct sim_world_config config = {
        .host = {.image = image,
                 .image_bytes = IMAGE_BYTES,
                 .block_bytes = block_bytes,
                 .version = 1},
        .module = {.baud = GSMFLASH_BAUD, .mtu = MTU, .lump_bytes = 16, .faults = &faults},
    };

    faults.in.lose_rate = faults.out.lose_rate = line->lose_rate;
    faults.in.flip_rate = faults.out.flip_rate = line->flip_rate;
    if (!sim_world_init(&world, &config)) {
        perror("campaign_noise");
        exit(1);
    }
    sim_world_run(&world, HOUR_US);
    struct sim_result result = sim_world_result(&world);
    sim_world_free(&world);
    return result;
}

/* Complete, whether its start could be confirmed over such a line or not. */
static bool updated(const struct sim_result *result)
{
    return result->finished && result->image_whole && result->bad_starts == 0 &&
           result->report.firmware == GSMFLASH_FIRMWARE_VALID;
}

static struct mean measure(const struct line *line, uint16_t block_bytes, uint32_t seeds)
{
    struct mean mean = {.good = true};

    for (uint32_t seed = 1; seed <= seeds; seed++) {
        struct sim_result result = update(line, block_bytes, seed);
        mean.good &= updated(&result);
        mean.seconds += (double)result.at_us / 1e6 / seeds;
        mean.repeats += (double)result.report.repeats / seeds;
        mean.restarts += (double)(result.report.attempt - 1) / seeds;
    }
    return mean;
}

static void print(uint16_t block_bytes, const struct mean *mean)
{
    printf("  %8u  %8.2f s  %6.1f repeats  %4.1f restarts%s\n", (unsigned)block_bytes,
           mean->seconds, mean->repeats, mean->restarts, mean->good ? "" : "  NOT UPDATED");
}

static bool try_line(const struct line *line, uint32_t seeds)
{
    static const uint16_t blocks[] = {64, 128, 192, 256, 512, LARGEST_BLOCK};
    double best = 1e9;
    bool good = true;

    printf("%s\n", line->name);
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        struct mean mean = measure(line, blocks[i], seeds);
        print(blocks[i], &mean);
        good &= mean.good;
        best = mean.seconds < best ? mean.seconds : best;
    }
    struct mean adaptive = measure(line, ADAPTIVE, seeds);
    print(ADAPTIVE, &adaptive);
    printf("  adaptive (0) takes %.3f times the best of these; %.2f allowed\n",
           adaptive.seconds / best, line->limit);
    return good && adaptive.good && adaptive.seconds <= best * line->limit;
}

int main(int argc, char **argv)
{
    static const struct line lines[] = {
        {"one byte in 1000 lost", IN_1000(1), 0, 1.5},
        {"one byte in 1000 with a bit flipped", 0, IN_1000(1), 1.5},
        {"one in 2000 lost, one in 2000 flipped", IN_1000(1) / 2, IN_1000(1) / 2, 1.5},
        {"one in 10000 lost, one in 10000 flipped", IN_1000(1) / 10, IN_1000(1) / 10, 1.5},
        {"a clean line", 0, 0, 1.02},
    };
    uint32_t seeds = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 3;
    bool good = seeds != 0;

    for (size_t i = 0; i < IMAGE_BYTES; i++) {
        image[i] = (uint8_t)(i * 2654435761u >> 13);
    }
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        good &= try_line(&lines[i], seeds);
    }
    return good ? 0 : 1;
}
