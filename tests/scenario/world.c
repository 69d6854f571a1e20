/* SPDX-License-Identifier: MIT */
/* Whole updates in virtual time: host, lines, module, flash and supply, and what may go wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/record.h"
#include "sim/world.h"

#define BAUD          115200u
#define SECOND_US     UINT64_C(1000000)
#define LONG_US       (24 * 3600 * SECOND_US)
#define IMAGE_BYTES   (4u * 1024 * 1024)
#define JOURNAL_ITEMS 1000

static uint8_t *image;
static char told[100000]; /* what the log has said */

static int make_image(void **state)
{
    uint32_t x = 1;
    (void)state;
    image = malloc(IMAGE_BYTES);
    for (uint32_t i = 0; image != NULL && i < IMAGE_BYTES; i++) {
        x = x * 1664525u + 1013904223u;
        image[i] = (uint8_t)(x >> 24);
    }
    memcpy(image + 100, "Revision: WORLD-2\n", 18);
    return image == NULL;
}

static int free_image(void **state)
{
    (void)state;
    free(image);
    return 0;
}

static void tell(void *context, const struct sim_event *event)
{
    size_t used = strlen(told);
    char text[160];
    (void)context;
    sim_event_text(event, text, sizeof text);
    if (event->kind != SIM_EVENT_HOST_SENDS && event->kind != SIM_EVENT_MODULE_SENDS) {
        snprintf(told + used, sizeof told - used, "%s\n", text);
    }
}

static void assert_told(const char *text)
{
    if (strstr(told, text) == NULL) {
        fail_msg("\"%s\" was not told:\n%s", text, told);
    }
}

static struct sim_world_config config_of(uint32_t bytes, struct sim_faults *faults)
{
    told[0] = '\0';
    return (struct sim_world_config){
        .host = {.image = image, .image_bytes = bytes, .version = 1},
        .module = {.baud = BAUD, .faults = faults},
        .power = SIM_POWER_HOST,
        .log = {.tell = tell},
    };
}

static struct sim_faults faults_of(const char *specs)
{
    struct sim_faults faults = {0};
    if (*specs != '\0') {
        assert_null(sim_faults_add(&faults, specs));
    }
    return faults;
}

/* A world in which the module has run some older firmware before. */
static void start(struct sim_world *world, const struct sim_world_config *config)
{
    /* The image's second half: as good as another image. */
    uint32_t old_bytes = config->host.image_bytes < 1000 ? config->host.image_bytes : 1000;
    assert_true(sim_world_init(world, config));
    sim_world_install(world, image + IMAGE_BYTES / 2, old_bytes);
}

/* Runs a world to its end and some seconds more; the promise holds in every one of them. */
static struct sim_result finish(struct sim_world *world)
{
    assert_true(sim_world_run(world, LONG_US));
    sim_world_pass(world, world->now_us + 5 * SECOND_US);
    struct sim_result result = sim_world_result(world);
    assert_int_equal(result.bad_starts, 0);
    /* A bit that is stuck cannot be erased, and that is reported. */
    assert_true(result.misuses == 0 || world->flash.stuck_mask != 0);
    switch (result.report.firmware) {
    case GSMFLASH_FIRMWARE_UNTOUCHED:
        assert_true(result.firmware_valid && !result.image_whole);
        break;
    case GSMFLASH_FIRMWARE_VALID:
        assert_true(result.image_whole);
        break;
    default:
        break; /* is invalid, or may be */
    }
    if (result.report.error == GSMFLASH_OK) {
        assert_true(result.image_whole);
        assert_true(result.running != world->config.host.no_run);
    }
    return result;
}

static struct sim_result update_with(const struct sim_world_config *config)
{
    struct sim_world world;
    start(&world, config);
    struct sim_result result = finish(&world);
    sim_world_free(&world);
    return result;
}

static struct sim_result update(uint32_t bytes, const char *specs)
{
    struct sim_faults faults = faults_of(specs);
    struct sim_world_config config = config_of(bytes, &faults);
    return update_with(&config);
}

static void assert_updated(const struct sim_result *result)
{
    if (result->report.error != GSMFLASH_OK) {
        fail_msg("%s\n%s", gsmflash_error_text((enum gsmflash_error)result->report.error), told);
    }
    assert_true(result->image_whole);
    assert_true(result->running);
}

static void any_size_with_any_mtu(void **state)
{
    static const uint32_t sizes[] = {1, 2, 1011, 1012, 1013, 2024, 100001, IMAGE_BYTES};
    static const uint16_t mtus[] = {64, 256, 1024, 4096, 65535};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t j = 0; j < sizeof mtus / sizeof *mtus; j++) {
            struct sim_world_config config = config_of(sizes[i], NULL);
            config.module.mtu = mtus[j];
            config.log.tell = NULL;
            struct sim_result result = update_with(&config);
            assert_updated(&result);
            assert_int_equal(result.report.repeats, 0);
            assert_int_equal(result.report.attempt, 1);
            assert_int_equal(result.starts, 1);
        }
    }
}

static void the_time_is_what_the_bytes_take_on_the_wire(void **state)
{
    static const uint32_t sizes[] = {2024, 100001, 262144, 1048576};
    static const uint16_t mtus[] = {64, 256, 1024, 4096, 65535};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t j = 0; j < sizeof mtus / sizeof *mtus; j++) {
            struct sim_world_config config = config_of(sizes[i], NULL);
            config.module.mtu = mtus[j];
            /* No firmware, and on from the start: no time goes by before the first sync word. */
            config.power = SIM_POWER_ON;
            struct sim_world world;
            assert_true(sim_world_init(&world, &config));
            assert_true(sim_world_run(&world, LONG_US));
            struct sim_result result = sim_world_result(&world);
            uint64_t wire_us = (result.to_module + result.to_host) * 10 * SECOND_US / BAUD;
            assert_true(result.image_whole);
            /* END is believed when the line has been silent behind it. */
            uint64_t quiet_us = GSMFLASH_QUIET_MS * SECOND_US / 1000;
            assert_in_range(result.at_us, wire_us, wire_us + quiet_us + wire_us / 100);
            sim_world_free(&world);
        }
    }
}

static void a_module_that_counts_bytes(void **state)
{
    static const uint32_t sizes[] = {1, 2, 1013, 100001};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct sim_result result = update(sizes[i], "count-bytes");
        assert_updated(&result);
        assert_int_equal(result.report.repeats, 0);
    }
}

static void a_module_that_answers_each_packet_twice(void **state)
{
    (void)state;
    struct sim_result result = update(20000, "twice");
    assert_updated(&result);
    assert_told("the answer is doubled");
    assert_int_equal(result.report.attempt, 1);
    /* 20 packets; no packet for each doubled answer. */
    assert_in_range(result.to_module, 20000, 20000 + 20 * 11 + 100);
}

static void one_answer_is_lost(void **state)
{
    static const char *const specs[] = {"lost@0",     "lost@7",   "lost@19",
                                        "lost@begin", "lost@end", "lost@sync"};
    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct sim_result result = update(20000, specs[i]);
        assert_updated(&result);
        assert_told("the answer is lost");
        assert_int_equal(result.report.attempt, 1);
        if (strstr(specs[i], "sync") == NULL) {
            assert_told("host sends it again: no answer");
            assert_int_equal(result.report.repeats, 1);
        }
    }
}

static void the_answer_to_sync_word2_is_lost(void **state)
{
    (void)state;
    /* The module is in command mode and skips sync words: only power helps. */
    struct sim_result result = update(20000, "lost@sync2");
    assert_updated(&result);
    assert_told("host: attempt 2: the module answered the first sync word");
    assert_int_equal(result.report.attempt, 2);
}

static void one_answer_is_late_by_4_s(void **state)
{
    static const char *const specs[] = {"late@0=4000", "late@7=4000", "late@19=4000",
                                        "late@begin=4000", "late@end=4000"};
    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct sim_result result = update(20000, specs[i]);
        assert_updated(&result);
        assert_told("the answer is late");
        assert_told("host sends it again: no answer");
        assert_int_equal(result.report.attempt, 1);
    }
}

static void one_answer_is_broken(void **state)
{
    static const char *const places[] = {"0", "7", "19", "begin", "end"};
    char spec[40];
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        for (unsigned bit = 0; bit < 13 * 8; bit++) {
            snprintf(spec, sizeof spec, "broken@%s=%u", places[i], bit);
            struct sim_result result = update(20000, spec);
            assert_updated(&result);
            assert_told("the answer is broken");
            assert_int_equal(result.report.attempt, 1);
            assert_int_equal(result.report.repeats, 1);
        }
    }
}

static void status_1_at_a_packet(void **state)
{
    (void)state;
    struct sim_result result = update(20000, "status@7=1");
    assert_updated(&result);
    assert_told("host sends it again: CRC16 error");
    assert_int_equal(result.report.module_status, GSMFLASH_CRC_ERROR);
    assert_int_equal(result.report.repeats, 1);
    assert_int_equal(result.report.attempt, 1);
}

static void status_4_at_a_packet(void **state)
{
    (void)state;
    struct sim_result result = update(20000, "status@7=4");
    assert_updated(&result);
    assert_told("host sends it again: data package error");
    assert_int_equal(result.report.repeats, 1);
    assert_int_equal(result.report.attempt, 1);
}

static void status_2_at_a_packet_leads_to_a_restart(void **state)
{
    (void)state;
    struct sim_result result = update(20000, "status@7=2");
    assert_updated(&result);
    assert_told("host: attempt 2: the module reports a flash error");
    assert_int_equal(result.report.attempt, 2);
    assert_in_range(result.to_module, 27 * 1000, 29 * 1000);
}

static void status_2_again_and_again_is_given_up(void **state)
{
    (void)state;
    struct sim_result result = update(20000, "status@7*=2");
    assert_int_equal(result.report.error, GSMFLASH_ERROR_FLASH);
    assert_int_equal(result.report.attempt, 3);
    assert_int_equal(result.report.firmware, GSMFLASH_FIRMWARE_INVALID);
    assert_false(result.firmware_valid);
    assert_false(result.running);
}

static void the_products_check_refuses(void **state)
{
    (void)state;
    struct sim_result result = update(20000, "refuse");
    assert_int_equal(result.report.error, GSMFLASH_ERROR_REFUSED);
    assert_int_equal(result.report.firmware, GSMFLASH_FIRMWARE_INVALID);
    assert_false(result.firmware_valid);
}

static bool is_the_image(void *context, const uint8_t *firmware, uint32_t size)
{
    return size == *(const uint32_t *)context && memcmp(firmware, image, size) == 0;
}

static void the_products_check_is_asked(void **state)
{
    uint32_t size = 20000;
    (void)state;
    struct sim_world_config config = config_of(size, NULL);
    config.module.check = is_the_image;
    config.module.check_context = &size;
    struct sim_result result = update_with(&config);
    assert_updated(&result);
    size = 1;
    result = update_with(&config);
    assert_int_equal(result.report.error, GSMFLASH_ERROR_REFUSED);
}

static void nobody_answers_and_the_module_is_untouched(void **state)
{
    (void)state;
    struct sim_result result = update(20000, "in:dead@0");
    assert_int_equal(result.report.error, GSMFLASH_ERROR_NO_SYNC);
    assert_int_equal(result.report.firmware, GSMFLASH_FIRMWARE_UNTOUCHED);
    assert_true(result.firmware_valid);
    assert_int_equal(result.report.attempt, 3);
    result = update(20000, "out:dead@0");
    assert_int_equal(result.report.error, GSMFLASH_ERROR_NO_SYNC);
    assert_int_equal(result.report.firmware, GSMFLASH_FIRMWARE_UNTOUCHED);
    assert_true(result.firmware_valid);
}

static void the_module_dies_in_the_middle(void **state)
{
    (void)state;
    struct sim_result result = update(20000, "dead@7");
    assert_int_not_equal(result.report.error, GSMFLASH_OK);
    assert_int_equal(result.report.firmware, GSMFLASH_FIRMWARE_INVALID);
    assert_false(result.firmware_valid);
    assert_told("host: attempt 3");
}

static void the_module_hangs_until_it_is_switched_off(void **state)
{
    (void)state;
    struct sim_result result = update(20000, "silent@7");
    assert_updated(&result);
    assert_int_equal(result.report.attempt, 2);
}

static void the_module_loses_its_supply(void **state)
{
    static const char *const places[] = {"begin", "0", "7", "19", "end"};
    char spec[40];
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        snprintf(spec, sizeof spec, "power@%s", places[i]);
        struct sim_result result = update(20000, spec);
        assert_updated(&result);
        assert_told("power lost");
        assert_int_equal(result.report.attempt, 2);
    }
}

static void run_is_not_answered(void **state)
{
    static const char *const specs[] = {"lost@run", "broken@run", "lost@run*", "dead@run"};
    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct sim_result result = update(20000, specs[i]);
        assert_int_equal(result.report.error, GSMFLASH_ERROR_NOT_STARTED);
        assert_int_equal(result.report.firmware, GSMFLASH_FIRMWARE_VALID);
        assert_int_equal(result.report.attempt, 1);
        assert_true(result.running);
    }
}

static void the_flash_errs_once(void **state)
{
    /* Event 0 strikes out the record, 1 erases, 2 to 5 program a block, the last writes the record.
     */
    static const char *const specs[] = {"flash:fail@0",   "flash:fail@1",   "flash:fail@4",
                                        "flash:ignore@0", "flash:ignore@4", "flash:torn@0",
                                        "flash:torn@1",   "flash:torn@4",   "flash:before@1",
                                        "flash:after@1",  "flash:before@4", "flash:after@4"};
    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct sim_result result = update(20000, specs[i]);
        if (strstr(specs[i], "@0") != NULL && result.report.error != GSMFLASH_OK) {
            fail_msg("%s: %s", specs[i], told);
        }
        assert_updated(&result);
        assert_in_range(result.report.attempt, 1, 2);
    }
}

static void the_flash_has_a_stuck_bit(void **state)
{
    (void)state;
    struct sim_result result = update(20000, "flash:stuck@4=3");
    assert_int_equal(result.report.error, GSMFLASH_ERROR_FLASH);
    assert_int_equal(result.report.firmware, GSMFLASH_FIRMWARE_INVALID);
    assert_false(result.firmware_valid);
}

static void a_flash_that_takes_its_time(void **state)
{
    (void)state;
    struct sim_result fast = update(20000, "");
    struct sim_result slow = update(20000, "program=700,erase=50000");
    assert_updated(&slow);
    assert_int_equal(slow.report.repeats, 0);
    /* 5 erases and, by pages of 256, 20 blocks that touch 4 or 5 of them, and the record. */
    uint64_t least_us = 5 * 50000 + 20 * 4 * 700;
    assert_in_range(slow.at_us - fast.at_us, least_us, least_us + 20 * 700 + 20000);
}

static void a_flash_that_takes_longer_than_the_host_waits(void **state)
{
    (void)state;
    struct sim_result result = update(20000, "erase=3500000");
    assert_updated(&result);
    assert_int_equal(result.report.attempt, 1);
}

static void a_noisy_line(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 5; seed++) {
        char spec[60];
        snprintf(spec, sizeof spec, "lose=0.0005,flip=0.0005,seed=%u", seed);
        struct sim_result result = update(262144, spec);
        assert_updated(&result);
        assert_true(result.report.repeats > 10);
    }
}

static void the_same_seed_gives_the_same_session(void **state)
{
    (void)state;
    struct sim_result first = update(50000, "lose=0.001,seed=4");
    struct sim_result again = update(50000, "lose=0.001,seed=4");
    struct sim_result other = update(50000, "lose=0.001,seed=5");
    assert_int_equal(first.at_us, again.at_us);
    assert_int_equal(first.to_module, again.to_module);
    assert_int_not_equal(first.at_us, other.at_us);
}

static void lumps_of_any_size_make_the_same_update(void **state)
{
    static const uint32_t lumps[] = {1, 3, 16, 64, 256, 100000};
    (void)state;
    for (size_t i = 0; i < sizeof lumps / sizeof *lumps; i++) {
        struct sim_world_config config = config_of(20000, NULL);
        config.module.lump_bytes = lumps[i];
        struct sim_result result = update_with(&config);
        assert_updated(&result);
        assert_int_equal(result.report.repeats, 0);
    }
}

static void the_clocks_may_wrap_at_any_moment(void **state)
{
    (void)state;
    struct sim_result plain = update(5000, "lost@2");
    for (uint32_t before = 0; before < 5000; before += 37) {
        struct sim_faults faults = faults_of("lost@2");
        struct sim_world_config config = config_of(5000, &faults);
        config.epoch_ms = UINT32_MAX - before;
        struct sim_result result = update_with(&config);
        assert_updated(&result);
        assert_int_equal(result.at_us, plain.at_us);
    }
}

static void somebody_switches_the_module_by_hand(void **state)
{
    (void)state;
    struct sim_world_config config = config_of(20000, NULL);
    config.power = SIM_POWER_HAND;
    struct sim_world world;
    start(&world, &config);
    struct sim_result result = finish(&world);
    assert_updated(&result);
    /* The application runs: a second update needs the hand again. */
    sim_world_start_host(&world, &config.host);
    result = finish(&world);
    assert_updated(&result);
    assert_int_equal(result.starts, 2);
    sim_world_free(&world);
}

static void the_host_is_killed_at_any_time_and_starts_anew(void **state)
{
    (void)state;
    for (uint64_t at_us = 0; at_us < 2200000; at_us += 61000) {
        struct sim_world_config config = config_of(20000, NULL);
        config.power = SIM_POWER_HAND;
        struct sim_world world;
        start(&world, &config);
        sim_world_run(&world, at_us);
        sim_world_stop_host(&world);
        sim_world_pass(&world, at_us + 200000);
        sim_world_start_host(&world, &config.host);
        struct sim_result result = finish(&world);
        assert_updated(&result);
        sim_world_free(&world);
    }
}

static void a_module_left_on_has_a_window_of_100_ms(void **state)
{
    struct sim_world world;
    (void)state;
    /* With valid firmware and nobody to switch it: it starts, and is never heard of again. */
    struct sim_world_config config = config_of(20000, NULL);
    config.power = SIM_POWER_ON;
    assert_true(sim_world_init(&world, &config));
    sim_world_install(&world, image, 20000);
    sim_world_stop_host(&world);
    sim_module_power(&world.module, false, 0);
    sim_module_power(&world.module, true, 0);
    sim_world_pass(&world, 100000 + SIM_BOOT_MS * 1000 - 1);
    assert_int_equal(world.module.mode, SIM_MODULE_BOOTING);
    sim_world_start_host(&world, &config.host);
    assert_true(sim_world_run(&world, LONG_US));
    struct sim_result result = sim_world_result(&world);
    assert_int_equal(result.report.error, GSMFLASH_ERROR_NO_SYNC);
    assert_int_equal(result.report.firmware, GSMFLASH_FIRMWARE_UNTOUCHED);
    assert_true(result.firmware_valid);
    sim_world_free(&world);
}

/* What the host has noted down for a restart. */
static struct gsmflash_mark journal[JOURNAL_ITEMS];
static size_t journal_items;

static void note_down(void *context, const struct gsmflash_report *report)
{
    (void)context;
    assert_true(journal_items < JOURNAL_ITEMS);
    journal[journal_items++] = (struct gsmflash_mark){
        .number = report->number,
        .offset = report->offset,
        .block_bytes = report->block_bytes,
        .unit = report->unit,
    };
}

static void a_download_is_resumed_where_it_stood(void **state)
{
    static const char *const specs[] = {"", "count-bytes", "lost@3,status@6=1",
                                        "broken@1,broken@4"};
    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        for (uint64_t at_us = 300000; at_us < 1800000; at_us += 100000) {
            struct sim_faults faults = faults_of(specs[i]);
            struct sim_world_config config = config_of(20000, &faults);
            config.power = SIM_POWER_ON;
            config.host.journal = note_down;
            journal_items = 0;
            struct sim_world world;
            assert_true(sim_world_init(&world, &config));
            sim_world_run(&world, at_us);
            uint32_t offset = world.host.report.offset;
            uint64_t sent = world.to_module->sent;
            assert_int_equal(world.host.report.phase, GSMFLASH_PHASE_DATA);
            sim_world_stop_host(&world);
            sim_world_pass(&world, at_us + 150000);
            assert_true(journal_items > 0);
            struct gsmflash_host_config again = config.host;
            struct gsmflash_mark mark = journal[journal_items - 1];
            again.resume = &mark;
            sim_world_start_host(&world, &again);
            struct sim_result result = finish(&world);
            assert_updated(&result);
            /* Only what was missing, its frames' overhead, and some sync words. */
            assert_in_range(result.to_module - sent, 20000 - offset - 1012, 20000 - offset + 2500);
            sim_world_free(&world);
        }
    }
}

static void type(struct sim_world *world, const char *text, const char *expected)
{
    struct sim_port *port = &world->module.ports[0];
    uint8_t got[300];
    size_t used = 0, size;
    const uint8_t *data;
    assert_true(sim_line_write(&port->in, (const uint8_t *)text, strlen(text), world->now_us));
    world->now_us += SECOND_US;
    sim_module_run(&world->module, world->now_us);
    while ((size = sim_line_take(&port->out, world->now_us, &data)) > 0) {
        memcpy(got + used, data, size);
        used += size;
    }
    got[used] = '\0';
    assert_string_equal((const char *)got, expected);
}

static void the_application_names_its_revision(void **state)
{
    (void)state;
    struct sim_world_config config = config_of(20000, NULL);
    struct sim_world world;
    start(&world, &config);
    struct sim_result result = finish(&world);
    assert_updated(&result);
    assert_told("application started: Revision: WORLD-2");
    type(&world, "AT+GMR\r", "AT+GMR\r\r\nRevision: WORLD-2\r\n\r\nOK\r\n");
    sim_world_free(&world);
}

static void with_invalid_firmware_it_stays_silent(void **state)
{
    (void)state;
    struct sim_faults faults = faults_of("dead@7");
    struct sim_world_config config = config_of(20000, &faults);
    struct sim_world world;
    start(&world, &config);
    finish(&world);
    world.module.loader.dead = false;
    sim_module_power(&world.module, false, world.now_us);
    sim_module_power(&world.module, true, world.now_us);
    type(&world, "AT\r", "");
    type(&world, "ATI\r", "");
    sim_world_free(&world);
}

static void an_update_without_run_stays_in_command_mode(void **state)
{
    (void)state;
    struct sim_world_config config = config_of(20000, NULL);
    config.host.no_run = true;
    struct sim_world world;
    start(&world, &config);
    struct sim_result result = finish(&world);
    assert_int_equal(result.report.error, GSMFLASH_OK);
    assert_true(result.image_whole);
    assert_false(result.running);
    assert_int_equal(world.module.loader.core.state, GSMFLASH_MODULE_COMMAND);
    sim_world_free(&world);
}

static void an_mtu_that_carries_no_block(void **state)
{
    (void)state;
    struct sim_result result = update(20000, "mtu=12");
    assert_int_equal(result.report.error, GSMFLASH_ERROR_MTU);
    assert_int_equal(result.report.firmware, GSMFLASH_FIRMWARE_INVALID);
    result = update(200, "mtu=13");
    assert_updated(&result);
}

static void an_image_larger_than_the_flash(void **state)
{
    (void)state;
    struct sim_world_config config = config_of(20000, NULL);
    config.flash.firmware_bytes = 16384;
    struct sim_result result = update_with(&config);
    assert_int_not_equal(result.report.error, GSMFLASH_OK);
    assert_int_equal(result.report.firmware, GSMFLASH_FIRMWARE_INVALID);
    assert_false(result.firmware_valid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_size_with_any_mtu),
        cmocka_unit_test(the_time_is_what_the_bytes_take_on_the_wire),
        cmocka_unit_test(a_module_that_counts_bytes),
        cmocka_unit_test(a_module_that_answers_each_packet_twice),
        cmocka_unit_test(one_answer_is_lost),
        cmocka_unit_test(the_answer_to_sync_word2_is_lost),
        cmocka_unit_test(one_answer_is_late_by_4_s),
        cmocka_unit_test(one_answer_is_broken),
        cmocka_unit_test(status_1_at_a_packet),
        cmocka_unit_test(status_4_at_a_packet),
        cmocka_unit_test(status_2_at_a_packet_leads_to_a_restart),
        cmocka_unit_test(status_2_again_and_again_is_given_up),
        cmocka_unit_test(the_products_check_refuses),
        cmocka_unit_test(the_products_check_is_asked),
        cmocka_unit_test(nobody_answers_and_the_module_is_untouched),
        cmocka_unit_test(the_module_dies_in_the_middle),
        cmocka_unit_test(the_module_hangs_until_it_is_switched_off),
        cmocka_unit_test(the_module_loses_its_supply),
        cmocka_unit_test(run_is_not_answered),
        cmocka_unit_test(the_flash_errs_once),
        cmocka_unit_test(the_flash_has_a_stuck_bit),
        cmocka_unit_test(a_flash_that_takes_its_time),
        cmocka_unit_test(a_flash_that_takes_longer_than_the_host_waits),
        cmocka_unit_test(a_noisy_line),
        cmocka_unit_test(the_same_seed_gives_the_same_session),
        cmocka_unit_test(lumps_of_any_size_make_the_same_update),
        cmocka_unit_test(the_clocks_may_wrap_at_any_moment),
        cmocka_unit_test(somebody_switches_the_module_by_hand),
        cmocka_unit_test(the_host_is_killed_at_any_time_and_starts_anew),
        cmocka_unit_test(a_module_left_on_has_a_window_of_100_ms),
        cmocka_unit_test(a_download_is_resumed_where_it_stood),
        cmocka_unit_test(the_application_names_its_revision),
        cmocka_unit_test(with_invalid_firmware_it_stays_silent),
        cmocka_unit_test(an_update_without_run_stays_in_command_mode),
        cmocka_unit_test(an_mtu_that_carries_no_block),
        cmocka_unit_test(an_image_larger_than_the_flash),
    };
    return cmocka_run_group_tests(tests, make_image, free_image);
}
