/* SPDX-License-Identifier: MIT */
/* DTR and RTS of the module's port. */
#include <errno.h>
#include <string.h>

#include "tool/power_line.h"

static void warn_once(struct power *power, const char *name)
{
    struct problem warning;
    if (power->warned)
        return;
    power->warned = true;
    problem_set(&warning,
                "the port has no %s line, so --power can't switch the module: switch it off and on "
                "by hand, or use another --power",
                name);
    power->request.warn(power->request.context, warning.text);
}

static bool set(struct power *power, bool active)
{
    const struct power_spec *spec = power->request.spec;
    bool dtr = spec->method == POWER_DTR;
    const char *name = dtr ? "DTR" : "RTS";
    if (serial_set_line(power->request.serial, dtr ? SERIAL_DTR : SERIAL_RTS,
                        active != spec->active_low))
        return true;
    /* What a pty and a socket answer, and drivers without such lines. */
    if (errno == ENOTTY || errno == EINVAL) {
        warn_once(power, name);
        return true;
    }
    problem_set(&power->problem, "the port's %s line can't be switched: %s", name, strerror(errno));
    return false;
}

const struct power_driver power_modem_line = {
    .start = power_line_start,
    .begin = power_line_begin,
    .set = set,
    .stop = power_line_stop,
};
