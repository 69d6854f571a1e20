/* SPDX-License-Identifier: MIT */
#include "tool/power_line.h"

#include "posix/clock.h"

static void set_timer(struct power *power, void (*expired)(void *context), uint32_t after_ms)
{
    power->timer = (struct timer){.expired = expired, .context = power};
    loop_timer_set(power->request.loop, &power->timer, clock_now_us() + after_ms * UINT64_C(1000));
}

static void settled(void *context)
{
    power_ended(context);
}

static void settle(struct power *power)
{
    if (!power->on && power->request.spec->settle_ms != 0)
        set_timer(power, settled, power->request.spec->settle_ms);
    else
        power_ended(power);
}

static void release(void *context)
{
    struct power *power = context;
    power->pressed = false;
    if (power->driver->set(power, false))
        settle(power);
    else
        power_failed(power);
}

static void press(struct power *power, uint32_t press_ms)
{
    if (!power->driver->set(power, true)) {
        power_failed(power);
        return;
    }
    power->pressed = true;
    set_timer(power, release, press_ms);
}

bool power_line_start(struct power *power)
{
    return !power->request.spec->pulsed || power->driver->set(power, false);
}

void power_line_begin(struct power *power)
{
    const struct power_spec *spec = power->request.spec;
    uint32_t press_ms = power->on ? spec->on_ms : spec->off_ms;
    if (spec->pulsed && press_ms != 0)
        press(power, press_ms);
    else if (spec->pulsed || power->driver->set(power, power->on))
        settle(power);
    else
        power_failed(power);
}

void power_line_stop(struct power *power)
{
    if (power->pressed)
        power->driver->set(power, false);
    power->pressed = false;
    loop_timer_clear(power->request.loop, &power->timer);
}
