/* SPDX-License-Identifier: MIT */
/* Section 2 of the protocol, sentence by sentence: boot synchronisation. */
#include <string.h>

#include "play.h"

static const struct gsmflash_module_config module = {0};

static void section_2_1_the_host_switches_the_module_off_first(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 64, .power = true};
    (void)state;
    play_host(&host, "0    power off\n"
                     "499  quiet\n"
                     "500  -> SYNC_WORD1\n");
}

static void section_2_1_for_as_long_as_configured(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 64, .power = true, .power_off_ms = 2000};
    (void)state;
    play_host(&host, "0    power off\n"
                     "1999 quiet\n"
                     "2000 -> SYNC_WORD1\n");
}

static void section_2_2_sync_words_come_every_20_ms_before_and_after_power_on(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 64, .power = true};
    (void)state;
    play_host(&host, "0    power off\n"
                     "500  -> SYNC_WORD1\n"
                     "520  -> SYNC_WORD1\n"
                     "520  power on\n"
                     "540  -> SYNC_WORD1 every 20 until 4000\n"
                     "4000 quiet\n");
}

static void section_2_3_the_two_words_and_their_answers_lead_to_command_mode(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 64};
    (void)state;
    play_host(&host, "0    -> SYNC_WORD1 every 20 until 40\n"
                     "45   <- SYNC_WORD_RSP1\n"
                     "45   -> SYNC_WORD2\n"
                     "46   <- SYNC_WORD_RSP2\n"
                     "46   -> BEGIN 1\n");
    struct gsmflash_module end = play_module(&module, true,
                                             "30   -> SYNC_WORD1\n"
                                             "30   <- SYNC_WORD_RSP1\n"
                                             "32   -> SYNC_WORD2\n"
                                             "32   <- SYNC_WORD_RSP2\n"
                                             "33   -> END\n"
                                             "33   <- END_RSP 4\n");
    assert_int_equal(end.state, GSMFLASH_MODULE_COMMAND);
}

static void section_2_4_a_cycle_that_takes_300_ms_is_given_up(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 64, .power = true, .attempts = 2};
    (void)state;
    struct gsmflash_report report = play_host(&host, "0    power off\n"
                                                     "500  -> SYNC_WORD1\n"
                                                     "520  -> SYNC_WORD1\n"
                                                     "520  power on\n"
                                                     "530  <- SYNC_WORD_RSP1\n"
                                                     "530  -> SYNC_WORD2 every 20 until 810\n"
                                                     "830  power off\n"
                                                     "1330 -> SYNC_WORD1\n"
                                                     "1350 -> SYNC_WORD1\n"
                                                     "1350 power on\n"
                                                     "1360 <- SYNC_WORD_RSP1\n"
                                                     "1360 -> SYNC_WORD2 every 20 until 1640\n"
                                                     "1660 finished\n");
    assert_int_equal(report.error, GSMFLASH_ERROR_HALF_SYNC);
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_UNTOUCHED);
    assert_int_equal(report.attempt, 2);
}

static void section_2_4_an_answer_within_300_ms_is_in_time(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 64};
    (void)state;
    play_host(&host, "0    -> SYNC_WORD1\n"
                     "10   <- SYNC_WORD_RSP1\n"
                     "10   -> SYNC_WORD2 every 20 until 290\n"
                     "309  <- SYNC_WORD_RSP2\n"
                     "309  -> BEGIN 1\n");
}

static void section_2_5_no_sync_word_within_100_ms_and_the_module_runs_what_it_has(void **state)
{
    (void)state;
    play_module(&module, true,
                "99   quiet\n"
                "100  start\n"
                "200  -> SYNC_WORD1\n"
                "900  quiet\n");
}

static void section_2_5_half_a_negotiation_within_100_ms_is_not_complete(void **state)
{
    (void)state;
    play_module(&module, true,
                "90   -> SYNC_WORD1\n"
                "90   <- SYNC_WORD_RSP1\n"
                "100  start\n"
                "101  -> SYNC_WORD2\n"
                "300  quiet\n");
}

static void section_2_5_the_last_millisecond_is_in_time(void **state)
{
    (void)state;
    play_module(&module, true,
                "98   -> SYNC_WORD1\n"
                "98   <- SYNC_WORD_RSP1\n"
                "99   -> SYNC_WORD2\n"
                "99   <- SYNC_WORD_RSP2\n"
                "9999 quiet\n");
}

static void section_2_5_without_valid_firmware_there_is_nothing_to_run(void **state)
{
    (void)state;
    play_module(&module, false,
                "86400000 -> SYNC_WORD1\n"
                "+0       <- SYNC_WORD_RSP1\n"
                "+86400   -> SYNC_WORD2\n"
                "+0       <- SYNC_WORD_RSP2\n");
}

static void section_2_6_in_command_mode_it_waits_for_ever(void **state)
{
    (void)state;
    play_module(&module, true,
                "10       -> SYNC_WORD1\n"
                "10       <- SYNC_WORD_RSP1\n"
                "12       -> SYNC_WORD2\n"
                "12       <- SYNC_WORD_RSP2\n"
                "86400000 quiet\n"
                "86400000 -> BEGIN 1\n"
                "86400000 invalidate\n"
                "86400000 <- BEGIN_RSP 0 64\n");
}

static void section_2_the_words_are_bare_bytes(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 64};
    (void)state;
    play_host(&host, "0    -> bytes B5\n"
                     "1    <- bytes 5B\n"
                     "1    -> bytes A9\n"
                     "2    <- bytes 9A\n"
                     "2    -> BEGIN 1\n");
    play_module(&module, true,
                "1    -> bytes B5\n"
                "1    <- bytes 5B\n"
                "2    -> bytes A9\n"
                "2    <- bytes 9A\n");
}

static void section_2_sync_word1_again_is_answered_again(void **state)
{
    (void)state;
    play_module(&module, true,
                "10   -> SYNC_WORD1\n"
                "10   <- SYNC_WORD_RSP1\n"
                "30   -> SYNC_WORD1\n"
                "30   <- SYNC_WORD_RSP1\n"
                "50   -> SYNC_WORD2\n"
                "50   <- SYNC_WORD_RSP2\n");
}

static void section_2_sync_word2_before_sync_word1_is_ignored(void **state)
{
    (void)state;
    play_module(&module, true,
                "10   -> SYNC_WORD2\n"
                "20   -> SYNC_WORD1\n"
                "20   <- SYNC_WORD_RSP1\n"
                "40   -> SYNC_WORD2\n"
                "40   <- SYNC_WORD_RSP2\n");
}

static void section_2_other_bytes_are_ignored(void **state)
{
    (void)state;
    play_module(&module, true,
                "10   -> bytes 00FFAA5B9A\n"
                "20   -> bytes 41540DB5\n"
                "20   <- SYNC_WORD_RSP1\n"
                "30   -> bytes 00AA\n"
                "40   -> BEGIN 1\n"
                "50   -> SYNC_WORD2\n"
                "50   <- SYNC_WORD_RSP2\n");
}

static void section_2_sync_words_in_command_mode_are_skipped(void **state)
{
    (void)state;
    play_module(&module, true,
                "10   -> SYNC_WORD1\n"
                "10   <- SYNC_WORD_RSP1\n"
                "12   -> SYNC_WORD2\n"
                "12   <- SYNC_WORD_RSP2\n"
                "14   -> SYNC_WORD1, SYNC_WORD1, SYNC_WORD2, BEGIN 1\n"
                "14   invalidate\n"
                "14   <- BEGIN_RSP 0 64\n"
                "20   -> SYNC_WORD1 every 20 until 400\n"
                "401  -> DATA 0 0 8\n"
                "401  write 0 8\n"
                "401  <- DATA_RSP 0 1\n"
                "900  quiet\n");
}

static void section_2_sync_word2_unanswered_goes_out_every_20_ms(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 64};
    (void)state;
    play_host(&host, "0    -> SYNC_WORD1\n"
                     "7    <- SYNC_WORD_RSP1\n"
                     "7    -> SYNC_WORD2 every 20 until 127\n"
                     "130  <- SYNC_WORD_RSP2\n"
                     "130  -> BEGIN 1\n");
}

static void section_2_attempts_are_as_many_as_configured(void **state)
{
    struct gsmflash_host_config host = {
        .image_bytes = 64, .power = true, .attempts = 2, .sync_timeout_ms = 100};
    (void)state;
    struct gsmflash_report report = play_host(&host, "0    power off\n"
                                                     "500  -> SYNC_WORD1\n"
                                                     "520  -> SYNC_WORD1\n"
                                                     "520  power on\n"
                                                     "540  -> SYNC_WORD1 every 20 until 600\n"
                                                     "620  power off\n"
                                                     "1120 -> SYNC_WORD1\n"
                                                     "1140 -> SYNC_WORD1\n"
                                                     "1140 power on\n"
                                                     "1160 -> SYNC_WORD1 every 20 until 1220\n"
                                                     "1240 finished\n");
    assert_int_equal(report.error, GSMFLASH_ERROR_NO_SYNC);
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_UNTOUCHED);
    assert_int_equal(report.attempt, 2);
}

static void section_2_without_control_of_the_power_it_goes_on_until_the_limit(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 64, .sync_timeout_ms = 60000};
    (void)state;
    struct gsmflash_report report = play_host(&host, "0     -> SYNC_WORD1 every 20 until 59980\n"
                                                     "60000 finished\n");
    assert_int_equal(report.error, GSMFLASH_ERROR_NO_SYNC);
    assert_int_equal(report.attempt, 1);
}

static void section_2_without_control_of_the_power_half_a_cycle_begins_anew(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 64};
    (void)state;
    play_host(&host, "0    -> SYNC_WORD1\n"
                     "5    <- SYNC_WORD_RSP1\n"
                     "5    -> SYNC_WORD2 every 20 until 285\n"
                     "305  -> SYNC_WORD1 every 20 until 385\n"
                     "390  <- SYNC_WORD_RSP1\n"
                     "390  -> SYNC_WORD2\n"
                     "391  <- SYNC_WORD_RSP2\n"
                     "391  -> BEGIN 1\n");
}

static void section_2_field_6000_sync_words_are_tolerated(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 64, .sync_timeout_ms = 130000};
    (void)state;
    play_host(&host, "0      -> SYNC_WORD1 every 20 until 119980\n"
                     "119990 <- SYNC_WORD_RSP1\n"
                     "119990 -> SYNC_WORD2\n");
}

static void section_2_field_stale_bytes_before_the_answer_are_tolerated(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 64};
    (void)state;
    play_host(&host, "0    -> SYNC_WORD1\n"
                     "1    <- bytes 0D0A4F4B0D0AAA0002\n"
                     "2    <- DATA_RSP 0 1, BEGIN_RSP 0 1024, END_RSP 0, RUN_RSP 0\n"
                     "3    <- bytes FF00AA, SYNC_WORD_RSP2\n"
                     "20   -> SYNC_WORD1\n"
                     "22   <- bytes 00, SYNC_WORD_RSP1\n"
                     "22   -> SYNC_WORD2\n"
                     "24   <- bytes 5B5B0000FF\n"
                     "42   -> SYNC_WORD2\n"
                     "43   <- bytes 00AA, SYNC_WORD_RSP2\n"
                     "43   -> BEGIN 1\n");
}

static void section_2_answers_from_before_power_on_do_not_count(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 64, .power = true};
    (void)state;
    play_host(&host, "0    power off\n"
                     "100  <- SYNC_WORD_RSP1, SYNC_WORD_RSP2\n"
                     "500  -> SYNC_WORD1\n"
                     "510  <- SYNC_WORD_RSP1\n"
                     "520  -> SYNC_WORD1\n"
                     "520  power on\n"
                     "540  -> SYNC_WORD1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(section_2_1_the_host_switches_the_module_off_first),
        cmocka_unit_test(section_2_1_for_as_long_as_configured),
        cmocka_unit_test(section_2_2_sync_words_come_every_20_ms_before_and_after_power_on),
        cmocka_unit_test(section_2_3_the_two_words_and_their_answers_lead_to_command_mode),
        cmocka_unit_test(section_2_4_a_cycle_that_takes_300_ms_is_given_up),
        cmocka_unit_test(section_2_4_an_answer_within_300_ms_is_in_time),
        cmocka_unit_test(section_2_5_no_sync_word_within_100_ms_and_the_module_runs_what_it_has),
        cmocka_unit_test(section_2_5_half_a_negotiation_within_100_ms_is_not_complete),
        cmocka_unit_test(section_2_5_the_last_millisecond_is_in_time),
        cmocka_unit_test(section_2_5_without_valid_firmware_there_is_nothing_to_run),
        cmocka_unit_test(section_2_6_in_command_mode_it_waits_for_ever),
        cmocka_unit_test(section_2_the_words_are_bare_bytes),
        cmocka_unit_test(section_2_sync_word1_again_is_answered_again),
        cmocka_unit_test(section_2_sync_word2_before_sync_word1_is_ignored),
        cmocka_unit_test(section_2_other_bytes_are_ignored),
        cmocka_unit_test(section_2_sync_words_in_command_mode_are_skipped),
        cmocka_unit_test(section_2_sync_word2_unanswered_goes_out_every_20_ms),
        cmocka_unit_test(section_2_attempts_are_as_many_as_configured),
        cmocka_unit_test(section_2_without_control_of_the_power_it_goes_on_until_the_limit),
        cmocka_unit_test(section_2_without_control_of_the_power_half_a_cycle_begins_anew),
        cmocka_unit_test(section_2_field_6000_sync_words_are_tolerated),
        cmocka_unit_test(section_2_field_stale_bytes_before_the_answer_are_tolerated),
        cmocka_unit_test(section_2_answers_from_before_power_on_do_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
