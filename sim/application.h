/* SPDX-License-Identifier: MIT */
/*
 * The module's application, as far as an updater cares: it answers AT, ATI, AT+GMR and AT+CGMR with
 * a revision that comes from the firmware in the flash.
 */
#ifndef SIM_APPLICATION_H
#define SIM_APPLICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_REVISION_BYTES 128u

/* One for each port, from the application's start. */
struct sim_application {
    char line[64]; /* the command that is being typed */
    uint8_t length;
    bool too_long;
    bool quiet; /* ATE0 */
};

/*
 * The revision that firmware names: text that starts with "Revision:" in its first 4 KiB, up to
 * the first byte that can't be printed; or else "Revision: " and the firmware's CRC16 in hex.
 */
void sim_revision(const uint8_t *firmware, uint32_t size, char revision[SIM_REVISION_BYTES]);

/*
 * Takes one byte that came; returns how many bytes of answer (echo included) it wrote to `answer`,
 * which has room for SIM_APPLICATION_ANSWER_BYTES.
 */
#define SIM_APPLICATION_ANSWER_BYTES 256u
size_t sim_application_take(struct sim_application *application, uint8_t byte, const char *revision,
                            uint8_t *answer);

#endif
