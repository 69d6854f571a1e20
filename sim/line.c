/* SPDX-License-Identifier: MIT */
#include "sim/line.h"

#include <stdlib.h>
#include <string.h>

#define BITS_PER_BYTE 10u /* start bit, 8 data bits, stop bit */
/* No lump lasts longer than 20 ms: a receiver must not take the wait for it for silence. */
#define LUMPS_PER_SECOND 50u

uint64_t sim_line_time_us(uint32_t baud, uint64_t bytes)
{
    return baud == 0 ? 0 : (bytes * BITS_PER_BYTE * 1000000u + baud - 1) / baud;
}

static uint64_t run_end_us(const struct sim_line *line, const struct sim_run *run, uint32_t count)
{
    return run->start_us + sim_line_time_us(line->config.baud, count);
}

static void start(struct sim_line *line, const struct sim_line_config *config)
{
    line->config = *config;
    if (line->config.lump_bytes == 0) {
        line->config.lump_bytes = 64;
    }
    uint32_t longest = config->baud / (BITS_PER_BYTE * LUMPS_PER_SECOND);
    if (config->baud != 0 && line->config.lump_bytes > longest) {
        line->config.lump_bytes = longest != 0 ? longest : 1;
    }
    line->random = sim_random_seeded(config->seed);
}

void sim_line_init(struct sim_line *line, const struct sim_line_config *config)
{
    *line = (struct sim_line){0};
    start(line, config);
}

void sim_line_reset(struct sim_line *line, const struct sim_line_config *config)
{
    struct sim_line fresh = {
        .bytes = line->bytes,
        .capacity = line->capacity,
        .runs = line->runs,
        .run_capacity = line->run_capacity,
    };
    *line = fresh;
    start(line, config);
}

void sim_line_free(struct sim_line *line)
{
    free(line->bytes);
    free(line->runs);
    *line = (struct sim_line){0};
}

/* Room for `size` more elements behind `tail`; what was taken makes way before more is asked for.
 */
static void *make_room(void *memory, size_t element, size_t *head, size_t *tail, size_t *capacity,
                       size_t size)
{
    if (*capacity - *tail >= size) {
        return memory;
    }
    if (*head > 0) {
        memmove(memory, (char *)memory + *head * element, (*tail - *head) * element);
        *tail -= *head;
        *head = 0;
    }
    if (*capacity - *tail >= size) {
        return memory;
    }
    size_t wanted = (*tail + size) * 2;
    void *larger = realloc(memory, wanted * element);
    if (larger != NULL) {
        *capacity = wanted;
    }
    return larger;
}

static bool room_for_bytes(struct sim_line *line, size_t size)
{
    void *bytes = make_room(line->bytes, 1, &line->head, &line->tail, &line->capacity, size);
    line->bytes = bytes != NULL ? bytes : line->bytes;
    return bytes != NULL;
}

static bool room_for_run(struct sim_line *line)
{
    void *runs = make_room(line->runs, sizeof *line->runs, &line->run_head, &line->run_tail,
                           &line->run_capacity, 1);
    line->runs = runs != NULL ? runs : line->runs;
    return runs != NULL;
}

uint64_t sim_line_idle_us(const struct sim_line *line)
{
    if (line->run_tail == 0) {
        return 0;
    }
    const struct sim_run *last = &line->runs[line->run_tail - 1];
    return run_end_us(line, last, last->count);
}

static bool open_run(struct sim_line *line, uint64_t start_us)
{
    if (!room_for_run(line)) {
        return false;
    }
    line->runs[line->run_tail++] = (struct sim_run){.start_us = start_us};
    return true;
}

/* Puts bytes on the wire as they are, behind what is there. */
static bool append(struct sim_line *line, const uint8_t *data, size_t size, uint64_t now_us)
{
    bool idle = line->run_tail == 0 || sim_line_idle_us(line) < now_us;

    if (size == 0) {
        return true;
    }
    if (!room_for_bytes(line, size) || (idle && !open_run(line, now_us))) {
        return false;
    }
    memcpy(line->bytes + line->tail, data, size);
    line->tail += size;
    line->runs[line->run_tail - 1].count += (uint32_t)size;
    return true;
}

static bool pause_line(struct sim_line *line, uint32_t pause_ms, uint64_t now_us)
{
    uint64_t idle_us = sim_line_idle_us(line);
    uint64_t from_us = idle_us > now_us ? idle_us : now_us;
    return open_run(line, from_us + (uint64_t)pause_ms * 1000);
}

static bool append_noise(struct sim_line *line, uint32_t count, uint64_t now_us)
{
    bool good = true;
    for (uint32_t i = 0; i < count && good; i++) {
        uint8_t byte = (uint8_t)(sim_random_next(&line->random) >> 16);
        good = append(line, &byte, 1, now_us);
    }
    return good;
}

static bool append_faulty(struct sim_line *line, uint8_t byte, const struct sim_line_fault *fault,
                          uint64_t now_us)
{
    uint32_t count = fault->value != 0 ? fault->value : 1;
    bool good = true;

    switch (fault->kind) {
    case SIM_LINE_LOSE:
        line->dropping = count - 1;
        return true;
    case SIM_LINE_DEAD:
        line->dead = true;
        return true;
    case SIM_LINE_DOUBLE:
        good = append(line, &byte, 1, now_us);
        break;
    case SIM_LINE_FLIP:
        byte ^= (uint8_t)(1u << fault->value % 8);
        break;
    case SIM_LINE_PAUSE:
        good = pause_line(line, fault->value, now_us);
        break;
    case SIM_LINE_NOISE:
        good = append_noise(line, count, now_us);
        break;
    }
    return good && append(line, &byte, 1, now_us);
}

static bool append_randomly(struct sim_line *line, const uint8_t *data, size_t size,
                            uint64_t now_us)
{
    const struct sim_line_config *config = &line->config;
    bool good = true;

    for (size_t i = 0; i < size && good; i++) {
        uint8_t byte = data[i];
        uint32_t dice = sim_random_next(&line->random);
        if (dice < config->lose_rate) {
            line->damaged++;
            continue;
        }
        if (dice - config->lose_rate < config->flip_rate) {
            line->damaged++;
            byte ^= (uint8_t)(1u << sim_random_next(&line->random) % 8);
        }
        good = append(line, &byte, 1, now_us);
    }
    return good;
}

/* Bytes up to the next fault, all at once where nothing can happen to them. */
static bool append_plain(struct sim_line *line, const uint8_t *data, size_t size, uint64_t now_us)
{
    size_t dropped = line->dropping < size ? line->dropping : size;

    line->dropping -= (uint32_t)dropped;
    data += dropped;
    size -= dropped;
    if (line->config.lose_rate != 0 || line->config.flip_rate != 0) {
        return append_randomly(line, data, size, now_us);
    }
    return append(line, data, size, now_us);
}

bool sim_line_write(struct sim_line *line, const uint8_t *data, size_t size, uint64_t now_us)
{
    bool good = true;

    while (size > 0 && good && !line->dead) {
        size_t plain = size;
        const struct sim_line_fault *fault = NULL;
        if (line->fault_next < line->fault_count) {
            fault = &line->faults[line->fault_next];
            uint64_t ahead = fault->index > line->sent ? fault->index - line->sent : 0;
            plain = ahead < size ? (size_t)ahead : size;
        }
        good = append_plain(line, data, plain, now_us);
        if (good && plain < size) {
            line->fault_next++;
            good = append_faulty(line, data[plain], fault, now_us);
            plain++;
        }
        line->sent += plain;
        data += plain;
        size -= plain;
    }
    line->sent += size;
    return good;
}

static uint32_t lump(const struct sim_line *line, const struct sim_run *run)
{
    uint32_t left = run->count - run->taken;
    return left < line->config.lump_bytes ? left : line->config.lump_bytes;
}

/* The first run that has bytes to come; an empty one (a pause before nothing) is no run. */
static const struct sim_run *first_run(const struct sim_line *line)
{
    for (size_t i = line->run_head; i < line->run_tail; i++) {
        if (line->runs[i].taken < line->runs[i].count) {
            return &line->runs[i];
        }
    }
    return NULL;
}

uint64_t sim_line_next_us(const struct sim_line *line)
{
    if (line->head == line->tail) {
        return SIM_NEVER;
    }
    const struct sim_run *run = first_run(line);
    return run_end_us(line, run, run->taken + lump(line, run)) + line->config.delay_us;
}

size_t sim_line_take(struct sim_line *line, uint64_t now_us, const uint8_t **data)
{
    if (sim_line_next_us(line) > now_us) {
        return 0;
    }
    size_t index = (size_t)(first_run(line) - line->runs);
    struct sim_run *run = &line->runs[index];
    uint32_t size = lump(line, run);

    *data = line->bytes + line->head;
    line->head += size;
    run->taken += size;
    /* The last run stays: it tells when the line is idle. */
    line->run_head = run->taken == run->count && index + 1 < line->run_tail ? index + 1 : index;
    return size;
}

size_t sim_line_pending(const struct sim_line *line)
{
    return line->tail - line->head;
}

/* How many bytes of a run have left the sender. */
static uint32_t left_by(const struct sim_line *line, const struct sim_run *run, uint64_t now_us)
{
    if (now_us < run->start_us) {
        return 0;
    }
    uint64_t count = line->config.baud == 0 ? run->count
                                            : (now_us - run->start_us) * line->config.baud /
                                                  (BITS_PER_BYTE * UINT64_C(1000000));
    return count < run->count ? (uint32_t)count : run->count;
}

void sim_line_cut(struct sim_line *line, uint64_t now_us)
{
    for (size_t i = line->run_head; i < line->run_tail; i++) {
        struct sim_run *run = &line->runs[i];
        uint32_t stay = left_by(line, run, now_us);
        if (stay < run->taken) {
            stay = run->taken;
        }
        size_t behind = 0;
        for (size_t j = i + 1; j < line->run_tail; j++) {
            behind += line->runs[j].count;
        }
        size_t gone = run->count - stay;
        if (gone > 0) {
            line->tail -= gone + behind;
            run->count = stay;
            line->run_tail = i + 1;
        }
    }
}
