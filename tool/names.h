/* SPDX-License-Identifier: MIT */
/* The words by which programs know what the core reports: part of the JSON's contract. */
#ifndef TOOL_NAMES_H
#define TOOL_NAMES_H

const char *phase_name(unsigned phase);
const char *cause_name(unsigned cause);
const char *error_name(unsigned error);
const char *firmware_name(unsigned firmware);

#endif
