/* SPDX-License-Identifier: MIT */
/* The module's ground: its boot window, its bounds, its clock. What it answers when is in
 * scenario/. */
#include <string.h>

#include "cmocka_all.h"
#include "gsmflash/frame.h"
#include "gsmflash/module.h"
#include "pair.h"

enum { MTU = 64, FLASH_BYTES = 200 };

static uint8_t image[300];
static uint8_t buffer[GSMFLASH_MODULE_BUFFER_BYTES(MTU) + 1];
static const struct gsmflash_module_config config = {
    .buffer = buffer, .mtu = MTU, .flash_bytes = FLASH_BYTES};

static struct gsmflash_module_step next(struct gsmflash_module *module, uint32_t now_ms)
{
    return gsmflash_module_next(module, now_ms);
}

static void assert_waits(struct gsmflash_module *module, uint32_t now_ms, uint32_t wait_ms)
{
    struct gsmflash_module_step step = next(module, now_ms);

    assert_int_equal(step.kind, GSMFLASH_MODULE_WAIT);
    assert_int_equal(step.wait_ms, wait_ms);
}

static void assert_sends_byte(struct gsmflash_module *module, uint8_t byte, uint32_t now_ms)
{
    struct gsmflash_module_step step = next(module, now_ms);

    assert_int_equal(step.kind, GSMFLASH_MODULE_SEND);
    assert_int_equal(step.send.size, 1);
    assert_int_equal(step.send.data[0], byte);
}

static void receive_byte(struct gsmflash_module *module, uint8_t byte, uint32_t now_ms)
{
    gsmflash_module_receive(module, &byte, 1, now_ms);
}

/* Into command mode, within the boot window. */
static void synchronise(struct gsmflash_module *module, uint32_t now_ms)
{
    receive_byte(module, GSMFLASH_SYNC_WORD1, now_ms);
    assert_sends_byte(module, GSMFLASH_SYNC_WORD_RSP1, now_ms);
    receive_byte(module, GSMFLASH_SYNC_WORD2, now_ms);
    assert_sends_byte(module, GSMFLASH_SYNC_WORD_RSP2, now_ms);
    assert_int_equal(module->state, GSMFLASH_MODULE_COMMAND);
}

static void command(struct gsmflash_module *module, enum gsmflash_type type, const uint8_t *data,
                    size_t size, uint32_t now_ms)
{
    uint8_t frame[512];

    gsmflash_frame_header(frame, type, (uint16_t)size);
    if (size != 0) {
        memcpy(frame + GSMFLASH_HEADER_BYTES, data, size);
    }
    gsmflash_module_receive(module, frame, gsmflash_frame_seal(frame, GSMFLASH_HEADER_BYTES + size),
                            now_ms);
}

static void begin(struct gsmflash_module *module, uint32_t now_ms)
{
    static const uint8_t version[4] = {0, 0, 0, 1};

    command(module, GSMFLASH_DL_BEGIN, version, sizeof version, now_ms);
    assert_int_equal(next(module, now_ms).kind, GSMFLASH_MODULE_INVALIDATE);
    assert_waits(module, now_ms, UINT32_MAX);
    gsmflash_module_done(module, GSMFLASH_SUCCESS);
}

static void data(struct gsmflash_module *module, uint32_t number, const uint8_t *block, size_t size,
                 uint32_t now_ms)
{
    uint8_t field[512];

    gsmflash_put32(field, number);
    memcpy(field + 4, block, size);
    command(module, GSMFLASH_DL_DATA, field, size + 4, now_ms);
}

static void assert_answers(struct gsmflash_module *module, enum gsmflash_type type,
                           enum gsmflash_status status, uint32_t now_ms)
{
    struct gsmflash_module_step step = next(module, now_ms);
    struct gsmflash_reader reader = {0};
    unsigned found = 0;

    assert_int_equal(step.kind, GSMFLASH_MODULE_SEND);
    for (size_t i = 0; i < step.send.size; i++) {
        found = gsmflash_reader_put(&reader, step.send.data[i]);
    }
    assert_int_equal(found, type);
    assert_int_equal(gsmflash_answer_status(&reader), status);
    if (type == GSMFLASH_DL_BEGIN_RSP) {
        assert_int_equal(gsmflash_answer_mtu(&reader), MTU);
    } else if (type == GSMFLASH_DL_DATA_RSP) {
        assert_int_equal(gsmflash_answer_next(&reader), module->number);
    }
}

static void assert_writes(struct gsmflash_module *module, uint32_t offset, const uint8_t *block,
                          uint32_t size, uint32_t now_ms)
{
    struct gsmflash_module_step step = next(module, now_ms);

    assert_int_equal(step.kind, GSMFLASH_MODULE_WRITE);
    assert_int_equal(step.write.offset, offset);
    assert_int_equal(step.write.size, size);
    assert_memory_equal(step.write.data, block, size);
    assert_waits(module, now_ms, UINT32_MAX);
}

static void start_in_download_mode(struct gsmflash_module *module)
{
    gsmflash_module_start(module, &config, true, 0);
    synchronise(module, 10);
    begin(module, 20);
    assert_answers(module, GSMFLASH_DL_BEGIN_RSP, GSMFLASH_SUCCESS, 20);
    assert_int_equal(module->state, GSMFLASH_MODULE_DOWNLOAD);
    assert_waits(module, 20, UINT32_MAX);
}

static void valid_firmware_starts_after_100_ms(void **state)
{
    struct gsmflash_module module;

    (void)state;
    gsmflash_module_start(&module, &config, true, 0xFFFFFFF0u);
    assert_waits(&module, 0xFFFFFFF0u, 100);
    assert_waits(&module, 83, 1);
    assert_int_equal(next(&module, 84).kind, GSMFLASH_MODULE_START);
    assert_int_equal(module.state, GSMFLASH_MODULE_STARTED);
    receive_byte(&module, GSMFLASH_SYNC_WORD1, 85);
    assert_int_equal(next(&module, 85).kind, GSMFLASH_MODULE_START);
}

static void half_a_negotiation_does_not_hold_valid_firmware_up(void **state)
{
    struct gsmflash_module module;

    (void)state;
    gsmflash_module_start(&module, &config, true, 0);
    for (uint32_t now_ms = 10; now_ms < 100; now_ms += 20) {
        receive_byte(&module, GSMFLASH_SYNC_WORD1, now_ms);
        assert_sends_byte(&module, GSMFLASH_SYNC_WORD_RSP1, now_ms);
    }
    assert_int_equal(next(&module, 100).kind, GSMFLASH_MODULE_START);
}

static void without_valid_firmware_it_listens_for_ever(void **state)
{
    struct gsmflash_module module;

    (void)state;
    gsmflash_module_start(&module, &config, false, 0);
    assert_waits(&module, 0, UINT32_MAX);
    assert_waits(&module, 1000000, UINT32_MAX);
    synchronise(&module, 1000000);
    assert_waits(&module, 0x90000000u, UINT32_MAX);
}

static void a_status_of_the_caller_goes_into_the_answer(void **state)
{
    static const uint8_t version[4] = {0, 0, 0, 1};
    struct gsmflash_module module;

    (void)state;
    gsmflash_module_start(&module, &config, false, 0);
    synchronise(&module, 10);
    command(&module, GSMFLASH_DL_BEGIN, version, sizeof version, 20);
    assert_int_equal(next(&module, 20).kind, GSMFLASH_MODULE_INVALIDATE);
    gsmflash_module_done(&module, GSMFLASH_FLASH_ERROR);
    assert_answers(&module, GSMFLASH_DL_BEGIN_RSP, GSMFLASH_FLASH_ERROR, 20);
    assert_int_equal(module.state, GSMFLASH_MODULE_COMMAND);
    assert_waits(&module, 20, UINT32_MAX);

    begin(&module, 30);
    assert_answers(&module, GSMFLASH_DL_BEGIN_RSP, GSMFLASH_SUCCESS, 30);
    assert_waits(&module, 30, UINT32_MAX);
    data(&module, 0, image, 20, 40);
    assert_writes(&module, 0, image, 20, 40);
    gsmflash_module_done(&module, GSMFLASH_FLASH_ERROR);
    assert_answers(&module, GSMFLASH_DL_DATA_RSP, GSMFLASH_FLASH_ERROR, 40);
    assert_int_equal(module.offset, 0);
}

static void a_block_is_as_long_as_the_mtu_allows_and_not_longer(void **state)
{
    struct gsmflash_module module;

    (void)state;
    buffer[sizeof buffer - 1] = 0xC7;
    start_in_download_mode(&module);
    data(&module, 0, image, MTU - 10, 30);
    assert_answers(&module, GSMFLASH_DL_DATA_RSP, GSMFLASH_PACKAGE_ERROR, 30);
    assert_waits(&module, 30, UINT32_MAX);
    data(&module, 0, image, MTU - 11, 40);
    assert_writes(&module, 0, image, MTU - 11, 40);
    gsmflash_module_done(&module, GSMFLASH_SUCCESS);
    assert_answers(&module, GSMFLASH_DL_DATA_RSP, GSMFLASH_SUCCESS, 40);
    assert_waits(&module, 40, UINT32_MAX);
    /* Far too long: not a byte of it lands behind the buffer. */
    data(&module, 1, image, sizeof image, 50);
    assert_answers(&module, GSMFLASH_DL_DATA_RSP, GSMFLASH_PACKAGE_ERROR, 50);
    assert_int_equal(buffer[sizeof buffer - 1], 0xC7);
}

static void the_last_byte_of_the_flash_can_be_written_and_not_one_more(void **state)
{
    struct gsmflash_module module;
    uint32_t number = 0;

    (void)state;
    start_in_download_mode(&module);
    for (; number < FLASH_BYTES / 50; number++) {
        data(&module, number, image + (size_t)number * 50, 50, 30);
        assert_writes(&module, number * 50, image + (size_t)number * 50, 50, 30);
        gsmflash_module_done(&module, GSMFLASH_SUCCESS);
        assert_answers(&module, GSMFLASH_DL_DATA_RSP, GSMFLASH_SUCCESS, 30);
        assert_waits(&module, 30, UINT32_MAX);
    }
    assert_int_equal(module.offset, FLASH_BYTES);
    data(&module, number, image, 1, 40);
    assert_answers(&module, GSMFLASH_DL_DATA_RSP, GSMFLASH_PACKAGE_ERROR, 40);
    command(&module, GSMFLASH_DL_END, NULL, 0, 50);
    assert_answers(&module, GSMFLASH_DL_END_RSP, GSMFLASH_PACKAGE_ERROR, 50);
}

static void the_last_block_of_a_full_flash_may_come_again(void **state)
{
    struct gsmflash_module module;
    struct gsmflash_module_config full = config;

    (void)state;
    full.flash_bytes = 50;
    start_in_download_mode(&module);
    module.config = &full;
    data(&module, 0, image, 50, 30);
    assert_writes(&module, 0, image, 50, 30);
    gsmflash_module_done(&module, GSMFLASH_SUCCESS);
    assert_answers(&module, GSMFLASH_DL_DATA_RSP, GSMFLASH_SUCCESS, 30);
    data(&module, 0, image, 50, 40);
    assert_answers(&module, GSMFLASH_DL_DATA_RSP, GSMFLASH_PACKAGE_ERROR, 40);
    command(&module, GSMFLASH_DL_END, NULL, 0, 50);
    assert_waits(&module, 50, GSMFLASH_QUIET_MS);
    assert_int_equal(next(&module, 100).kind, GSMFLASH_MODULE_VALIDATE);
}

static void a_frame_in_any_lumps_is_the_same_frame(void **state)
{
    uint8_t frame[MTU];
    size_t size;

    (void)state;
    gsmflash_frame_header(frame, GSMFLASH_DL_DATA, MTU - 7);
    gsmflash_put32(frame + 5, 0);
    memcpy(frame + 9, image, MTU - 11);
    size = gsmflash_frame_seal(frame, MTU - 2);
    for (size_t first = 0; first <= size; first++) {
        for (size_t second = 1; second <= size; second++) {
            struct gsmflash_module module;

            start_in_download_mode(&module);
            gsmflash_module_receive(&module, frame, first, 30);
            for (size_t at = first; at < size; at += second) {
                gsmflash_module_receive(&module, frame + at,
                                        size - at < second ? size - at : second, 60);
            }
            assert_writes(&module, 0, image, MTU - 11, 60);
        }
    }
}

static void the_answer_is_on_the_line_for_as_long_as_its_bytes_take(void **state)
{
    struct gsmflash_module_config paced = config;
    struct gsmflash_module module;

    (void)state;
    paced.byte_time_us = 1024;
    gsmflash_module_start(&module, &paced, false, 0);
    synchronise(&module, 0);
    command(&module, GSMFLASH_RUN_GSMSW, NULL, 0, 10);
    assert_answers(&module, GSMFLASH_RUN_GSMSW_RSP, GSMFLASH_FLASH_ERROR, 10);
    /* Section 5.2, rule 3: what comes before its last byte is out is dropped, and more. */
    assert_waits(&module, 10, 9);
    receive_byte(&module, GSMFLASH_SYNC_WORD1, 18);
    command(&module, GSMFLASH_RUN_GSMSW, NULL, 0, 60);
    assert_waits(&module, 60, 100);
    command(&module, GSMFLASH_RUN_GSMSW, NULL, 0, 160);
    assert_answers(&module, GSMFLASH_RUN_GSMSW_RSP, GSMFLASH_FLASH_ERROR, 160);
}

static void a_clock_that_wraps_changes_nothing(void **state)
{
    (void)state;
    for (uint32_t before_ms = 0; before_ms <= 130; before_ms++) {
        struct gsmflash_module module;
        uint32_t zero_ms = 0u - before_ms;

        gsmflash_module_start(&module, &config, true, zero_ms);
        assert_waits(&module, zero_ms, 100);
        synchronise(&module, zero_ms + 10);
        begin(&module, zero_ms + 20);
        assert_answers(&module, GSMFLASH_DL_BEGIN_RSP, GSMFLASH_SUCCESS, zero_ms + 20);
        assert_waits(&module, zero_ms + 20, UINT32_MAX);
        /* A frame that stops half-way is dropped after 100 ms of silence. */
        receive_byte(&module, GSMFLASH_FRAME_HEAD, zero_ms + 30);
        assert_waits(&module, zero_ms + 30, 100);
        assert_waits(&module, zero_ms + 129, 1);
        assert_answers(&module, GSMFLASH_DL_DATA_RSP, GSMFLASH_PACKAGE_ERROR, zero_ms + 130);
    }
}

static void numbers_may_count_bytes(void **state)
{
    struct pair pair;

    (void)state;
    pair_prepare(&pair, image, sizeof image);
    pair.module_config.count_bytes = true;
    pair_start(&pair, 0);
    pair_run(&pair);
    assert_int_equal(pair.host.report.error, GSMFLASH_OK);
    assert_int_equal(pair.module.offset, sizeof image);
    assert_memory_equal(pair.flash, image, sizeof image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_firmware_starts_after_100_ms),
        cmocka_unit_test(half_a_negotiation_does_not_hold_valid_firmware_up),
        cmocka_unit_test(without_valid_firmware_it_listens_for_ever),
        cmocka_unit_test(a_status_of_the_caller_goes_into_the_answer),
        cmocka_unit_test(a_block_is_as_long_as_the_mtu_allows_and_not_longer),
        cmocka_unit_test(the_last_byte_of_the_flash_can_be_written_and_not_one_more),
        cmocka_unit_test(the_last_block_of_a_full_flash_may_come_again),
        cmocka_unit_test(a_frame_in_any_lumps_is_the_same_frame),
        cmocka_unit_test(the_answer_is_on_the_line_for_as_long_as_its_bytes_take),
        cmocka_unit_test(a_clock_that_wraps_changes_nothing),
        cmocka_unit_test(numbers_may_count_bytes),
    };

    fill_image(image, sizeof image, 11);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
