/* SPDX-License-Identifier: MIT */
/*
 * The module against arbitrary bytes at arbitrary times, with a flash that fails now and then.
 *
 * Input: a byte that configures, then operations: a byte that says what, and its arguments.
 */
#include <string.h>

#include "gsmflash/module.h"
#include "input.h"
#include "insist.h"
#include "naive.h"

enum {
    LOG_BYTES = 4096,
    FLASH_BYTES = 200,
    MTU_MAX = 64,
    STEPS_MAX = 16, /* between two waits */
};

struct bench {
    struct gsmflash_module core;
    struct gsmflash_module_config config;
    uint8_t buffer[MTU_MAX];
    uint8_t log[LOG_BYTES]; /* what was handed in, the newest at the end */
    size_t logged;
    size_t lump; /* of these, in the last call */
    uint32_t now_ms;
    uint8_t failures; /* a bit for each job to come: it fails */
    bool slow;        /* jobs are ended by an operation of their own */
    bool busy;
    struct gsmflash_module_step job;
    bool valid; /* what a boot record would say */
    bool damaged;
    uint32_t accepted; /* bytes of firmware */
    uint32_t number;
    bool started;
};

static bool handed_in(const struct bench *bench, uint16_t type, const uint8_t *data, size_t length)
{
    for (size_t end = bench->logged - bench->lump; end <= bench->logged; end++) {
        if (end >= length + 7) {
            const uint8_t *frame = bench->log + end - length - 7;
            if (naive_good_frame(frame, length + 7) == length + 7 &&
                naive_get(frame + 1, 2) == type &&
                (length == 0 || memcmp(frame + 5, data, length) == 0)) {
                return true;
            }
        }
    }
    return false;
}

static void check_write(const struct bench *bench, const struct gsmflash_module_step *step)
{
    uint8_t data[MTU_MAX];

    INSIST(bench->core.state == GSMFLASH_MODULE_DOWNLOAD && !bench->valid);
    INSIST(step->write.offset == bench->accepted);
    INSIST(step->write.size != 0 && step->write.size + 11 <= bench->config.mtu);
    INSIST(step->write.size <= FLASH_BYTES - step->write.offset);
    for (size_t i = 0; i < 4; i++) {
        data[i] = (uint8_t)(bench->number >> (24 - 8 * i));
    }
    memcpy(data + 4, step->write.data, step->write.size);
    INSIST(handed_in(bench, 3, data, step->write.size + 4));
}

static void check_validate(const struct bench *bench, const struct gsmflash_module_step *step)
{
    INSIST(bench->core.state == GSMFLASH_MODULE_DOWNLOAD);
    INSIST(bench->accepted != 0 && !bench->damaged);
    INSIST(step->write.offset == 0 && step->write.size == bench->accepted);
    INSIST(handed_in(bench, 5, NULL, 0));
}

static void end_job(struct bench *bench)
{
    bool good = (bench->failures & 1) == 0;
    bool refused = bench->job.kind == GSMFLASH_MODULE_VALIDATE && (bench->failures & 2) != 0;

    bench->failures >>= 1;
    bench->busy = false;
    if (bench->job.kind == GSMFLASH_MODULE_INVALIDATE) {
        bench->valid = false;
        bench->accepted = 0;
        bench->number = 0;
        bench->damaged = false;
    } else if (bench->job.kind == GSMFLASH_MODULE_VALIDATE) {
        bench->valid = good;
        bench->number = 0;
    } else if (good) {
        bench->accepted += bench->job.write.size;
        bench->number += bench->config.count_bytes ? bench->job.write.size : 1;
        bench->damaged = false;
    }
    gsmflash_module_done(&bench->core, good      ? GSMFLASH_SUCCESS
                                       : refused ? GSMFLASH_PACKAGE_ERROR
                                                 : GSMFLASH_FLASH_ERROR);
}

static void take_job(struct bench *bench, const struct gsmflash_module_step *step)
{
    INSIST(!bench->busy);
    bench->job = *step;
    bench->busy = true;
    if (step->kind == GSMFLASH_MODULE_WRITE) {
        check_write(bench, step);
    } else if (step->kind == GSMFLASH_MODULE_VALIDATE) {
        check_validate(bench, step);
    } else {
        INSIST(bench->core.state == GSMFLASH_MODULE_COMMAND);
    }
    if (!bench->slow) {
        end_job(bench);
    }
}

static void check_answer(struct bench *bench, const uint8_t *answer, size_t size)
{
    uint32_t status = naive_get(answer + 5, 2);

    INSIST(naive_answer(answer, size) == size);
    switch (answer[2]) {
    case 2:
        INSIST(naive_get(answer + 7, 2) == bench->config.mtu);
        INSIST(status != 0 || !bench->valid);
        break;
    case 4:
        INSIST(naive_get(answer + 7, 4) == bench->number);
        bench->damaged |= status == 1;
        break;
    case 6:
        INSIST(status != 0 || bench->valid);
        break;
    default:
        INSIST(status != 0 || bench->valid);
        break;
    }
}

static void check_send(struct bench *bench, const struct gsmflash_module_step *step)
{
    if (step->send.size == 1) {
        INSIST(step->send.data[0] == 0x5B || step->send.data[0] == 0x9A);
    } else {
        check_answer(bench, step->send.data, step->send.size);
    }
}

/* Does what the module says until it wants to wait. */
static void pump(struct bench *bench)
{
    for (int steps = 0;; steps++) {
        INSIST(steps < STEPS_MAX);
        struct gsmflash_module_step step = gsmflash_module_next(&bench->core, bench->now_ms);
        switch (step.kind) {
        case GSMFLASH_MODULE_WAIT:
            INSIST(step.wait_ms != 0 && !bench->started);
            return;
        case GSMFLASH_MODULE_START:
            INSIST(bench->valid);
            bench->started = true;
            return;
        case GSMFLASH_MODULE_SEND:
            check_send(bench, &step);
            break;
        default:
            take_job(bench, &step);
            break;
        }
    }
}

static void hand_in(struct bench *bench, const uint8_t *data, size_t size)
{
    if (bench->logged + size > LOG_BYTES) {
        size_t keep = LOG_BYTES / 2;
        memmove(bench->log, bench->log + bench->logged - keep, keep);
        bench->logged = keep;
    }
    memcpy(bench->log + bench->logged, data, size);
    bench->logged += size;
    bench->lump = size;
    gsmflash_module_receive(&bench->core, data, size, bench->now_ms);
    pump(bench);
}

static void hand_in_frame(struct bench *bench, struct input *input, uint16_t type,
                          const uint8_t *data, size_t length)
{
    uint8_t frame[256 + 7];
    size_t size = naive_frame(frame, type, data, length);
    uint8_t how = input_byte(input);

    if (how & 1) {
        frame[how % size] ^= (uint8_t)(1u << how % 8);
    }
    if (how & 2) {
        for (size_t i = 0; i < size; i++) {
            hand_in(bench, frame + i, 1);
        }
    } else {
        hand_in(bench, frame, size);
    }
}

static void data_frame(struct bench *bench, struct input *input, uint32_t number)
{
    uint8_t data[256];
    size_t length = input_byte(input) % 80;

    for (size_t i = 0; i < length; i++) {
        data[i] = i < 4 ? (uint8_t)(number >> (24 - 8 * i)) : input_byte(input);
    }
    hand_in_frame(bench, input, 3, data, length);
}

static void raw(struct bench *bench, struct input *input)
{
    uint8_t data[32];
    size_t size = input_byte(input) % sizeof data;

    for (size_t i = 0; i < size; i++) {
        data[i] = input_byte(input);
    }
    hand_in(bench, data, size);
}

static void operate(struct bench *bench, struct input *input)
{
    static const uint8_t version[] = {0, 0, 0, 1}, sync[] = {0xB5, 0xA9};
    uint8_t what = input_byte(input);

    switch (what % 10) {
    case 0:
        raw(bench, input);
        break;
    case 1:
        data_frame(bench, input, bench->number);
        break;
    case 2:
        data_frame(bench, input, input_byte(input));
        break;
    case 3:
        hand_in_frame(bench, input, 1, version, what / 10 % 2 ? sizeof version : what % 4);
        break;
    case 4:
        hand_in_frame(bench, input, 5, version, what / 10 % 8 == 0);
        break;
    case 5:
        hand_in_frame(bench, input, what / 10 % 4 ? 7 : input_byte(input), NULL, 0);
        break;
    case 6:
        hand_in(bench, sync + what / 10 % 2, 1);
        break;
    case 7:
        bench->now_ms += what / 10 ? (uint32_t)what / 2 : input_word(input);
        break;
    case 8:
        bench->failures = input_byte(input);
        bench->slow = what / 10 % 2;
        break;
    default:
        if (bench->busy) {
            end_job(bench);
        }
        break;
    }
    pump(bench);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench bench;
    static const uint16_t mtus[] = {13, 24, 40, MTU_MAX};
    struct input input = {data, size};
    uint8_t setting = input_byte(&input);

    memset(&bench, 0, sizeof bench);
    bench.config = (struct gsmflash_module_config){
        .buffer = bench.buffer,
        .mtu = mtus[setting % 4],
        .byte_time_us = setting & 4 ? 87 : 0,
        .flash_bytes = FLASH_BYTES,
        .count_bytes = setting & 8,
    };
    bench.valid = setting & 16;
    bench.now_ms = setting & 32 ? UINT32_MAX - 1000 : 0;
    gsmflash_module_start(&bench.core, &bench.config, bench.valid, bench.now_ms);
    pump(&bench);
    while (input_left(&input)) {
        operate(&bench, &input);
    }
    return 0;
}
