/* SPDX-License-Identifier: MIT */
/*
 * Host, perhaps a bridge, module, flash, wires, clock and supply in one process, in virtual time.
 * Everything that happens is an event with a number, and at each event one fault may strike. No
 * memory is allocated; a world is started anew in a microsecond.
 */
#ifndef CAMPAIGN_WORLD_H
#define CAMPAIGN_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "fault.h"
#include "gsmflash/bridge.h"
#include "gsmflash/host.h"
#include "gsmflash/module.h"
#include "setup.h"
#include "sim/flash.h"
#include "sim/hand.h"
#include "sim/job.h"
#include "wire.h"

#define EVENTS_MAX        20000u /* in one session; more, and it is stuck */
#define WORLD_FLASH_BYTES (IMAGE_BYTES_MAX + 64u)
#define HEARD_BYTES       512u /* a power of 2 */

enum {
    TO_MODULE,   /* from the host or the bridge */
    TO_HOST,     /* from the module or the bridge */
    HOST_TO_MCU, /* these two only where there is a bridge */
    MODULE_TO_MCU,
    WIRES,
};

enum module_mode {
    MODULE_OFF,
    MODULE_LOADER,
    MODULE_APPLICATION,
};

/* Why the module took a block that is not the image's. */
enum taint {
    TAINT_NONE,
    TAINT_HOLE,      /* a DATA frame that stands in the image, protocol.md 5.5 */
    TAINT_COLLISION, /* a damaged frame whose CRC16 matched by chance */
};

struct world {
    struct setup setup;
    uint8_t image[IMAGE_BYTES_MAX];
    uint8_t factory[WORLD_FLASH_BYTES]; /* the flash as every session finds it */

    uint64_t now_us;
    uint32_t events;
    uint8_t kinds[EVENTS_MAX]; /* of the events so far */
    const struct fault *faults;
    size_t fault_count;
    const char *broken; /* the promise that was broken, or NULL */
    FILE *trace;        /* or NULL */

    struct wire wires[WIRES];

    struct gsmflash_host host;
    struct gsmflash_host_config host_config;
    bool host_lives;
    bool host_finished;
    bool begun; /* a host has sent BEGIN */
    uint64_t host_due_us;
    uint64_t host_restart_us;
    struct gsmflash_mark mark; /* the host's journal */
    bool mark_kept;
    uint8_t told_phase;

    struct gsmflash_module module;
    struct gsmflash_module_config module_config;
    uint8_t module_buffer[256];
    enum module_mode mode;
    uint64_t module_due_us;
    uint64_t restore_us; /* when the supply comes back by itself */
    struct sim_flash flash;
    uint8_t memory[WORLD_FLASH_BYTES];
    struct sim_job job;
    struct sim_flash_op op;
    uint64_t op_due_us;
    uint8_t heard[HEARD_BYTES]; /* what the loader has heard, as a ring */
    uint32_t heard_count;
    enum taint taint;      /* of the image that is being taken */
    enum taint taint_seen; /* in this session */
    bool new_ran;          /* the application that was started last is the new image */

    struct gsmflash_bridge bridge;
    struct gsmflash_bridge_config bridge_config;
    uint8_t rings[2][64];
    uint64_t bridge_due_us;

    struct sim_hand hand;
    uint32_t hand_switches;
};

/* Takes a setup: makes its image, and the flash that every session begins with. */
void world_prepare(struct world *world, const struct setup *setup);

/* Everything as it was delivered; nothing runs. */
void world_reset(struct world *world, const struct fault *faults, size_t fault_count);

/* A host begins an update, in zeroed memory. */
void world_start_host(struct world *world);

/* Runs until the host is done, or a promise is broken. */
void world_run(struct world *world);

/* Lets time pass, whatever the host does. */
void world_pass(struct world *world, uint32_t pass_ms);

/* What is wrong with the line and the flash is right again. */
void world_repair(struct world *world);

/* The flash holds the image, and its boot record says so. */
bool world_updated(const struct world *world);

/* For the parts of the world. */
uint32_t world_ms(const struct world *world);
void world_break(struct world *world, const char *promise);
const struct fault *world_event(struct world *world, enum event_kind kind);
bool world_strike_supply(struct world *world, const struct fault *fault);

void module_switch(struct world *world, bool on);
void module_lose_supply(struct world *world, uint32_t for_ms);
void module_restore(struct world *world);
void module_take(struct world *world, uint8_t byte);
void module_finish_op(struct world *world);
void module_pump(struct world *world);

#endif
