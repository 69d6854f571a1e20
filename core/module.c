/* SPDX-License-Identifier: MIT */
/*
 * Bytes run through receive() into a frame; a whole frame, or silence, sets an action; next() turns
 * the action into steps and at the end into an answer.
 */
#include "gsmflash/module.h"

#include <string.h>

#include "gsmflash/crc16.h"
#include "gsmflash/frame.h"

enum action {
    NOTHING,
    CONFIRM, /* END has come: nothing may follow it */
    INVALIDATE,
    WRITE,
    VALIDATE,
    BUSY, /* one of these three is being done */
    ANSWER,
    SENDING,
    START,
};

/* Why END is refused. */
enum bad {
    BAD_FRAME = 1, /* something came damaged: until a good block was accepted */
    MISREAD = 2,   /* a block was accepted that cannot have been one: until BEGIN */
};

static void answer(struct gsmflash_module *module, enum gsmflash_type type,
                   enum gsmflash_status status)
{
    module->action = ANSWER;
    module->answer = (uint8_t)type;
    module->status = (uint8_t)status;
}

static bool listens_for_frames(const struct gsmflash_module *module)
{
    return module->state == GSMFLASH_MODULE_COMMAND || module->state == GSMFLASH_MODULE_DOWNLOAD;
}

/* Section 5.2, rule 2: the line was silent; what was cut short is dropped. */
static void drop_fragment(struct gsmflash_module *module)
{
    module->deaf = false;
    module->position = 0;
    if (module->state == GSMFLASH_MODULE_DOWNLOAD) {
        module->bad |= BAD_FRAME;
        if (module->action == NOTHING) {
            answer(module, GSMFLASH_DL_DATA_RSP, GSMFLASH_PACKAGE_ERROR);
        }
    }
}

/* Does what has become due. */
static void settle(struct gsmflash_module *module, uint32_t now_ms)
{
    uint32_t elapsed_ms = now_ms - module->since_ms;

    if (module->action == SENDING && now_ms - module->answered_ms < UINT32_C(0x80000000)) {
        module->action = module->state == GSMFLASH_MODULE_STARTED ? START : NOTHING;
    }
    if (module->action == CONFIRM && elapsed_ms >= GSMFLASH_QUIET_MS) {
        module->action = VALIDATE;
    }
    if (listens_for_frames(module)) {
        if ((module->deaf || module->position != 0) && elapsed_ms >= GSMFLASH_FRAME_SILENCE_MS) {
            drop_fragment(module);
        }
    } else if (module->state != GSMFLASH_MODULE_STARTED && module->firmware_valid &&
               elapsed_ms >= GSMFLASH_BOOT_WINDOW_MS) {
        module->state = GSMFLASH_MODULE_STARTED;
        module->action = START;
    }
}

/* How long nothing becomes due, if no bytes come. */
static uint32_t idle_ms(const struct gsmflash_module *module, uint32_t now_ms)
{
    if (module->action == SENDING) {
        return module->answered_ms - now_ms;
    }
    if (module->action == CONFIRM) {
        return module->since_ms + GSMFLASH_QUIET_MS - now_ms;
    }
    if (listens_for_frames(module) ? module->deaf || module->position != 0
                                   : module->firmware_valid) {
        /* Both intervals are 100 ms. */
        return module->since_ms + GSMFLASH_FRAME_SILENCE_MS - now_ms;
    }
    return UINT32_MAX;
}

static void put_answer(struct gsmflash_module *module, struct gsmflash_module_step *step,
                       uint32_t now_ms)
{
    uint8_t *data = module->frame + GSMFLASH_HEADER_BYTES;
    uint16_t length = 2;

    gsmflash_put16(data, module->status);
    if (module->answer == GSMFLASH_DL_BEGIN_RSP) {
        gsmflash_put16(data + 2, module->config->mtu);
        length = 4;
    } else if (module->answer == GSMFLASH_DL_DATA_RSP) {
        gsmflash_put32(data + 2, module->number);
        length = 6;
    }
    gsmflash_frame_header(module->frame, (enum gsmflash_type)module->answer, length);
    step->kind = GSMFLASH_MODULE_SEND;
    step->send.data = module->frame;
    step->send.size = gsmflash_frame_seal(module->frame, GSMFLASH_HEADER_BYTES + length);
    module->action = SENDING;
    /* Never later than the truth: 1/1024 s for each ms. A host answers at once. */
    module->answered_ms = now_ms + ((uint32_t)step->send.size * module->config->byte_time_us >> 10);
}

static void put_sync_word(struct gsmflash_module *module, struct gsmflash_module_step *step)
{
    module->frame[0] = module->sync_answer;
    module->sync_answer = 0;
    step->kind = GSMFLASH_MODULE_SEND;
    step->send.data = module->frame;
    step->send.size = 1;
}

/* The caller is to do something to the flash. */
static void put_task(struct gsmflash_module *module, struct gsmflash_module_step *step)
{
    step->write.data = module->config->buffer + GSMFLASH_NUMBER_BYTES;
    step->write.offset = module->offset;
    step->write.size = (uint32_t)module->length - GSMFLASH_NUMBER_BYTES;
    step->kind = GSMFLASH_MODULE_WRITE;
    if (module->action == INVALIDATE) {
        step->kind = GSMFLASH_MODULE_INVALIDATE;
    } else if (module->action == VALIDATE) {
        step->kind = GSMFLASH_MODULE_VALIDATE;
        step->write.offset = 0;
        step->write.size = module->offset;
    }
    module->action = BUSY;
}

struct gsmflash_module_step gsmflash_module_next(struct gsmflash_module *module, uint32_t now_ms)
{
    struct gsmflash_module_step step = {.kind = GSMFLASH_MODULE_START};

    settle(module, now_ms);
    if (module->sync_answer != 0) {
        put_sync_word(module, &step);
        return step;
    }
    switch (module->action) {
    case START:
        break;
    case INVALIDATE:
    case WRITE:
    case VALIDATE:
        put_task(module, &step);
        break;
    case ANSWER:
        put_answer(module, &step, now_ms);
        break;
    default:
        step.kind = GSMFLASH_MODULE_WAIT;
        step.wait_ms = module->action == BUSY ? UINT32_MAX : idle_ms(module, now_ms);
        break;
    }
    return step;
}

void gsmflash_module_done(struct gsmflash_module *module, enum gsmflash_status status)
{
    bool success = status == GSMFLASH_SUCCESS;

    switch (module->answer) {
    case GSMFLASH_DL_BEGIN_RSP:
        module->firmware_valid = false;
        module->offset = 0;
        /* As after a bad DATA frame: an END before any block is refused. */
        module->bad = BAD_FRAME;
        if (success) {
            module->state = GSMFLASH_MODULE_DOWNLOAD;
        }
        break;
    case GSMFLASH_DL_DATA_RSP:
        if (success) {
            uint32_t block = (uint32_t)module->length - GSMFLASH_NUMBER_BYTES;

            module->offset += block;
            module->number += module->config->count_bytes ? block : 1;
            module->bad &= MISREAD;
        }
        break;
    default:
        module->firmware_valid = success;
        module->state = GSMFLASH_MODULE_COMMAND;
        module->number = 0;
        module->after_end = true;
        module->end_status = (uint8_t)status;
        break;
    }
    answer(module, (enum gsmflash_type)module->answer, status);
}

static bool good_length(const struct gsmflash_module *module)
{
    return module->length > GSMFLASH_NUMBER_BYTES &&
           module->length <= GSMFLASH_MODULE_BUFFER_BYTES(module->config->mtu);
}

static void take_data(struct gsmflash_module *module)
{
    uint32_t block = (uint32_t)module->length - GSMFLASH_NUMBER_BYTES;

    if (module->state != GSMFLASH_MODULE_DOWNLOAD) {
        return;
    }
    if (!good_length(module)) {
        module->bad |= BAD_FRAME;
    } else if (gsmflash_get32(module->config->buffer) == module->number) {
        /* Only now: the last block of an image that fills the flash may come again. */
        if (block <= module->config->flash_bytes - module->offset) {
            module->action = WRITE;
        } else {
            module->bad |= BAD_FRAME;
        }
    }
}

static void take_end(struct gsmflash_module *module)
{
    if (module->state == GSMFLASH_MODULE_DOWNLOAD) {
        if (module->bad == 0) {
            module->action = CONFIRM;
        }
    } else if (module->after_end) {
        module->status = module->end_status;
    }
}

static void take_run(struct gsmflash_module *module)
{
    module->status = GSMFLASH_DOWNLOAD_MODE;
    if (module->state == GSMFLASH_MODULE_COMMAND) {
        module->status = GSMFLASH_FLASH_ERROR;
        if (module->firmware_valid) {
            module->status = GSMFLASH_SUCCESS;
            module->state = GSMFLASH_MODULE_STARTED;
        }
    }
}

static void take_begin(struct gsmflash_module *module)
{
    if (module->state == GSMFLASH_MODULE_DOWNLOAD) {
        module->status = GSMFLASH_DOWNLOAD_MODE;
    } else {
        module->action = INVALIDATE;
    }
}

/* A whole frame with the right CRC: section 5.1. Refused unless its command says otherwise. */
static void take_command(struct gsmflash_module *module, uint16_t type)
{
    if (type == GSMFLASH_DL_DATA) {
        take_data(module);
    } else if (module->length != (type == GSMFLASH_DL_BEGIN ? 4u : 0u)) {
        return;
    } else if (type == GSMFLASH_DL_END) {
        take_end(module);
        return;
    } else if (type == GSMFLASH_DL_BEGIN) {
        take_begin(module);
    } else {
        take_run(module);
    }
    module->after_end = false;
}

static void take_frame(struct gsmflash_module *module)
{
    uint16_t type = gsmflash_get16(module->frame + 1);

    module->position = 0;
    /* Not even its type can be trusted: what was lost may have been most of a DATA frame. */
    if (module->crc != 0) {
        module->bad |= BAD_FRAME;
    }
    if (type > GSMFLASH_RUN_GSMSW || type % 2u == 0) {
        module->deaf = module->crc != 0;
        return;
    }
    answer(module, (enum gsmflash_type)(type + 1), GSMFLASH_CRC_ERROR);
    if (module->crc == 0) {
        module->status = GSMFLASH_PACKAGE_ERROR;
        take_command(module, type);
    }
}

/* Section 5.2, rule 1: where a frame may begin. */
static void take_first(struct gsmflash_module *module, uint8_t byte)
{
    if (byte == GSMFLASH_FRAME_HEAD) {
        module->position = 1;
        module->crc = 0;
    } else if (byte != GSMFLASH_SYNC_WORD1 && byte != GSMFLASH_SYNC_WORD2) {
        module->deaf = true;
    }
}

/* Takes what belongs to the rest of the frame; returns how many bytes that were. */
static size_t take_rest(struct gsmflash_module *module, const uint8_t *data, size_t size)
{
    uint32_t at = module->position - GSMFLASH_HEADER_BYTES;
    uint32_t rest = (uint32_t)module->length + GSMFLASH_CRC_BYTES - at;

    if (size > rest) {
        size = (size_t)rest;
    }
    if (at < module->length &&
        module->length <= GSMFLASH_MODULE_BUFFER_BYTES(module->config->mtu)) {
        uint32_t field = module->length - at;

        memcpy(module->config->buffer + at, data, size < field ? size : (size_t)field);
    }
    module->crc = gsmflash_crc16(module->crc, data, size);
    module->position += (uint32_t)size;
    if (size == rest) {
        take_frame(module);
    }
    return size;
}

static size_t take_header(struct gsmflash_module *module, const uint8_t *data)
{
    module->frame[module->position++] = *data;
    module->crc = gsmflash_crc16(module->crc, data, 1);
    module->length = gsmflash_get16(module->frame + 3);
    return 1;
}

static void take_sync_word(struct gsmflash_module *module, uint8_t byte)
{
    if (byte == GSMFLASH_SYNC_WORD1) {
        module->state = GSMFLASH_MODULE_SYNC;
        module->sync_answer = GSMFLASH_SYNC_WORD_RSP1;
    } else if (byte == GSMFLASH_SYNC_WORD2 && module->state == GSMFLASH_MODULE_SYNC) {
        module->state = GSMFLASH_MODULE_COMMAND;
        module->sync_answer = GSMFLASH_SYNC_WORD_RSP2;
    }
}

/* A block is being written, or the answer is on its way that it was. */
static bool took_block(const struct gsmflash_module *module)
{
    bool told = module->action == ANSWER || module->action == SENDING;

    return module->answer == GSMFLASH_DL_DATA_RSP && (!told || module->status == GSMFLASH_SUCCESS);
}

/* Section 5.2, rule 3: bytes in the module's turn. */
static void be_interrupted(struct gsmflash_module *module, uint32_t now_ms)
{
    module->deaf = true;
    if (module->action == CONFIRM) {
        module->action = NOTHING;
    } else if (took_block(module) && now_ms - module->since_ms < GSMFLASH_QUIET_MS) {
        module->bad |= MISREAD;
    }
}

static size_t take_some(struct gsmflash_module *module, const uint8_t *data, size_t size,
                        uint32_t now_ms)
{
    if (module->state == GSMFLASH_MODULE_STARTED) {
        return size;
    }
    if (!listens_for_frames(module)) {
        take_sync_word(module, *data);
        return 1;
    }
    if (!module->deaf && module->action != NOTHING) {
        be_interrupted(module, now_ms);
    }
    if (module->deaf) {
        return size;
    }
    if (module->position == 0) {
        take_first(module, *data);
        return 1;
    }
    return module->position < GSMFLASH_HEADER_BYTES ? take_header(module, data)
                                                    : take_rest(module, data, size);
}

void gsmflash_module_receive(struct gsmflash_module *module, const uint8_t *data, size_t size,
                             uint32_t now_ms)
{
    settle(module, now_ms);
    while (size != 0) {
        size_t taken = take_some(module, data, size, now_ms);

        data += taken;
        size -= taken;
        if (listens_for_frames(module)) {
            module->since_ms = now_ms;
        }
    }
}

void gsmflash_module_start(struct gsmflash_module *module,
                           const struct gsmflash_module_config *config, bool firmware_valid,
                           uint32_t now_ms)
{
    memset(module, 0, sizeof *module);
    module->config = config;
    module->firmware_valid = firmware_valid;
    module->since_ms = now_ms;
}
