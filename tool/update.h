/* SPDX-License-Identifier: MIT */
/* The options of `gsmflash update`. */
#ifndef TOOL_UPDATE_H
#define TOOL_UPDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "tool/session.h"

struct update_options {
    struct plan plan; /* but for its image */
    const char *image_path;
    const char *trace_path;       /* NULL: none */
    uint8_t sha256[SHA256_BYTES]; /* that the image is to have, where it is told */
    bool sha256_told;
    const char **ports; /* the list is to be freed, what it points to lies in argv */
    size_t port_count;
    bool json;
    bool quiet;
    bool verbose;
    bool help; /* the help has been printed: nothing else is wanted */
};

/* Returns STATUS_DONE, or STATUS_USAGE after it has said what is wrong. */
int update_options_parse(struct update_options *options, int argc, char **argv);

#endif
