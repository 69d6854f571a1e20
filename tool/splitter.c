/* SPDX-License-Identifier: MIT */
#include "tool/splitter.h"

#include <stdlib.h>
#include <string.h>

#include "gsmflash/crc16.h"
#include "gsmflash/frame.h"

enum {
    FRAME_TYPE_AT = 1,
    FRAME_LENGTH_AT = 3,
    NOISE_MAX_BYTES = 4096, /* told in pieces of this size */
    SILENCE_US = GSMFLASH_QUIET_MS * 1000,
};

void splitter_start(struct splitter *splitter, enum capture_direction direction,
                    void (*found)(void *context, const struct item *item), void *context)
{
    *splitter = (struct splitter){.direction = direction, .found = found, .context = context};
}

void splitter_free(struct splitter *splitter)
{
    free(splitter->bytes);
    free(splitter->marks);
    splitter->bytes = NULL;
    splitter->marks = NULL;
}

static uint64_t time_at(const struct splitter *splitter, size_t at)
{
    size_t i = splitter->mark_count;
    while (i > 1 && splitter->marks[i - 1].first > at)
        i--;
    return i > 0 ? splitter->marks[i - 1].time_us : 0;
}

static void tell(struct splitter *splitter, enum item_kind kind, enum capture_direction direction,
                 size_t first, size_t size, uint16_t crc)
{
    const struct item item = {
        .kind = kind,
        .direction = direction,
        .data = splitter->bytes + first,
        .size = size,
        .begin_us = time_at(splitter, first),
        .end_us = time_at(splitter, first + size - 1),
        .crc = crc,
    };
    splitter->found(splitter->context, &item);
}

static void tell_noise(struct splitter *splitter)
{
    if (splitter->noise < splitter->next)
        tell(splitter, ITEM_NOISE, splitter->direction, splitter->noise,
             splitter->next - splitter->noise, 0);
    splitter->noise = splitter->next;
}

static void take(struct splitter *splitter, enum item_kind kind, enum capture_direction direction,
                 size_t size, uint16_t crc)
{
    tell_noise(splitter);
    tell(splitter, kind, direction, splitter->next, size, crc);
    splitter->next += size;
    splitter->noise = splitter->next;
}

static void skip(struct splitter *splitter)
{
    splitter->next++;
    if (splitter->next - splitter->noise >= NOISE_MAX_BYTES)
        tell_noise(splitter);
}

static bool is_from(const struct splitter *splitter, enum capture_direction direction)
{
    return splitter->direction == direction || splitter->direction == CAPTURE_UNKNOWN;
}

/* Who says this sync word; CAPTURE_UNKNOWN: it is none, or of the wrong side. */
static enum capture_direction sync_word_of(const struct splitter *splitter, uint8_t byte)
{
    if ((byte == GSMFLASH_SYNC_WORD1 || byte == GSMFLASH_SYNC_WORD2) &&
        is_from(splitter, CAPTURE_HOST))
        return CAPTURE_HOST;
    if ((byte == GSMFLASH_SYNC_WORD_RSP1 || byte == GSMFLASH_SYNC_WORD_RSP2) &&
        is_from(splitter, CAPTURE_MODULE))
        return CAPTURE_MODULE;
    return CAPTURE_UNKNOWN;
}

static bool length_fits(unsigned type, size_t length)
{
    switch (type) {
    case GSMFLASH_DL_BEGIN:
    case GSMFLASH_DL_BEGIN_RSP:
        return length == 4;
    case GSMFLASH_DL_DATA:
        return length > GSMFLASH_NUMBER_BYTES && length <= UINT16_MAX - GSMFLASH_OVERHEAD_BYTES;
    case GSMFLASH_DL_DATA_RSP:
        return length == 6;
    case GSMFLASH_DL_END:
    case GSMFLASH_RUN_GSMSW:
        return length == 0;
    case GSMFLASH_DL_END_RSP:
    case GSMFLASH_RUN_GSMSW_RSP:
        return length == 2;
    default:
        return false;
    }
}

static enum capture_direction sender_of(unsigned type)
{
    return type % 2 == 1 ? CAPTURE_HOST : CAPTURE_MODULE;
}

enum look {
    LOOK_NONE,       /* no frame begins there */
    LOOK_INCOMPLETE, /* one may, but bytes are missing */
    LOOK_BROKEN,     /* one does, and its CRC is wrong */
    LOOK_GOOD,
};

struct frame {
    enum capture_direction direction;
    size_t size;
    uint16_t crc;
};

static enum look look_at(const struct splitter *splitter, size_t at, struct frame *frame)
{
    const uint8_t *bytes = splitter->bytes + at;
    size_t left = splitter->used - at;
    if (bytes[0] != GSMFLASH_FRAME_HEAD)
        return LOOK_NONE;
    if (left < GSMFLASH_HEADER_BYTES) {
        frame->direction = splitter->direction;
        return LOOK_INCOMPLETE;
    }
    unsigned type = gsmflash_get16(bytes + FRAME_TYPE_AT);
    size_t length = gsmflash_get16(bytes + FRAME_LENGTH_AT);
    frame->direction = sender_of(type);
    frame->size = length + GSMFLASH_OVERHEAD_BYTES;
    if (!length_fits(type, length) || !is_from(splitter, frame->direction))
        return LOOK_NONE;
    if (left < frame->size)
        return LOOK_INCOMPLETE;
    size_t checked = frame->size - GSMFLASH_CRC_BYTES;
    frame->crc = gsmflash_crc16(0, bytes + FRAME_TYPE_AT, checked - FRAME_TYPE_AT);
    return gsmflash_get16(bytes + checked) == frame->crc ? LOOK_GOOD : LOOK_BROKEN;
}

/* A frame with a wrong CRC has its right length if the next thing follows it, or nothing does. */
static bool ends_well(const struct splitter *splitter, size_t end)
{
    if (end >= splitter->used)
        return true;
    uint8_t byte = splitter->bytes[end];
    return byte == GSMFLASH_FRAME_HEAD || sync_word_of(splitter, byte) != CAPTURE_UNKNOWN;
}

static bool good_frame_follows(const struct splitter *splitter)
{
    struct frame frame;
    for (size_t at = splitter->next + 1; at < splitter->used; at++)
        if (look_at(splitter, at, &frame) == LOOK_GOOD)
            return true;
    return false;
}

static void skip_head(struct splitter *splitter)
{
    splitter->lost = true;
    skip(splitter);
}

/* Takes what stands at `next`; false: more bytes are needed to tell. `last`: none will come. */
static bool take_one(struct splitter *splitter, bool last)
{
    struct frame frame;
    uint8_t byte = splitter->bytes[splitter->next];
    enum capture_direction speaker = sync_word_of(splitter, byte);
    if (speaker != CAPTURE_UNKNOWN && !splitter->lost) {
        take(splitter, ITEM_SYNC, speaker, 1, 0);
        return true;
    }
    switch (look_at(splitter, splitter->next, &frame)) {
    case LOOK_GOOD:
        take(splitter, ITEM_FRAME, frame.direction, frame.size, frame.crc);
        splitter->lost = false;
        return true;
    case LOOK_BROKEN:
        if (ends_well(splitter, splitter->next + frame.size))
            take(splitter, ITEM_FRAME, frame.direction, frame.size, frame.crc);
        else
            skip_head(splitter);
        return true;
    case LOOK_INCOMPLETE:
        if (!last)
            return false;
        if (good_frame_follows(splitter))
            skip_head(splitter);
        else
            take(splitter, ITEM_CUT, frame.direction, splitter->used - splitter->next, 0);
        return true;
    default:
        if (byte == GSMFLASH_FRAME_HEAD)
            splitter->lost = true;
        skip(splitter);
        return true;
    }
}

static void take_all(struct splitter *splitter, bool last)
{
    bool more = true;
    while (more && splitter->next < splitter->used)
        more = take_one(splitter, last);
    if (last) {
        tell_noise(splitter);
        splitter->lost = false;
    }
}

/* Moves what is not over yet to the buffer's beginning. */
static void compact(struct splitter *splitter)
{
    size_t gone = splitter->noise;
    size_t marks = 0;
    if (gone == 0)
        return;
    while (marks + 1 < splitter->mark_count && splitter->marks[marks + 1].first <= gone)
        marks++;
    splitter->mark_count -= marks;
    memmove(splitter->marks, splitter->marks + marks,
            splitter->mark_count * sizeof *splitter->marks);
    for (size_t i = 0; i < splitter->mark_count; i++)
        splitter->marks[i].first -=
            splitter->marks[i].first < gone ? splitter->marks[i].first : gone;
    memmove(splitter->bytes, splitter->bytes + gone, splitter->used - gone);
    splitter->used -= gone;
    splitter->next -= gone;
    splitter->noise = 0;
}

static bool make_room(struct splitter *splitter, size_t size)
{
    if (splitter->used + size > splitter->room) {
        size_t room = 2 * (splitter->used + size);
        uint8_t *bytes = realloc(splitter->bytes, room);
        if (bytes == NULL)
            return false;
        splitter->bytes = bytes;
        splitter->room = room;
    }
    if (splitter->mark_count == splitter->mark_room) {
        size_t room = 2 * splitter->mark_room + 16;
        struct splitter_mark *marks = realloc(splitter->marks, room * sizeof *marks);
        if (marks == NULL)
            return false;
        splitter->marks = marks;
        splitter->mark_room = room;
    }
    return true;
}

bool splitter_put(struct splitter *splitter, const uint8_t *data, size_t size, uint64_t time_us)
{
    if (size == 0)
        return true;
    splitter_wait(splitter, time_us);
    compact(splitter);
    if (!make_room(splitter, size))
        return false;
    splitter->marks[splitter->mark_count++] =
        (struct splitter_mark){.first = splitter->used, .time_us = time_us};
    memcpy(splitter->bytes + splitter->used, data, size);
    splitter->used += size;
    splitter->heard_us = time_us;
    take_all(splitter, false);
    return true;
}

void splitter_wait(struct splitter *splitter, uint64_t time_us)
{
    if (time_us > splitter->heard_us && time_us - splitter->heard_us > SILENCE_US)
        take_all(splitter, true);
}

void splitter_end(struct splitter *splitter)
{
    take_all(splitter, true);
}
