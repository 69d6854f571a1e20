/* SPDX-License-Identifier: MIT */
/*
 * The reader against a search that sees the whole stream at once: every good answer that stands in
 * it and shares no byte with one before it is found, with its last byte, and nothing else is.
 *
 * Input: bytes of the stream. F1 T D*6 stands for a good answer, F2 N T D*6 for its first N bytes.
 */
#include <string.h>

#include "gsmflash/frame.h"
#include "input.h"
#include "insist.h"
#include "naive.h"

enum {
    STREAM_MAX = 8192,
    GOOD_ANSWER = 0xF1,
    CUT_ANSWER = 0xF2,
};

struct stream {
    uint8_t bytes[STREAM_MAX];
    size_t size;
};

static void put_answer(struct stream *stream, struct input *input, size_t at_most)
{
    static const uint8_t lengths[] = {4, 6, 2, 2};
    uint8_t kind = input_byte(input) % 4;
    uint8_t data[6], frame[13];

    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = input_byte(input);
    }
    size_t size = naive_frame(frame, (uint16_t)(kind * 2 + 2), data, lengths[kind]);
    size = size < at_most ? size : at_most;
    memcpy(stream->bytes + stream->size, frame, size);
    stream->size += size;
}

static void expand(struct stream *stream, struct input *input)
{
    stream->size = 0;
    while (input_left(input) && stream->size < STREAM_MAX - GSMFLASH_ANSWER_BYTES) {
        uint8_t byte = input_byte(input);
        if (byte == GOOD_ANSWER) {
            put_answer(stream, input, GSMFLASH_ANSWER_BYTES);
        } else if (byte == CUT_ANSWER) {
            put_answer(stream, input, input_byte(input) % GSMFLASH_ANSWER_BYTES);
        } else {
            stream->bytes[stream->size++] = byte;
        }
    }
}

/* The size of the good answer that ends with the byte before `end`, or 0. */
static size_t ends_at(const struct stream *stream, size_t end)
{
    static const size_t sizes[] = {9, 11, 13};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (sizes[i] <= end && naive_answer(stream->bytes + end - sizes[i], sizes[i]) == sizes[i]) {
            return sizes[i];
        }
    }
    return 0;
}

static void compare(const struct gsmflash_reader *reader, unsigned type, const uint8_t *answer)
{
    INSIST(type == answer[2]);
    INSIST(gsmflash_answer_status(reader) == naive_get(answer + 5, 2));
    if (type == GSMFLASH_DL_BEGIN_RSP) {
        INSIST(gsmflash_answer_mtu(reader) == naive_get(answer + 7, 2));
    }
    if (type == GSMFLASH_DL_DATA_RSP) {
        INSIST(gsmflash_answer_next(reader) == naive_get(answer + 7, 4));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct stream stream;
    struct input input = {data, size};
    struct gsmflash_reader reader;
    size_t taken = 0;

    memset(&reader, 0, sizeof reader);
    expand(&stream, &input);
    for (size_t end = 1; end <= stream.size; end++) {
        unsigned type = gsmflash_reader_put(&reader, stream.bytes[end - 1]);
        size_t answer = ends_at(&stream, end);
        if (type != 0) {
            INSIST(answer != 0);
            compare(&reader, type, stream.bytes + end - answer);
            taken = end;
        } else {
            /* Only what shares bytes with an answer that was found may be missed. */
            INSIST(answer == 0 || end - answer < taken);
        }
    }
    return 0;
}
