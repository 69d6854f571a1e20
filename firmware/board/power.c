/* SPDX-License-Identifier: MIT */
#include "board.h"

/* In QEMU the wire to the module's supply is a UART that carries `1` and `0`; elsewhere, a pin. */
#define POWER_WIRE 2u

void board_module_power(bool on)
{
    board_write_all(POWER_WIRE, on ? "1" : "0", 1);
}
