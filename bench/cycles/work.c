/* SPDX-License-Identifier: MIT */
#include "work.h"

#include "gsmflash/bridge.h"
#include "gsmflash/crc16.h"
#include "gsmflash/host.h"
#include "gsmflash/module.h"
#include "meter.h"

enum {
    MTU = 1024,
    BLOCK = 1012,
    PACKETS = 8,
    BENCH_BYTES = BLOCK * PACKETS,
    RING_BYTES = 64,
};

static uint8_t image[BENCH_BYTES];
static uint8_t buffer[MTU];

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void fill_image(void)
{
    uint32_t word = 1;

    for (size_t i = 0; i < sizeof image; i++) {
        word = word * 1664525u + 1013904223u;
        image[i] = (uint8_t)(word >> 24);
    }
}

void work_crc(const char *name)
{
    uint16_t sum = 0;

    fill_image();
    for (size_t packet = 0; packet < PACKETS; packet++) {
        uint16_t crc;

        meter_enter();
        crc = gsmflash_crc16(0, image + packet * BLOCK, BLOCK);
        meter_leave();
        sum |= crc;
    }
    meter_tell(sum != 0 ? name : "failed", BENCH_BYTES);
}

static size_t build_answer(uint8_t *frame, enum gsmflash_type type, uint32_t next)
{
    uint16_t length = type == GSMFLASH_DL_BEGIN_RSP ? 4 : type == GSMFLASH_DL_DATA_RSP ? 6 : 2;

    gsmflash_frame_header(frame, type, length);
    gsmflash_put16(frame + 5, GSMFLASH_SUCCESS);
    if (type == GSMFLASH_DL_DATA_RSP) {
        gsmflash_put32(frame + 7, next);
    } else if (type == GSMFLASH_DL_BEGIN_RSP) {
        gsmflash_put16(frame + 7, MTU);
    }
    return gsmflash_frame_seal(frame, GSMFLASH_HEADER_BYTES + length);
}

static void host_takes(struct gsmflash_host *host, const uint8_t *data, size_t size, size_t lump)
{
    for (size_t part; size > 0; size -= part, data += part) {
        part = least(size, lump);
        meter_enter();
        gsmflash_host_receive(host, data, part, 0);
        meter_leave();
    }
}

/* Lets the host hand out what it has; the writing is the caller's and costs nothing here. */
static void host_sends(struct gsmflash_host *host)
{
    struct gsmflash_host_step step;

    do {
        meter_enter();
        step = gsmflash_host_next(host, 0);
        meter_leave();
    } while (step.kind == GSMFLASH_HOST_SEND);
}

void work_host(const char *name, size_t lump)
{
    static const struct gsmflash_host_config config = {
        .image = image,
        .image_bytes = BENCH_BYTES,
    };
    static const uint8_t synced[] = {GSMFLASH_SYNC_WORD_RSP1, GSMFLASH_SYNC_WORD_RSP2};
    static struct gsmflash_host host;
    uint8_t answer[GSMFLASH_ANSWER_BYTES];

    fill_image();
    gsmflash_host_start(&host, &config, 0);
    host_sends(&host);
    host_takes(&host, synced, 1, 1);
    host_sends(&host);
    host_takes(&host, synced + 1, 1, 1);
    host_sends(&host);
    host_takes(&host, answer, build_answer(answer, GSMFLASH_DL_BEGIN_RSP, 0), lump);
    meter_tell(NULL, 0);
    for (uint32_t packet = 0; packet < PACKETS; packet++) {
        host_sends(&host);
        host_takes(&host, answer, build_answer(answer, GSMFLASH_DL_DATA_RSP, packet + 1), lump);
    }
    meter_tell(host.report.offset == BENCH_BYTES ? name : "failed", BENCH_BYTES);
}

/* Does what the module asks for until it waits; the programming is the caller's. */
static void module_acts(struct gsmflash_module *module)
{
    struct gsmflash_module_step step;

    do {
        meter_enter();
        step = gsmflash_module_next(module, 0);
        meter_leave();
        if (step.kind == GSMFLASH_MODULE_WRITE || step.kind == GSMFLASH_MODULE_INVALIDATE) {
            meter_enter();
            gsmflash_module_done(module, GSMFLASH_SUCCESS);
            meter_leave();
        }
    } while (step.kind != GSMFLASH_MODULE_WAIT);
}

static void module_takes(struct gsmflash_module *module, const uint8_t *data, size_t size,
                         size_t lump)
{
    for (size_t part; size > 0; size -= part, data += part) {
        part = least(size, lump);
        meter_enter();
        gsmflash_module_receive(module, data, part, 0);
        meter_leave();
    }
    module_acts(module);
}

static size_t build_packet(uint8_t *frame, uint32_t number)
{
    gsmflash_frame_header(frame, GSMFLASH_DL_DATA, GSMFLASH_NUMBER_BYTES + BLOCK);
    gsmflash_put32(frame + GSMFLASH_HEADER_BYTES, number);
    for (size_t i = 0; i < BLOCK; i++) {
        frame[GSMFLASH_HEADER_BYTES + GSMFLASH_NUMBER_BYTES + i] = image[number * BLOCK + i];
    }
    return gsmflash_frame_seal(frame, GSMFLASH_HEADER_BYTES + GSMFLASH_NUMBER_BYTES + BLOCK);
}

void work_module(const char *name, size_t lump)
{
    static const struct gsmflash_module_config config = {
        .buffer = buffer,
        .mtu = MTU,
        .flash_bytes = BENCH_BYTES,
    };
    static const uint8_t sync[] = {GSMFLASH_SYNC_WORD1, GSMFLASH_SYNC_WORD2};
    static struct gsmflash_module module;
    static uint8_t frame[MTU];

    fill_image();
    gsmflash_module_start(&module, &config, false, 0);
    module_takes(&module, sync, 1, 1);
    module_takes(&module, sync + 1, 1, 1);
    gsmflash_frame_header(frame, GSMFLASH_DL_BEGIN, 4);
    gsmflash_put32(frame + GSMFLASH_HEADER_BYTES, 1);
    module_takes(&module, frame, gsmflash_frame_seal(frame, GSMFLASH_HEADER_BYTES + 4), lump);
    meter_tell(NULL, 0);
    for (uint32_t packet = 0; packet < PACKETS; packet++) {
        module_takes(&module, frame, build_packet(frame, packet), lump);
    }
    meter_tell(module.offset == BENCH_BYTES ? name : "failed", BENCH_BYTES);
}

static void bridge_sends(struct gsmflash_bridge *bridge, enum gsmflash_side side)
{
    size_t size;

    meter_enter();
    gsmflash_bridge_output(bridge, side, &size);
    meter_leave();
    if (size > 0) {
        meter_enter();
        gsmflash_bridge_sent(bridge, side, size);
        meter_leave();
    }
}

/* As an MCU's loop does it: what has come is handed in, what waits is sent on, next is asked. */
static void bridge_takes(struct gsmflash_bridge *bridge, enum gsmflash_side side,
                         const uint8_t *data, size_t size, size_t lump)
{
    for (size_t part; size > 0; size -= part, data += part) {
        part = least(size, lump);
        meter_enter();
        gsmflash_bridge_receive(bridge, side, data, part, 0);
        meter_leave();
        bridge_sends(bridge, side == GSMFLASH_UPSTREAM ? GSMFLASH_DOWNSTREAM : GSMFLASH_UPSTREAM);
        meter_enter();
        gsmflash_bridge_next(bridge, 0);
        meter_leave();
    }
}

void work_bridge(const char *name, size_t lump)
{
    static uint8_t rings[2][RING_BYTES];
    static const struct gsmflash_bridge_config config = {
        .ring = {{rings[0], RING_BYTES}, {rings[1], RING_BYTES}},
    };
    static const uint8_t sync = GSMFLASH_SYNC_WORD1;
    static struct gsmflash_bridge bridge;
    static uint8_t frame[MTU];
    uint8_t answer[GSMFLASH_ANSWER_BYTES];

    fill_image();
    gsmflash_bridge_start(&bridge, &config, 0);
    bridge_takes(&bridge, GSMFLASH_UPSTREAM, &sync, 1, 1);
    meter_tell(NULL, 0);
    for (uint32_t packet = 0; packet < PACKETS; packet++) {
        bridge_takes(&bridge, GSMFLASH_UPSTREAM, frame, build_packet(frame, packet), lump);
        bridge_takes(&bridge, GSMFLASH_DOWNSTREAM, answer,
                     build_answer(answer, GSMFLASH_DL_DATA_RSP, packet + 1), lump);
    }
    meter_tell(bridge.count[GSMFLASH_DOWNSTREAM].overrun == 0 ? name : "failed", BENCH_BYTES);
}
