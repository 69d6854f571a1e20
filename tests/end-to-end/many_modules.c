/* SPDX-License-Identifier: MIT */
/*
 * Many simulated modules in one process, at real pace, each behind a pty of its own:
 *
 *   many_modules FOLDER COUNT BAUD FLASH_BYTES [NUMBER=FAULTS ...]
 *
 * FOLDER/00, FOLDER/01 and so on are links to the ptys; module NUMBER is given FAULTS. When it is
 * ended (SIGTERM) each flash is written to FOLDER/NN.flash, and a line for each says whether its
 * application runs.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "posix/clock.h"
#include "posix/loop.h"
#include "sim/module.h"
#include "tool/simulate_port.h"

enum {
    MODULES_MAX = 1000,
    LUMP_BYTES = 256,
};

struct modules;

struct simulated {
    struct modules *all;
    struct timer timer;
    struct sim_flash flash;
    struct sim_faults faults;
    struct sim_module module;
    struct simulate_port port;
};

struct modules {
    struct loop *loop;
    uint64_t start_us;
    const char *folder;
    struct simulated *list;
    size_t count;
    uint32_t baud;
    uint32_t flash_bytes;
};

static const struct simulate_log silent = {.quiet = true};

static void fail(const char *what)
{
    fprintf(stderr, "many_modules: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t now_us(void *context)
{
    const struct simulated *one = context;
    return clock_now_us() - one->all->start_us;
}

static void run(void *context)
{
    struct simulated *one = context;
    uint64_t now = now_us(one);
    sim_module_run(&one->module, now);
    simulate_port_pump(&one->port, now);
    uint64_t next_us = sim_module_next_us(&one->module);
    uint64_t out_us = sim_line_next_us(&one->module.ports[0].out);
    next_us = out_us < next_us ? out_us : next_us;
    if (next_us == SIM_NEVER)
        loop_timer_clear(one->all->loop, &one->timer);
    else
        loop_timer_set(one->all->loop, &one->timer, one->all->start_us + next_us);
}

static void path_of(const struct simulated *one, const char *end, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/%02u%s", one->all->folder, (unsigned)(one - one->all->list), end);
}

static void start(struct simulated *one)
{
    const struct modules *all = one->all;
    const struct sim_flash_config flash = {.firmware_bytes = all->flash_bytes};
    struct problem problem;
    char link[PATH_MAX];
    uint8_t *memory = malloc(sim_flash_bytes(&flash));
    if (memory == NULL)
        fail("memory");
    memset(memory, 0xFF, sim_flash_bytes(&flash));
    sim_flash_init(&one->flash, &flash, memory);
    const struct sim_module_config config = {.flash = &one->flash,
                                             .faults = &one->faults,
                                             .baud = all->baud,
                                             .lump_bytes = LUMP_BYTES,
                                             .hand = true};
    if (!sim_module_init(&one->module, &config))
        fail("memory");
    one->timer = (struct timer){.expired = run, .context = one};
    one->port = (struct simulate_port){.log = &silent,
                                       .module = &one->module,
                                       .uart = &one->module.ports[0],
                                       .baud = all->baud,
                                       .now_us = now_us,
                                       .ready = run,
                                       .context = one};
    path_of(one, "", link);
    if (!simulate_port_open(&one->port, all->loop, link, &problem)) {
        fprintf(stderr, "many_modules: %s\n", problem.text);
        exit(1);
    }
}

static void end(struct simulated *one)
{
    char path[PATH_MAX];
    path_of(one, ".flash", path);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(one->flash.memory, one->all->flash_bytes, 1, file) != 1 ||
        fclose(file) != 0)
        fail(path);
    printf("%02u %s\n", (unsigned)(one - one->all->list),
           one->module.mode == SIM_MODULE_APPLICATION ? "runs" : "does not run");
    simulate_port_close(&one->port);
    sim_module_free(&one->module);
    free(one->flash.memory);
}

static void give_faults(struct modules *all, const char *text)
{
    char *specs;
    unsigned long number = strtoul(text, &specs, 10);
    const char *wrong = "no NUMBER=FAULTS";
    if (*specs == '=' && number < all->count)
        wrong = sim_faults_add(&all->list[number].faults, specs + 1);
    if (wrong != NULL) {
        fprintf(stderr, "many_modules: %s: %s\n", text, wrong);
        exit(1);
    }
}

static void caught(void *context, int number)
{
    (void)number;
    loop_stop(context, 0);
}

int main(int argc, char **argv)
{
    static const int signals[] = {SIGTERM, SIGINT, 0};
    struct modules all = {.loop = loop_new(), .start_us = clock_now_us()};
    if (argc < 5 || all.loop == NULL || !loop_signals(all.loop, signals, caught, all.loop))
        fail("usage: many_modules FOLDER COUNT BAUD FLASH_BYTES [NUMBER=FAULTS ...]");
    all.folder = argv[1];
    all.count = strtoul(argv[2], NULL, 10);
    all.baud = (uint32_t)strtoul(argv[3], NULL, 10);
    all.flash_bytes = (uint32_t)strtoul(argv[4], NULL, 10);
    all.list = all.count <= MODULES_MAX ? calloc(all.count, sizeof *all.list) : NULL;
    if (all.list == NULL)
        fail("memory");
    for (int i = 5; i < argc; i++)
        give_faults(&all, argv[i]);
    for (size_t i = 0; i < all.count; i++) {
        all.list[i].all = &all;
        start(&all.list[i]);
    }
    puts("ready");
    fflush(stdout);
    loop_run(all.loop);
    for (size_t i = 0; i < all.count; i++)
        end(&all.list[i]);
    loop_free(all.loop);
    free(all.list);
    return 0;
}
