/* SPDX-License-Identifier: MIT */
#include "tool/interview.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "posix/clock.h"

enum {
    RATE_MS = 300, /* a module that has to find the rate itself needs a first command for that */
    RATE_TRIES = 2,
    ANSWER_MS = 1000,
    ANSWER_TRIES = 3,
};

static const char label[] = "Revision:";

static void ask(struct interview *interview, const char *command)
{
    bool rate = interview->step == INTERVIEW_RATE;
    interview->command = command;
    at_ask(&interview->at, command);
    /* What does not fit now is asked again anyway. */
    ssize_t written =
        write(interview->serial->fd, interview->at.command, strlen(interview->at.command));
    (void)written;
    loop_timer_set(interview->loop, &interview->timer,
                   clock_now_us() + (rate ? RATE_MS : ANSWER_MS) * UINT64_C(1000));
}

static void end(struct interview *interview)
{
    bool answered = interview->step != INTERVIEW_RATE;
    interview_stop(interview);
    interview->step = INTERVIEW_OVER;
    interview->done(interview->context, answered);
}

static void begin_step(struct interview *interview, enum interview_step step, const char *command)
{
    interview->step = step;
    interview->tries = 0;
    ask(interview, command);
}

static void try_next_rate(struct interview *interview)
{
    interview->tries = 0;
    interview->baud = (interview->baud + 1) % interview->baud_count;
    /* A rate that the port does not have can't be the module's either. */
    if (interview->baud_count > 1)
        serial_set_baud(interview->serial, interview->bauds[interview->baud]);
}

/* The module says nothing that could be understood. */
static void timer_expired(void *context)
{
    struct interview *interview = context;
    bool rate = interview->step == INTERVIEW_RATE;
    interview->tries++;
    if (rate && clock_now_us() >= interview->limit_us) {
        end(interview);
        return;
    }
    if (!rate && interview->tries == ANSWER_TRIES) {
        if (interview->step == INTERVIEW_IDENTITY)
            begin_step(interview, INTERVIEW_REVISION, "AT+GMR");
        else
            end(interview);
        return;
    }
    if (rate && interview->tries == RATE_TRIES)
        try_next_rate(interview);
    ask(interview, interview->command);
}

/* The line that says so, or else the first that is no result of something else. */
static void take_revision(struct interview *interview)
{
    const char *found = NULL;
    const char *line = interview->at.answer;
    while (*line != '\0') {
        if (strncmp(line, label, strlen(label)) == 0) {
            found = line + strlen(label);
            break;
        }
        if (found == NULL && *line != '+')
            found = line;
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    if (found == NULL)
        return;
    found += strspn(found, " ");
    snprintf(interview->revision, sizeof interview->revision, "%.*s", (int)strcspn(found, "\n"),
             found);
}

static void answered(struct interview *interview, enum at_state state)
{
    switch (interview->step) {
    case INTERVIEW_RATE:
        begin_step(interview, INTERVIEW_IDENTITY, "ATI");
        break;
    case INTERVIEW_IDENTITY:
        if (state == AT_OK)
            snprintf(interview->identity, sizeof interview->identity, "%s", interview->at.answer);
        begin_step(interview, INTERVIEW_REVISION, "AT+GMR");
        break;
    default:
        if (state == AT_ERROR && strcmp(interview->command, "AT+GMR") == 0) {
            begin_step(interview, INTERVIEW_REVISION, "AT+CGMR");
            break;
        }
        if (state == AT_OK)
            take_revision(interview);
        end(interview);
        break;
    }
}

void interview_start(struct interview *interview)
{
    interview->timer = (struct timer){.expired = timer_expired, .context = interview};
    interview->limit_us = clock_now_us() + interview->limit_ms * UINT64_C(1000);
    begin_step(interview, INTERVIEW_RATE, "AT");
}

void interview_take(struct interview *interview, const uint8_t *bytes, size_t size)
{
    if (interview->step == INTERVIEW_OVER)
        return;
    enum at_state state = at_take(&interview->at, bytes, size);
    if (state != AT_WAITING)
        answered(interview, state);
}

void interview_stop(struct interview *interview)
{
    if (interview->loop != NULL)
        loop_timer_clear(interview->loop, &interview->timer);
}
