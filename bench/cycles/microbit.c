/* SPDX-License-Identifier: MIT */
/*
 * A Cortex-M0 as QEMU's microbit has it, with `-icount shift=6`: an instruction takes 64 ns of the
 * virtual time that SysTick counts in sixteenths of a microsecond, so SysTick counts instructions.
 */
#include <stddef.h>

#include "meter.h"
#include "work.h"

#define REGISTER(address)  (*(volatile uint32_t *)(uintptr_t)(address))
#define SYSTICK_CONTROL    REGISTER(0xE000E010)
#define SYSTICK_RELOAD     REGISTER(0xE000E014)
#define SYSTICK_VALUE      REGISTER(0xE000E018)
#define SYSTICK_BITS       0xFFFFFFu

#define SEMIHOSTING_WRITE0 0x04u
#define SEMIHOSTING_EXIT   0x18u
#define APPLICATION_EXIT   0x20026u
#define CALIBRATION_ROUNDS 1024u

extern uint32_t stack_top[];
extern uint32_t bss_start[];
extern uint32_t bss_end[];

void reset(void);

__attribute__((used, section(".vectors"))) static const void *const vectors[] = {stack_top, reset};

static uint32_t started;
static uint32_t ticks;
static uint32_t rounds;
static uint32_t overhead; /* of CALIBRATION_ROUNDS empty rounds */

static void semihosting(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
}

static void print(const char *text)
{
    semihosting(SEMIHOSTING_WRITE0, text);
}

static void print_number(uint32_t number)
{
    char digits[12] = {0};
    char *at = digits + sizeof digits - 1;

    do {
        *--at = (char)('0' + number % 10u);
        number /= 10u;
    } while (number != 0);
    print(at);
}

void meter_enter(void)
{
    started = SYSTICK_VALUE;
}

void meter_leave(void)
{
    ticks += (started - SYSTICK_VALUE) & SYSTICK_BITS;
    rounds++;
}

/* A NULL name: only to forget what was counted. */
void meter_tell(const char *name, uint32_t bytes)
{
    uint32_t own = (uint32_t)((uint64_t)rounds * overhead / CALIBRATION_ROUNDS);

    if (name != NULL) {
        print(name);
        print(" ");
        print_number(bytes);
        print(" ");
        print_number(ticks - own);
        print("\n");
    }
    ticks = 0;
    rounds = 0;
}

static void calibrate(void)
{
    for (uint32_t i = 0; i < CALIBRATION_ROUNDS; i++) {
        meter_enter();
        meter_leave();
    }
    overhead = ticks;
    meter_tell(NULL, 0);
}

void reset(void)
{
    for (uint32_t *word = bss_start; word != bss_end; word++) {
        *word = 0;
    }
    SYSTICK_RELOAD = SYSTICK_BITS;
    SYSTICK_VALUE = 0;
    SYSTICK_CONTROL = 5;
    calibrate();
    work_crc("crc");
    work_host("host", 13);
    work_host("host-1", 1);
    work_module("module", 16);
    work_module("module-1", 1);
    work_bridge("bridge", 16);
    work_bridge("bridge-1", 1);
    semihosting(SEMIHOSTING_EXIT, (const void *)(uintptr_t)APPLICATION_EXIT);
}
