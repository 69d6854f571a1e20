/* SPDX-License-Identifier: MIT */
#include "pair.h"

#include <string.h>

#include "cmocka_all.h"

static uint32_t wait_of(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static bool lies_in_image(const struct pair *pair, const uint8_t *data)
{
    uintptr_t image = (uintptr_t)pair->host_config.image;
    uintptr_t piece = (uintptr_t)data;

    return piece >= image && piece < image + pair->host_config.image_bytes;
}

static void to_module(struct pair *pair, const uint8_t *data, size_t size)
{
    assert_true(pair->wire_bytes + size <= sizeof pair->wire);
    memcpy(pair->wire + pair->wire_bytes, data, size);
    pair->wire_bytes += size;
    if (lies_in_image(pair, data)) {
        pair->mapped_bytes += size;
    }
    if (!pair->powered) {
        return;
    }
    for (size_t i = 0; pair->byte_by_byte && i < size; i++) {
        gsmflash_module_receive(&pair->module, data + i, 1, pair->now_ms);
    }
    if (!pair->byte_by_byte) {
        gsmflash_module_receive(&pair->module, data, size, pair->now_ms);
    }
}

static void to_host(struct pair *pair, const uint8_t *data, size_t size)
{
    for (size_t i = 0; pair->byte_by_byte && i < size; i++) {
        gsmflash_host_receive(&pair->host, data + i, 1, pair->now_ms);
    }
    if (!pair->byte_by_byte) {
        gsmflash_host_receive(&pair->host, data, size, pair->now_ms);
    }
}

/* Answers that would be believed if they came later. */
static void interrupt_host(struct pair *pair)
{
    uint8_t begin[GSMFLASH_ANSWER_BYTES];
    uint8_t data[GSMFLASH_ANSWER_BYTES];
    uint8_t end[GSMFLASH_ANSWER_BYTES] = {0};

    gsmflash_frame_header(begin, GSMFLASH_DL_BEGIN_RSP, 4);
    gsmflash_put32(begin + GSMFLASH_HEADER_BYTES, 64);
    to_host(pair, begin, gsmflash_frame_seal(begin, GSMFLASH_HEADER_BYTES + 4));
    gsmflash_frame_header(data, GSMFLASH_DL_DATA_RSP, 6);
    gsmflash_put16(data + GSMFLASH_HEADER_BYTES, GSMFLASH_SUCCESS);
    gsmflash_put32(data + GSMFLASH_HEADER_BYTES + 2, pair->host.report.number + 1);
    to_host(pair, data, gsmflash_frame_seal(data, GSMFLASH_HEADER_BYTES + 6));
    gsmflash_frame_header(end, GSMFLASH_DL_END_RSP, 2);
    to_host(pair, end, gsmflash_frame_seal(end, GSMFLASH_HEADER_BYTES + 2));
}

static void switch_power(struct pair *pair, bool on)
{
    if (on && !pair->powered) {
        memset(&pair->module, 0xA5, sizeof pair->module);
        gsmflash_module_start(&pair->module, &pair->module_config, pair->firmware_valid,
                              pair->now_ms);
    }
    pair->powered = on;
}

/* Returns how long the host can wait. */
static uint32_t play_host(struct pair *pair)
{
    for (;;) {
        struct gsmflash_host_step step = gsmflash_host_next(&pair->host, pair->now_ms);

        switch (step.kind) {
        case GSMFLASH_HOST_SEND:
            assert_true(step.send.size != 0);
            to_module(pair, step.send.data, step.send.size);
            /* A sync word is one byte and the CRC two: all else is the beginning of a frame. */
            if (pair->early_answers && step.send.size > GSMFLASH_CRC_BYTES) {
                interrupt_host(pair);
            }
            break;
        case GSMFLASH_HOST_POWER:
            switch_power(pair, step.power_on);
            break;
        case GSMFLASH_HOST_WAIT:
            assert_true(step.wait_ms != 0);
            return step.wait_ms;
        case GSMFLASH_HOST_FINISHED:
            pair->finished = true;
            return UINT32_MAX;
        }
    }
}

static void store(struct pair *pair, const struct gsmflash_module_step *step)
{
    assert_true(step->write.offset + step->write.size <= sizeof pair->flash);
    memcpy(pair->flash + step->write.offset, step->write.data, step->write.size);
}

/* Returns how long the module can wait. */
static uint32_t play_module(struct pair *pair)
{
    while (pair->powered) {
        struct gsmflash_module_step step = gsmflash_module_next(&pair->module, pair->now_ms);

        switch (step.kind) {
        case GSMFLASH_MODULE_SEND:
            to_host(pair, step.send.data, step.send.size);
            continue;
        case GSMFLASH_MODULE_WAIT:
            assert_true(step.wait_ms != 0);
            return step.wait_ms;
        case GSMFLASH_MODULE_INVALIDATE:
            pair->firmware_valid = false;
            break;
        case GSMFLASH_MODULE_WRITE:
            store(pair, &step);
            break;
        case GSMFLASH_MODULE_VALIDATE:
            if (pair->refuses) {
                gsmflash_module_done(&pair->module, GSMFLASH_PACKAGE_ERROR);
                continue;
            }
            pair->firmware_valid = true;
            pair->firmware_bytes = step.write.size;
            break;
        case GSMFLASH_MODULE_START:
            return UINT32_MAX;
        }
        gsmflash_module_done(&pair->module, GSMFLASH_SUCCESS);
    }
    return UINT32_MAX;
}

void pair_prepare(struct pair *pair, const uint8_t *image, uint32_t image_bytes)
{
    memset(pair, 0, sizeof *pair);
    pair->host_config.image = image;
    pair->host_config.image_bytes = image_bytes;
    pair->host_config.version = 1;
    pair->host_config.power = true;
    pair->module_config.buffer = pair->module_buffer;
    pair->module_config.mtu = PAIR_MTU;
    pair->module_config.flash_bytes = PAIR_FLASH_BYTES;
}

void pair_start(struct pair *pair, uint32_t now_ms)
{
    pair->now_ms = now_ms;
    memset(&pair->host, 0xA5, sizeof pair->host);
    gsmflash_host_start(&pair->host, &pair->host_config, now_ms);
}

void pair_step(struct pair *pair)
{
    uint32_t wait_ms = play_host(pair);
    size_t sent = pair->wire_bytes;

    wait_ms = wait_of(wait_ms, play_module(pair));
    if (!pair->finished) {
        wait_ms = wait_of(wait_ms, play_host(pair));
    }
    /* An answer that led to another command: the module sees that one before the time moves. */
    if (pair->wire_bytes == sent && !pair->finished) {
        pair->now_ms += wait_ms;
    }
}

void pair_run(struct pair *pair)
{
    for (unsigned steps = 0; !pair->finished; steps++) {
        assert_true(steps < 100000);
        pair_step(pair);
    }
}

void fill_image(uint8_t *image, size_t size, uint32_t seed)
{
    for (size_t i = 0; i < size; i++) {
        seed = seed * 1664525u + 1013904223u;
        image[i] = (uint8_t)(seed >> 24);
    }
}
