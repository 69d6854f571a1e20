/* SPDX-License-Identifier: MIT */
/*
 * The host against arbitrary answers at arbitrary times: what it sends is always well-formed, what
 * it reports is never more than it has been told, and it always comes to an end.
 *
 * Input: two bytes that configure, then operations: a byte that says what, and its arguments.
 */
#include <string.h>

#include "gsmflash/host.h"
#include "input.h"
#include "insist.h"
#include "naive.h"

enum {
    IMAGE_BYTES = 150,
    FRAME_MAX = 512,
    NUMBERS_MAX = IMAGE_BYTES + 1,
    STEPS_MAX = 32,      /* between two waits */
    ROUNDS_MAX = 100000, /* to the end, when nothing comes any more */
};

struct bench {
    struct gsmflash_host core;
    struct gsmflash_host_config config;
    struct gsmflash_mark mark;
    uint8_t image[IMAGE_BYTES];
    uint8_t buffer[32];
    uint32_t now_ms;
    uint32_t wait_ms;
    uint8_t frame[FRAME_MAX]; /* that goes out */
    size_t framed;
    uint16_t sizes[NUMBERS_MAX]; /* of the blocks that were sent in this attempt, by number */
    uint8_t attempt;
    uint8_t last[13]; /* bytes that came */
    bool synced;      /* the module has said in this attempt that it takes commands */
    bool begun;       /* BEGIN was sent */
    bool end_good;    /* END was answered by success since the last other command */
    bool run_good;
    bool finished;
};

static bool read_image(void *context, uint32_t offset, uint8_t *buffer, size_t size)
{
    const struct bench *bench = context;

    INSIST(size != 0 && size <= sizeof bench->buffer && offset + size <= IMAGE_BYTES);
    memcpy(buffer, bench->image + offset, size);
    return true;
}

static void journal(void *context, const struct gsmflash_report *report)
{
    const struct bench *bench = context;

    INSIST(report == &bench->core.report);
    INSIST(report->block_bytes != 0 && report->offset <= IMAGE_BYTES);
}

static void check_data(struct bench *bench)
{
    uint32_t number = naive_get(bench->frame + 5, 4);
    size_t block = bench->framed - 11;
    uint32_t offset = bench->core.report.offset;

    INSIST(block != 0 && bench->framed <= bench->core.report.mtu);
    if (bench->core.report.phase == GSMFLASH_PHASE_PROBE) {
        INSIST(number == UINT32_MAX && block == 1);
        return;
    }
    INSIST(number == bench->core.report.number && number < NUMBERS_MAX);
    INSIST(offset + block <= IMAGE_BYTES);
    INSIST(block % 2 == 0 || offset + block == IMAGE_BYTES);
    INSIST(memcmp(bench->frame + 9, bench->image + offset, block) == 0);
    INSIST(bench->sizes[number] == 0 || bench->sizes[number] == block);
    bench->sizes[number] = (uint16_t)block;
}

static void check_frame(struct bench *bench)
{
    uint32_t type = naive_get(bench->frame + 1, 2);

    INSIST(naive_good_frame(bench->frame, bench->framed) == bench->framed);
    INSIST(bench->synced || (type == 1 && bench->config.resume != NULL));
    switch (type) {
    case 1:
        INSIST(naive_get(bench->frame + 5, 4) == bench->config.version);
        bench->begun = true;
        break;
    case 3:
        check_data(bench);
        break;
    case 5:
        INSIST(bench->core.report.offset == IMAGE_BYTES);
        break;
    default:
        INSIST(type == 7 && !bench->config.no_run);
        break;
    }
    if (type != 7) {
        bench->end_good = false;
    }
    bench->run_good = false;
}

static void take_piece(struct bench *bench, const uint8_t *data, size_t size)
{
    if (bench->framed == 0 && size == 1) {
        INSIST(data[0] == 0xB5 || data[0] == 0xA9);
        return;
    }
    INSIST(bench->framed + size <= FRAME_MAX);
    memcpy(bench->frame + bench->framed, data, size);
    bench->framed += size;
    if (bench->framed >= 7 && bench->framed == naive_get(bench->frame + 3, 2) + 7) {
        check_frame(bench);
        bench->framed = 0;
    }
}

static void check_end(struct bench *bench)
{
    const struct gsmflash_report *report = &bench->core.report;

    bench->finished = true;
    INSIST(report->phase == GSMFLASH_PHASE_FINISHED && bench->framed == 0);
    INSIST((report->firmware == GSMFLASH_FIRMWARE_UNTOUCHED) == !bench->begun);
    if (report->error == GSMFLASH_OK) {
        INSIST(bench->config.no_run ? bench->end_good : bench->run_good);
    }
    if (report->error == GSMFLASH_OK || report->error == GSMFLASH_ERROR_NOT_STARTED) {
        INSIST(report->firmware == GSMFLASH_FIRMWARE_VALID && report->offset == IMAGE_BYTES);
    }
    if (report->firmware == GSMFLASH_FIRMWARE_VALID) {
        INSIST(bench->end_good || bench->run_good);
    }
}

static void check_report(struct bench *bench)
{
    const struct gsmflash_report *report = &bench->core.report;

    INSIST(report->offset <= IMAGE_BYTES);
    INSIST(report->attempt <= 3 && (report->attempt >= 1 || bench->config.resume != NULL));
    INSIST(report->transmission <= GSMFLASH_TRANSMISSIONS_MAX);
    INSIST(report->firmware == GSMFLASH_FIRMWARE_UNTOUCHED || bench->framed != 0 || bench->begun);
    if (report->attempt != bench->attempt) {
        bench->attempt = report->attempt;
        bench->synced = false;
        memset(bench->sizes, 0, sizeof bench->sizes);
    }
}

/* Does what the host says until it wants to wait. */
static void pump(struct bench *bench)
{
    for (int steps = 0; !bench->finished; steps++) {
        INSIST(steps < STEPS_MAX);
        struct gsmflash_host_step step = gsmflash_host_next(&bench->core, bench->now_ms);
        switch (step.kind) {
        case GSMFLASH_HOST_SEND:
            INSIST(step.send.size != 0);
            take_piece(bench, step.send.data, step.send.size);
            break;
        case GSMFLASH_HOST_POWER:
            INSIST(bench->config.power);
            break;
        case GSMFLASH_HOST_WAIT:
            INSIST(step.wait_ms != 0 && step.wait_ms <= 5000 && bench->framed == 0);
            check_report(bench);
            bench->wait_ms = step.wait_ms;
            return;
        case GSMFLASH_HOST_FINISHED:
            check_end(bench);
            break;
        }
        check_report(bench);
    }
}

static void note_answer(struct bench *bench)
{
    const uint8_t *end_rsp = bench->last + sizeof bench->last - 9;
    bool success = naive_answer(end_rsp, 9) == 9 && naive_get(end_rsp + 5, 2) == 0;

    bench->end_good |= success && end_rsp[2] == 6;
    bench->run_good |= success && end_rsp[2] == 8;
    /* A module that answers BEGIN is in command mode already. */
    bench->synced |= bench->begun && naive_answer(end_rsp - 2, 11) == 11;
}

static void hand_in(struct bench *bench, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        memmove(bench->last, bench->last + 1, sizeof bench->last - 1);
        bench->last[sizeof bench->last - 1] = data[i];
        bench->synced |= data[i] == 0x9A;
        note_answer(bench);
    }
    gsmflash_host_receive(&bench->core, data, size, bench->now_ms);
}

/* Mostly the answer that is due, with a status and a number that may be wrong. */
static void answer(struct bench *bench, struct input *input)
{
    uint8_t what = input_byte(input), how = input_byte(input);
    uint16_t type = what % 8 != 7 ? (uint16_t)(bench->core.type + 1) : (uint16_t)(how % 4 * 2 + 2);
    uint32_t number = bench->core.report.number;
    uint8_t data[6] = {0}, frame[13];
    size_t length = type == 2 ? 4 : type == 4 ? 6 : 2;

    data[1] = what / 8 % 4 != 0 ? 0 : how % 6;
    if (type == 2) {
        data[3] = (uint8_t)(how / 8 % 4 == 0 ? how : 40 + how % 32);
    } else {
        static const uint8_t beyond[] = {1, 1, 1, 0, 2, 255};
        number += how % 16 == 6   ? bench->core.size
                  : how % 16 == 7 ? input_byte(input)
                                  : beyond[how % 6];
        for (int i = 0; i < 4; i++) {
            data[2 + i] = (uint8_t)(number >> (24 - 8 * i));
        }
    }
    size_t size = naive_frame(frame, type, data, length);
    if (what >= 0xF0) {
        frame[how % size] ^= (uint8_t)(1u << how % 8);
    }
    hand_in(bench, frame, size);
}

static void operate(struct bench *bench, struct input *input)
{
    static const uint8_t sync[] = {0x5B, 0x9A};
    uint8_t what = input_byte(input), byte;

    switch (what % 8) {
    case 0:
        byte = input_byte(input);
        hand_in(bench, &byte, 1);
        break;
    case 1:
        bench->now_ms += what / 8;
        break;
    case 2:
        bench->now_ms += bench->wait_ms;
        break;
    case 3:
        hand_in(bench, sync, 1 + what / 8 % 2);
        break;
    case 4:
        hand_in(bench, sync + 1, 1);
        break;
    default:
        answer(bench, input);
        break;
    }
    pump(bench);
}

static void configure(struct bench *bench, struct input *input)
{
    uint8_t a = input_byte(input), b = input_byte(input);

    for (size_t i = 0; i < IMAGE_BYTES; i++) {
        bench->image[i] = (uint8_t)(i * 7 + 3);
    }
    bench->mark = (struct gsmflash_mark){
        .number = b % 4, .offset = b % 4 * 40u, .block_bytes = b / 4 % 3 * 20, .unit = b % 3};
    bench->config = (struct gsmflash_host_config){
        .power = a & 1,
        .no_run = a & 2,
        .block_bytes = a & 4 ? 20 : 0,
        .byte_time_us = a & 8 ? 87 : 0,
        .image = a & 16 ? bench->image : NULL,
        .read = read_image,
        .buffer = bench->buffer,
        .buffer_bytes = sizeof bench->buffer,
        .journal = a & 32 ? journal : NULL,
        .resume = a & 64 ? &bench->mark : NULL,
        .context = bench,
        .image_bytes = IMAGE_BYTES,
        .version = 1,
        .sync_timeout_ms = 500,
    };
    bench->now_ms = a & 128 ? UINT32_MAX - 5000 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench bench;
    struct input input = {data, size};

    memset(&bench, 0, sizeof bench);
    configure(&bench, &input);
    gsmflash_host_start(&bench.core, &bench.config, bench.now_ms);
    pump(&bench);
    while (input_left(&input) && !bench.finished) {
        operate(&bench, &input);
    }
    for (int rounds = 0; !bench.finished; rounds++) {
        INSIST(rounds < ROUNDS_MAX);
        bench.now_ms += bench.wait_ms;
        pump(&bench);
    }
    return 0;
}
