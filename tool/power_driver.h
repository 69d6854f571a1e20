/* SPDX-License-Identifier: MIT */
/* What a way to switch the power consists of. */
#ifndef TOOL_POWER_DRIVER_H
#define TOOL_POWER_DRIVER_H

#include "tool/power.h"

struct power_driver {
    /* False: power->problem. NULL: there is nothing to prepare. */
    bool (*start)(struct power *power);
    /* Begins a switch to power->on; power_ended() or power_failed() ends it. */
    void (*begin)(struct power *power);
    /* Of those whose begin is power_line_begin(): makes the line active or not. */
    bool (*set)(struct power *power, bool active);
    void (*stop)(struct power *power);
};

extern const struct power_driver power_exec;
extern const struct power_driver power_modem_line;
extern const struct power_driver power_gpio;

void power_ended(struct power *power);

/* power->problem says why. */
void power_failed(struct power *power);

#endif
