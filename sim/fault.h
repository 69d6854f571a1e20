/* SPDX-License-Identifier: MIT */
/*
 * What goes wrong, in short words: `simulate --fault SPEC` and the replay strings of tests are
 * lists of these.
 *
 *   NAME[@PLACE[*[COUNT]]][=VALUE]
 *
 * At an answer of the module. PLACE is the number of a packet from 0, or data (any packet), sync,
 * sync2, begin, end or run; COUNT: how often it happens, 1 if not given, for ever for a lone `*`.
 *   lost@P         the answer does not come
 *   late@P=MS      the answer comes so much later
 *   broken@P[=BIT] a bit of the answer is flipped
 *   double@P       the answer comes twice
 *   status@P=S     the module reports status S instead of doing it (P: packet, begin or end)
 *   silent@P       from here on it says nothing, until it is switched off
 *   dead@P         from here on it says nothing, for good
 *   power@P[=MS]   it loses its supply before it does it, for so long (500; 0: until switched)
 *
 * On the line, into the module (in:) or out of it (out:), at the byte with the number N from 0.
 *   in:lose@N[=COUNT]   in:double@N   in:flip@N[=BIT]   in:pause@N=MS   in:noise@N[=COUNT]
 *   in:dead@N
 *   lose=RATE, flip=RATE   for each byte either way, 0.001: one in a thousand
 *   in:lose=RATE and so on for one way; seed=N: another course of chance
 *
 * In the flash, at the erase or program with the number N from 0.
 *   flash:fail@N   flash:ignore@N   flash:stuck@N[=BIT]
 *   flash:before@N, flash:torn@N[=SEED], flash:after@N   the supply is lost there for 500 ms
 *
 * In the module's nature.
 *   count-bytes    sequence numbers count bytes
 *   twice          each packet is answered twice: double@data*
 *   refuse         the product's own check refuses every image: status@end=4, for ever
 *   mtu=N   program=US   erase=US   boot=MS
 */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/flash.h"
#include "sim/line.h"

#define SIM_FAULTS_MAX 16

enum sim_answer_fault_kind {
    SIM_ANSWER_LOST,
    SIM_ANSWER_LATE,
    SIM_ANSWER_BROKEN,
    SIM_ANSWER_DOUBLE,
    SIM_ANSWER_STATUS,
    SIM_ANSWER_SILENT,
    SIM_ANSWER_DEAD,
    SIM_ANSWER_POWER,
};

/* What an answer is to. */
enum sim_place {
    SIM_PLACE_SYNC,
    SIM_PLACE_SYNC2,
    SIM_PLACE_BEGIN,
    SIM_PLACE_DATA,
    SIM_PLACE_END,
    SIM_PLACE_RUN,
};

#define SIM_ANY_PACKET UINT32_MAX
#define SIM_FOR_EVER   UINT32_MAX

struct sim_answer_fault {
    enum sim_answer_fault_kind kind;
    enum sim_place place;
    uint32_t packet; /* of SIM_PLACE_DATA */
    uint32_t count;  /* how often it is still to happen */
    uint32_t value;
};

struct sim_line_faults {
    struct sim_line_fault at[SIM_FAULTS_MAX];
    size_t count;
    uint32_t lose_rate;
    uint32_t flip_rate;
};

/* Zeroed memory: nothing goes wrong. */
struct sim_faults {
    struct sim_answer_fault answer[SIM_FAULTS_MAX];
    size_t answers;
    struct sim_flash_fault flash[SIM_FAULTS_MAX];
    size_t flashes;
    struct sim_line_faults in, out;
    uint32_t seed;
    uint32_t program_us;
    uint32_t erase_us;
    uint32_t boot_ms;
    uint16_t mtu;
    bool count_bytes;
};

/* Adds what a spec, or several with commas between them, says. NULL, or why it makes no sense. */
const char *sim_faults_add(struct sim_faults *faults, const char *specs);

/* The fault that is to happen at this answer now, or NULL; its count goes down. */
struct sim_answer_fault *sim_faults_strike(struct sim_faults *faults,
                                           enum sim_answer_fault_kind kind, enum sim_place place,
                                           uint32_t packet);

#endif
