/* SPDX-License-Identifier: MIT */
/* The module's side of the world: its supply, its boot loader, its flash, its application. */
#include <string.h>

#include "gsmflash/frame.h"
#include "sim/record.h"
#include "trace.h"
#include "world.h"

#define HAND_OFF_MS  5u
#define FLASH_DIP_MS 30u
#define LATE_US      (3200u * 1000u)

static unsigned wire_out(const struct world *world)
{
    return world->setup.way == WAY_BRIDGED ? MODULE_TO_MCU : TO_HOST;
}

static void go_off(struct world *world)
{
    if (world->op_due_us != WIRE_NEVER_US) {
        sim_flash_tear(&world->flash, &world->op, world->events);
        world->op_due_us = WIRE_NEVER_US;
    }
    wire_cut(&world->wires[wire_out(world)], world->now_us);
    /* Nothing that was in memory may matter after this. */
    memset(&world->module, 0xA5, sizeof world->module);
    memset(world->module_buffer, 0xA5, sizeof world->module_buffer);
    world->mode = MODULE_OFF;
    world->module_due_us = WIRE_NEVER_US;
    world->restore_us = WIRE_NEVER_US;
    world->heard_count = 0;
}

static void go_on(struct world *world)
{
    uint32_t size;

    world->restore_us = WIRE_NEVER_US;
    world->mode = MODULE_LOADER;
    gsmflash_module_start(&world->module, &world->module_config,
                          sim_record_valid(&world->flash, &size), world_ms(world));
    world->module_due_us = world->now_us;
    module_pump(world);
}

void module_lose_supply(struct world *world, uint32_t for_ms)
{
    bool was_on = world->mode != MODULE_OFF || world->restore_us != WIRE_NEVER_US;

    go_off(world);
    if (was_on && for_ms != 0) {
        world->restore_us = world->now_us + for_ms * UINT64_C(1000);
    }
}

void module_restore(struct world *world)
{
    trace_note(world, "the module's supply comes back");
    go_on(world);
}

void module_switch(struct world *world, bool on)
{
    const struct fault *fault = world_event(world, EVENT_POWER);

    trace_note(world, "the module is switched %s", on ? "on" : "off");
    if (fault == NULL || fault->kind != FAULT_JAM) {
        if (!on) {
            go_off(world);
        } else if (world->mode == MODULE_OFF) {
            go_on(world);
        }
    }
    if (fault != NULL) {
        world_strike_supply(world, fault);
    }
}

static bool firmware_whole(const struct world *world, const uint8_t *image, uint32_t size)
{
    uint32_t valid_size;

    return sim_record_valid(&world->flash, &valid_size) && valid_size == size &&
           memcmp(world->memory, image, size) == 0;
}

static void start_application(struct world *world)
{
    uint32_t old_size = 0;
    struct sim_flash factory = world->flash;

    factory.memory = world->factory;
    sim_record_valid(&factory, &old_size);
    world->mode = MODULE_APPLICATION;
    world->module_due_us = WIRE_NEVER_US;
    world->new_ran = firmware_whole(world, world->image, world->setup.image_bytes);
    trace_note(world, "the module starts its application: %s",
               world->new_ran ? "the new one" : "not the new one");
    if (!world->new_ran && !firmware_whole(world, world->factory, old_size) &&
        (world->taint == TAINT_NONE || world->setup.check)) {
        world_break(world, "a module is never started on a wrong image");
    }
}

/* A CRC16 apart from core/. */
static uint16_t crc_bit_by_bit(const uint8_t *data, size_t size)
{
    unsigned crc = 0;

    for (size_t i = 0; i < size * 8; i++) {
        unsigned bit = data[i / 8] >> (7 - i % 8) & 1u;
        crc = (crc << 1 & 0xFFFFu) ^ (bit != crc >> 15 ? 0x1021u : 0u);
    }
    return (uint16_t)crc;
}

static bool in_image(const struct world *world, const uint8_t *bytes, size_t size)
{
    for (size_t at = 0; at + size <= world->setup.image_bytes; at++) {
        if (memcmp(world->image + at, bytes, size) == 0) {
            return true;
        }
    }
    return false;
}

/* The module took a block that is not the image's: why? */
static void taint(struct world *world, uint32_t block)
{
    uint8_t frame[256] = {0};
    uint32_t size = block + GSMFLASH_DATA_OVERHEAD;

    for (uint32_t i = 0; i < size; i++) {
        frame[i] = world->heard[(world->heard_count - size + i) % HEARD_BYTES];
    }
    if (world->heard_count < size || frame[0] != GSMFLASH_FRAME_HEAD ||
        crc_bit_by_bit(frame + 1, size - 1) != 0) {
        world_break(world, "no block is written that did not come in a good frame");
        return;
    }
    world->taint = in_image(world, frame, size) ? TAINT_HOLE : TAINT_COLLISION;
    world->taint_seen = world->taint;
    trace_note(world, "a wrong block is taken: %s",
               world->taint == TAINT_HOLE ? "its frame stands in the image"
                                          : "its CRC16 matches by chance");
}

static void check_job(struct world *world)
{
    const struct gsmflash_module_step *step = &world->job.step;

    if (!world->begun) {
        world_break(world, "a module is left alone until BEGIN is sent");
    }
    if (step->kind == GSMFLASH_MODULE_WRITE && world->taint == TAINT_NONE &&
        (step->write.offset + step->write.size > world->setup.image_bytes ||
         memcmp(step->write.data, world->image + step->write.offset, step->write.size) != 0)) {
        taint(world, step->write.size);
    } else if (step->kind == GSMFLASH_MODULE_VALIDATE && world->taint == TAINT_NONE &&
               step->write.size != world->setup.image_bytes) {
        world_break(world, "no bytes of an image are taken for END");
    }
}

static void end_job(struct world *world, enum gsmflash_status status)
{
    gsmflash_module_done(&world->module, status);
    world->module_due_us = world->now_us;
}

/* Begins the job's next erase or program, or ends the job. */
static void next_op(struct world *world)
{
    if (sim_job_next(&world->job, &world->flash, &world->op)) {
        world->op_due_us = world->now_us + sim_flash_busy_us(&world->flash, &world->op);
    } else {
        end_job(world, sim_job_check(&world->job, &world->flash));
    }
}

static bool refused(const struct world *world)
{
    return world->setup.check && world->job.step.kind == GSMFLASH_MODULE_VALIDATE &&
           (world->job.step.write.size != world->setup.image_bytes ||
            memcmp(world->memory, world->image, world->setup.image_bytes) != 0);
}

static void take_job(struct world *world, const struct gsmflash_module_step *step)
{
    world->module_due_us = WIRE_NEVER_US;
    if (step->kind == GSMFLASH_MODULE_INVALIDATE) {
        world->taint = TAINT_NONE;
    }
    sim_job_start(&world->job, &world->flash, step);
    check_job(world);
    if (refused(world)) {
        end_job(world, GSMFLASH_PACKAGE_ERROR);
    } else {
        next_op(world);
    }
}

static enum sim_flash_result do_op(struct world *world, const struct fault *fault)
{
    static const enum sim_flash_fault_kind kinds[FAULT_KINDS] = {
        [FAULT_BEFORE] = SIM_FLASH_FAULT_BEFORE, [FAULT_TORN] = SIM_FLASH_FAULT_TORN,
        [FAULT_AFTER] = SIM_FLASH_FAULT_AFTER,   [FAULT_FAIL] = SIM_FLASH_FAULT_FAIL,
        [FAULT_IGNORE] = SIM_FLASH_FAULT_IGNORE, [FAULT_STUCK] = SIM_FLASH_FAULT_STUCK,
    };
    struct sim_flash_fault flash_fault;

    world->flash.fault_count = 0;
    if (fault != NULL) {
        flash_fault = (struct sim_flash_fault){kinds[fault->kind], world->flash.events,
                                               fault->kind == FAULT_STUCK ? fault->value * 37u
                                                                          : fault->value};
        world->flash.faults = &flash_fault;
        world->flash.fault_count = 1;
    }
    enum sim_flash_result result = sim_flash_do(&world->flash, &world->op);
    world->flash.faults = NULL;
    world->flash.fault_count = 0;
    return result;
}

void module_finish_op(struct world *world)
{
    const struct fault *fault = world_event(world, EVENT_FLASH);

    if (fault != NULL && world_strike_supply(world, fault)) {
        if (world->op_due_us == WIRE_NEVER_US) {
            return;
        }
        fault = NULL;
    }
    world->op_due_us = WIRE_NEVER_US;
    trace_note(world, "%s %u bytes at %u", world->op.erase ? "erased" : "programmed",
               (unsigned)world->op.size, (unsigned)world->op.offset);
    switch (do_op(world, fault)) {
    case SIM_FLASH_OK:
        sim_job_advance(&world->job, &world->op);
        next_op(world);
        break;
    case SIM_FLASH_POWER_LOST:
        module_lose_supply(world, FLASH_DIP_MS);
        break;
    default:
        end_job(world, GSMFLASH_FLASH_ERROR);
        break;
    }
    module_pump(world);
}

static void send(struct world *world, const uint8_t *data, size_t size)
{
    struct wire *wire = &world->wires[wire_out(world)];
    const struct fault *fault = size > 1 ? world_event(world, EVENT_ANSWER) : NULL;
    uint64_t now_us = world->now_us;

    if (fault != NULL) {
        if (world_strike_supply(world, fault) && world->mode == MODULE_OFF) {
            return;
        }
        if (fault->kind == FAULT_GONE) {
            return;
        }
        if (fault->kind == FAULT_LATE) {
            now_us += LATE_US;
        }
        if (fault->kind == FAULT_TWICE) {
            wire_send(wire, data, size, now_us);
        }
    }
    wire_send(wire, data, size, now_us);
}

void module_pump(struct world *world)
{
    while (world->module_due_us <= world->now_us && world->broken == NULL) {
        struct gsmflash_module_step step = gsmflash_module_next(&world->module, world_ms(world));
        switch (step.kind) {
        case GSMFLASH_MODULE_WAIT:
            world->module_due_us = step.wait_ms == UINT32_MAX
                                       ? WIRE_NEVER_US
                                       : (world->now_us / 1000 + step.wait_ms) * 1000;
            break;
        case GSMFLASH_MODULE_SEND:
            send(world, step.send.data, step.send.size);
            break;
        case GSMFLASH_MODULE_START:
            start_application(world);
            break;
        default:
            take_job(world, &step);
            break;
        }
    }
}

/* Somebody may stand at the switch. */
static void watch(struct world *world, uint8_t byte)
{
    bool there = world->setup.way == WAY_HAND ||
                 (world->setup.way == WAY_NOBODY && world->hand_switches == 0);

    if (there && sim_hand_sees(&world->hand, &byte, 1, world->now_us)) {
        world->hand_switches++;
        module_switch(world, false);
        world->restore_us = world->now_us + HAND_OFF_MS * UINT64_C(1000);
    }
}

void module_take(struct world *world, uint8_t byte)
{
    if (world->mode == MODULE_LOADER) {
        world->heard[world->heard_count++ % HEARD_BYTES] = byte;
        gsmflash_module_receive(&world->module, &byte, 1, world_ms(world));
        if (world->op_due_us == WIRE_NEVER_US) {
            world->module_due_us = world->now_us;
            module_pump(world);
        }
    } else if (world->mode == MODULE_APPLICATION) {
        /* It echoes what is typed at it. */
        wire_send(&world->wires[wire_out(world)], &byte, 1, world->now_us);
    }
    watch(world, byte);
}
