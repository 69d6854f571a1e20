/* SPDX-License-Identifier: MIT */
/*
 * Everything in one process and in virtual time: a host (core/host.c), the lines, the module with
 * its flash and its supply, perhaps a bridge between them. It jumps from event to event, so a whole
 * update takes a millisecond or two of real time.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gsmflash/host.h"
#include "sim/bridge.h"
#include "sim/flash.h"
#include "sim/module.h"
#include "sim/trace.h"

/* Who switches the module. */
enum sim_power {
    SIM_POWER_HOST, /* the host (or, where there is one, the bridge) */
    SIM_POWER_HAND, /* somebody who sees that sync words come: hand.h */
    SIM_POWER_ON,   /* nobody: it is switched on at 0 us */
};

/* Copied; fields left 0 take the default. */
struct sim_world_config {
    /* byte_time_us 0 is filled in to match the baud rate; power is set as `power` says. */
    struct gsmflash_host_config host;
    /* flash and log are filled in. */
    struct sim_module_config module;
    /* firmware_bytes 0 is a flash that holds the image, rounded up to blocks. */
    struct sim_flash_config flash;
    enum sim_power power;
    bool bridged;
    struct sim_bridge_config bridge;
    struct sim_log log;
    uint32_t epoch_ms; /* what the clocks of host and module show at 0 us */
};

struct sim_world {
    struct sim_world_config config;
    struct gsmflash_host_config host_config;
    struct gsmflash_host host;
    struct gsmflash_report told; /* the report as the log knows it */
    struct sim_flash flash;
    struct sim_module module;
    struct sim_bridge bridge;
    struct sim_line *to_module; /* the host's end of the lines */
    struct sim_line *to_host;
    uint64_t now_us;
    uint64_t host_due_us;  /* when the host wants to be asked again; SIM_NEVER: there is none */
    uint64_t finished_us;  /* when the host was done */
    uint64_t received;     /* bytes that the host has got */
    uint8_t *transmission; /* what the host sends, gathered for the log */
    size_t gathered;
    size_t flash_memory_bytes;
};

struct sim_result {
    struct gsmflash_report report;
    uint64_t at_us;      /* when the host finished, or now */
    uint64_t to_module;  /* bytes that the host has sent */
    uint64_t to_host;    /* bytes that have come to it */
    bool finished;       /* the host is done */
    bool firmware_valid; /* the flash holds valid firmware, as the next boot would find */
    bool image_whole;    /* the flash begins with the host's image, and is valid for that size */
    bool running;        /* the application runs */
    uint32_t starts;     /* of an application, so far */
    uint32_t bad_starts; /* of one without valid firmware */
    uint32_t misuses;    /* of the flash */
};

/* The module is off (SIM_POWER_ON: on), the flash erased, the host starts at 0 us. False: memory.
 */
bool sim_world_init(struct sim_world *world, const struct sim_world_config *config);
void sim_world_free(struct sim_world *world);

/* Another world of the same shape (flash, MTU) in the same memory; the flash keeps what it holds.
 */
void sim_world_reset(struct sim_world *world, const struct sim_world_config *config);

/* Puts firmware and a record that calls it valid into the flash, as in the factory. */
void sim_world_install(struct sim_world *world, const uint8_t *firmware, uint32_t size);

/* The host's machine is switched off now, or starts (anew) with what `config` says. */
void sim_world_stop_host(struct sim_world *world);
void sim_world_start_host(struct sim_world *world, const struct gsmflash_host_config *config);

/* Runs until the host is done, but not past until_us. True: it is done. */
bool sim_world_run(struct sim_world *world, uint64_t until_us);

/* Lets time pass until until_us, whatever the host does. */
void sim_world_pass(struct sim_world *world, uint64_t until_us);

/* When something happens next; SIM_NEVER: nothing ever will. */
uint64_t sim_world_next_us(const struct sim_world *world);

struct sim_result sim_world_result(const struct sim_world *world);

#endif
