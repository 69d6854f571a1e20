/* SPDX-License-Identifier: MIT */
#include "tool/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "posix/clock.h"
#include "tool/pcapng.h"

enum {
    BUFFER_BYTES = 256 * 1024,
    FLUSH_US = 1000000, /* a program that is killed loses no more than that */
};

struct trace {
    char *path;
    int fd;
    int error; /* errno of what ended the writing; 0: none */
    unsigned ports;
    uint64_t calendar_us; /* what the calendar is ahead of the clock */
    uint64_t flushed_us;
    size_t used;
    size_t block; /* where the block that is being written begins */
    uint8_t buffer[BUFFER_BYTES];
};

static void put(struct trace *trace, const void *data, size_t size)
{
    if (size > sizeof trace->buffer - trace->used) {
        trace->error = EMSGSIZE;
        return;
    }
    memcpy(trace->buffer + trace->used, data, size);
    trace->used += size;
}

static void put_le(struct trace *trace, uint64_t value, size_t bytes)
{
    uint8_t data[8];
    for (size_t i = 0; i < bytes; i++)
        data[i] = (uint8_t)(value >> (8 * i));
    put(trace, data, bytes);
}

static void put_be32(struct trace *trace, uint32_t value)
{
    const uint8_t data[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                             (uint8_t)value};
    put(trace, data, sizeof data);
}

static void pad(struct trace *trace)
{
    static const uint8_t zeros[4];
    put(trace, zeros, (4 - (trace->used - trace->block) % 4) % 4);
}

static void put_option(struct trace *trace, unsigned code, const void *data, size_t size)
{
    put_le(trace, code, 2);
    put_le(trace, size, 2);
    put(trace, data, size);
    pad(trace);
}

static void put_text(struct trace *trace, unsigned code, const char *text)
{
    put_option(trace, code, text, strnlen(text, UINT16_MAX));
}

static void flush(struct trace *trace)
{
    size_t done = 0;
    while (done < trace->used && trace->error == 0) {
        ssize_t written = write(trace->fd, trace->buffer + done, trace->used - done);
        if (written > 0)
            done += (size_t)written;
        else if (errno != EINTR)
            trace->error = errno;
    }
    trace->used = 0;
}

/* Begins a block with room for `bytes` of data and a page of options. */
static void begin(struct trace *trace, unsigned type, size_t bytes)
{
    const size_t options = 4096;
    if (bytes + options > sizeof trace->buffer - trace->used)
        flush(trace);
    trace->block = trace->used;
    put_le(trace, type, 4);
    put_le(trace, 0, 4);
}

static void end(struct trace *trace)
{
    put_le(trace, 0, 4); /* the end of the options */
    size_t size = trace->used - trace->block + 4;
    put_le(trace, size, 4);
    memcpy(trace->buffer + trace->block + 4, trace->buffer + trace->used - 4, 4);
}

static void put_section(struct trace *trace)
{
    begin(trace, PCAPNG_SECTION, 0);
    put_le(trace, PCAPNG_BYTE_ORDER, 4);
    put_le(trace, 1, 2); /* version 1.0 */
    put_le(trace, 0, 2);
    put_le(trace, UINT64_MAX, 8); /* its length is not known yet */
    put_text(trace, PCAPNG_APPLICATION, "gsmflash " GSMFLASH_VERSION);
    end(trace);
}

unsigned trace_add_port(struct trace *trace, const char *name, unsigned baud)
{
    const uint8_t unit = PCAPNG_MICROSECONDS;
    uint8_t speed[8] = {(uint8_t)baud, (uint8_t)(baud >> 8), (uint8_t)(baud >> 16),
                        (uint8_t)(baud >> 24)};
    if (trace == NULL)
        return 0;
    begin(trace, PCAPNG_INTERFACE, strlen(name));
    put_le(trace, PCAPNG_LINK_RTAC_SERIAL, 2);
    put_le(trace, 0, 2);
    put_le(trace, 0, 4); /* packets are never cut */
    put_text(trace, PCAPNG_INTERFACE_NAME, name);
    put_option(trace, PCAPNG_INTERFACE_SPEED, speed, sizeof speed);
    put_option(trace, PCAPNG_INTERFACE_TIME, &unit, sizeof unit);
    end(trace);
    return trace->ports++;
}

/* All of a packet block that comes before its bytes. */
static void begin_packet(struct trace *trace, unsigned port, uint64_t now_us, uint8_t event,
                         size_t size)
{
    const uint64_t time_us = trace->calendar_us + now_us;
    const uint8_t tail[4] = {event, 0, 0, 0};
    begin(trace, PCAPNG_PACKET, size);
    put_le(trace, port, 4);
    put_le(trace, time_us >> 32, 4);
    put_le(trace, time_us, 4);
    put_le(trace, RTAC_HEADER_BYTES + size, 4);
    put_le(trace, RTAC_HEADER_BYTES + size, 4);
    put_be32(trace, (uint32_t)(time_us / 1000000u));
    put_be32(trace, (uint32_t)(time_us % 1000000u));
    put(trace, tail, sizeof tail);
}

static void end_packet(struct trace *trace, uint64_t now_us)
{
    end(trace);
    if (now_us - trace->flushed_us < FLUSH_US)
        return;
    trace->flushed_us = now_us;
    flush(trace);
}

static void put_direction(struct trace *trace, uint8_t flag)
{
    const uint8_t flags[4] = {flag, 0, 0, 0};
    pad(trace);
    put_option(trace, PCAPNG_PACKET_FLAGS, flags, sizeof flags);
}

void trace_sent(struct trace *trace, unsigned port, uint64_t now_us, const struct iovec *pieces,
                size_t count)
{
    size_t size = 0;
    if (trace == NULL || trace->error != 0)
        return;
    for (size_t i = 0; i < count; i++)
        size += pieces[i].iov_len;
    begin_packet(trace, port, now_us, RTAC_SENT, size);
    for (size_t i = 0; i < count; i++)
        put(trace, pieces[i].iov_base, pieces[i].iov_len);
    put_direction(trace, PCAPNG_FLAG_SENT);
    end_packet(trace, now_us);
}

void trace_received(struct trace *trace, unsigned port, uint64_t now_us, const uint8_t *data,
                    size_t size)
{
    if (trace == NULL || trace->error != 0)
        return;
    begin_packet(trace, port, now_us, RTAC_RECEIVED, size);
    put(trace, data, size);
    put_direction(trace, PCAPNG_FLAG_RECEIVED);
    end_packet(trace, now_us);
}

void trace_note(struct trace *trace, unsigned port, uint64_t now_us, const char *text)
{
    if (trace == NULL || trace->error != 0)
        return;
    begin_packet(trace, port, now_us, RTAC_STATUS_CHANGE, 0);
    put_text(trace, PCAPNG_COMMENT, text);
    end_packet(trace, now_us);
}

/* Whether the file may be written over: it is a trace, it is empty, or no file but a FIFO. */
static bool may_replace(int fd)
{
    struct stat file;
    uint8_t magic[4];
    if (fstat(fd, &file) != 0)
        return false;
    if (S_ISFIFO(file.st_mode) || S_ISCHR(file.st_mode))
        return true;
    return S_ISREG(file.st_mode) &&
           (file.st_size == 0 ||
            (pread(fd, magic, sizeof magic, 0) == sizeof magic && magic[0] == 0x0A &&
             magic[1] == 0x0D && magic[2] == 0x0D && magic[3] == 0x0A && ftruncate(fd, 0) == 0));
}

/* Not to wait for a FIFO's other end, neither now nor later. */
static int open_file(const char *path)
{
    const int flags = O_CREAT | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
    struct stat file;
    bool fifo = stat(path, &file) == 0 && S_ISFIFO(file.st_mode);
    return open(path, flags | (fifo ? O_WRONLY : O_RDWR), 0666);
}

static int open_checked(const char *path, struct problem *problem)
{
    int fd = open_file(path);
    if (fd < 0 && errno == ENXIO) {
        problem_set(problem, "%s: nobody reads from this FIFO; start the reader first", path);
    } else if (fd < 0) {
        problem_set(problem, "%s: the trace can't be written: %s; choose another file", path,
                    strerror(errno));
    } else if (!may_replace(fd)) {
        problem_set(problem, "%s: is there already and is no trace; choose another file", path);
        close(fd);
        fd = -1;
    }
    return fd;
}

struct trace *trace_open(const char *path, struct problem *problem)
{
    int fd = open_checked(path, problem);
    if (fd < 0)
        return NULL;
    struct trace *trace = malloc(sizeof *trace);
    char *name = strdup(path);
    if (trace == NULL || name == NULL) {
        problem_set(problem, "%s: no memory for the trace", path);
        free(trace);
        free(name);
        close(fd);
        return NULL;
    }
    /* A reader of the FIFO that goes away must not end the update. */
    signal(SIGPIPE, SIG_IGN);
    trace->path = name;
    trace->fd = fd;
    trace->error = 0;
    trace->ports = 0;
    trace->used = 0;
    trace->flushed_us = clock_now_us();
    trace->calendar_us = clock_calendar_us() - trace->flushed_us;
    put_section(trace);
    flush(trace);
    return trace;
}

bool trace_close(struct trace *trace, struct problem *problem)
{
    if (trace == NULL)
        return true;
    flush(trace);
    int error = trace->error;
    if (close(trace->fd) != 0 && error == 0)
        error = errno;
    if (error != 0)
        problem_set(problem, "%s: the trace is not complete: %s; the update is not affected",
                    trace->path, strerror(error));
    free(trace->path);
    free(trace);
    return error == 0;
}
