/* SPDX-License-Identifier: MIT */
/* What the command line of `gsmflash bridge` says. */
#ifndef TOOL_BRIDGE_OPTIONS_H
#define TOOL_BRIDGE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/power_spec.h"

struct bridge_options {
    const char *ports[2]; /* indexed by enum gsmflash_side */
    struct power_spec power;
    uint32_t baud;
    uint32_t silence_ms;
    bool once;
    bool json;
    bool quiet;
    bool help;
};

/* Returns the exit status: not STATUS_DONE is a usage error that has been told. */
int bridge_options_parse(struct bridge_options *options, int argc, char **argv);

#endif
