/* SPDX-License-Identifier: MIT */
/* The CMSDK APB UART: one byte each way in hardware, so an interrupt and a ring for each way. */
#include "board.h"
#include "chip.h"
#include "gsmflash/protocol.h"
#include "ring.h"

struct registers {
    volatile uint32_t data;
    volatile uint32_t state;
    volatile uint32_t control;
    volatile uint32_t interrupt; /* read: which; write: clear */
    volatile uint32_t divider;
};

#define STATE_SEND_FULL    1u
#define STATE_RECEIVE_FULL 2u
#define STATE_OVERRUN      8u
#define CONTROL_ON         0xFu /* send, receive, and an interrupt for each */
#define INTERRUPT_SENT     1u
#define INTERRUPT_RECEIVED 2u

#define NVIC_ENABLE        CHIP_REGISTER(0xE000E100)
#define NVIC_PEND          CHIP_REGISTER(0xE000E200)

struct uart {
    struct ring in;
    struct ring out;
    volatile uint32_t overruns;
    volatile bool stalled; /* a byte waits in the hardware for room in the ring */
};

static struct uart uarts[BOARD_UARTS];

static struct registers *hardware(unsigned uart)
{
    static const uint32_t address[BOARD_UARTS] = {0x40004000, 0x40005000, 0x40006000, 0x40007000,
                                                  0x40009000};

    return (struct registers *)(uintptr_t)address[uart];
}

/* Its "received"; "sent" is the next. */
static unsigned interrupt(unsigned uart)
{
    static const uint8_t number[BOARD_UARTS] = {0, 2, 4, 18, 20};

    return number[uart];
}

static void received(unsigned uart)
{
    struct registers *hw = hardware(uart);
    struct ring *in = &uarts[uart].in;
    uint32_t state;

    hw->interrupt = INTERRUPT_RECEIVED;
    state = hw->state;
    if (state & STATE_OVERRUN) {
        hw->state = STATE_OVERRUN;
        uarts[uart].overruns++;
    }
    /* What finds no room stays in the UART: either it is fetched in time, or that is an overrun. */
    uarts[uart].stalled = ring_full(in);
    if ((state & STATE_RECEIVE_FULL) && !uarts[uart].stalled) {
        ring_put(in, (uint8_t)hw->data);
    }
    clock_wake();
}

static void sent(unsigned uart)
{
    struct registers *hw = hardware(uart);
    struct ring *out = &uarts[uart].out;

    hw->interrupt = INTERRUPT_SENT;
    while (ring_used(out) > 0 && !(hw->state & STATE_SEND_FULL)) {
        hw->data = ring_take(out);
    }
    clock_wake();
}

size_t board_read(unsigned uart, uint8_t *data, size_t size)
{
    struct ring *in = &uarts[uart].in;
    size_t count = 0;

    while (count < size && ring_used(in) > 0) {
        data[count++] = ring_take(in);
    }
    if (count > 0 && uarts[uart].stalled) {
        NVIC_PEND = 1u << interrupt(uart);
    }
    return count;
}

size_t board_write(unsigned uart, const uint8_t *data, size_t size)
{
    struct ring *out = &uarts[uart].out;
    size_t count = 0;

    while (count < size && !ring_full(out)) {
        ring_put(out, data[count++]);
    }
    /* The interrupt alone talks to the hardware, so that nobody needs a lock. */
    if (count > 0) {
        NVIC_PEND = 1u << (interrupt(uart) + 1u);
    }
    return count;
}

void board_write_all(unsigned uart, const void *data, size_t size)
{
    const uint8_t *bytes = data;

    for (size_t count = 0; count < size;) {
        count += board_write(uart, bytes + count, size - count);
        if (count < size) {
            board_sleep();
        }
    }
}

bool board_sent(unsigned uart)
{
    return ring_used(&uarts[uart].out) == 0 && !(hardware(uart)->state & STATE_SEND_FULL);
}

uint32_t board_overruns(unsigned uart)
{
    return uarts[uart].overruns;
}

void uart_start(void)
{
    for (unsigned uart = 0; uart < BOARD_UARTS; uart++) {
        hardware(uart)->divider = CHIP_CLOCK_HZ / GSMFLASH_BAUD;
        hardware(uart)->control = CONTROL_ON;
        NVIC_ENABLE = 3u << interrupt(uart);
    }
}

/* Of whichever UART it is: interrupt 0 is exception 16. */
void uart_interrupt(void)
{
    uint32_t exception;

    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
    for (unsigned uart = 0; uart < BOARD_UARTS; uart++) {
        if (exception == 16u + interrupt(uart)) {
            received(uart);
        } else if (exception == 17u + interrupt(uart)) {
            sent(uart);
        }
    }
}
