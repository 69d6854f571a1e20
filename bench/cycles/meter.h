/* SPDX-License-Identifier: MIT */
/* Counts the instructions between meter_enter() and meter_leave(), whatever the machine. */
#ifndef BENCH_METER_H
#define BENCH_METER_H

#include <stdint.h>

void meter_enter(void);
void meter_leave(void);

/* What has been counted since the last call was for so many bytes of payload. */
void meter_tell(const char *name, uint32_t bytes);

#endif
