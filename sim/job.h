/* SPDX-License-Identifier: MIT */
/*
 * What a boot loader does to its flash for INVALIDATE, WRITE and VALIDATE, erase by erase and
 * program by program, with the check that follows.
 */
#ifndef SIM_JOB_H
#define SIM_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "gsmflash/module.h"
#include "sim/flash.h"

struct sim_job {
    struct gsmflash_module_step step;
    uint32_t written;      /* bytes of a WRITE that are programmed */
    uint32_t erased_bytes; /* of the firmware's area, since the download began */
    uint32_t crc;          /* VALIDATE: of the firmware */
    uint8_t ops;           /* INVALIDATE and VALIDATE: operations so far */
};

/* Begins what the step asks for. The memory is the same for all jobs from power-on. */
void sim_job_start(struct sim_job *job, const struct sim_flash *flash,
                   const struct gsmflash_module_step *step);

/* The next operation; false: all are done. */
bool sim_job_next(const struct sim_job *job, const struct sim_flash *flash,
                  struct sim_flash_op *op);

/* That operation was done. */
void sim_job_advance(struct sim_job *job, const struct sim_flash_op *op);

/* Reads back what the job was to bring about. */
enum gsmflash_status sim_job_check(const struct sim_job *job, const struct sim_flash *flash);

#endif
