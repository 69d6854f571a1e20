/* SPDX-License-Identifier: MIT */
/* The command line of `gsmflash simulate`. */
#ifndef TOOL_SIMULATE_OPTIONS_H
#define TOOL_SIMULATE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/fault.h"
#include "sim/module.h"

enum simulate_power {
    SIMULATE_POWER_FIRST_SYNC, /* somebody switches it off and on when sync words come */
    SIMULATE_POWER_ON,         /* it is switched on once */
    SIMULATE_POWER_CONTROL,    /* a file tells */
};

struct simulate_options {
    const char *links[SIM_PORTS_MAX];
    size_t link_count;
    const char *flash_path;
    uint32_t flash_bytes; /* 0: the file's, or the default */
    uint32_t mtu;
    uint32_t baud;     /* 0: as fast as it goes */
    uint32_t sessions; /* 0: no end */
    enum simulate_power power;
    const char *control_path;
    struct sim_faults faults;
    bool json;
    bool quiet;
    bool verbose;
    bool help; /* it was asked for, and printed */
};

/* Returns an exit status; what is wrong was said on stderr. */
int simulate_options_parse(struct simulate_options *options, int argc, char **argv);

#endif
