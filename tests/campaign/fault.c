/* SPDX-License-Identifier: MIT */
#include "fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(kind) (1u << (kind))
#define ANYTHING (AT(EVENT_KINDS) - 1u)

static const struct {
    const char *name;
    uint8_t values;
    uint8_t events; /* AT() of the kinds at which it can happen */
} kinds[FAULT_KINDS] = {
    [FAULT_LOSE] = {"lose", 1, AT(EVENT_BYTE)},
    [FAULT_GAP] = {"gap", 30, AT(EVENT_BYTE)},
    [FAULT_DOUBLE] = {"double", 1, AT(EVENT_BYTE)},
    [FAULT_FLIP] = {"flip", 8, AT(EVENT_BYTE)},
    [FAULT_PAUSE] = {"pause", 1, AT(EVENT_BYTE)},
    [FAULT_STALL] = {"stall", 1, AT(EVENT_BYTE)},
    [FAULT_NOISE] = {"noise", 1, AT(EVENT_BYTE)},
    [FAULT_DEAD] = {"dead", 1, AT(EVENT_BYTE)},
    [FAULT_DARK] = {"dark", 1, AT(EVENT_BYTE)},
    [FAULT_TWICE] = {"twice", 1, AT(EVENT_ANSWER)},
    [FAULT_LATE] = {"late", 1, AT(EVENT_ANSWER)},
    [FAULT_GONE] = {"gone", 1, AT(EVENT_ANSWER)},
    [FAULT_BEFORE] = {"before", 1, AT(EVENT_FLASH)},
    [FAULT_TORN] = {"torn", 4, AT(EVENT_FLASH)},
    [FAULT_AFTER] = {"after", 1, AT(EVENT_FLASH)},
    [FAULT_FAIL] = {"fail", 2, AT(EVENT_FLASH)},
    [FAULT_IGNORE] = {"ignore", 1, AT(EVENT_FLASH)},
    [FAULT_STUCK] = {"stuck", 4, AT(EVENT_FLASH)},
    [FAULT_JAM] = {"jam", 1, AT(EVENT_POWER)},
    [FAULT_DIP] = {"dip", 1, AT(EVENT_BYTE) | AT(EVENT_TIMER) | AT(EVENT_POWER)},
    [FAULT_CUT] = {"cut", 1, ANYTHING},
    [FAULT_CRASH] = {"crash", 1, ANYTHING},
    [FAULT_OUTAGE] = {"outage", 1, ANYTHING},
    [FAULT_BOTH] = {"both", 1, ANYTHING},
    [FAULT_RELAY] = {"relay", 1, ANYTHING},
};

unsigned fault_values(enum fault_kind kind, enum event_kind event, bool bridged)
{
    if ((kinds[kind].events & AT(event)) == 0 || (kind == FAULT_RELAY && !bridged)) {
        return 0;
    }
    return kinds[kind].values;
}

unsigned fault_values_max(enum fault_kind kind)
{
    return kinds[kind].values;
}

const char *fault_name(enum fault_kind kind)
{
    return kinds[kind].name;
}

size_t fault_write(const struct fault *fault, char *text, size_t size)
{
    int length =
        kinds[fault->kind].values > 1
            ? snprintf(text, size, "%u=%s%u", (unsigned)fault->event, kinds[fault->kind].name,
                       (unsigned)fault->value)
            : snprintf(text, size, "%u=%s", (unsigned)fault->event, kinds[fault->kind].name);
    return length > 0 ? (size_t)length : 0;
}

bool fault_read(struct fault *fault, const char **text)
{
    char *rest;
    unsigned long event = strtoul(*text, &rest, 10);

    if (rest == *text || *rest != '=') {
        return false;
    }
    rest++;
    size_t length = strspn(rest, "abcdefghijklmnopqrstuvwxyz");
    for (unsigned kind = 0; kind < FAULT_KINDS; kind++) {
        if (strlen(kinds[kind].name) == length && memcmp(kinds[kind].name, rest, length) == 0) {
            unsigned long value = strtoul(rest + length, &rest, 10);
            *fault = (struct fault){(uint32_t)event, (uint8_t)kind, (uint8_t)value};
            *text = rest;
            return event <= UINT32_MAX && value < kinds[kind].values;
        }
    }
    return false;
}
