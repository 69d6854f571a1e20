/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "posix/child.h"
#include "posix/clock.h"
#include "posix/loop.h"

struct scene {
    struct loop *loop;
    struct timer timer;
    struct loop_watch watches[2];
    int calls;
    int value;
};

static void set_up(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    scene->loop = loop_new();
    assert_non_null(scene->loop);
    scene->timer.context = scene;
}

static void stop(void *context)
{
    struct scene *scene = context;
    scene->calls++;
    loop_stop(scene->loop, 7);
}

static void set_again(void *context)
{
    struct scene *scene = context;
    if (++scene->calls == 3)
        loop_stop(scene->loop, 0);
    else
        loop_timer_set(scene->loop, &scene->timer, clock_now_us() + 1000);
}

static void a_timer_goes_off_not_before_it_is_due(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    uint64_t due_us = clock_now_us() + 20000;
    scene.timer.expired = stop;
    loop_timer_set(scene.loop, &scene.timer, due_us);
    assert_int_equal(loop_run(scene.loop), 7);
    assert_true(clock_now_us() >= due_us);
    assert_int_equal(scene.calls, 1);
    loop_free(scene.loop);
}

static void a_timer_may_set_itself_again(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    scene.timer.expired = set_again;
    loop_timer_set(scene.loop, &scene.timer, clock_now_us());
    assert_int_equal(loop_run(scene.loop), 0);
    assert_int_equal(scene.calls, 3);
    loop_free(scene.loop);
}

/* Both are ready in the same batch; whoever comes first takes the other away. */
static void stop_the_other(void *context, uint32_t events)
{
    struct scene *scene = context;
    assert_true((events & EPOLLIN) != 0);
    scene->calls++;
    for (int i = 0; i < 2; i++)
        loop_watch_stop(scene->loop, &scene->watches[i]);
    scene->timer.expired = stop;
    loop_timer_set(scene->loop, &scene->timer, clock_now_us() + 1000);
}

static void a_watch_that_is_stopped_is_not_called(void **state)
{
    struct scene scene;
    int pipes[2][2];
    (void)state;
    set_up(&scene);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pipe(pipes[i]), 0);
        assert_int_equal(write(pipes[i][1], "x", 1), 1);
        scene.watches[i] =
            (struct loop_watch){.fd = pipes[i][0], .ready = stop_the_other, .context = &scene};
        assert_true(loop_watch_start(scene.loop, &scene.watches[i], EPOLLIN));
    }
    assert_int_equal(loop_run(scene.loop), 7);
    assert_int_equal(scene.calls, 2); /* one watch, and the timer */
    for (int i = 0; i < 2; i++) {
        close(pipes[i][0]);
        close(pipes[i][1]);
    }
    loop_free(scene.loop);
}

static void caught(void *context, int number)
{
    struct scene *scene = context;
    scene->value = number;
    loop_stop(scene->loop, 0);
}

static void a_signal_comes_as_a_call(void **state)
{
    static const int signals[] = {SIGUSR1, 0};
    struct scene scene;
    (void)state;
    set_up(&scene);
    assert_true(loop_signals(scene.loop, signals, caught, &scene));
    kill(getpid(), SIGUSR1);
    assert_int_equal(loop_run(scene.loop), 0);
    assert_int_equal(scene.value, SIGUSR1);
    loop_free(scene.loop);
}

static void child_ended(void *context, int status)
{
    struct scene *scene = context;
    scene->value = status;
    loop_stop(scene->loop, 0);
}

static int run_child(const char *command, const char *argument, uint32_t limit_ms)
{
    struct scene scene;
    set_up(&scene);
    struct child child = {.ended = child_ended, .context = &scene};
    assert_true(child_start(&child, scene.loop, command, argument, limit_ms));
    assert_int_equal(loop_run(scene.loop), 0);
    assert_false(child.running);
    loop_free(scene.loop);
    return scene.value;
}

static void a_command_gets_its_argument_last(void **state)
{
    (void)state;
    int status = run_child("f() { test $# = 2 && test \"$1$2\" = 'a bon'; }; f 'a b'", "on", 60000);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_command_tells_how_it_ended(void **state)
{
    (void)state;
    int status = run_child("exit 3;", "on", 60000);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
}

static void a_command_that_hangs_is_killed(void **state)
{
    (void)state;
    int status = run_child("sleep 1000;", "on", 20);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timer_goes_off_not_before_it_is_due),
        cmocka_unit_test(a_timer_may_set_itself_again),
        cmocka_unit_test(a_watch_that_is_stopped_is_not_called),
        cmocka_unit_test(a_signal_comes_as_a_call),
        cmocka_unit_test(a_command_gets_its_argument_last),
        cmocka_unit_test(a_command_tells_how_it_ended),
        cmocka_unit_test(a_command_that_hangs_is_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
