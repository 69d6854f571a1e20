/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmocka_all.h"
#include "gsmflash/bridge.h"

enum {
    UP = GSMFLASH_UPSTREAM,
    DOWN = GSMFLASH_DOWNSTREAM,
};

/* A bridge with rings small enough to wrap in every test, and what came out of it. */
struct bench {
    struct gsmflash_bridge bridge;
    struct gsmflash_bridge_config config;
    uint8_t ring[2][16];
    uint8_t out[2][4096];
    size_t out_bytes[2];
    uint32_t now_ms;
};

static void bench_start(struct bench *bench, bool power)
{
    *bench = (struct bench){.now_ms = 0xFFFFFF00u};
    for (int side = 0; side < 2; side++) {
        bench->config.ring[side] = (struct gsmflash_bridge_ring){bench->ring[side], 16};
    }
    bench->config.power = power;
    gsmflash_bridge_start(&bench->bridge, &bench->config, bench->now_ms);
}

static void send_waiting(struct bench *bench)
{
    for (int side = 0; side < 2; side++) {
        size_t size;
        const uint8_t *data;

        while (data = gsmflash_bridge_output(&bench->bridge, (enum gsmflash_side)side, &size),
               size > 0) {
            memcpy(bench->out[side] + bench->out_bytes[side], data, size);
            bench->out_bytes[side] += size;
            gsmflash_bridge_sent(&bench->bridge, (enum gsmflash_side)side, size);
        }
    }
}

static struct gsmflash_bridge_step next(struct bench *bench)
{
    return gsmflash_bridge_next(&bench->bridge, bench->now_ms);
}

static void give(struct bench *bench, enum gsmflash_side side, uint8_t byte)
{
    gsmflash_bridge_receive(&bench->bridge, side, &byte, 1, bench->now_ms);
}

static void give_and_send(struct bench *bench, enum gsmflash_side side, const void *data,
                          size_t size)
{
    const uint8_t *bytes = data;

    for (size_t i = 0; i < size; i++) {
        give(bench, side, bytes[i]);
        send_waiting(bench);
    }
}

static void answer(struct bench *bench, enum gsmflash_type type, uint16_t status)
{
    uint8_t frame[GSMFLASH_ANSWER_BYTES] = {0};
    uint16_t length = type == GSMFLASH_DL_BEGIN_RSP ? 4 : type == GSMFLASH_DL_DATA_RSP ? 6 : 2;

    gsmflash_frame_header(frame, type, length);
    gsmflash_put16(frame + GSMFLASH_HEADER_BYTES, status);
    give_and_send(bench, GSMFLASH_DOWNSTREAM, frame,
                  gsmflash_frame_seal(frame, (size_t)GSMFLASH_HEADER_BYTES + length));
}

static void command(struct bench *bench, enum gsmflash_type type)
{
    uint8_t frame[GSMFLASH_OVERHEAD_BYTES];

    gsmflash_frame_header(frame, type, 0);
    give_and_send(bench, GSMFLASH_UPSTREAM, frame,
                  gsmflash_frame_seal(frame, GSMFLASH_HEADER_BYTES));
}

static void assert_waits(struct bench *bench, uint32_t wait_ms)
{
    struct gsmflash_bridge_step step = next(bench);

    assert_int_equal(step.kind, GSMFLASH_BRIDGE_WAIT);
    assert_int_equal(step.wait_ms, wait_ms);
}

static void assert_powers(struct bench *bench, bool on)
{
    struct gsmflash_bridge_step step = next(bench);

    assert_int_equal(step.kind, GSMFLASH_BRIDGE_POWER);
    assert_int_equal(step.power_on, on);
}

static void assert_leaves(struct bench *bench, enum gsmflash_bridge_reason reason,
                          enum gsmflash_bridge_download download)
{
    struct gsmflash_bridge_step step = next(bench);

    assert_int_equal(step.kind, GSMFLASH_BRIDGE_LEFT);
    assert_int_equal(step.left.reason, reason);
    assert_int_equal(step.left.download, download);
    assert_false(gsmflash_bridge_active(&bench->bridge));
    assert_waits(bench, UINT32_MAX);
}

/* From the MCU's normal life until the module is on and has synced. */
static void synchronise(struct bench *bench)
{
    give(bench, GSMFLASH_UPSTREAM, GSMFLASH_SYNC_WORD1);
    send_waiting(bench);
    if (bench->config.power) {
        assert_powers(bench, false);
        bench->now_ms += 500;
        assert_powers(bench, true);
    } else {
        assert_waits(bench, 10000);
    }
    give_and_send(bench, GSMFLASH_DOWNSTREAM, "\x5B", 1);
    give_and_send(bench, GSMFLASH_UPSTREAM, "\xA9", 1);
    give_and_send(bench, GSMFLASH_DOWNSTREAM, "\x9A", 1);
}

static void begin_download(struct bench *bench)
{
    synchronise(bench);
    command(bench, GSMFLASH_DL_BEGIN);
    answer(bench, GSMFLASH_DL_BEGIN_RSP, GSMFLASH_SUCCESS);
}

/* Sync words every `interval_ms`, each sent on at once. */
static void sync_words(struct bench *bench, unsigned count, uint32_t interval_ms)
{
    for (unsigned i = 0; i < count; i++) {
        bench->now_ms += interval_ms;
        give_and_send(bench, GSMFLASH_UPSTREAM, "\xB5", 1);
    }
}

static void only_a_sync_word_ends_normal_life(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    give_and_send(&bench, GSMFLASH_UPSTREAM, "AT\r\n\xA9\x5B", 6);
    give_and_send(&bench, GSMFLASH_DOWNSTREAM, "OK\xB5", 3);
    assert_false(gsmflash_bridge_active(&bench.bridge));
    assert_waits(&bench, UINT32_MAX);
    assert_int_equal(bench.out_bytes[UP] + bench.out_bytes[DOWN], 0);
    give(&bench, GSMFLASH_UPSTREAM, GSMFLASH_SYNC_WORD1);
    assert_true(gsmflash_bridge_active(&bench.bridge));
}

static void what_comes_behind_the_sync_word_in_a_lump_is_relayed(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    gsmflash_bridge_receive(&bench.bridge, GSMFLASH_UPSTREAM, (const uint8_t *)"xx\xB5\xB5zz", 6,
                            bench.now_ms);
    send_waiting(&bench);
    assert_int_equal(bench.out_bytes[DOWN], 4);
    assert_memory_equal(bench.out[DOWN], "\xB5\xB5zz", 4);
    assert_int_equal(bench.bridge.count[DOWN].passed, 4);
}

static void the_module_is_switched_after_the_sync_word_was_sent_on(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    give(&bench, GSMFLASH_UPSTREAM, GSMFLASH_SYNC_WORD1);
    assert_waits(&bench, 10000);
    send_waiting(&bench);
    assert_powers(&bench, false);
    assert_waits(&bench, 500);
    sync_words(&bench, 24, 20);
    assert_waits(&bench, 20);
    bench.now_ms += 20;
    assert_powers(&bench, true);
    assert_waits(&bench, 10000);
    assert_int_equal(bench.out_bytes[DOWN], 25);
}

static void without_a_switch_it_only_relays(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, false);
    begin_download(&bench);
    sync_words(&bench, 300, 20);
    assert_waits(&bench, 10000);
    sync_words(&bench, 300, 20);
    assert_waits(&bench, 10000);
    bench.now_ms += 10000;
    assert_leaves(&bench, GSMFLASH_BRIDGE_SILENCE, GSMFLASH_BRIDGE_OPEN);
}

static void a_whole_update_passes_unchanged_and_is_known_as_complete(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    begin_download(&bench);
    give_and_send(&bench, GSMFLASH_UPSTREAM, "\xAA\x00\x03\x00\x06\x00\x00\x00\x00zz__", 13);
    answer(&bench, GSMFLASH_DL_DATA_RSP, GSMFLASH_SUCCESS);
    command(&bench, GSMFLASH_DL_END);
    answer(&bench, GSMFLASH_DL_END_RSP, GSMFLASH_SUCCESS);
    assert_waits(&bench, 4000);
    command(&bench, GSMFLASH_RUN_GSMSW);
    answer(&bench, GSMFLASH_RUN_GSMSW_RSP, GSMFLASH_SUCCESS);
    assert_leaves(&bench, GSMFLASH_BRIDGE_STARTED, GSMFLASH_BRIDGE_COMPLETE);
    assert_int_equal(bench.bridge.count[UP].passed, 2 + 11 + 13 + 9 + 9);
    assert_int_equal(bench.bridge.count[UP].sent, 2 + 11 + 13 + 9 + 9);
    assert_int_equal(bench.out_bytes[UP], 2 + 11 + 13 + 9 + 9);
    assert_memory_equal(bench.out[UP], "\x5B\x9A\xAA\x00\x02", 5);
    assert_memory_equal(bench.out[DOWN] + 9, "\xAA\x00\x03\x00\x06", 5);
    assert_int_equal(bench.bridge.count[UP].overrun + bench.bridge.count[DOWN].overrun, 0);
}

static void it_serves_a_second_session_without_a_restart(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    begin_download(&bench);
    answer(&bench, GSMFLASH_RUN_GSMSW_RSP, GSMFLASH_SUCCESS);
    assert_leaves(&bench, GSMFLASH_BRIDGE_STARTED, GSMFLASH_BRIDGE_COMPLETE);
    assert_int_not_equal(bench.bridge.count[UP].passed, 0);
    synchronise(&bench);
    assert_int_equal(bench.bridge.count[UP].passed, 2);
    bench.now_ms += 10000;
    assert_leaves(&bench, GSMFLASH_BRIDGE_SILENCE, GSMFLASH_BRIDGE_NONE);
}

static void it_leaves_when_the_answer_to_run_has_been_sent_on(void **state)
{
    static const uint8_t run_rsp[] = {0xAA, 0x00, 0x08, 0x00, 0x02, 0x00, 0x00};
    uint8_t frame[9];
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    begin_download(&bench);
    memcpy(frame, run_rsp, sizeof run_rsp);
    gsmflash_frame_seal(frame, sizeof run_rsp);
    gsmflash_bridge_receive(&bench.bridge, GSMFLASH_DOWNSTREAM, frame, sizeof frame, bench.now_ms);
    assert_waits(&bench, 4000);
    send_waiting(&bench);
    assert_leaves(&bench, GSMFLASH_BRIDGE_STARTED, GSMFLASH_BRIDGE_COMPLETE);
}

static void a_stuck_port_upstream_does_not_hold_it_for_ever(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    begin_download(&bench);
    answer(&bench, GSMFLASH_RUN_GSMSW_RSP, GSMFLASH_SUCCESS);
    give(&bench, GSMFLASH_DOWNSTREAM, '\r');
    bench.now_ms += 3999;
    assert_waits(&bench, 1);
    bench.now_ms++;
    assert_leaves(&bench, GSMFLASH_BRIDGE_STARTED, GSMFLASH_BRIDGE_COMPLETE);
}

static void it_leaves_after_end_and_silence(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    bench.config.end_silence_ms = 1500;
    begin_download(&bench);
    answer(&bench, GSMFLASH_DL_END_RSP, GSMFLASH_SUCCESS);
    bench.now_ms += 1499;
    assert_waits(&bench, 1);
    bench.now_ms++;
    assert_leaves(&bench, GSMFLASH_BRIDGE_ENDED, GSMFLASH_BRIDGE_COMPLETE);
}

static void a_host_that_falls_silent_leaves_an_invalid_module(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    bench.config.silence_ms = 700;
    begin_download(&bench);
    bench.now_ms += 699;
    assert_waits(&bench, 1);
    bench.now_ms++;
    assert_leaves(&bench, GSMFLASH_BRIDGE_SILENCE, GSMFLASH_BRIDGE_OPEN);
}

static void a_lost_answer_to_begin_counts_as_a_download(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    synchronise(&bench);
    command(&bench, GSMFLASH_DL_BEGIN);
    bench.now_ms += 10000;
    assert_leaves(&bench, GSMFLASH_BRIDGE_SILENCE, GSMFLASH_BRIDGE_OPEN);
}

static void refusals_complete_nothing(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    begin_download(&bench);
    answer(&bench, GSMFLASH_DL_END_RSP, GSMFLASH_PACKAGE_ERROR);
    answer(&bench, GSMFLASH_RUN_GSMSW_RSP, GSMFLASH_DOWNLOAD_MODE);
    assert_waits(&bench, 10000);
    bench.now_ms += 10000;
    assert_leaves(&bench, GSMFLASH_BRIDGE_SILENCE, GSMFLASH_BRIDGE_OPEN);
}

static void a_second_download_reopens_what_was_complete(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    begin_download(&bench);
    answer(&bench, GSMFLASH_DL_END_RSP, GSMFLASH_SUCCESS);
    command(&bench, GSMFLASH_DL_BEGIN);
    answer(&bench, GSMFLASH_DL_BEGIN_RSP, GSMFLASH_SUCCESS);
    bench.now_ms += 10000;
    assert_leaves(&bench, GSMFLASH_BRIDGE_SILENCE, GSMFLASH_BRIDGE_OPEN);
}

static void a_host_that_begins_anew_gets_a_restarted_module(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    begin_download(&bench);
    sync_words(&bench, 7, 20);
    assert_waits(&bench, 10000);
    sync_words(&bench, 1, 20);
    assert_powers(&bench, false);
    bench.now_ms += 500;
    assert_powers(&bench, true);
    sync_words(&bench, 100, 20);
    assert_waits(&bench, 10000);
}

static void a_module_known_by_its_frames_alone_is_restarted_too(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    sync_words(&bench, 1, 20);
    assert_powers(&bench, false);
    bench.now_ms += 500;
    assert_powers(&bench, true);
    answer(&bench, GSMFLASH_DL_BEGIN_RSP, GSMFLASH_DOWNLOAD_MODE);
    command(&bench, GSMFLASH_DL_DATA);
    sync_words(&bench, 8, 10);
    assert_powers(&bench, false);
}

static void sync_words_that_were_on_their_way_do_not_restart_it(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    sync_words(&bench, 1, 20);
    assert_powers(&bench, false);
    bench.now_ms += 500;
    assert_powers(&bench, true);
    sync_words(&bench, 1, 20);
    give_and_send(&bench, GSMFLASH_DOWNSTREAM, "\x5B", 1);
    sync_words(&bench, 100, 20);
    assert_waits(&bench, 10000);
}

static void an_image_full_of_sync_words_does_not_restart_it(void **state)
{
    static const uint8_t others[] = {0x00, 0xA9, 0xAA};
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    begin_download(&bench);
    for (size_t i = 0; i < 3000; i++) {
        give_and_send(&bench, GSMFLASH_UPSTREAM, "\xB5", 1);
    }
    sync_words(&bench, 1000, 9);
    assert_waits(&bench, 10000);
    for (size_t i = 0; i < sizeof others; i++) {
        sync_words(&bench, 7, 20);
        give_and_send(&bench, GSMFLASH_UPSTREAM, others + i, 1);
    }
    assert_waits(&bench, 10000);
    assert_int_equal(bench.bridge.count[DOWN].overrun, 0);
}

static void a_module_that_missed_its_window_is_restarted(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    sync_words(&bench, 1, 20);
    assert_powers(&bench, false);
    bench.now_ms += 500;
    assert_powers(&bench, true);
    sync_words(&bench, 249, 20);
    assert_waits(&bench, 10000);
    sync_words(&bench, 1, 20);
    assert_powers(&bench, false);
}

static void begin_between_sync_words_does_not_keep_a_lost_module_on(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    sync_words(&bench, 1, 20);
    assert_powers(&bench, false);
    bench.now_ms += 500;
    assert_powers(&bench, true);
    for (unsigned i = 0; i < 25; i++) {
        command(&bench, GSMFLASH_DL_BEGIN);
        assert_int_equal(gsmflash_bridge_next(&bench.bridge, bench.now_ms).kind,
                         GSMFLASH_BRIDGE_WAIT);
        sync_words(&bench, 10, 20);
    }
    assert_powers(&bench, false);
}

static void an_answer_to_run_out_of_the_past_does_not_end_a_restart(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    begin_download(&bench);
    sync_words(&bench, 8, 20);
    assert_powers(&bench, false);
    answer(&bench, GSMFLASH_RUN_GSMSW_RSP, GSMFLASH_SUCCESS);
    assert_waits(&bench, 500);
    bench.now_ms += 500;
    assert_powers(&bench, true);
}

static void it_never_leaves_the_module_switched_off(void **state)
{
    struct bench bench;

    (void)state;
    bench_start(&bench, true);
    bench.config.silence_ms = 100;
    bench.config.power_off_ms = 900;
    sync_words(&bench, 1, 20);
    assert_powers(&bench, false);
    bench.now_ms += 800;
    assert_waits(&bench, 100);
    bench.now_ms += 100;
    assert_powers(&bench, true);
    assert_waits(&bench, 100);
    bench.now_ms += 100;
    assert_leaves(&bench, GSMFLASH_BRIDGE_SILENCE, GSMFLASH_BRIDGE_NONE);
}

static void a_full_ring_is_an_overrun_that_is_counted(void **state)
{
    uint8_t data[40];
    struct bench bench;

    (void)state;
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)i;
    }
    bench_start(&bench, true);
    synchronise(&bench);
    bench.out_bytes[DOWN] = 0;
    gsmflash_bridge_receive(&bench.bridge, GSMFLASH_UPSTREAM, data, sizeof data, bench.now_ms);
    assert_int_equal(bench.bridge.count[DOWN].overrun, 24);
    assert_int_equal(bench.bridge.count[DOWN].passed, 2 + 16);
    send_waiting(&bench);
    assert_int_equal(bench.out_bytes[DOWN], 16);
    assert_memory_equal(bench.out[DOWN], data, 16);
    assert_int_equal(bench.bridge.count[UP].overrun, 0);
}

static void two_bridges_do_not_know_of_each_other(void **state)
{
    struct bench one, other;

    (void)state;
    bench_start(&one, true);
    bench_start(&other, true);
    begin_download(&one);
    synchronise(&other);
    answer(&one, GSMFLASH_DL_END_RSP, GSMFLASH_SUCCESS);
    one.now_ms += 4000;
    other.now_ms += 10000;
    assert_leaves(&other, GSMFLASH_BRIDGE_SILENCE, GSMFLASH_BRIDGE_NONE);
    assert_leaves(&one, GSMFLASH_BRIDGE_ENDED, GSMFLASH_BRIDGE_COMPLETE);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_sync_word_ends_normal_life),
        cmocka_unit_test(what_comes_behind_the_sync_word_in_a_lump_is_relayed),
        cmocka_unit_test(the_module_is_switched_after_the_sync_word_was_sent_on),
        cmocka_unit_test(without_a_switch_it_only_relays),
        cmocka_unit_test(a_whole_update_passes_unchanged_and_is_known_as_complete),
        cmocka_unit_test(it_serves_a_second_session_without_a_restart),
        cmocka_unit_test(it_leaves_when_the_answer_to_run_has_been_sent_on),
        cmocka_unit_test(a_stuck_port_upstream_does_not_hold_it_for_ever),
        cmocka_unit_test(it_leaves_after_end_and_silence),
        cmocka_unit_test(a_host_that_falls_silent_leaves_an_invalid_module),
        cmocka_unit_test(a_lost_answer_to_begin_counts_as_a_download),
        cmocka_unit_test(refusals_complete_nothing),
        cmocka_unit_test(a_second_download_reopens_what_was_complete),
        cmocka_unit_test(a_host_that_begins_anew_gets_a_restarted_module),
        cmocka_unit_test(a_module_known_by_its_frames_alone_is_restarted_too),
        cmocka_unit_test(sync_words_that_were_on_their_way_do_not_restart_it),
        cmocka_unit_test(an_image_full_of_sync_words_does_not_restart_it),
        cmocka_unit_test(a_module_that_missed_its_window_is_restarted),
        cmocka_unit_test(begin_between_sync_words_does_not_keep_a_lost_module_on),
        cmocka_unit_test(an_answer_to_run_out_of_the_past_does_not_end_a_restart),
        cmocka_unit_test(it_never_leaves_the_module_switched_off),
        cmocka_unit_test(a_full_ring_is_an_overrun_that_is_counted),
        cmocka_unit_test(two_bridges_do_not_know_of_each_other),
    };

    return cmocka_run_group_tests_name("bridge", tests, NULL, NULL);
}
