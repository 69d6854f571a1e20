/* SPDX-License-Identifier: MIT */
#include "sim/world.h"

#include <stdlib.h>
#include <string.h>

#include "sim/crc32.h"
#include "sim/record.h"

#define TRANSMISSION_BYTES (UINT16_MAX + GSMFLASH_OVERHEAD_BYTES)

static uint32_t host_ms(const struct sim_world *world)
{
    return (uint32_t)(world->now_us / 1000) + world->config.epoch_ms;
}

static void tell(const struct sim_world *world, enum sim_event_kind kind, uint32_t value,
                 const char *text)
{
    sim_tell(
        &world->config.log,
        &(struct sim_event){.kind = kind, .at_us = world->now_us, .value = value, .text = text});
}

static struct sim_module_config module_config(struct sim_world *world)
{
    struct sim_module_config module = world->config.module;
    module.flash = &world->flash;
    module.log = world->config.log;
    module.hand = world->config.power == SIM_POWER_HAND;
    module.epoch_ms = world->config.epoch_ms;
    return module;
}

static struct sim_flash_config flash_config(const struct sim_world_config *config)
{
    struct sim_flash_config flash = config->flash;
    if (flash.firmware_bytes == 0) {
        uint32_t block = flash.block_bytes != 0 ? flash.block_bytes : SIM_FLASH_BLOCK_BYTES;
        flash.firmware_bytes = (config->host.image_bytes + block - 1) / block * block;
    }
    return flash;
}

static void connect(struct sim_world *world)
{
    struct sim_port *port = &world->module.ports[0];
    world->to_module = &port->in;
    world->to_host = &port->out;
    if (world->config.bridged) {
        struct sim_bridge_config bridge = world->config.bridge;
        bridge.core.power = world->config.power == SIM_POWER_HOST;
        bridge.epoch_ms = world->config.epoch_ms;
        sim_bridge_reset(&world->bridge, &bridge, &world->module, port, 0);
        world->to_module = &world->bridge.in;
        world->to_host = &world->bridge.out;
    }
}

void sim_world_start_host(struct sim_world *world, const struct gsmflash_host_config *config)
{
    world->host_config = *config;
    world->host_config.power = world->config.power == SIM_POWER_HOST && !world->config.bridged;
    if (config->byte_time_us == 0) {
        world->host_config.byte_time_us =
            (uint16_t)sim_line_time_us(world->to_module->config.baud, 1);
    }
    gsmflash_host_start(&world->host, &world->host_config, host_ms(world));
    world->host_due_us = world->now_us;
    world->finished_us = SIM_NEVER;
    world->told = (struct gsmflash_report){.attempt = 1};
    world->gathered = 0;
}

void sim_world_stop_host(struct sim_world *world)
{
    world->host_due_us = SIM_NEVER;
    sim_line_cut(world->to_module, world->now_us);
}

static void begin(struct sim_world *world)
{
    world->now_us = 0;
    world->received = 0;
    connect(world);
    if (world->config.power == SIM_POWER_ON) {
        sim_module_power(&world->module, true, 0);
    }
    sim_world_start_host(world, &world->config.host);
}

void sim_world_reset(struct sim_world *world, const struct sim_world_config *config)
{
    world->config = *config;
    struct sim_flash_config flash = flash_config(config);
    sim_flash_init(&world->flash, &flash, world->flash.memory);
    struct sim_module_config module = module_config(world);
    sim_module_reset(&world->module, &module);
    begin(world);
}

bool sim_world_init(struct sim_world *world, const struct sim_world_config *config)
{
    *world = (struct sim_world){.config = *config};
    struct sim_flash_config flash = flash_config(config);
    world->flash_memory_bytes = sim_flash_bytes(&flash);
    uint8_t *memory = malloc(world->flash_memory_bytes);
    if (memory == NULL) {
        return false;
    }
    memset(memory, 0xFF, world->flash_memory_bytes);
    sim_flash_init(&world->flash, &flash, memory);
    struct sim_module_config module = module_config(world);
    if (config->log.tell != NULL) {
        world->transmission = malloc(TRANSMISSION_BYTES);
    }
    if (!sim_module_init(&world->module, &module) ||
        (config->log.tell != NULL && world->transmission == NULL)) {
        sim_world_free(world);
        return false;
    }
    begin(world);
    return true;
}

void sim_world_free(struct sim_world *world)
{
    sim_module_free(&world->module);
    sim_bridge_free(&world->bridge);
    free(world->flash.memory);
    free(world->transmission);
    *world = (struct sim_world){0};
}

void sim_world_install(struct sim_world *world, const uint8_t *firmware, uint32_t size)
{
    struct sim_flash_op op;
    memset(world->flash.memory, 0xFF, world->flash_memory_bytes);
    memcpy(world->flash.memory, firmware, size);
    sim_record_write(&world->flash, size, sim_crc32(firmware, size), &op);
    memcpy(world->flash.memory + op.offset, op.own, op.size);
}

static const char *cause_text(const struct gsmflash_report *report)
{
    switch (report->cause) {
    case GSMFLASH_CAUSE_SILENCE:
        return "no answer";
    case GSMFLASH_CAUSE_DAMAGED:
        return "a damaged answer";
    default:
        return gsmflash_status_text(report->module_status);
    }
}

/* Tells what the host's last step has changed in its report. */
static void tell_changes(struct sim_world *world)
{
    const struct gsmflash_report *now = &world->host.report;
    struct gsmflash_report *told = &world->told;

    if (world->config.log.tell == NULL) {
        return;
    }
    if (now->repeats != told->repeats) {
        tell(world, SIM_EVENT_REPEAT, now->repeats, cause_text(now));
    }
    if (now->attempt != told->attempt && now->attempt > 1) {
        tell(world, SIM_EVENT_ATTEMPT, now->attempt,
             gsmflash_error_text((enum gsmflash_error)now->error));
    }
    if (now->phase != told->phase) {
        tell(world, SIM_EVENT_PHASE, now->phase, NULL);
    }
    *told = *now;
}

static void host_sends(struct sim_world *world, const uint8_t *data, size_t size)
{
    sim_line_write(world->to_module, data, size, world->now_us);
    if (world->transmission != NULL && world->gathered + size <= TRANSMISSION_BYTES) {
        memcpy(world->transmission + world->gathered, data, size);
        world->gathered += size;
    }
}

static void tell_transmission(struct sim_world *world)
{
    if (world->gathered > 0) {
        sim_tell(&world->config.log, &(struct sim_event){.kind = SIM_EVENT_HOST_SENDS,
                                                         .at_us = world->now_us,
                                                         .data = world->transmission,
                                                         .size = world->gathered});
        world->gathered = 0;
    }
}

static void host_finishes(struct sim_world *world)
{
    world->host_due_us = SIM_NEVER;
    world->finished_us = world->now_us;
    tell(world, SIM_EVENT_FINISHED, world->host.report.error, NULL);
}

static void ask_host(struct sim_world *world)
{
    while (world->host_due_us <= world->now_us) {
        struct gsmflash_host_step step = gsmflash_host_next(&world->host, host_ms(world));
        if (step.kind != GSMFLASH_HOST_SEND) {
            tell_transmission(world);
        }
        tell_changes(world);
        switch (step.kind) {
        case GSMFLASH_HOST_SEND:
            host_sends(world, step.send.data, step.send.size);
            break;
        case GSMFLASH_HOST_POWER:
            sim_module_run(&world->module, world->now_us);
            sim_module_power(&world->module, step.power_on, world->now_us);
            break;
        case GSMFLASH_HOST_WAIT:
            world->host_due_us = (world->now_us / 1000 + step.wait_ms) * 1000;
            break;
        case GSMFLASH_HOST_FINISHED:
            host_finishes(world);
            break;
        }
    }
}

static bool host_lives(const struct sim_world *world)
{
    return world->host_due_us != SIM_NEVER;
}

static void host_receives(struct sim_world *world)
{
    const uint8_t *data;
    size_t size = sim_line_take(world->to_host, world->now_us, &data);

    if (size > 0 && host_lives(world)) {
        world->received += size;
        gsmflash_host_receive(&world->host, data, size, host_ms(world));
        world->host_due_us = world->now_us;
    }
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t sim_world_next_us(const struct sim_world *world)
{
    uint64_t next_us = earlier(world->host_due_us, sim_module_next_us(&world->module));
    if (world->config.bridged) {
        next_us = earlier(next_us, sim_bridge_next_us(&world->bridge));
    }
    return earlier(next_us, sim_line_next_us(world->to_host));
}

static void step(struct sim_world *world, uint64_t next_us)
{
    /* An event that was due in the past (a line written to by hand) is due now. */
    if (next_us > world->now_us) {
        world->now_us = next_us;
    }
    sim_module_run(&world->module, world->now_us);
    if (world->config.bridged) {
        sim_bridge_run(&world->bridge, world->now_us);
    }
    host_receives(world);
    ask_host(world);
}

bool sim_world_run(struct sim_world *world, uint64_t until_us)
{
    while (world->finished_us == SIM_NEVER && sim_world_next_us(world) <= until_us) {
        step(world, sim_world_next_us(world));
    }
    return world->finished_us != SIM_NEVER;
}

void sim_world_pass(struct sim_world *world, uint64_t until_us)
{
    while (sim_world_next_us(world) <= until_us) {
        step(world, sim_world_next_us(world));
    }
    world->now_us = until_us > world->now_us ? until_us : world->now_us;
}

struct sim_result sim_world_result(const struct sim_world *world)
{
    uint32_t size = 0;
    bool finished = world->finished_us != SIM_NEVER;
    const struct gsmflash_host_config *host = &world->config.host;
    struct sim_result result = {
        .report = world->host.report,
        .at_us = finished ? world->finished_us : world->now_us,
        .to_module = world->to_module->sent,
        .to_host = world->received,
        .finished = finished,
        .firmware_valid = sim_record_valid(&world->flash, &size),
        .running = world->module.mode == SIM_MODULE_APPLICATION ||
                   world->module.mode == SIM_MODULE_BOOTING,
        .starts = world->module.starts,
        .bad_starts = world->module.bad_starts,
        .misuses = world->flash.misuses,
    };
    result.image_whole = result.firmware_valid && host->image != NULL &&
                         size == host->image_bytes &&
                         memcmp(world->flash.memory, host->image, size) == 0;
    return result;
}
