/* SPDX-License-Identifier: MIT */
/* Numbers that look random and are the same on every run: xorshift32. */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stdint.h>

struct sim_random {
    uint32_t state;
};

static inline struct sim_random sim_random_seeded(uint32_t seed)
{
    /* Neighbouring seeds must not give neighbouring sequences, and the state must not be 0. */
    uint32_t state = (seed + 1u) * 2654435761u;
    return (struct sim_random){.state = state ? state : 1u};
}

static inline uint32_t sim_random_next(struct sim_random *random)
{
    uint32_t x = random->state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    random->state = x;
    return x;
}

#endif
