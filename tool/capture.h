/* SPDX-License-Identifier: MIT */
/* Reads what was recorded of a serial line: a pcapng trace, or a raw dump of bytes. */
#ifndef TOOL_CAPTURE_H
#define TOOL_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "posix/problem.h"

enum capture_direction {
    CAPTURE_HOST,    /* the host sent it */
    CAPTURE_MODULE,  /* the module sent it */
    CAPTURE_UNKNOWN, /* a raw dump does not say */
};

struct capture_port {
    char name[128];
    unsigned baud; /* 0: not recorded */
    uint8_t time_digits;
    bool serial; /* of the link type that is understood */
};

struct capture {
    FILE *file;
    bool raw;
    bool swapped; /* this section's integers are not in this machine's order */
    struct capture_port *ports;
    size_t port_count;
    size_t section_port; /* the number of this section's first port */
    size_t skipped;      /* packets of ports of other link types */
    uint8_t *block;
    size_t room;
    uint8_t held[4]; /* read to see what it is, and not taken yet */
    size_t held_bytes;
};

/* Bytes, a note, or both. What is pointed to stays until the next call. */
struct capture_record {
    size_t port;
    enum capture_direction direction;
    uint64_t time_us; /* since 1970; 0 in a raw dump */
    const uint8_t *data;
    size_t size;
    const char *note; /* NULL: none */
};

enum capture_result {
    CAPTURE_RECORD,
    CAPTURE_END,
    CAPTURE_CUT,     /* the file ends in the middle of something */
    CAPTURE_DAMAGED, /* what follows makes no sense; `problem` says where */
    CAPTURE_FAILED,  /* it can't be read; `problem` says why */
};

/* Opens a file, "-" is stdin. False: `problem` says what, why and what to do. */
bool capture_open(struct capture *capture, const char *path, struct problem *problem);
void capture_close(struct capture *capture);

enum capture_result capture_next(struct capture *capture, struct capture_record *record,
                                 struct problem *problem);

#endif
