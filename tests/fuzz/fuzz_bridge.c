/* SPDX-License-Identifier: MIT */
/*
 * The bridge against arbitrary bytes from both sides at arbitrary times: what it passes on is what
 * came, in order, but for what found no room; and what it says of the download is never too good.
 *
 * Input: a byte that configures, then operations: a byte that says what, and its arguments.
 */
#include <string.h>

#include "gsmflash/bridge.h"
#include "input.h"
#include "insist.h"
#include "naive.h"

enum { QUEUE_BYTES = 16, STEPS_MAX = 8 };

/* A ring buffer as plain as can be. */
struct queue {
    uint8_t bytes[QUEUE_BYTES];
    size_t size;
};

struct bench {
    struct gsmflash_bridge core;
    struct gsmflash_bridge_config config;
    uint8_t rings[2][QUEUE_BYTES];
    struct queue expected[2];
    uint8_t last[13]; /* bytes from the module */
    uint32_t now_ms;
    bool on; /* the last that was said of the supply */
    bool head_passed;
    bool completed; /* END or RUN was answered by success since the last BEGIN that was */
    bool started;
};

static void note_answer(struct bench *bench, uint8_t byte)
{
    const uint8_t *end = bench->last + sizeof bench->last;

    memmove(bench->last, bench->last + 1, sizeof bench->last - 1);
    bench->last[sizeof bench->last - 1] = byte;
    if (naive_answer(end - 11, 11) == 11 && naive_get(end - 6, 2) == 0) {
        bench->completed = false;
    }
    if (naive_answer(end - 9, 9) == 9 && naive_get(end - 4, 2) == 0) {
        bench->completed = true;
        bench->started |= end[-7] == 8;
    }
}

static void begin_session(struct bench *bench)
{
    memset(bench->expected, 0, sizeof bench->expected);
    memset(bench->last, 0, sizeof bench->last);
    bench->head_passed = false;
    bench->completed = false;
    bench->started = false;
    bench->on = true;
}

static void expect(struct bench *bench, enum gsmflash_side from, uint8_t byte)
{
    enum gsmflash_side to = from == GSMFLASH_UPSTREAM ? GSMFLASH_DOWNSTREAM : GSMFLASH_UPSTREAM;
    struct queue *queue = &bench->expected[to];

    if (from == GSMFLASH_UPSTREAM) {
        bench->head_passed |= byte == 0xAA;
    } else {
        note_answer(bench, byte);
    }
    if (queue->size < bench->config.ring[to].bytes) {
        queue->bytes[queue->size++] = byte;
    }
}

static void hand_in(struct bench *bench, enum gsmflash_side from, const uint8_t *data, size_t size)
{
    bool active = gsmflash_bridge_active(&bench->core);

    gsmflash_bridge_receive(&bench->core, from, data, size, bench->now_ms);
    for (size_t i = 0; i < size; i++) {
        if (!active && from == GSMFLASH_UPSTREAM && data[i] == 0xB5) {
            active = true;
            begin_session(bench);
        }
        if (active) {
            expect(bench, from, data[i]);
        }
    }
    INSIST(gsmflash_bridge_active(&bench->core) == active);
}

static void check_left(const struct bench *bench, const struct gsmflash_bridge_step *step)
{
    INSIST(step->left.download != GSMFLASH_BRIDGE_NONE || !bench->head_passed);
    INSIST(step->left.download != GSMFLASH_BRIDGE_COMPLETE || bench->completed);
    INSIST(step->left.reason != GSMFLASH_BRIDGE_STARTED || bench->started);
    INSIST(step->left.reason != GSMFLASH_BRIDGE_ENDED || bench->completed);
    INSIST(!gsmflash_bridge_active(&bench->core));
}

static void pump(struct bench *bench)
{
    for (int steps = 0;; steps++) {
        INSIST(steps < STEPS_MAX);
        struct gsmflash_bridge_step step = gsmflash_bridge_next(&bench->core, bench->now_ms);
        switch (step.kind) {
        case GSMFLASH_BRIDGE_WAIT:
            INSIST(step.wait_ms != 0);
            return;
        case GSMFLASH_BRIDGE_POWER:
            INSIST(bench->config.power && step.power_on != bench->on);
            bench->on = step.power_on;
            break;
        case GSMFLASH_BRIDGE_LEFT:
            check_left(bench, &step);
            break;
        }
    }
}

static void check_output(struct bench *bench, enum gsmflash_side side, size_t take)
{
    struct queue *queue = &bench->expected[side];
    size_t size;
    const uint8_t *data = gsmflash_bridge_output(&bench->core, side, &size);

    INSIST(size <= queue->size && (size != 0) == (queue->size != 0));
    INSIST(memcmp(data, queue->bytes, size) == 0);
    if (take > size) {
        take = size;
    }
    memmove(queue->bytes, queue->bytes + take, queue->size - take);
    queue->size -= take;
    gsmflash_bridge_sent(&bench->core, side, take);
}

static void answer(struct bench *bench, struct input *input)
{
    static const uint8_t lengths[] = {4, 6, 2, 2};
    uint8_t what = input_byte(input), data[6] = {0}, frame[13];

    data[1] = what / 4 % 4 != 0 ? 0 : what / 16;
    size_t size = naive_frame(frame, (uint16_t)(what % 4 * 2 + 2), data, lengths[what % 4]);
    hand_in(bench, GSMFLASH_DOWNSTREAM, frame, size);
}

static void sync_words(struct bench *bench, struct input *input)
{
    uint8_t count = input_byte(input), word = 0xB5;

    for (; count != 0; count--) {
        bench->now_ms += 20;
        hand_in(bench, GSMFLASH_UPSTREAM, &word, 1);
        check_output(bench, GSMFLASH_DOWNSTREAM, QUEUE_BYTES);
        pump(bench);
    }
}

static void operate(struct bench *bench, struct input *input)
{
    uint8_t what = input_byte(input), data[4];
    enum gsmflash_side side = what & 0x80 ? GSMFLASH_DOWNSTREAM : GSMFLASH_UPSTREAM;

    switch (what % 6) {
    case 0:
        for (size_t i = 0; i < sizeof data; i++) {
            data[i] = input_byte(input);
        }
        hand_in(bench, side, data, 1 + what / 8 % sizeof data);
        break;
    case 1:
        bench->now_ms += what / 8 != 0 ? what * 64u : input_word(input);
        break;
    case 2:
        bench->now_ms += what / 8;
        break;
    case 3:
        answer(bench, input);
        break;
    case 4:
        sync_words(bench, input);
        break;
    default:
        check_output(bench, side, what / 8 % 16);
        break;
    }
    pump(bench);
    check_output(bench, GSMFLASH_UPSTREAM, 0);
    check_output(bench, GSMFLASH_DOWNSTREAM, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench bench;
    struct input input = {data, size};
    uint8_t setting = input_byte(&input);

    memset(&bench, 0, sizeof bench);
    for (int side = 0; side < 2; side++) {
        bench.config.ring[side].data = bench.rings[side];
        bench.config.ring[side].bytes = setting & (2 << side) ? 4 : QUEUE_BYTES;
    }
    bench.config.power = setting & 1;
    bench.now_ms = setting & 8 ? UINT32_MAX - 3000 : 0;
    bench.on = true;
    gsmflash_bridge_start(&bench.core, &bench.config, bench.now_ms);
    while (input_left(&input)) {
        operate(&bench, &input);
    }
    return 0;
}
