/* SPDX-License-Identifier: MIT */
/* The exit statuses are a contract: each way to end, in each state of the firmware. */
#include <string.h>

#include "cmocka_all.h"
#include "tool/exit_status.h"
#include "tool/verdict.h"

enum {
    UNTOUCHED = GSMFLASH_FIRMWARE_UNTOUCHED,
    INVALID = GSMFLASH_FIRMWARE_INVALID,
    VALID = GSMFLASH_FIRMWARE_VALID,
};

static const char *const sentences[] = {
    [UNTOUCHED] = "untouched",
    [INVALID] = "invalid until an update completes",
    [VALID] = "firmware is valid",
};

static void expect(enum ending ending, enum gsmflash_error error, unsigned firmware, int status)
{
    struct verdict verdict;
    const struct gsmflash_report report = {
        .error = (uint8_t)error, .firmware = (uint8_t)firmware, .attempt = 1};
    const struct circumstances circumstances = {
        .ending = ending,
        .detail = ending == ENDING_REVISION_WRONG ? "one\nother" : "reason",
        .expected = "another",
        .image_bytes = 1000,
        .timeout_ms = 60000,
    };
    verdict_find(&verdict, &report, &circumstances);
    assert_int_equal(verdict.status, status);
    assert_null(strchr(verdict.text, '\n'));
    if (status == STATUS_DONE) {
        assert_null(verdict.error);
        return;
    }
    assert_non_null(verdict.error);
    if (ending != ENDING_PORT_NOT_OPENED)
        assert_non_null(strstr(verdict.text, sentences[firmware]));
}

static void what_the_host_says(void **state)
{
    (void)state;
    expect(ENDING_HOST, GSMFLASH_OK, VALID, STATUS_DONE);
    expect(ENDING_HOST, GSMFLASH_ERROR_NO_SYNC, UNTOUCHED, STATUS_NO_MODULE);
    expect(ENDING_HOST, GSMFLASH_ERROR_HALF_SYNC, UNTOUCHED, STATUS_NO_MODULE);
    expect(ENDING_HOST, GSMFLASH_ERROR_NO_SYNC, INVALID, STATUS_INVALID);
    expect(ENDING_HOST, GSMFLASH_ERROR_HALF_SYNC, INVALID, STATUS_INVALID);
    expect(ENDING_HOST, GSMFLASH_ERROR_NO_ANSWER, INVALID, STATUS_INVALID);
    expect(ENDING_HOST, GSMFLASH_ERROR_LINE, INVALID, STATUS_INVALID);
    expect(ENDING_HOST, GSMFLASH_ERROR_FLASH, INVALID, STATUS_INVALID);
    expect(ENDING_HOST, GSMFLASH_ERROR_SEQUENCE, INVALID, STATUS_INVALID);
    expect(ENDING_HOST, GSMFLASH_ERROR_OPEN, INVALID, STATUS_INVALID);
    expect(ENDING_HOST, GSMFLASH_ERROR_READ, INVALID, STATUS_INVALID);
    expect(ENDING_HOST, GSMFLASH_ERROR_REFUSED, INVALID, STATUS_REFUSED);
    expect(ENDING_HOST, GSMFLASH_ERROR_MTU, INVALID, STATUS_REFUSED);
    expect(ENDING_HOST, GSMFLASH_ERROR_NOT_STARTED, VALID, STATUS_NOT_STARTED);
}

static void what_happens_around_it(void **state)
{
    (void)state;
    expect(ENDING_PORT_NOT_OPENED, GSMFLASH_OK, UNTOUCHED, STATUS_NOT_OPENED);
    expect(ENDING_PORT_LOST, GSMFLASH_OK, UNTOUCHED, STATUS_NOT_OPENED);
    expect(ENDING_PORT_LOST, GSMFLASH_OK, INVALID, STATUS_INVALID);
    expect(ENDING_PORT_LOST, GSMFLASH_OK, VALID, STATUS_NOT_STARTED);
    expect(ENDING_IMAGE_CHANGED, GSMFLASH_OK, UNTOUCHED, STATUS_NOT_OPENED);
    expect(ENDING_IMAGE_CHANGED, GSMFLASH_OK, INVALID, STATUS_INVALID);
    expect(ENDING_POWER_FAILED, GSMFLASH_OK, UNTOUCHED, STATUS_NOT_OPENED);
    expect(ENDING_POWER_FAILED, GSMFLASH_OK, INVALID, STATUS_INVALID);
    expect(ENDING_REVISION_UNKNOWN, GSMFLASH_OK, VALID, STATUS_NOT_STARTED);
    expect(ENDING_REVISION_WRONG, GSMFLASH_OK, VALID, STATUS_NOT_STARTED);
    expect(ENDING_INTERRUPTED, GSMFLASH_OK, UNTOUCHED, STATUS_INTERRUPTED);
    expect(ENDING_INTERRUPTED, GSMFLASH_OK, INVALID, STATUS_INTERRUPTED);
    expect(ENDING_INTERRUPTED, GSMFLASH_OK, VALID, STATUS_INTERRUPTED);
}

static void hint(uint32_t received_bytes, bool only_echoes, const char *words)
{
    struct verdict verdict;
    const struct gsmflash_report report = {.error = GSMFLASH_ERROR_NO_SYNC};
    const struct circumstances circumstances = {.ending = ENDING_HOST,
                                                .timeout_ms = 1500,
                                                .received_bytes = received_bytes,
                                                .only_echoes = only_echoes};
    verdict_find(&verdict, &report, &circumstances);
    assert_non_null(strstr(verdict.text, "within 1.5 s"));
    assert_non_null(strstr(verdict.text, words));
}

static void silence_is_told_apart_from_wrong_answers(void **state)
{
    (void)state;
    hint(0, true, "not one byte");
    hint(100, true, "TX and RX seem to be tied together");
    hint(100, false, "100 bytes came back that were no sync word");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_host_says),
        cmocka_unit_test(what_happens_around_it),
        cmocka_unit_test(silence_is_told_apart_from_wrong_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
