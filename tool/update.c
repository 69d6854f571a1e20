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
#include "tool/image_check.h"
#include "tool/report.h"

struct update {
    struct update_options options;
    struct image_file image;
    struct loop *loop;
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
    const struct session_observer observer = {session_event, update};
    const struct update_options *options = &update->options;
    struct holders holders;
    update->running = options->port_count;
    for (size_t i = 0; i < options->port_count; i++)
        session_init(&update->sessions[i], &options->plan, options->ports[i], update->loop,
                     &observer);
    update->options.plan.modem_manager = modem_manager_find();
    holders_find(&holders);
    for (size_t i = 0; i < options->port_count; i++)
        session_start(&update->sessions[i], &holders);
    holders_free(&holders);
}

static int worst_status(const struct update *update)
{
    /* From the worst to the best. */
    static const int order[] = {STATUS_INTERRUPTED, STATUS_INVALID,    STATUS_REFUSED,
                                STATUS_NOT_STARTED, STATUS_NOT_OPENED, STATUS_NO_MODULE,
                                STATUS_USAGE};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        for (size_t k = 0; k < update->options.port_count; k++)
            if (update->sessions[k].verdict.status == order[i])
                return order[i];
    return STATUS_DONE;
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

static int run(struct update *update)
{
    if (!check_image(update))
        return STATUS_REFUSED;
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
    return worst_status(update);
}

static void clean_up(struct update *update)
{
    struct problem problem;
    if (update->report != NULL)
        report_free(update->report);
    if (!trace_close(update->options.plan.trace, &problem))
        fprintf(stderr, "gsmflash: warning: %s\n", problem.text);
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
