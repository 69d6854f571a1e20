/* SPDX-License-Identifier: MIT */
/* Section 1 of the protocol: transparent mode, an update through an MCU that relays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/world.h"

#define BAUD        115200u
#define SECOND_US   UINT64_C(1000000)
#define LONG_US     (24 * 3600 * SECOND_US)
#define IMAGE_BYTES 50000u

static uint8_t image[IMAGE_BYTES];

static int make_image(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < sizeof image; i++) {
        image[i] = (uint8_t)(i * 2654435761u >> 11);
    }
    return 0;
}

static struct sim_world_config config_of(struct sim_faults *faults)
{
    return (struct sim_world_config){
        .host = {.image = image, .image_bytes = sizeof image},
        .module = {.baud = BAUD, .faults = faults, .lump_bytes = 1},
        .bridged = true,
        .bridge = {.up = {.baud = BAUD, .lump_bytes = 1}},
    };
}

static struct sim_result finish(struct sim_world *world)
{
    assert_true(sim_world_run(world, LONG_US));
    sim_world_pass(world, world->now_us + 15 * SECOND_US);
    struct sim_result result = sim_world_result(world);
    assert_int_equal(result.bad_starts, 0);
    return result;
}

static void assert_updated(const struct sim_world *world, const struct sim_result *result)
{
    assert_int_equal(result->report.error, GSMFLASH_OK);
    assert_true(result->image_whole);
    assert_true(result->running);
    assert_false(gsmflash_bridge_active(&world->bridge.core));
    assert_int_equal(world->bridge.core.count[GSMFLASH_UPSTREAM].overrun, 0);
    assert_int_equal(world->bridge.core.count[GSMFLASH_DOWNSTREAM].overrun, 0);
}

static void section_1_transparent_mode_updates_and_goes_back_to_normal_life(void **state)
{
    (void)state;
    struct sim_world_config config = config_of(NULL);
    struct sim_world world;
    assert_true(sim_world_init(&world, &config));
    struct sim_result result = finish(&world);
    assert_updated(&world, &result);
    assert_int_equal(result.report.repeats, 0);
    assert_int_equal(world.bridge.sessions, 1);
    assert_int_equal(world.bridge.reason, GSMFLASH_BRIDGE_STARTED);
    assert_int_equal(world.bridge.download, GSMFLASH_BRIDGE_COMPLETE);
    sim_world_free(&world);
}

static void section_1_a_second_update_needs_no_restart(void **state)
{
    (void)state;
    struct sim_world_config config = config_of(NULL);
    struct sim_world world;
    assert_true(sim_world_init(&world, &config));
    finish(&world);
    sim_world_start_host(&world, &config.host);
    struct sim_result result = finish(&world);
    assert_updated(&world, &result);
    assert_int_equal(world.bridge.sessions, 2);
    assert_int_equal(result.starts, 2);
    sim_world_free(&world);
}

static void section_1_it_takes_hardly_longer_than_without_the_bridge(void **state)
{
    (void)state;
    struct sim_world_config config = config_of(NULL);
    struct sim_world world;
    assert_true(sim_world_init(&world, &config));
    struct sim_result bridged = finish(&world);
    sim_world_free(&world);
    config.bridged = false;
    assert_true(sim_world_init(&world, &config));
    struct sim_result direct = finish(&world);
    sim_world_free(&world);
    assert_int_equal(direct.report.error, GSMFLASH_OK);
    /* The two do not switch the module off for quite the same time. */
    assert_in_range(bridged.at_us, direct.at_us * 90 / 100, direct.at_us * 115 / 100);
}

static void section_1_without_run_the_bridge_leaves_after_a_silence(void **state)
{
    (void)state;
    struct sim_world_config config = config_of(NULL);
    config.host.no_run = true;
    struct sim_world world;
    assert_true(sim_world_init(&world, &config));
    struct sim_result result = finish(&world);
    assert_int_equal(result.report.error, GSMFLASH_OK);
    assert_true(result.image_whole);
    assert_int_equal(world.bridge.reason, GSMFLASH_BRIDGE_ENDED);
    assert_int_equal(world.bridge.download, GSMFLASH_BRIDGE_COMPLETE);
    sim_world_free(&world);
}

static void
section_1_a_host_that_is_killed_leaves_an_invalid_module_and_the_bridge_knows(void **state)
{
    (void)state;
    struct sim_world_config config = config_of(NULL);
    struct sim_world world;
    assert_true(sim_world_init(&world, &config));
    sim_world_run(&world, 3 * SECOND_US);
    assert_int_equal(world.host.report.phase, GSMFLASH_PHASE_DATA);
    sim_world_stop_host(&world);
    sim_world_pass(&world, 20 * SECOND_US);
    assert_false(gsmflash_bridge_active(&world.bridge.core));
    assert_int_equal(world.bridge.reason, GSMFLASH_BRIDGE_SILENCE);
    assert_int_equal(world.bridge.download, GSMFLASH_BRIDGE_OPEN);
    struct sim_result result = sim_world_result(&world);
    assert_false(result.firmware_valid);
    sim_world_start_host(&world, &config.host);
    result = finish(&world);
    assert_updated(&world, &result);
    sim_world_free(&world);
}

static void section_1_what_goes_wrong_behind_the_bridge_is_mended_through_it(void **state)
{
    static const char *const specs[] = {"lost@7",   "broken@7", "status@7=1", "status@7=2",
                                        "silent@7", "power@7",  "twice",      "lose=0.0005"};
    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct sim_faults faults = {0};
        assert_null(sim_faults_add(&faults, specs[i]));
        struct sim_world_config config = config_of(&faults);
        struct sim_world world;
        assert_true(sim_world_init(&world, &config));
        struct sim_result result = finish(&world);
        if (result.report.error != GSMFLASH_OK) {
            fail_msg("%s: %s", specs[i],
                     gsmflash_error_text((enum gsmflash_error)result.report.error));
        }
        assert_updated(&world, &result);
        sim_world_free(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(section_1_transparent_mode_updates_and_goes_back_to_normal_life),
        cmocka_unit_test(section_1_a_second_update_needs_no_restart),
        cmocka_unit_test(section_1_it_takes_hardly_longer_than_without_the_bridge),
        cmocka_unit_test(section_1_without_run_the_bridge_leaves_after_a_silence),
        cmocka_unit_test(
            section_1_a_host_that_is_killed_leaves_an_invalid_module_and_the_bridge_knows),
        cmocka_unit_test(section_1_what_goes_wrong_behind_the_bridge_is_mended_through_it),
    };
    return cmocka_run_group_tests(tests, make_image, NULL);
}
