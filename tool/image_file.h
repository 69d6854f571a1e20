/* SPDX-License-Identifier: MIT */
/* The image: a file, mapped into memory, that must not change while it is sent. */
#ifndef TOOL_IMAGE_FILE_H
#define TOOL_IMAGE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "posix/problem.h"

enum {
    SHA256_BYTES = 32,
    SHA256_HEX_BYTES = 2 * SHA256_BYTES + 1,
};

struct image_file {
    const char *path; /* the caller's */
    bool held;        /* a copy in memory: the file may change, what is sent can't */
    const uint8_t *data;
    uint32_t size;
    int fd;
    struct stat opened; /* what the file was when it was opened */
    uint8_t sha256[SHA256_BYTES];
};

/*
 * Maps the file and takes its SHA-256. Only one image at a time in a program: from now on a file
 * that is cut short is noticed (image_file_changed) instead of killing the program.
 * False: `problem` says what, why and what to do.
 */
bool image_file_open(struct image_file *image, const char *path, struct problem *problem);

/*
 * Takes a copy of all of it into memory, for many modules to be sent the same, whatever becomes of
 * the file: nothing is to be read again for each of them. False: `problem`.
 */
bool image_file_hold(struct image_file *image, struct problem *problem);
void image_file_close(struct image_file *image);

/* Gives back the memory of what has been read so far; it comes again where it is needed again. */
void image_file_release(const struct image_file *image);

/* True: a part of it that was read is no longer there. Costs nothing. */
bool image_file_cut(const struct image_file *image);

/* True: the file is no longer what it was. Looks at its size and time only. */
bool image_file_changed(const struct image_file *image);

/* The same, by reading all of it again. */
bool image_file_differs(const struct image_file *image);

void sha256_to_hex(const uint8_t sha256[SHA256_BYTES], char hex[SHA256_HEX_BYTES]);

#endif
