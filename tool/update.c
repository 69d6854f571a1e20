/* SPDX-License-Identifier: MIT */
/* `gsmflash update`: one image, any number of modules, one loop. */
#include "tool/update.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/commands.h"
#include "tool/exit_status.h"
#include "tool/gang.h"
#include "tool/image_check.h"
#include "tool/report.h"

struct update {
    struct update_options options;
    struct image_file image;
    struct loop *loop;
    struct disk *disk;
    struct report *report;
    struct session *sessions;
    size_t running;
};

static void session_event(void *context, const struct session *session,
                          const struct session_event *event)
{
    struct update *update = context;
    report_event(update->report, session, event);
    if (event->kind == SESSION_FINISHED && --update->running == 0)
        loop_stop(update->loop, 0);
}

static void signal_caught(void *context, int number)
{
    struct update *update = context;
    (void)number;
    for (size_t i = 0; i < update->options.port_count; i++)
        session_interrupt(&update->sessions[i]);
}

static bool prepare(struct update *update)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, 0};
    const struct update_options *options = &update->options;
    /* Whoever reads what is printed may leave; the module must not be left for that. */
    signal(SIGPIPE, SIG_IGN);
    update->sessions = calloc(options->port_count, sizeof *update->sessions);
    update->loop = loop_new();
    if (update->sessions == NULL || update->loop == NULL ||
        !loop_signals(update->loop, signals, signal_caught, update))
        return false;
    update->disk = update->options.plan.disk = disk_new(update->loop);
    const struct session_observer observer = {session_event, update};
    for (size_t i = 0; i < options->port_count; i++)
        session_init(&update->sessions[i], &options->plan, options->ports[i], update->loop,
                     &observer);
    const struct report_settings settings = {
        .json = options->json,
        .quiet = options->quiet,
        .verbose = options->verbose,
        .sessions = update->sessions,
        .count = options->port_count,
        .loop = update->loop,
    };
    update->report = report_new(&settings);
    return update->report != NULL;
}

static void start_sessions(struct update *update)
{
    const struct update_options *options = &update->options;
    struct holders holders;
    update->running = options->port_count;
    update->options.plan.modem_manager = modem_manager_find();
    holders_find(&holders);
    for (size_t i = 0; i < options->port_count; i++)
        session_start(&update->sessions[i], &holders);
    holders_free(&holders);
}

static bool check_image(const struct update *update)
{
    struct problem problem;
    const struct update_options *options = &update->options;
    if (image_check(&update->image, options->sha256_told ? options->sha256 : NULL, &problem))
        return true;
    fprintf(stderr, "gsmflash: %s\n", problem.text);
    return false;
}

static bool open_trace(struct update *update)
{
    struct problem problem;
    if (update->options.trace_path == NULL)
        return true;
    update->options.plan.trace = trace_open(update->options.trace_path, &problem);
    if (update->options.plan.trace == NULL)
        fprintf(stderr, "gsmflash: %s\n", problem.text);
    return update->options.plan.trace != NULL;
}

/* What several modules need that one does not. */
static int prepare_gang(struct update *update)
{
    struct problem problem;
    const struct update_options *options = &update->options;
    if (options->port_count == 1)
        return STATUS_DONE;
    int status = gang_check(options->ports, options->port_count, &problem);
    if (status == STATUS_DONE && !image_file_hold(&update->image, &problem))
        status = STATUS_NOT_OPENED;
    if (status != STATUS_DONE)
        fprintf(stderr, "gsmflash: %s\n", problem.text);
    return status;
}

static int run(struct update *update)
{
    if (!check_image(update))
        return STATUS_REFUSED;
    int status = prepare_gang(update);
    if (status != STATUS_DONE)
        return status;
    if (!open_trace(update))
        return STATUS_NOT_OPENED;
    if (!prepare(update)) {
        fprintf(stderr, "gsmflash: the update can't be started: %s\n", strerror(errno));
        return STATUS_NOT_OPENED;
    }
    start_sessions(update);
    if (update->running > 0 && loop_run(update->loop) < 0)
        fprintf(stderr, "gsmflash: waiting failed: %s\n", strerror(errno));
    signal_caught(update, 0);
    status = gang_status(update->sessions, update->options.port_count);
    report_end(update->report, status);
    return status;
}

static void clean_up(struct update *update)
{
    struct problem problem;
    if (update->report != NULL)
        report_free(update->report);
    if (!trace_close(update->options.plan.trace, &problem))
        fprintf(stderr, "gsmflash: warning: %s\n", problem.text);
    disk_free(update->disk);
    loop_free(update->loop);
    free(update->sessions);
    modem_manager_free(update->options.plan.modem_manager);
    image_file_close(&update->image);
}

int update_main(int argc, char **argv)
{
    struct update update = {.image.fd = -1};
    int status = update_options_parse(&update.options, argc, argv);
    if (status == STATUS_DONE && !update.options.help) {
        struct problem problem;
        if (image_file_open(&update.image, update.options.image_path, &problem)) {
            update.options.plan.image = &update.image;
            status = run(&update);
            clean_up(&update);
        } else {
            fprintf(stderr, "gsmflash: %s\n", problem.text);
            status = STATUS_NOT_OPENED;
        }
    }
    free(update.options.ports);
    return status;
}
