/* SPDX-License-Identifier: MIT */
#include "tool/simulate_control.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gsmflash/protocol.h"
#include "posix/raw.h"

static bool ends_with(const struct simulate_control *control, const char *word)
{
    size_t size = strlen(word);
    return memcmp(control->word + sizeof control->word - size, word, size) == 0;
}

static void take(struct simulate_control *control, char letter)
{
    memmove(control->word, control->word + 1, sizeof control->word - 1);
    control->word[sizeof control->word - 1] = (char)tolower((unsigned char)letter);
    if (letter == '1' || ends_with(control, "on"))
        control->turned(control->context, true);
    else if (letter == '0' || ends_with(control, "off"))
        control->turned(control->context, false);
}

static void ready(void *context, uint32_t events)
{
    struct simulate_control *control = context;
    char bytes[64];
    ssize_t size = read(control->watch.fd, bytes, sizeof bytes);

    for (ssize_t i = 0; i < size; i++)
        take(control, bytes[i]);
    /* A serial port that has vanished would wake us for ever. */
    if (size <= 0 && (size == 0 || (errno != EAGAIN && errno != EINTR)))
        loop_watch_stop(control->loop, &control->watch);
    (void)events;
}

/* A FIFO is held open for writing too, so that it has no end when a writer leaves. */
static bool open_path(struct simulate_control *control, const char *path, struct problem *problem)
{
    struct stat status;
    if (mkfifo(path, 0666) == 0)
        control->made = path;
    control->watch.fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (control->watch.fd < 0 || fstat(control->watch.fd, &status) != 0) {
        problem_set(problem, "%s: can't be opened: %s; give a FIFO or a serial port", path,
                    strerror(errno));
        return false;
    }
    if (!S_ISFIFO(status.st_mode) && !raw_set(control->watch.fd, GSMFLASH_BAUD)) {
        problem_set(problem, "%s: is neither a FIFO nor a serial port", path);
        return false;
    }
    return true;
}

bool simulate_control_open(struct simulate_control *control, struct loop *loop, const char *path,
                           struct problem *problem)
{
    control->loop = loop;
    control->watch.fd = -1;
    control->watch.ready = ready;
    control->watch.context = control;
    if (!open_path(control, path, problem)) {
        simulate_control_close(control);
        return false;
    }
    if (!loop_watch_start(loop, &control->watch, EPOLLIN)) {
        problem_set(problem, "%s: can't be watched: %s", path, strerror(errno));
        simulate_control_close(control);
        return false;
    }
    return true;
}

void simulate_control_close(struct simulate_control *control)
{
    if (control->watch.fd >= 0) {
        loop_watch_stop(control->loop, &control->watch);
        close(control->watch.fd);
    }
    if (control->made != NULL)
        unlink(control->made);
    control->watch.fd = -1;
    control->made = NULL;
}
