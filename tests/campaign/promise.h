/* SPDX-License-Identifier: MIT */
/*
 * The promise: an update ends with the image whole and running, or with an error that says truly
 * what state the module is in; a module is never started on a wrong image; a fresh update always
 * brings it back.
 */
#ifndef CAMPAIGN_PROMISE_H
#define CAMPAIGN_PROMISE_H

#include "world.h"

/* What the host of the session in which something went wrong has reported. */
enum report_kind {
    REPORT_UPDATED,     /* valid, and started where that was asked for */
    REPORT_NOT_STARTED, /* valid, but its start was not confirmed */
    REPORT_INVALID,
    REPORT_UNTOUCHED,
    REPORT_KINDS,
};

struct verdict {
    const char *broken; /* the promise that was broken, or NULL */
    enum report_kind report;
    enum taint taint; /* what got past the protocol, and is held against it only with a check */
    bool fooled;      /* and led to a wrong image that is called valid */
    uint32_t events;  /* of the session with the faults: world->kinds tells of which kind */
    uint32_t repeats;
    uint32_t sessions; /* that were played */
};

/*
 * Plays a session with faults, holds the host's report against what the flash holds and what ran,
 * then lets a new host make a clean update of whatever that left behind.
 */
struct verdict promise_play(struct world *world, const struct fault *faults, size_t count);

#endif
