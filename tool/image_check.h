/* SPDX-License-Identifier: MIT */
/* Whether an image is what it is meant to be: its SHA-256 is told, or stands in a file beside it.
 */
#ifndef TOOL_IMAGE_CHECK_H
#define TOOL_IMAGE_CHECK_H

#include <stdbool.h>

#include "posix/problem.h"
#include "tool/image_file.h"

/* Reads 64 hexadecimal digits and nothing else. */
bool sha256_parse(uint8_t sha256[SHA256_BYTES], const char *hex);

/*
 * Compares with `wanted`, or, where that is NULL, with what IMAGE.sha256 says, if there is such a
 * file: what sha256sum prints (also with --tag), or the digits alone. False: `problem` says what,
 * why and what to do.
 */
bool image_check(const struct image_file *image, const uint8_t *wanted, struct problem *problem);

#endif
