/* SPDX-License-Identifier: MIT */
#include "tool/exchange.h"

#include "gsmflash/frame.h"

enum {
    TYPE_AT = 1,
    DATA_AT = GSMFLASH_HEADER_BYTES,
    STATUS_BYTES = 2,
};

static void advance(struct exchange *exchange, enum exchange_outcome outcome)
{
    if (exchange->totals.outcome < outcome)
        exchange->totals.outcome = outcome;
}

static enum exchange_cause cause_of_repeat(const struct exchange *exchange)
{
    if (exchange->confirmed)
        return EXCHANGE_UNASKED;
    if (exchange->answered)
        return EXCHANGE_ASKED;
    return exchange->disturbed ? EXCHANGE_DAMAGED : EXCHANGE_SILENCE;
}

static void count_repeat(struct exchange *exchange, const struct item *item)
{
    exchange->totals.repeats++;
    exchange->totals.repeat_bytes += item->size;
    exchange->totals.repeat_us += item->begin_us - exchange->sent_us;
}

static void take_command(struct exchange *exchange, const struct item *item,
                         struct exchange_remark *remark)
{
    uint16_t type = gsmflash_get16(item->data + TYPE_AT);
    uint32_t number = type == GSMFLASH_DL_DATA ? gsmflash_get32(item->data + DATA_AT) : 0;
    bool again = type == exchange->type && number == exchange->number;
    remark->transmission = again ? exchange->transmissions + 1 : 1;
    if (again) {
        remark->cause = cause_of_repeat(exchange);
        count_repeat(exchange, item);
    } else if (type == GSMFLASH_DL_BEGIN) {
        exchange->totals.download_us = item->begin_us;
        exchange->totals.download_bytes = item->size;
    }
    /* From its first byte on nobody knows better. */
    if (type == GSMFLASH_DL_BEGIN)
        exchange->totals.outcome = EXCHANGE_OPEN;
    exchange->type = type;
    exchange->number = number;
    exchange->block_bytes =
        type == GSMFLASH_DL_DATA ? (uint32_t)(item->size - GSMFLASH_DATA_OVERHEAD) : 0;
    exchange->transmissions = remark->transmission;
    exchange->sent_us = item->begin_us;
    exchange->answered = exchange->confirmed = exchange->disturbed = false;
}

/* The module counts packets or bytes: either way the number after this block is told by it. */
static bool names_next(const struct exchange *exchange, const struct item *item)
{
    uint32_t next = gsmflash_get32(item->data + DATA_AT + STATUS_BYTES);
    return next == exchange->number + 1 || next == exchange->number + exchange->block_bytes;
}

static void take_answer_to_data(struct exchange *exchange, const struct item *item, uint16_t status)
{
    if (names_next(exchange, item)) {
        exchange->confirmed = true;
        exchange->totals.packets++;
        exchange->totals.image_bytes += exchange->block_bytes;
    }
    exchange->answered = exchange->confirmed || status != GSMFLASH_SUCCESS;
}

static void take_verdict(struct exchange *exchange, const struct item *item, uint16_t status)
{
    struct exchange_totals *totals = &exchange->totals;
    exchange->answered = true;
    exchange->confirmed = status == GSMFLASH_SUCCESS;
    switch (exchange->type) {
    case GSMFLASH_DL_BEGIN:
        totals->mtu = gsmflash_get16(item->data + DATA_AT + STATUS_BYTES);
        if (status == GSMFLASH_SUCCESS) {
            totals->downloads++;
            totals->packets = 0;
            totals->image_bytes = 0;
        }
        break;
    case GSMFLASH_DL_END:
        if (status == GSMFLASH_SUCCESS)
            totals->outcome = EXCHANGE_COMPLETE;
        break;
    case GSMFLASH_RUN_GSMSW:
        if (status == GSMFLASH_SUCCESS)
            totals->outcome = EXCHANGE_STARTED;
        break;
    default:
        break;
    }
}

static void time_answer(struct exchange *exchange, const struct item *item,
                        struct exchange_remark *remark)
{
    remark->timed = true;
    remark->answer_us = item->end_us - exchange->sent_us;
    if (exchange->totals.slowest_type != 0 && remark->answer_us <= exchange->totals.slowest_us)
        return;
    exchange->totals.slowest_us = remark->answer_us;
    exchange->totals.slowest_type = exchange->type;
    exchange->totals.slowest_number = exchange->number;
}

static void take_answer(struct exchange *exchange, const struct item *item,
                        struct exchange_remark *remark)
{
    uint16_t type = gsmflash_get16(item->data + TYPE_AT);
    uint16_t status = gsmflash_get16(item->data + DATA_AT);
    advance(exchange, EXCHANGE_SYNCED);
    if (exchange->type == 0 || type != exchange->type + 1 || exchange->answered) {
        remark->unexpected = exchange->type != 0;
        exchange->totals.unexpected += remark->unexpected;
        return;
    }
    if (type == GSMFLASH_DL_DATA_RSP)
        take_answer_to_data(exchange, item, status);
    else
        take_verdict(exchange, item, status);
    remark->unexpected = !exchange->answered;
    exchange->totals.unexpected += remark->unexpected;
    exchange->totals.last_us = item->end_us;
    if (exchange->answered)
        time_answer(exchange, item, remark);
}

static void take_sync_word(struct exchange *exchange, const struct item *item)
{
    exchange->totals.sync_words++;
    exchange->type = 0;
    if (item->direction == CAPTURE_MODULE)
        advance(exchange, EXCHANGE_SYNCED);
}

static bool crc_is_right(const struct item *item)
{
    return gsmflash_get16(item->data + item->size - GSMFLASH_CRC_BYTES) == item->crc;
}

struct exchange_remark exchange_take(struct exchange *exchange, const struct item *item)
{
    struct exchange_remark remark = {0};
    exchange->totals.bytes[item->direction] += item->size;
    exchange->totals.download_bytes += item->size;
    if (item->kind == ITEM_SYNC) {
        take_sync_word(exchange, item);
        return remark;
    }
    exchange->totals.frames += item->kind == ITEM_FRAME;
    if (item->kind == ITEM_FRAME && crc_is_right(item)) {
        if (item->direction == CAPTURE_HOST)
            take_command(exchange, item, &remark);
        else
            take_answer(exchange, item, &remark);
        return remark;
    }
    if (item->kind == ITEM_NOISE)
        exchange->totals.noise_bytes += item->size;
    else
        exchange->totals.wrong++;
    exchange->disturbed = true;
    return remark;
}
