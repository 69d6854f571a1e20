/* SPDX-License-Identifier: MIT */
/* Section 5.3 of the protocol: the host's rules, sentence by sentence. */
#include <stdio.h>
#include <string.h>

#include "play.h"

#define SYNCED              \
    "0 -> SYNC_WORD1\n"     \
    "0 <- SYNC_WORD_RSP1\n" \
    "0 -> SYNC_WORD2\n"     \
    "0 <- SYNC_WORD_RSP2\n" \
    "0 -> BEGIN 1\n"
#define BEGUN               \
    SYNCED                  \
    "0 <- BEGIN_RSP 0 64\n" \
    "0 -> DATA 0 0 52\n"
#define ONE_BLOCK         \
    BEGUN                 \
    "1 <- DATA_RSP 0 1\n" \
    "1 -> DATA 1 52 48\n"
#define ENDED             \
    ONE_BLOCK             \
    "2 <- DATA_RSP 0 2\n" \
    "2 -> END\n"

/* The same with one packet of 10 bytes, and once more after a restart at that time. */
#define BEGUN_SHORT         \
    SYNCED                  \
    "0 <- BEGIN_RSP 0 64\n" \
    "0 -> DATA 0 0 10\n"
#define AGAIN(time)                                                                   \
    time " -> SYNC_WORD1\n" time " <- SYNC_WORD_RSP1\n" time " -> SYNC_WORD2\n" time  \
         " <- SYNC_WORD_RSP2\n" time " -> BEGIN 1\n" time " <- BEGIN_RSP 0 64\n" time \
         " -> DATA 0 0 10\n"

/* Two packets: of 52 bytes and of 48. Attempts are counted, so that an error is seen. */
static const struct gsmflash_host_config host = {.image_bytes = 100, .attempts = 1};

static void section_5_3_next_number_first_with_status_0_the_block_is_in(void **state)
{
    (void)state;
    struct gsmflash_report report = play_host(&host, ONE_BLOCK "");
    assert_int_equal(report.offset, 52);
}

static void section_5_3_next_number_first_with_status_4_the_block_is_in(void **state)
{
    (void)state;
    /* The first answer was lost; this one answers the repetition. */
    struct gsmflash_report report = play_host(&host, BEGUN "3000 -> DATA 0 0 52\n"
                                                           "3001 <- DATA_RSP 4 1\n"
                                                           "3001 -> DATA 1 52 48\n");
    assert_int_equal(report.offset, 52);
}

static void section_5_3_next_number_first_with_any_status_the_block_is_in(void **state)
{
    (void)state;
    play_host(&host, BEGUN "1 <- DATA_RSP 1 1\n"
                           "1 -> DATA 1 52 48\n");
    play_host(&host, BEGUN "1 <- DATA_RSP 2 1\n"
                           "1 -> DATA 1 52 48\n");
}

static void section_5_3_an_old_answer_with_status_0_is_ignored(void **state)
{
    (void)state;
    play_host(&host, ONE_BLOCK "2    <- DATA_RSP 0 1\n"
                               "3000 quiet\n"
                               "3001 -> DATA 1 52 48\n");
}

static void section_5_3_any_other_number_is_a_protocol_error(void **state)
{
    static const unsigned numbers[] = {0, 3, 52, 100, 0xFFFFFFFF};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        for (unsigned status = 0; status < 5; status++) {
            char figure[300];
            snprintf(figure, sizeof figure, ONE_BLOCK "2 <- DATA_RSP %u %u\n2 finished\n", status,
                     numbers[i]);
            struct gsmflash_report report = play_host(&host, figure);
            assert_int_equal(report.error, GSMFLASH_ERROR_SEQUENCE);
        }
    }
}

static void section_5_3_a_protocol_error_leads_to_a_restart(void **state)
{
    struct gsmflash_host_config twice = host;
    twice.attempts = 2;
    (void)state;
    struct gsmflash_report report = play_host(&twice, ONE_BLOCK "2 <- DATA_RSP 0 7\n"
                                                                "2 -> SYNC_WORD1\n");
    assert_int_equal(report.attempt, 2);
    assert_int_equal(report.error, GSMFLASH_ERROR_SEQUENCE);
}

static void section_5_3_status_1_is_obeyed_at_once_when_one_transmission_is_unanswered(void **state)
{
    (void)state;
    play_host(&host, ONE_BLOCK "2 <- DATA_RSP 1 1\n"
                               "2 -> DATA 1 52 48\n"
                               "3 <- DATA_RSP 1 1\n"
                               "3 -> DATA 1 52 48\n");
}

static void section_5_3_status_1_waits_when_more_are_unanswered(void **state)
{
    (void)state;
    /* Sent twice; the module answers the first with status 1 late: the second may be good. */
    play_host(&host, ONE_BLOCK "2    <- DATA_RSP 4 1\n"
                               "52   -> DATA 1 52 48\n"
                               "60   <- DATA_RSP 4 1\n"
                               "70   <- DATA_RSP 1 1\n"
                               "119  quiet\n"
                               "120  -> DATA 1 52 48\n");
}

static void section_5_3_status_4_is_obeyed_after_50_ms_of_silence(void **state)
{
    (void)state;
    play_host(&host, ONE_BLOCK "2   <- DATA_RSP 4 1\n"
                               "51  quiet\n"
                               "52  -> DATA 1 52 48\n");
    play_host(&host, ONE_BLOCK "2   <- DATA_RSP 4 1\n"
                               "40  <- bytes 00\n"
                               "89  quiet\n"
                               "90  -> DATA 1 52 48\n");
}

static void section_5_3_a_request_is_not_obeyed_if_the_block_is_in_meanwhile(void **state)
{
    (void)state;
    play_host(&host, ONE_BLOCK "2    <- DATA_RSP 4 1\n"
                               "51   <- DATA_RSP 0 2\n"
                               "51   -> END\n"
                               "3050 quiet\n");
}

static void section_5_3_doubled_answers_do_not_double_the_packets(void **state)
{
    struct gsmflash_host_config four = {.image_bytes = 208, .attempts = 1};
    (void)state;
    struct gsmflash_report report = play_host(&four, BEGUN "1   <- DATA_RSP 4 0, DATA_RSP 4 0\n"
                                                           "51  -> DATA 0 0 52\n"
                                                           "52  <- DATA_RSP 0 1, DATA_RSP 0 1\n"
                                                           "52  -> DATA 1 52 52\n"
                                                           "53  <- DATA_RSP 0 2, DATA_RSP 4 2\n"
                                                           "53  -> DATA 2 104 52\n"
                                                           "54  <- DATA_RSP 0 3, DATA_RSP 4 3\n"
                                                           "54  -> DATA 3 156 52\n"
                                                           "55  <- DATA_RSP 0 4, DATA_RSP 4 4\n"
                                                           "55  -> END\n"
                                                           "3054 quiet\n");
    assert_int_equal(report.repeats, 1);
}

static void section_5_3_an_answer_of_another_type_is_skipped(void **state)
{
    (void)state;
    play_host(&host, ONE_BLOCK "2    <- BEGIN_RSP 0 32, END_RSP 0, RUN_RSP 0, BEGIN_RSP 3 64\n"
                               "3000 quiet\n"
                               "3001 -> DATA 1 52 48\n"
                               "3002 <- DATA_RSP 0 2\n"
                               "3002 -> END\n"
                               "3003 <- DATA_RSP 0 2, RUN_RSP 0, BEGIN_RSP 0 64\n"
                               "3004 <- END_RSP 0\n"
                               "3004 -> RUN\n"
                               "3005 <- END_RSP 0, DATA_RSP 0 2\n"
                               "3006 <- RUN_RSP 0\n"
                               "3006 finished\n");
}

static void section_5_3_a_damaged_answer_to_data_is_a_sign_of_life(void **state)
{
    (void)state;
    struct gsmflash_report report = play_host(&host, ONE_BLOCK "2  <- DATA_RSP 0 2 damaged\n"
                                                               "51 quiet\n"
                                                               "52 -> DATA 1 52 48\n"
                                                               "53 <- DATA_RSP 4 2\n"
                                                               "53 -> END\n");
    assert_int_equal(report.cause, GSMFLASH_CAUSE_DAMAGED);
    assert_int_equal(report.repeats, 1);
}

static void section_5_3_half_an_answer_to_data_is_a_sign_of_life(void **state)
{
    (void)state;
    play_host(&host, ONE_BLOCK "2  <- DATA_RSP 0 2 first 5\n"
                               "52 -> DATA 1 52 48\n"
                               "53 <- DATA_RSP 4 2\n"
                               "53 -> END\n");
}

static void section_5_3_for_begin_end_and_run_the_3_s_run(void **state)
{
    (void)state;
    play_host(&host, SYNCED "1    <- BEGIN_RSP 0 64 damaged\n"
                            "3000 -> BEGIN 1\n"
                            "3001 <- BEGIN_RSP 3 64\n"
                            "3001 -> DATA 0 0 52\n");
    play_host(&host, ENDED "3    <- END_RSP 0 damaged\n"
                           "3002 -> END\n"
                           "3003 <- END_RSP 0\n"
                           "3003 -> RUN\n"
                           "3004 <- RUN_RSP 0 damaged\n"
                           "6003 -> RUN\n");
}

static void section_5_3_three_transmissions_met_by_silence_are_a_restart(void **state)
{
    (void)state;
    struct gsmflash_report report = play_host(&host, ONE_BLOCK "3001 -> DATA 1 52 48\n"
                                                               "6001 -> DATA 1 52 48\n"
                                                               "9000 quiet\n"
                                                               "9001 finished\n");
    assert_int_equal(report.error, GSMFLASH_ERROR_NO_ANSWER);
}

static void section_5_3_64_transmissions_of_one_packet_are_a_restart(void **state)
{
    char figure[6000] = ONE_BLOCK;
    size_t used = strlen(figure);
    (void)state;
    for (int i = 0; i < 63; i++) {
        used += (size_t)snprintf(figure + used, sizeof figure - used,
                                 "%d <- DATA_RSP 1 1\n%d -> DATA 1 52 48\n", i + 2, i + 2);
    }
    snprintf(figure + used, sizeof figure - used, "100 <- DATA_RSP 1 1\n100 finished\n");
    struct gsmflash_report report = play_host(&host, figure);
    assert_int_equal(report.error, GSMFLASH_ERROR_LINE);
    assert_int_equal(report.transmission, 64);
    assert_int_equal(report.repeats, 63);
}

static void section_5_3_restarts_are_as_many_as_configured(void **state)
{
    struct gsmflash_host_config thrice = {.image_bytes = 10};
    (void)state;
    struct gsmflash_report report = play_host(
        &thrice, BEGUN_SHORT
        "1 <- DATA_RSP 2 0\n" AGAIN("1") "2 <- DATA_RSP 2 0\n" AGAIN("2") "3 <- DATA_RSP 2 0\n"
                                                                          "3 finished\n");
    assert_int_equal(report.attempt, 3);
    assert_int_equal(report.error, GSMFLASH_ERROR_FLASH);
}

static void section_5_3_a_number_keeps_its_block(void **state)
{
    struct gsmflash_host_config noisy = {.image_bytes = 4000, .attempts = 1};
    (void)state;
    /* Packet 0 is repeated as it is; only the next one is smaller. */
    play_host(&noisy, SYNCED "0   <- BEGIN_RSP 0 1024\n"
                             "0   -> DATA 0 0 1012\n"
                             "100 <- DATA_RSP 1 0\n"
                             "100 -> DATA 0 0 1012\n"
                             "200 <- DATA_RSP 1 0\n"
                             "200 -> DATA 0 0 1012\n"
                             "300 <- DATA_RSP 0 1\n"
                             "300 -> DATA 1 1012 506\n"
                             "400 <- DATA_RSP 1 1\n"
                             "400 -> DATA 1 1012 506\n"
                             "500 <- DATA_RSP 0 2\n"
                             "500 -> DATA 2 1518 252\n");
}

static void section_5_3_blocks_grow_again_after_a_clean_run(void **state)
{
    struct gsmflash_host_config noisy = {.image_bytes = 60000, .attempts = 1};
    char figure[2000] = SYNCED "0 <- BEGIN_RSP 0 1024\n"
                               "0 -> DATA 0 0 1012\n"
                               "1 <- DATA_RSP 1 0\n"
                               "1 -> DATA 0 0 1012\n"
                               "2 <- DATA_RSP 0 1\n"
                               "2 -> DATA 1 1012 506\n";
    size_t used = strlen(figure);
    unsigned offset = 1012 + 506;
    (void)state;
    for (unsigned number = 2; number <= 8; number++, offset += 506) {
        used +=
            (size_t)snprintf(figure + used, sizeof figure - used,
                             "+1 <- DATA_RSP 0 %u\n+0 -> DATA %u %u 506\n", number, number, offset);
    }
    snprintf(figure + used, sizeof figure - used, "+1 <- DATA_RSP 0 9\n+0 -> DATA 9 %u 1012\n",
             offset);
    play_host(&noisy, figure);
}

static void section_5_3_begin_repeated_and_answered_by_status_3_was_heard(void **state)
{
    (void)state;
    play_host(&host, SYNCED "3000 -> BEGIN 1\n"
                            "3001 <- BEGIN_RSP 3 64\n"
                            "3001 -> DATA 0 0 52\n");
}

static void section_5_3_end_repeated_and_answered_by_status_4_run_tells(void **state)
{
    (void)state;
    struct gsmflash_report report = play_host(&host, ENDED "3002 -> END\n"
                                                           "3003 <- END_RSP 4\n"
                                                           "3003 -> RUN\n"
                                                           "3004 <- RUN_RSP 0\n"
                                                           "3004 finished\n");
    assert_int_equal(report.error, GSMFLASH_OK);
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_VALID);
}

static void section_5_3_and_run_refused_is_a_restart(void **state)
{
    (void)state;
    struct gsmflash_report report = play_host(&host, ENDED "3002 -> END\n"
                                                           "3003 <- END_RSP 4\n"
                                                           "3003 -> RUN\n"
                                                           "3004 <- RUN_RSP 2\n"
                                                           "3004 finished\n");
    assert_int_equal(report.error, GSMFLASH_ERROR_FLASH);
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_INVALID);
}

static void section_5_3_where_run_is_not_wanted_a_status_4_is_a_restart(void **state)
{
    struct gsmflash_host_config no_run = host;
    no_run.no_run = true;
    (void)state;
    struct gsmflash_report report = play_host(&no_run, ENDED "3002 -> END\n"
                                                             "3003 <- END_RSP 4\n"
                                                             "3003 finished\n");
    assert_int_equal(report.error, GSMFLASH_ERROR_REFUSED);
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_INVALID);
}

static void section_5_3_run_unanswered_is_neither_success_nor_failure(void **state)
{
    (void)state;
    struct gsmflash_report report = play_host(&host, ENDED "3    <- END_RSP 0\n"
                                                           "3    -> RUN\n"
                                                           "3003 -> RUN\n"
                                                           "6003 -> RUN\n"
                                                           "9003 finished\n");
    assert_int_equal(report.error, GSMFLASH_ERROR_NOT_STARTED);
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_VALID);
}

static void section_5_3_run_unanswered_the_module_is_restarted_without_sync_words(void **state)
{
    struct gsmflash_host_config power = {.image_bytes = 10, .power = true};
    (void)state;
    struct gsmflash_report report = play_host(&power, "0    power off\n"
                                                      "500  -> SYNC_WORD1\n"
                                                      "520  -> SYNC_WORD1\n"
                                                      "520  power on\n"
                                                      "530  <- SYNC_WORD_RSP1\n"
                                                      "530  -> SYNC_WORD2\n"
                                                      "530  <- SYNC_WORD_RSP2\n"
                                                      "530  -> BEGIN 1\n"
                                                      "531  <- BEGIN_RSP 0 64\n"
                                                      "531  -> DATA 0 0 10\n"
                                                      "532  <- DATA_RSP 0 1\n"
                                                      "532  -> END\n"
                                                      "533  <- END_RSP 0\n"
                                                      "533  -> RUN\n"
                                                      "3533 -> RUN\n"
                                                      "6533 -> RUN\n"
                                                      "9533 power off\n"
                                                      "10033 power on\n"
                                                      "10033 finished\n");
    assert_int_equal(report.error, GSMFLASH_ERROR_NOT_STARTED);
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_VALID);
    assert_int_equal(report.attempt, 1);
}

static void section_5_3_success_only_after_end_and_run_with_status_0(void **state)
{
    (void)state;
    struct gsmflash_report report = play_host(&host, ENDED "3 <- END_RSP 0\n"
                                                           "3 -> RUN\n");
    assert_int_not_equal(report.phase, GSMFLASH_PHASE_FINISHED);
    report = play_host(&host, ENDED "3 <- END_RSP 2\n"
                                    "3 finished\n");
    assert_int_equal(report.error, GSMFLASH_ERROR_FLASH);
    report = play_host(&host, ENDED "3 <- END_RSP 0\n"
                                    "3 -> RUN\n"
                                    "4 <- RUN_RSP 0\n"
                                    "4 finished\n");
    assert_int_equal(report.error, GSMFLASH_OK);
}

static void section_5_3_from_begin_to_a_good_end_the_firmware_may_be_invalid(void **state)
{
    static const struct {
        const char *figure;
        enum gsmflash_firmware firmware;
    } cases[] = {
        {"0 -> SYNC_WORD1\n", GSMFLASH_FIRMWARE_UNTOUCHED},
        {"0 -> SYNC_WORD1\n0 <- SYNC_WORD_RSP1\n0 -> SYNC_WORD2\n", GSMFLASH_FIRMWARE_UNTOUCHED},
        {SYNCED, GSMFLASH_FIRMWARE_INVALID},
        {BEGUN, GSMFLASH_FIRMWARE_INVALID},
        {ONE_BLOCK, GSMFLASH_FIRMWARE_INVALID},
        {ENDED, GSMFLASH_FIRMWARE_INVALID},
        {ENDED "3 <- END_RSP 0\n3 -> RUN\n", GSMFLASH_FIRMWARE_VALID},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct gsmflash_report report = play_host(&host, cases[i].figure);
        assert_int_equal(report.firmware, cases[i].firmware);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(section_5_3_next_number_first_with_status_0_the_block_is_in),
        cmocka_unit_test(section_5_3_next_number_first_with_status_4_the_block_is_in),
        cmocka_unit_test(section_5_3_next_number_first_with_any_status_the_block_is_in),
        cmocka_unit_test(section_5_3_an_old_answer_with_status_0_is_ignored),
        cmocka_unit_test(section_5_3_any_other_number_is_a_protocol_error),
        cmocka_unit_test(section_5_3_a_protocol_error_leads_to_a_restart),
        cmocka_unit_test(
            section_5_3_status_1_is_obeyed_at_once_when_one_transmission_is_unanswered),
        cmocka_unit_test(section_5_3_status_1_waits_when_more_are_unanswered),
        cmocka_unit_test(section_5_3_status_4_is_obeyed_after_50_ms_of_silence),
        cmocka_unit_test(section_5_3_a_request_is_not_obeyed_if_the_block_is_in_meanwhile),
        cmocka_unit_test(section_5_3_doubled_answers_do_not_double_the_packets),
        cmocka_unit_test(section_5_3_an_answer_of_another_type_is_skipped),
        cmocka_unit_test(section_5_3_a_damaged_answer_to_data_is_a_sign_of_life),
        cmocka_unit_test(section_5_3_half_an_answer_to_data_is_a_sign_of_life),
        cmocka_unit_test(section_5_3_for_begin_end_and_run_the_3_s_run),
        cmocka_unit_test(section_5_3_three_transmissions_met_by_silence_are_a_restart),
        cmocka_unit_test(section_5_3_64_transmissions_of_one_packet_are_a_restart),
        cmocka_unit_test(section_5_3_restarts_are_as_many_as_configured),
        cmocka_unit_test(section_5_3_a_number_keeps_its_block),
        cmocka_unit_test(section_5_3_blocks_grow_again_after_a_clean_run),
        cmocka_unit_test(section_5_3_begin_repeated_and_answered_by_status_3_was_heard),
        cmocka_unit_test(section_5_3_end_repeated_and_answered_by_status_4_run_tells),
        cmocka_unit_test(section_5_3_and_run_refused_is_a_restart),
        cmocka_unit_test(section_5_3_where_run_is_not_wanted_a_status_4_is_a_restart),
        cmocka_unit_test(section_5_3_run_unanswered_is_neither_success_nor_failure),
        cmocka_unit_test(section_5_3_run_unanswered_the_module_is_restarted_without_sync_words),
        cmocka_unit_test(section_5_3_success_only_after_end_and_run_with_status_0),
        cmocka_unit_test(section_5_3_from_begin_to_a_good_end_the_firmware_may_be_invalid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
