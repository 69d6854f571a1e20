/* SPDX-License-Identifier: MIT */
/* A command that switches the power. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tool/power_driver.h"

enum {
    COMMAND_LIMIT_MS = 60000,
};

static void command_ended(void *context, int status)
{
    struct power *power = context;
    const char *command = power->request.spec->command;
    const char *word = power->on ? "on" : "off";
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        power_ended(power);
        return;
    }
    if (WIFEXITED(status))
        problem_set(&power->problem, "the power command `%s %s` failed with status %d", command,
                    word, WEXITSTATUS(status));
    else if (WTERMSIG(status) == SIGKILL)
        problem_set(&power->problem, "the power command `%s %s` was killed; it has %d s", command,
                    word, COMMAND_LIMIT_MS / 1000);
    else
        problem_set(&power->problem, "the power command `%s %s` ended with signal %d", command,
                    word, WTERMSIG(status));
    power_failed(power);
}

static void begin(struct power *power)
{
    const char *command = power->request.spec->command;
    power->child.ended = command_ended;
    power->child.context = power;
    setenv("GSMFLASH_PORT", power->request.port, 1);
    if (child_start(&power->child, power->request.loop, command, power->on ? "on" : "off",
                    COMMAND_LIMIT_MS))
        return;
    problem_set(&power->problem, "the power command `%s` can't be run: %s", command,
                strerror(errno));
    power_failed(power);
}

static void stop(struct power *power)
{
    child_kill(&power->child);
}

const struct power_driver power_exec = {.begin = begin, .stop = stop};
