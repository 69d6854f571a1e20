/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <string.h>

#include "gsmflash/crc16.h"
#include "sim/crc32.h"
#include "sim/random.h"
#include "sim/record.h"
#include "trace.h"

/* The clock wraps a few seconds after a session has begun. */
#define EPOCH_MS        (UINT32_MAX - 4000u)

#define TIME_LIMIT_US   (UINT64_C(1200) * 1000 * 1000)
#define OLD_BYTES       200u
#define PAUSE_US        (150u * 1000u)
#define STALL_US        (3600u * 1000u)
#define DIP_MS          30u
#define CRASH_MS        10u
#define OUTAGE_MS       4000u
#define SLOW_ERASE_US   250000u
#define NOISE_BYTES     7u
#define SYNC_TIMEOUT_MS 1500u
/* Nobody but the host tries again: longer than a stall. */
#define ALONE_SYNC_TIMEOUT_MS 5000u
/* A bridge switches the module after 5 s of unanswered sync words. */
#define BRIDGED_SYNC_TIMEOUT_MS 12000u
/* A host that would resume is silent for a fifth of the time: the switch may have to come thrice.
 */
#define BRIDGED_RESUME_TIMEOUT_MS 30000u

static const struct sim_flash_config flash_config = {
    .firmware_bytes = IMAGE_BYTES_MAX,
    .block_bytes = 64,
    .page_bytes = 32,
    .erase_us = 3000,
    .program_us = 400,
};

uint32_t world_ms(const struct world *world)
{
    return (uint32_t)(world->now_us / 1000) + EPOCH_MS;
}

void world_break(struct world *world, const char *promise)
{
    if (world->broken == NULL) {
        world->broken = promise;
        trace_note(world, "BROKEN: %s", promise);
    }
}

/* Counts an event; returns the fault that is to strike at it, or NULL. */
const struct fault *world_event(struct world *world, enum event_kind kind)
{
    uint32_t number = world->events;

    if (number >= EVENTS_MAX || world->now_us > TIME_LIMIT_US) {
        world_break(world, "every session comes to an end");
        return NULL;
    }
    world->kinds[number] = (uint8_t)kind;
    world->events++;
    if (world->fault_count == 0 || world->faults->event != number) {
        return NULL;
    }
    const struct fault *fault = world->faults++;
    world->fault_count--;
    if (fault->value >=
        fault_values((enum fault_kind)fault->kind, kind, world->setup.way == WAY_BRIDGED)) {
        trace_note(world, "no %s here", fault_name((enum fault_kind)fault->kind));
        return NULL;
    }
    trace_fault(world, fault);
    return fault;
}

static void stop_host(struct world *world, uint32_t restart_ms)
{
    struct wire *out = &world->wires[world->setup.way == WAY_BRIDGED ? HOST_TO_MCU : TO_MODULE];

    wire_cut(out, world->now_us);
    memset(&world->host, 0xA5, sizeof world->host);
    world->host_lives = false;
    world->host_due_us = WIRE_NEVER_US;
    world->host_restart_us = world->now_us + restart_ms * UINT64_C(1000);
}

static void start_bridge(struct world *world)
{
    memset(&world->bridge, 0xA5, sizeof world->bridge);
    gsmflash_bridge_start(&world->bridge, &world->bridge_config, world_ms(world));
    world->bridge_due_us = WIRE_NEVER_US;
    wire_cut(&world->wires[TO_MODULE], world->now_us);
    wire_cut(&world->wires[TO_HOST], world->now_us);
}

/* What can happen at any event. */
bool world_strike_supply(struct world *world, const struct fault *fault)
{
    switch (fault->kind) {
    case FAULT_DIP:
        module_lose_supply(world, DIP_MS);
        return true;
    case FAULT_CUT:
        module_lose_supply(world, 0);
        return true;
    case FAULT_CRASH:
        stop_host(world, CRASH_MS);
        return true;
    case FAULT_OUTAGE:
        stop_host(world, OUTAGE_MS);
        return true;
    case FAULT_BOTH:
        module_lose_supply(world, DIP_MS);
        stop_host(world, DIP_MS);
        return true;
    case FAULT_RELAY:
        start_bridge(world);
        return true;
    default:
        return false;
    }
}

static void keep_mark(void *context, const struct gsmflash_report *report)
{
    struct world *world = context;

    world->mark = (struct gsmflash_mark){
        .number = report->number,
        .offset = report->offset,
        .block_bytes = report->block_bytes,
        .unit = report->unit,
    };
    world->mark_kept = true;
}

void world_start_host(struct world *world)
{
    static const uint32_t sync_timeout_ms[WAYS] = {
        [WAY_DIRECT] = SYNC_TIMEOUT_MS,
        [WAY_HAND] = ALONE_SYNC_TIMEOUT_MS,
        [WAY_NOBODY] = ALONE_SYNC_TIMEOUT_MS,
        [WAY_BRIDGED] = BRIDGED_SYNC_TIMEOUT_MS,
    };
    const struct setup *setup = &world->setup;

    world->host_config = (struct gsmflash_host_config){
        .power = setup->way == WAY_DIRECT,
        .no_run = setup->no_run,
        .byte_time_us = WIRE_BYTE_US,
        .sync_timeout_ms = setup->way == WAY_BRIDGED && setup->resume ? BRIDGED_RESUME_TIMEOUT_MS
                                                                      : sync_timeout_ms[setup->way],
        .version = 1,
        .image = world->image,
        .image_bytes = setup->image_bytes,
        .journal = setup->resume ? keep_mark : NULL,
        .resume = setup->resume && world->mark_kept ? &world->mark : NULL,
        .context = world,
    };
    trace_note(world, "the host starts%s", world->host_config.resume ? ", with its journal" : "");
    gsmflash_host_start(&world->host, &world->host_config, world_ms(world));
    world->host_lives = true;
    world->host_finished = false;
    world->host_due_us = world->now_us;
    world->host_restart_us = WIRE_NEVER_US;
}

static void host_sends(struct world *world, const uint8_t *data, size_t size)
{
    unsigned wire = world->setup.way == WAY_BRIDGED ? HOST_TO_MCU : TO_MODULE;

    world->begun |= world->host.report.firmware == GSMFLASH_FIRMWARE_INVALID;
    wire_send(&world->wires[wire], data, size, world->now_us);
}

static void host_finishes(struct world *world)
{
    world->host_finished = true;
    world->host_due_us = WIRE_NEVER_US;
    if (world->host.report.error == GSMFLASH_OK) {
        world->mark_kept = false;
    }
}

static void host_pump(struct world *world)
{
    while (world->host_due_us <= world->now_us) {
        struct gsmflash_host_step step = gsmflash_host_next(&world->host, world_ms(world));
        trace_report(world);
        switch (step.kind) {
        case GSMFLASH_HOST_SEND:
            host_sends(world, step.send.data, step.send.size);
            break;
        case GSMFLASH_HOST_POWER:
            module_switch(world, step.power_on);
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

static void host_take(struct world *world, uint8_t byte)
{
    if (world->host_lives && !world->host_finished) {
        gsmflash_host_receive(&world->host, &byte, 1, world_ms(world));
        world->host_due_us = world->now_us;
        host_pump(world);
    }
}

/* All that waits in the bridge goes onto its wires. */
static void bridge_sends(struct world *world, enum gsmflash_side side, unsigned wire)
{
    size_t size;
    const uint8_t *data = gsmflash_bridge_output(&world->bridge, side, &size);

    while (size != 0) {
        wire_send(&world->wires[wire], data, size, world->now_us);
        gsmflash_bridge_sent(&world->bridge, side, size);
        data = gsmflash_bridge_output(&world->bridge, side, &size);
    }
}

static void bridge_pump(struct world *world)
{
    struct gsmflash_bridge_step step;

    do {
        bridge_sends(world, GSMFLASH_DOWNSTREAM, TO_MODULE);
        bridge_sends(world, GSMFLASH_UPSTREAM, TO_HOST);
        step = gsmflash_bridge_next(&world->bridge, world_ms(world));
        if (step.kind == GSMFLASH_BRIDGE_POWER) {
            module_switch(world, step.power_on);
        }
    } while (step.kind != GSMFLASH_BRIDGE_WAIT && world->broken == NULL);
    world->bridge_due_us =
        step.wait_ms == UINT32_MAX ? WIRE_NEVER_US : (world->now_us / 1000 + step.wait_ms) * 1000;
}

static void bridge_take(struct world *world, enum gsmflash_side side, uint8_t byte)
{
    gsmflash_bridge_receive(&world->bridge, side, &byte, 1, world_ms(world));
    bridge_pump(world);
}

static void deliver(struct world *world, unsigned wire, uint8_t byte)
{
    switch (wire) {
    case TO_MODULE:
        module_take(world, byte);
        break;
    case TO_HOST:
        host_take(world, byte);
        break;
    case HOST_TO_MCU:
        bridge_take(world, GSMFLASH_UPSTREAM, byte);
        break;
    default:
        bridge_take(world, GSMFLASH_DOWNSTREAM, byte);
        break;
    }
}

static void put_noise(struct world *world, struct wire *wire, uint32_t seed)
{
    struct sim_random random = sim_random_seeded(seed);

    for (unsigned i = 0; i < NOISE_BYTES; i++) {
        wire_put_first(wire, (uint8_t)(sim_random_next(&random) >> 16), world->now_us);
    }
}

static void go_dead(struct world *world, unsigned first, unsigned last)
{
    for (unsigned i = first; i <= last; i++) {
        world->wires[i].dead = true;
    }
}

/* A byte has come through, and something happens to it. True: it is delivered all the same. */
static bool strike_byte(struct world *world, unsigned index, const struct fault *fault)
{
    struct wire *wire = &world->wires[index];

    switch (fault->kind) {
    case FAULT_PAUSE:
        wire_delay(wire, PAUSE_US);
        return false;
    case FAULT_STALL:
        wire_delay(wire, STALL_US);
        return false;
    case FAULT_NOISE:
        put_noise(world, wire, fault->event);
        return false;
    case FAULT_GAP:
        wire->gap = fault->value + 2u;
        return true;
    case FAULT_DEAD:
        go_dead(world, index, index);
        return true;
    case FAULT_DARK:
        go_dead(world, 0, WIRES - 1);
        return true;
    default:
        return true;
    }
}

static void byte_comes(struct world *world, unsigned index)
{
    struct wire *wire = &world->wires[index];
    bool lost = wire->dead || wire->gap != 0;
    const struct fault *fault = lost ? NULL : world_event(world, EVENT_BYTE);

    if (fault != NULL && !strike_byte(world, index, fault)) {
        return;
    }
    if (fault != NULL && world_strike_supply(world, fault) && wire->head == wire->tail) {
        return; /* its sender had not got rid of it yet */
    }
    uint8_t byte = wire_take(wire);
    wire->gap -= wire->gap != 0;
    if (fault != NULL) {
        lost = fault->kind == FAULT_LOSE || fault->kind == FAULT_GAP;
        if (fault->kind == FAULT_FLIP) {
            byte ^= (uint8_t)(1u << fault->value);
        } else if (fault->kind == FAULT_DOUBLE) {
            wire_put_first(wire, byte, world->now_us + WIRE_BYTE_US);
        }
    }
    if (!lost && !wire->dead) {
        trace_byte(world, index, byte);
        deliver(world, index, byte);
    }
    if (wire->overrun) {
        world_break(world, "no avalanche: a wire holds what is sent");
    }
}

/* Somebody's timer runs out; false: what strikes here strikes first. */
static bool timer(struct world *world, const uint64_t *due_us)
{
    const struct fault *fault = world_event(world, EVENT_TIMER);

    return fault == NULL || !world_strike_supply(world, fault) || *due_us <= world->now_us;
}

static void timers(struct world *world)
{
    if (world->restore_us <= world->now_us) {
        module_restore(world);
    } else if (world->op_due_us <= world->now_us) {
        module_finish_op(world);
    } else if (world->host_restart_us <= world->now_us) {
        world_start_host(world);
        host_pump(world);
    } else if (world->module_due_us <= world->now_us) {
        if (timer(world, &world->module_due_us)) {
            module_pump(world);
        }
    } else if (world->bridge_due_us <= world->now_us) {
        if (timer(world, &world->bridge_due_us)) {
            bridge_pump(world);
        }
    } else if (timer(world, &world->host_due_us)) {
        host_pump(world);
    }
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t next_timer_us(const struct world *world)
{
    uint64_t next_us = earlier(world->restore_us, world->op_due_us);

    next_us = earlier(next_us, earlier(world->host_restart_us, world->module_due_us));
    return earlier(next_us, earlier(world->bridge_due_us, world->host_due_us));
}

/* Jumps to what happens next, if that is not after until_us; false: nothing is. */
static bool step(struct world *world, uint64_t until_us)
{
    unsigned wires = world->setup.way == WAY_BRIDGED ? WIRES : 2;
    uint64_t timer_us = next_timer_us(world), byte_us = WIRE_NEVER_US;
    unsigned wire = 0;

    for (unsigned i = 0; i < wires; i++) {
        uint64_t due_us = wire_due_us(&world->wires[i]);
        if (due_us < byte_us) {
            byte_us = due_us;
            wire = i;
        }
    }
    uint64_t next_us = earlier(timer_us, byte_us);
    if (next_us > until_us) {
        return false;
    }
    if (next_us > world->now_us) {
        world->now_us = next_us;
    }
    if (byte_us <= timer_us) {
        byte_comes(world, wire);
    } else {
        timers(world);
    }
    return true;
}

void world_run(struct world *world)
{
    while (world->broken == NULL && !(world->host_lives && world->host_finished)) {
        if (!step(world, WIRE_NEVER_US - 1)) {
            world_break(world, "a host always has something to do");
        }
    }
}

void world_pass(struct world *world, uint32_t pass_ms)
{
    uint64_t until_us = world->now_us + pass_ms * UINT64_C(1000);

    while (world->broken == NULL && step(world, until_us)) {
    }
    world->now_us = until_us;
}

void world_repair(struct world *world)
{
    for (unsigned i = 0; i < WIRES; i++) {
        world->wires[i].dead = false;
        world->wires[i].gap = 0;
    }
    world->flash.stuck_mask = 0;
    world->flash.stuck_value = 0;
    world->faults = NULL;
    world->fault_count = 0;
    world->events = 0;
}

bool world_updated(const struct world *world)
{
    uint32_t size = 0;

    return sim_record_valid(&world->flash, &size) && size == world->setup.image_bytes &&
           memcmp(world->memory, world->image, size) == 0;
}

void world_prepare(struct world *world, const struct setup *setup)
{
    struct sim_flash flash;
    struct sim_flash_op op;

    memset(world, 0, sizeof *world);
    world->setup = *setup;
    setup_image(setup, world->image);
    memset(world->factory, 0xFF, sizeof world->factory);
    for (unsigned i = 0; i < OLD_BYTES; i++) {
        world->factory[i] = (uint8_t)(i * 29 + 17);
    }
    sim_flash_init(&flash, &flash_config, world->factory);
    sim_record_write(&flash, OLD_BYTES, sim_crc32(world->factory, OLD_BYTES), &op);
    memcpy(world->factory + op.offset, op.own, op.size);
    world->module_config = (struct gsmflash_module_config){
        .buffer = world->module_buffer,
        .mtu = setup->mtu,
        .byte_time_us = WIRE_BYTE_US,
        /* Images that fill the flash, and images that do not. */
        .flash_bytes = setup->resume ? IMAGE_BYTES_MAX : setup->image_bytes,
        .count_bytes = setup->count_bytes,
    };
    for (int side = 0; side < 2; side++) {
        world->bridge_config.ring[side].data = world->rings[side];
        world->bridge_config.ring[side].bytes = sizeof world->rings[side];
    }
    world->bridge_config.power = true;
}

void world_reset(struct world *world, const struct fault *faults, size_t fault_count)
{
    world->now_us = 0;
    world->events = 0;
    world->faults = faults;
    world->fault_count = fault_count;
    world->broken = NULL;
    for (unsigned i = 0; i < WIRES; i++) {
        wire_clear(&world->wires[i]);
    }
    world->host_lives = false;
    world->host_finished = false;
    world->begun = false;
    world->host_due_us = WIRE_NEVER_US;
    world->host_restart_us = WIRE_NEVER_US;
    world->mark_kept = false;
    world->mode = MODULE_OFF;
    world->module_due_us = WIRE_NEVER_US;
    world->restore_us = WIRE_NEVER_US;
    world->op_due_us = WIRE_NEVER_US;
    memcpy(world->memory, world->factory, sizeof world->memory);
    sim_flash_init(&world->flash, &flash_config, world->memory);
    if (world->setup.slow) {
        world->flash.config.erase_us = SLOW_ERASE_US;
    }
    world->heard_count = 0;
    world->taint = TAINT_NONE;
    world->taint_seen = TAINT_NONE;
    world->new_ran = false;
    world->bridge_due_us = WIRE_NEVER_US;
    world->hand = (struct sim_hand){0};
    world->hand_switches = 0;
    start_bridge(world);
}
