/* SPDX-License-Identifier: MIT */
/* A question to a module whose application runs: an AT command goes out, lines come back until a
 * result code. Does no I/O. */
#ifndef TOOL_AT_H
#define TOOL_AT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    AT_COMMAND_BYTES = 32,
    AT_LINE_BYTES = 256,
    AT_ANSWER_BYTES = 1024,
};

enum at_state {
    AT_WAITING,
    AT_OK,    /* `answer` holds the lines of information, with '\n' between them */
    AT_ERROR, /* the module does not know the command */
};

struct at {
    char command[AT_COMMAND_BYTES]; /* to be sent, with its carriage return */
    char line[AT_LINE_BYTES];
    char answer[AT_ANSWER_BYTES];
    size_t length; /* of the line that comes in */
    size_t answer_length;
    enum at_state state;
};

/* Begins to ask, or asks again: at->command is to be sent. `command` has no carriage return. */
void at_ask(struct at *at, const char *command);

/* Takes what the module sent. Echoes, and lines that are not fit to print, are left out. */
enum at_state at_take(struct at *at, const uint8_t *bytes, size_t size);

/* True: a line of the answer is `revision`, with or without "Revision:" in front of it. */
bool at_answer_is_revision(const struct at *at, const char *revision);

#endif
