/* SPDX-License-Identifier: MIT */
/* Section 5.4 of the protocol: a module that was left in command mode, and resuming a download. */
#include <stdio.h>

#include "play.h"

/* The host asks between its sync words: silence, BEGIN, a pause for the answer. */
#define ASKED     \
    "119 quiet\n" \
    "120 -> BEGIN 1\n"
#define PROBED                \
    ASKED                     \
    "130 <- BEGIN_RSP 3 64\n" \
    "130 -> DATA 0xFFFFFFFF 0 1\n"

static const struct gsmflash_mark by_packets = {
    .number = 0, .offset = 0, .block_bytes = 52, .unit = GSMFLASH_UNIT_PACKETS};
static const struct gsmflash_mark by_bytes = {
    .number = 0, .offset = 0, .block_bytes = 52, .unit = GSMFLASH_UNIT_BYTES};

static struct gsmflash_host_config resuming(const struct gsmflash_mark *mark)
{
    return (struct gsmflash_host_config){.image_bytes = 150, .resume = mark, .attempts = 1};
}

static void section_5_4_a_module_in_command_mode_does_not_answer_sync_words(void **state)
{
    const struct gsmflash_module_config module = {0};
    (void)state;
    play_module(&module, true,
                "0    -> SYNC_WORD1\n"
                "0    <- SYNC_WORD_RSP1\n"
                "0    -> SYNC_WORD2\n"
                "0    <- SYNC_WORD_RSP2\n"
                "20   -> SYNC_WORD1 every 20 until 4000\n"
                "4020 quiet\n");
}

static void section_5_4_the_host_sends_begin_once_a_second_between_its_sync_words(void **state)
{
    struct gsmflash_host_config host = resuming(&by_packets);
    (void)state;
    play_host(&host, ASKED "220  -> SYNC_WORD1 every 20 until 960\n"
                           "1099 quiet\n"
                           "1100 -> BEGIN 1\n"
                           "1200 -> SYNC_WORD1 every 20 until 1940\n"
                           "2080 -> BEGIN 1\n"
                           "2180 -> SYNC_WORD1\n"
                           "2185 <- SYNC_WORD_RSP1\n"
                           "2185 -> SYNC_WORD2\n");
}

static void section_5_4_status_0_it_was_in_command_mode_go_on(void **state)
{
    struct gsmflash_host_config host = resuming(&by_packets);
    (void)state;
    play_host(&host, ASKED "130 <- BEGIN_RSP 0 64\n"
                           "130 -> DATA 0 0 52\n");
}

static void section_5_4_without_a_reason_it_never_sends_begin(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 150};
    (void)state;
    struct gsmflash_report report = play_host(&host, "0     -> SYNC_WORD1 every 20 until 59980\n"
                                                     "60000 finished\n");
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_UNTOUCHED);
}

static void section_5_4_begin_makes_the_firmware_suspect_answered_or_not(void **state)
{
    struct gsmflash_host_config host = resuming(&by_packets);
    host.sync_timeout_ms = 300;
    (void)state;
    struct gsmflash_report report = play_host(&host, ASKED "220 -> SYNC_WORD1 every 20 until 280\n"
                                                           "300 finished\n");
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_INVALID);
}

static void section_5_4_status_3_it_asks_where_the_module_stands_and_resumes(void **state)
{
    struct gsmflash_host_config host = resuming(&by_packets);
    (void)state;
    struct gsmflash_report report = play_host(&host, PROBED "140 <- DATA_RSP 4 2\n"
                                                            "140 -> DATA 2 104 46\n"
                                                            "150 <- DATA_RSP 0 3\n"
                                                            "150 -> END\n");
    assert_int_equal(report.offset, 150);
}

static void section_5_4_in_bytes_too(void **state)
{
    struct gsmflash_host_config host = resuming(&by_bytes);
    (void)state;
    play_host(&host, PROBED "140 <- DATA_RSP 4 52\n"
                            "140 -> DATA 52 52 52\n"
                            "150 <- DATA_RSP 0 104\n"
                            "150 -> DATA 104 104 46\n");
}

static void section_5_4_all_blocks_are_in_then_only_end_is_missing(void **state)
{
    struct gsmflash_host_config host = resuming(&by_packets);
    (void)state;
    play_host(&host, PROBED "140 <- DATA_RSP 4 3\n"
                            "140 -> END\n");
}

static void section_5_4_nothing_is_in_yet_then_it_begins_at_the_first_byte(void **state)
{
    struct gsmflash_host_config host = resuming(&by_packets);
    (void)state;
    play_host(&host, PROBED "140 <- DATA_RSP 4 0\n"
                            "140 -> DATA 0 0 52\n");
}

static void section_5_4_the_marks_place_need_not_be_the_beginning(void **state)
{
    static const struct gsmflash_mark later = {
        .number = 5, .offset = 100, .block_bytes = 20, .unit = GSMFLASH_UNIT_PACKETS};
    struct gsmflash_host_config host = resuming(&later);
    (void)state;
    play_host(&host, PROBED "140 <- DATA_RSP 4 6\n"
                            "140 -> DATA 6 120 20\n");
}

static void section_5_4_what_does_not_fit_is_not_resumed(void **state)
{
    static const unsigned packets[] = {4, 52, 0xFFFFFFFF};
    static const unsigned bytes[] = {1, 51, 53, 151};
    char figure[300];
    (void)state;
    for (size_t i = 0; i < sizeof packets / sizeof *packets; i++) {
        struct gsmflash_host_config host = resuming(&by_packets);
        host.sync_timeout_ms = 5000;
        snprintf(figure, sizeof figure, PROBED "140 <- DATA_RSP 4 %u\n140 -> SYNC_WORD1\n",
                 packets[i]);
        struct gsmflash_report report = play_host(&host, figure);
        assert_int_equal(report.error, GSMFLASH_ERROR_OPEN);
    }
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
        struct gsmflash_host_config host = resuming(&by_bytes);
        snprintf(figure, sizeof figure, PROBED "140 <- DATA_RSP 4 %u\n140 -> SYNC_WORD1\n",
                 bytes[i]);
        struct gsmflash_report report = play_host(&host, figure);
        assert_int_equal(report.error, GSMFLASH_ERROR_OPEN);
    }
}

static void section_5_4_a_mark_with_larger_blocks_than_the_mtu_allows_does_not_fit(void **state)
{
    static const struct gsmflash_mark large = {.block_bytes = 54, .unit = GSMFLASH_UNIT_PACKETS};
    struct gsmflash_host_config host = resuming(&large);
    (void)state;
    struct gsmflash_report report = play_host(&host, PROBED "140 <- DATA_RSP 4 1\n"
                                                            "140 -> SYNC_WORD1\n");
    assert_int_equal(report.error, GSMFLASH_ERROR_OPEN);
}

static void section_5_4_what_does_not_fit_restarts_the_module_where_the_host_can(void **state)
{
    struct gsmflash_host_config host = resuming(&by_packets);
    host.power = true;
    (void)state;
    play_host(&host, PROBED "140 <- DATA_RSP 4 9\n"
                            "140 power off\n"
                            "640 -> SYNC_WORD1\n"
                            "660 -> SYNC_WORD1\n"
                            "660 power on\n");
}

static void section_5_4_an_open_download_without_a_reason_is_not_resumed(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 150, .attempts = 1};
    (void)state;
    /* The first BEGIN of a host that knows of no download meets status 3. */
    struct gsmflash_report report = play_host(&host, "0 -> SYNC_WORD1\n"
                                                     "0 <- SYNC_WORD_RSP1\n"
                                                     "0 -> SYNC_WORD2\n"
                                                     "0 <- SYNC_WORD_RSP2\n"
                                                     "0 -> BEGIN 1\n"
                                                     "1 <- BEGIN_RSP 3 64\n"
                                                     "1 -> DATA 0xFFFFFFFF 0 1\n"
                                                     "2 <- DATA_RSP 4 2\n"
                                                     "2 finished\n");
    assert_int_equal(report.error, GSMFLASH_ERROR_OPEN);
}

static void section_5_4_the_module_answers_the_probe_and_stays_as_it_is(void **state)
{
    const struct gsmflash_module_config module = {0};
    (void)state;
    play_module(&module, true,
                "0    -> SYNC_WORD1\n"
                "0    <- SYNC_WORD_RSP1\n"
                "0    -> SYNC_WORD2\n"
                "0    <- SYNC_WORD_RSP2\n"
                "0    -> BEGIN 1\n"
                "0    invalidate\n"
                "0    <- BEGIN_RSP 0 64\n"
                "1    -> DATA 0 0 52\n"
                "1    write 0 52\n"
                "1    <- DATA_RSP 0 1\n"
                "2    -> DATA 1 52 20 first 17\n"
                "50   -> SYNC_WORD1\n"
                "150  <- DATA_RSP 4 1\n"
                "200  -> BEGIN 1\n"
                "200  <- BEGIN_RSP 3 64\n"
                "201  -> DATA 0xFFFFFFFF 0 1\n"
                "201  <- DATA_RSP 4 1\n"
                "202  -> DATA 1 52 20\n"
                "202  write 52 20\n"
                "202  <- DATA_RSP 0 2\n"
                "203  -> END\n"
                "253  validate 72\n"
                "253  <- END_RSP 0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(section_5_4_a_module_in_command_mode_does_not_answer_sync_words),
        cmocka_unit_test(section_5_4_the_host_sends_begin_once_a_second_between_its_sync_words),
        cmocka_unit_test(section_5_4_status_0_it_was_in_command_mode_go_on),
        cmocka_unit_test(section_5_4_without_a_reason_it_never_sends_begin),
        cmocka_unit_test(section_5_4_begin_makes_the_firmware_suspect_answered_or_not),
        cmocka_unit_test(section_5_4_status_3_it_asks_where_the_module_stands_and_resumes),
        cmocka_unit_test(section_5_4_in_bytes_too),
        cmocka_unit_test(section_5_4_all_blocks_are_in_then_only_end_is_missing),
        cmocka_unit_test(section_5_4_nothing_is_in_yet_then_it_begins_at_the_first_byte),
        cmocka_unit_test(section_5_4_the_marks_place_need_not_be_the_beginning),
        cmocka_unit_test(section_5_4_what_does_not_fit_is_not_resumed),
        cmocka_unit_test(section_5_4_a_mark_with_larger_blocks_than_the_mtu_allows_does_not_fit),
        cmocka_unit_test(section_5_4_what_does_not_fit_restarts_the_module_where_the_host_can),
        cmocka_unit_test(section_5_4_an_open_download_without_a_reason_is_not_resumed),
        cmocka_unit_test(section_5_4_the_module_answers_the_probe_and_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
