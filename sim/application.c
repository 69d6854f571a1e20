/* SPDX-License-Identifier: MIT */
#include "sim/application.h"

#include <stdio.h>
#include <string.h>

#include "gsmflash/crc16.h"

#define REVISION_WITHIN_BYTES 4096u

static const char label[] = "Revision:";

static const uint8_t *find_label(const uint8_t *firmware, uint32_t size)
{
    uint32_t end = size < REVISION_WITHIN_BYTES ? size : REVISION_WITHIN_BYTES;
    for (uint32_t i = 0; i + sizeof label - 1 <= end; i++) {
        if (memcmp(firmware + i, label, sizeof label - 1) == 0) {
            return firmware + i;
        }
    }
    return NULL;
}

void sim_revision(const uint8_t *firmware, uint32_t size, char revision[SIM_REVISION_BYTES])
{
    const uint8_t *found = find_label(firmware, size);
    if (found == NULL) {
        snprintf(revision, SIM_REVISION_BYTES, "%s %04X", label,
                 (unsigned)gsmflash_crc16(0, firmware, size));
        return;
    }
    size_t length = 0;
    while (found + length < firmware + size && length < SIM_REVISION_BYTES - 1 &&
           found[length] >= ' ' && found[length] <= '~') {
        revision[length] = (char)found[length];
        length++;
    }
    revision[length] = '\0';
}

static void upper(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text >= 'a' && *text <= 'z') {
            *text = (char)(*text - 'a' + 'A');
        }
    }
}

static size_t put(uint8_t *answer, const char *text, const char *revision, const char *result)
{
    char whole[SIM_APPLICATION_ANSWER_BYTES - 1]; /* the echo comes before it */
    int size = snprintf(whole, sizeof whole, "%s%s%s\r\n%s\r\n", text, revision,
                        *revision != '\0' ? "\r\n" : "", result);
    memcpy(answer, whole, (size_t)size);
    return (size_t)size;
}

static size_t obey(struct sim_application *application, const char *revision, uint8_t *answer)
{
    char *line = application->line;

    upper(line);
    if (line[0] == '\0') {
        return 0;
    }
    if (application->too_long) {
        return put(answer, "", "", "ERROR");
    }
    if (strcmp(line, "ATI") == 0) {
        return put(answer, "\r\ngsmflash\r\nSimulated module\r\n", revision, "OK");
    }
    if (strcmp(line, "AT+GMR") == 0 || strcmp(line, "AT+CGMR") == 0) {
        return put(answer, "\r\n", revision, "OK");
    }
    if (strcmp(line, "ATE0") == 0 || strcmp(line, "ATE1") == 0) {
        application->quiet = line[3] == '0';
        return put(answer, "", "", "OK");
    }
    return put(answer, "", "", strcmp(line, "AT") == 0 ? "OK" : "ERROR");
}

size_t sim_application_take(struct sim_application *application, uint8_t byte, const char *revision,
                            uint8_t *answer)
{
    size_t size = 0;

    if (!application->quiet) {
        answer[size++] = byte;
    }
    if (byte == '\r') {
        application->line[application->length] = '\0';
        size += obey(application, revision, answer + size);
        application->length = 0;
        application->too_long = false;
    } else if (byte != '\n') {
        if (application->length < sizeof application->line - 1) {
            application->line[application->length++] = (char)byte;
        } else {
            application->too_long = true;
        }
    }
    return size;
}
