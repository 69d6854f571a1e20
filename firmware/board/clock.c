/* SPDX-License-Identifier: MIT */
#include "board.h"
#include "chip.h"

#define SYSTICK_CONTROL CHIP_REGISTER(0xE000E010)
#define SYSTICK_RELOAD  CHIP_REGISTER(0xE000E014)
#define SYSTICK_VALUE   CHIP_REGISTER(0xE000E018)
/* Counts the CPU's clock, interrupts, runs. */
#define SYSTICK_ON 7u

static volatile uint32_t ticks;
static volatile bool woken;

void clock_tick(void)
{
    ticks++;
}

void clock_wake(void)
{
    woken = true;
}

void clock_start(void)
{
    SYSTICK_RELOAD = CHIP_CLOCK_HZ / 1000u - 1u;
    SYSTICK_VALUE = 0;
    SYSTICK_CONTROL = SYSTICK_ON;
}

uint32_t board_now_ms(void)
{
    return ticks;
}

void board_sleep(void)
{
    /* With interrupts masked, one that comes after the question still ends wfi. */
    __asm__ volatile("cpsid i" ::: "memory");
    if (!woken) {
        __asm__ volatile("wfi" ::: "memory");
    }
    woken = false;
    __asm__ volatile("cpsie i" ::: "memory");
}
