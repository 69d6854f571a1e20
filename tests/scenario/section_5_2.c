/* SPDX-License-Identifier: MIT */
/* Section 5.2 of the protocol: where a frame begins. */
#include <stdio.h>

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
#define HOST_SYNCED         \
    "0 -> SYNC_WORD1\n"     \
    "0 <- SYNC_WORD_RSP1\n" \
    "0 -> SYNC_WORD2\n"     \
    "0 <- SYNC_WORD_RSP2\n" \
    "0 -> BEGIN 1\n"

static const struct gsmflash_module_config module = {0};

static void section_5_2_1_a_frame_may_begin_directly_after_a_complete_one(void **state)
{
    (void)state;
    play_module(&module, true,
                ONE_BLOCK "1 -> DATA 1 52 8\n"
                          "1 write 52 8\n"
                          "1 <- DATA_RSP 0 2\n");
    /* Directly after one that gets no answer, even in the same breath. */
    play_module(&module, true,
                ONE_BLOCK "1 -> DATA_RSP 0 1, DATA 1 52 8\n"
                          "1 write 52 8\n"
                          "1 <- DATA_RSP 0 2\n");
}

static void section_5_2_1_sync_words_found_there_are_skipped(void **state)
{
    (void)state;
    play_module(&module, true,
                ONE_BLOCK "5 -> SYNC_WORD1, SYNC_WORD1, SYNC_WORD2, DATA 1 52 8\n"
                          "5 write 52 8\n"
                          "5 <- DATA_RSP 0 2\n");
}

static void section_5_2_1_another_byte_there_makes_it_deaf_until_100_ms_of_silence(void **state)
{
    (void)state;
    play_module(&module, true,
                COMMAND "1   -> bytes 00, BEGIN 1\n"
                        "50  -> BEGIN 1\n"
                        "149 -> BEGIN 1\n"
                        "248 -> BEGIN 1\n"
                        "347 quiet\n"
                        "348 -> BEGIN 1\n"
                        "348 invalidate\n"
                        "348 <- BEGIN_RSP 0 64\n");
}

static void section_5_2_1_a_head_in_the_middle_of_a_burst_is_none(void **state)
{
    (void)state;
    /* The end of a frame whose head was lost holds a whole END: it is not obeyed. */
    play_module(&module, true,
                ONE_BLOCK "5   -> DATA 1 52 20 from 1\n"
                          "5   -> END, END, RUN\n"
                          "104 quiet\n"
                          "105 <- DATA_RSP 4 1\n");
}

static void section_5_2_2_a_frame_that_stops_half_way_is_dropped(void **state)
{
    (void)state;
    play_module(&module, true,
                ONE_BLOCK "5   -> DATA 1 52 20 first 18\n"
                          "104 quiet\n"
                          "105 <- DATA_RSP 4 1\n"
                          "110 -> DATA 1 52 20\n"
                          "110 write 52 20\n"
                          "110 <- DATA_RSP 0 2\n");
    play_module(&module, true,
                ONE_BLOCK "5   -> DATA 1 52 20 first 1\n"
                          "105 <- DATA_RSP 4 1\n");
}

static void section_5_2_2_a_pause_below_100_ms_is_no_end(void **state)
{
    (void)state;
    play_module(&module, true,
                ONE_BLOCK "5   -> DATA 1 52 20 first 18\n"
                          "104 -> DATA 1 52 20 from 18\n"
                          "104 write 52 20\n"
                          "104 <- DATA_RSP 0 2\n");
}

static void section_5_2_2_where_no_download_is_open_it_does_not_answer(void **state)
{
    (void)state;
    play_module(&module, true,
                COMMAND "5   -> BEGIN 1 first 8\n"
                        "900 quiet\n"
                        "901 -> bytes 0102030405\n"
                        "1800 quiet\n"
                        "1801 -> BEGIN 1\n"
                        "1801 invalidate\n"
                        "1801 <- BEGIN_RSP 0 64\n");
}

static void section_5_2_3_bytes_before_the_answer_make_it_deaf(void **state)
{
    (void)state;
    /* While the block is written: the answer comes, but what came meanwhile is dropped. */
    play_module(&module, true,
                ONE_BLOCK "5   -> DATA 1 52 8\n"
                          "10  -> END\n"
                          "20  write 52 8 since 5\n"
                          "20  <- DATA_RSP 0 2\n"
                          "21  -> DATA 2 60 8\n"
                          "120 quiet\n"
                          "121 <- DATA_RSP 4 2\n"
                          "122 -> DATA 2 60 8\n"
                          "122 write 60 8\n"
                          "122 <- DATA_RSP 0 3\n");
}

static void section_5_2_3_bytes_behind_a_frame_prove_that_it_was_misread(void **state)
{
    (void)state;
    /* A whole frame and more bytes in the same breath: it is answered, the rest is no command. */
    play_module(&module, true,
                ONE_BLOCK "5   -> DATA 1 52 8, END\n"
                          "5   write 52 8\n"
                          "5   <- DATA_RSP 0 2\n"
                          "104 quiet\n"
                          "105 <- DATA_RSP 4 2\n");
}

static void section_5_2_3_until_the_last_byte_of_the_answer_has_been_sent(void **state)
{
    struct gsmflash_module_config slow = {.byte_time_us = 10000};
    (void)state;
    /* Thirteen bytes take 130 ms; the module counts a little less, never more. */
    play_module(&slow, true,
                COMMAND "0   -> BEGIN 1\n"
                        "0   invalidate\n"
                        "0   <- BEGIN_RSP 0 64\n"
                        "200 -> DATA 0 0 8\n"
                        "200 write 0 8\n"
                        "200 <- DATA_RSP 0 1\n"
                        "320 -> DATA 1 8 8\n"
                        "419 quiet\n"
                        "420 <- DATA_RSP 4 1\n"
                        "550 -> DATA 1 8 8\n"
                        "550 write 8 8\n"
                        "550 <- DATA_RSP 0 2\n");
}

static void section_5_2_4_after_a_bad_data_end_is_refused(void **state)
{
    static const char *const bad[] = {
        ONE_BLOCK "5 -> DATA 1 52 8 damaged\n"
                  "5 <- DATA_RSP 1 1\n",
        ONE_BLOCK "5 -> END damaged\n"
                  "5 <- END_RSP 1\n",
        ONE_BLOCK "5 -> DATA 1 52 0\n"
                  "5 <- DATA_RSP 4 1\n",
        ONE_BLOCK "5 -> DATA 1 52 54\n"
                  "5 <- DATA_RSP 4 1\n",
        ONE_BLOCK "5 -> DATA 1 52 8 first 12\n"
                  "105 <- DATA_RSP 4 1\n",
        ONE_BLOCK "5 -> bytes 00\n"
                  "105 <- DATA_RSP 4 1\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char figure[1000];
        snprintf(figure, sizeof figure,
                 "%s"
                 "200 -> END\n"
                 "200 <- END_RSP 4\n"
                 "201 -> END\n"
                 "201 <- END_RSP 4\n"
                 "202 -> DATA 1 52 8\n"
                 "202 write 52 8\n"
                 "202 <- DATA_RSP 0 2\n"
                 "203 -> END\n"
                 "253 validate 60\n"
                 "253 <- END_RSP 0\n",
                 bad[i]);
        play_module(&module, true, figure);
    }
}

static void section_5_2_5_end_is_believed_when_nothing_follows_it(void **state)
{
    (void)state;
    /* The beginning of a DATA frame, most of it lost, and an END that stands in the image. */
    play_module(&module, true,
                ONE_BLOCK "5   -> bytes AA00050000EBF0\n"
                          "54  quiet\n"
                          "54  -> bytes 12\n"
                          "154 <- DATA_RSP 4 1\n"
                          "200 -> END\n"
                          "200 <- END_RSP 4\n"
                          "201 -> DATA 1 52 8\n"
                          "201 write 52 8\n"
                          "201 <- DATA_RSP 0 2\n"
                          "202 -> END\n"
                          "252 validate 60\n"
                          "252 <- END_RSP 0\n");
}

static void section_5_2_6_a_block_that_bytes_follow_spoils_the_download(void **state)
{
    (void)state;
    play_module(&module, true,
                ONE_BLOCK "5   -> DATA 1 52 8\n"
                          "5   -> bytes 12\n"
                          "5   write 52 8\n"
                          "5   <- DATA_RSP 0 2\n"
                          "105 <- DATA_RSP 4 2\n"
                          "200 -> DATA 2 60 8\n"
                          "200 write 60 8\n"
                          "200 <- DATA_RSP 0 3\n"
                          "300 -> END\n"
                          "300 <- END_RSP 4\n");
    /* A host that has lost patience while the flash was busy is no sign of that. */
    play_module(&module, true,
                ONE_BLOCK "5    -> DATA 1 52 8\n"
                          "3005 -> DATA 1 52 8\n"
                          "3010 write 52 8 since 5\n"
                          "3010 <- DATA_RSP 0 2\n"
                          "3105 <- DATA_RSP 4 2\n"
                          "3200 -> DATA 2 60 8\n"
                          "3200 write 60 8\n"
                          "3200 <- DATA_RSP 0 3\n"
                          "3300 -> END\n"
                          "3350 validate 68\n"
                          "3350 <- END_RSP 0\n");
}

static void section_5_2_a_frame_of_no_type_makes_it_deaf(void **state)
{
    (void)state;
    play_module(&module, true,
                ONE_BLOCK "5   -> bytes AA000000000001\n"
                          "6   -> END\n"
                          "106 <- DATA_RSP 4 1\n"
                          "200 -> bytes AA00090000\n"
                          "200 -> bytes 9E91\n"
                          "300 quiet\n");
}

static void section_5_2_a_damaged_length_does_not_let_the_image_give_commands(void **state)
{
    (void)state;
    /*
     * DATA whose length lost a bit: 12 instead of 28. It ends early with a wrong CRC, and what
     * follows (a whole END, as it may stand in an image) comes before its answer: deaf.
     */
    play_module(&module, true,
                ONE_BLOCK "5   -> bytes AA0003000C0000000101020304050607081122, END, bytes 0102\n"
                          "5   <- DATA_RSP 1 1\n"
                          "104 quiet\n"
                          "105 <- DATA_RSP 4 1\n"
                          "106 -> DATA 1 52 8\n"
                          "106 write 52 8\n"
                          "106 <- DATA_RSP 0 2\n");
}

static void section_5_2_the_host_reads_only_frames_that_can_be_answers(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 60};
    (void)state;
    /* Commands, a BEGIN_RSP with a length of 6 and an unknown type, all with right CRCs. */
    play_host(&host, HOST_SYNCED "1 <- BEGIN 1, END, RUN, DATA 0 0 4\n"
                                 "2 <- bytes AA000200060000040000000000\n"
                                 "3 <- bytes AA000900009E91\n"
                                 "4 <- BEGIN_RSP 0 64\n"
                                 "4 -> DATA 0 0 52\n");
}

static void section_5_2_a_head_that_starts_no_answer_costs_nothing(void **state)
{
    struct gsmflash_host_config host = {.image_bytes = 60};
    (void)state;
    play_host(&host, HOST_SYNCED "1 <- bytes AA, BEGIN_RSP 0 64\n"
                                 "1 -> DATA 0 0 52\n"
                                 "2 <- bytes AA000400, DATA_RSP 0 1\n"
                                 "2 -> DATA 1 52 8\n"
                                 "3 <- bytes AAAA0004000600, DATA_RSP 0 2\n"
                                 "3 -> END\n"
                                 "4 <- DATA_RSP 0 2 first 12, END_RSP 0\n"
                                 "4 -> RUN\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(section_5_2_1_a_frame_may_begin_directly_after_a_complete_one),
        cmocka_unit_test(section_5_2_1_sync_words_found_there_are_skipped),
        cmocka_unit_test(section_5_2_1_another_byte_there_makes_it_deaf_until_100_ms_of_silence),
        cmocka_unit_test(section_5_2_1_a_head_in_the_middle_of_a_burst_is_none),
        cmocka_unit_test(section_5_2_2_a_frame_that_stops_half_way_is_dropped),
        cmocka_unit_test(section_5_2_2_a_pause_below_100_ms_is_no_end),
        cmocka_unit_test(section_5_2_2_where_no_download_is_open_it_does_not_answer),
        cmocka_unit_test(section_5_2_3_bytes_before_the_answer_make_it_deaf),
        cmocka_unit_test(section_5_2_3_bytes_behind_a_frame_prove_that_it_was_misread),
        cmocka_unit_test(section_5_2_3_until_the_last_byte_of_the_answer_has_been_sent),
        cmocka_unit_test(section_5_2_4_after_a_bad_data_end_is_refused),
        cmocka_unit_test(section_5_2_5_end_is_believed_when_nothing_follows_it),
        cmocka_unit_test(section_5_2_6_a_block_that_bytes_follow_spoils_the_download),
        cmocka_unit_test(section_5_2_a_frame_of_no_type_makes_it_deaf),
        cmocka_unit_test(section_5_2_a_damaged_length_does_not_let_the_image_give_commands),
        cmocka_unit_test(section_5_2_the_host_reads_only_frames_that_can_be_answers),
        cmocka_unit_test(section_5_2_a_head_that_starts_no_answer_costs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
