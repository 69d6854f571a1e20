/* SPDX-License-Identifier: MIT */
/*
 * What people and modules type at the tool: faults, power switches, check sums, AT answers.
 *
 * Input: a byte that says which, then the text.
 */
#include <string.h>

#include "input.h"
#include "insist.h"
#include "sim/fault.h"
#include "tool/at.h"
#include "tool/image_check.h"
#include "tool/power_spec.h"

enum { TEXT_BYTES = 512 };

static void faults(const char *text)
{
    struct sim_faults faults = {0};

    if (sim_faults_add(&faults, text) == NULL) {
        INSIST(faults.answers <= SIM_FAULTS_MAX && faults.flashes <= SIM_FAULTS_MAX);
        INSIST(faults.in.count <= SIM_FAULTS_MAX && faults.out.count <= SIM_FAULTS_MAX);
    }
}

static void power(const char *text)
{
    struct power_spec spec;
    struct problem problem;

    if (power_parse(&spec, text, &problem)) {
        INSIST(spec.method <= POWER_GPIO);
        INSIST(memchr(spec.chip, 0, sizeof spec.chip) != NULL || spec.method != POWER_GPIO);
    }
}

static void checksum(const char *text)
{
    uint8_t sha256[SHA256_BYTES];
    char hex[SHA256_HEX_BYTES];

    if (sha256_parse(sha256, text)) {
        sha256_to_hex(sha256, hex);
        INSIST(strlen(text) == sizeof hex - 1);
    }
}

static void at(const uint8_t *data, size_t size)
{
    static struct at question;

    memset(&question, 0, sizeof question);
    at_ask(&question, "AT+GMR");
    for (; size != 0; size--, data++) {
        at_take(&question, data, 1);
        INSIST(question.length < sizeof question.line);
        INSIST(question.answer_length < sizeof question.answer);
    }
    at_answer_is_revision(&question, "Revision: 1");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[TEXT_BYTES];

    if (size == 0 || size > sizeof text) {
        return 0;
    }
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    switch (data[0] % 4) {
    case 0:
        faults(text);
        break;
    case 1:
        power(text);
        break;
    case 2:
        checksum(text);
        break;
    default:
        at(data + 1, size - 1);
        break;
    }
    return 0;
}
