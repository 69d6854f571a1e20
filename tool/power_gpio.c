/* SPDX-License-Identifier: MIT */
/* A GPIO line of this machine, by libgpiod. */
#include <errno.h>
#include <gpiod.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tool/power_line.h"

/* gpiod_chip_open_lookup() would look at every chip first, and fail where one may not be opened. */
static struct gpiod_chip *open_chip(const char *name)
{
    static const char prefix[] = "gpiochip";
    if (name[0] == '/')
        return gpiod_chip_open(name);
    if (strncmp(name, prefix, strlen(prefix)) == 0)
        return gpiod_chip_open_by_name(name);
    if (name[strspn(name, "0123456789")] == '\0') {
        char number[sizeof prefix + 64];
        snprintf(number, sizeof number, "%s%s", prefix, name);
        return gpiod_chip_open_by_name(number);
    }
    return gpiod_chip_open_by_label(name);
}

static void say_denied(const char *chip, struct problem *problem)
{
    char path[80];
    struct stat node;
    snprintf(path, sizeof path, "%s%s", chip[0] == '/' ? "" : "/dev/", chip);
    bool found = stat(path, &node) == 0;
    bool group_may = found && (node.st_mode & (S_IRGRP | S_IWGRP)) == (S_IRGRP | S_IWGRP);
    const struct group *group = group_may ? getgrgid(node.st_gid) : NULL;
    if (group != NULL && node.st_gid != 0)
        problem_set(problem,
                    "no permission for GPIO chip '%s'; the group '%s' has it: `sudo usermod -aG %s "
                    "$USER`, then log in again",
                    chip, group->gr_name, group->gr_name);
    else
        problem_set(problem,
                    "no permission for GPIO chip '%s'; a udev rule that gives the chip to a group "
                    "of yours helps, or sudo",
                    chip);
}

static void say_no_chip(const char *chip, struct problem *problem)
{
    switch (errno) {
    case EACCES:
    case EPERM:
        say_denied(chip, problem);
        break;
    case ENOENT:
        problem_set(problem, "there is no GPIO chip '%s'; `gpiodetect` lists those there are",
                    chip);
        break;
    case ENOTTY:
    case ENODEV:
    case EINVAL:
        problem_set(problem, "'%s' is no GPIO chip; `gpiodetect` lists those there are", chip);
        break;
    default:
        problem_set(problem, "GPIO chip '%s' can't be opened: %s", chip, strerror(errno));
        break;
    }
}

static void say_not_had(struct power *power)
{
    const struct power_spec *spec = power->request.spec;
    int error = errno;
    const char *consumer = gpiod_line_consumer(power->line);
    if (error == EBUSY)
        problem_set(&power->problem,
                    "GPIO line %u of '%s' is in use by %s; stop that first (`gpioinfo` shows who "
                    "has which)",
                    spec->line, spec->chip, consumer != NULL ? consumer : "another program");
    else if (error == EACCES || error == EPERM)
        say_denied(spec->chip, &power->problem);
    else
        problem_set(&power->problem, "GPIO line %u of '%s' is not to be had: %s", spec->line,
                    spec->chip, strerror(error));
}

/* As it is: the module keeps its supply until it is to be switched. */
static bool request_line(struct power *power)
{
    const struct power_spec *spec = power->request.spec;
    const struct gpiod_line_request_config config = {
        .consumer = "gsmflash",
        .request_type = GPIOD_LINE_REQUEST_DIRECTION_AS_IS,
        .flags = spec->active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0,
    };
    power->line = gpiod_chip_get_line(power->chip, spec->line);
    if (power->line == NULL) {
        unsigned lines = gpiod_chip_num_lines(power->chip);
        problem_set(&power->problem, "GPIO chip '%s' has no line %u; it has %u, from 0 to %u",
                    spec->chip, spec->line, lines, lines - 1);
        return false;
    }
    if (gpiod_line_request(power->line, &config, 0) == 0)
        return true;
    say_not_had(power);
    return false;
}

static bool start(struct power *power)
{
    const struct power_spec *spec = power->request.spec;
    power->chip = open_chip(spec->chip);
    if (power->chip == NULL) {
        say_no_chip(spec->chip, &power->problem);
        return false;
    }
    return request_line(power) && power_line_start(power);
}

static bool set(struct power *power, bool active)
{
    const struct power_spec *spec = power->request.spec;
    if (gpiod_line_set_direction_output(power->line, active) == 0)
        return true;
    problem_set(&power->problem, "GPIO line %u of '%s' can't be switched: %s", spec->line,
                spec->chip, strerror(errno));
    return false;
}

static void stop(struct power *power)
{
    power_line_stop(power);
    if (power->chip != NULL)
        gpiod_chip_close(power->chip);
    power->chip = NULL;
    power->line = NULL;
}

const struct power_driver power_gpio = {
    .start = start,
    .begin = power_line_begin,
    .set = set,
    .stop = stop,
};
