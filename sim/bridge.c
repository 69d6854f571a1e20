/* SPDX-License-Identifier: MIT */
#include "sim/bridge.h"

/* What a UART holds of its own; the rest waits in the bridge's ring. */
#define UART_BYTES 16u

static uint32_t core_ms(const struct sim_bridge *bridge, uint64_t now_us)
{
    return (uint32_t)(now_us / 1000) + bridge->config.epoch_ms;
}

void sim_bridge_reset(struct sim_bridge *bridge, const struct sim_bridge_config *config,
                      struct sim_module *module, struct sim_port *port, uint64_t now_us)
{
    bridge->config = *config;
    for (int side = 0; side < 2; side++) {
        struct gsmflash_bridge_ring *ring = &bridge->config.core.ring[side];
        if (ring->data == NULL) {
            ring->data = bridge->rings[side];
            ring->bytes = SIM_BRIDGE_RING_BYTES;
        }
    }
    bridge->module = module;
    bridge->port = port;
    bridge->due_us = now_us;
    bridge->sessions = 0;
    sim_line_reset(&bridge->in, &config->up);
    sim_line_reset(&bridge->out, &config->up);
    gsmflash_bridge_start(&bridge->core, &bridge->config.core, core_ms(bridge, now_us));
}

void sim_bridge_init(struct sim_bridge *bridge, const struct sim_bridge_config *config,
                     struct sim_module *module, struct sim_port *port)
{
    *bridge = (struct sim_bridge){0};
    sim_bridge_reset(bridge, config, module, port, 0);
}

void sim_bridge_free(struct sim_bridge *bridge)
{
    sim_line_free(&bridge->in);
    sim_line_free(&bridge->out);
}

static struct sim_line *outlet(struct sim_bridge *bridge, enum gsmflash_side side)
{
    return side == GSMFLASH_UPSTREAM ? &bridge->out : &bridge->port->in;
}

/* Bytes leave the ring as the UART has room for them. */
static void send_on(struct sim_bridge *bridge, enum gsmflash_side side, uint64_t now_us)
{
    struct sim_line *line = outlet(bridge, side);
    size_t size;
    const uint8_t *data = gsmflash_bridge_output(&bridge->core, side, &size);

    if (size == 0 || sim_line_idle_us(line) > now_us) {
        return;
    }
    size = size < UART_BYTES ? size : UART_BYTES;
    sim_line_write(line, data, size, now_us);
    gsmflash_bridge_sent(&bridge->core, side, size);
    bridge->due_us = now_us;
}

static void receive(struct sim_bridge *bridge, struct sim_line *line, enum gsmflash_side side,
                    uint64_t now_us)
{
    const uint8_t *data;
    size_t size = sim_line_take(line, now_us, &data);
    if (size > 0) {
        gsmflash_bridge_receive(&bridge->core, side, data, size, core_ms(bridge, now_us));
        bridge->due_us = now_us;
    }
}

static void ask_core(struct sim_bridge *bridge, uint64_t now_us)
{
    while (bridge->due_us <= now_us) {
        struct gsmflash_bridge_step step =
            gsmflash_bridge_next(&bridge->core, core_ms(bridge, now_us));
        switch (step.kind) {
        case GSMFLASH_BRIDGE_POWER:
            sim_module_run(bridge->module, now_us);
            sim_module_power(bridge->module, step.power_on, now_us);
            break;
        case GSMFLASH_BRIDGE_LEFT:
            bridge->sessions++;
            bridge->reason = step.left.reason;
            bridge->download = step.left.download;
            break;
        case GSMFLASH_BRIDGE_WAIT:
            bridge->due_us =
                step.wait_ms == UINT32_MAX ? SIM_NEVER : (now_us / 1000 + step.wait_ms) * 1000;
            break;
        }
    }
}

void sim_bridge_run(struct sim_bridge *bridge, uint64_t now_us)
{
    receive(bridge, &bridge->in, GSMFLASH_UPSTREAM, now_us);
    receive(bridge, &bridge->port->out, GSMFLASH_DOWNSTREAM, now_us);
    ask_core(bridge, now_us);
    send_on(bridge, GSMFLASH_DOWNSTREAM, now_us);
    send_on(bridge, GSMFLASH_UPSTREAM, now_us);
    ask_core(bridge, now_us);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t outlet_us(const struct sim_bridge *bridge, enum gsmflash_side side)
{
    const struct sim_line *line = side == GSMFLASH_UPSTREAM ? &bridge->out : &bridge->port->in;
    size_t size;

    gsmflash_bridge_output(&bridge->core, side, &size);
    return size == 0 ? SIM_NEVER : sim_line_idle_us(line);
}

uint64_t sim_bridge_next_us(const struct sim_bridge *bridge)
{
    uint64_t next_us = earlier(sim_line_next_us(&bridge->in), sim_line_next_us(&bridge->port->out));
    next_us = earlier(next_us, outlet_us(bridge, GSMFLASH_DOWNSTREAM));
    next_us = earlier(next_us, outlet_us(bridge, GSMFLASH_UPSTREAM));
    return earlier(next_us, bridge->due_us);
}
