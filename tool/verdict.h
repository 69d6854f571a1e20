/* SPDX-License-Identifier: MIT */
/* How an update ended: the exit status, and the line that says what, why and what to do next. */
#ifndef TOOL_VERDICT_H
#define TOOL_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "gsmflash/host.h"

enum ending {
    ENDING_HOST,    /* the host finished: its report says how */
    ENDING_ALREADY, /* it runs that revision already: `detail` */
    ENDING_INTERRUPTED,
    ENDING_PORT_NOT_OPENED,
    ENDING_PORT_LOST,
    ENDING_IMAGE_CHANGED,
    ENDING_POWER_FAILED,
    ENDING_REVISION_UNKNOWN, /* updated, but the module does not tell what it runs */
    ENDING_REVISION_WRONG,   /* updated, but it runs something else */
};

/* What the verdict is made from, beside the host's report. */
struct circumstances {
    enum ending ending;
    const char *detail;   /* why the port or the power failed, what the module runs; else NULL */
    const char *expected; /* the revision that it should run; NULL: any */
    uint32_t image_bytes;
    uint32_t timeout_ms;
    uint32_t received_bytes;
    bool only_echoes; /* all that was received were our own sync words */
    bool power_automatic;
    bool no_run;
};

struct verdict {
    int status;        /* enum exit_status */
    const char *error; /* its name in JSON; NULL: none */
    char text[768];
};

void verdict_find(struct verdict *verdict, const struct gsmflash_report *report,
                  const struct circumstances *circumstances);

/* "the module is untouched", and so on. */
const char *firmware_sentence(unsigned firmware);

#endif
