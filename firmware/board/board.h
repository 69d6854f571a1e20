/* SPDX-License-Identifier: MIT */
/*
 * What the programs need of a board: five UARTs, a millisecond clock, sleep, a switch for the
 * module's supply. To port them, write these functions anew: startup.c, clock.c, uart.c, power.c
 * and exit.c are all that knows the chip (here: ARM's mps2-an385, a Cortex-M3, as QEMU has it).
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BOARD_UARTS = 5,
    BOARD_CONSOLE = 0, /* what board_print() writes to */
};

/* Starts the clock and all UARTs: 115200 baud, 8N1. */
void board_start(void);

/* Milliseconds since board_start(); wraps. */
uint32_t board_now_ms(void);

/* Sleeps until an interrupt; not at all if a UART had one since the last call. */
void board_sleep(void);

/* Takes what has come, up to `size` bytes; returns how many. Never waits. */
size_t board_read(unsigned uart, uint8_t *data, size_t size);

/* Takes what finds room on its way out; returns how many bytes. Never waits. */
size_t board_write(unsigned uart, const uint8_t *data, size_t size);

/* Waits for room; returns when the last byte is on its way. */
void board_write_all(unsigned uart, const void *data, size_t size);

/* The last byte has left. */
bool board_sent(unsigned uart);

/* Bytes that the UART itself lost because nobody fetched them in time. */
uint32_t board_overruns(unsigned uart);

/* Switches the supply of the module beside this MCU. */
void board_module_power(bool on);

void board_print(const char *text);
void board_print_number(uint32_t number);

/* The end of a program: after the last byte of the console has left. */
_Noreturn void board_exit(int status);

/* Leaves this program for another, whose vector table this is. */
_Noreturn void board_jump(const uint32_t *table);

#endif
