/* SPDX-License-Identifier: MIT */
#include "trace.h"

#include <stdarg.h>

/* Event number and seconds. */
static void stamp(const struct world *world)
{
    fprintf(world->trace, "%6u  %10.6f  ", world->events != 0 ? world->events - 1 : 0,
            (double)world->now_us / 1e6);
}

void trace_note_(const struct world *world, const char *format, ...)
{
    va_list arguments;

    stamp(world);
    va_start(arguments, format);
    vfprintf(world->trace, format, arguments);
    va_end(arguments);
    fputc('\n', world->trace);
}

void trace_byte_(const struct world *world, unsigned wire, uint8_t byte)
{
    static const char *const names[WIRES] = {"> module", "host <", "host > bridge",
                                             "bridge < module"};

    stamp(world);
    fprintf(world->trace, "%*s%s %02X\n", wire % 2 != 0 ? 24 : 0, "", names[wire], byte);
}

void trace_report_(struct world *world)
{
    static const char *const phases[] = {
        [GSMFLASH_PHASE_POWER_OFF] = "power off",
        [GSMFLASH_PHASE_SYNC] = "sync words",
        [GSMFLASH_PHASE_SYNC2] = "sync word 2",
        [GSMFLASH_PHASE_BEGIN] = "BEGIN",
        [GSMFLASH_PHASE_PROBE] = "probe",
        [GSMFLASH_PHASE_DATA] = "DATA",
        [GSMFLASH_PHASE_END] = "END",
        [GSMFLASH_PHASE_RUN] = "RUN",
        [GSMFLASH_PHASE_REBOOT] = "reboot",
        [GSMFLASH_PHASE_FINISHED] = "finished",
    };
    static const char *const firmware[] = {"untouched", "invalid", "valid"};
    const struct gsmflash_report *report = &world->host.report;

    if (report->phase != world->told_phase) {
        world->told_phase = report->phase;
        trace_note_(world, "host: %s, attempt %u, firmware %s, %u repeats; %s",
                    phases[report->phase], report->attempt, firmware[report->firmware],
                    (unsigned)report->repeats,
                    gsmflash_error_text((enum gsmflash_error)report->error));
    }
}
