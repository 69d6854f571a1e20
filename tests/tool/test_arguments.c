/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"
#include "tool/arguments.h"

static void numbers_are_taken_whole_or_not_at_all(void **state)
{
    uint32_t value = 0;
    (void)state;
    assert_true(parse_number("115200", 300, 4000000, &value));
    assert_int_equal(value, 115200);
    assert_true(parse_number("0xFFFFFFFF", 0, UINT32_MAX, &value));
    assert_int_equal(value, UINT32_MAX);
    assert_true(parse_number("010", 0, 100, &value));
    assert_int_equal(value, 10);
    static const char *const bad[] = {"",   " 1", "+1", "-1",         "1 ",
                                      "1x", "x",  "0x", "4294967296", "99999999999999999999999",
                                      "1e3"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(parse_number(bad[i], 0, UINT32_MAX, &value));
    assert_false(parse_number("299", 300, 400, &value));
    assert_false(parse_number("401", 300, 400, &value));
}

static void seconds_may_have_decimals(void **state)
{
    uint32_t value_ms = 0;
    (void)state;
    assert_true(parse_seconds("60", &value_ms));
    assert_int_equal(value_ms, 60000);
    assert_true(parse_seconds("0.25", &value_ms));
    assert_int_equal(value_ms, 250);
    assert_true(parse_seconds(".5", &value_ms));
    assert_int_equal(value_ms, 500);
    static const char *const bad[] = {"", "0", "-1", "nan", "inf", "1s", "0.0001", "99999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(parse_seconds(bad[i], &value_ms));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_taken_whole_or_not_at_all),
        cmocka_unit_test(seconds_may_have_decimals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
