/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "tool/outbox.h"

enum {
    BLOCK_BYTES = 200000, /* more than a pipe holds */
};

struct pipe_ends {
    int out;
    int in;
};

static struct pipe_ends make_pipe(void)
{
    int fds[2];
    assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
    return (struct pipe_ends){.out = fds[0], .in = fds[1]};
}

static void close_pipe(struct pipe_ends ends)
{
    close(ends.out);
    close(ends.in);
}

static void a_copy_is_taken_of_what_does_not_stay(void **state)
{
    struct pipe_ends ends = make_pipe();
    struct outbox outbox = {0};
    uint8_t piece[] = {1, 2, 3};
    uint8_t got[8];
    (void)state;
    assert_true(outbox_add(&outbox, piece, 3, false));
    memset(piece, 9, sizeof piece);
    assert_true(outbox_add(&outbox, piece, 3, true));
    assert_int_equal(outbox_write(&outbox, ends.in), OUTBOX_DONE);
    assert_true(outbox_empty(&outbox));
    assert_int_equal(read(ends.out, got, sizeof got), 6);
    assert_memory_equal(got, ((uint8_t[]){1, 2, 3, 9, 9, 9}), 6);
    close_pipe(ends);
}

static void all_arrives_in_order_through_a_narrow_pipe(void **state)
{
    static uint8_t block[BLOCK_BYTES];
    static uint8_t got[BLOCK_BYTES + 4];
    struct pipe_ends ends = make_pipe();
    struct outbox outbox = {0};
    size_t count = 0;
    int blocked = 0;
    (void)state;
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = (uint8_t)(i * 7 + i / 251);
    assert_true(outbox_add(&outbox, (const uint8_t *)"ab", 2, false));
    assert_true(outbox_add(&outbox, block, sizeof block, true));
    assert_true(outbox_add(&outbox, (const uint8_t *)"cd", 2, false));
    while (count < sizeof got) {
        blocked += outbox_write(&outbox, ends.in) == OUTBOX_BLOCKED;
        ssize_t size = read(ends.out, got + count, 1000);
        assert_true(size > 0);
        count += (size_t)size;
    }
    assert_true(blocked > 0);
    assert_true(outbox_empty(&outbox));
    assert_memory_equal(got, "ab", 2);
    assert_memory_equal(got + 2, block, sizeof block);
    assert_memory_equal(got + 2 + sizeof block, "cd", 2);
    close_pipe(ends);
}

static void there_is_an_end_to_its_room(void **state)
{
    struct outbox outbox = {0};
    uint8_t piece[OUTBOX_COPY_BYTES] = {0};
    (void)state;
    assert_true(outbox_add(&outbox, piece, OUTBOX_COPY_BYTES, false));
    assert_false(outbox_add(&outbox, piece, 1, false));
    for (int i = 1; i < OUTBOX_PIECES; i++)
        assert_true(outbox_add(&outbox, piece, 1, true));
    assert_false(outbox_add(&outbox, piece, 1, true));
    outbox_drop(&outbox);
    assert_true(outbox_empty(&outbox));
    assert_true(outbox_add(&outbox, piece, OUTBOX_COPY_BYTES, false));
}

static void a_failure_says_why(void **state)
{
    struct outbox outbox = {0};
    (void)state;
    assert_true(outbox_add(&outbox, (const uint8_t *)"a", 1, false));
    assert_int_equal(outbox_write(&outbox, -1), OUTBOX_FAILED);
    assert_int_equal(errno, EBADF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_is_taken_of_what_does_not_stay),
        cmocka_unit_test(all_arrives_in_order_through_a_narrow_pipe),
        cmocka_unit_test(there_is_an_end_to_its_room),
        cmocka_unit_test(a_failure_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
