/* SPDX-License-Identifier: MIT */
/* What became of each of several modules, for people. */
#ifndef TOOL_REPORT_SUMMARY_H
#define TOOL_REPORT_SUMMARY_H

#include "tool/report.h"

/* Prints it on stdout, the worst last. `columns`: where lines are folded; 0: they are not. */
void report_summary(const struct report_settings *settings, size_t columns);

/* From the first download's beginning until the last module was done. */
double report_summary_seconds(const struct report_settings *settings);

#endif
