/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmocka_all.h"
#include "gsmflash/frame.h"

struct answer {
    enum gsmflash_type type;
    size_t size;
    uint8_t bytes[GSMFLASH_ANSWER_BYTES];
};

/* Frames that modules in the field have sent. */
static const struct answer field[] = {
    {GSMFLASH_DL_BEGIN_RSP, 11, {0xAA, 0x00, 0x02, 0x00, 0x04, 0x00, 0x00, 0x04, 0x00, 0x25, 0x21}},
    {GSMFLASH_DL_DATA_RSP,
     13,
     {0xAA, 0x00, 0x04, 0x00, 0x06, 0x00, 0x00, 0x00, 0x00, 0x00, 0xF5, 0x82, 0x70}},
    {GSMFLASH_DL_END_RSP, 9, {0xAA, 0x00, 0x06, 0x00, 0x02, 0x00, 0x00, 0xA3, 0xE5}},
    {GSMFLASH_RUN_GSMSW_RSP, 9, {0xAA, 0x00, 0x08, 0x00, 0x02, 0x00, 0x03, 0x5C, 0x2E}},
};

enum { FIELD = sizeof field / sizeof field[0] };

/* How many answers the reader finds in these bytes; *last is the type of the last one. */
static unsigned answers(struct gsmflash_reader *reader, const uint8_t *data, size_t size,
                        unsigned *last)
{
    unsigned found = 0;

    for (size_t i = 0; i < size; i++) {
        unsigned type = gsmflash_reader_put(reader, data[i]);

        if (type != 0) {
            found++;
            *last = type;
        }
    }
    return found;
}

static void assert_is_found_after(const uint8_t *noise, size_t size, const struct answer *answer)
{
    struct gsmflash_reader reader = {0};
    unsigned type = 0;

    assert_int_equal(answers(&reader, noise, size, &type), 0);
    assert_int_equal(answers(&reader, answer->bytes, answer->size, &type), 1);
    assert_int_equal(type, answer->type);
    assert_memory_equal(reader.bytes, answer->bytes, answer->size);
}

static void big_endian_integers_at_any_address(void **state)
{
    uint8_t bytes[8];

    (void)state;
    for (size_t i = 0; i <= 4; i++) {
        memset(bytes, 0xEE, sizeof bytes);
        gsmflash_put32(bytes + i, 0x89ABCDEFu);
        assert_int_equal(bytes[i], 0x89);
        assert_int_equal(bytes[i + 1], 0xAB);
        assert_int_equal(bytes[i + 2], 0xCD);
        assert_int_equal(bytes[i + 3], 0xEF);
        assert_int_equal(gsmflash_get32(bytes + i), 0x89ABCDEFu);
        assert_int_equal(gsmflash_get16(bytes + i), 0x89AB);
        gsmflash_put16(bytes + i, 0xFEDC);
        assert_int_equal(gsmflash_get32(bytes + i), 0xFEDCCDEFu);
    }
}

static void the_field_frames_are_produced_byte_for_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIELD; i++) {
        uint8_t frame[GSMFLASH_ANSWER_BYTES];
        size_t data = field[i].size - GSMFLASH_OVERHEAD_BYTES;

        gsmflash_frame_header(frame, field[i].type, (uint16_t)data);
        memcpy(frame + GSMFLASH_HEADER_BYTES, field[i].bytes + GSMFLASH_HEADER_BYTES, data);
        assert_int_equal(gsmflash_frame_seal(frame, GSMFLASH_HEADER_BYTES + data), field[i].size);
        assert_memory_equal(frame, field[i].bytes, field[i].size);
    }
}

static void the_field_frames_are_read_with_their_fields(void **state)
{
    struct gsmflash_reader reader = {0};
    unsigned type = 0;

    (void)state;
    assert_int_equal(answers(&reader, field[0].bytes, field[0].size, &type), 1);
    assert_int_equal(type, GSMFLASH_DL_BEGIN_RSP);
    assert_int_equal(gsmflash_answer_status(&reader), GSMFLASH_SUCCESS);
    assert_int_equal(gsmflash_answer_mtu(&reader), 1024);

    assert_int_equal(answers(&reader, field[1].bytes, field[1].size, &type), 1);
    assert_int_equal(type, GSMFLASH_DL_DATA_RSP);
    assert_int_equal(gsmflash_answer_status(&reader), GSMFLASH_SUCCESS);
    assert_int_equal(gsmflash_answer_next(&reader), 245);

    assert_int_equal(answers(&reader, field[2].bytes, field[2].size, &type), 1);
    assert_int_equal(type, GSMFLASH_DL_END_RSP);
    assert_int_equal(gsmflash_answer_status(&reader), GSMFLASH_SUCCESS);

    assert_int_equal(answers(&reader, field[3].bytes, field[3].size, &type), 1);
    assert_int_equal(type, GSMFLASH_RUN_GSMSW_RSP);
    assert_int_equal(gsmflash_answer_status(&reader), GSMFLASH_DOWNLOAD_MODE);
}

static void a_frame_with_one_wrong_bit_is_refused_and_the_next_one_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIELD; i++) {
        for (size_t bit = 0; bit < field[i].size * 8; bit++) {
            uint8_t frame[GSMFLASH_ANSWER_BYTES];

            memcpy(frame, field[i].bytes, field[i].size);
            frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
            for (size_t next = 0; next < FIELD; next++) {
                assert_is_found_after(frame, field[i].size, &field[next]);
            }
        }
    }
}

static void a_frame_that_breaks_off_anywhere_costs_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIELD; i++) {
        for (size_t size = 0; size < field[i].size; size++) {
            for (size_t next = 0; next < FIELD; next++) {
                assert_is_found_after(field[i].bytes, size, &field[next]);
            }
        }
    }
}

static void a_frame_that_lacks_any_one_byte_costs_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIELD; i++) {
        for (size_t lost = 0; lost < field[i].size; lost++) {
            uint8_t frame[GSMFLASH_ANSWER_BYTES];

            memcpy(frame, field[i].bytes, lost);
            memcpy(frame + lost, field[i].bytes + lost + 1, field[i].size - lost - 1);
            for (size_t next = 0; next < FIELD; next++) {
                assert_is_found_after(frame, field[i].size - 1, &field[next]);
            }
        }
    }
}

static void heads_without_a_frame_cost_nothing(void **state)
{
    uint8_t heads[40];

    (void)state;
    memset(heads, GSMFLASH_FRAME_HEAD, sizeof heads);
    for (size_t size = 0; size <= sizeof heads; size++) {
        for (size_t next = 0; next < FIELD; next++) {
            assert_is_found_after(heads, size, &field[next]);
        }
    }
}

static void an_answer_is_found_after_any_noise(void **state)
{
    uint8_t noise[64];
    uint32_t x = 7;

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        size_t size = round % (sizeof noise + 1);

        /* Noise in the bytes that answers are made of: the worst kind. */
        for (size_t i = 0; i < size; i++) {
            static const uint8_t likely[] = {0xAA, 0x00, 0x02, 0x04, 0x06, 0x08, 0x5B, 0xFF};

            x = x * 1664525u + 1013904223u;
            noise[i] = likely[x >> 29];
        }
        assert_is_found_after(noise, size, &field[round % FIELD]);
    }
}

static void commands_are_not_answers(void **state)
{
    static const enum gsmflash_type commands[] = {GSMFLASH_DL_BEGIN, GSMFLASH_DL_DATA,
                                                  GSMFLASH_DL_END, GSMFLASH_RUN_GSMSW};

    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        for (uint16_t length = 0; length <= 6; length += 2) {
            uint8_t frame[GSMFLASH_ANSWER_BYTES] = {0};

            gsmflash_frame_header(frame, commands[i], length);
            assert_is_found_after(
                frame, gsmflash_frame_seal(frame, (size_t)length + GSMFLASH_HEADER_BYTES),
                &field[i % FIELD]);
        }
    }
}

static void answers_of_a_wrong_length_are_refused_though_their_crc_is_right(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIELD; i++) {
        for (uint16_t length = 0; length <= 20; length++) {
            uint8_t frame[32] = {0};

            if (length == field[i].size - GSMFLASH_OVERHEAD_BYTES) {
                continue;
            }
            gsmflash_frame_header(frame, field[i].type, length);
            assert_is_found_after(
                frame, gsmflash_frame_seal(frame, (size_t)length + GSMFLASH_HEADER_BYTES),
                &field[i]);
        }
    }
}

static void answers_whose_length_field_lies_are_refused_though_their_crc_is_right(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIELD; i++) {
        size_t data = field[i].size - GSMFLASH_OVERHEAD_BYTES;

        for (unsigned length = 0; length <= 0x1FF; length++) {
            uint8_t frame[GSMFLASH_ANSWER_BYTES];

            if (length == data) {
                continue;
            }
            memcpy(frame, field[i].bytes, field[i].size);
            gsmflash_put16(frame + 3, (uint16_t)length);
            assert_is_found_after(frame, gsmflash_frame_seal(frame, GSMFLASH_HEADER_BYTES + data),
                                  &field[i]);
        }
    }
}

static void answers_back_to_back_are_all_found(void **state)
{
    struct gsmflash_reader reader = {0};
    unsigned type = 0;

    (void)state;
    for (unsigned round = 0; round < 100; round++) {
        const struct answer *answer = &field[round * 7 % FIELD];

        assert_int_equal(answers(&reader, answer->bytes, answer->size, &type), 1);
        assert_int_equal(type, answer->type);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(big_endian_integers_at_any_address),
        cmocka_unit_test(the_field_frames_are_produced_byte_for_byte),
        cmocka_unit_test(the_field_frames_are_read_with_their_fields),
        cmocka_unit_test(a_frame_with_one_wrong_bit_is_refused_and_the_next_one_is_found),
        cmocka_unit_test(a_frame_that_breaks_off_anywhere_costs_nothing),
        cmocka_unit_test(a_frame_that_lacks_any_one_byte_costs_nothing),
        cmocka_unit_test(heads_without_a_frame_cost_nothing),
        cmocka_unit_test(an_answer_is_found_after_any_noise),
        cmocka_unit_test(commands_are_not_answers),
        cmocka_unit_test(answers_of_a_wrong_length_are_refused_though_their_crc_is_right),
        cmocka_unit_test(answers_whose_length_field_lies_are_refused_though_their_crc_is_right),
        cmocka_unit_test(answers_back_to_back_are_all_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
