/* SPDX-License-Identifier: MIT */
/*
 * The hand at the module's power switch: that of a person who sees that the host sends sync words
 * and switches the module off and on.
 */
#ifndef SIM_HAND_H
#define SIM_HAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed memory is a hand that has seen nothing. */
struct sim_hand {
    uint64_t first_us; /* when the sync words began */
    uint64_t last_us;  /* when the last one came */
    uint32_t count;    /* how many */
};

/*
 * Sees bytes that come to the module. True when sync words have come for 100 ms and nothing else
 * between them: then the module is to be switched off and on, and the hand begins anew.
 */
bool sim_hand_sees(struct sim_hand *hand, const uint8_t *data, size_t size, uint64_t now_us);

#endif
