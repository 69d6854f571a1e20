/* SPDX-License-Identifier: MIT */
/*
 * fsync() that nobody waits for: a disk takes up to a second for one, and the loop has other lines
 * to serve. Where the kernel has no asynchronous I/O for us it is waited for all the same.
 */
#ifndef POSIX_DISK_H
#define POSIX_DISK_H

#include <linux/aio_abi.h>
#include <stdbool.h>

#include "posix/loop.h"

struct disk;

/* The caller's, and stays where it is until it is done. Zeroed memory is one that is done. */
struct disk_sync {
    int fd; /* of the file or folder; closed when it is done */
    /* Told once; `error` is an errno, or 0. */
    void (*done)(void *context, int error);
    void *context;
    /* Private. */
    struct iocb request;
    bool under_way;
};

/* NULL: out of memory. */
struct disk *disk_new(struct loop *loop);

/* Waits for everything that is under way, and tells nobody. NULL may be given. */
void disk_free(struct disk *disk);

/* Begins; done() may be told before this returns. Without a disk (NULL) it always is. */
void disk_sync_start(struct disk *disk, struct disk_sync *sync);

/* Waits for it, if it is under way, and tells nobody. Returns its errno, or 0. */
int disk_sync_finish(struct disk_sync *sync);

#endif
