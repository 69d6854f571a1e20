/* SPDX-License-Identifier: MIT */
#include "tool/power_spec.h"

#include <string.h>

#include "tool/arguments.h"

enum {
    LONGEST_MS = 60000,
    LINE_MAX = 65535,
    WORD_BYTES = 24,
};

static bool take_nothing(struct power_spec *spec, const char *rest, struct problem *problem)
{
    (void)spec;
    if (rest[0] == '\0')
        return true;
    problem_set(problem, "--power: '%s' has no place here, no line is switched", rest + 1);
    return false;
}

static bool take_command(struct power_spec *spec, const char *rest, struct problem *problem)
{
    spec->command = rest;
    if (rest[strspn(rest, " \t\n")] != '\0')
        return true;
    problem_set(problem, "--power: the command is missing: exec:COMMAND");
    return false;
}

/* `size` bytes of text as a string; false: they do not fit, or there are none. */
static bool copy(char *string, size_t room, const char *text, size_t size)
{
    if (size == 0 || size >= room)
        return false;
    memcpy(string, text, size);
    string[size] = '\0';
    return true;
}

static bool parse_time(const char *text, size_t size, uint32_t *time_ms)
{
    char number[WORD_BYTES];
    if (size > 2 && text[size - 2] == 'm' && text[size - 1] == 's')
        return copy(number, sizeof number, text, size - 2) &&
               parse_number(number, 1, LONGEST_MS, time_ms);
    return size > 1 && text[size - 1] == 's' && copy(number, sizeof number, text, size - 1) &&
           parse_seconds(number, time_ms) && *time_ms <= LONGEST_MS;
}

/* `word`, of `size` bytes, is NAME=TIME. */
static bool take_time(struct power_spec *spec, const char *word, size_t size,
                      struct problem *problem)
{
    const struct {
        const char *name;
        uint32_t *time_ms;
    } times[] = {{"on=", &spec->on_ms}, {"off=", &spec->off_ms}, {"settle=", &spec->settle_ms}};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        size_t length = strlen(times[i].name);
        if (size < length || memcmp(word, times[i].name, length) != 0)
            continue;
        bool again = *times[i].time_ms != 0;
        if (!again && parse_time(word + length, size - length, times[i].time_ms))
            return true;
        if (again)
            problem_set(problem, "--power: %s is given twice", times[i].name);
        else
            problem_set(problem, "--power: '%.*s' is no time from 1ms to 60s, like 1100ms or 1.1s",
                        (int)size, word);
        return false;
    }
    problem_set(problem, "--power: '%.*s' is none of active-low, on=TIME, off=TIME, settle=TIME",
                (int)size, word);
    return false;
}

static bool take_active_low(struct power_spec *spec, struct problem *problem)
{
    if (spec->active_low)
        problem_set(problem, "--power: active-low is given twice");
    else
        spec->active_low = true;
    return problem->text[0] == '\0';
}

/* What stands behind the name of a line: each with a comma before it. */
static bool take_moves(struct power_spec *spec, const char *rest, struct problem *problem)
{
    static const char active_low[] = "active-low";
    while (*rest == ',') {
        const char *word = rest + 1;
        size_t size = strcspn(word, ",");
        bool taken = size == strlen(active_low) && memcmp(word, active_low, size) == 0
                         ? take_active_low(spec, problem)
                         : take_time(spec, word, size, problem);
        if (!taken)
            return false;
        rest = word + size;
    }
    spec->pulsed = spec->on_ms != 0;
    if (spec->off_ms == 0 || spec->pulsed)
        return true;
    problem_set(problem, "--power: off= without on=: nothing would switch the module on");
    return false;
}

static bool take_gpio(struct power_spec *spec, const char *rest, struct problem *problem)
{
    size_t size = strcspn(rest, ",");
    const char *colon = memrchr(rest, ':', size);
    char line[WORD_BYTES];
    uint32_t number;
    if (colon == NULL || !copy(line, sizeof line, colon + 1, size - (size_t)(colon + 1 - rest)) ||
        !copy(spec->chip, sizeof spec->chip, rest, (size_t)(colon - rest)) ||
        !parse_number(line, 0, LINE_MAX, &number)) {
        problem_set(problem,
                    "--power: 'gpio:%.*s' is no gpio:CHIP:LINE with a line's number, like "
                    "gpio:gpiochip0:17",
                    (int)size, rest);
        return false;
    }
    spec->line = number;
    return take_moves(spec, rest + size, problem);
}

static const struct {
    const char *name; /* with a colon: something must follow */
    enum power_method method;
    bool (*take)(struct power_spec *spec, const char *rest, struct problem *problem);
} methods[] = {
    {"manual", POWER_MANUAL, take_nothing}, {"none", POWER_NONE, take_nothing},
    {"exec:", POWER_EXEC, take_command},    {"dtr", POWER_DTR, take_moves},
    {"rts", POWER_RTS, take_moves},         {"gpio:", POWER_GPIO, take_gpio},
};

bool power_parse(struct power_spec *spec, const char *text, struct problem *problem)
{
    problem->text[0] = '\0';
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        size_t length = strlen(methods[i].name);
        const char *rest = text + length;
        if (strncmp(text, methods[i].name, length) != 0 ||
            (rest[-1] != ':' && *rest != '\0' && *rest != ','))
            continue;
        *spec = (struct power_spec){.method = methods[i].method};
        return methods[i].take(spec, rest, problem);
    }
    problem_set(problem,
                "--power: '%s' is none of manual, none, dtr, rts, gpio:CHIP:LINE, exec:COMMAND",
                text);
    return false;
}

bool power_is_automatic(const struct power_spec *spec)
{
    return spec->method != POWER_MANUAL && spec->method != POWER_NONE;
}
