/* SPDX-License-Identifier: MIT */
/*
 * When nothing is on its way out, decide() says what the phase wants next; put_out() hands that out
 * piece by piece. What comes in changes the phase, or what is to go out, and nothing else.
 */
#include "gsmflash/host.h"

#include <string.h>

#include "gsmflash/crc16.h"

/*
 * What a product does not need it can leave out, 0: images that are read through a callback, the
 * journal and resuming, blocks that adapt to a noisy line. docs/porting.md says what each weighs.
 */
#ifndef GSMFLASH_HOST_READER
#define GSMFLASH_HOST_READER 1
#endif
#ifndef GSMFLASH_HOST_RESUME
#define GSMFLASH_HOST_RESUME 1
#endif
#ifndef GSMFLASH_HOST_ADAPT
#define GSMFLASH_HOST_ADAPT 1
#endif

#define SYNC_TIMEOUT_MS UINT32_C(60000)
/* What the CRC begins with so that it is 0 behind the head, which does not count. */
#define CRC_BEFORE_HEAD (GSMFLASH_FRAME_HEAD << 8)

enum {
    POWER_OFF_MS = 500,
    ATTEMPTS = 3,
    READ_BUFFER_MIN = 32,
    /* The module is switched on after the second sync word: it hears one from its first moment. */
    SYNC_WORDS_BEFORE_POWER = 2,
    SYNC2_MAX = GSMFLASH_SYNC_CYCLE_MS / GSMFLASH_SYNC_INTERVAL_MS,
    /* An open download is asked for about once a second: 120 + 100 + 38 * 20 ms (section 5.4). */
    SYNC_STEPS_PER_BEGIN = 40,
    /* More than GSMFLASH_FRAME_SILENCE_MS: a module in the middle of a frame gives it up. */
    BEGIN_SILENCE_MS = 120,
    BEGIN_PAUSE_MS = 100,
    /* A host with a power switch asks three times, then it switches. */
    RESUME_LIMIT_MS = 3000,
    /* The shortest block that a noisy line leads to, and how many clean ones make it grow again. */
    BLOCK_MIN = 32,
    CLEAN_RUN = 8,
};

enum output {
    NOTHING,
    SWITCH_OFF,
    SWITCH_ON,
    SYNC_WORD,
    FRAME_HEADER,
    FRAME_BLOCK,
    FRAME_CRC,
    NOTHING_MORE,
};

/* No answer belongs to it. */
enum { NO_COMMAND = 0 };

static bool reached(uint32_t now_ms, uint32_t then_ms)
{
    return (now_ms - then_ms) >> 31 == 0;
}

static uint32_t or_default(uint32_t value, uint32_t otherwise)
{
    return value != 0 ? value : otherwise;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void finish(struct gsmflash_host *host, enum gsmflash_error error)
{
    host->report.error = (uint8_t)error;
    host->report.phase = GSMFLASH_PHASE_FINISHED;
    host->output = NOTHING_MORE;
    host->hurry = GSMFLASH_CAUSE_NONE;
}

/* A download that is open may be resumed: it is asked for, before the power is touched. */
static bool asks(const struct gsmflash_host *host)
{
    return GSMFLASH_HOST_RESUME && host->config->resume != NULL && host->report.attempt == 0;
}

static void synchronise(struct gsmflash_host *host)
{
    host->report.phase = GSMFLASH_PHASE_SYNC;
    host->count = 0;
    host->timer_ms = host->now_ms;
    host->limit_ms = host->now_ms + or_default(host->config->sync_timeout_ms, SYNC_TIMEOUT_MS);
}

static void begin_attempt(struct gsmflash_host *host)
{
    host->report.attempt++;
    host->report.number = 0;
    host->report.offset = 0;
    host->report.unit = GSMFLASH_UNIT_UNKNOWN;
    host->unanswered = 0;
    host->type = NO_COMMAND;
    host->output = NOTHING;
    synchronise(host);
    if (host->config->power) {
        if (asks(host)) {
            host->limit_ms = host->now_ms + RESUME_LIMIT_MS;
        } else {
            host->report.phase = GSMFLASH_PHASE_POWER_OFF;
            host->output = SWITCH_OFF;
        }
    }
}

/* The module is to be restarted and everything downloaded again, as often as that is allowed. */
static void restart(struct gsmflash_host *host, enum gsmflash_error error)
{
    finish(host, error);
    if (host->report.firmware == GSMFLASH_FIRMWARE_VALID) {
        host->report.firmware = GSMFLASH_FIRMWARE_INVALID;
    }
    if (host->report.attempt < or_default(host->config->attempts, ATTEMPTS)) {
        begin_attempt(host);
    }
}

/* The command on its way gets no answer that helps. */
static void give_up(struct gsmflash_host *host, enum gsmflash_error error)
{
    if (host->report.phase != GSMFLASH_PHASE_RUN ||
        host->report.firmware != GSMFLASH_FIRMWARE_VALID) {
        restart(host, error);
        return;
    }
    finish(host, GSMFLASH_ERROR_NOT_STARTED);
    if (host->config->power) {
        host->report.phase = GSMFLASH_PHASE_REBOOT;
        host->output = SWITCH_OFF;
    }
}

static void start_command(struct gsmflash_host *host, enum gsmflash_phase phase,
                          enum gsmflash_type type)
{
    host->report.phase = (uint8_t)phase;
    host->report.transmission = 0;
    host->type = (uint8_t)type;
    host->silences = 0;
    host->output = FRAME_HEADER;
}

static void repeat(struct gsmflash_host *host, enum gsmflash_cause cause)
{
    if (host->report.transmission == GSMFLASH_TRANSMISSIONS_MAX) {
        give_up(host, GSMFLASH_ERROR_LINE);
        return;
    }
    host->report.cause = (uint8_t)cause;
    host->report.repeats++;
    host->output = FRAME_HEADER;
}

static void hand_out(struct gsmflash_host_step *step, const uint8_t *piece, uint32_t size)
{
    step->kind = GSMFLASH_HOST_SEND;
    step->send.data = piece;
    step->send.size = (size_t)size;
}

static void put_header(struct gsmflash_host *host, struct gsmflash_host_step *step)
{
    uint16_t length = 0;
    uint32_t word = host->report.number;

    host->output = FRAME_CRC;
    host->sent = 0;
    if (host->type == GSMFLASH_DL_BEGIN) {
        host->report.firmware = GSMFLASH_FIRMWARE_INVALID;
        word = host->config->version;
        length = 4;
    } else if (host->type == GSMFLASH_DL_DATA) {
        if (host->report.phase == GSMFLASH_PHASE_PROBE) {
            word = GSMFLASH_PROBE_NUMBER;
        }
        length = (uint16_t)(GSMFLASH_NUMBER_BYTES + host->size);
        host->output = FRAME_BLOCK;
    }
    gsmflash_frame_header(host->frame, (enum gsmflash_type)host->type, length);
    gsmflash_put32(host->frame + GSMFLASH_HEADER_BYTES, word);
    hand_out(step, host->frame, GSMFLASH_HEADER_BYTES + least(length, GSMFLASH_NUMBER_BYTES));
    host->crc = gsmflash_crc16(CRC_BEFORE_HEAD, host->frame, step->send.size);
    host->hurry = GSMFLASH_CAUSE_NONE;
    host->report.transmission++;
    host->unanswered++;
}

static void put_block(struct gsmflash_host *host, struct gsmflash_host_step *step)
{
    const struct gsmflash_host_config *config = host->config;
    uint32_t offset = host->report.offset + host->sent;
    uint32_t size = (uint32_t)host->size - host->sent;

    if (!GSMFLASH_HOST_READER || config->image != NULL) {
        hand_out(step, config->image + offset, size);
    } else {
        size = least(size, (uint32_t)config->buffer_bytes);
        if (!config->read(config->context, offset, config->buffer, (size_t)size)) {
            finish(host, GSMFLASH_ERROR_READ);
            return;
        }
        hand_out(step, config->buffer, size);
        host->crc = gsmflash_crc16(host->crc, config->buffer, (size_t)size);
    }
    host->sent = (uint16_t)(host->sent + size);
    if (host->sent == host->size) {
        host->output = FRAME_CRC;
    }
}

static void put_crc(struct gsmflash_host *host, struct gsmflash_host_step *step)
{
    const struct gsmflash_host_config *config = host->config;
    uint8_t *crc = host->frame + GSMFLASH_HEADER_BYTES + GSMFLASH_NUMBER_BYTES;
    uint32_t wire_us = ((uint32_t)host->sent + GSMFLASH_DATA_OVERHEAD) * config->byte_time_us;

    /* A mapped block is checked only now: it was handed out, the UART sends while the CPU computes.
     */
    if (!GSMFLASH_HOST_READER || config->image != NULL) {
        host->crc = gsmflash_crc16(host->crc, config->image + host->report.offset, host->sent);
    }
    gsmflash_put16(crc, host->crc);
    hand_out(step, crc, GSMFLASH_CRC_BYTES);
    host->output = NOTHING;
    /* A thousandth without a division, and never less: 1/1024, rounded up, and 1/16384. */
    host->quiet_ms = host->now_ms + ((wire_us + 1023u) >> 10) + (wire_us >> 14);
    host->timer_ms =
        host->quiet_ms +
        (host->report.phase == GSMFLASH_PHASE_SYNC ? BEGIN_PAUSE_MS : GSMFLASH_ANSWER_TIMEOUT_MS);
}

static void put_sync_word(struct gsmflash_host *host, struct gsmflash_host_step *step)
{
    host->output = NOTHING;
    host->hurry = GSMFLASH_CAUSE_NONE;
    host->timer_ms = host->now_ms + GSMFLASH_SYNC_INTERVAL_MS;
    host->frame[0] = GSMFLASH_SYNC_WORD1;
    if (host->report.phase == GSMFLASH_PHASE_SYNC2) {
        host->frame[0] = GSMFLASH_SYNC_WORD2;
    } else if (host->report.phase == GSMFLASH_PHASE_POWER_OFF &&
               host->count == SYNC_WORDS_BEFORE_POWER) {
        host->output = SWITCH_ON;
    }
    hand_out(step, host->frame, 1);
}

static void put_power(struct gsmflash_host *host, struct gsmflash_host_step *step)
{
    uint32_t pause_ms = GSMFLASH_SYNC_INTERVAL_MS;

    step->kind = GSMFLASH_HOST_POWER;
    step->power_on = host->output == SWITCH_ON;
    host->output = NOTHING;
    if (!step->power_on) {
        pause_ms = or_default(host->config->power_off_ms, POWER_OFF_MS);
    } else if (host->report.phase == GSMFLASH_PHASE_REBOOT) {
        finish(host, GSMFLASH_ERROR_NOT_STARTED);
    } else {
        synchronise(host);
    }
    host->timer_ms = host->now_ms + pause_ms;
}

static void put_out(struct gsmflash_host *host, struct gsmflash_host_step *step)
{
    if (host->output == FRAME_BLOCK) {
        put_block(host, step);
    } else if (host->output == FRAME_CRC) {
        put_crc(host, step);
    } else if (host->output == FRAME_HEADER) {
        put_header(host, step);
    } else if (host->output == SYNC_WORD) {
        put_sync_word(host, step);
    } else if (host->output != NOTHING_MORE) {
        put_power(host, step);
    }
}

static void sync_step(struct gsmflash_host *host)
{
    if (reached(host->now_ms, host->limit_ms)) {
        enum gsmflash_error error = host->report.error == GSMFLASH_ERROR_HALF_SYNC
                                        ? GSMFLASH_ERROR_HALF_SYNC
                                        : GSMFLASH_ERROR_NO_SYNC;
        if (host->config->power) {
            restart(host, error);
        } else {
            finish(host, error);
        }
        return;
    }
    host->output = SYNC_WORD;
    if (asks(host) && host->count == 0) {
        host->output = NOTHING;
        host->timer_ms = host->now_ms + BEGIN_SILENCE_MS;
    } else if (asks(host) && host->count == 1) {
        host->report.transmission = 0;
        host->type = GSMFLASH_DL_BEGIN;
        host->output = FRAME_HEADER;
    }
    host->count++;
    if (asks(host) && host->count == SYNC_STEPS_PER_BEGIN) {
        host->count = 0;
    }
}

static void sync2_step(struct gsmflash_host *host)
{
    if (host->count++ != SYNC2_MAX) {
        host->output = SYNC_WORD;
    } else if (host->config->power) {
        restart(host, GSMFLASH_ERROR_HALF_SYNC);
    } else {
        host->report.error = GSMFLASH_ERROR_HALF_SYNC;
        host->report.phase = GSMFLASH_PHASE_SYNC;
        host->count = 0;
    }
}

/* An answer has come, whole or broken, to one of the transmissions. */
static void count_answer(struct gsmflash_host *host)
{
    if (host->unanswered != 0) {
        host->unanswered--;
    }
}

static void await_step(struct gsmflash_host *host)
{
    if (host->hurry != GSMFLASH_CAUSE_NONE) {
        if (host->hurry == GSMFLASH_CAUSE_DAMAGED) {
            count_answer(host);
        }
        repeat(host, (enum gsmflash_cause)host->hurry);
        return;
    }
    host->unanswered = 0;
    if (++host->silences == GSMFLASH_SILENT_MAX) {
        give_up(host, GSMFLASH_ERROR_NO_ANSWER);
    } else {
        repeat(host, GSMFLASH_CAUSE_SILENCE);
    }
}

static void decide(struct gsmflash_host *host)
{
    if (host->report.phase == GSMFLASH_PHASE_SYNC) {
        sync_step(host);
    } else if (host->report.phase == GSMFLASH_PHASE_SYNC2) {
        sync2_step(host);
    } else if (host->report.phase == GSMFLASH_PHASE_POWER_OFF) {
        host->count++;
        host->output = SYNC_WORD;
    } else if (host->report.phase == GSMFLASH_PHASE_REBOOT) {
        host->output = SWITCH_ON;
    } else {
        await_step(host);
    }
}

struct gsmflash_host_step gsmflash_host_next(struct gsmflash_host *host, uint32_t now_ms)
{
    struct gsmflash_host_step step;

    step.kind = GSMFLASH_HOST_FINISHED;
    host->now_ms = now_ms;
    while (host->output == NOTHING) {
        uint32_t due_ms = host->timer_ms;

        if (host->hurry != GSMFLASH_CAUSE_NONE) {
            due_ms = host->quiet_ms + GSMFLASH_QUIET_MS;
        }
        if (!reached(now_ms, due_ms)) {
            step.kind = GSMFLASH_HOST_WAIT;
            step.wait_ms = due_ms - now_ms;
            return step;
        }
        decide(host);
    }
    put_out(host, &step);
    return step;
}

static void write_journal(const struct gsmflash_host *host)
{
    if (GSMFLASH_HOST_RESUME && host->config->journal != NULL) {
        host->config->journal(host->config->context, &host->report);
    }
}

static void start_packet(struct gsmflash_host *host)
{
    uint32_t rest = host->config->image_bytes - host->report.offset;

    host->size = (uint16_t)least(rest, host->report.block_bytes);
    if (rest != 0) {
        start_command(host, GSMFLASH_PHASE_DATA, GSMFLASH_DL_DATA);
    } else {
        start_command(host, GSMFLASH_PHASE_END, GSMFLASH_DL_END);
    }
}

static void start_download(struct gsmflash_host *host)
{
    if (host->report.block_bytes == 0 || host->report.block_bytes > host->largest) {
        host->report.block_bytes = host->largest;
    }
    host->count = 0;
    write_journal(host);
    start_packet(host);
}

/* Finds the place of packet `next` in the image by the mark of the download that is open. */
static bool find_place(struct gsmflash_host *host, const struct gsmflash_mark *mark, uint32_t next)
{
    uint32_t number = mark->number;
    uint32_t offset = mark->offset;
    uint8_t unit = mark->unit;

    if (unit == GSMFLASH_UNIT_UNKNOWN) {
        unit = next == 1 ? GSMFLASH_UNIT_PACKETS : GSMFLASH_UNIT_BYTES;
    }
    while (number != next && offset < host->config->image_bytes) {
        uint32_t size = least(host->config->image_bytes - offset, mark->block_bytes);

        offset += size;
        number += unit == GSMFLASH_UNIT_PACKETS ? 1 : size;
    }
    host->report.number = number;
    host->report.offset = offset;
    host->report.unit = unit;
    host->report.block_bytes = mark->block_bytes;
    return number == next;
}

static void take_probe(struct gsmflash_host *host, uint32_t next)
{
    const struct gsmflash_mark *mark = host->config->resume;

    if (next == 0) {
        start_download(host);
    } else if (GSMFLASH_HOST_RESUME && mark != NULL && mark->block_bytes != 0 &&
               mark->block_bytes <= host->largest && find_place(host, mark, next)) {
        start_packet(host);
    } else {
        restart(host, GSMFLASH_ERROR_OPEN);
    }
}

/* A noisy line gets shorter blocks, a clean one longer ones; true: the next packet is the first. */
static bool adapt_block(struct gsmflash_host *host)
{
    uint32_t block = host->report.block_bytes;

    if (!GSMFLASH_HOST_ADAPT || host->config->block_bytes != 0) {
        return false;
    }
    if (host->report.transmission > 1) {
        host->count = 0;
        if (block >= 2 * BLOCK_MIN) {
            block = block / 4 * 2;
        }
    } else if (++host->count == CLEAN_RUN) {
        host->count = 0;
        block = least(2 * block, host->largest);
    }
    if (block == host->report.block_bytes) {
        return false;
    }
    host->report.block_bytes = (uint16_t)block;
    return true;
}

static void advance(struct gsmflash_host *host, uint32_t next)
{
    bool first = host->report.unit == GSMFLASH_UNIT_UNKNOWN;

    if (first) {
        host->report.unit = next == 1 ? GSMFLASH_UNIT_PACKETS : GSMFLASH_UNIT_BYTES;
    }
    if (next - host->report.number !=
        (host->report.unit == GSMFLASH_UNIT_PACKETS ? 1u : host->size)) {
        restart(host, GSMFLASH_ERROR_SEQUENCE);
        return;
    }
    host->report.number = next;
    host->report.offset += host->size;
    if (adapt_block(host) || first) {
        write_journal(host);
    }
    start_packet(host);
}

static void take_begin(struct gsmflash_host *host, uint16_t status)
{
    uint32_t mtu = gsmflash_answer_mtu(&host->reader);
    uint32_t room = mtu - GSMFLASH_DATA_OVERHEAD;

    host->report.mtu = (uint16_t)mtu;
    host->largest =
        (uint16_t)(least(room, or_default(host->config->block_bytes, room)) & ~UINT32_C(1));
    if (status != GSMFLASH_SUCCESS && status != GSMFLASH_DOWNLOAD_MODE) {
        finish(host, GSMFLASH_ERROR_REFUSED);
    } else if (mtu < GSMFLASH_MTU_MIN) {
        finish(host, GSMFLASH_ERROR_MTU);
    } else if (status == GSMFLASH_SUCCESS || host->report.transmission > 1) {
        start_download(host);
    } else {
        host->size = 1;
        start_command(host, GSMFLASH_PHASE_PROBE, GSMFLASH_DL_DATA);
    }
}

static void take_end(struct gsmflash_host *host, uint16_t status)
{
    bool no_run = host->config->no_run;

    if (status == GSMFLASH_SUCCESS) {
        host->report.firmware = GSMFLASH_FIRMWARE_VALID;
    } else if (status != GSMFLASH_PACKAGE_ERROR || host->report.transmission == 1 || no_run) {
        restart(host, GSMFLASH_ERROR_REFUSED);
        return;
    }
    if (no_run) {
        finish(host, GSMFLASH_OK);
    } else {
        start_command(host, GSMFLASH_PHASE_RUN, GSMFLASH_RUN_GSMSW);
    }
}

static void take_run(struct gsmflash_host *host, uint16_t status)
{
    if (status == GSMFLASH_SUCCESS) {
        host->report.firmware = GSMFLASH_FIRMWARE_VALID;
        finish(host, GSMFLASH_OK);
    } else {
        restart(host, GSMFLASH_ERROR_REFUSED);
    }
}

/* What DATA_RSP says by its next number; true: its status is still to be heard. */
static bool take_number(struct gsmflash_host *host)
{
    uint32_t next = gsmflash_answer_next(&host->reader);

    if (host->report.phase == GSMFLASH_PHASE_PROBE) {
        take_probe(host, next);
        return false;
    }
    if (next != host->report.number) {
        advance(host, next);
        return false;
    }
    return true;
}

static void take_status(struct gsmflash_host *host, uint16_t status, bool sole)
{
    if (status == GSMFLASH_FLASH_ERROR) {
        restart(host, GSMFLASH_ERROR_FLASH);
    } else if (status == GSMFLASH_CRC_ERROR) {
        host->hurry = GSMFLASH_CAUSE_STATUS;
        if (sole) {
            repeat(host, GSMFLASH_CAUSE_STATUS);
        }
    } else if (host->type == GSMFLASH_DL_DATA) {
        if (status == GSMFLASH_PACKAGE_ERROR) {
            host->hurry = GSMFLASH_CAUSE_STATUS;
        }
    } else if (host->type == GSMFLASH_DL_BEGIN) {
        take_begin(host, status);
    } else if (host->type == GSMFLASH_DL_END) {
        take_end(host, status);
    } else {
        take_run(host, status);
    }
}

static void take_answer(struct gsmflash_host *host)
{
    uint16_t status = gsmflash_answer_status(&host->reader);
    bool sole = host->unanswered == 1;

    count_answer(host);
    if (status != GSMFLASH_SUCCESS) {
        host->report.module_status = status;
    }
    if (host->type != GSMFLASH_DL_DATA || take_number(host)) {
        take_status(host, status, sole);
    }
}

static void take_sync_word(struct gsmflash_host *host, uint8_t byte)
{
    if (host->report.phase == GSMFLASH_PHASE_SYNC && byte == GSMFLASH_SYNC_WORD_RSP1) {
        host->report.phase = GSMFLASH_PHASE_SYNC2;
        host->count = 0;
        host->timer_ms = host->now_ms;
    } else if (host->report.phase == GSMFLASH_PHASE_SYNC2 && byte == GSMFLASH_SYNC_WORD_RSP2) {
        start_command(host, GSMFLASH_PHASE_BEGIN, GSMFLASH_DL_BEGIN);
    }
}

static void take_byte(struct gsmflash_host *host, uint8_t byte)
{
    unsigned type = gsmflash_reader_put(&host->reader, byte);

    /* Noise without end must not put off the repetition for ever. */
    if (reached(host->now_ms, host->quiet_ms) && !reached(host->now_ms, host->timer_ms)) {
        host->quiet_ms = host->now_ms;
    }
    if (type != 0) {
        if (host->hurry == GSMFLASH_CAUSE_DAMAGED) {
            host->hurry = GSMFLASH_CAUSE_NONE;
        }
        if (type == host->type + 1u) {
            take_answer(host);
        }
        return;
    }
    if (host->type == GSMFLASH_DL_DATA && host->hurry == GSMFLASH_CAUSE_NONE) {
        host->hurry = GSMFLASH_CAUSE_DAMAGED;
    }
    take_sync_word(host, byte);
}

void gsmflash_host_receive(struct gsmflash_host *host, const uint8_t *data, size_t size,
                           uint32_t now_ms)
{
    host->now_ms = now_ms;
    /* While a frame goes out nothing that comes can be its answer. */
    for (; size != 0 && host->output == NOTHING; size--, data++) {
        take_byte(host, *data);
    }
}

static bool readable(const struct gsmflash_host_config *config)
{
    return GSMFLASH_HOST_READER && config->read != NULL && config->buffer != NULL &&
           config->buffer_bytes >= READ_BUFFER_MIN;
}

void gsmflash_host_start(struct gsmflash_host *host, const struct gsmflash_host_config *config,
                         uint32_t now_ms)
{
    memset(host, 0, sizeof *host);
    host->config = config;
    host->now_ms = now_ms;
    if (config->image_bytes == 0 || config->block_bytes % 2u != 0 ||
        (config->image == NULL && !readable(config))) {
        finish(host, GSMFLASH_ERROR_CONFIG);
        return;
    }
    if (GSMFLASH_HOST_RESUME && config->resume != NULL) {
        host->report.attempt--;
    }
    begin_attempt(host);
}
