/* SPDX-License-Identifier: MIT */
#include "posix/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "posix/clock.h"

static void stop_watching(struct child *child)
{
    loop_watch_stop(child->loop, &child->watch);
    loop_timer_clear(child->loop, &child->limit);
    close(child->watch.fd);
    child->running = false;
}

static void child_ready(void *context, uint32_t events)
{
    struct child *child = context;
    int status = 0;
    (void)events;
    if (waitpid(child->pid, &status, WNOHANG) != child->pid)
        return;
    stop_watching(child);
    child->ended(child->context, status);
}

static void limit_expired(void *context)
{
    struct child *child = context;
    kill(-child->pid, SIGKILL);
}

/* The loop blocks signals to read them from a file descriptor; the command wants them as usual. */
static int spawn(pid_t *pid, char *const arguments[])
{
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    sigset_t none;
    sigset_t pipe;
    sigemptyset(&none);
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &pipe);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    int error = posix_spawn(pid, "/bin/sh", &actions, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error;
}

static int spawn_shell(pid_t *pid, const char *command, const char *argument)
{
    char *script;
    char *last = strdup(argument);
    int error = ENOMEM;
    if (asprintf(&script, "%s \"$@\"", command) < 0)
        script = NULL;
    if (script != NULL && last != NULL) {
        char sh[] = "sh";
        char option[] = "-c";
        char *const arguments[] = {sh, option, script, sh, last, NULL};
        error = spawn(pid, arguments);
    }
    free(script);
    free(last);
    return error;
}

bool child_start(struct child *child, struct loop *loop, const char *command, const char *argument,
                 uint32_t limit_ms)
{
    int error = spawn_shell(&child->pid, command, argument);
    if (error != 0) {
        errno = error;
        return false;
    }
    child->loop = loop;
    child->running = true;
    child->watch = (struct loop_watch){.ready = child_ready, .context = child};
    child->limit = (struct timer){.expired = limit_expired, .context = child};
    child->watch.fd = pidfd_open(child->pid, 0);
    if (child->watch.fd < 0 || !loop_watch_start(loop, &child->watch, EPOLLIN)) {
        error = errno;
        child_kill(child);
        errno = error;
        return false;
    }
    loop_timer_set(loop, &child->limit, clock_now_us() + limit_ms * UINT64_C(1000));
    return true;
}

void child_kill(struct child *child)
{
    if (!child->running)
        return;
    kill(-child->pid, SIGKILL);
    waitpid(child->pid, NULL, 0);
    stop_watching(child);
}
