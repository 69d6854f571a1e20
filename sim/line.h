/* SPDX-License-Identifier: MIT */
/*
 * One direction of a UART line: bytes go in at one end as fast as the sender likes, leave it one
 * after the other at the baud rate, and come out at the other end. Time is handed in, in
 * microseconds, and never goes back.
 *
 * Bytes come out in lumps, each at the time of its last byte; a lump is never longer than
 * lump_bytes or 20 ms and never spans a pause. Small lumps show a receiver the time of every byte,
 * large ones cost less.
 */
#ifndef SIM_LINE_H
#define SIM_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/random.h"

#define SIM_NEVER UINT64_MAX

/* Fields left 0: infinitely fast, no delay, lumps of 64 bytes, no random errors. */
struct sim_line_config {
    uint32_t baud;
    uint32_t delay_us;   /* from one end to the other */
    uint32_t lump_bytes; /* at most */
    uint32_t lose_rate;  /* how often a byte is lost, in 2^32nds */
    uint32_t flip_rate;  /* how often one of its bits is flipped, in 2^32nds */
    uint32_t seed;       /* of the random errors and of the noise */
};

enum sim_line_fault_kind {
    SIM_LINE_LOSE,   /* value: how many bytes; 0 is 1 */
    SIM_LINE_DOUBLE, /* the byte comes twice */
    SIM_LINE_FLIP,   /* value: which bit */
    SIM_LINE_PAUSE,  /* value: milliseconds before the byte */
    SIM_LINE_NOISE,  /* value: how many bytes of noise before it; 0 is 1 */
    SIM_LINE_DEAD,   /* nothing comes from here on */
};

struct sim_line_fault {
    enum sim_line_fault_kind kind;
    uint32_t index; /* the number of the byte, from 0, as the sender counts */
    uint32_t value;
};

/* Bytes that follow each other without a pause. */
struct sim_run {
    uint64_t start_us; /* when the first one's start bit goes out */
    uint32_t count;
    uint32_t taken; /* by the receiver */
};

struct sim_line {
    struct sim_line_config config;
    const struct sim_line_fault *faults; /* in the order of their index; may be NULL */
    size_t fault_count;
    size_t fault_next;
    uint64_t sent;     /* bytes that the sender has handed in */
    uint32_t damaged;  /* bytes that random errors have hit */
    uint32_t dropping; /* bytes still to be lost */
    bool dead;
    struct sim_random random;
    uint8_t *bytes; /* on their way: from head to tail */
    size_t head, tail, capacity;
    struct sim_run *runs;
    size_t run_head, run_tail, run_capacity;
};

void sim_line_init(struct sim_line *line, const struct sim_line_config *config);
void sim_line_free(struct sim_line *line);

/* As sim_line_init(), but keeps the memory that the line has. */
void sim_line_reset(struct sim_line *line, const struct sim_line_config *config);

/* Hands bytes in. False: out of memory. */
bool sim_line_write(struct sim_line *line, const uint8_t *data, size_t size, uint64_t now_us);

/* When the next lump comes out; SIM_NEVER: nothing is on its way. */
uint64_t sim_line_next_us(const struct sim_line *line);

/*
 * Takes the lump that is due at now_us, at most one. Returns its size, 0 if none is due; *data is
 * good until the next write.
 */
size_t sim_line_take(struct sim_line *line, uint64_t now_us, const uint8_t **data);

/* Bytes that are on their way. */
size_t sim_line_pending(const struct sim_line *line);

/* When the last byte that was handed in has left the sender. */
uint64_t sim_line_idle_us(const struct sim_line *line);

/* The sender loses its supply: what has not left it is gone. */
void sim_line_cut(struct sim_line *line, uint64_t now_us);

/* Microseconds that so many bytes take at this baud rate, rounded up. */
uint64_t sim_line_time_us(uint32_t baud, uint64_t bytes);

#endif
