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

static char failure[512]; /* of the last journal_write(); empty: none */

static void written(void *context, const char *text)
{
    (void)context;
    snprintf(failure, sizeof failure, "%s", text != NULL ? text : "");
}

static void open_journal(struct journal *journal, const char *port)
{
    *journal = (struct journal){.written = written};
    journal_open(journal, port);
}

/* True: it is on the disk, or has failed before. */
static bool write_journal(struct journal *journal)
{
    strcpy(failure, "it was not told");
    journal_write(journal, &entry);
    return failure[0] == '\0';
}

static void what_is_written_is_read(void **state)
{
    struct journal journal;
    struct journal_entry read;
    (void)state;
    open_journal(&journal, "/dev/serial/by-id/usb-a b%c");
    assert_int_equal(journal_read(&journal, &read), JOURNAL_NONE);
    assert_true(write_journal(&journal));
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
    open_journal(&one, "/dev/a/b");
    open_journal(&other, "/dev/a%2Fb");
    assert_string_not_equal(one.path, other.path);
    assert_int_equal(chdir("/dev"), 0);
    open_journal(&other, "a/b");
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
    char obstacle[PATH_MAX + 8];
    (void)state;
    open_journal(&journal, "/dev/x");
    assert_true(write_journal(&journal));
    snprintf(obstacle, sizeof obstacle, "%s.new", journal.path);
    assert_int_equal(mkdir(obstacle, 0700), 0);
    assert_false(write_journal(&journal));
    assert_non_null(strstr(failure, journal.path));
    assert_int_equal(journal_read(&journal, &read), JOURNAL_NONE);
    assert_true(write_journal(&journal));
    assert_int_equal(journal_read(&journal, &read), JOURNAL_NONE);
    assert_int_equal(rmdir(obstacle), 0);
}

static void without_a_place_it_says_so_once(void **state)
{
    struct journal journal;
    (void)state;
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    open_journal(&journal, "/dev/x");
    assert_false(write_journal(&journal));
    assert_non_null(strstr(failure, "XDG_STATE_HOME"));
    assert_true(write_journal(&journal));
    setenv("XDG_STATE_HOME", folder, 1);
}

static void written_in_loop(void *context, const char *text)
{
    written(NULL, text);
    loop_stop(context, 0);
}

static void nobody_waits_for_the_disk(void **state)
{
    struct journal_entry read;
    struct loop *loop = loop_new();
    struct disk *disk = disk_new(loop);
    struct journal journal = {.disk = disk, .written = written_in_loop, .context = loop};
    (void)state;
    journal_open(&journal, "/dev/loop");
    journal_write(&journal, &entry);
    if (!journal.busy)
        fail_msg("this kernel has no asynchronous fsync(), or no room for it");
    assert_int_equal(journal_read(&journal, &read), JOURNAL_NONE);
    assert_int_equal(loop_run(loop), 0);
    assert_false(journal.busy);
    assert_string_equal(failure, "");
    assert_int_equal(journal_read(&journal, &read), JOURNAL_READ);

    journal_remove(&journal);
    journal_write(&journal, &entry);
    assert_true(journal.busy);
    journal_finish(&journal);
    assert_int_equal(journal_read(&journal, &read), JOURNAL_READ);
    journal_remove(&journal);
    disk_free(disk);
    loop_free(loop);
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
        cmocka_unit_test(nobody_waits_for_the_disk),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
