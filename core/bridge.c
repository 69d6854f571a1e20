/* SPDX-License-Identifier: MIT */
#include "gsmflash/bridge.h"

#define SILENCE_MS     10000u
#define END_SILENCE_MS 4000u
#define POWER_OFF_MS   500u

/* A sync word that comes so long after the last byte stands alone; the host's interval is 20 ms. */
#define PAUSE_MS          10u
#define SYNCS_BEGIN_ANEW  8u
#define SYNCS_NEVER_HEARD 250u

enum state {
    NORMAL, /* the MCU's own life */
    HEARD,  /* a sync word waits to be sent on */
    CUT,    /* the module is to be switched off */
    OFF,    /* it is off */
    RELAY,
    STARTED, /* the module runs its application; the host is yet to be told */
};

enum talk {
    SILENT,   /* nothing from the module yet */
    ANSWERED, /* it lives */
    WENT_ON,  /* and the host has heard it: no sync word is on its way from before that */
};

static uint32_t setting(uint32_t value, uint32_t fallback)
{
    return value != 0 ? value : fallback;
}

static void begin_session(struct gsmflash_bridge *bridge, uint32_t now_ms)
{
    gsmflash_bridge_start(bridge, bridge->config, now_ms);
    bridge->state = HEARD;
}

static void watch_sync_word(struct gsmflash_bridge *bridge, uint32_t now_ms)
{
    unsigned enough = bridge->talk == WENT_ON ? SYNCS_BEGIN_ANEW : SYNCS_NEVER_HEARD;

    bridge->syncs = now_ms - bridge->heard_ms < PAUSE_MS ? 0 : (uint8_t)(bridge->syncs + 1);
    if (bridge->syncs >= enough && bridge->state == RELAY) {
        bridge->state = CUT;
    }
}

static void watch_host(struct gsmflash_bridge *bridge, uint8_t byte, uint32_t now_ms)
{
    if (byte == GSMFLASH_SYNC_WORD1) {
        watch_sync_word(bridge, now_ms);
        return;
    }
    /* A host that would resume asks with BEGIN between its sync words: it is not heard either. */
    if (bridge->talk != SILENT) {
        bridge->syncs = 0;
    }
    if (bridge->talk == ANSWERED) {
        bridge->talk = WENT_ON;
    }
    /* A session's first command is BEGIN, and its answer may get lost: from here on, in doubt. */
    if (byte == GSMFLASH_FRAME_HEAD && bridge->download == GSMFLASH_BRIDGE_NONE) {
        bridge->download = GSMFLASH_BRIDGE_OPEN;
    }
}

static void watch_success(struct gsmflash_bridge *bridge, unsigned type)
{
    if (type == GSMFLASH_DL_BEGIN_RSP) {
        bridge->download = GSMFLASH_BRIDGE_OPEN;
    }
    /* A module runs valid firmware only: RUN's success tells of an END whose answer was lost. */
    if (type == GSMFLASH_DL_END_RSP || type == GSMFLASH_RUN_GSMSW_RSP) {
        bridge->download = GSMFLASH_BRIDGE_COMPLETE;
    }
    if (type == GSMFLASH_RUN_GSMSW_RSP && bridge->state == RELAY) {
        bridge->state = STARTED;
    }
}

static void watch_module(struct gsmflash_bridge *bridge, uint8_t byte)
{
    unsigned type = gsmflash_reader_put(&bridge->reader, byte);

    if (bridge->talk == SILENT && (type != 0 || byte == GSMFLASH_SYNC_WORD_RSP1)) {
        bridge->talk = ANSWERED;
    }
    if (type != 0 && gsmflash_answer_status(&bridge->reader) == GSMFLASH_SUCCESS) {
        watch_success(bridge, type);
    }
}

static void relay(struct gsmflash_bridge *bridge, enum gsmflash_side side, uint8_t byte)
{
    const struct gsmflash_bridge_ring *ring = &bridge->config->ring[side];
    struct gsmflash_bridge_count *count = &bridge->count[side];

    if (count->passed - count->sent == ring->bytes) {
        count->overrun++;
        return;
    }
    ring->data[count->passed & (ring->bytes - 1u)] = byte;
    count->passed++;
}

static void take(struct gsmflash_bridge *bridge, enum gsmflash_side side, uint8_t byte,
                 uint32_t now_ms)
{
    if (side == GSMFLASH_UPSTREAM) {
        watch_host(bridge, byte, now_ms);
    } else {
        watch_module(bridge, byte);
    }
    relay(bridge, side == GSMFLASH_UPSTREAM ? GSMFLASH_DOWNSTREAM : GSMFLASH_UPSTREAM, byte);
    bridge->heard_ms = now_ms;
}

static bool host_told(const struct gsmflash_bridge *bridge)
{
    const struct gsmflash_bridge_count *up = &bridge->count[GSMFLASH_UPSTREAM];

    return bridge->state == STARTED && up->passed == up->sent;
}

static uint32_t due_ms(const struct gsmflash_bridge *bridge)
{
    if (bridge->state == OFF) {
        return setting(bridge->config->power_off_ms, POWER_OFF_MS);
    }
    if (host_told(bridge)) {
        return 0;
    }
    if (bridge->download == GSMFLASH_BRIDGE_COMPLETE) {
        return setting(bridge->config->end_silence_ms, END_SILENCE_MS);
    }
    return setting(bridge->config->silence_ms, SILENCE_MS);
}

static enum gsmflash_bridge_reason reason(const struct gsmflash_bridge *bridge)
{
    if (bridge->state == STARTED) {
        return GSMFLASH_BRIDGE_STARTED;
    }
    if (bridge->download == GSMFLASH_BRIDGE_COMPLETE) {
        return GSMFLASH_BRIDGE_ENDED;
    }
    return GSMFLASH_BRIDGE_SILENCE;
}

static struct gsmflash_bridge_step switch_module(struct gsmflash_bridge *bridge, bool on,
                                                 uint32_t now_ms)
{
    struct gsmflash_bridge_step step;

    bridge->state = on ? RELAY : OFF;
    bridge->switched_ms = now_ms;
    bridge->talk = SILENT;
    bridge->syncs = 0;
    step.kind = GSMFLASH_BRIDGE_POWER;
    step.power_on = on;
    return step;
}

static struct gsmflash_bridge_step leave(struct gsmflash_bridge *bridge)
{
    struct gsmflash_bridge_step step;

    step.kind = GSMFLASH_BRIDGE_LEFT;
    step.left.reason = reason(bridge);
    step.left.download = (enum gsmflash_bridge_download)bridge->download;
    bridge->state = NORMAL;
    return step;
}

static struct gsmflash_bridge_step wait(uint32_t wait_ms)
{
    struct gsmflash_bridge_step step;

    step.kind = GSMFLASH_BRIDGE_WAIT;
    step.wait_ms = wait_ms;
    return step;
}

void gsmflash_bridge_start(struct gsmflash_bridge *bridge,
                           const struct gsmflash_bridge_config *config, uint32_t now_ms)
{
    *bridge = (struct gsmflash_bridge){.config = config, .heard_ms = now_ms};
}

bool gsmflash_bridge_active(const struct gsmflash_bridge *bridge)
{
    return bridge->state != NORMAL;
}

void gsmflash_bridge_receive(struct gsmflash_bridge *bridge, enum gsmflash_side side,
                             const uint8_t *data, size_t size, uint32_t now_ms)
{
    for (; size > 0; size--, data++) {
        if (bridge->state == NORMAL && side == GSMFLASH_UPSTREAM && *data == GSMFLASH_SYNC_WORD1) {
            begin_session(bridge, now_ms);
        }
        if (bridge->state != NORMAL) {
            take(bridge, side, *data, now_ms);
        }
    }
}

const uint8_t *gsmflash_bridge_output(const struct gsmflash_bridge *bridge, enum gsmflash_side side,
                                      size_t *size)
{
    const struct gsmflash_bridge_ring *ring = &bridge->config->ring[side];
    const struct gsmflash_bridge_count *count = &bridge->count[side];
    uint32_t at = count->sent & (ring->bytes - 1u);
    uint32_t to_wrap = ring->bytes - at;
    uint32_t waiting = count->passed - count->sent;

    *size = waiting < to_wrap ? waiting : to_wrap;
    return ring->data + at;
}

void gsmflash_bridge_sent(struct gsmflash_bridge *bridge, enum gsmflash_side side, size_t size)
{
    bridge->count[side].sent += (uint32_t)size;
}

struct gsmflash_bridge_step gsmflash_bridge_next(struct gsmflash_bridge *bridge, uint32_t now_ms)
{
    uint32_t limit_ms = due_ms(bridge);
    uint32_t passed_ms = now_ms - (bridge->state == OFF ? bridge->switched_ms : bridge->heard_ms);

    if (bridge->state == NORMAL) {
        return wait(UINT32_MAX);
    }
    if (bridge->state == HEARD && bridge->count[GSMFLASH_DOWNSTREAM].sent > 0) {
        bridge->state = CUT;
    }
    if (bridge->state == CUT && bridge->config->power) {
        return switch_module(bridge, false, now_ms);
    }
    if (bridge->state == CUT) {
        bridge->state = RELAY;
    }
    if (passed_ms < limit_ms) {
        return wait(limit_ms - passed_ms);
    }
    if (bridge->state == OFF) {
        return switch_module(bridge, true, now_ms);
    }
    return leave(bridge);
}
