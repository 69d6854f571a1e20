/* SPDX-License-Identifier: MIT */
/* An application for the boot loader's slot: it answers ATI with its revision, as modules do. */
#include <string.h>

#include "board.h"

enum {
    FIRST_PORT = 1,
    LAST_PORT = 3,
    LINE_BYTES = 32,
};

#ifndef REVISION
#error "REVISION is which variant this is: -DREVISION='\"A1\"'"
#endif

/* Near the image's beginning, where tools look for it. */
__attribute__((used, section(".revision"))) static const char revision[] = "Revision: " REVISION;

struct line {
    char text[LINE_BYTES];
    size_t size;
};

static void say(unsigned port, const char *text)
{
    board_write_all(port, text, strlen(text));
    board_write_all(port, "\r\n", 2);
}

static bool is(const struct line *line, const char *text)
{
    return strlen(text) == line->size && memcmp(line->text, text, line->size) == 0;
}

static void answer(unsigned port, const struct line *line)
{
    if (is(line, "ATI") || is(line, "AT+GMR") || is(line, "AT+CGMR")) {
        say(port, revision);
        say(port, "OK");
    } else {
        say(port, is(line, "AT") ? "OK" : "ERROR");
    }
}

static void take(unsigned port, struct line *line, uint8_t byte)
{
    if (byte == '\r') {
        answer(port, line);
        line->size = 0;
    } else if (byte > ' ' && byte < 0x7F && line->size < LINE_BYTES) {
        line->text[line->size++] = (char)byte;
    }
}

static void serve(unsigned port, struct line *line)
{
    uint8_t data[16];
    size_t size = board_read(port, data, sizeof data);

    for (size_t i = 0; i < size; i++) {
        take(port, line, data[i]);
    }
}

int main(void)
{
    static struct line lines[LAST_PORT + 1];

    board_start();
    board_print("application: ");
    say(BOARD_CONSOLE, revision);
    for (;;) {
        for (unsigned port = FIRST_PORT; port <= LAST_PORT; port++) {
            serve(port, &lines[port]);
        }
        board_sleep();
    }
}
