/* SPDX-License-Identifier: MIT */
/* On the PC callgrind counts; one kind of work in a process. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <valgrind/callgrind.h>

#include "meter.h"
#include "work.h"

void meter_enter(void)
{
    CALLGRIND_TOGGLE_COLLECT;
}

void meter_leave(void)
{
    CALLGRIND_TOGGLE_COLLECT;
}

void meter_tell(const char *name, uint32_t bytes)
{
    if (name == NULL) {
        CALLGRIND_ZERO_STATS;
    } else {
        printf("%s %u\n", name, (unsigned)bytes);
    }
}

int main(int argc, char **argv)
{
    const char *work = argc == 2 ? argv[1] : "";

    if (strcmp(work, "crc") == 0) {
        work_crc(work);
    } else if (strcmp(work, "host") == 0) {
        work_host(work, 13);
    } else if (strcmp(work, "module") == 0) {
        work_module(work, 16);
    } else if (strcmp(work, "bridge") == 0) {
        work_bridge(work, 16);
    } else {
        fputs("callgrind: crc, host, module or bridge\n", stderr);
        return 2;
    }
    return 0;
}
