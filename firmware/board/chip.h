/* SPDX-License-Identifier: MIT */
/* Between the files that know the chip. */
#ifndef CHIP_H
#define CHIP_H

#include <stdint.h>

#define CHIP_CLOCK_HZ          25000000u

#define CHIP_REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

/* Called by the vector table. */
void clock_tick(void);
void uart_interrupt(void);
_Noreturn void reset(void);
_Noreturn void fault(void);

void clock_start(void);
void uart_start(void);

/* An interrupt has something for the program: the next board_sleep() does not sleep. */
void clock_wake(void);

#endif
