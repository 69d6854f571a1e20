/* SPDX-License-Identifier: MIT */
/*
 * The boot loader of the simulated module: core/module.c, its flash, and what may go wrong with its
 * answers.
 */
#ifndef SIM_LOADER_H
#define SIM_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gsmflash/module.h"
#include "sim/fault.h"
#include "sim/flash.h"
#include "sim/job.h"
#include "sim/line.h"
#include "sim/trace.h"

#define SIM_HELD_MAX 4

/* An answer that is sent late. */
struct sim_held {
    uint64_t due_us; /* SIM_NEVER: none */
    uint8_t bytes[GSMFLASH_ANSWER_BYTES];
    uint8_t size;
};

/* Constant from power-on. */
struct sim_loader_config {
    struct gsmflash_module_config core;
    struct sim_flash *flash;
    struct sim_faults *faults;
    struct sim_log log;
    uint32_t epoch_ms; /* what the core's clock shows at 0 us */
    /* The product's own check of the firmware before it is marked valid; may be NULL. */
    bool (*check)(void *context, const uint8_t *firmware, uint32_t size);
    void *check_context;
};

enum sim_loader_result {
    SIM_LOADER_WAITS,
    SIM_LOADER_STARTS, /* the application */
    SIM_LOADER_POWER_LOST,
};

struct sim_loader {
    const struct sim_loader_config *config;
    struct gsmflash_module core;
    struct sim_line *out; /* where answers go */
    uint64_t core_due_us; /* when the core wants to be asked again */
    uint64_t op_due_us;   /* when the flash is done with `op`; SIM_NEVER: it is idle */
    struct sim_flash_op op;
    struct sim_job job;
    uint32_t packets; /* written in this download */
    uint32_t packet;  /* that the next answer to DATA is about */
    uint32_t off_ms;  /* how long the supply stays lost; 0: until it is switched */
    uint32_t updates; /* downloads that have been marked valid; outlives power-off */
    bool mute;        /* until power-off */
    bool dead;        /* for good */
    struct sim_held held[SIM_HELD_MAX];
};

/* Power-on: everything but `updates` and `dead` is forgotten. */
void sim_loader_start(struct sim_loader *loader, const struct sim_loader_config *config,
                      uint64_t now_us);

void sim_loader_receive(struct sim_loader *loader, const uint8_t *data, size_t size,
                        uint64_t now_us);

/* Does all that is due. */
enum sim_loader_result sim_loader_run(struct sim_loader *loader, uint64_t now_us);

/* When it is to be run again. */
uint64_t sim_loader_next_us(const struct sim_loader *loader);

/* The supply goes away. */
void sim_loader_cut(struct sim_loader *loader);

#endif
