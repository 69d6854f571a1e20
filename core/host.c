/* SPDX-License-Identifier: MIT */
/*
 * When nothing is on its way out, decide() says what the phase wants next; put_out() hands that out
 * piece by piece. What comes in changes the phase, or what is to go out, and nothing else.
 */
#include "gsmflash/host.h"

#include <string.h>

#include "gsmflash/crc16.h"

#define SYNC_TIMEOUT_MS UINT32_C(60000)

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
    /* The shortest block that a noisy line leads to, and how many clean ones make it grow again. */
    BLOCK_MIN = 32,
    CLEAN_RUN = 8,
};

enum output {
    NOTHING,
    SWITCH_OFF,
    SWITCH_ON,
    SYNC_WORD,
    FRAME_HEADER, /* from here on a frame is going out */
    FRAME_BLOCK,
    FRAME_CRC,
};

static bool reached(uint32_t now_ms, uint32_t then_ms)
{
    return now_ms - then_ms < UINT32_C(0x80000000);
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
    host->output = NOTHING;
}

static void synchronise(struct gsmflash_host *host)
{
    host->report.phase = GSMFLASH_PHASE_SYNC;
    host->report.transmission = 0;
    host->count = 0;
    host->timer_ms = host->now_ms;
}

static void limit_sync(struct gsmflash_host *host)
{
    host->limit_ms = host->now_ms + or_default(host->config->sync_timeout_ms, SYNC_TIMEOUT_MS);
}

static void begin_attempt(struct gsmflash_host *host)
{
    host->report.attempt++;
    host->report.number = 0;
    host->report.offset = 0;
    host->unit = GSMFLASH_UNIT_UNKNOWN;
    host->unanswered = 0;
    host->end_unknown = false;
    synchronise(host);
    limit_sync(host);
    host->output = NOTHING;
    if (host->config->power) {
        host->report.phase = GSMFLASH_PHASE_POWER_OFF;
        host->output = SWITCH_OFF;
    }
}

/* The module is to be restarted and everything downloaded again, as often as that is allowed. */
static void restart(struct gsmflash_host *host, enum gsmflash_error error)
{
    finish(host, error);
    if (host->report.attempt < or_default(host->config->attempts, ATTEMPTS)) {
        begin_attempt(host);
    }
}

static void start_command(struct gsmflash_host *host, enum gsmflash_phase phase)
{
    host->report.phase = (uint8_t)phase;
    host->report.transmission = 0;
    host->silences = 0;
    host->output = FRAME_HEADER;
}

static void repeat(struct gsmflash_host *host, enum gsmflash_cause cause)
{
    host->report.cause = (uint8_t)cause;
    if (host->report.transmission == GSMFLASH_TRANSMISSIONS_MAX) {
        restart(host, GSMFLASH_ERROR_LINE);
        return;
    }
    host->report.repeats++;
    host->output = FRAME_HEADER;
}

static enum gsmflash_type command(const struct gsmflash_host *host)
{
    switch (host->report.phase) {
    case GSMFLASH_PHASE_PROBE:
    case GSMFLASH_PHASE_DATA:
        return GSMFLASH_DL_DATA;
    case GSMFLASH_PHASE_END:
        return GSMFLASH_DL_END;
    case GSMFLASH_PHASE_RUN:
        return GSMFLASH_RUN_GSMSW;
    default:
        return GSMFLASH_DL_BEGIN;
    }
}

static void hand_out(struct gsmflash_host *host, struct gsmflash_host_step *step,
                     const uint8_t *piece, uint32_t size)
{
    host->piece = piece;
    host->piece_bytes = (uint16_t)size;
    step->kind = GSMFLASH_HOST_SEND;
    step->send.data = piece;
    step->send.size = (size_t)size;
}

/* The CRC is taken of a piece after it was handed out: the UART sends while the CPU computes. */
static void check_piece(struct gsmflash_host *host)
{
    host->crc = gsmflash_crc16(host->crc, host->piece, host->piece_bytes);
}

static void put_header(struct gsmflash_host *host, struct gsmflash_host_step *step)
{
    enum gsmflash_type type = command(host);
    uint16_t length = 0;
    uint32_t word = host->report.number;

    host->output = FRAME_CRC;
    if (type == GSMFLASH_DL_BEGIN) {
        host->report.firmware = GSMFLASH_FIRMWARE_INVALID;
        word = host->config->version;
        length = 4;
    } else if (type == GSMFLASH_DL_DATA) {
        if (host->report.phase == GSMFLASH_PHASE_PROBE) {
            word = GSMFLASH_PROBE_NUMBER;
        }
        length = (uint16_t)(GSMFLASH_NUMBER_BYTES + host->size);
        host->output = FRAME_BLOCK;
    }
    gsmflash_frame_header(host->frame, type, length);
    gsmflash_put32(host->frame + GSMFLASH_HEADER_BYTES, word);
    hand_out(host, step, host->frame,
             length != 0 ? GSMFLASH_HEADER_BYTES + GSMFLASH_NUMBER_BYTES : GSMFLASH_HEADER_BYTES);
    host->piece = host->frame + 1;
    host->piece_bytes--;
    host->crc = 0;
    host->sent = 0;
    host->quiet_ms = host->now_ms;
    host->report.transmission++;
    host->unanswered++;
    host->noise = false;
    host->wanted = false;
}

static void put_block(struct gsmflash_host *host, struct gsmflash_host_step *step)
{
    const struct gsmflash_host_config *config = host->config;
    uint32_t offset = host->report.offset + host->sent;
    uint32_t size = (uint32_t)host->size - host->sent;
    const uint8_t *piece = config->buffer;

    check_piece(host);
    if (config->image != NULL) {
        piece = config->image + offset;
    } else {
        size = least(size, (uint32_t)config->buffer_bytes);
        if (!config->read(config->context, offset, config->buffer, (size_t)size)) {
            finish(host, GSMFLASH_ERROR_READ);
            return;
        }
    }
    hand_out(host, step, piece, size);
    host->sent = (uint16_t)(host->sent + size);
    if (host->sent == host->size) {
        host->output = FRAME_CRC;
    }
}

static void put_crc(struct gsmflash_host *host, struct gsmflash_host_step *step)
{
    uint8_t *crc = host->frame + GSMFLASH_HEADER_BYTES + GSMFLASH_NUMBER_BYTES;
    /* Milliseconds on the wire, from microseconds without a division: 1/1024 and 1/32 of that. */
    uint32_t wire_ms =
        ((uint32_t)host->sent + GSMFLASH_DATA_OVERHEAD) * host->config->byte_time_us >> 10;

    check_piece(host);
    gsmflash_put16(crc, host->crc);
    hand_out(host, step, crc, GSMFLASH_CRC_BYTES);
    host->output = NOTHING;
    host->quiet_ms += wire_ms + (wire_ms >> 5) + 1;
    if (reached(host->now_ms, host->quiet_ms)) {
        host->quiet_ms = host->now_ms;
    }
    host->timer_ms =
        host->quiet_ms +
        (host->report.phase == GSMFLASH_PHASE_SYNC ? BEGIN_PAUSE_MS : GSMFLASH_ANSWER_TIMEOUT_MS);
}

static void put_sync_word(struct gsmflash_host *host, struct gsmflash_host_step *step)
{
    bool first = host->report.phase == GSMFLASH_PHASE_SYNC;

    host->frame[0] = first ? GSMFLASH_SYNC_WORD1 : GSMFLASH_SYNC_WORD2;
    hand_out(host, step, host->frame, 1);
    host->timer_ms = host->now_ms + GSMFLASH_SYNC_INTERVAL_MS;
    host->output = NOTHING;
    if (first && host->config->power && host->count == SYNC_WORDS_BEFORE_POWER) {
        host->output = SWITCH_ON;
    }
}

static void put_power(struct gsmflash_host *host, struct gsmflash_host_step *step)
{
    step->kind = GSMFLASH_HOST_POWER;
    step->power_on = host->output == SWITCH_ON;
    host->output = NOTHING;
    host->timer_ms = host->now_ms;
    if (!step->power_on) {
        host->timer_ms += or_default(host->config->power_off_ms, POWER_OFF_MS);
    } else if (host->report.phase == GSMFLASH_PHASE_REBOOT) {
        host->report.phase = GSMFLASH_PHASE_FINISHED;
    } else {
        host->timer_ms += GSMFLASH_SYNC_INTERVAL_MS;
        limit_sync(host);
    }
}

static void put_out(struct gsmflash_host *host, struct gsmflash_host_step *step)
{
    switch (host->output) {
    case SYNC_WORD:
        put_sync_word(host, step);
        break;
    case FRAME_HEADER:
        put_header(host, step);
        break;
    case FRAME_BLOCK:
        put_block(host, step);
        break;
    case FRAME_CRC:
        put_crc(host, step);
        break;
    default:
        put_power(host, step);
        break;
    }
}

static void sync_step(struct gsmflash_host *host)
{
    const struct gsmflash_host_config *config = host->config;
    bool asks = config->resume != NULL && !config->power && host->report.attempt == 1;

    if (reached(host->now_ms, host->limit_ms)) {
        enum gsmflash_error error = host->report.error == GSMFLASH_ERROR_HALF_SYNC
                                        ? GSMFLASH_ERROR_HALF_SYNC
                                        : GSMFLASH_ERROR_NO_SYNC;
        if (config->power) {
            restart(host, error);
        } else {
            finish(host, error);
        }
        return;
    }
    host->output = SYNC_WORD;
    if (asks && host->count == 0) {
        host->output = NOTHING;
        host->timer_ms = host->now_ms + BEGIN_SILENCE_MS;
    } else if (asks && host->count == 1) {
        host->report.transmission = 0;
        host->output = FRAME_HEADER;
    }
    if (host->count != UINT8_MAX) {
        host->count++;
    }
    if (asks && host->count == SYNC_STEPS_PER_BEGIN) {
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
        synchronise(host);
    }
}

/* A command has been met by nothing but silence for as often as it may be sent. */
static void give_up_command(struct gsmflash_host *host)
{
    if (host->report.phase != GSMFLASH_PHASE_RUN || host->end_unknown) {
        restart(host, GSMFLASH_ERROR_NO_ANSWER);
        return;
    }
    finish(host, GSMFLASH_ERROR_NOT_STARTED);
    if (host->config->power) {
        host->report.phase = GSMFLASH_PHASE_REBOOT;
        host->output = SWITCH_OFF;
    }
}

/* Something asks for a repetition as soon as the line has been quiet for 50 ms. */
static bool hurried(const struct gsmflash_host *host)
{
    return host->wanted || (host->noise && command(host) == GSMFLASH_DL_DATA);
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
    if (hurried(host) && !reached(host->now_ms, host->timer_ms)) {
        if (!host->wanted) {
            count_answer(host);
        }
        repeat(host, host->wanted ? GSMFLASH_CAUSE_STATUS : GSMFLASH_CAUSE_DAMAGED);
        return;
    }
    host->unanswered = 0;
    if (++host->silences == GSMFLASH_SILENT_MAX) {
        give_up_command(host);
    } else {
        repeat(host, GSMFLASH_CAUSE_SILENCE);
    }
}

static void decide(struct gsmflash_host *host)
{
    switch (host->report.phase) {
    case GSMFLASH_PHASE_POWER_OFF:
        synchronise(host);
        limit_sync(host);
        break;
    case GSMFLASH_PHASE_SYNC:
        sync_step(host);
        break;
    case GSMFLASH_PHASE_SYNC2:
        sync2_step(host);
        break;
    case GSMFLASH_PHASE_REBOOT:
        host->output = SWITCH_ON;
        break;
    default:
        await_step(host);
        break;
    }
}

/* When the phase wants something again. */
static uint32_t due_ms(const struct gsmflash_host *host)
{
    uint32_t quiet_ms = host->quiet_ms + GSMFLASH_QUIET_MS;

    return host->report.phase >= GSMFLASH_PHASE_BEGIN && hurried(host) &&
                   reached(host->timer_ms, quiet_ms)
               ? quiet_ms
               : host->timer_ms;
}

struct gsmflash_host_step gsmflash_host_next(struct gsmflash_host *host, uint32_t now_ms)
{
    struct gsmflash_host_step step = {.kind = GSMFLASH_HOST_FINISHED};

    host->now_ms = now_ms;
    for (;;) {
        if (host->output != NOTHING) {
            put_out(host, &step);
            if (step.kind != GSMFLASH_HOST_FINISHED) {
                break;
            }
        } else if (host->report.phase == GSMFLASH_PHASE_FINISHED) {
            break;
        } else if (reached(now_ms, due_ms(host))) {
            decide(host);
        } else {
            step.kind = GSMFLASH_HOST_WAIT;
            step.wait_ms = due_ms(host) - now_ms;
            break;
        }
    }
    return step;
}

static uint16_t largest_block(const struct gsmflash_host *host)
{
    uint32_t room = (uint32_t)host->report.mtu - GSMFLASH_DATA_OVERHEAD;

    return (uint16_t)(least(room, or_default(host->config->block_bytes, room)) & ~UINT32_C(1));
}

static void write_journal(const struct gsmflash_host *host)
{
    const struct gsmflash_mark mark = {
        .number = host->report.number,
        .offset = host->report.offset,
        .block_bytes = host->block,
        .unit = host->unit,
    };

    if (host->config->journal != NULL) {
        host->config->journal(host->config->context, &mark);
    }
}

static void start_packet(struct gsmflash_host *host)
{
    uint32_t rest = host->config->image_bytes - host->report.offset;

    host->size = (uint16_t)least(rest, host->block);
    start_command(host, rest != 0 ? GSMFLASH_PHASE_DATA : GSMFLASH_PHASE_END);
}

static void start_download(struct gsmflash_host *host)
{
    if (host->block == 0 || host->block > largest_block(host)) {
        host->block = largest_block(host);
    }
    host->count = 0;
    write_journal(host);
    start_packet(host);
}

/* Obeys a request for the command on its way: at once, or when the line is quiet (section 5.3). */
static void obey(struct gsmflash_host *host, uint16_t status, bool sole)
{
    host->wanted = true;
    if (status == GSMFLASH_CRC_ERROR && sole) {
        repeat(host, GSMFLASH_CAUSE_STATUS);
    }
}

static void take_begin(struct gsmflash_host *host, uint16_t status, bool sole)
{
    host->report.mtu = gsmflash_answer_mtu(&host->reader);
    switch (status) {
    case GSMFLASH_SUCCESS:
    case GSMFLASH_DOWNLOAD_MODE:
        if (host->report.mtu < GSMFLASH_MTU_MIN) {
            finish(host, GSMFLASH_ERROR_MTU);
        } else if (status == GSMFLASH_SUCCESS || host->report.transmission > 1) {
            start_download(host);
        } else {
            host->size = 1;
            start_command(host, GSMFLASH_PHASE_PROBE);
        }
        break;
    case GSMFLASH_CRC_ERROR:
        obey(host, status, sole);
        break;
    case GSMFLASH_FLASH_ERROR:
        restart(host, GSMFLASH_ERROR_FLASH);
        break;
    default:
        finish(host, GSMFLASH_ERROR_REFUSED);
        break;
    }
}

/* Finds the place of packet `next` in the image by the mark of the download that is open. */
static bool find_place(struct gsmflash_host *host, const struct gsmflash_mark *mark, uint32_t next)
{
    uint32_t number = mark->number;
    uint32_t offset = mark->offset;

    host->unit = mark->unit;
    if (host->unit == GSMFLASH_UNIT_UNKNOWN) {
        host->unit = next == 1 ? GSMFLASH_UNIT_PACKETS : GSMFLASH_UNIT_BYTES;
    }
    while (number != next && offset < host->config->image_bytes) {
        uint32_t size = least(host->config->image_bytes - offset, mark->block_bytes);

        offset += size;
        number += host->unit == GSMFLASH_UNIT_PACKETS ? 1 : size;
    }
    host->report.number = number;
    host->report.offset = offset;
    host->block = mark->block_bytes;
    return number == next;
}

static void take_probe(struct gsmflash_host *host, uint32_t next)
{
    const struct gsmflash_mark *mark = host->config->resume;

    if (next == 0) {
        start_download(host);
    } else if (mark != NULL && mark->block_bytes != 0 && mark->block_bytes <= largest_block(host) &&
               find_place(host, mark, next)) {
        start_packet(host);
    } else {
        restart(host, GSMFLASH_ERROR_OPEN);
    }
}

/* A noisy line gets shorter blocks, a clean one longer ones; true: the next packet is the first. */
static bool adapt_block(struct gsmflash_host *host)
{
    uint16_t block = host->block;

    if (host->config->block_bytes != 0) {
        return false;
    }
    if (host->report.transmission > 1) {
        host->count = 0;
        if (block >= 2 * BLOCK_MIN) {
            host->block = (uint16_t)(block / 2u & ~1u);
        }
    } else if (++host->count == CLEAN_RUN) {
        host->count = 0;
        host->block = (uint16_t)least(2 * (uint32_t)block, largest_block(host));
    }
    return host->block != block;
}

static void advance(struct gsmflash_host *host, uint32_t next)
{
    bool first = host->unit == GSMFLASH_UNIT_UNKNOWN;

    if (first) {
        host->unit = next == 1 ? GSMFLASH_UNIT_PACKETS : GSMFLASH_UNIT_BYTES;
    }
    if (next - host->report.number != (host->unit == GSMFLASH_UNIT_PACKETS ? 1u : host->size)) {
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

static void take_data(struct gsmflash_host *host, uint16_t status, bool sole)
{
    uint32_t next = gsmflash_answer_next(&host->reader);

    if (host->report.phase == GSMFLASH_PHASE_PROBE) {
        take_probe(host, next);
    } else if (next != host->report.number) {
        advance(host, next);
    } else if (status == GSMFLASH_FLASH_ERROR) {
        restart(host, GSMFLASH_ERROR_FLASH);
    } else if (status == GSMFLASH_CRC_ERROR || status == GSMFLASH_PACKAGE_ERROR) {
        obey(host, status, sole);
    }
}

static void take_end(struct gsmflash_host *host, uint16_t status, bool sole)
{
    bool run = !host->config->no_run;

    if (status == GSMFLASH_SUCCESS) {
        host->report.firmware = GSMFLASH_FIRMWARE_VALID;
        if (run) {
            start_command(host, GSMFLASH_PHASE_RUN);
        } else {
            finish(host, GSMFLASH_OK);
        }
    } else if (status == GSMFLASH_CRC_ERROR) {
        obey(host, status, sole);
    } else if (status == GSMFLASH_PACKAGE_ERROR && host->report.transmission > 1 && run) {
        host->end_unknown = true;
        start_command(host, GSMFLASH_PHASE_RUN);
    } else {
        restart(host,
                status == GSMFLASH_FLASH_ERROR ? GSMFLASH_ERROR_FLASH : GSMFLASH_ERROR_REFUSED);
    }
}

static void take_run(struct gsmflash_host *host, uint16_t status, bool sole)
{
    if (status == GSMFLASH_SUCCESS) {
        host->report.firmware = GSMFLASH_FIRMWARE_VALID;
        finish(host, GSMFLASH_OK);
    } else if (status == GSMFLASH_CRC_ERROR) {
        obey(host, status, sole);
    } else {
        host->report.firmware = GSMFLASH_FIRMWARE_INVALID;
        restart(host, GSMFLASH_ERROR_REFUSED);
    }
}

static void take_answer(struct gsmflash_host *host, unsigned type)
{
    uint16_t status = gsmflash_answer_status(&host->reader);
    bool sole = host->unanswered == 1;

    if (host->report.transmission == 0 || type != command(host) + 1u) {
        return;
    }
    count_answer(host);
    if (status != GSMFLASH_SUCCESS) {
        host->report.module_status = status;
    }
    switch (type) {
    case GSMFLASH_DL_BEGIN_RSP:
        take_begin(host, status, sole);
        break;
    case GSMFLASH_DL_DATA_RSP:
        take_data(host, status, sole);
        break;
    case GSMFLASH_DL_END_RSP:
        take_end(host, status, sole);
        break;
    default:
        take_run(host, status, sole);
        break;
    }
}

static void take_sync_word(struct gsmflash_host *host, uint8_t byte)
{
    bool powered = !host->config->power || host->count >= SYNC_WORDS_BEFORE_POWER;

    if (host->report.phase == GSMFLASH_PHASE_SYNC && powered && byte == GSMFLASH_SYNC_WORD_RSP1) {
        host->report.phase = GSMFLASH_PHASE_SYNC2;
        host->count = 0;
        host->timer_ms = host->now_ms;
    } else if (host->report.phase == GSMFLASH_PHASE_SYNC2 && byte == GSMFLASH_SYNC_WORD_RSP2) {
        start_command(host, GSMFLASH_PHASE_BEGIN);
    }
}

void gsmflash_host_receive(struct gsmflash_host *host, const uint8_t *data, size_t size,
                           uint32_t now_ms)
{
    host->now_ms = now_ms;
    /* While a frame goes out nothing can be its answer; a module that is off says nothing. */
    for (; size != 0 && host->output == NOTHING && host->report.phase != GSMFLASH_PHASE_FINISHED;
         size--, data++) {
        unsigned type = gsmflash_reader_put(&host->reader, *data);

        host->noise = type == 0;
        if (reached(now_ms, host->quiet_ms)) {
            host->quiet_ms = now_ms;
        }
        if (type != 0) {
            take_answer(host, type);
        } else if (host->reader.count == 0) {
            take_sync_word(host, *data);
        }
    }
}

void gsmflash_host_start(struct gsmflash_host *host, const struct gsmflash_host_config *config,
                         uint32_t now_ms)
{
    memset(host, 0, sizeof *host);
    host->config = config;
    host->now_ms = now_ms;
    if (config->image_bytes == 0 || config->block_bytes % 2u != 0 ||
        (config->image == NULL && (config->read == NULL || config->buffer == NULL ||
                                   config->buffer_bytes < READ_BUFFER_MIN))) {
        finish(host, GSMFLASH_ERROR_CONFIG);
    } else {
        begin_attempt(host);
    }
}
