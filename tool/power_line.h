/* SPDX-License-Identifier: MIT */
/* How a line is moved, whatever line it is: to a level, or as a key that is pressed for a time. */
#ifndef TOOL_POWER_LINE_H
#define TOOL_POWER_LINE_H

#include "tool/power_driver.h"

/* A key is released, whatever the line was before. A level stays until it is switched. */
bool power_line_start(struct power *power);
void power_line_begin(struct power *power);
void power_line_stop(struct power *power);

#endif
