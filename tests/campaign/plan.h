/* SPDX-License-Identifier: MIT */
/* Which sessions the campaign breaks. */
#ifndef CAMPAIGN_PLAN_H
#define CAMPAIGN_PLAN_H

#include "enumerate.h"

struct plan {
    const char *name;
    /* The setup with this index; false: there are no more. */
    bool (*setup)(unsigned index, struct setup *setup);
    void (*enumerate)(struct world *world, struct tally *tally);
};

/*
 * single: all setups, each fault alone; pairs: one small session, any two faults; more-pairs: other
 * small sessions; hole: images that hold DATA frames; hole-pairs: two faults with such; checked:
 * one fault, with the product's own check at END. NULL: no such plan.
 */
const struct plan *plan_named(const char *name);

#endif
