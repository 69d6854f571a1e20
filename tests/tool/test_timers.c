/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"
#include "posix/timers.h"

enum {
    MANY = 200,
    STEPS = 20000,
};

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* The slow way to the same answer. */
static uint64_t earliest(const struct timer *timers, size_t count)
{
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < count; i++)
        if (timer_is_set(&timers[i]) && timers[i].due_us < least)
            least = timers[i].due_us;
    return least;
}

static void the_first_is_the_one_due_first(void **state)
{
    static struct timer all[MANY];
    struct timers timers = {0};
    uint32_t seed = 1;
    (void)state;
    for (int step = 0; step < STEPS; step++) {
        struct timer *timer = &all[next_random(&seed) % MANY];
        if (next_random(&seed) % 3 == 0)
            timers_clear(&timers, timer);
        else
            timers_set(&timers, timer, next_random(&seed) % 1000);
        const struct timer *first = timers_first(&timers);
        assert_int_equal(first != NULL ? first->due_us : UINT64_MAX, earliest(all, MANY));
    }
}

static void they_come_out_in_order(void **state)
{
    static struct timer all[MANY];
    struct timers timers = {0};
    uint32_t seed = 2;
    uint64_t last_us = 0;
    size_t count = 0;
    (void)state;
    for (size_t i = 0; i < MANY; i++)
        timers_set(&timers, &all[i], next_random(&seed));
    for (struct timer *timer; (timer = timers_first(&timers)) != NULL; count++) {
        assert_true(timer->due_us >= last_us);
        last_us = timer->due_us;
        timers_clear(&timers, timer);
        assert_false(timer_is_set(timer));
    }
    assert_int_equal(count, MANY);
}

static void clearing_twice_is_harmless(void **state)
{
    struct timers timers = {0};
    struct timer timer = {0};
    (void)state;
    timers_clear(&timers, &timer);
    timers_set(&timers, &timer, 5);
    timers_set(&timers, &timer, 7);
    assert_int_equal(timers_first(&timers)->due_us, 7);
    timers_clear(&timers, &timer);
    timers_clear(&timers, &timer);
    assert_null(timers_first(&timers));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_is_the_one_due_first),
        cmocka_unit_test(they_come_out_in_order),
        cmocka_unit_test(clearing_twice_is_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
