/* SPDX-License-Identifier: MIT */
/* From reset to main(): the vector table, the sections of memory, the way into another program. */
#include <string.h>

#include "board.h"
#include "chip.h"

#define VECTOR_TABLE     CHIP_REGISTER(0xE000ED08)
#define SYSTICK_CONTROL  CHIP_REGISTER(0xE000E010)
#define NVIC_DISABLE     CHIP_REGISTER(0xE000E180)
#define NVIC_UNPEND      CHIP_REGISTER(0xE000E280)
#define EXIT_AFTER_FAULT 70

/* The linker script's. */
extern uint32_t stack_top[], data_load[], data_start[], data_end[], bss_start[], bss_end[];

int main(void);

struct vectors {
    uint32_t *stack;
    void (*core[15])(void);
    void (*chip[32])(void);
};

__attribute__((used, section(".vectors"))) static const struct vectors vectors = {
    .stack = stack_top,
    .core = {[0] = reset,
             [1] = fault,
             [2] = fault,
             [3] = fault,
             [4] = fault,
             [5] = fault,
             [10] = fault,
             [13] = fault,
             [14] = clock_tick},
    .chip = {[0] = uart_interrupt,
             [1] = uart_interrupt,
             [2] = uart_interrupt,
             [3] = uart_interrupt,
             [4] = uart_interrupt,
             [5] = uart_interrupt,
             [18] = uart_interrupt,
             [19] = uart_interrupt,
             [20] = uart_interrupt,
             [21] = uart_interrupt},
};

void reset(void)
{
    memcpy(data_start, data_load, (size_t)((uintptr_t)data_end - (uintptr_t)data_start));
    memset(bss_start, 0, (size_t)((uintptr_t)bss_end - (uintptr_t)bss_start));
    VECTOR_TABLE = (uint32_t)(uintptr_t)&vectors;
    board_exit(main());
}

void fault(void)
{
    board_exit(EXIT_AFTER_FAULT);
}

void board_start(void)
{
    clock_start();
    uart_start();
    __asm__ volatile("cpsie i" ::: "memory");
}

void board_jump(const uint32_t *table)
{
    __asm__ volatile("cpsid i" ::: "memory");
    SYSTICK_CONTROL = 0;
    NVIC_DISABLE = UINT32_MAX;
    NVIC_UNPEND = UINT32_MAX;
    VECTOR_TABLE = (uint32_t)(uintptr_t)table;
    __asm__ volatile("msr msp, %0\n\tbx %1" : : "r"(table[0]), "r"(table[1]) : "memory");
    __builtin_unreachable();
}
