/* SPDX-License-Identifier: MIT */
/* The parts of the simulation: each is what it says it is, or the scenarios would prove nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/application.h"
#include "sim/crc32.h"
#include "sim/fault.h"
#include "sim/flash.h"
#include "sim/hand.h"
#include "sim/line.h"
#include "sim/record.h"

#define FIRMWARE_BYTES 1000u

static const struct sim_flash_config shape = {
    .firmware_bytes = FIRMWARE_BYTES, .block_bytes = 512, .page_bytes = 64};

static struct sim_flash flash_new(void)
{
    struct sim_flash flash;
    uint8_t *memory = malloc(sim_flash_bytes(&shape));
    assert_non_null(memory);
    memset(memory, 0xFF, sim_flash_bytes(&shape));
    sim_flash_init(&flash, &shape, memory);
    return flash;
}

static struct sim_flash_op program(uint32_t offset, uint32_t size, const uint8_t *data)
{
    return (struct sim_flash_op){.offset = offset, .size = size, .data = data};
}

static struct sim_flash_op erase(uint32_t offset)
{
    return (struct sim_flash_op){.erase = true, .offset = offset, .size = shape.block_bytes};
}

static void flash_has_whole_blocks_and_one_for_the_record(void **state)
{
    (void)state;
    struct sim_flash flash = flash_new();
    assert_int_equal(sim_flash_bytes(&shape), 3 * 512);
    assert_int_equal(flash.area_bytes, 2 * 512);
    free(flash.memory);
}

static void flash_programs_what_is_erased_and_nothing_else(void **state)
{
    static const uint8_t data[64] = {0x12, 0x34};
    static const uint8_t other[64] = {0x12, 0x30};
    (void)state;
    struct sim_flash flash = flash_new();
    struct sim_flash_op op = program(64, 2, data);
    assert_int_equal(sim_flash_do(&flash, &op), SIM_FLASH_OK);
    assert_memory_equal(flash.memory + 64, data, 2);
    op = program(64, 2, other);
    assert_int_equal(sim_flash_do(&flash, &op), SIM_FLASH_MISUSED);
    assert_memory_equal(flash.memory + 64, data, 2);
    assert_int_equal(flash.misuses, 1);
    op = erase(0);
    assert_int_equal(sim_flash_do(&flash, &op), SIM_FLASH_OK);
    op = program(64, 2, other);
    assert_int_equal(sim_flash_do(&flash, &op), SIM_FLASH_OK);
    assert_memory_equal(flash.memory + 64, other, 2);
    assert_int_equal(flash.events, 4);
    free(flash.memory);
}

static void flash_reports_misuse(void **state)
{
    static const uint8_t data[128] = {0};
    const struct sim_flash_op wrong[] = {
        program(60, 8, data), /* across a page */
        program(3 * 512, 1, data),
        program(0, 0, data),
        {.erase = true, .offset = 8, .size = 512},
        {.erase = true, .offset = 0, .size = 100},
    };
    (void)state;
    struct sim_flash flash = flash_new();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(sim_flash_do(&flash, &wrong[i]), SIM_FLASH_MISUSED);
    }
    assert_int_equal(flash.misuses, sizeof wrong / sizeof *wrong);
    free(flash.memory);
}

static enum sim_flash_result with_fault(struct sim_flash *flash, enum sim_flash_fault_kind kind,
                                        uint32_t value, const struct sim_flash_op *op)
{
    const struct sim_flash_fault fault = {.kind = kind, .event = flash->events, .value = value};
    flash->faults = &fault;
    flash->fault_count = 1;
    enum sim_flash_result result = sim_flash_do(flash, op);
    flash->fault_count = 0;
    return result;
}

static void flash_faults_are_what_they_say(void **state)
{
    static const uint8_t data[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const uint8_t blank[8] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    struct sim_flash_op op = program(0, 8, data);
    (void)state;
    struct sim_flash flash = flash_new();
    assert_int_equal(with_fault(&flash, SIM_FLASH_FAULT_IGNORE, 0, &op), SIM_FLASH_OK);
    assert_memory_equal(flash.memory, blank, 8);
    assert_int_equal(with_fault(&flash, SIM_FLASH_FAULT_BEFORE, 0, &op), SIM_FLASH_POWER_LOST);
    assert_memory_equal(flash.memory, blank, 8);
    assert_int_equal(with_fault(&flash, SIM_FLASH_FAULT_TORN, 0, &op), SIM_FLASH_POWER_LOST);
    assert_memory_equal(flash.memory, data, 4);
    assert_memory_equal(flash.memory + 5, blank, 3);
    op = program(8, 8, data);
    assert_int_equal(with_fault(&flash, SIM_FLASH_FAULT_FAIL, 0, &op), SIM_FLASH_FAILED);
    assert_memory_not_equal(flash.memory + 8, data, 8);
    op = program(16, 8, data);
    assert_int_equal(with_fault(&flash, SIM_FLASH_FAULT_AFTER, 0, &op), SIM_FLASH_POWER_LOST);
    assert_memory_equal(flash.memory + 16, data, 8);
    free(flash.memory);
}

static void flash_bit_stays_stuck(void **state)
{
    static const uint8_t data[2] = {0x0F, 0x00};
    struct sim_flash_op op = program(0, 2, data);
    (void)state;
    struct sim_flash flash = flash_new();
    assert_int_equal(with_fault(&flash, SIM_FLASH_FAULT_STUCK, 9, &op), SIM_FLASH_OK);
    assert_int_equal(flash.memory[0], 0x0F);
    assert_int_equal(flash.memory[1], 0x02);
    op = erase(0);
    assert_int_equal(sim_flash_do(&flash, &op), SIM_FLASH_OK);
    op = program(0, 2, data);
    assert_int_equal(sim_flash_do(&flash, &op), SIM_FLASH_OK);
    assert_int_equal(flash.memory[1], 0x02);
    free(flash.memory);
}

static void flash_torn_erase_leaves_any_mix_of_bits(void **state)
{
    static const uint8_t zeros[64] = {0};
    struct sim_flash_op op = program(0, 64, zeros);
    (void)state;
    struct sim_flash flash = flash_new();
    assert_int_equal(sim_flash_do(&flash, &op), SIM_FLASH_OK);
    op = erase(0);
    assert_int_equal(with_fault(&flash, SIM_FLASH_FAULT_TORN, 7, &op), SIM_FLASH_POWER_LOST);
    unsigned ones = 0;
    for (int i = 0; i < 64; i++) {
        for (int bit = 0; bit < 8; bit++) {
            ones += flash.memory[i] >> bit & 1u;
        }
    }
    assert_in_range(ones, 128, 384);
    assert_int_equal(flash.memory[100], 0xFF);
    free(flash.memory);
}

/* A record that says: these bytes are valid. */
static void write_record(struct sim_flash *flash, uint32_t size)
{
    struct sim_flash_op op;
    uint32_t crc = sim_crc32(flash->memory, size);
    while (sim_record_write(flash, size, crc, &op)) {
        assert_int_equal(sim_flash_do(flash, &op), SIM_FLASH_OK);
    }
}

static void strike_record(struct sim_flash *flash)
{
    struct sim_flash_op op;
    while (sim_record_strike(flash, &op)) {
        assert_int_equal(sim_flash_do(flash, &op), SIM_FLASH_OK);
    }
}

static void record_crc_is_the_known_one(void **state)
{
    (void)state;
    assert_int_equal(sim_crc32((const uint8_t *)"123456789", 9), 0xCBF43926);
    assert_int_equal(sim_crc32((const uint8_t *)"", 0), 0);
}

static void record_of_a_blank_flash_is_invalid(void **state)
{
    uint32_t size;
    (void)state;
    struct sim_flash flash = flash_new();
    assert_false(sim_record_valid(&flash, &size));
    assert_true(sim_record_plausible(&flash));
    free(flash.memory);
}

static void record_goes_from_invalid_to_valid_and_back_as_often_as_you_like(void **state)
{
    uint32_t size = 0;
    (void)state;
    struct sim_flash flash = flash_new();
    for (uint32_t i = 1; i < 100; i++) {
        write_record(&flash, i);
        assert_true(sim_record_valid(&flash, &size));
        assert_int_equal(size, i);
        assert_true(sim_record_plausible(&flash));
        strike_record(&flash);
        assert_false(sim_record_valid(&flash, &size));
        assert_true(sim_record_plausible(&flash));
    }
    assert_int_equal(flash.misuses, 0);
    free(flash.memory);
}

static void record_is_invalid_when_the_firmware_is_not_what_it_was(void **state)
{
    uint32_t size;
    (void)state;
    struct sim_flash flash = flash_new();
    write_record(&flash, 100);
    flash.memory[99] ^= 0x40;
    assert_false(sim_record_valid(&flash, &size));
    flash.memory[99] ^= 0x40;
    assert_true(sim_record_valid(&flash, &size));
    flash.memory[100] ^= 0x40;
    assert_true(sim_record_valid(&flash, &size));
    free(flash.memory);
}

static void record_is_never_valid_when_it_was_not_written_whole(void **state)
{
    uint32_t size;
    (void)state;
    for (uint32_t seed = 0; seed < 200; seed++) {
        struct sim_flash flash = flash_new();
        struct sim_flash_op op;
        assert_true(sim_record_write(&flash, 10, sim_crc32(flash.memory, 10), &op));
        assert_int_equal(with_fault(&flash, SIM_FLASH_FAULT_TORN, seed, &op), SIM_FLASH_POWER_LOST);
        assert_false(sim_record_valid(&flash, &size));
        write_record(&flash, 10);
        assert_true(sim_record_valid(&flash, &size));
        assert_true(sim_record_plausible(&flash));
        free(flash.memory);
    }
}

static void record_half_struck_out_is_struck_out(void **state)
{
    uint32_t size;
    (void)state;
    for (uint32_t seed = 0; seed < 200; seed++) {
        struct sim_flash flash = flash_new();
        struct sim_flash_op op;
        write_record(&flash, 10);
        assert_true(sim_record_strike(&flash, &op));
        assert_int_equal(with_fault(&flash, SIM_FLASH_FAULT_TORN, seed, &op), SIM_FLASH_POWER_LOST);
        assert_false(sim_record_valid(&flash, &size));
        strike_record(&flash);
        assert_false(sim_record_valid(&flash, &size));
        free(flash.memory);
    }
}

static void record_from_a_torn_erase_tells_nothing_but_the_truth(void **state)
{
    uint32_t size;
    (void)state;
    for (uint32_t seed = 0; seed < 200; seed++) {
        struct sim_flash flash = flash_new();
        /* All slots say that 10 bytes of FF are valid, and are struck out; the firmware differs. */
        for (uint32_t slot = 0; slot < shape.block_bytes / 32; slot++) {
            write_record(&flash, 10);
            strike_record(&flash);
        }
        memset(flash.memory, 0x55, 10);
        struct sim_flash_op op;
        assert_true(sim_record_write(&flash, 10, sim_crc32(flash.memory, 10), &op));
        assert_true(op.erase);
        assert_int_equal(with_fault(&flash, SIM_FLASH_FAULT_TORN, seed, &op), SIM_FLASH_POWER_LOST);
        assert_false(sim_record_valid(&flash, &size));
        assert_true(sim_record_plausible(&flash));
        free(flash.memory);
    }
}

static void record_is_not_seen_in_other_data(void **state)
{
    (void)state;
    struct sim_flash flash = flash_new();
    memset(flash.memory, 0, sim_flash_bytes(&shape));
    assert_false(sim_record_plausible(&flash));
    memcpy(flash.memory + flash.area_bytes, "some text of an image", 21);
    assert_false(sim_record_plausible(&flash));
    free(flash.memory);
}

/* Takes all that comes until `until_us`; returns the time of the last lump. */
static uint64_t drain(struct sim_line *line, uint64_t until_us, uint8_t *to, size_t *size)
{
    uint64_t last_us = 0;
    const uint8_t *data;
    *size = 0;
    while (sim_line_next_us(line) <= until_us) {
        last_us = sim_line_next_us(line);
        size_t lump = sim_line_take(line, last_us, &data);
        assert_int_not_equal(lump, 0);
        memcpy(to + *size, data, lump);
        *size += lump;
    }
    return last_us;
}

static void line_keeps_the_baud_rate(void **state)
{
    static uint8_t data[11520], got[11520];
    const struct sim_line_config config = {.baud = 115200, .delay_us = 500};
    struct sim_line line;
    size_t size;
    (void)state;
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 7);
    }
    sim_line_init(&line, &config);
    /* In pieces, as a sender would: a second's worth of bytes takes a second. */
    for (size_t i = 0; i < sizeof data; i += 1152) {
        assert_true(sim_line_write(&line, data + i, 1152, 100));
    }
    assert_int_equal(sim_line_pending(&line), sizeof data);
    assert_int_equal(drain(&line, SIM_NEVER - 1, got, &size), 1000000 + 100 + 500);
    assert_int_equal(size, sizeof data);
    assert_memory_equal(got, data, sizeof data);
    assert_true(sim_line_next_us(&line) == SIM_NEVER);
    assert_int_equal(sim_line_idle_us(&line), 1000100);
    sim_line_free(&line);
}

static void line_delivers_byte_by_byte_where_asked(void **state)
{
    const struct sim_line_config config = {.baud = 10000, .lump_bytes = 1};
    struct sim_line line;
    const uint8_t *data;
    (void)state;
    sim_line_init(&line, &config);
    assert_true(sim_line_write(&line, (const uint8_t *)"abc", 3, 0));
    assert_int_equal(sim_line_next_us(&line), 1000);
    assert_int_equal(sim_line_take(&line, 999, &data), 0);
    assert_int_equal(sim_line_take(&line, 1000, &data), 1);
    assert_int_equal(*data, 'a');
    assert_int_equal(sim_line_next_us(&line), 2000);
    /* After a pause the next byte takes its time from the moment it was handed in. */
    assert_int_equal(sim_line_take(&line, 3000, &data), 1);
    assert_int_equal(sim_line_take(&line, 3000, &data), 1);
    assert_true(sim_line_write(&line, (const uint8_t *)"d", 1, 7000));
    assert_int_equal(sim_line_next_us(&line), 8000);
    sim_line_free(&line);
}

static void expect_line(const struct sim_line_fault *faults, size_t count, const char *expected,
                        uint64_t last_us)
{
    const struct sim_line_config config = {.baud = 10000, .seed = 5};
    struct sim_line line;
    uint8_t got[64];
    size_t size;
    sim_line_init(&line, &config);
    line.faults = faults;
    line.fault_count = count;
    assert_true(sim_line_write(&line, (const uint8_t *)"abc", 3, 0));
    assert_true(sim_line_write(&line, (const uint8_t *)"def", 3, 0));
    assert_int_equal(drain(&line, SIM_NEVER - 1, got, &size), last_us);
    assert_int_equal(size, strlen(expected));
    for (size_t i = 0; i < size; i++) {
        assert_true(expected[i] == '?' || expected[i] == (char)got[i]);
    }
    assert_int_equal(line.sent, 6);
    sim_line_free(&line);
}

static void line_faults_are_what_they_say(void **state)
{
    (void)state;
    expect_line(NULL, 0, "abcdef", 6000);
    expect_line(&(struct sim_line_fault){SIM_LINE_LOSE, 2, 0}, 1, "abdef", 5000);
    expect_line(&(struct sim_line_fault){SIM_LINE_LOSE, 1, 3}, 1, "aef", 3000);
    expect_line(&(struct sim_line_fault){SIM_LINE_DOUBLE, 5, 0}, 1, "abcdeff", 7000);
    expect_line(&(struct sim_line_fault){SIM_LINE_FLIP, 0, 1}, 1, "cbcdef", 6000);
    expect_line(&(struct sim_line_fault){SIM_LINE_PAUSE, 3, 150}, 1, "abcdef", 156000);
    expect_line(&(struct sim_line_fault){SIM_LINE_NOISE, 3, 4}, 1, "abc????def", 10000);
    expect_line(&(struct sim_line_fault){SIM_LINE_DEAD, 4, 0}, 1, "abcd", 4000);
    static const struct sim_line_fault several[] = {
        {SIM_LINE_DOUBLE, 0, 0}, {SIM_LINE_LOSE, 1, 0}, {SIM_LINE_FLIP, 1, 0}};
    expect_line(several, 3, "aabdef", 6000);
}

static void line_errors_come_at_the_rate_that_was_asked_for(void **state)
{
    static uint8_t data[100000], got[100000];
    const struct sim_line_config config = {
        .lose_rate = 4294967, .flip_rate = 4294967, .seed = 1}; /* one in a thousand, each */
    struct sim_line line;
    size_t size;
    unsigned flipped = 0;
    (void)state;
    sim_line_init(&line, &config);
    assert_true(sim_line_write(&line, data, sizeof data, 0));
    drain(&line, SIM_NEVER - 1, got, &size);
    for (size_t i = 0; i < size; i++) {
        flipped += got[i] != 0;
    }
    assert_in_range(sizeof data - size, 60, 140);
    assert_in_range(flipped, 60, 140);
    assert_int_equal(line.damaged, sizeof data - size + flipped);
    sim_line_free(&line);
}

static void line_loses_what_has_not_left_a_sender_that_is_switched_off(void **state)
{
    const struct sim_line_config config = {.baud = 10000};
    struct sim_line line;
    uint8_t got[16] = {0};
    size_t size;
    (void)state;
    sim_line_init(&line, &config);
    assert_true(sim_line_write(&line, (const uint8_t *)"abcdef", 6, 0));
    sim_line_cut(&line, 2500);
    assert_int_equal(drain(&line, SIM_NEVER - 1, got, &size), 2000);
    assert_int_equal(size, 2);
    assert_true(sim_line_write(&line, (const uint8_t *)"g", 1, 9000));
    assert_int_equal(drain(&line, SIM_NEVER - 1, got, &size), 10000);
    assert_int_equal(got[0], 'g');
    sim_line_free(&line);
}

/* Sync words at this interval; when the hand acts. */
static uint64_t hand_acts_us(struct sim_hand *hand, uint64_t from_us, uint64_t interval_us)
{
    const uint8_t sync = 0xB5;
    for (uint64_t now_us = from_us; now_us < from_us + 2000000; now_us += interval_us) {
        if (sim_hand_sees(hand, &sync, 1, now_us)) {
            return now_us - from_us;
        }
    }
    return SIM_NEVER;
}

static void hand_acts_when_sync_words_have_come_for_100_ms(void **state)
{
    struct sim_hand hand = {0};
    (void)state;
    assert_int_equal(hand_acts_us(&hand, 5000, 20000), 100000);
    /* And again, after another 100 ms. */
    assert_in_range(hand_acts_us(&hand, 125000, 20000), 100000, 120000);
}

static void hand_is_not_moved_by_a_block_of_b5(void **state)
{
    struct sim_hand hand = {0};
    uint8_t block[64];
    (void)state;
    memset(block, 0xB5, sizeof block);
    assert_true(hand_acts_us(&hand, 0, 87) == SIM_NEVER);
    for (uint64_t now_us = 0; now_us < 4000000; now_us += sizeof block * 87) {
        assert_false(sim_hand_sees(&hand, block, sizeof block, now_us));
    }
}

static void hand_begins_anew_after_other_bytes_and_after_a_pause(void **state)
{
    struct sim_hand hand = {0};
    const uint8_t sync = 0xB5, other = 0xAA;
    (void)state;
    for (uint64_t now_us = 0; now_us < 1000000; now_us += 20000) {
        assert_false(sim_hand_sees(&hand, now_us % 80000 == 0 ? &other : &sync, 1, now_us));
    }
    assert_false(sim_hand_sees(&hand, &sync, 1, 5000000));
    assert_false(sim_hand_sees(&hand, &sync, 1, 7000000));
}

static void expect_application(const char *typed, const char *expected)
{
    struct sim_application application = {0};
    uint8_t answer[SIM_APPLICATION_ANSWER_BYTES];
    char all[1000];
    size_t used = 0;
    for (; *typed != '\0'; typed++) {
        size_t size = sim_application_take(&application, (uint8_t)*typed, "Revision: R1", answer);
        memcpy(all + used, answer, size);
        used += size;
    }
    all[used] = '\0';
    assert_string_equal(all, expected);
}

static void application_answers_at_commands(void **state)
{
    (void)state;
    expect_application("AT\r", "AT\r\r\nOK\r\n");
    expect_application("at+gmr\r", "at+gmr\r\r\nRevision: R1\r\n\r\nOK\r\n");
    expect_application("AT+CGMR\r\n", "AT+CGMR\r\r\nRevision: R1\r\n\r\nOK\r\n\n");
    expect_application("AtI\r",
                       "AtI\r\r\ngsmflash\r\nSimulated module\r\nRevision: R1\r\n\r\nOK\r\n");
    expect_application("AT+FOO\r", "AT+FOO\r\r\nERROR\r\n");
    expect_application("\r", "\r");
    expect_application("ATE0\rAT\r", "ATE0\r\r\nOK\r\n\r\nOK\r\n");
    expect_application("ATE0\rATE1\rAT\r", "ATE0\r\r\nOK\r\n\r\nOK\r\nAT\r\r\nOK\r\n");
}

static void application_survives_a_line_that_is_too_long(void **state)
{
    struct sim_application application = {0};
    uint8_t answer[SIM_APPLICATION_ANSWER_BYTES];
    (void)state;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(sim_application_take(&application, 'A', "", answer), 1);
    }
    assert_int_equal(sim_application_take(&application, '\r', "", answer), 10);
    assert_memory_equal(answer, "\r\r\nERROR\r\n", 10);
    assert_int_equal(sim_application_take(&application, 'A', "", answer), 1);
}

static void application_takes_its_revision_from_the_firmware(void **state)
{
    static uint8_t firmware[5000];
    char revision[SIM_REVISION_BYTES];
    (void)state;
    memcpy(firmware + 4000, "Revision: M95FAR02\x01junk", 23);
    sim_revision(firmware, sizeof firmware, revision);
    assert_string_equal(revision, "Revision: M95FAR02");
    /* Beyond 4 KiB it is not looked for; the CRC16 of 123456789 is the known 31C3. */
    memset(firmware + 4000, 0, 30);
    memcpy(firmware + 4090, "Revision: M95", 13);
    sim_revision((const uint8_t *)"123456789", 9, revision);
    assert_string_equal(revision, "Revision: 31C3");
    sim_revision(firmware, sizeof firmware, revision);
    assert_null(strstr(revision, "M95"));
    /* At the very end of the firmware. */
    sim_revision((const uint8_t *)"xRevision:ab", 12, revision);
    assert_string_equal(revision, "Revision:ab");
}

static void faults_are_read(void **state)
{
    struct sim_faults faults = {0};
    (void)state;
    assert_null(sim_faults_add(&faults, "lost@3"));
    assert_null(sim_faults_add(&faults, "late@begin=4000,broken@data*,status@7*2=2"));
    assert_int_equal(faults.answers, 4);
    assert_int_equal(faults.answer[0].kind, SIM_ANSWER_LOST);
    assert_int_equal(faults.answer[0].packet, 3);
    assert_int_equal(faults.answer[0].count, 1);
    assert_int_equal(faults.answer[1].place, SIM_PLACE_BEGIN);
    assert_int_equal(faults.answer[1].value, 4000);
    assert_int_equal(faults.answer[2].packet, SIM_ANY_PACKET);
    assert_true(faults.answer[2].count == SIM_FOR_EVER);
    assert_int_equal(faults.answer[3].count, 2);
    assert_int_equal(faults.answer[3].value, 2);
    assert_null(sim_faults_add(&faults, "in:flip@9=3,in:lose@4,out:pause@0=150,lose=0.001"));
    assert_int_equal(faults.in.count, 2);
    assert_int_equal(faults.in.at[0].index, 4);
    assert_int_equal(faults.in.at[1].value, 3);
    assert_int_equal(faults.out.at[0].kind, SIM_LINE_PAUSE);
    assert_int_equal(faults.in.lose_rate, 4294967);
    assert_int_equal(faults.out.lose_rate, 4294967);
    assert_int_equal(faults.in.flip_rate, 0);
    assert_null(sim_faults_add(&faults, "flash:torn@2=9,count-bytes,mtu=64,program=700,seed=3"));
    assert_int_equal(faults.flash[0].event, 2);
    assert_int_equal(faults.flash[0].value, 9);
    assert_true(faults.count_bytes);
    assert_int_equal(faults.mtu, 64);
    assert_int_equal(faults.program_us, 700);
}

static void faults_that_make_no_sense_are_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "nonsense",
        "lost",
        "lost@",
        "lost@x",
        "lost@3=5",
        "lost@-1",
        "late@3",
        "late@3=x",
        "status@3",
        "status@3=0",
        "status@3=5",
        "status@run=2",
        "lost@3*x",
        "in:lose",
        "in:nonsense@3",
        "in:pause@3",
        "lose=1",
        "lose=-1",
        "lose=x",
        "flash:fail",
        "flash:what@3",
        "mtu=7",
        "mtu=65536",
        "seed",
        "lost@3,",
        ",lost@3",
        "lost@4294967295",
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct sim_faults faults = {0};
        if (sim_faults_add(&faults, wrong[i]) == NULL) {
            fail_msg("\"%s\" was taken", wrong[i]);
        }
    }
}

static void faults_that_are_too_many_are_refused(void **state)
{
    struct sim_faults faults = {0};
    (void)state;
    for (int i = 0; i < SIM_FAULTS_MAX; i++) {
        assert_null(sim_faults_add(&faults, "lost@3,in:lose@3,flash:fail@3"));
    }
    assert_non_null(sim_faults_add(&faults, "lost@3"));
    assert_non_null(sim_faults_add(&faults, "in:lose@3"));
    assert_non_null(sim_faults_add(&faults, "flash:fail@3"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flash_has_whole_blocks_and_one_for_the_record),
        cmocka_unit_test(flash_programs_what_is_erased_and_nothing_else),
        cmocka_unit_test(flash_reports_misuse),
        cmocka_unit_test(flash_faults_are_what_they_say),
        cmocka_unit_test(flash_bit_stays_stuck),
        cmocka_unit_test(flash_torn_erase_leaves_any_mix_of_bits),
        cmocka_unit_test(record_crc_is_the_known_one),
        cmocka_unit_test(record_of_a_blank_flash_is_invalid),
        cmocka_unit_test(record_goes_from_invalid_to_valid_and_back_as_often_as_you_like),
        cmocka_unit_test(record_is_invalid_when_the_firmware_is_not_what_it_was),
        cmocka_unit_test(record_is_never_valid_when_it_was_not_written_whole),
        cmocka_unit_test(record_half_struck_out_is_struck_out),
        cmocka_unit_test(record_from_a_torn_erase_tells_nothing_but_the_truth),
        cmocka_unit_test(record_is_not_seen_in_other_data),
        cmocka_unit_test(line_keeps_the_baud_rate),
        cmocka_unit_test(line_delivers_byte_by_byte_where_asked),
        cmocka_unit_test(line_faults_are_what_they_say),
        cmocka_unit_test(line_errors_come_at_the_rate_that_was_asked_for),
        cmocka_unit_test(line_loses_what_has_not_left_a_sender_that_is_switched_off),
        cmocka_unit_test(hand_acts_when_sync_words_have_come_for_100_ms),
        cmocka_unit_test(hand_is_not_moved_by_a_block_of_b5),
        cmocka_unit_test(hand_begins_anew_after_other_bytes_and_after_a_pause),
        cmocka_unit_test(application_answers_at_commands),
        cmocka_unit_test(application_survives_a_line_that_is_too_long),
        cmocka_unit_test(application_takes_its_revision_from_the_firmware),
        cmocka_unit_test(faults_are_read),
        cmocka_unit_test(faults_that_make_no_sense_are_refused),
        cmocka_unit_test(faults_that_are_too_many_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
