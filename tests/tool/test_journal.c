/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "tool/journal.h"

static char folder[] = "/tmp/gsmflash-journal-XXXXXX";

static const struct journal_entry entry = {
    .sha256 = {0x12, 0x34, [31] = 0xFF},
    .image_bytes = 100001,
    .version = 0xFFFFFFFF,
    .mark = {.number = 17, .offset = 17204, .block_bytes = 1012, .unit = GSMFLASH_UNIT_PACKETS},
};

static void assert_same(const struct journal_entry *a, const struct journal_entry *b)
{
    assert_memory_equal(a->sha256, b->sha256, sizeof a->sha256);
    assert_int_equal(a->image_bytes, b->image_bytes);
    assert_int_equal(a->version, b->version);
    assert_int_equal(a->mark.number, b->mark.number);
    assert_int_equal(a->mark.offset, b->mark.offset);
    assert_int_equal(a->mark.block_bytes, b->mark.block_bytes);
    assert_int_equal(a->mark.unit, b->mark.unit);
}

static void what_is_written_is_read(void **state)
{
    struct journal journal;
    struct journal_entry read;
    struct problem problem;
    (void)state;
    journal_open(&journal, "/dev/serial/by-id/usb-a b%c");
    assert_int_equal(journal_read(&journal, &read), JOURNAL_NONE);
    assert_true(journal_write(&journal, &entry, &problem));
    assert_int_equal(journal_read(&journal, &read), JOURNAL_READ);
    assert_same(&read, &entry);
    journal_remove(&journal);
    assert_int_equal(journal_read(&journal, &read), JOURNAL_NONE);
}

static void each_port_has_its_own(void **state)
{
    struct journal one;
    struct journal other;
    (void)state;
    journal_open(&one, "/dev/a/b");
    journal_open(&other, "/dev/a%2Fb");
    assert_string_not_equal(one.path, other.path);
    assert_int_equal(chdir("/dev"), 0);
    journal_open(&other, "a/b");
    assert_string_equal(one.path, other.path);
}

static void every_single_change_is_noticed(void **state)
{
    char text[JOURNAL_TEXT_BYTES];
    struct journal_entry read;
    (void)state;
    size_t size = journal_format(&entry, text);
    assert_true(journal_parse(text, size, &read));
    for (size_t i = 0; i < size; i++) {
        for (int bit = 0; bit < 8; bit++) {
            text[i] = (char)(text[i] ^ 1 << bit);
            assert_false(journal_parse(text, size, &read));
            text[i] = (char)(text[i] ^ 1 << bit);
        }
        assert_false(journal_parse(text, i, &read));
    }
}

static void what_makes_no_sense_is_refused(void **state)
{
    char text[JOURNAL_TEXT_BYTES];
    struct journal_entry read;
    struct journal_entry odd = entry;
    (void)state;
    odd.mark.block_bytes = 1011;
    assert_false(journal_parse(text, journal_format(&odd, text), &read));
    odd = entry;
    odd.mark.offset = odd.image_bytes;
    assert_false(journal_parse(text, journal_format(&odd, text), &read));
    odd = entry;
    odd.mark.unit = 3;
    assert_false(journal_parse(text, journal_format(&odd, text), &read));
}

/* A folder where the new file should be is an obstacle for root as well. */
static void a_journal_that_can_not_be_written_does_not_stay(void **state)
{
    struct journal journal;
    struct journal_entry read;
    struct problem problem = {""};
    char obstacle[PATH_MAX + 8];
    (void)state;
    journal_open(&journal, "/dev/x");
    assert_true(journal_write(&journal, &entry, &problem));
    snprintf(obstacle, sizeof obstacle, "%s.new", journal.path);
    assert_int_equal(mkdir(obstacle, 0700), 0);
    assert_false(journal_write(&journal, &entry, &problem));
    assert_non_null(strstr(problem.text, journal.path));
    assert_int_equal(journal_read(&journal, &read), JOURNAL_NONE);
    assert_true(journal_write(&journal, &entry, &problem));
    assert_int_equal(journal_read(&journal, &read), JOURNAL_NONE);
    assert_int_equal(rmdir(obstacle), 0);
}

static void without_a_place_it_says_so_once(void **state)
{
    struct journal journal;
    struct problem problem = {""};
    (void)state;
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    journal_open(&journal, "/dev/x");
    assert_false(journal_write(&journal, &entry, &problem));
    assert_non_null(strstr(problem.text, "XDG_STATE_HOME"));
    assert_true(journal_write(&journal, &entry, &problem));
    setenv("XDG_STATE_HOME", folder, 1);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL && setenv("XDG_STATE_HOME", folder, 1) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
    char path[PATH_MAX];
    (void)state;
    snprintf(path, sizeof path, "%s/gsmflash", folder);
    return rmdir(path) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(each_port_has_its_own),
        cmocka_unit_test(every_single_change_is_noticed),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(a_journal_that_can_not_be_written_does_not_stay),
        cmocka_unit_test(without_a_place_it_says_so_once),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
