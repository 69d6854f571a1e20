/* SPDX-License-Identifier: MIT */
/* What is to be written to a port: gathered piece by piece, written with one call. */
#ifndef TOOL_OUTBOX_H
#define TOOL_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

enum {
    OUTBOX_PIECES = 8,
    OUTBOX_COPY_BYTES = 64,
};

/* Zeroed memory is an empty one. */
struct outbox {
    struct iovec pieces[OUTBOX_PIECES];
    uint8_t copies[OUTBOX_COPY_BYTES];
    unsigned first;
    unsigned count; /* one past the last piece */
    size_t copied;
};

/*
 * Adds a piece: where it `stays` it is written from where it lies, else it is copied. False: there
 * is no room for it.
 */
bool outbox_add(struct outbox *outbox, const uint8_t *data, size_t size, bool stays);

bool outbox_empty(const struct outbox *outbox);
void outbox_drop(struct outbox *outbox);

enum outbox_written {
    OUTBOX_DONE,
    OUTBOX_BLOCKED, /* the port takes no more for now; call again when it does */
    OUTBOX_FAILED,  /* errno says why */
};

enum outbox_written outbox_write(struct outbox *outbox, int fd);

#endif
