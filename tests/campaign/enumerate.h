/* SPDX-License-Identifier: MIT */
/* Every fault at every event of a session, one alone or two together. */
#ifndef CAMPAIGN_ENUMERATE_H
#define CAMPAIGN_ENUMERATE_H

#include "promise.h"

#define CASE_TEXT_BYTES 160u

/* What was played, and what came of it. */
struct tally {
    uint64_t cases;
    uint64_t sessions;
    uint64_t events;
    uint64_t by_kind[FAULT_KINDS]; /* faults that struck */
    uint64_t by_event[EVENT_KINDS];
    uint64_t by_report[REPORT_KINDS];
    uint64_t holes;      /* sessions in which a DATA frame out of the image was taken */
    uint64_t holes_bad;  /* of these, with a wrong image that is called valid */
    uint64_t collisions; /* in which a damaged frame had a right CRC16 */
    uint64_t broken;
    uint32_t repeats_max; /* in one session */
    char repeats_case[CASE_TEXT_BYTES];
    uint32_t first; /* of all the cases, play this one and every so many more */
    uint32_t every;
    uint64_t number; /* of cases that came by */
};

/* The world's setup has been prepared. Broken promises are told with their replay strings. */
void enumerate_single(struct world *world, struct tally *tally);
void enumerate_pairs(struct world *world, struct tally *tally);

void tally_add(struct tally *sum, const struct tally *part);

/* Writes "SETUP:FAULT,FAULT"; reads it. */
void case_write(const struct setup *setup, const struct fault *faults, size_t count, char *text);
bool case_read(const char *text, struct setup *setup, struct fault *faults, size_t *count,
               size_t max);

#endif
