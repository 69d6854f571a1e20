/* SPDX-License-Identifier: MIT */
/* The two clocks: one that only goes forward, and the calendar's. */
#ifndef POSIX_CLOCK_H
#define POSIX_CLOCK_H

#include <stdint.h>

/* Microseconds since some moment in the past. */
uint64_t clock_now_us(void);

/* Microseconds since 1970, for time stamps that people and other programs read. */
uint64_t clock_calendar_us(void);

#endif
