/* SPDX-License-Identifier: MIT */
#include "wire.h"

void wire_clear(struct wire *wire)
{
    wire->head = wire->tail = 0;
    wire->free_us = 0;
    wire->gap = 0;
    wire->dead = false;
    wire->overrun = false;
}

void wire_send(struct wire *wire, const uint8_t *data, size_t size, uint64_t now_us)
{
    if (wire->free_us < now_us) {
        wire->free_us = now_us;
    }
    for (; size != 0; size--, data++) {
        if (wire->tail - wire->head == WIRE_BYTES) {
            wire->overrun = true;
            return;
        }
        wire->free_us += WIRE_BYTE_US;
        wire->queue[wire->tail % WIRE_BYTES].due_us = wire->free_us;
        wire->queue[wire->tail % WIRE_BYTES].byte = *data;
        wire->tail++;
    }
}

void wire_cut(struct wire *wire, uint64_t now_us)
{
    wire->head = wire->tail;
    wire->free_us = now_us;
}

uint8_t wire_take(struct wire *wire)
{
    return wire->queue[wire->head++ % WIRE_BYTES].byte;
}

void wire_delay(struct wire *wire, uint64_t delay_us)
{
    for (uint32_t i = wire->head; i != wire->tail; i++) {
        wire->queue[i % WIRE_BYTES].due_us += delay_us;
    }
    wire->free_us += delay_us;
}

void wire_put_first(struct wire *wire, uint8_t byte, uint64_t now_us)
{
    if (wire->head == wire->tail && wire->free_us < now_us) {
        wire->free_us = now_us;
    }
    if (wire->tail - wire->head == WIRE_BYTES) {
        wire->overrun = true;
        return;
    }
    wire_delay(wire, WIRE_BYTE_US);
    wire->head--;
    wire->queue[wire->head % WIRE_BYTES].due_us = now_us;
    wire->queue[wire->head % WIRE_BYTES].byte = byte;
}
