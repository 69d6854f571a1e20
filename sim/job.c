/* SPDX-License-Identifier: MIT */
#include "sim/job.h"

#include <string.h>

#include "sim/crc32.h"
#include "sim/record.h"

/* A record is erased and written, or struck out: more operations than that lead nowhere. */
#define RECORD_OPS_MAX 2u

void sim_job_start(struct sim_job *job, const struct sim_flash *flash,
                   const struct gsmflash_module_step *step)
{
    job->step = *step;
    job->written = 0;
    job->ops = 0;
    if (step->kind == GSMFLASH_MODULE_INVALIDATE) {
        job->erased_bytes = 0;
    } else if (step->kind == GSMFLASH_MODULE_VALIDATE) {
        job->crc = sim_crc32(flash->memory, step->write.size);
    }
}

static bool next_write(const struct sim_job *job, const struct sim_flash *flash,
                       struct sim_flash_op *op)
{
    uint32_t offset = job->step.write.offset + job->written;
    uint32_t left = job->step.write.size - job->written;
    uint32_t page = flash->config.page_bytes - offset % flash->config.page_bytes;

    if (left == 0) {
        return false;
    }
    uint32_t size = left < page ? left : page;
    if (offset + size > job->erased_bytes) {
        *op = (struct sim_flash_op){
            .erase = true, .offset = job->erased_bytes, .size = flash->config.block_bytes};
    } else {
        *op = (struct sim_flash_op){
            .offset = offset, .size = size, .data = job->step.write.data + job->written};
    }
    return true;
}

bool sim_job_next(const struct sim_job *job, const struct sim_flash *flash, struct sim_flash_op *op)
{
    switch (job->step.kind) {
    case GSMFLASH_MODULE_INVALIDATE:
        return job->ops < RECORD_OPS_MAX && sim_record_strike(flash, op);
    case GSMFLASH_MODULE_VALIDATE:
        return job->ops < RECORD_OPS_MAX &&
               sim_record_write(flash, job->step.write.size, job->crc, op);
    default:
        return next_write(job, flash, op);
    }
}

void sim_job_advance(struct sim_job *job, const struct sim_flash_op *op)
{
    if (job->step.kind != GSMFLASH_MODULE_WRITE) {
        job->ops++;
    } else if (op->erase) {
        job->erased_bytes += op->size;
    } else {
        job->written += op->size;
    }
}

enum gsmflash_status sim_job_check(const struct sim_job *job, const struct sim_flash *flash)
{
    const uint8_t *there = flash->memory + job->step.write.offset;
    uint32_t size = 0;
    bool good;

    if (job->step.kind == GSMFLASH_MODULE_WRITE) {
        good = memcmp(there, job->step.write.data, job->step.write.size) == 0;
    } else if (job->step.kind == GSMFLASH_MODULE_INVALIDATE) {
        good = !sim_record_valid(flash, &size);
    } else {
        good = sim_record_valid(flash, &size) && size == job->step.write.size;
    }
    return good ? GSMFLASH_SUCCESS : GSMFLASH_FLASH_ERROR;
}
