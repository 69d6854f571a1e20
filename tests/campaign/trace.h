/* SPDX-License-Identifier: MIT */
/* Tells what happens in a world, a line each, where somebody wants to read it. */
#ifndef CAMPAIGN_TRACE_H
#define CAMPAIGN_TRACE_H

#include "world.h"

void trace_note_(const struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void trace_byte_(const struct world *world, unsigned wire, uint8_t byte);
void trace_report_(struct world *world);

#define trace_note(world, ...) \
    ((world)->trace != NULL ? trace_note_((world), __VA_ARGS__) : (void)0)

static inline void trace_byte(const struct world *world, unsigned wire, uint8_t byte)
{
    if (world->trace != NULL) {
        trace_byte_(world, wire, byte);
    }
}

static inline void trace_fault(const struct world *world, const struct fault *fault)
{
    trace_note(world, "*** %s %u ***", fault_name(fault->kind), (unsigned)fault->value);
}

/* The host's phase, where it has changed. */
static inline void trace_report(struct world *world)
{
    if (world->trace != NULL) {
        trace_report_(world);
    }
}

#endif
