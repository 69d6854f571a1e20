/* SPDX-License-Identifier: MIT */
/* Built once for each way to compute it: they must not differ. */
#include "cmocka_all.h"
#include "gsmflash/crc16.h"

/* The definition, bit by bit. */
static uint16_t by_definition(uint16_t crc, const uint8_t *data, size_t size)
{
    for (; size != 0; size--, data++) {
        for (unsigned bit = 0x80; bit != 0; bit >>= 1) {
            unsigned out = (crc >> 15) ^ ((*data & bit) != 0);

            crc = (uint16_t)(crc << 1 ^ (out != 0 ? 0x1021 : 0));
        }
    }
    return crc;
}

static void fill(uint8_t *data, size_t size)
{
    uint32_t x = 1;

    for (size_t i = 0; i < size; i++) {
        x = x * 1664525u + 1013904223u;
        data[i] = (uint8_t)(x >> 24);
    }
}

static void check_value_of_crc_16_xmodem(void **state)
{
    (void)state;
    assert_int_equal(gsmflash_crc16(0, (const uint8_t *)"123456789", 9), 0x31C3);
}

static void crc_of_nothing_is_the_start_value(void **state)
{
    const uint8_t any = 0;

    (void)state;
    assert_int_equal(gsmflash_crc16(0, &any, 0), 0);
    assert_int_equal(gsmflash_crc16(0xBEEF, &any, 0), 0xBEEF);
}

static void every_byte_from_every_start_follows_the_definition(void **state)
{
    (void)state;
    for (unsigned start = 0; start <= 0xFFFF; start++) {
        const uint8_t byte = (uint8_t)(start * 7 >> 3);
        const uint8_t pair[2] = {byte, (uint8_t)start};

        assert_int_equal(gsmflash_crc16((uint16_t)start, &byte, 1),
                         by_definition((uint16_t)start, &byte, 1));
        assert_int_equal(gsmflash_crc16((uint16_t)start, pair, 2),
                         by_definition((uint16_t)start, pair, 2));
    }
    for (unsigned byte = 0; byte <= 0xFF; byte++) {
        const uint8_t one = (uint8_t)byte;

        assert_int_equal(gsmflash_crc16(0, &one, 1), by_definition(0, &one, 1));
    }
}

static void any_size_at_any_alignment_follows_the_definition(void **state)
{
    uint8_t data[64 + 8];

    (void)state;
    fill(data, sizeof data);
    for (size_t start = 0; start < 8; start++) {
        for (size_t size = 0; size <= 64; size++) {
            assert_int_equal(gsmflash_crc16(0x1D0F, data + start, size),
                             by_definition(0x1D0F, data + start, size));
        }
    }
}

static void computed_in_two_pieces_it_is_the_same(void **state)
{
    uint8_t data[61];

    (void)state;
    fill(data, sizeof data);
    for (size_t cut = 0; cut <= sizeof data; cut++) {
        uint16_t crc = gsmflash_crc16(0, data, cut);

        crc = gsmflash_crc16(crc, data + cut, sizeof data - cut);
        assert_int_equal(crc, by_definition(0, data, sizeof data));
    }
}

static void over_data_and_its_own_crc_it_is_zero(void **state)
{
    uint8_t data[32 + 2];

    (void)state;
    fill(data, sizeof data);
    for (size_t size = 0; size <= 32; size++) {
        uint16_t crc = gsmflash_crc16(0, data, size);
        const uint8_t high = data[size];
        const uint8_t low = data[size + 1];

        data[size] = (uint8_t)(crc >> 8);
        data[size + 1] = (uint8_t)crc;
        assert_int_equal(gsmflash_crc16(0, data, size + 2), 0);
        data[size] = high;
        data[size + 1] = low;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_value_of_crc_16_xmodem),
        cmocka_unit_test(crc_of_nothing_is_the_start_value),
        cmocka_unit_test(every_byte_from_every_start_follows_the_definition),
        cmocka_unit_test(any_size_at_any_alignment_follows_the_definition),
        cmocka_unit_test(computed_in_two_pieces_it_is_the_same),
        cmocka_unit_test(over_data_and_its_own_crc_it_is_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
