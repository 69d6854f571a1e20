/* SPDX-License-Identifier: MIT */
/* `gsmflash simulate`: a module that is not there, at real pace, behind a pty. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "posix/clock.h"
#include "posix/loop.h"
#include "sim/flash_file.h"
#include "sim/module.h"
#include "tool/commands.h"
#include "tool/exit_status.h"
#include "tool/simulate_control.h"
#include "tool/simulate_log.h"
#include "tool/simulate_options.h"
#include "tool/simulate_port.h"

enum {
    FLASH_BYTES = 4 * 1024 * 1024,
    /* At 115200 baud a lump is 22 ms: few wake-ups, and the end of a frame is never late. */
    LUMP_BYTES = 256,
    /* After the last session, so that the host's last questions are answered. */
    LEAVE_AFTER_US = 1000000,
    LEAVE_WITHOUT_RUN_US = 4000000,
};

struct simulation {
    struct simulate_options options;
    struct simulate_log log;
    struct loop *loop;
    struct timer timer;
    uint64_t start_us; /* of the simulation, on the clock */
    uint64_t heard_us; /* when bytes came last */
    struct sim_flash_config flash_config;
    struct sim_flash flash;
    uint8_t *memory;
    struct sim_module module;
    struct simulate_port ports[SIM_PORTS_MAX];
    size_t port_count;
    struct simulate_control control;
};

static uint64_t now_us(void *context)
{
    const struct simulation *simulation = context;
    return clock_now_us() - simulation->start_us;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* When a simulation that has done its sessions may end; SIM_NEVER: it has not. */
static uint64_t end_us(const struct simulation *simulation)
{
    const struct sim_module *module = &simulation->module;
    if (simulation->options.sessions == 0 || module->loader.updates < simulation->options.sessions)
        return SIM_NEVER;
    bool runs = module->mode == SIM_MODULE_APPLICATION;
    return simulation->heard_us + (runs ? LEAVE_AFTER_US : LEAVE_WITHOUT_RUN_US);
}

static void set_timer(struct simulation *simulation)
{
    uint64_t next_us = earlier(sim_module_next_us(&simulation->module), end_us(simulation));
    for (size_t i = 0; i < simulation->port_count; i++)
        next_us = earlier(next_us, sim_line_next_us(&simulation->module.ports[i].out));
    if (next_us == SIM_NEVER)
        loop_timer_clear(simulation->loop, &simulation->timer);
    else
        loop_timer_set(simulation->loop, &simulation->timer, simulation->start_us + next_us);
}

static void run(void *context)
{
    struct simulation *simulation = context;
    uint64_t now = now_us(simulation);

    sim_module_run(&simulation->module, now);
    for (size_t i = 0; i < simulation->port_count; i++)
        simulate_port_pump(&simulation->ports[i], now);
    if (end_us(simulation) <= now)
        loop_stop(simulation->loop, STATUS_DONE);
    set_timer(simulation);
}

static void heard(void *context)
{
    struct simulation *simulation = context;
    simulation->heard_us = now_us(simulation);
    run(simulation);
}

static void turned(void *context, bool on)
{
    struct simulation *simulation = context;
    run(simulation);
    sim_module_power(&simulation->module, on, now_us(simulation));
    run(simulation);
}

static void caught(void *context, int number)
{
    struct simulation *simulation = context;
    (void)number;
    loop_stop(simulation->loop, STATUS_DONE);
}

static int fail(const char *text)
{
    fprintf(stderr, "gsmflash simulate: %s\n", text);
    return STATUS_NOT_OPENED;
}

static int fail_flash(const char *path, enum sim_flash_file_error error,
                      const struct sim_flash_config *config)
{
    struct problem problem;
    switch (error) {
    case SIM_FLASH_FILE_SIZE:
        problem_set(&problem,
                    "%s: is no flash for %lu bytes of firmware; give its own --flash-size, or "
                    "another --flash",
                    path, (unsigned long)config->firmware_bytes);
        break;
    case SIM_FLASH_FILE_KIND:
        problem_set(&problem, "%s: is not a regular file; give another --flash", path);
        break;
    case SIM_FLASH_FILE_OTHER:
        problem_set(&problem,
                    "%s: holds something else than a flash and would be overwritten; give another "
                    "--flash",
                    path);
        break;
    default:
        problem_set(&problem, "%s: %s; give another --flash", path, strerror(errno));
        break;
    }
    return fail(problem.text);
}

static int open_flash(struct simulation *simulation)
{
    struct sim_flash_config *config = &simulation->flash_config;
    const char *path = simulation->options.flash_path;

    config->firmware_bytes = simulation->options.flash_bytes;
    if (path != NULL) {
        enum sim_flash_file_error error =
            sim_flash_file_open(path, config, FLASH_BYTES, &simulation->memory);
        if (error != SIM_FLASH_FILE_OK)
            return fail_flash(path, error, config);
    } else {
        config->firmware_bytes = config->firmware_bytes != 0 ? config->firmware_bytes : FLASH_BYTES;
        simulation->memory = malloc(sim_flash_bytes(config));
        if (simulation->memory == NULL)
            return fail("there is no memory for such a flash; give a smaller --flash-size");
        memset(simulation->memory, 0xFF, sim_flash_bytes(config));
    }
    sim_flash_init(&simulation->flash, config, simulation->memory);
    return STATUS_DONE;
}

static void close_flash(struct simulation *simulation)
{
    if (simulation->options.flash_path == NULL)
        free(simulation->memory);
    else if (simulation->memory != NULL)
        sim_flash_file_close(&simulation->flash_config, simulation->memory);
}

static int open_module(struct simulation *simulation)
{
    const struct simulate_options *options = &simulation->options;
    const struct sim_module_config config = {
        .flash = &simulation->flash,
        .faults = &simulation->options.faults,
        .ports = (uint8_t)simulation->port_count,
        .mtu = (uint16_t)options->mtu,
        .baud = options->baud,
        .lump_bytes = LUMP_BYTES,
        .hand = options->power == SIMULATE_POWER_FIRST_SYNC,
        .log = {.tell = simulate_log_event, .context = &simulation->log},
    };
    return sim_module_init(&simulation->module, &config) ? STATUS_DONE : fail("out of memory");
}

static int open_ports(struct simulation *simulation)
{
    struct problem problem;
    for (size_t i = 0; i < simulation->port_count; i++) {
        struct simulate_port *port = &simulation->ports[i];
        port->log = &simulation->log;
        port->module = &simulation->module;
        port->uart = &simulation->module.ports[i];
        port->baud = simulation->options.baud;
        port->now_us = now_us;
        port->ready = heard;
        port->context = simulation;
        if (!simulate_port_open(port, simulation->loop, simulation->options.links[i], &problem))
            return fail(problem.text);
    }
    for (size_t i = 0; i < simulation->port_count; i++)
        simulate_log_port(&simulation->log, simulation->ports[i].pty.path,
                          simulation->options.links[i]);
    return STATUS_DONE;
}

static int open_loop(struct simulation *simulation)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, 0};
    simulation->loop = loop_new();
    if (simulation->loop == NULL || !loop_signals(simulation->loop, signals, caught, simulation))
        return fail(strerror(errno));
    simulation->timer.expired = run;
    simulation->timer.context = simulation;
    return STATUS_DONE;
}

static int open_control(struct simulation *simulation)
{
    struct problem problem;
    const char *path = simulation->options.control_path;
    if (path == NULL)
        return STATUS_DONE;
    simulation->control.turned = turned;
    simulation->control.context = simulation;
    return simulate_control_open(&simulation->control, simulation->loop, path, &problem)
               ? STATUS_DONE
               : fail(problem.text);
}

static int open_all(struct simulation *simulation)
{
    static int (*const openers[])(struct simulation *) = {open_flash, open_module, open_loop,
                                                          open_control, open_ports};
    int status = STATUS_DONE;
    for (size_t i = 0; i < sizeof openers / sizeof openers[0] && status == STATUS_DONE; i++)
        status = openers[i](simulation);
    return status;
}

static void close_all(struct simulation *simulation)
{
    for (size_t i = 0; i < simulation->port_count; i++)
        simulate_port_close(&simulation->ports[i]);
    simulate_control_close(&simulation->control);
    loop_free(simulation->loop);
    sim_module_free(&simulation->module);
    close_flash(simulation);
}

static int simulate(struct simulation *simulation)
{
    simulation->start_us = clock_now_us();
    if (simulation->options.power == SIMULATE_POWER_ON)
        sim_module_power(&simulation->module, true, 0);
    run(simulation);
    int status = loop_run(simulation->loop);
    simulate_log_end(&simulation->log, simulation->module.loader.updates);
    return status < 0 ? fail(strerror(errno)) : status;
}

int simulate_main(int argc, char **argv)
{
    static struct simulation simulation;
    struct simulate_options *options = &simulation.options;
    int status = simulate_options_parse(options, argc, argv);
    if (status != STATUS_DONE || options->help)
        return status;

    simulation.log = (struct simulate_log){
        .json = options->json, .quiet = options->quiet, .verbose = options->verbose};
    simulation.port_count = options->link_count != 0 ? options->link_count : 1;
    simulation.control.watch.fd = -1;
    for (size_t i = 0; i < SIM_PORTS_MAX; i++)
        simulation.ports[i].pty.master_fd = -1;
    status = open_all(&simulation);
    if (status == STATUS_DONE)
        status = simulate(&simulation);
    close_all(&simulation);
    return status;
}
