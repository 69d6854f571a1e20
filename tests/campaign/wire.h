/* SPDX-License-Identifier: MIT */
/*
 * One direction of a line, byte by byte: each byte has a time at which it has come through. As
 * lean as can be, for there are billions of them.
 */
#ifndef CAMPAIGN_WIRE_H
#define CAMPAIGN_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_BYTES    1024u /* a power of 2 */
#define WIRE_BYTE_US  87u
#define WIRE_NEVER_US UINT64_MAX

struct wire {
    uint32_t head, tail;
    uint64_t free_us; /* when the last byte has come through */
    uint32_t gap;     /* so many bytes to come are lost */
    bool dead;        /* nothing comes through */
    bool overrun;     /* it was too short for this world */
    struct {
        uint64_t due_us;
        uint8_t byte;
    } queue[WIRE_BYTES];
};

/* Empty, alive. */
void wire_clear(struct wire *wire);

void wire_send(struct wire *wire, const uint8_t *data, size_t size, uint64_t now_us);

/* The sender is gone, and with it what it has not sent. */
void wire_cut(struct wire *wire, uint64_t now_us);

static inline uint64_t wire_due_us(const struct wire *wire)
{
    return wire->head == wire->tail ? WIRE_NEVER_US : wire->queue[wire->head % WIRE_BYTES].due_us;
}

/* The byte that has come through; there is one. */
uint8_t wire_take(struct wire *wire);

/* All that is on the wire comes so much later. */
void wire_delay(struct wire *wire, uint64_t delay_us);

/* A byte comes before all that is on the wire, at now_us; the rest comes a byte's time later. */
void wire_put_first(struct wire *wire, uint8_t byte, uint64_t now_us);

#endif
