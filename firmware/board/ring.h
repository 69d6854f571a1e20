/* SPDX-License-Identifier: MIT */
/* A ring buffer between an interrupt and the program: one puts, the other takes. */
#ifndef RING_H
#define RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { RING_BYTES = 2048 /* a power of 2; a frame of MTU 1024 finds room */ };

struct ring {
    atomic_uint put;
    atomic_uint taken;
    uint8_t data[RING_BYTES];
};

static inline unsigned ring_used(struct ring *ring)
{
    return atomic_load_explicit(&ring->put, memory_order_acquire) -
           atomic_load_explicit(&ring->taken, memory_order_acquire);
}

static inline bool ring_full(struct ring *ring)
{
    return ring_used(ring) == RING_BYTES;
}

/* Only where it is not full. */
static inline void ring_put(struct ring *ring, uint8_t byte)
{
    unsigned put = atomic_load_explicit(&ring->put, memory_order_relaxed);

    ring->data[put % RING_BYTES] = byte;
    atomic_store_explicit(&ring->put, put + 1, memory_order_release);
}

/* Only where it is not empty. */
static inline uint8_t ring_take(struct ring *ring)
{
    unsigned taken = atomic_load_explicit(&ring->taken, memory_order_relaxed);
    uint8_t byte = ring->data[taken % RING_BYTES];

    atomic_store_explicit(&ring->taken, taken + 1, memory_order_release);
    return byte;
}

#endif
