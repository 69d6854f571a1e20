/* SPDX-License-Identifier: MIT */
/*
 * What `gsmflash decode` reads: a pcapng trace, or a raw dump. Whatever is in the file, the reader
 * comes to its end, and the splitter leaves no byte out and adds none.
 *
 * Input: the file.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "input.h"
#include "insist.h"
#include "tool/capture.h"
#include "tool/exchange.h"
#include "tool/splitter.h"

enum { BYTES_MAX = 1 << 17, RECORDS_MAX = 1 << 16 };

/* One direction: what was put into the splitter, and how much of it has come out. */
struct stream {
    struct splitter splitter;
    uint8_t bytes[BYTES_MAX];
    size_t put, found;
    struct exchange *exchange;
};

static void check_item(void *context, const struct item *item)
{
    struct stream *stream = context;

    INSIST(item->size != 0 && item->size <= stream->put - stream->found);
    INSIST(memcmp(item->data, stream->bytes + stream->found, item->size) == 0);
    INSIST(item->begin_us <= item->end_us);
    stream->found += item->size;
    exchange_take(stream->exchange, item);
}

static void put(struct stream *stream, const struct capture_record *record)
{
    size_t room = BYTES_MAX - stream->put;
    size_t size = record->size < room ? record->size : room;

    if (size != 0) {
        memcpy(stream->bytes + stream->put, record->data, size);
        stream->put += size;
        INSIST(splitter_put(&stream->splitter, record->data, size, record->time_us));
    }
}

static void start(struct stream *streams, struct exchange *exchange)
{
    memset(exchange, 0, sizeof *exchange);
    for (int i = 0; i <= CAPTURE_UNKNOWN; i++) {
        streams[i].put = streams[i].found = 0;
        streams[i].exchange = exchange;
        splitter_start(&streams[i].splitter, (enum capture_direction)i, check_item, &streams[i]);
    }
}

static void finish(struct stream *streams)
{
    for (int i = 0; i <= CAPTURE_UNKNOWN; i++) {
        splitter_end(&streams[i].splitter);
        INSIST(streams[i].found == streams[i].put);
        splitter_free(&streams[i].splitter);
    }
}

static void read_all(struct capture *capture)
{
    static struct stream streams[CAPTURE_UNKNOWN + 1];
    struct exchange exchange;
    struct capture_record record;
    struct problem problem;
    uint64_t now_us = 0;
    unsigned count = 0;

    start(streams, &exchange);
    while (capture_next(capture, &record, &problem) == CAPTURE_RECORD) {
        INSIST(count++ < RECORDS_MAX && record.direction <= CAPTURE_UNKNOWN);
        INSIST(record.port < capture->port_count || capture->raw);
        /* The splitters want a clock that does not go back; decode sees to that as well. */
        record.time_us = now_us = record.time_us > now_us ? record.time_us : now_us;
        put(&streams[record.direction], &record);
    }
    finish(streams);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct capture capture;
    struct problem problem;
    int file = memfd_create("capture", 0);

    INSIST(file >= 0 && write(file, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (capture_open(&capture, path, &problem)) {
        read_all(&capture);
        capture_close(&capture);
    }
    close(file);
    return 0;
}
