/* SPDX-License-Identifier: MIT */
#include "tool/report_summary.h"

#include <stdio.h>
#include <string.h>

#include "tool/gang.h"

static const char *const headings[GANG_STATES] = {
    [GANG_GOOD] = "good",
    [GANG_NOT_STARTED] = "valid, not confirmed to run",
    [GANG_UNTOUCHED] = "untouched",
    [GANG_INVALID] = "INVALID until an update completes",
};

static size_t number_of(const struct report_settings *settings, enum gang_state state)
{
    size_t number = 0;
    for (size_t i = 0; i < settings->count; i++)
        number += gang_state(&settings->sessions[i]) == state;
    return number;
}

static void print_state(const struct report_settings *settings, enum gang_state state,
                        size_t columns)
{
    static const char indent[] = "   ";
    size_t number = number_of(settings, state);
    if (number == 0)
        return;
    size_t used = (size_t)printf("  %s (%zu):", headings[state], number);
    for (size_t i = 0; i < settings->count; i++) {
        const struct session *session = &settings->sessions[i];
        if (gang_state(session) != state)
            continue;
        if (columns != 0 && used + 1 + strlen(session->port) >= columns)
            used = (size_t)printf("\n%s", indent) - 1;
        used += (size_t)printf(" %s", session->port);
    }
    putchar('\n');
}

double report_summary_seconds(const struct report_settings *settings)
{
    uint64_t first_us = UINT64_MAX;
    uint64_t last_us = 0;
    for (size_t i = 0; i < settings->count; i++) {
        const struct session *session = &settings->sessions[i];
        if (session->first_begun_us != 0 && session->first_begun_us < first_us)
            first_us = session->first_begun_us;
        if (session->finished_us > last_us)
            last_us = session->finished_us;
    }
    return first_us < last_us ? (double)(last_us - first_us) / 1e6 : 0;
}

void report_summary(const struct report_settings *settings, size_t columns)
{
    printf("%zu of %zu modules are good, after %.1f s\n", number_of(settings, GANG_GOOD),
           settings->count, report_summary_seconds(settings));
    for (unsigned state = 0; state < GANG_STATES; state++)
        print_state(settings, (enum gang_state)state, columns);
    fflush(stdout);
}
