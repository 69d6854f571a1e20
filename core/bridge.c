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
    NORMAL,  /* the MCU's own life */
    RESTART, /* the module is to be switched off and on, once a sync word has been sent on */
    OFF,     /* it is off */
    RELAY,
    STARTED, /* the module runs its application; the host is yet to be told */
};

static void enter(struct gsmflash_bridge *bridge, enum state state, uint32_t now_ms)
{
    bridge->state = (uint8_t)state;
    bridge->since_ms = now_ms;
    bridge->answered = false;
    bridge->enough = SYNCS_NEVER_HEARD;
    bridge->syncs = 0;
}

static void begin_session(struct gsmflash_bridge *bridge, uint32_t now_ms)
{
    gsmflash_bridge_start(bridge, bridge->config, now_ms);
    bridge->state = RESTART;
    bridge->enough = SYNCS_NEVER_HEARD;
}

static void watch_sync_word(struct gsmflash_bridge *bridge, uint32_t now_ms)
{
    bridge->syncs++;
    if (now_ms - bridge->since_ms < PAUSE_MS) {
        bridge->syncs = 0;
    }
    if (bridge->syncs >= bridge->enough && bridge->state == RELAY) {
        bridge->state = RESTART;
    }
}

static void watch_host(struct gsmflash_bridge *bridge, uint8_t byte, uint32_t now_ms)
{
    if (byte == GSMFLASH_SYNC_WORD1) {
        watch_sync_word(bridge, now_ms);
        return;
    }
    /*
     * The host has heard the module: no sync word is on its way from before that. As long as the
     * module is silent, a host that would resume asks with BEGIN between its sync words.
     */
    if (bridge->answered) {
        bridge->enough = SYNCS_BEGIN_ANEW;
        bridge->syncs = 0;
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
    if (type >= GSMFLASH_DL_END_RSP) {
        bridge->download = GSMFLASH_BRIDGE_COMPLETE;
    }
    if (type == GSMFLASH_RUN_GSMSW_RSP && bridge->state == RELAY) {
        bridge->state = STARTED;
    }
}

static void watch_module(struct gsmflash_bridge *bridge, uint8_t byte)
{
    unsigned type = gsmflash_reader_put(&bridge->reader, byte);

    if (type != 0 || byte == GSMFLASH_SYNC_WORD_RSP1) {
        bridge->answered = true;
    }
    if (type != 0 && gsmflash_answer_status(&bridge->reader) == GSMFLASH_SUCCESS) {
        watch_success(bridge, type);
    }
}

static enum gsmflash_side other(enum gsmflash_side side)
{
    return side == GSMFLASH_UPSTREAM ? GSMFLASH_DOWNSTREAM : GSMFLASH_UPSTREAM;
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
    relay(bridge, other(side), byte);
    if (bridge->state != OFF) {
        bridge->since_ms = now_ms;
    }
}

static bool complete(const struct gsmflash_bridge *bridge)
{
    return bridge->download == GSMFLASH_BRIDGE_COMPLETE;
}

/* How long the bridge stays in its state, once nothing comes. */
static uint32_t stay_ms(const struct gsmflash_bridge *bridge)
{
    const struct gsmflash_bridge_config *config = bridge->config;
    const struct gsmflash_bridge_count *up = &bridge->count[GSMFLASH_UPSTREAM];
    uint32_t set_ms = config->silence_ms;
    uint32_t default_ms = SILENCE_MS;

    if (bridge->state == STARTED && up->passed == up->sent) {
        return 0;
    }
    if (bridge->state == OFF) {
        set_ms = config->power_off_ms;
        default_ms = POWER_OFF_MS;
    } else if (complete(bridge)) {
        set_ms = config->end_silence_ms;
        default_ms = END_SILENCE_MS;
    }
    return set_ms != 0 ? set_ms : default_ms;
}

static struct gsmflash_bridge_step switch_module(struct gsmflash_bridge *bridge, uint32_t now_ms)
{
    struct gsmflash_bridge_step step;

    step.kind = GSMFLASH_BRIDGE_POWER;
    step.power_on = bridge->state == OFF;
    enter(bridge, step.power_on ? RELAY : OFF, now_ms);
    return step;
}

static enum gsmflash_bridge_reason reason(const struct gsmflash_bridge *bridge)
{
    if (bridge->state == STARTED) {
        return GSMFLASH_BRIDGE_STARTED;
    }
    return complete(bridge) ? GSMFLASH_BRIDGE_ENDED : GSMFLASH_BRIDGE_SILENCE;
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
    *bridge = (struct gsmflash_bridge){.config = config, .since_ms = now_ms};
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

    *size = (size_t)(waiting < to_wrap ? waiting : to_wrap);
    return ring->data + at;
}

void gsmflash_bridge_sent(struct gsmflash_bridge *bridge, enum gsmflash_side side, size_t size)
{
    bridge->count[side].sent += (uint32_t)size;
}

/* A restart that is due: the sync word that it waits for has been sent on. */
static bool restarts(struct gsmflash_bridge *bridge)
{
    if (bridge->state != RESTART || bridge->count[GSMFLASH_DOWNSTREAM].sent == 0) {
        return false;
    }
    if (!bridge->config->power) {
        bridge->state = RELAY;
    }
    return bridge->config->power;
}

struct gsmflash_bridge_step gsmflash_bridge_next(struct gsmflash_bridge *bridge, uint32_t now_ms)
{
    uint32_t passed_ms = now_ms - bridge->since_ms;
    uint32_t limit_ms = stay_ms(bridge);

    if (bridge->state == NORMAL) {
        return wait(UINT32_MAX);
    }
    if (!restarts(bridge)) {
        if (passed_ms < limit_ms) {
            return wait(limit_ms - passed_ms);
        }
        if (bridge->state != OFF) {
            return leave(bridge);
        }
    }
    return switch_module(bridge, now_ms);
}
