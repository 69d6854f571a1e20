/* SPDX-License-Identifier: MIT */
/* What all commands' argument parsers share. A usage error is one line on stderr, and status 2. */
#ifndef TOOL_ARGUMENTS_H
#define TOOL_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

/* Says "gsmflash COMMAND: ...; see gsmflash COMMAND --help". Returns STATUS_USAGE. */
int usage_error(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says which option getopt_long() did not like: called when it returned '?' or ':'. */
int option_error(const char *command, int result, char **argv);

/* Decimal, or hexadecimal with 0x; nothing else around it. False: not a number in these bounds. */
bool parse_number(const char *text, uint32_t least, uint32_t most, uint32_t *value);

/* Seconds, with decimals if need be, in milliseconds: above 0, at most a week. */
bool parse_seconds(const char *text, uint32_t *value_ms);

/* An option's value, or a usage error that names the option and the bounds. 0: fine. */
int number_option(const char *command, const char *option, const char *text, uint32_t least,
                  uint32_t most, uint32_t *value);
int seconds_option(const char *command, const char *option, const char *text, uint32_t *value_ms);

#endif
