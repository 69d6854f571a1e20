/* SPDX-License-Identifier: MIT */
#include "tool/arguments.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tool/exit_status.h"

int usage_error(const char *command, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "gsmflash %s: ", command);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "; see `gsmflash %s --help`\n", command);
    return STATUS_USAGE;
}

int option_error(const char *command, int result, char **argv)
{
    const char *option = argv[optind - 1];
    if (result == ':')
        return usage_error(command, "option %s needs a value", option);
    if (optopt > 0 && optopt <= 255 && isprint(optopt))
        return usage_error(command, "there is no option -%c", optopt);
    return usage_error(command, "there is no option %s, or it is given wrongly", option);
}

bool parse_number(const char *text, uint32_t least, uint32_t most, uint32_t *value)
{
    char *end;
    if (!isdigit((unsigned char)text[0]))
        return false;
    bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    errno = 0;
    unsigned long long number = strtoull(text, &end, hexadecimal ? 16 : 10);
    if (errno != 0 || *end != '\0' || number < least || number > most)
        return false;
    *value = (uint32_t)number;
    return true;
}

bool parse_seconds(const char *text, uint32_t *value_ms)
{
    const double week = 7 * 24 * 3600;
    char *end;
    if (!isdigit((unsigned char)text[0]) && text[0] != '.')
        return false;
    double seconds = strtod(text, &end);
    if (*end != '\0' || !(seconds >= 0.001) || seconds > week)
        return false;
    *value_ms = (uint32_t)(seconds * 1000 + 0.5);
    return true;
}

int number_option(const char *command, const char *option, const char *text, uint32_t least,
                  uint32_t most, uint32_t *value)
{
    if (parse_number(text, least, most, value))
        return STATUS_DONE;
    return usage_error(command, "%s: '%s' is no number from %lu to %lu", option, text,
                       (unsigned long)least, (unsigned long)most);
}

int seconds_option(const char *command, const char *option, const char *text, uint32_t *value_ms)
{
    if (parse_seconds(text, value_ms))
        return STATUS_DONE;
    return usage_error(command, "%s: '%s' is no number of seconds", option, text);
}
