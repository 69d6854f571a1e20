/* SPDX-License-Identifier: MIT */
#include "sim/module.h"

#include <stdlib.h>
#include <string.h>

#include "sim/record.h"

/* The hand's off and on: long enough to be seen, much shorter than between two sync words. */
#define HAND_OFF_US 5000u

static uint32_t or_default(uint32_t value, uint32_t otherwise)
{
    return value != 0 ? value : otherwise;
}

static struct sim_line_config line_config(const struct sim_module *module,
                                          const struct sim_line_faults *faults, uint32_t number)
{
    return (struct sim_line_config){
        .baud = module->config.baud,
        .delay_us = module->config.delay_us,
        .lump_bytes = module->config.lump_bytes,
        .lose_rate = faults->lose_rate,
        .flip_rate = faults->flip_rate,
        .seed = module->config.faults->seed * 8 + number,
    };
}

static void reset_ports(struct sim_module *module)
{
    const struct sim_faults *faults = module->config.faults;
    for (uint32_t i = 0; i < SIM_PORTS_MAX; i++) {
        struct sim_port *port = &module->ports[i];
        struct sim_line_config in = line_config(module, &faults->in, 2 * i);
        struct sim_line_config out = line_config(module, &faults->out, 2 * i + 1);
        sim_line_reset(&port->in, &in);
        sim_line_reset(&port->out, &out);
        port->in.faults = faults->in.at;
        port->in.fault_count = faults->in.count;
        port->out.faults = faults->out.at;
        port->out.fault_count = faults->out.count;
    }
}

static void configure(struct sim_module *module, const struct sim_module_config *config)
{
    module->config = *config;
    if (config->faults == NULL) {
        module->no_faults = (struct sim_faults){0};
        module->config.faults = &module->no_faults;
    }
    const struct sim_faults *faults = module->config.faults;
    module->config.ports = (uint8_t)or_default(config->ports, 1);
    module->config.mtu = (uint16_t)or_default(faults->mtu, or_default(config->mtu, SIM_MTU));
    module->config.boot_ms = or_default(faults->boot_ms, or_default(config->boot_ms, SIM_BOOT_MS));
    struct sim_flash *flash = config->flash;
    flash->faults = faults->flash;
    flash->fault_count = faults->flashes;
    flash->config.program_us = or_default(faults->program_us, flash->config.program_us);
    flash->config.erase_us = or_default(faults->erase_us, flash->config.erase_us);
}

static void configure_loader(struct sim_module *module)
{
    const struct sim_module_config *config = &module->config;
    module->loader_config = (struct sim_loader_config){
        .core =
            {
                .buffer = module->buffer,
                .mtu = config->mtu,
                .byte_time_us = (uint16_t)sim_line_time_us(config->baud, 1),
                .flash_bytes = config->flash->config.firmware_bytes,
                .count_bytes = config->faults->count_bytes,
            },
        .flash = config->flash,
        .faults = config->faults,
        .log = config->log,
        .epoch_ms = config->epoch_ms,
        .check = config->check,
        .check_context = config->check_context,
    };
}

void sim_module_reset(struct sim_module *module, const struct sim_module_config *config)
{
    configure(module, config);
    configure_loader(module);
    reset_ports(module);
    module->loader = (struct sim_loader){0};
    module->hand = (struct sim_hand){0};
    module->mode = SIM_MODULE_OFF;
    module->switched_on = false;
    module->last_us = 0;
    module->boot_us = SIM_NEVER;
    module->restore_us = SIM_NEVER;
    module->starts = 0;
    module->bad_starts = 0;
}

bool sim_module_init(struct sim_module *module, const struct sim_module_config *config)
{
    *module = (struct sim_module){0};
    configure(module, config);
    module->buffer = malloc(GSMFLASH_MODULE_BUFFER_BYTES((size_t)module->config.mtu));
    if (module->buffer == NULL) {
        return false;
    }
    sim_module_reset(module, config);
    return true;
}

void sim_module_free(struct sim_module *module)
{
    for (size_t i = 0; i < SIM_PORTS_MAX; i++) {
        sim_line_free(&module->ports[i].in);
        sim_line_free(&module->ports[i].out);
    }
    free(module->buffer);
    module->buffer = NULL;
}

static void tell_power(const struct sim_module *module, enum sim_event_kind kind, bool on,
                       uint64_t now_us)
{
    sim_tell(&module->config.log, &(struct sim_event){.kind = kind, .at_us = now_us, .value = on});
}

static void come_up(struct sim_module *module, uint64_t now_us)
{
    module->restore_us = SIM_NEVER;
    module->mode = SIM_MODULE_LOADER;
    module->selected = module->config.ports;
    module->loader.out = NULL;
    sim_loader_start(&module->loader, &module->loader_config, now_us);
}

static void go_down(struct sim_module *module, uint64_t now_us)
{
    if (module->mode == SIM_MODULE_LOADER) {
        sim_loader_cut(&module->loader);
    }
    for (size_t i = 0; i < module->config.ports; i++) {
        sim_line_cut(&module->ports[i].out, now_us);
    }
    module->mode = SIM_MODULE_OFF;
    module->boot_us = SIM_NEVER;
    module->restore_us = SIM_NEVER;
}

void sim_module_power(struct sim_module *module, bool on, uint64_t now_us)
{
    if (on == module->switched_on) {
        return;
    }
    module->switched_on = on;
    module->last_us = now_us;
    tell_power(module, SIM_EVENT_POWER, on, now_us);
    if (on) {
        come_up(module, now_us);
    } else {
        go_down(module, now_us);
    }
}

static void lose_power(struct sim_module *module, uint64_t now_us)
{
    tell_power(module, SIM_EVENT_POWER_LOST, false, now_us);
    go_down(module, now_us);
    if (module->loader.off_ms != 0) {
        module->restore_us = now_us + (uint64_t)module->loader.off_ms * 1000;
    }
}

static void start_application(struct sim_module *module, uint64_t now_us)
{
    uint32_t size;
    module->starts++;
    if (!sim_record_valid(module->config.flash, &size)) {
        module->bad_starts++;
        size = 0;
    }
    sim_revision(module->config.flash->memory, size, module->revision);
    module->mode = SIM_MODULE_BOOTING;
    module->boot_us = now_us + (uint64_t)module->config.boot_ms * 1000;
}

static void finish_boot(struct sim_module *module, uint64_t now_us)
{
    module->boot_us = SIM_NEVER;
    module->mode = SIM_MODULE_APPLICATION;
    for (size_t i = 0; i < SIM_PORTS_MAX; i++) {
        module->ports[i].application = (struct sim_application){0};
    }
    sim_tell(
        &module->config.log,
        &(struct sim_event){.kind = SIM_EVENT_STARTED, .at_us = now_us, .text = module->revision});
}

static void run_loader(struct sim_module *module, uint64_t now_us)
{
    switch (sim_loader_run(&module->loader, now_us)) {
    case SIM_LOADER_STARTS:
        start_application(module, now_us);
        break;
    case SIM_LOADER_POWER_LOST:
        lose_power(module, now_us);
        break;
    case SIM_LOADER_WAITS:
        break;
    }
}

/* Until the negotiation is complete the port that sent SYNC_WORD1 last is the one it is with. */
static bool negotiating(const struct sim_module *module)
{
    return module->loader.core.state == GSMFLASH_MODULE_BOOT ||
           module->loader.core.state == GSMFLASH_MODULE_SYNC;
}

static void select_port(struct sim_module *module, uint8_t index)
{
    module->selected = index;
    module->loader.out = &module->ports[index].out;
}

static void loader_receives(struct sim_module *module, uint8_t index, const uint8_t *data,
                            size_t size, uint64_t now_us)
{
    while (size > 0 && module->mode == SIM_MODULE_LOADER && negotiating(module)) {
        if (*data == GSMFLASH_SYNC_WORD1) {
            select_port(module, index);
        }
        if (module->selected == index) {
            sim_loader_receive(&module->loader, data, 1, now_us);
            run_loader(module, now_us);
        }
        data++;
        size--;
    }
    if (size > 0 && module->mode == SIM_MODULE_LOADER && module->selected == index) {
        sim_loader_receive(&module->loader, data, size, now_us);
        run_loader(module, now_us);
    }
}

static void application_receives(struct sim_module *module, struct sim_port *port,
                                 const uint8_t *data, size_t size, uint64_t now_us)
{
    uint8_t answer[SIM_APPLICATION_ANSWER_BYTES];

    for (size_t i = 0; i < size && !module->loader.dead; i++) {
        size_t bytes = sim_application_take(&port->application, data[i], module->revision, answer);
        sim_line_write(&port->out, answer, bytes, now_us);
    }
}

/* The hand leaves alone a module that listens for sync words anyway. */
static void hand_sees(struct sim_module *module, const uint8_t *data, size_t size, uint64_t now_us)
{
    if (!module->config.hand || !sim_hand_sees(&module->hand, data, size, now_us) ||
        (module->mode == SIM_MODULE_LOADER && negotiating(module))) {
        return;
    }
    if (module->mode != SIM_MODULE_OFF) {
        sim_module_power(module, false, now_us);
    }
    module->switched_on = false;
    module->restore_us = now_us + HAND_OFF_US;
}

static void receive(struct sim_module *module, uint8_t index, const uint8_t *data, size_t size,
                    uint64_t now_us)
{
    hand_sees(module, data, size, now_us);
    if (module->mode == SIM_MODULE_LOADER) {
        loader_receives(module, index, data, size, now_us);
    } else if (module->mode == SIM_MODULE_APPLICATION) {
        application_receives(module, &module->ports[index], data, size, now_us);
    }
}

static void restore(struct sim_module *module, uint64_t now_us)
{
    module->switched_on = true;
    tell_power(module, SIM_EVENT_POWER, true, now_us);
    come_up(module, now_us);
}

/* What is due at this very moment; bytes come before timers. */
static void run_moment(struct sim_module *module, uint64_t now_us)
{
    module->last_us = now_us;
    for (uint8_t i = 0; i < module->config.ports; i++) {
        const uint8_t *data;
        size_t size = sim_line_take(&module->ports[i].in, now_us, &data);
        if (size > 0) {
            receive(module, i, data, size, now_us);
        }
    }
    if (module->restore_us <= now_us) {
        restore(module, now_us);
    }
    if (module->boot_us <= now_us) {
        finish_boot(module, now_us);
    }
    if (module->mode == SIM_MODULE_LOADER) {
        run_loader(module, now_us);
    }
}

uint64_t sim_module_next_us(const struct sim_module *module)
{
    uint64_t next_us = module->boot_us < module->restore_us ? module->boot_us : module->restore_us;
    for (size_t i = 0; i < module->config.ports; i++) {
        uint64_t in_us = sim_line_next_us(&module->ports[i].in);
        next_us = in_us < next_us ? in_us : next_us;
    }
    if (module->mode == SIM_MODULE_LOADER) {
        uint64_t loader_us = sim_loader_next_us(&module->loader);
        next_us = loader_us < next_us ? loader_us : next_us;
    }
    return next_us;
}

void sim_module_run(struct sim_module *module, uint64_t now_us)
{
    for (;;) {
        uint64_t next_us = sim_module_next_us(module);
        if (next_us > now_us) {
            return;
        }
        run_moment(module, next_us);
    }
}
