/* SPDX-License-Identifier: MIT */
#include "tool/power.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

enum {
    COMMAND_LIMIT_MS = 60000,
};

bool power_parse(struct power_spec *spec, const char *text, struct problem *problem)
{
    static const char exec[] = "exec:";
    *spec = (struct power_spec){.method = POWER_MANUAL};
    if (strcmp(text, "manual") == 0)
        return true;
    if (strcmp(text, "none") == 0) {
        spec->method = POWER_NONE;
        return true;
    }
    if (strncmp(text, exec, strlen(exec)) == 0 && text[strlen(exec)] != '\0') {
        spec->method = POWER_EXEC;
        spec->command = text + strlen(exec);
        return true;
    }
    problem_set(problem, "--power: '%s' is none of manual, none, exec:COMMAND", text);
    return false;
}

bool power_is_automatic(const struct power_spec *spec)
{
    return spec->method == POWER_EXEC;
}

static void begin(struct power *power, bool on);

static void command_ended(void *context, int status)
{
    struct power *power = context;
    const char *word = power->on ? "on" : "off";
    power->busy = false;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        if (power->queued) {
            power->queued = false;
            begin(power, power->next);
        }
        if (!power->busy)
            power->done(power->context, NULL);
        return;
    }
    if (WIFEXITED(status))
        problem_set(&power->problem, "the power command `%s %s` failed with status %d",
                    power->spec->command, word, WEXITSTATUS(status));
    else if (WTERMSIG(status) == SIGKILL)
        problem_set(&power->problem, "the power command `%s %s` was killed; it has %d s",
                    power->spec->command, word, COMMAND_LIMIT_MS / 1000);
    else
        problem_set(&power->problem, "the power command `%s %s` ended with signal %d",
                    power->spec->command, word, WTERMSIG(status));
    power->done(power->context, power->problem.text);
}

static void begin(struct power *power, bool on)
{
    power->on = on;
    power->busy = true;
    power->child.ended = command_ended;
    power->child.context = power;
    if (child_start(&power->child, power->loop, power->spec->command, on ? "on" : "off",
                    COMMAND_LIMIT_MS))
        return;
    power->busy = false;
    problem_set(&power->problem, "the power command `%s` can't be run: %s", power->spec->command,
                strerror(errno));
    power->done(power->context, power->problem.text);
}

void power_start(struct power *power, const struct power_spec *spec, struct loop *loop,
                 void (*done)(void *context, const char *failure), void *context)
{
    *power = (struct power){.spec = spec, .loop = loop, .done = done, .context = context};
}

void power_switch(struct power *power, bool on)
{
    if (power->busy) {
        power->next = on;
        power->queued = true;
        return;
    }
    begin(power, on);
}

bool power_busy(const struct power *power)
{
    return power->busy;
}

void power_stop(struct power *power)
{
    child_kill(&power->child);
    power->busy = false;
    power->queued = false;
}
