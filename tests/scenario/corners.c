/* SPDX-License-Identifier: MIT */
/* What no session of the campaign leads to: answers that a module of ours never gives. */
#include <stdio.h>

#include "play.h"

#define SYNCED              \
    "0 -> SYNC_WORD1\n"     \
    "0 <- SYNC_WORD_RSP1\n" \
    "0 -> SYNC_WORD2\n"     \
    "0 <- SYNC_WORD_RSP2\n" \
    "0 -> BEGIN 1\n"
#define ALL_SENT            \
    SYNCED                  \
    "1 <- BEGIN_RSP 0 64\n" \
    "1 -> DATA 0 0 10\n"    \
    "2 <- DATA_RSP 0 1\n"   \
    "2 -> END\n"

static const struct gsmflash_host_config host = {.image_bytes = 10, .attempts = 1};

static void assert_invalid(struct gsmflash_report report, enum gsmflash_error error)
{
    assert_int_equal(report.error, error);
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_INVALID);
}

static void run_is_refused_after_a_good_end(void **state)
{
    (void)state;
    assert_invalid(play_host(&host, ALL_SENT "3 <- END_RSP 0\n"
                                             "3 -> RUN\n"
                                             "4 <- RUN_RSP 4\n"
                                             "4 finished\n"),
                   GSMFLASH_ERROR_REFUSED);
}

static void end_is_refused_with_a_status_that_it_never_has(void **state)
{
    (void)state;
    assert_invalid(play_host(&host, ALL_SENT "3 <- END_RSP 3\n"
                                             "3 finished\n"),
                   GSMFLASH_ERROR_REFUSED);
}

static void begin_is_refused(void **state)
{
    (void)state;
    assert_invalid(play_host(&host, SYNCED "1 <- BEGIN_RSP 4 64\n"
                                           "1 finished\n"),
                   GSMFLASH_ERROR_REFUSED);
}

/* The module was restarted, and takes less than it did before. */
static void an_mtu_that_shrinks_between_two_attempts(void **state)
{
    static const struct gsmflash_host_config twice = {.image_bytes = 100, .attempts = 2};

    (void)state;
    play_host(&twice, SYNCED "1 <- BEGIN_RSP 0 64\n"
                             "1 -> DATA 0 0 52\n"
                             "2 <- DATA_RSP 2 0\n"
                             "2 -> SYNC_WORD1\n"
                             "3 <- SYNC_WORD_RSP1\n"
                             "3 -> SYNC_WORD2\n"
                             "4 <- SYNC_WORD_RSP2\n"
                             "4 -> BEGIN 1\n"
                             "5 <- BEGIN_RSP 0 40\n"
                             "5 -> DATA 0 0 28\n");
}

/* Something on the line that never falls silent. */
static void noise_without_end_does_not_put_a_repetition_off(void **state)
{
    char figure[8192];
    int length = snprintf(figure, sizeof figure, "%s",
                          SYNCED "1 <- BEGIN_RSP 0 64\n"
                                 "1 -> DATA 0 0 10\n");

    (void)state;
    for (unsigned at_ms = 40; at_ms < 3048; at_ms += 40) {
        length +=
            snprintf(figure + length, sizeof figure - (size_t)length, "%u <- bytes 00\n", at_ms);
    }
    snprintf(figure + length, sizeof figure - (size_t)length, "<3060 -> DATA 0 0 10\n");
    play_host(&host, figure);
}

/* A journal that was damaged: a mark without blocks fits nowhere, and is not looked for for ever.
 */
static void a_mark_without_blocks_is_not_resumed(void **state)
{
    static const struct gsmflash_mark nowhere = {.number = 1};
    static const struct gsmflash_host_config resumed = {
        .image_bytes = 10, .attempts = 1, .resume = &nowhere};

    (void)state;
    play_host(&resumed, "120 -> BEGIN 1\n"
                        "130 <- BEGIN_RSP 3 64\n"
                        "130 -> DATA 4294967295 0 1\n"
                        "140 <- DATA_RSP 4 2\n"
                        "140 -> SYNC_WORD1\n");
}

static void a_command_of_a_wrong_length_changes_nothing(void **state)
{
    static const struct gsmflash_module_config module = {0};

    (void)state;
    play_module(&module, true,
                "0 -> SYNC_WORD1\n"
                "0 <- SYNC_WORD_RSP1\n"
                "0 -> SYNC_WORD2\n"
                "0 <- SYNC_WORD_RSP2\n"
                "1 -> bytes AA00010003000001CE5D\n"
                "1 <- BEGIN_RSP 4 64\n"
                "2 -> bytes AA00050001008F74\n"
                "2 <- END_RSP 4\n"
                "3 -> RUN\n"
                "3 <- RUN_RSP 0\n"
                "3 start\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run_is_refused_after_a_good_end),
        cmocka_unit_test(end_is_refused_with_a_status_that_it_never_has),
        cmocka_unit_test(begin_is_refused),
        cmocka_unit_test(an_mtu_that_shrinks_between_two_attempts),
        cmocka_unit_test(noise_without_end_does_not_put_a_repetition_off),
        cmocka_unit_test(a_mark_without_blocks_is_not_resumed),
        cmocka_unit_test(a_command_of_a_wrong_length_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
