/* SPDX-License-Identifier: MIT */
#include "tool/at.h"

#include <stdio.h>
#include <string.h>

void at_ask(struct at *at, const char *command)
{
    *at = (struct at){.state = AT_WAITING};
    snprintf(at->command, sizeof at->command, "%s\r", command);
}

static bool is_echo(const struct at *at)
{
    size_t length = strcspn(at->command, "\r");
    return strlen(at->line) == length && memcmp(at->line, at->command, length) == 0;
}

static bool is_printable(const char *line)
{
    for (; *line != '\0'; line++)
        if (*line < ' ' || *line > '~')
            return false;
    return true;
}

static void keep(struct at *at)
{
    int length = snprintf(at->answer + at->answer_length, sizeof at->answer - at->answer_length,
                          "%s%s", at->answer_length > 0 ? "\n" : "", at->line);
    if ((size_t)length < sizeof at->answer - at->answer_length)
        at->answer_length += (size_t)length;
    else
        at->answer[at->answer_length] = '\0';
}

static void end_line(struct at *at)
{
    at->line[at->length] = '\0';
    at->length = 0;
    if (at->line[0] == '\0' || is_echo(at) || !is_printable(at->line))
        return;
    if (strcmp(at->line, "OK") == 0)
        at->state = AT_OK;
    else if (strcmp(at->line, "ERROR") == 0 || strncmp(at->line, "+CME ERROR", 10) == 0)
        at->state = AT_ERROR;
    else
        keep(at);
}

enum at_state at_take(struct at *at, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size && at->state == AT_WAITING; i++) {
        if (bytes[i] == '\r' || bytes[i] == '\n')
            end_line(at);
        else if (at->length < sizeof at->line - 1)
            at->line[at->length++] = (char)bytes[i];
    }
    return at->state;
}

static bool same_revision(const char *line, size_t length, const char *revision)
{
    static const char label[] = "Revision:";
    const size_t label_length = sizeof label - 1;
    if (strlen(revision) == length && memcmp(line, revision, length) == 0)
        return true;
    if (length < label_length || memcmp(line, label, label_length) != 0)
        return false;
    line += label_length;
    length -= label_length;
    while (length > 0 && *line == ' ') {
        line++;
        length--;
    }
    return strlen(revision) == length && memcmp(line, revision, length) == 0;
}

bool at_answer_is_revision(const struct at *at, const char *revision)
{
    const char *line = at->answer;
    for (;;) {
        size_t length = strcspn(line, "\n");
        if (same_revision(line, length, revision))
            return true;
        if (line[length] == '\0')
            return false;
        line += length + 1;
    }
}
