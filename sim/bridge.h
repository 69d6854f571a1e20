/* SPDX-License-Identifier: MIT */
/* An MCU in transparent mode: core/bridge.c between a line upstream and a port of the module. */
#ifndef SIM_BRIDGE_H
#define SIM_BRIDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "gsmflash/bridge.h"
#include "sim/line.h"
#include "sim/module.h"

#define SIM_BRIDGE_RING_BYTES 256u

struct sim_bridge_config {
    struct gsmflash_bridge_config core; /* rings left out: SIM_BRIDGE_RING_BYTES each */
    struct sim_line_config up;          /* both ways */
    uint32_t epoch_ms;
};

struct sim_bridge {
    struct sim_bridge_config config;
    struct gsmflash_bridge core;
    struct sim_line in;  /* from the host */
    struct sim_line out; /* to the host */
    struct sim_module *module;
    struct sim_port *port;                  /* of the module */
    uint64_t due_us;                        /* when the core wants to be asked again */
    uint32_t sessions;                      /* that it has left */
    enum gsmflash_bridge_reason reason;     /* of the last one */
    enum gsmflash_bridge_download download; /* of the last one */
    uint8_t rings[2][SIM_BRIDGE_RING_BYTES];
};

void sim_bridge_init(struct sim_bridge *bridge, const struct sim_bridge_config *config,
                     struct sim_module *module, struct sim_port *port);
/* As sim_bridge_init(), but keeps the memory that its lines have. */
void sim_bridge_reset(struct sim_bridge *bridge, const struct sim_bridge_config *config,
                      struct sim_module *module, struct sim_port *port, uint64_t now_us);
void sim_bridge_free(struct sim_bridge *bridge);

/* Does what is due at now_us, which is sim_bridge_next_us() or earlier. */
void sim_bridge_run(struct sim_bridge *bridge, uint64_t now_us);

/* When something is due: bytes that come from either side, bytes that can leave, a timer. */
uint64_t sim_bridge_next_us(const struct sim_bridge *bridge);

#endif
