/* SPDX-License-Identifier: MIT */
/*
 * A file behind a flash: the firmware from offset 0, the boot record's block behind it. What is
 * programmed is in the file at once, so a process that is killed at any moment leaves what a flash
 * would hold.
 */
#ifndef SIM_FLASH_FILE_H
#define SIM_FLASH_FILE_H

#include "sim/flash.h"

enum sim_flash_file_error {
    SIM_FLASH_FILE_OK,
    SIM_FLASH_FILE_SYSTEM, /* errno says what */
    SIM_FLASH_FILE_SIZE,   /* the file is there, and not of the size that was asked for */
    SIM_FLASH_FILE_KIND,   /* it is not a regular file */
    SIM_FLASH_FILE_OTHER,  /* it holds something else than a flash: an image, say */
};

/*
 * Maps the file; creates it, erased, where there is none. A config->firmware_bytes of 0 takes the
 * size of the file that is there, or `default_bytes`. On success *memory is the flash's memory and
 * config->firmware_bytes is filled in.
 */
enum sim_flash_file_error sim_flash_file_open(const char *path, struct sim_flash_config *config,
                                              uint32_t default_bytes, uint8_t **memory);

void sim_flash_file_close(const struct sim_flash_config *config, uint8_t *memory);

#endif
