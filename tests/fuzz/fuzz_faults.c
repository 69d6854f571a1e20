/* SPDX-License-Identifier: MIT */
/*
 * The campaign's world with up to eight faults where the fuzzer likes: the promise is kept.
 *
 * Input: which setup, then for each fault the events since the one before, its kind, its value.
 */
#include "enumerate.h"
#include "input.h"
#include "insist.h"

enum { FAULTS_MAX = 8 };

static const char *const setups[] = {
    "15-6-direct-plain0",
    "21-25-hand-plain0-bytes-norun",
    "21-30-nobody-plain0-resume",
    "15-7-bridged-plain0",
    "21-24-bridged-plain0-bytes-resume",
    "32-60-direct-end3",
    "32-60-hand-rsp2-bytes-resume",
    "40-70-direct-data5-check",
    "80-200-direct-plain0-resume",
    "32-150-direct-mix4-slow",
};

static struct world world;

static void prepare(uint8_t which)
{
    static int prepared = -1;
    int wanted = which % (int)(sizeof setups / sizeof setups[0]);
    struct setup setup;
    const char *text = setups[wanted];

    if (wanted != prepared) {
        INSIST(setup_read(&setup, &text) && *text == '\0');
        world_prepare(&world, &setup);
        prepared = wanted;
    }
}

/* A fault that can't happen where it is to strike does not: world_event sees to that. */
static size_t read_faults(struct input *input, struct fault *faults)
{
    size_t count = 0;
    uint32_t event = 0;

    while (input_left(input) && count < FAULTS_MAX) {
        event += input_byte(input);
        uint8_t kind = input_byte(input) % FAULT_KINDS;
        unsigned values = fault_values_max((enum fault_kind)kind);
        faults[count++] = (struct fault){event++, kind, (uint8_t)(input_byte(input) % values)};
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct fault faults[FAULTS_MAX];

    prepare(input_byte(&input));
    size_t count = read_faults(&input, faults);
    struct verdict verdict = promise_play(&world, faults, count);
    if (verdict.broken != NULL) {
        char text[CASE_TEXT_BYTES];
        case_write(&world.setup, faults, count, text);
        fprintf(stderr, "campaign %s\n%s\n", text, verdict.broken);
    }
    INSIST(verdict.broken == NULL);
    return 0;
}
