/* SPDX-License-Identifier: MIT */
#include "posix/disk.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    REQUESTS = 256,
    EVENTS_AT_ONCE = 32,
};

/* glibc has no names for these; its own aio_fsync() starts a thread. */
struct disk {
    struct loop *loop;
    struct loop_watch watch; /* an eventfd: something is done */
    aio_context_t requests;
    bool usable;
};

static void end(struct disk_sync *sync, int error)
{
    sync->under_way = false;
    close(sync->fd);
    sync->done(sync->context, error);
}

static void take_events(struct disk *disk)
{
    struct io_event events[EVENTS_AT_ONCE];
    long count = syscall(SYS_io_getevents, disk->requests, 0L, (long)EVENTS_AT_ONCE, events, NULL);
    for (long i = 0; i < count; i++) {
        struct disk_sync *sync = (struct disk_sync *)(uintptr_t)events[i].data;
        /* One that was waited for in another way is no longer under way, and may be gone. */
        if (sync->under_way)
            end(sync, events[i].res < 0 ? (int)-events[i].res : 0);
    }
}

static void disk_ready(void *context, uint32_t events)
{
    struct disk *disk = context;
    uint64_t count;
    (void)events;
    if (read(disk->watch.fd, &count, sizeof count) == sizeof count)
        for (uint64_t i = 0; i < count; i += EVENTS_AT_ONCE)
            take_events(disk);
}

static bool set_up(struct disk *disk)
{
    disk->watch.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (disk->watch.fd < 0)
        return false;
    if (syscall(SYS_io_setup, REQUESTS, &disk->requests) == 0) {
        if (loop_watch_start(disk->loop, &disk->watch, EPOLLIN))
            return true;
        syscall(SYS_io_destroy, disk->requests);
    }
    close(disk->watch.fd);
    return false;
}

struct disk *disk_new(struct loop *loop)
{
    struct disk *disk = calloc(1, sizeof *disk);
    if (disk == NULL)
        return NULL;
    disk->loop = loop;
    disk->watch = (struct loop_watch){.ready = disk_ready, .context = disk};
    disk->usable = set_up(disk);
    return disk;
}

void disk_free(struct disk *disk)
{
    if (disk != NULL && disk->usable) {
        loop_watch_stop(disk->loop, &disk->watch);
        syscall(SYS_io_destroy, disk->requests);
        close(disk->watch.fd);
    }
    free(disk);
}

static bool submit(struct disk *disk, struct disk_sync *sync)
{
    struct iocb *request = &sync->request;
    *request = (struct iocb){
        .aio_data = (uintptr_t)sync,
        .aio_fildes = (uint32_t)sync->fd,
        .aio_lio_opcode = IOCB_CMD_FSYNC,
        .aio_flags = IOCB_FLAG_RESFD,
        .aio_resfd = (uint32_t)disk->watch.fd,
    };
    return syscall(SYS_io_submit, disk->requests, 1L, &request) == 1;
}

void disk_sync_start(struct disk *disk, struct disk_sync *sync)
{
    sync->under_way = disk != NULL && disk->usable && submit(disk, sync);
    if (!sync->under_way)
        end(sync, fsync(sync->fd) == 0 ? 0 : errno);
}

int disk_sync_finish(struct disk_sync *sync)
{
    if (!sync->under_way)
        return 0;
    sync->under_way = false;
    int error = fsync(sync->fd) == 0 ? 0 : errno;
    close(sync->fd);
    return error;
}
