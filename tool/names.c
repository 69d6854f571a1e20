/* SPDX-License-Identifier: MIT */
#include "tool/names.h"

#include <stddef.h>

#include "gsmflash/host.h"

static const char *const phases[] = {
    [GSMFLASH_PHASE_POWER_OFF] = "power_off",
    [GSMFLASH_PHASE_SYNC] = "sync",
    [GSMFLASH_PHASE_SYNC2] = "sync2",
    [GSMFLASH_PHASE_BEGIN] = "begin",
    [GSMFLASH_PHASE_PROBE] = "probe",
    [GSMFLASH_PHASE_DATA] = "data",
    [GSMFLASH_PHASE_END] = "end",
    [GSMFLASH_PHASE_RUN] = "run",
    [GSMFLASH_PHASE_REBOOT] = "reboot",
    [GSMFLASH_PHASE_FINISHED] = "finished",
};

static const char *const causes[] = {
    [GSMFLASH_CAUSE_NONE] = "none",
    [GSMFLASH_CAUSE_SILENCE] = "silence",
    [GSMFLASH_CAUSE_DAMAGED] = "damaged",
    [GSMFLASH_CAUSE_STATUS] = "status",
};

static const char *const errors[] = {
    [GSMFLASH_OK] = "none",
    [GSMFLASH_ERROR_CONFIG] = "config",
    [GSMFLASH_ERROR_NO_SYNC] = "no_sync",
    [GSMFLASH_ERROR_HALF_SYNC] = "half_sync",
    [GSMFLASH_ERROR_NO_ANSWER] = "no_answer",
    [GSMFLASH_ERROR_LINE] = "line",
    [GSMFLASH_ERROR_FLASH] = "flash",
    [GSMFLASH_ERROR_REFUSED] = "refused",
    [GSMFLASH_ERROR_SEQUENCE] = "sequence",
    [GSMFLASH_ERROR_OPEN] = "open",
    [GSMFLASH_ERROR_MTU] = "mtu",
    [GSMFLASH_ERROR_READ] = "read",
    [GSMFLASH_ERROR_NOT_STARTED] = "not_started",
    [GSMFLASH_ERROR_PORT] = "port",
};

static const char *const firmwares[] = {
    [GSMFLASH_FIRMWARE_UNTOUCHED] = "untouched",
    [GSMFLASH_FIRMWARE_INVALID] = "invalid",
    [GSMFLASH_FIRMWARE_VALID] = "valid",
};

static const char *name(const char *const *list, size_t count, unsigned value)
{
    return value < count && list[value] != NULL ? list[value] : "unknown";
}

#define NAME(list, value) name(list, sizeof(list) / sizeof *(list), value)

const char *phase_name(unsigned phase)
{
    return NAME(phases, phase);
}

const char *cause_name(unsigned cause)
{
    return NAME(causes, cause);
}

const char *error_name(unsigned error)
{
    return NAME(errors, error);
}

const char *firmware_name(unsigned firmware)
{
    return NAME(firmwares, firmware);
}
