/* SPDX-License-Identifier: MIT */
/* Section 4 of the protocol, sentence by sentence: the download. */
#include <stdio.h>
#include <string.h>

#include "play.h"

/* Both ends of the negotiation, as far as it takes to begin. */
#define HOST_SYNCED         \
    "0 -> SYNC_WORD1\n"     \
    "0 <- SYNC_WORD_RSP1\n" \
    "0 -> SYNC_WORD2\n"     \
    "0 <- SYNC_WORD_RSP2\n" \
    "0 -> BEGIN 1\n"
#define MODULE_BEGUN        \
    "0 -> SYNC_WORD1\n"     \
    "0 <- SYNC_WORD_RSP1\n" \
    "0 -> SYNC_WORD2\n"     \
    "0 <- SYNC_WORD_RSP2\n" \
    "0 -> BEGIN 1\n"        \
    "0 invalidate\n"        \
    "0 <- BEGIN_RSP 0 64\n"

static const struct gsmflash_module_config module = {0};

static struct gsmflash_host_config image_of(uint32_t bytes)
{
    return (struct gsmflash_host_config){.image_bytes = bytes};
}

static void section_4_each_command_is_answered_before_the_next(void **state)
{
    struct gsmflash_host_config host = image_of(60);
    (void)state;
    struct gsmflash_report report = play_host(&host, HOST_SYNCED "2999 quiet\n"
                                                                 "2999 <- BEGIN_RSP 0 64\n"
                                                                 "+0   -> DATA 0 0 52\n"
                                                                 "+2999 quiet\n"
                                                                 "+0   <- DATA_RSP 0 1\n"
                                                                 "+0   -> DATA 1 52 8\n"
                                                                 "+2999 quiet\n"
                                                                 "+0   <- DATA_RSP 0 2\n"
                                                                 "+0   -> END\n"
                                                                 "+2999 quiet\n"
                                                                 "+0   <- END_RSP 0\n"
                                                                 "+0   -> RUN\n"
                                                                 "+2999 quiet\n"
                                                                 "+0   <- RUN_RSP 0\n"
                                                                 "+0   finished\n");
    assert_int_equal(report.error, GSMFLASH_OK);
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_VALID);
    assert_int_equal(report.repeats, 0);
    assert_int_equal(report.offset, 60);
}

static void section_4_1_the_length_counts_number_and_block(void **state)
{
    struct gsmflash_host_config host = image_of(2048);
    host.block_bytes = 1024;
    (void)state;
    play_host(&host, HOST_SYNCED "1 <- BEGIN_RSP 0 1035\n"
                                 "1 -> DATA 0 0 1024\n");
    /* The same, and no figure of ours between: AA 0003 0404 00000000 and the block. */
    host.image = play_image();
    struct gsmflash_host direct;
    gsmflash_host_start(&direct, &host, 0);
    gsmflash_host_next(&direct, 0);
    static const uint8_t answers[] = {0x5B, 0x9A, 0xAA, 0, 2, 0, 4, 0, 0, 4, 0x0B};
    gsmflash_host_receive(&direct, answers, 1, 0);
    while (gsmflash_host_next(&direct, 0).kind == GSMFLASH_HOST_SEND) {
    }
    gsmflash_host_receive(&direct, answers + 1, 1, 0);
    while (gsmflash_host_next(&direct, 0).kind == GSMFLASH_HOST_SEND) {
    }
    uint8_t begin_rsp[11];
    memcpy(begin_rsp, answers + 2, 9);
    gsmflash_frame_seal(begin_rsp, 9);
    gsmflash_host_receive(&direct, begin_rsp, 11, 0);
    struct gsmflash_host_step step = gsmflash_host_next(&direct, 0);
    static const uint8_t header[] = {0xAA, 0x00, 0x03, 0x04, 0x04, 0, 0, 0, 0};
    assert_int_equal(step.kind, GSMFLASH_HOST_SEND);
    assert_int_equal(step.send.size, sizeof header);
    assert_memory_equal(step.send.data, header, sizeof header);
}

static void section_4_2_a_frame_is_never_longer_than_the_mtu(void **state)
{
    static const struct {
        unsigned mtu, block;
    } cases[] = {{13, 2},    {14, 2},      {63, 52},     {64, 52},      {65, 54},
                 {256, 244}, {1024, 1012}, {4096, 4084}, {65535, 65524}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct gsmflash_host_config host = image_of(PLAY_IMAGE_BYTES);
        char figure[300];
        snprintf(figure, sizeof figure, HOST_SYNCED "1 <- BEGIN_RSP 0 %u\n1 -> DATA 0 0 %u\n",
                 cases[i].mtu, cases[i].block);
        play_host(&host, figure);
        assert_true(cases[i].block + 11 <= cases[i].mtu);
    }
}

static void section_4_2_a_smaller_block_may_be_asked_for(void **state)
{
    struct gsmflash_host_config host = image_of(100);
    host.block_bytes = 48;
    (void)state;
    play_host(&host, HOST_SYNCED "1 <- BEGIN_RSP 0 1024\n"
                                 "1 -> DATA 0 0 48\n"
                                 "2 <- DATA_RSP 0 1\n"
                                 "2 -> DATA 1 48 48\n"
                                 "3 <- DATA_RSP 0 2\n"
                                 "3 -> DATA 2 96 4\n");
}

static void section_4_3_numbers_start_at_0(void **state)
{
    struct gsmflash_host_config host = image_of(100);
    (void)state;
    play_host(&host, HOST_SYNCED "1 <- BEGIN_RSP 0 64\n"
                                 "1 -> DATA 0 0 52\n");
    play_module(&module, true,
                MODULE_BEGUN "1 -> DATA 1 0 52\n"
                             "1 <- DATA_RSP 4 0\n"
                             "2 -> DATA 0 0 52\n"
                             "2 write 0 52\n"
                             "2 <- DATA_RSP 0 1\n");
}

static void section_4_3_and_start_at_0_again_with_each_download(void **state)
{
    (void)state;
    play_module(&module, true,
                MODULE_BEGUN "1 -> DATA 0 0 52\n"
                             "1 write 0 52\n"
                             "1 <- DATA_RSP 0 1\n"
                             "2 -> END\n"
                             "52 validate 52\n"
                             "52 <- END_RSP 0\n"
                             "53 -> BEGIN 1\n"
                             "53 invalidate\n"
                             "53 <- BEGIN_RSP 0 64\n"
                             "54 -> DATA 0 0 8\n"
                             "54 write 0 8\n"
                             "54 <- DATA_RSP 0 1\n");
}

static void section_4_4_success_is_answered_only_once_the_block_is_written(void **state)
{
    (void)state;
    play_module(&module, true,
                MODULE_BEGUN "1   -> DATA 0 0 52\n"
                             "501 write 0 52 since 1\n"
                             "501 <- DATA_RSP 0 1\n");
}

static void section_4_5_status_1_the_packet_is_sent_again(void **state)
{
    struct gsmflash_host_config host = image_of(100);
    (void)state;
    struct gsmflash_report report = play_host(&host, HOST_SYNCED "1  <- BEGIN_RSP 0 64\n"
                                                                 "1  -> DATA 0 0 52\n"
                                                                 "10 <- DATA_RSP 0 1\n"
                                                                 "10 -> DATA 1 52 48\n"
                                                                 "20 <- DATA_RSP 1 1\n"
                                                                 "20 -> DATA 1 52 48\n"
                                                                 "30 <- DATA_RSP 0 2\n"
                                                                 "30 -> END\n");
    assert_int_equal(report.repeats, 1);
    assert_int_equal(report.cause, GSMFLASH_CAUSE_STATUS);
    assert_int_equal(report.module_status, GSMFLASH_CRC_ERROR);
}

static void section_4_5_status_4_the_packet_is_sent_again(void **state)
{
    struct gsmflash_host_config host = image_of(100);
    (void)state;
    struct gsmflash_report report = play_host(&host, HOST_SYNCED "1  <- BEGIN_RSP 0 64\n"
                                                                 "1  -> DATA 0 0 52\n"
                                                                 "10 <- DATA_RSP 4 0\n"
                                                                 "60 -> DATA 0 0 52\n"
                                                                 "70 <- DATA_RSP 0 1\n"
                                                                 "70 -> DATA 1 52 48\n");
    assert_int_equal(report.module_status, GSMFLASH_PACKAGE_ERROR);
}

static void section_4_5_status_2_the_module_is_restarted_and_all_downloaded_again(void **state)
{
    struct gsmflash_host_config host = image_of(100);
    host.power = true;
    (void)state;
    struct gsmflash_report report = play_host(&host, "0    power off\n"
                                                     "500  -> SYNC_WORD1\n"
                                                     "520  -> SYNC_WORD1\n"
                                                     "520  power on\n"
                                                     "530  <- SYNC_WORD_RSP1\n"
                                                     "530  -> SYNC_WORD2\n"
                                                     "530  <- SYNC_WORD_RSP2\n"
                                                     "530  -> BEGIN 1\n"
                                                     "531  <- BEGIN_RSP 0 64\n"
                                                     "531  -> DATA 0 0 52\n"
                                                     "540  <- DATA_RSP 0 1\n"
                                                     "540  -> DATA 1 52 48\n"
                                                     "550  <- DATA_RSP 2 1\n"
                                                     "550  power off\n"
                                                     "1050 -> SYNC_WORD1\n"
                                                     "1070 -> SYNC_WORD1\n"
                                                     "1070 power on\n"
                                                     "1080 <- SYNC_WORD_RSP1\n"
                                                     "1080 -> SYNC_WORD2\n"
                                                     "1080 <- SYNC_WORD_RSP2\n"
                                                     "1080 -> BEGIN 1\n"
                                                     "1081 <- BEGIN_RSP 0 64\n"
                                                     "1081 -> DATA 0 0 52\n");
    assert_int_equal(report.attempt, 2);
    assert_int_equal(report.error, GSMFLASH_ERROR_FLASH);
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_INVALID);
}

static void section_4_6_blocks_are_even_the_last_excepted(void **state)
{
    struct gsmflash_host_config host = image_of(107);
    (void)state;
    play_host(&host, HOST_SYNCED "1 <- BEGIN_RSP 0 64\n"
                                 "1 -> DATA 0 0 52\n"
                                 "2 <- DATA_RSP 0 1\n"
                                 "2 -> DATA 1 52 52\n"
                                 "3 <- DATA_RSP 0 2\n"
                                 "3 -> DATA 2 104 3\n"
                                 "4 <- DATA_RSP 0 3\n"
                                 "4 -> END\n");
}

static void section_4_6_an_odd_block_cannot_be_asked_for(void **state)
{
    struct gsmflash_host_config host = image_of(107);
    host.block_bytes = 51;
    (void)state;
    struct gsmflash_report report = play_host(&host, "0 finished\n");
    assert_int_equal(report.error, GSMFLASH_ERROR_CONFIG);
}

static void section_4_7_end_leaves_download_mode_and_run_starts_the_application(void **state)
{
    (void)state;
    struct gsmflash_module end = play_module(&module, true,
                                             MODULE_BEGUN "1 -> DATA 0 0 52\n"
                                                          "1 write 0 52\n"
                                                          "1 <- DATA_RSP 0 1\n"
                                                          "2 -> END\n"
                                                          "52 validate 52\n"
                                                          "52 <- END_RSP 0\n"
                                                          "53 -> DATA 1 52 8\n"
                                                          "53 <- DATA_RSP 4 0\n"
                                                          "54 -> RUN\n"
                                                          "54 <- RUN_RSP 0\n"
                                                          "54 start\n");
    assert_int_equal(end.state, GSMFLASH_MODULE_STARTED);
}

static void section_4_7_where_running_is_not_wanted_it_ends_with_end(void **state)
{
    struct gsmflash_host_config host = image_of(10);
    host.no_run = true;
    (void)state;
    struct gsmflash_report report = play_host(&host, HOST_SYNCED "1 <- BEGIN_RSP 0 64\n"
                                                                 "1 -> DATA 0 0 10\n"
                                                                 "2 <- DATA_RSP 0 1\n"
                                                                 "2 -> END\n"
                                                                 "3 <- END_RSP 0\n"
                                                                 "3 finished\n");
    assert_int_equal(report.error, GSMFLASH_OK);
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_VALID);
}

static void section_4_8_a_command_unanswered_for_3_s_is_sent_again(void **state)
{
    struct gsmflash_host_config host = image_of(10);
    (void)state;
    struct gsmflash_report report = play_host(&host, HOST_SYNCED "2999  quiet\n"
                                                                 "3000  -> BEGIN 1\n"
                                                                 "3500  <- BEGIN_RSP 0 64\n"
                                                                 "3500  -> DATA 0 0 10\n"
                                                                 "6500  -> DATA 0 0 10\n"
                                                                 "6600  <- DATA_RSP 0 1\n"
                                                                 "6600  -> END\n"
                                                                 "9600  -> END\n"
                                                                 "9700  <- END_RSP 0\n"
                                                                 "9700  -> RUN\n"
                                                                 "12700 -> RUN\n"
                                                                 "12702 <- RUN_RSP 0\n"
                                                                 "12702 finished\n");
    assert_int_equal(report.error, GSMFLASH_OK);
    assert_int_equal(report.repeats, 4);
    assert_int_equal(report.cause, GSMFLASH_CAUSE_SILENCE);
}

static void section_4_8_the_3_s_run_from_the_last_byte_on_the_wire(void **state)
{
    struct gsmflash_host_config host = image_of(1012);
    host.byte_time_us = GSMFLASH_BYTE_TIME_US;
    (void)state;
    /* 1023 bytes take 88.8 ms; BEGIN's 11 take one. The host rounds up. */
    play_host(&host, HOST_SYNCED "1    <- BEGIN_RSP 0 1024\n"
                                 "1    -> DATA 0 0 1012\n"
                                 "3089 quiet\n"
                                 "<3100 -> DATA 0 0 1012\n");
}

static void section_4_8_after_three_transmissions_without_an_answer_it_restarts(void **state)
{
    struct gsmflash_host_config host = image_of(10);
    host.power = true;
    host.attempts = 2;
    (void)state;
    struct gsmflash_report report = play_host(&host, "0     power off\n"
                                                     "500   -> SYNC_WORD1\n"
                                                     "520   -> SYNC_WORD1\n"
                                                     "520   power on\n"
                                                     "530   <- SYNC_WORD_RSP1\n"
                                                     "530   -> SYNC_WORD2\n"
                                                     "530   <- SYNC_WORD_RSP2\n"
                                                     "530   -> BEGIN 1 every 3000 until 6530\n"
                                                     "9529  quiet\n"
                                                     "9530  power off\n"
                                                     "10030 -> SYNC_WORD1\n"
                                                     "10050 -> SYNC_WORD1\n"
                                                     "10050 power on\n"
                                                     "10060 <- SYNC_WORD_RSP1\n"
                                                     "10060 -> SYNC_WORD2\n"
                                                     "10060 <- SYNC_WORD_RSP2\n"
                                                     "10060 -> BEGIN 1\n"
                                                     "10061 <- BEGIN_RSP 0 64\n"
                                                     "10061 -> DATA 0 0 10 every 3000 until 16061\n"
                                                     "19061 finished\n");
    assert_int_equal(report.error, GSMFLASH_ERROR_NO_ANSWER);
    assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_INVALID);
    assert_int_equal(report.attempt, 2);
}

static void section_4_8_without_control_of_the_power_it_synchronises_anew(void **state)
{
    struct gsmflash_host_config host = image_of(10);
    (void)state;
    play_host(&host, HOST_SYNCED "3000 -> BEGIN 1 every 3000 until 6000\n"
                                 "9000 -> SYNC_WORD1 every 20 until 9100\n"
                                 "9101 <- SYNC_WORD_RSP1\n"
                                 "9101 -> SYNC_WORD2\n"
                                 "9101 <- SYNC_WORD_RSP2\n"
                                 "9101 -> BEGIN 1\n");
}

static void section_4_numbers_count_packets(void **state)
{
    struct gsmflash_host_config host = image_of(150);
    (void)state;
    play_host(&host, HOST_SYNCED "1 <- BEGIN_RSP 0 64\n"
                                 "1 -> DATA 0 0 52\n"
                                 "2 <- DATA_RSP 0 1\n"
                                 "2 -> DATA 1 52 52\n"
                                 "3 <- DATA_RSP 0 2\n"
                                 "3 -> DATA 2 104 46\n");
}

static void section_4_a_module_that_counts_bytes_is_believed(void **state)
{
    struct gsmflash_host_config host = image_of(150);
    (void)state;
    struct gsmflash_report report = play_host(&host, HOST_SYNCED "1 <- BEGIN_RSP 0 64\n"
                                                                 "1 -> DATA 0 0 52\n"
                                                                 "2 <- DATA_RSP 0 52\n"
                                                                 "2 -> DATA 52 52 52\n"
                                                                 "3 <- DATA_RSP 0 104\n"
                                                                 "3 -> DATA 104 104 46\n"
                                                                 "4 <- DATA_RSP 0 150\n"
                                                                 "4 -> END\n");
    assert_int_equal(report.error, GSMFLASH_OK);
    struct gsmflash_module_config counts_bytes = {.count_bytes = true};
    play_module(&counts_bytes, true,
                MODULE_BEGUN "1 -> DATA 0 0 52\n"
                             "1 write 0 52\n"
                             "1 <- DATA_RSP 0 52\n"
                             "2 -> DATA 52 52 10\n"
                             "2 write 52 10\n"
                             "2 <- DATA_RSP 0 62\n"
                             "3 -> END\n"
                             "53 validate 62\n"
                             "53 <- END_RSP 0\n");
}

static void section_4_any_other_first_number_is_a_protocol_error(void **state)
{
    static const unsigned numbers[] = {2, 51, 53, 0xFFFFFFFF};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct gsmflash_host_config host = image_of(150);
        host.attempts = 1;
        char figure[300];
        snprintf(figure, sizeof figure,
                 HOST_SYNCED "1 <- BEGIN_RSP 0 64\n"
                             "1 -> DATA 0 0 52\n"
                             "2 <- DATA_RSP 0 %u\n"
                             "2 finished\n",
                 numbers[i]);
        struct gsmflash_report report = play_host(&host, figure);
        assert_int_equal(report.error, GSMFLASH_ERROR_SEQUENCE);
        assert_int_equal(report.firmware, GSMFLASH_FIRMWARE_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(section_4_each_command_is_answered_before_the_next),
        cmocka_unit_test(section_4_1_the_length_counts_number_and_block),
        cmocka_unit_test(section_4_2_a_frame_is_never_longer_than_the_mtu),
        cmocka_unit_test(section_4_2_a_smaller_block_may_be_asked_for),
        cmocka_unit_test(section_4_3_numbers_start_at_0),
        cmocka_unit_test(section_4_3_and_start_at_0_again_with_each_download),
        cmocka_unit_test(section_4_4_success_is_answered_only_once_the_block_is_written),
        cmocka_unit_test(section_4_5_status_1_the_packet_is_sent_again),
        cmocka_unit_test(section_4_5_status_4_the_packet_is_sent_again),
        cmocka_unit_test(section_4_5_status_2_the_module_is_restarted_and_all_downloaded_again),
        cmocka_unit_test(section_4_6_blocks_are_even_the_last_excepted),
        cmocka_unit_test(section_4_6_an_odd_block_cannot_be_asked_for),
        cmocka_unit_test(section_4_7_end_leaves_download_mode_and_run_starts_the_application),
        cmocka_unit_test(section_4_7_where_running_is_not_wanted_it_ends_with_end),
        cmocka_unit_test(section_4_8_a_command_unanswered_for_3_s_is_sent_again),
        cmocka_unit_test(section_4_8_the_3_s_run_from_the_last_byte_on_the_wire),
        cmocka_unit_test(section_4_8_after_three_transmissions_without_an_answer_it_restarts),
        cmocka_unit_test(section_4_8_without_control_of_the_power_it_synchronises_anew),
        cmocka_unit_test(section_4_numbers_count_packets),
        cmocka_unit_test(section_4_a_module_that_counts_bytes_is_believed),
        cmocka_unit_test(section_4_any_other_first_number_is_a_protocol_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
