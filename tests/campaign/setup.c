/* SPDX-License-Identifier: MIT */
#include "setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gsmflash/frame.h"
#include "sim/random.h"

static const char *const ways[WAYS] = {"direct", "hand", "nobody", "bridged"};
static const char *const hostilities[HOSTILITIES] = {"plain", "end",  "run", "begin",
                                                     "mix",   "data", "rsp"};

size_t setup_write(const struct setup *setup, char *text, size_t size)
{
    int length = snprintf(
        text, size, "%u-%u-%s-%s%u%s%s%s%s%s", (unsigned)setup->mtu, (unsigned)setup->image_bytes,
        ways[setup->way], hostilities[setup->hostility], (unsigned)setup->phase,
        setup->count_bytes ? "-bytes" : "", setup->no_run ? "-norun" : "",
        setup->resume ? "-resume" : "", setup->check ? "-check" : "", setup->slow ? "-slow" : "");
    return length > 0 ? (size_t)length : 0;
}

/* Takes the word at *text if it is this one. */
static bool take(const char **text, const char *word)
{
    size_t length = strlen(word);

    if (strncmp(*text, word, length) != 0) {
        return false;
    }
    *text += length;
    return true;
}

static bool take_number(const char **text, unsigned long max, unsigned long *number)
{
    char *rest;

    *number = strtoul(*text, &rest, 10);
    if (rest == *text || *number > max) {
        return false;
    }
    *text = rest;
    return true;
}

static bool take_one_of(const char **text, const char *const *words, unsigned count, uint8_t *index)
{
    for (unsigned i = 0; i < count; i++) {
        if (take(text, words[i])) {
            *index = (uint8_t)i;
            return true;
        }
    }
    return false;
}

bool setup_read(struct setup *setup, const char **text)
{
    unsigned long mtu, size, phase;

    memset(setup, 0, sizeof *setup);
    if (!take_number(text, 255, &mtu) || !take(text, "-") ||
        !take_number(text, IMAGE_BYTES_MAX, &size) || !take(text, "-") ||
        !take_one_of(text, ways, WAYS, &setup->way) || !take(text, "-") ||
        !take_one_of(text, hostilities, HOSTILITIES, &setup->hostility) ||
        !take_number(text, 255, &phase) || mtu < GSMFLASH_MTU_MIN || size == 0) {
        return false;
    }
    setup->mtu = (uint16_t)mtu;
    setup->image_bytes = (uint16_t)size;
    setup->phase = (uint8_t)phase;
    setup->count_bytes = take(text, "-bytes");
    setup->no_run = take(text, "-norun");
    setup->resume = take(text, "-resume");
    setup->check = take(text, "-check");
    setup->slow = take(text, "-slow");
    return true;
}

uint32_t setup_block(const struct setup *setup)
{
    return (setup->mtu - GSMFLASH_DATA_OVERHEAD) & ~1u;
}

static size_t put_frame(uint8_t *frame, enum gsmflash_type type, uint32_t number, uint16_t block)
{
    uint16_t length = 0;

    if (type == GSMFLASH_DL_BEGIN) {
        length = 4;
    } else if (type == GSMFLASH_DL_DATA) {
        length = (uint16_t)(4 + block);
    } else if (type == GSMFLASH_DL_DATA_RSP) {
        length = 6;
    }
    gsmflash_frame_header(frame, type, length);
    memset(frame + GSMFLASH_HEADER_BYTES, 0x5A, length);
    if (type == GSMFLASH_DL_DATA_RSP) {
        gsmflash_put16(frame + GSMFLASH_HEADER_BYTES, GSMFLASH_SUCCESS);
        gsmflash_put32(frame + GSMFLASH_HEADER_BYTES + 2, number);
    } else if (length != 0) {
        gsmflash_put32(frame + GSMFLASH_HEADER_BYTES, number);
    }
    return gsmflash_frame_seal(frame, (size_t)length + GSMFLASH_HEADER_BYTES);
}

static enum gsmflash_type type_of(const struct setup *setup, unsigned count)
{
    static const enum gsmflash_type mix[] = {GSMFLASH_DL_END, GSMFLASH_RUN_GSMSW,
                                             GSMFLASH_DL_BEGIN};

    switch (setup->hostility) {
    case IMAGE_END:
        return GSMFLASH_DL_END;
    case IMAGE_RUN:
        return GSMFLASH_RUN_GSMSW;
    case IMAGE_BEGIN:
        return GSMFLASH_DL_BEGIN;
    case IMAGE_RSP:
        return GSMFLASH_DL_DATA_RSP;
    default:
        return mix[count % 3];
    }
}

/* Frames back to back from `phase` on. */
static void put_frames(const struct setup *setup, uint8_t *image)
{
    uint8_t frame[64];
    uint32_t at = setup->phase;

    for (unsigned count = 0; at < setup->image_bytes; count++) {
        size_t size = put_frame(frame, type_of(setup, count), count + 1, 0);
        size_t room = setup->image_bytes - at;
        memcpy(image + at, frame, size < room ? size : room);
        at += (uint32_t)size;
    }
}

/* In each packet, `phase` bytes behind its beginning, a DATA frame with that packet's number. */
static void put_data_frames(const struct setup *setup, uint8_t *image)
{
    uint8_t frame[64];
    uint32_t block = setup_block(setup);

    for (uint32_t at = 0; at < setup->image_bytes; at += block) {
        uint32_t number = setup->count_bytes ? at : at / block;
        size_t size = put_frame(frame, GSMFLASH_DL_DATA, number, 2);
        if (setup->phase + size <= block && at + setup->phase + size <= setup->image_bytes) {
            memcpy(image + at + setup->phase, frame, size);
        }
    }
}

void setup_image(const struct setup *setup, uint8_t *image)
{
    struct sim_random random = sim_random_seeded(setup->image_bytes);

    for (uint32_t i = 0; i < setup->image_bytes; i++) {
        image[i] = (uint8_t)(sim_random_next(&random) >> 11);
    }
    if (setup->hostility == IMAGE_DATA) {
        put_data_frames(setup, image);
    } else if (setup->hostility != IMAGE_PLAIN) {
        put_frames(setup, image);
    }
}
