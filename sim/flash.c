/* SPDX-License-Identifier: MIT */
#include "sim/flash.h"

#include <string.h>

#include "sim/random.h"

static struct sim_flash_config with_defaults(const struct sim_flash_config *config)
{
    struct sim_flash_config full = *config;
    if (full.block_bytes == 0) {
        full.block_bytes = SIM_FLASH_BLOCK_BYTES;
    }
    if (full.page_bytes == 0) {
        full.page_bytes = SIM_FLASH_PAGE_BYTES;
    }
    return full;
}

static uint32_t area_bytes(const struct sim_flash_config *full)
{
    uint32_t blocks = (full->firmware_bytes + full->block_bytes - 1) / full->block_bytes;
    return blocks * full->block_bytes;
}

size_t sim_flash_bytes(const struct sim_flash_config *config)
{
    struct sim_flash_config full = with_defaults(config);
    return (size_t)area_bytes(&full) + full.block_bytes;
}

void sim_flash_init(struct sim_flash *flash, const struct sim_flash_config *config, uint8_t *memory)
{
    *flash = (struct sim_flash){.config = with_defaults(config), .memory = memory};
    flash->area_bytes = area_bytes(&flash->config);
}

uint32_t sim_flash_busy_us(const struct sim_flash *flash, const struct sim_flash_op *op)
{
    return op->erase ? flash->config.erase_us : flash->config.program_us;
}

static const uint8_t *data_of(const struct sim_flash_op *op)
{
    return op->data ? op->data : op->own;
}

static bool all_are(const uint8_t *bytes, uint32_t size, uint8_t value)
{
    return size == 0 || (bytes[0] == value && memcmp(bytes, bytes + 1, size - 1) == 0);
}

static bool allowed(const struct sim_flash *flash, const struct sim_flash_op *op)
{
    uint32_t end = flash->area_bytes + flash->config.block_bytes;
    if (op->size == 0 || op->offset >= end || op->size > end - op->offset) {
        return false;
    }
    if (op->erase) {
        return op->offset % flash->config.block_bytes == 0 && op->size == flash->config.block_bytes;
    }
    uint32_t page = flash->config.page_bytes;
    if (op->offset / page != (op->offset + op->size - 1) / page) {
        return false;
    }
    /* Zeros may go over anything: that is how a record is struck out. */
    return all_are(flash->memory + op->offset, op->size, 0xFF) ||
           all_are(data_of(op), op->size, 0x00);
}

static void erase(struct sim_flash *flash, const struct sim_flash_op *op)
{
    memset(flash->memory + op->offset, 0xFF, op->size);
}

static void program(struct sim_flash *flash, const struct sim_flash_op *op, uint32_t size)
{
    const uint8_t *data = data_of(op);
    uint8_t *to = flash->memory + op->offset;
    for (uint32_t i = 0; i < size; i++) {
        to[i] &= data[i];
    }
}

static void apply_stuck(struct sim_flash *flash)
{
    uint8_t *cell = &flash->memory[flash->stuck_offset];
    *cell = (uint8_t)((*cell & ~flash->stuck_mask) | flash->stuck_value);
}

static void complete(struct sim_flash *flash, const struct sim_flash_op *op)
{
    if (op->erase) {
        erase(flash, op);
    } else {
        program(flash, op, op->size);
    }
    apply_stuck(flash);
}

void sim_flash_tear(struct sim_flash *flash, const struct sim_flash_op *op, uint32_t seed)
{
    struct sim_random random = sim_random_seeded(seed);
    uint8_t *to = flash->memory + op->offset;

    if (op->erase) {
        for (uint32_t i = 0; i < op->size; i++) {
            to[i] |= (uint8_t)(sim_random_next(&random) >> 24);
        }
        return;
    }
    uint32_t half = op->size / 2;
    program(flash, op, half);
    to[half] &= (uint8_t)(data_of(op)[half] | (sim_random_next(&random) >> 24));
}

/* The bit sticks at what it should not be, so that the fault shows at once. */
static void stick(struct sim_flash *flash, const struct sim_flash_op *op, uint32_t bit)
{
    uint32_t at = bit / 8 % op->size;
    uint8_t mask = (uint8_t)(1u << bit % 8);
    uint8_t wanted = op->erase ? 0xFF : data_of(op)[at];

    flash->stuck_offset = op->offset + at;
    flash->stuck_mask = mask;
    flash->stuck_value = (uint8_t)(~wanted & mask);
}

static const struct sim_flash_fault *fault_at(const struct sim_flash *flash, uint32_t event)
{
    for (size_t i = 0; i < flash->fault_count; i++) {
        if (flash->faults[i].event == event) {
            return &flash->faults[i];
        }
    }
    return NULL;
}

static enum sim_flash_result go_wrong(struct sim_flash *flash, const struct sim_flash_op *op,
                                      const struct sim_flash_fault *fault)
{
    switch (fault->kind) {
    case SIM_FLASH_FAULT_FAIL:
        sim_flash_tear(flash, op, fault->value);
        return SIM_FLASH_FAILED;
    case SIM_FLASH_FAULT_IGNORE:
        return SIM_FLASH_OK;
    case SIM_FLASH_FAULT_STUCK:
        stick(flash, op, fault->value);
        complete(flash, op);
        return SIM_FLASH_OK;
    case SIM_FLASH_FAULT_BEFORE:
        return SIM_FLASH_POWER_LOST;
    case SIM_FLASH_FAULT_TORN:
        sim_flash_tear(flash, op, fault->value);
        return SIM_FLASH_POWER_LOST;
    case SIM_FLASH_FAULT_AFTER:
        break;
    }
    complete(flash, op);
    return SIM_FLASH_POWER_LOST;
}

enum sim_flash_result sim_flash_do(struct sim_flash *flash, const struct sim_flash_op *op)
{
    const struct sim_flash_fault *fault = fault_at(flash, flash->events++);

    if (!allowed(flash, op)) {
        flash->misuses++;
        return SIM_FLASH_MISUSED;
    }
    if (fault) {
        return go_wrong(flash, op, fault);
    }
    complete(flash, op);
    return SIM_FLASH_OK;
}
