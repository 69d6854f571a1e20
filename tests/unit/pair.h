/* SPDX-License-Identifier: MIT */
/*
 * A host and a module, wired together in virtual time by a line that takes none: what the unit
 * tests of both need of each other. What goes over the line towards the module is kept.
 */
#ifndef PAIR_H
#define PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gsmflash/host.h"
#include "gsmflash/module.h"

enum { PAIR_MTU = 128, PAIR_FLASH_BYTES = 8192, PAIR_WIRE_BYTES = 16384 };

struct pair {
    struct gsmflash_host host;
    struct gsmflash_host_config host_config;
    struct gsmflash_module module;
    struct gsmflash_module_config module_config;
    uint8_t module_buffer[GSMFLASH_MODULE_BUFFER_BYTES(PAIR_MTU)];
    uint8_t flash[PAIR_FLASH_BYTES];
    uint32_t firmware_bytes; /* what VALIDATE named */
    bool firmware_valid;
    bool powered;
    bool finished;
    bool byte_by_byte;  /* what passes between them is handed in one byte at a time */
    bool refuses;       /* the product's own check refuses the image */
    bool early_answers; /* the host hears good answers while its own frame goes out */
    uint32_t now_ms;
    uint8_t wire[PAIR_WIRE_BYTES]; /* host to module, sync words included */
    size_t wire_bytes;
    size_t mapped_bytes; /* of these, sent from where the image lies */
};

/* Defaults for a mapped image and a host that switches the power; change them before pair_start. */
void pair_prepare(struct pair *pair, const uint8_t *image, uint32_t image_bytes);

void pair_start(struct pair *pair, uint32_t now_ms);

/* Plays until both wait for something, then moves the time to where the first of them acts. */
void pair_step(struct pair *pair);

/* Plays until the host has finished. */
void pair_run(struct pair *pair);

/* Test images: bytes without a pattern that a mistake could repeat. */
void fill_image(uint8_t *image, size_t size, uint32_t seed);

#endif
