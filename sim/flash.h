/* SPDX-License-Identifier: MIT */
/*
 * A NOR flash: erased in blocks to FF, programmed in pages, a program only clears bits. Every erase
 * and every program is an event with a number, at which something may go wrong.
 */
#ifndef SIM_FLASH_H
#define SIM_FLASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_FLASH_BLOCK_BYTES 4096u
#define SIM_FLASH_PAGE_BYTES  256u

/* Fields left 0 take the default: the sizes above, no busy time. */
struct sim_flash_config {
    uint32_t firmware_bytes; /* room for firmware, from offset 0 */
    uint32_t block_bytes;    /* what one erase erases */
    uint32_t page_bytes;     /* what one program may not reach beyond */
    uint32_t erase_us;       /* how long one erase takes */
    uint32_t program_us;     /* how long one program takes */
};

enum sim_flash_fault_kind {
    SIM_FLASH_FAULT_FAIL,   /* half of it is done, and the flash says that it failed */
    SIM_FLASH_FAULT_IGNORE, /* nothing is done, and the flash says nothing */
    SIM_FLASH_FAULT_STUCK,  /* one bit is stuck from then on; value: which bit of what is written */
    SIM_FLASH_FAULT_BEFORE, /* power is lost before it */
    SIM_FLASH_FAULT_TORN,   /* power is lost in the middle of it; value: seed of the mix of bits */
    SIM_FLASH_FAULT_AFTER,  /* power is lost after it */
};

struct sim_flash_fault {
    enum sim_flash_fault_kind kind;
    uint32_t event; /* the number of the erase or program, from 0 */
    uint32_t value;
};

enum sim_flash_result {
    SIM_FLASH_OK,
    SIM_FLASH_FAILED,
    SIM_FLASH_MISUSED, /* out of range, across a page, or a program of what is not erased */
    SIM_FLASH_POWER_LOST,
};

struct sim_flash {
    struct sim_flash_config config;
    uint8_t *memory;     /* sim_flash_bytes() of them; the owner is whoever gave it */
    uint32_t area_bytes; /* room for firmware in whole blocks; the boot record's block follows */
    const struct sim_flash_fault *faults; /* may be NULL */
    size_t fault_count;
    uint32_t events; /* erases and programs so far */
    uint32_t misuses;
    uint32_t stuck_offset;
    uint8_t stuck_mask; /* 0: no bit is stuck */
    uint8_t stuck_value;
};

/* One erase or program: an event. */
struct sim_flash_op {
    bool erase;
    uint32_t offset;
    uint32_t size;
    const uint8_t *data; /* of a program; NULL: `own` */
    uint8_t own[32];
};

/* How many bytes of memory a flash of this shape takes, the boot record's block included. */
size_t sim_flash_bytes(const struct sim_flash_config *config);

/* `memory` keeps what is in it; a new flash is filled with FF by its owner. */
void sim_flash_init(struct sim_flash *flash, const struct sim_flash_config *config,
                    uint8_t *memory);

/* How long an operation keeps the flash busy, microseconds. */
uint32_t sim_flash_busy_us(const struct sim_flash *flash, const struct sim_flash_op *op);

/* Does one erase or program; the count of events grows by one. */
enum sim_flash_result sim_flash_do(struct sim_flash *flash, const struct sim_flash_op *op);

/* The supply went away while the flash was busy with this: it is done by half. */
void sim_flash_tear(struct sim_flash *flash, const struct sim_flash_op *op, uint32_t seed);

#endif
