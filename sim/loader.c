/* SPDX-License-Identifier: MIT */
#include "sim/loader.h"

#include <string.h>

#include "gsmflash/frame.h"
#include "sim/record.h"

#define FLASH_LOSS_MS 500u

static uint32_t core_ms(const struct sim_loader *loader, uint64_t now_us)
{
    return (uint32_t)(now_us / 1000) + loader->config->epoch_ms;
}

static uint64_t after_ms(uint64_t now_us, uint32_t wait_ms)
{
    return wait_ms == UINT32_MAX ? SIM_NEVER : (now_us / 1000 + wait_ms) * 1000;
}

void sim_loader_start(struct sim_loader *loader, const struct sim_loader_config *config,
                      uint64_t now_us)
{
    *loader = (struct sim_loader){
        .config = config,
        .core_due_us = now_us,
        .op_due_us = SIM_NEVER,
        .updates = loader->updates,
        .dead = loader->dead,
    };
    for (size_t i = 0; i < SIM_HELD_MAX; i++) {
        loader->held[i].due_us = SIM_NEVER;
    }
    uint32_t size;
    gsmflash_module_start(&loader->core, &config->core, sim_record_valid(config->flash, &size),
                          core_ms(loader, now_us));
}

void sim_loader_receive(struct sim_loader *loader, const uint8_t *data, size_t size,
                        uint64_t now_us)
{
    gsmflash_module_receive(&loader->core, data, size, core_ms(loader, now_us));
    loader->core_due_us = now_us;
}

static bool strike(struct sim_loader *loader, enum sim_answer_fault_kind kind, enum sim_place place,
                   uint64_t now_us, uint32_t *value)
{
    static const char *const names[] = {"the answer is lost",
                                        "the answer is late",
                                        "the answer is broken",
                                        "the answer is doubled",
                                        "the module reports a status of its own",
                                        "the module falls silent",
                                        "the module is dead",
                                        "the module loses its supply"};
    struct sim_answer_fault *fault =
        sim_faults_strike(loader->config->faults, kind, place, loader->packet);
    if (fault == NULL) {
        return false;
    }
    *value = fault->value;
    sim_tell(
        &loader->config->log,
        &(struct sim_event){.kind = SIM_EVENT_FAULT, .at_us = now_us, .text = names[fault->kind]});
    return true;
}

static void transmit(struct sim_loader *loader, const uint8_t *data, size_t size, uint64_t now_us)
{
    sim_tell(&loader->config->log,
             &(struct sim_event){
                 .kind = SIM_EVENT_MODULE_SENDS, .at_us = now_us, .data = data, .size = size});
    sim_line_write(loader->out, data, size, now_us);
}

static void hold(struct sim_loader *loader, const uint8_t *data, size_t size, uint64_t due_us)
{
    for (size_t i = 0; i < SIM_HELD_MAX; i++) {
        struct sim_held *held = &loader->held[i];
        if (held->due_us == SIM_NEVER) {
            held->due_us = due_us;
            held->size = (uint8_t)size;
            memcpy(held->bytes, data, size);
            return;
        }
    }
}

static enum sim_place place_of(const uint8_t *answer, size_t size)
{
    if (size == 1) {
        return answer[0] == GSMFLASH_SYNC_WORD_RSP1 ? SIM_PLACE_SYNC : SIM_PLACE_SYNC2;
    }
    switch (gsmflash_get16(answer + 1)) {
    case GSMFLASH_DL_BEGIN_RSP:
        return SIM_PLACE_BEGIN;
    case GSMFLASH_DL_DATA_RSP:
        return SIM_PLACE_DATA;
    case GSMFLASH_DL_END_RSP:
        return SIM_PLACE_END;
    default:
        return SIM_PLACE_RUN;
    }
}

/* An answer of the core on its way to the line, past everything that may happen to it. */
static void answer(struct sim_loader *loader, const uint8_t *data, size_t size, uint64_t now_us)
{
    enum sim_place place = place_of(data, size);
    uint8_t bytes[GSMFLASH_ANSWER_BYTES];
    uint32_t value;

    memcpy(bytes, data, size);
    loader->mute |= strike(loader, SIM_ANSWER_SILENT, place, now_us, &value);
    loader->dead |= strike(loader, SIM_ANSWER_DEAD, place, now_us, &value);
    if (loader->mute || loader->dead || strike(loader, SIM_ANSWER_LOST, place, now_us, &value)) {
        return;
    }
    if (strike(loader, SIM_ANSWER_BROKEN, place, now_us, &value)) {
        bytes[size - 1 - value / 8 % size] ^= (uint8_t)(1u << value % 8);
    }
    if (strike(loader, SIM_ANSWER_LATE, place, now_us, &value)) {
        hold(loader, bytes, size, now_us + (uint64_t)value * 1000);
        return;
    }
    transmit(loader, bytes, size, now_us);
    if (strike(loader, SIM_ANSWER_DOUBLE, place, now_us, &value)) {
        transmit(loader, bytes, size, now_us);
    }
}

static void send_held(struct sim_loader *loader, uint64_t now_us)
{
    for (size_t i = 0; i < SIM_HELD_MAX; i++) {
        struct sim_held *held = &loader->held[i];
        if (held->due_us <= now_us) {
            held->due_us = SIM_NEVER;
            transmit(loader, held->bytes, held->size, now_us);
        }
    }
}

static void tell_validity(struct sim_loader *loader, bool valid, uint64_t now_us)
{
    sim_tell(&loader->config->log,
             &(struct sim_event){.kind = valid ? SIM_EVENT_VALID : SIM_EVENT_INVALID,
                                 .at_us = now_us,
                                 .value = loader->job.step.write.size});
}

static void finish_job(struct sim_loader *loader, enum gsmflash_status status, uint64_t now_us)
{
    bool good = status == GSMFLASH_SUCCESS;

    switch (loader->job.step.kind) {
    case GSMFLASH_MODULE_INVALIDATE:
        if (good) {
            tell_validity(loader, false, now_us);
        }
        break;
    case GSMFLASH_MODULE_VALIDATE:
        if (good) {
            loader->updates++;
            tell_validity(loader, true, now_us);
        }
        break;
    default:
        loader->packets += good;
        break;
    }
    gsmflash_module_done(&loader->core, status);
    loader->core_due_us = now_us;
}

/* Takes the job's next operation in hand, or ends the job. */
static void go_on(struct sim_loader *loader, uint64_t now_us)
{
    if (sim_job_next(&loader->job, loader->config->flash, &loader->op)) {
        loader->op_due_us = now_us + sim_flash_busy_us(loader->config->flash, &loader->op);
        return;
    }
    finish_job(loader, sim_job_check(&loader->job, loader->config->flash), now_us);
}

static enum sim_loader_result lose_power(struct sim_loader *loader, uint32_t off_ms)
{
    loader->off_ms = off_ms;
    return SIM_LOADER_POWER_LOST;
}

static enum sim_loader_result finish_op(struct sim_loader *loader, uint64_t now_us)
{
    loader->op_due_us = SIM_NEVER;
    switch (sim_flash_do(loader->config->flash, &loader->op)) {
    case SIM_FLASH_OK:
        sim_job_advance(&loader->job, &loader->op);
        go_on(loader, now_us);
        break;
    case SIM_FLASH_POWER_LOST:
        return lose_power(loader, FLASH_LOSS_MS);
    default:
        finish_job(loader, GSMFLASH_FLASH_ERROR, now_us);
        break;
    }
    return SIM_LOADER_WAITS;
}

static bool refused(const struct sim_loader *loader, const struct gsmflash_module_step *step)
{
    return step->kind == GSMFLASH_MODULE_VALIDATE && loader->config->check != NULL &&
           !loader->config->check(loader->config->check_context, loader->config->flash->memory,
                                  step->write.size);
}

static enum sim_loader_result take_job(struct sim_loader *loader,
                                       const struct gsmflash_module_step *step, uint64_t now_us)
{
    enum sim_place place = SIM_PLACE_DATA;
    uint32_t value;

    if (step->kind == GSMFLASH_MODULE_INVALIDATE) {
        place = SIM_PLACE_BEGIN;
        loader->packets = 0;
    } else if (step->kind == GSMFLASH_MODULE_VALIDATE) {
        place = SIM_PLACE_END;
    }
    loader->packet = loader->packets;
    sim_job_start(&loader->job, loader->config->flash, step);
    if (strike(loader, SIM_ANSWER_POWER, place, now_us, &value)) {
        return lose_power(loader, value);
    }
    if (strike(loader, SIM_ANSWER_STATUS, place, now_us, &value)) {
        finish_job(loader, (enum gsmflash_status)value, now_us);
    } else if (refused(loader, step)) {
        finish_job(loader, GSMFLASH_PACKAGE_ERROR, now_us);
    } else {
        go_on(loader, now_us);
    }
    return SIM_LOADER_WAITS;
}

static enum sim_loader_result take_answer(struct sim_loader *loader,
                                          const struct gsmflash_module_step *step, uint64_t now_us)
{
    enum sim_place place = place_of(step->send.data, step->send.size);
    bool task = place == SIM_PLACE_BEGIN || place == SIM_PLACE_DATA || place == SIM_PLACE_END;
    uint32_t value;

    if (!task && strike(loader, SIM_ANSWER_POWER, place, now_us, &value)) {
        return lose_power(loader, value);
    }
    answer(loader, step->send.data, step->send.size, now_us);
    loader->packet = loader->packets;
    return SIM_LOADER_WAITS;
}

/* Asks the core what it wants, until it wants to wait. */
static enum sim_loader_result ask_core(struct sim_loader *loader, uint64_t now_us)
{
    enum sim_loader_result result = SIM_LOADER_WAITS;

    while (result == SIM_LOADER_WAITS && loader->core_due_us <= now_us) {
        struct gsmflash_module_step step =
            gsmflash_module_next(&loader->core, core_ms(loader, now_us));
        switch (step.kind) {
        case GSMFLASH_MODULE_WAIT:
            loader->core_due_us = after_ms(now_us, step.wait_ms);
            break;
        case GSMFLASH_MODULE_SEND:
            result = take_answer(loader, &step, now_us);
            break;
        case GSMFLASH_MODULE_START:
            return SIM_LOADER_STARTS;
        default:
            /* The core has nothing to say until the job is done. */
            loader->core_due_us = SIM_NEVER;
            result = take_job(loader, &step, now_us);
            break;
        }
    }
    return result;
}

enum sim_loader_result sim_loader_run(struct sim_loader *loader, uint64_t now_us)
{
    enum sim_loader_result result = SIM_LOADER_WAITS;

    send_held(loader, now_us);
    while (result == SIM_LOADER_WAITS && sim_loader_next_us(loader) <= now_us) {
        result = loader->op_due_us <= now_us ? finish_op(loader, now_us) : ask_core(loader, now_us);
    }
    return result;
}

uint64_t sim_loader_next_us(const struct sim_loader *loader)
{
    uint64_t next_us =
        loader->core_due_us < loader->op_due_us ? loader->core_due_us : loader->op_due_us;
    for (size_t i = 0; i < SIM_HELD_MAX; i++) {
        if (loader->held[i].due_us < next_us) {
            next_us = loader->held[i].due_us;
        }
    }
    return next_us;
}

void sim_loader_cut(struct sim_loader *loader)
{
    if (loader->op_due_us != SIM_NEVER) {
        sim_flash_tear(loader->config->flash, &loader->op, loader->config->flash->events++);
        loader->op_due_us = SIM_NEVER;
    }
}
