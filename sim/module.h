/* SPDX-License-Identifier: MIT */
/*
 * The simulated GSM module: a supply that can be switched, up to three UARTs, a boot loader
 * (core/module.c) with its flash, and an application that answers AT commands. It lives in any
 * time: in virtual time a test jumps from sim_module_next_us() to sim_module_next_us(), in real
 * time a program waits that long.
 */
#ifndef SIM_MODULE_H
#define SIM_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/application.h"
#include "sim/fault.h"
#include "sim/flash.h"
#include "sim/hand.h"
#include "sim/line.h"
#include "sim/loader.h"
#include "sim/trace.h"

#define SIM_PORTS_MAX 3 /* Main, Debug, AUX */
#define SIM_MTU       1024u
#define SIM_BOOT_MS   300u

/* Copied; fields left 0 take the default. */
struct sim_module_config {
    struct sim_flash *flash;   /* the caller's */
    struct sim_faults *faults; /* the caller's; NULL: nothing goes wrong */
    uint8_t ports;             /* 1 */
    uint16_t mtu;              /* SIM_MTU; the faults may ask for another */
    uint32_t baud;             /* 0: infinitely fast */
    uint32_t delay_us;         /* of each line */
    uint32_t lump_bytes;       /* see line.h */
    uint32_t boot_ms;          /* from START until the application answers */
    uint32_t epoch_ms;         /* what the module's own clock shows at 0 us */
    bool hand;                 /* somebody switches it when sync words come: hand.h */
    bool (*check)(void *context, const uint8_t *firmware, uint32_t size);
    void *check_context;
    struct sim_log log;
};

enum sim_module_mode {
    SIM_MODULE_OFF,
    SIM_MODULE_LOADER,
    SIM_MODULE_BOOTING, /* the application starts */
    SIM_MODULE_APPLICATION,
};

struct sim_port {
    struct sim_line in;  /* bytes on their way to the module: write here */
    struct sim_line out; /* bytes that it sent: take from here */
    struct sim_application application;
};

struct sim_module {
    struct sim_module_config config;
    struct sim_faults no_faults;
    struct sim_loader_config loader_config;
    struct sim_loader loader;
    struct sim_hand hand;
    struct sim_port ports[SIM_PORTS_MAX];
    enum sim_module_mode mode;
    uint8_t selected;    /* the port that synced; config.ports: none yet */
    bool switched_on;    /* where the switch stands */
    uint64_t last_us;    /* when something was done last: bytes that come later came later */
    uint64_t boot_us;    /* when the application answers */
    uint64_t restore_us; /* when a supply that was lost, or switched by the hand, comes back */
    uint32_t starts;     /* of an application */
    uint32_t bad_starts; /* of one from flash that holds no valid firmware: never */
    char revision[SIM_REVISION_BYTES];
    uint8_t *buffer; /* of the core, for a frame */
};

/* Off, with empty lines. False: out of memory. */
bool sim_module_init(struct sim_module *module, const struct sim_module_config *config);
void sim_module_free(struct sim_module *module);

/* As sim_module_init(), but keeps the memory that it has; the MTU must not have grown. */
void sim_module_reset(struct sim_module *module, const struct sim_module_config *config);

/* Turns the switch. Run it up to now_us before. */
void sim_module_power(struct sim_module *module, bool on, uint64_t now_us);

/* Does everything that is due until now_us, each thing at its own time. */
void sim_module_run(struct sim_module *module, uint64_t now_us);

/* When something is due; SIM_NEVER: nothing is, until bytes come. Its own output not counted. */
uint64_t sim_module_next_us(const struct sim_module *module);

#endif
