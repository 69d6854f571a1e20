/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "board.h"

void board_print(const char *text)
{
    board_write_all(BOARD_CONSOLE, text, strlen(text));
}

void board_print_number(uint32_t number)
{
    char text[11] = "";
    size_t at = sizeof text - 1;

    do {
        text[--at] = (char)('0' + number % 10u);
        number /= 10u;
    } while (number > 0);
    board_print(text + at);
}
