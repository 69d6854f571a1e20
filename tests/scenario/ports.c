/* SPDX-License-Identifier: MIT */
/* Section 1 of the protocol: the module listens on its Main, Debug and AUX UART alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/module.h"
#include "sim/record.h"

/* A module with three ports, valid firmware and an infinitely fast line. */
struct rig {
    struct sim_flash flash;
    struct sim_module module;
    uint64_t now_us;
};

static struct rig *rig_new(void)
{
    static const struct sim_flash_config shape = {.firmware_bytes = 4096};
    struct rig *rig = calloc(1, sizeof *rig);
    uint8_t *memory = malloc(sim_flash_bytes(&shape));
    assert_true(rig != NULL && memory != NULL);
    memset(memory, 0xFF, sim_flash_bytes(&shape));
    sim_flash_init(&rig->flash, &shape, memory);
    const struct sim_module_config config = {.flash = &rig->flash, .ports = 3};
    assert_true(sim_module_init(&rig->module, &config));
    sim_module_power(&rig->module, true, 0);
    return rig;
}

static void rig_free(struct rig *rig)
{
    sim_module_free(&rig->module);
    free(rig->flash.memory);
    free(rig);
}

static void send(struct rig *rig, size_t port, uint8_t byte)
{
    assert_true(sim_line_write(&rig->module.ports[port].in, &byte, 1, rig->now_us));
    sim_module_run(&rig->module, rig->now_us);
}

/* What has come out of a port: one byte, or none (0). */
static uint8_t heard(struct rig *rig, size_t port)
{
    const uint8_t *data;
    size_t size = sim_line_take(&rig->module.ports[port].out, rig->now_us, &data);
    assert_in_range(size, 0, 1);
    return size == 1 ? *data : 0;
}

static void section_1_it_can_be_synced_on_each_of_its_ports(void **state)
{
    (void)state;
    for (size_t port = 0; port < 3; port++) {
        struct rig *rig = rig_new();
        send(rig, port, 0xB5);
        assert_int_equal(heard(rig, port), 0x5B);
        send(rig, port, 0xA9);
        assert_int_equal(heard(rig, port), 0x9A);
        for (size_t other = 0; other < 3; other++) {
            assert_int_equal(heard(rig, other), 0);
        }
        assert_int_equal(rig->module.loader.core.state, GSMFLASH_MODULE_COMMAND);
        rig_free(rig);
    }
}

static void section_1_it_stays_with_the_port_that_synced(void **state)
{
    static const uint8_t end[] = {0xAA, 0x00, 0x05, 0x00, 0x00, 0xBE, 0x35};
    (void)state;
    struct rig *rig = rig_new();
    send(rig, 1, 0xB5);
    assert_int_equal(heard(rig, 1), 0x5B);
    send(rig, 1, 0xA9);
    assert_int_equal(heard(rig, 1), 0x9A);
    struct sim_port *port = &rig->module.ports[2];
    rig->now_us += 10000;
    assert_true(sim_line_write(&port->in, end, sizeof end, rig->now_us));
    sim_module_run(&rig->module, rig->now_us + 1000000);
    rig->now_us += 1000000;
    for (size_t other = 0; other < 3; other += 2) {
        assert_int_equal(heard(rig, other), 0);
    }
    rig_free(rig);
}

static void section_1_until_then_the_last_sync_word_counts(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    send(rig, 0, 0xB5);
    assert_int_equal(heard(rig, 0), 0x5B);
    send(rig, 2, 0xB5);
    assert_int_equal(heard(rig, 2), 0x5B);
    send(rig, 0, 0xA9);
    assert_int_equal(heard(rig, 0), 0);
    send(rig, 2, 0xA9);
    assert_int_equal(heard(rig, 2), 0x9A);
    rig_free(rig);
}

static void section_1_after_power_on_every_port_is_heard_again(void **state)
{
    (void)state;
    struct rig *rig = rig_new();
    send(rig, 1, 0xB5);
    send(rig, 1, 0xA9);
    sim_module_power(&rig->module, false, rig->now_us);
    send(rig, 0, 0xB5);
    assert_int_equal(heard(rig, 0), 0);
    sim_module_power(&rig->module, true, rig->now_us);
    send(rig, 0, 0xB5);
    assert_int_equal(heard(rig, 0), 0x5B);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(section_1_it_can_be_synced_on_each_of_its_ports),
        cmocka_unit_test(section_1_it_stays_with_the_port_that_synced),
        cmocka_unit_test(section_1_until_then_the_last_sync_word_counts),
        cmocka_unit_test(section_1_after_power_on_every_port_is_heard_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
