/* SPDX-License-Identifier: MIT */
/*
 * The bridge under load, in virtual time: both directions at the full line rate for 60 s. Time is
 * counted in sixteenths of a byte time, so that the four UARTs need not be in phase.
 */
#include <string.h>

#include "../unit/cmocka_all.h"
#include "gsmflash/bridge.h"

enum {
    SIDES = 2,
    RING_BYTES = 64,
    TICKS_PER_BYTE = 16,
    BYTES_PER_SECOND = 11520,
    SECONDS = 60,
};

/* A byte stream that never repeats within the test, and never holds an answer. */
struct stream {
    uint32_t state;
};

static uint8_t stream_next(struct stream *stream)
{
    stream->state = stream->state * 1664525u + 1013904223u;
    return (uint8_t)(stream->state >> 24);
}

/* One direction: a UART that receives, the bridge, a UART that sends. */
struct lane {
    enum gsmflash_side to;
    struct stream in;  /* what comes next */
    struct stream out; /* what must leave next */
    uint32_t in_ticks; /* until the next byte has come */
    uint32_t out_ticks;
    uint32_t out_ticks_per_byte;
    uint32_t out_bytes;
    uint32_t worst_ticks; /* from the arrival of a byte to the start of its sending */
    uint32_t waited;      /* ticks the ring has not been empty */
    bool in_order;
};

struct load {
    struct gsmflash_bridge bridge;
    struct gsmflash_bridge_config config;
    uint8_t ring[SIDES][RING_BYTES];
    struct lane lane[SIDES];
    uint64_t ticks;
};

static uint32_t now_ms(const struct load *load)
{
    return (uint32_t)(load->ticks * 1000u / ((uint64_t)TICKS_PER_BYTE * BYTES_PER_SECOND));
}

static void load_start(struct load *load)
{
    const uint8_t sync = GSMFLASH_SYNC_WORD1;

    memset(load, 0, sizeof *load);
    for (int side = 0; side < SIDES; side++) {
        load->config.ring[side] = (struct gsmflash_bridge_ring){load->ring[side], RING_BYTES};
        load->lane[side] = (struct lane){.to = (enum gsmflash_side)side,
                                         .in = {(uint32_t)side + 1u},
                                         .out = {(uint32_t)side + 1u},
                                         .in_ticks = side == 0 ? 3 : 8,
                                         .out_ticks_per_byte = TICKS_PER_BYTE,
                                         .in_order = true};
    }
    gsmflash_bridge_start(&load->bridge, &load->config, 0);
    gsmflash_bridge_receive(&load->bridge, GSMFLASH_UPSTREAM, &sync, 1, 0);
    gsmflash_bridge_sent(&load->bridge, GSMFLASH_DOWNSTREAM, 1);
}

static void receive(struct load *load, struct lane *lane)
{
    uint8_t byte;

    if (--lane->in_ticks != 0) {
        return;
    }
    lane->in_ticks = TICKS_PER_BYTE;
    byte = stream_next(&lane->in);
    gsmflash_bridge_receive(&load->bridge,
                            lane->to == GSMFLASH_UPSTREAM ? GSMFLASH_DOWNSTREAM : GSMFLASH_UPSTREAM,
                            &byte, 1, now_ms(load));
}

static void transmit(struct load *load, struct lane *lane)
{
    size_t size;
    const uint8_t *data = gsmflash_bridge_output(&load->bridge, lane->to, &size);

    lane->waited = size > 0 ? lane->waited + 1 : 0;
    if (lane->out_ticks > 0) {
        lane->out_ticks--;
    }
    if (lane->out_ticks > 0 || size == 0) {
        return;
    }
    if (*data != stream_next(&lane->out)) {
        lane->in_order = false;
    }
    if (lane->waited - 1 > lane->worst_ticks) {
        lane->worst_ticks = lane->waited - 1;
    }
    lane->waited = 0;
    lane->out_bytes++;
    lane->out_ticks = lane->out_ticks_per_byte;
    gsmflash_bridge_sent(&load->bridge, lane->to, 1);
}

static void run(struct load *load, uint32_t bytes)
{
    for (uint64_t end = load->ticks + (uint64_t)bytes * TICKS_PER_BYTE; load->ticks < end;
         load->ticks++) {
        for (int side = 0; side < SIDES; side++) {
            receive(load, &load->lane[side]);
            transmit(load, &load->lane[side]);
        }
        assert_int_equal(gsmflash_bridge_next(&load->bridge, now_ms(load)).kind,
                         GSMFLASH_BRIDGE_WAIT);
    }
}

static void both_directions_at_the_full_rate_lose_nothing(void **state)
{
    struct load load;

    (void)state;
    load_start(&load);
    run(&load, SECONDS * BYTES_PER_SECOND);
    for (int side = 0; side < SIDES; side++) {
        const struct lane *lane = &load.lane[side];

        assert_true(lane->in_order);
        assert_in_range(lane->out_bytes, SECONDS * BYTES_PER_SECOND - 1,
                        SECONDS * BYTES_PER_SECOND);
        assert_int_equal(load.bridge.count[side].overrun, 0);
        assert_true(lane->worst_ticks < TICKS_PER_BYTE);
    }
    assert_true(gsmflash_bridge_active(&load.bridge));
}

static void a_byte_can_leave_the_moment_it_came(void **state)
{
    struct load load;

    (void)state;
    load_start(&load);
    run(&load, 1000);
    assert_int_equal(load.lane[GSMFLASH_UPSTREAM].worst_ticks, 0);
    assert_int_equal(load.lane[GSMFLASH_DOWNSTREAM].worst_ticks, 0);
}

static void a_slow_port_downstream_loses_bytes_and_says_how_many(void **state)
{
    const struct gsmflash_bridge_count *down;
    uint32_t came = 10 * BYTES_PER_SECOND;
    struct load load;

    (void)state;
    load_start(&load);
    load.lane[GSMFLASH_DOWNSTREAM].out_ticks_per_byte = 2 * TICKS_PER_BYTE;
    run(&load, came);
    down = &load.bridge.count[GSMFLASH_DOWNSTREAM];
    assert_int_equal(down->passed + down->overrun, came + 1);
    assert_in_range(down->passed - down->sent, RING_BYTES - 1, RING_BYTES);
    assert_in_range(down->overrun, came / 2 - RING_BYTES - 2, came / 2);
    assert_int_equal(load.bridge.count[GSMFLASH_UPSTREAM].overrun, 0);
    assert_true(load.lane[GSMFLASH_UPSTREAM].in_order);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_directions_at_the_full_rate_lose_nothing),
        cmocka_unit_test(a_byte_can_leave_the_moment_it_came),
        cmocka_unit_test(a_slow_port_downstream_loses_bytes_and_says_how_many),
    };

    return cmocka_run_group_tests_name("bridge under load", tests, NULL, NULL);
}
