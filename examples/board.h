/* SPDX-License-Identifier: MIT */
/*
 * A made-up board: what the examples ask of it is all that an update needs of yours. Behind it,
 * board.c plays a module, so that the examples run on a PC.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A millisecond tick that may wrap. */
uint32_t board_millis(void);

/* Sends all of it; returns when it is in the transmit buffer, or out. */
void board_uart_write(const uint8_t *data, size_t size);

/* Takes what has arrived, up to `size` bytes; waits up to `wait_ms` for the first; 0: none came. */
size_t board_uart_read(uint8_t *data, size_t size, uint32_t wait_ms);

/* The transistor in the module's supply. */
void board_module_power(bool on);

/* The new firmware of the module, in this MCU's flash. */
extern const uint8_t board_image[];
extern const uint32_t board_image_bytes;

/* For the test that runs the examples: the module holds the image, and runs it. */
bool board_module_is_updated(void);

#endif
