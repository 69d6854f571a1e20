/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmocka_all.h"
#include "tool/at.h"

static enum at_state take(struct at *at, const char *text)
{
    return at_take(at, (const uint8_t *)text, strlen(text));
}

static void the_answer_is_what_stands_before_the_result(void **state)
{
    struct at at;
    (void)state;
    at_ask(&at, "ATI");
    assert_string_equal(at.command, "ATI\r");
    assert_int_equal(take(&at, "ATI\r\r\nMaker\r\nM95\r\n\r\nRevision: R1\r\n\r\nOK\r\n"), AT_OK);
    assert_string_equal(at.answer, "Maker\nM95\nRevision: R1");
}

static void it_may_come_byte_by_byte(void **state)
{
    static const char text[] = "\r\nR1\r\nOK\r\n";
    struct at at;
    (void)state;
    at_ask(&at, "AT+GMR");
    for (size_t i = 0; i + 3 < sizeof text; i++)
        assert_int_equal(at_take(&at, (const uint8_t *)text + i, 1), AT_WAITING);
    assert_int_equal(take(&at, "\r"), AT_OK);
    assert_string_equal(at.answer, "R1");
}

static void errors_end_it(void **state)
{
    struct at at;
    (void)state;
    at_ask(&at, "AT+GMR");
    assert_int_equal(take(&at, "\r\nERROR\r\n"), AT_ERROR);
    at_ask(&at, "AT+GMR");
    assert_int_equal(take(&at, "\r\n+CME ERROR: 4\r\n"), AT_ERROR);
}

static void noise_is_left_out(void **state)
{
    struct at at;
    (void)state;
    at_ask(&at, "AT+GMR");
    assert_int_equal(take(&at, "\xFF\x80RDY\rR1\rOK\r"), AT_OK);
    assert_string_equal(at.answer, "R1");
}

static void there_is_no_end_of_lines_that_overflows(void **state)
{
    struct at at;
    (void)state;
    at_ask(&at, "AT+GMR");
    for (int i = 0; i < 100000; i++)
        assert_int_equal(take(&at, i % 300 == 0 ? "\r" : "x"), AT_WAITING);
    assert_true(strlen(at.answer) < sizeof at.answer);
    assert_int_equal(take(&at, "\rOK\r"), AT_OK);
}

static void expect(const char *answer, const char *revision, bool same)
{
    struct at at;
    at_ask(&at, "AT+GMR");
    assert_int_equal(take(&at, answer), AT_OK);
    assert_int_equal(at_answer_is_revision(&at, revision), same);
}

static void a_revision_is_a_whole_line(void **state)
{
    (void)state;
    expect("Revision: R1\rOK\r", "R1", true);
    expect("Revision:R1\rOK\r", "R1", true);
    expect("Revision: R1\rOK\r", "Revision: R1", true);
    expect("R1\rOK\r", "R1", true);
    expect("Maker\rR1\rmore\rOK\r", "R1", true);
    expect("Revision: R10\rOK\r", "R1", false);
    expect("Revision: R1\rOK\r", "R10", false);
    expect("Revision: \rOK\r", "R1", false);
    expect("OK\r", "R1", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_is_what_stands_before_the_result),
        cmocka_unit_test(it_may_come_byte_by_byte),
        cmocka_unit_test(errors_end_it),
        cmocka_unit_test(noise_is_left_out),
        cmocka_unit_test(there_is_no_end_of_lines_that_overflows),
        cmocka_unit_test(a_revision_is_a_whole_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
