/* SPDX-License-Identifier: MIT */
/*
 * The file behind a simulated flash may hold anything: what its boot record says is checked, it can
 * be struck out and written anew in a few operations, and nothing outside of the flash is touched.
 *
 * Input: the flash's memory.
 */
#include <string.h>

#include "input.h"
#include "insist.h"
#include "sim/crc32.h"
#include "sim/record.h"

enum { FIRMWARE_BYTES = 100, FLASH_BYTES = 256, OPS_MAX = 2 };

static const struct sim_flash_config config = {
    .firmware_bytes = FIRMWARE_BYTES, .block_bytes = 128, .page_bytes = 64};

static void strike_out(struct sim_flash *flash)
{
    struct sim_flash_op op;
    uint32_t size;

    for (int ops = 0; sim_record_strike(flash, &op); ops++) {
        INSIST(ops < OPS_MAX && sim_flash_do(flash, &op) == SIM_FLASH_OK);
    }
    INSIST(!sim_record_valid(flash, &size));
}

static void write_anew(struct sim_flash *flash, uint32_t size)
{
    struct sim_flash_op op;
    uint32_t crc = sim_crc32(flash->memory, size), read;

    for (int ops = 0; sim_record_write(flash, size, crc, &op); ops++) {
        INSIST(ops < OPS_MAX && sim_flash_do(flash, &op) == SIM_FLASH_OK);
    }
    INSIST(sim_record_valid(flash, &read) && read == size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t memory[FLASH_BYTES];
    struct sim_flash flash;
    uint32_t firmware_bytes = FIRMWARE_BYTES;

    memset(memory, 0xFF, sizeof memory);
    memcpy(memory, data, size < sizeof memory ? size : sizeof memory);
    sim_flash_init(&flash, &config, memory);
    INSIST(sim_flash_bytes(&config) == sizeof memory);
    if (sim_record_valid(&flash, &firmware_bytes)) {
        INSIST(firmware_bytes <= FIRMWARE_BYTES);
    }
    strike_out(&flash);
    write_anew(&flash, (uint32_t)size % (FIRMWARE_BYTES + 1));
    return 0;
}
