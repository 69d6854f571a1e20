/* SPDX-License-Identifier: MIT */
#include "sim/hand.h"

#include "gsmflash/protocol.h"

#define LONG_ENOUGH_US 100000u
/* More of a pause than this, and the host had given up. */
#define PAUSE_US 1000000u
/*
 * A block of an image may hold nothing but B5, but its bytes come back to back. Sync words are
 * 20 ms apart; a quarter of that, and a few more that a slow machine hands over at once, is still
 * taken for them.
 */
#define APART_US 5000u
#define AT_ONCE  8u

static void begin(struct sim_hand *hand, uint64_t now_us)
{
    hand->first_us = now_us;
    hand->count = 0;
}

bool sim_hand_sees(struct sim_hand *hand, const uint8_t *data, size_t size, uint64_t now_us)
{
    if (hand->count == 0 || now_us - hand->last_us > PAUSE_US) {
        begin(hand, now_us);
    }
    hand->last_us = now_us;
    for (size_t i = 0; i < size; i++) {
        hand->count++;
        if (data[i] != GSMFLASH_SYNC_WORD1) {
            hand->count = 0;
            return false;
        }
    }
    uint64_t since_us = now_us - hand->first_us;
    if (hand->count > AT_ONCE + since_us / APART_US) {
        begin(hand, now_us);
    }
    if (since_us < LONG_ENOUGH_US || hand->count == 0) {
        return false;
    }
    hand->count = 0;
    return true;
}
