/* SPDX-License-Identifier: MIT */
/* The protocol's words for people: docs/protocol.md, sections 2 and 3. */
#ifndef TOOL_FRAME_NAMES_H
#define TOOL_FRAME_NAMES_H

#include <stdint.h>

const char *frame_name(unsigned type);
const char *sync_word_name(uint8_t word);

#endif
