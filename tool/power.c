/* SPDX-License-Identifier: MIT */
#include "tool/power.h"

#include <stddef.h>

#include "tool/power_driver.h"

static const struct power_driver *const drivers[] = {
    [POWER_MANUAL] = NULL,           [POWER_NONE] = NULL,
    [POWER_EXEC] = &power_exec,      [POWER_DTR] = &power_modem_line,
    [POWER_RTS] = &power_modem_line, [POWER_GPIO] = &power_gpio,
};

bool power_start(struct power *power, const struct power_request *request)
{
    *power = (struct power){.request = *request, .driver = drivers[request->spec->method]};
    return power->driver == NULL || power->driver->start == NULL || power->driver->start(power);
}

static void begin(struct power *power, bool on)
{
    power->on = on;
    power->busy = true;
    power->driver->begin(power);
}

void power_switch(struct power *power, bool on)
{
    if (power->driver == NULL)
        return;
    if (power->busy) {
        power->next = on;
        power->queued = true;
        return;
    }
    begin(power, on);
}

void power_ended(struct power *power)
{
    power->busy = false;
    if (power->queued) {
        power->queued = false;
        begin(power, power->next);
        return;
    }
    power->request.done(power->request.context, NULL);
}

void power_failed(struct power *power)
{
    power->busy = false;
    power->queued = false;
    power->request.done(power->request.context, power->problem.text);
}

bool power_busy(const struct power *power)
{
    return power->busy;
}

void power_stop(struct power *power)
{
    if (power->driver != NULL)
        power->driver->stop(power);
    power->driver = NULL;
    power->busy = false;
    power->queued = false;
}
