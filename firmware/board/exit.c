/* SPDX-License-Identifier: MIT */
/* Semihosting: the program's status becomes QEMU's. A product would restart here instead. */
#include "board.h"

#define SYS_EXIT_EXTENDED 0x20u
#define APPLICATION_EXIT  0x20026u

static void semihosting(uint32_t operation, const uint32_t *parameters)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const uint32_t *r1 __asm__("r1") = parameters;

    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
}

_Noreturn void board_exit(int status)
{
    const uint32_t parameters[2] = {APPLICATION_EXIT, (uint32_t)status};

    while (!board_sent(BOARD_CONSOLE)) {
        board_sleep();
    }
    semihosting(SYS_EXIT_EXTENDED, parameters);
    for (;;) {
        board_sleep();
    }
}
