/* SPDX-License-Identifier: MIT */
/* Section 5.1 of the protocol: the module's answers, a test for each cell of its table. */
#include "play.h"

#define COMMAND             \
    "0 -> SYNC_WORD1\n"     \
    "0 <- SYNC_WORD_RSP1\n" \
    "0 -> SYNC_WORD2\n"     \
    "0 <- SYNC_WORD_RSP2\n"
#define DOWNLOAD     \
    COMMAND          \
    "0 -> BEGIN 1\n" \
    "0 invalidate\n" \
    "0 <- BEGIN_RSP 0 64\n"
#define ONE_BLOCK        \
    DOWNLOAD             \
    "1 -> DATA 0 0 52\n" \
    "1 write 0 52\n"     \
    "1 <- DATA_RSP 0 1\n"

/* Room for two blocks of 52 bytes less one byte. */
static const struct gsmflash_module_config module = {.flash_bytes = 103};

static struct gsmflash_module play(const char *figure)
{
    return play_module(&module, true, figure);
}

static void section_5_1_begin_in_command_mode(void **state)
{
    (void)state;
    /* Marked invalid before the answer: the answer waits for it. */
    struct gsmflash_module end = play(COMMAND "1   -> BEGIN 1\n"
                                              "500 invalidate since 1\n"
                                              "500 <- BEGIN_RSP 0 64\n");
    assert_int_equal(end.state, GSMFLASH_MODULE_DOWNLOAD);
    assert_int_equal(end.number, 0);
    assert_false(end.firmware_valid);
}

static void section_5_1_begin_in_command_mode_with_a_flash_that_fails(void **state)
{
    (void)state;
    struct gsmflash_module end = play(COMMAND "1 -> BEGIN 1\n"
                                              "1 invalidate reports 2\n"
                                              "1 <- BEGIN_RSP 2 64\n");
    assert_int_equal(end.state, GSMFLASH_MODULE_COMMAND);
}

static void section_5_1_begin_in_download_mode_changes_nothing(void **state)
{
    (void)state;
    play(ONE_BLOCK "2 -> BEGIN 1\n"
                   "2 <- BEGIN_RSP 3 64\n"
                   "3 -> DATA 1 52 51\n"
                   "3 write 52 51\n"
                   "3 <- DATA_RSP 0 2\n");
}

static void section_5_1_data_in_command_mode(void **state)
{
    (void)state;
    play(COMMAND "1 -> DATA 0 0 8\n"
                 "1 <- DATA_RSP 4 0\n"
                 "2 -> DATA 7 0 8\n"
                 "2 <- DATA_RSP 4 0\n"
                 "3 -> DATA 0 0 8 damaged\n"
                 "3 <- DATA_RSP 1 0\n"
                 "4 -> DATA 0 0 54\n"
                 "4 <- DATA_RSP 4 0\n"
                 "5 -> DATA 0 0 0\n"
                 "5 <- DATA_RSP 4 0\n");
}

static void section_5_1_data_good_with_the_expected_number(void **state)
{
    (void)state;
    play(ONE_BLOCK "2 -> DATA 1 52 51\n"
                   "9 write 52 51 since 2\n"
                   "9 <- DATA_RSP 0 2\n");
}

static void section_5_1_data_good_with_another_number_is_not_written(void **state)
{
    (void)state;
    play(ONE_BLOCK "2 -> DATA 0 0 52\n"
                   "2 <- DATA_RSP 4 1\n"
                   "3 -> DATA 2 52 40\n"
                   "3 <- DATA_RSP 4 1\n"
                   "4 -> DATA 0xFFFFFFFF 0 1\n"
                   "4 <- DATA_RSP 4 1\n"
                   "5 -> DATA 1 52 40\n"
                   "5 write 52 40\n"
                   "5 <- DATA_RSP 0 2\n");
}

static void section_5_1_data_with_a_wrong_crc_is_not_written(void **state)
{
    (void)state;
    play(ONE_BLOCK "2 -> DATA 1 52 40 damaged\n"
                   "2 <- DATA_RSP 1 1\n"
                   "3 -> DATA 0 0 52 damaged\n"
                   "3 <- DATA_RSP 1 1\n"
                   "4 -> DATA 1 52 40\n"
                   "4 write 52 40\n"
                   "4 <- DATA_RSP 0 2\n");
}

static void section_5_1_data_longer_than_the_mtu_is_not_written(void **state)
{
    (void)state;
    play(DOWNLOAD "1 -> DATA 0 0 54\n"
                  "1 <- DATA_RSP 4 0\n"
                  "2 -> DATA 0 0 53\n"
                  "2 write 0 53\n"
                  "2 <- DATA_RSP 0 1\n");
}

static void section_5_1_data_shorter_than_a_number_and_a_byte_is_not_written(void **state)
{
    (void)state;
    /* The last two are too short even for a number. */
    play(DOWNLOAD "1 -> DATA 0 0 0\n"
                  "1 <- DATA_RSP 4 0\n"
                  "2 -> DATA 0 0 1\n"
                  "2 write 0 1\n"
                  "2 <- DATA_RSP 0 1\n"
                  "3 -> bytes AA00030003000000553C\n"
                  "3 <- DATA_RSP 4 1\n"
                  "4 -> bytes AA000300005950\n"
                  "4 <- DATA_RSP 4 1\n");
}

static void section_5_1_data_past_the_end_of_the_flash_is_not_written(void **state)
{
    (void)state;
    play(ONE_BLOCK "2 -> DATA 1 52 52\n"
                   "2 <- DATA_RSP 4 1\n"
                   "3 -> DATA 1 52 51\n"
                   "3 write 52 51\n"
                   "3 <- DATA_RSP 0 2\n"
                   "4 -> DATA 2 52 1\n"
                   "4 <- DATA_RSP 4 2\n");
}

static void section_5_1_data_and_the_flash_fails(void **state)
{
    (void)state;
    play(ONE_BLOCK "2 -> DATA 1 52 40\n"
                   "2 write 52 40 reports 2\n"
                   "2 <- DATA_RSP 2 1\n");
}

static void section_5_1_end_in_command_mode(void **state)
{
    (void)state;
    play(COMMAND "1 -> END\n"
                 "1 <- END_RSP 4\n"
                 "2 -> END\n"
                 "2 <- END_RSP 4\n");
}

static void section_5_1_end_directly_after_an_end_has_that_ends_answer(void **state)
{
    (void)state;
    play(ONE_BLOCK "2 -> END\n"
                   "52 validate 52\n"
                   "52 <- END_RSP 0\n"
                   "53 -> END\n"
                   "53 <- END_RSP 0\n"
                   "54 -> END\n"
                   "54 <- END_RSP 0\n"
                   "55 -> DATA 1 52 8\n"
                   "55 <- DATA_RSP 4 0\n"
                   "56 -> END\n"
                   "56 <- END_RSP 4\n");
    play(ONE_BLOCK "2 -> END\n"
                   "52 validate 52 reports 4\n"
                   "52 <- END_RSP 4\n"
                   "53 -> END\n"
                   "53 <- END_RSP 4\n"
                   "54 -> RUN\n"
                   "54 <- RUN_RSP 2\n");
}

static void section_5_1_end_in_download_mode_marks_valid_before_it_answers(void **state)
{
    (void)state;
    struct gsmflash_module end = play(ONE_BLOCK "2   -> END\n"
                                                "800 validate 52 since 52\n"
                                                "800 <- END_RSP 0\n");
    assert_true(end.firmware_valid);
    assert_int_equal(end.state, GSMFLASH_MODULE_COMMAND);
}

static void section_5_1_end_in_download_mode_refused_by_the_products_check(void **state)
{
    (void)state;
    struct gsmflash_module end = play(ONE_BLOCK "2 -> END\n"
                                                "52 validate 52 reports 4\n"
                                                "52 <- END_RSP 4\n"
                                                "53 -> RUN\n"
                                                "53 <- RUN_RSP 2\n");
    assert_false(end.firmware_valid);
    assert_int_equal(end.state, GSMFLASH_MODULE_COMMAND);
}

static void section_5_1_run_in_command_mode_with_valid_firmware(void **state)
{
    (void)state;
    play(COMMAND "1 -> RUN\n"
                 "1 <- RUN_RSP 0\n"
                 "1 start\n");
}

static void section_5_1_run_in_command_mode_with_invalid_firmware(void **state)
{
    (void)state;
    play_module(&module, false,
                COMMAND "1 -> RUN\n"
                        "1 <- RUN_RSP 2\n"
                        "2 -> RUN\n"
                        "2 <- RUN_RSP 2\n"
                        "900 -> BEGIN 1\n"
                        "900 invalidate\n"
                        "900 <- BEGIN_RSP 0 64\n");
}

static void section_5_1_run_in_download_mode_changes_nothing(void **state)
{
    (void)state;
    play(ONE_BLOCK "2 -> RUN\n"
                   "2 <- RUN_RSP 3\n"
                   "3 -> DATA 1 52 8\n"
                   "3 write 52 8\n"
                   "3 <- DATA_RSP 0 2\n");
}

static void section_5_1_other_commands_with_a_wrong_crc(void **state)
{
    (void)state;
    play(COMMAND "1 -> BEGIN 1 damaged\n"
                 "1 <- BEGIN_RSP 1 64\n"
                 "2 -> END damaged\n"
                 "2 <- END_RSP 1\n"
                 "3 -> RUN damaged\n"
                 "3 <- RUN_RSP 1\n");
    play(ONE_BLOCK "2 -> BEGIN 1 damaged\n"
                   "2 <- BEGIN_RSP 1 64\n"
                   "3 -> END damaged\n"
                   "3 <- END_RSP 1\n"
                   "4 -> RUN damaged\n"
                   "4 <- RUN_RSP 1\n"
                   "5 -> DATA 1 52 8\n"
                   "5 write 52 8\n"
                   "5 <- DATA_RSP 0 2\n");
}

static void section_5_1_unknown_types_and_responses_get_no_answer(void **state)
{
    (void)state;
    /* AA 0009 0000, AA 0000 0000, AA 0103 0000 with their right CRCs, and two responses. */
    play(COMMAND "1   -> bytes AA000900009E91\n"
                 "2   -> bytes AA000000000000\n"
                 "3   -> bytes AA010300002FE4\n"
                 "4   -> BEGIN_RSP 0 64\n"
                 "5   -> RUN_RSP 0\n"
                 "900 quiet\n");
    play(ONE_BLOCK "2   -> bytes AA000900009E91\n"
                   "3   -> DATA_RSP 0 2\n"
                   "900 quiet\n"
                   "901 -> DATA 1 52 8\n"
                   "901 write 52 8\n"
                   "901 <- DATA_RSP 0 2\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(section_5_1_begin_in_command_mode),
        cmocka_unit_test(section_5_1_begin_in_command_mode_with_a_flash_that_fails),
        cmocka_unit_test(section_5_1_begin_in_download_mode_changes_nothing),
        cmocka_unit_test(section_5_1_data_in_command_mode),
        cmocka_unit_test(section_5_1_data_good_with_the_expected_number),
        cmocka_unit_test(section_5_1_data_good_with_another_number_is_not_written),
        cmocka_unit_test(section_5_1_data_with_a_wrong_crc_is_not_written),
        cmocka_unit_test(section_5_1_data_longer_than_the_mtu_is_not_written),
        cmocka_unit_test(section_5_1_data_shorter_than_a_number_and_a_byte_is_not_written),
        cmocka_unit_test(section_5_1_data_past_the_end_of_the_flash_is_not_written),
        cmocka_unit_test(section_5_1_data_and_the_flash_fails),
        cmocka_unit_test(section_5_1_end_in_command_mode),
        cmocka_unit_test(section_5_1_end_directly_after_an_end_has_that_ends_answer),
        cmocka_unit_test(section_5_1_end_in_download_mode_marks_valid_before_it_answers),
        cmocka_unit_test(section_5_1_end_in_download_mode_refused_by_the_products_check),
        cmocka_unit_test(section_5_1_run_in_command_mode_with_valid_firmware),
        cmocka_unit_test(section_5_1_run_in_command_mode_with_invalid_firmware),
        cmocka_unit_test(section_5_1_run_in_download_mode_changes_nothing),
        cmocka_unit_test(section_5_1_other_commands_with_a_wrong_crc),
        cmocka_unit_test(section_5_1_unknown_types_and_responses_get_no_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
