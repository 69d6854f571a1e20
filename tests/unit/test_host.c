/* SPDX-License-Identifier: MIT */
/* The host's ground: its configuration, its memory, its clock. What it does when is in scenario/.
 */
#include <string.h>

#include "cmocka_all.h"
#include "gsmflash/host.h"
#include "pair.h"

static uint8_t image[2500];

static void assert_updated(const struct pair *pair)
{
    assert_int_equal(pair->host.report.error, GSMFLASH_OK);
    assert_int_equal(pair->host.report.firmware, GSMFLASH_FIRMWARE_VALID);
    assert_int_equal(pair->host.report.phase, GSMFLASH_PHASE_FINISHED);
    assert_int_equal(pair->host.report.repeats, 0);
    assert_int_equal(pair->host.report.attempt, 1);
    assert_int_equal(pair->host.report.offset, pair->host_config.image_bytes);
    assert_true(pair->firmware_valid);
    assert_int_equal(pair->firmware_bytes, pair->host_config.image_bytes);
    assert_memory_equal(pair->flash, image, pair->host_config.image_bytes);
    assert_int_equal(pair->module.state, GSMFLASH_MODULE_STARTED);
}

static bool read_image(void *context, uint32_t offset, uint8_t *buffer, size_t size)
{
    size_t *largest = context;

    if (largest != NULL && size > *largest) {
        *largest = size;
    }
    assert_true(size != 0 && offset + size <= sizeof image);
    memcpy(buffer, image + offset, size);
    return true;
}

static void assert_refused(const struct gsmflash_host_config *config)
{
    struct gsmflash_host host;

    gsmflash_host_start(&host, config, 5);
    for (uint32_t now_ms = 5; now_ms < 8; now_ms++) {
        assert_int_equal(gsmflash_host_next(&host, now_ms).kind, GSMFLASH_HOST_FINISHED);
        assert_int_equal(host.report.error, GSMFLASH_ERROR_CONFIG);
        assert_int_equal(host.report.firmware, GSMFLASH_FIRMWARE_UNTOUCHED);
    }
}

static void a_configuration_that_makes_no_sense_sends_nothing(void **state)
{
    uint8_t buffer[32];
    const struct gsmflash_host_config good = {
        .image_bytes = 100, .read = read_image, .buffer = buffer, .buffer_bytes = sizeof buffer};
    struct gsmflash_host_config bad = good;

    (void)state;
    bad.image_bytes = 0;
    assert_refused(&bad);
    bad = good;
    bad.block_bytes = 101;
    assert_refused(&bad);
    bad = good;
    bad.read = NULL;
    assert_refused(&bad);
    bad = good;
    bad.buffer = NULL;
    assert_refused(&bad);
    bad = good;
    bad.buffer_bytes = 31;
    assert_refused(&bad);
}

static void a_whole_update_of_any_size(void **state)
{
    static const uint32_t sizes[] = {1, 2, 115, 116, 117, 118, 232, 233, 2500};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct pair pair;

        pair_prepare(&pair, image, sizes[i]);
        pair_start(&pair, 0);
        pair_run(&pair);
        assert_updated(&pair);
    }
}

static void the_end_stays_the_end(void **state)
{
    struct pair pair;
    struct gsmflash_report report;

    (void)state;
    pair_prepare(&pair, image, sizeof image);
    pair_start(&pair, 0);
    pair_run(&pair);
    report = pair.host.report;
    for (uint32_t now_ms = pair.now_ms; now_ms < 20000; now_ms += 1000) {
        gsmflash_host_receive(&pair.host, image, sizeof image, now_ms);
        assert_int_equal(gsmflash_host_next(&pair.host, now_ms).kind, GSMFLASH_HOST_FINISHED);
    }
    assert_memory_equal(&report, &pair.host.report, sizeof report);
}

static void a_clock_that_wraps_changes_nothing(void **state)
{
    struct pair plain;

    (void)state;
    pair_prepare(&plain, image, sizeof image);
    pair_start(&plain, 0);
    pair_run(&plain);
    assert_true(plain.now_ms > 500);

    /* Every moment of the update lies on the wrap once. */
    for (uint32_t before_ms = 0; before_ms <= plain.now_ms; before_ms++) {
        struct pair wrapped;

        pair_prepare(&wrapped, image, sizeof image);
        pair_start(&wrapped, 0u - before_ms);
        pair_run(&wrapped);
        assert_updated(&wrapped);
        assert_int_equal(wrapped.now_ms + before_ms, plain.now_ms);
        assert_int_equal(wrapped.wire_bytes, plain.wire_bytes);
        assert_memory_equal(wrapped.wire, plain.wire, plain.wire_bytes);
    }
}

static void an_image_that_is_read_is_sent_like_one_that_is_mapped(void **state)
{
    static const size_t buffers[] = {32, 33, 47, 64, 116, 117, 1000};
    struct pair mapped;

    (void)state;
    pair_prepare(&mapped, image, sizeof image);
    pair_start(&mapped, 0);
    pair_run(&mapped);
    assert_updated(&mapped);

    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++) {
        uint8_t buffer[1000];
        size_t largest = 0;
        struct pair read;

        pair_prepare(&read, NULL, sizeof image);
        read.host_config.read = read_image;
        read.host_config.context = &largest;
        read.host_config.buffer = buffer;
        read.host_config.buffer_bytes = buffers[i];
        pair_start(&read, 0);
        pair_run(&read);
        assert_updated(&read);
        assert_true(largest <= buffers[i]);
        assert_int_equal(read.wire_bytes, mapped.wire_bytes);
        assert_memory_equal(read.wire, mapped.wire, mapped.wire_bytes);
    }
}

static bool never_reads(void *context, uint32_t offset, uint8_t *buffer, size_t size)
{
    (void)context;
    (void)buffer;
    return offset + size <= 300;
}

static void an_image_that_cannot_be_read_ends_the_update_and_says_so(void **state)
{
    uint8_t buffer[64];
    struct pair pair;

    (void)state;
    pair_prepare(&pair, NULL, sizeof image);
    pair.host_config.read = never_reads;
    pair.host_config.buffer = buffer;
    pair.host_config.buffer_bytes = sizeof buffer;
    pair.firmware_valid = true;
    pair_start(&pair, 0);
    pair_run(&pair);
    assert_int_equal(pair.host.report.error, GSMFLASH_ERROR_READ);
    assert_int_equal(pair.host.report.firmware, GSMFLASH_FIRMWARE_INVALID);
    assert_false(pair.firmware_valid);
}

static void a_mapped_image_is_sent_from_where_it_lies(void **state)
{
    struct pair pair;

    (void)state;
    pair_prepare(&pair, image, sizeof image);
    pair_start(&pair, 0);
    pair_run(&pair);
    assert_updated(&pair);
    assert_int_equal(pair.mapped_bytes, sizeof image);
}

static void bytes_one_at_a_time_make_the_same_update(void **state)
{
    struct pair lumps;
    struct pair bytes;

    (void)state;
    pair_prepare(&lumps, image, sizeof image);
    pair_start(&lumps, 0);
    pair_run(&lumps);
    pair_prepare(&bytes, image, sizeof image);
    bytes.byte_by_byte = true;
    pair_start(&bytes, 0);
    pair_run(&bytes);
    assert_updated(&bytes);
    assert_int_equal(bytes.wire_bytes, lumps.wire_bytes);
    assert_memory_equal(bytes.wire, lumps.wire, lumps.wire_bytes);
}

static void what_comes_while_a_frame_goes_out_is_not_its_answer(void **state)
{
    struct pair plain;
    struct pair early;

    (void)state;
    pair_prepare(&plain, image, sizeof image);
    pair_start(&plain, 0);
    pair_run(&plain);
    pair_prepare(&early, image, sizeof image);
    early.early_answers = true;
    pair_start(&early, 0);
    pair_run(&early);
    assert_updated(&early);
    assert_int_equal(early.wire_bytes, plain.wire_bytes);
    assert_memory_equal(early.wire, plain.wire, plain.wire_bytes);
}

static bool has_sent(const struct pair *pair, enum gsmflash_type type)
{
    uint8_t frame[GSMFLASH_HEADER_BYTES];

    gsmflash_frame_header(frame, type, 0);
    for (size_t at = 0; at + sizeof frame <= pair->wire_bytes; at++) {
        if (memcmp(pair->wire + at, frame, sizeof frame) == 0) {
            return true;
        }
    }
    return false;
}

static void an_image_that_the_module_refuses_is_not_started(void **state)
{
    struct pair pair;

    (void)state;
    pair_prepare(&pair, image, sizeof image);
    pair.refuses = true;
    pair.host_config.attempts = 2;
    pair_start(&pair, 0);
    pair_run(&pair);
    assert_int_equal(pair.host.report.error, GSMFLASH_ERROR_REFUSED);
    assert_int_equal(pair.host.report.module_status, GSMFLASH_PACKAGE_ERROR);
    assert_int_equal(pair.host.report.firmware, GSMFLASH_FIRMWARE_INVALID);
    assert_int_equal(pair.host.report.attempt, 2);
    assert_true(has_sent(&pair, GSMFLASH_DL_END));
    assert_false(has_sent(&pair, GSMFLASH_RUN_GSMSW));
}

static void two_hosts_and_two_modules_live_in_one_program(void **state)
{
    struct pair one;
    struct pair two;

    (void)state;
    pair_prepare(&one, image, sizeof image);
    pair_prepare(&two, image, sizeof image / 2);
    two.module_config.mtu = 64;
    two.module_config.count_bytes = true;
    pair_start(&one, 0);
    pair_start(&two, 0xFFFFFE00u);
    while (!one.finished || !two.finished) {
        if (!one.finished) {
            pair_step(&one);
        }
        if (!two.finished) {
            pair_step(&two);
        }
    }
    assert_updated(&one);
    assert_updated(&two);
}

static void blocks_are_as_large_as_asked_for(void **state)
{
    static const uint8_t head[] = {GSMFLASH_FRAME_HEAD, 0, GSMFLASH_DL_DATA, 0, 4 + 50, 0, 0, 0, 0};
    struct pair pair;
    size_t at = 0;

    (void)state;
    pair_prepare(&pair, image, sizeof image);
    pair.host_config.block_bytes = 50;
    pair_start(&pair, 0);
    pair_run(&pair);
    assert_updated(&pair);
    while (memcmp(pair.wire + at, head, sizeof head) != 0) {
        at++;
        assert_true(at + sizeof head <= pair.wire_bytes);
    }
    for (uint32_t number = 0; number < sizeof image / 50; number++, at += 50 + 11) {
        assert_memory_equal(pair.wire + at, head, 5);
        assert_int_equal(gsmflash_get32(pair.wire + at + 5), number);
        assert_memory_equal(pair.wire + at + 9, image + (size_t)number * 50, 50);
    }
}

static void an_mtu_that_carries_no_block_is_refused(void **state)
{
    static const uint8_t sync[] = {GSMFLASH_SYNC_WORD_RSP1};
    static const uint8_t synced[] = {GSMFLASH_SYNC_WORD_RSP2};
    const struct gsmflash_host_config config = {.image = image, .image_bytes = sizeof image};

    (void)state;
    for (uint16_t mtu = 0; mtu <= GSMFLASH_MTU_MIN; mtu++) {
        struct gsmflash_host host;
        uint8_t answer[GSMFLASH_ANSWER_BYTES];

        gsmflash_host_start(&host, &config, 0);
        assert_int_equal(gsmflash_host_next(&host, 0).kind, GSMFLASH_HOST_SEND);
        gsmflash_host_receive(&host, sync, 1, 1);
        assert_int_equal(gsmflash_host_next(&host, 1).kind, GSMFLASH_HOST_SEND);
        gsmflash_host_receive(&host, synced, 1, 2);
        while (gsmflash_host_next(&host, 2).kind == GSMFLASH_HOST_SEND) {
        }
        gsmflash_frame_header(answer, GSMFLASH_DL_BEGIN_RSP, 4);
        gsmflash_put16(answer + 5, GSMFLASH_SUCCESS);
        gsmflash_put16(answer + 7, mtu);
        gsmflash_host_receive(&host, answer, gsmflash_frame_seal(answer, 9), 3);
        if (mtu < GSMFLASH_MTU_MIN) {
            assert_int_equal(gsmflash_host_next(&host, 3).kind, GSMFLASH_HOST_FINISHED);
            assert_int_equal(host.report.error, GSMFLASH_ERROR_MTU);
            assert_int_equal(host.report.firmware, GSMFLASH_FIRMWARE_INVALID);
        } else {
            assert_int_equal(gsmflash_host_next(&host, 3).kind, GSMFLASH_HOST_SEND);
            assert_int_equal(host.size, 2);
        }
    }
}

/* A board for gsmflash_host_run(): its module and its clock are those of a pair. */
struct board {
    struct pair pair;
    unsigned writes_left; /* then the port is gone */
    unsigned reports;
    uint8_t heard[64];
    size_t heard_bytes;
};

static bool board_write(void *context, const uint8_t *data, size_t size)
{
    struct board *board = context;

    if (board->writes_left == 0) {
        return false;
    }
    board->writes_left--;
    if (board->pair.powered) {
        gsmflash_module_receive(&board->pair.module, data, size, board->pair.now_ms);
    }
    return true;
}

static void board_hear(struct board *board, const struct gsmflash_module_step *step)
{
    assert_true(board->heard_bytes + step->send.size <= sizeof board->heard);
    memcpy(board->heard + board->heard_bytes, step->send.data, step->send.size);
    board->heard_bytes += step->send.size;
}

static void board_play_module(struct board *board)
{
    struct pair *pair = &board->pair;

    while (pair->powered) {
        struct gsmflash_module_step step = gsmflash_module_next(&pair->module, pair->now_ms);

        if (step.kind == GSMFLASH_MODULE_WAIT || step.kind == GSMFLASH_MODULE_START) {
            return;
        }
        if (step.kind == GSMFLASH_MODULE_SEND) {
            board_hear(board, &step);
            continue;
        }
        if (step.kind == GSMFLASH_MODULE_WRITE) {
            memcpy(pair->flash + step.write.offset, step.write.data, step.write.size);
        } else if (step.kind == GSMFLASH_MODULE_VALIDATE) {
            pair->firmware_valid = true;
            pair->firmware_bytes = step.write.size;
        }
        gsmflash_module_done(&pair->module, GSMFLASH_SUCCESS);
    }
}

static size_t board_read(void *context, uint8_t *data, size_t size, uint32_t wait_ms)
{
    struct board *board = context;

    board_play_module(board);
    for (; board->heard_bytes == 0 && wait_ms != 0; wait_ms--) {
        board->pair.now_ms++;
        board_play_module(board);
    }
    size = size < board->heard_bytes ? size : board->heard_bytes;
    memcpy(data, board->heard, size);
    board->heard_bytes -= size;
    memmove(board->heard, board->heard + size, board->heard_bytes);
    return size;
}

static uint32_t board_now_ms(void *context)
{
    struct board *board = context;

    return board->pair.now_ms;
}

static void board_power(void *context, bool on)
{
    struct board *board = context;

    board->pair.powered = on;
    if (on) {
        gsmflash_module_start(&board->pair.module, &board->pair.module_config, false,
                              board->pair.now_ms);
    }
}

static void board_progress(void *context, const struct gsmflash_report *report)
{
    struct board *board = context;

    assert_true(report->offset <= sizeof image);
    board->reports++;
}

static struct gsmflash_port port_of(struct board *board)
{
    const struct gsmflash_port port = {
        .write = board_write,
        .read = board_read,
        .now_ms = board_now_ms,
        .power = board_power,
        .context = board,
    };

    return port;
}

static void one_call_runs_a_whole_update(void **state)
{
    struct board board = {.writes_left = UINT32_MAX};
    struct gsmflash_port port = port_of(&board);

    (void)state;
    for (unsigned round = 0; round < 2; round++) {
        pair_prepare(&board.pair, image, sizeof image);
        board.pair.host.report = gsmflash_host_run(&board.pair.host_config, &port);
        assert_updated(&board.pair);
        /* Without a progress call the first time. */
        assert_int_equal(board.reports != 0, round != 0);
        port.progress = board_progress;
    }
}

static void one_call_ends_when_the_port_is_gone(void **state)
{
    struct board board = {.writes_left = 20};
    const struct gsmflash_port port = port_of(&board);
    struct gsmflash_report report;

    (void)state;
    pair_prepare(&board.pair, image, sizeof image);
    report = gsmflash_host_run(&board.pair.host_config, &port);
    assert_int_equal(report.error, GSMFLASH_ERROR_PORT);
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_INVALID);

    board.writes_left = 0;
    board.pair.powered = false;
    report = gsmflash_host_run(&board.pair.host_config, &port);
    assert_int_equal(report.error, GSMFLASH_ERROR_PORT);
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_UNTOUCHED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_configuration_that_makes_no_sense_sends_nothing),
        cmocka_unit_test(a_whole_update_of_any_size),
        cmocka_unit_test(the_end_stays_the_end),
        cmocka_unit_test(a_clock_that_wraps_changes_nothing),
        cmocka_unit_test(an_image_that_is_read_is_sent_like_one_that_is_mapped),
        cmocka_unit_test(an_image_that_cannot_be_read_ends_the_update_and_says_so),
        cmocka_unit_test(a_mapped_image_is_sent_from_where_it_lies),
        cmocka_unit_test(bytes_one_at_a_time_make_the_same_update),
        cmocka_unit_test(what_comes_while_a_frame_goes_out_is_not_its_answer),
        cmocka_unit_test(an_image_that_the_module_refuses_is_not_started),
        cmocka_unit_test(two_hosts_and_two_modules_live_in_one_program),
        cmocka_unit_test(blocks_are_as_large_as_asked_for),
        cmocka_unit_test(an_mtu_that_carries_no_block_is_refused),
        cmocka_unit_test(one_call_runs_a_whole_update),
        cmocka_unit_test(one_call_ends_when_the_port_is_gone),
    };

    fill_image(image, sizeof image, 3);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
