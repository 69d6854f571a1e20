/* SPDX-License-Identifier: MIT */
/*
 * Stands between the tool and the lines that this machine does not have (LD_PRELOAD): a port's DTR
 * and RTS, and a GPIO chip with 32 lines. Each call is a line in the file GSMFLASH_SHIM_LOG, with
 * the time on the clock that only goes forward, in microseconds.
 * GSMFLASH_SHIM_FAIL, as in "request=16", makes these calls fail with that errno.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <gpiod.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

struct gpiod_chip {
    int unused;
};

struct gpiod_line {
    unsigned offset;
};

enum {
    LINES = 32,
};

static struct gpiod_chip the_chip;
static struct gpiod_line the_line;

static void record(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void record(const char *format, ...)
{
    char text[200];
    struct timespec now;
    va_list arguments;
    int error = errno;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int size =
        snprintf(text, sizeof text, "%lld ", (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    va_start(arguments, format);
    size += vsnprintf(text + size, sizeof text - (size_t)size, format, arguments);
    va_end(arguments);
    text[size++] = '\n';
    const char *path = getenv("GSMFLASH_SHIM_LOG");
    int fd = path != NULL ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
    if (fd < 0 || write(fd, text, (size_t)size) != size)
        abort();
    close(fd);
    errno = error;
}

/* Sets errno where this call is to fail. */
static bool fails(const char *call)
{
    const char *fail = getenv("GSMFLASH_SHIM_FAIL");
    size_t length = strlen(call);
    if (fail == NULL || strncmp(fail, call, length) != 0 || fail[length] != '=')
        return false;
    errno = atoi(fail + length + 1);
    return true;
}

static int set_modem_lines(int fd, int lines, int level)
{
    if (fails("modem"))
        return -1;
    record("%s %d %s",
           lines == TIOCM_DTR   ? "dtr"
           : lines == TIOCM_RTS ? "rts"
                                : "?",
           level, ttyname(fd));
    return 0;
}

int ioctl(int fd, unsigned long request, ...)
{
    int (*real)(int fd, unsigned long request, ...);
    void *symbol = dlsym(RTLD_NEXT, "ioctl");
    memcpy(&real, &symbol, sizeof real);
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (request == TIOCMBIS || request == TIOCMBIC)
        return set_modem_lines(fd, *(const int *)argument, request == TIOCMBIS);
    if (request == TIOCMSET)
        record("all lines at once");
    return real(fd, request, argument);
}

static struct gpiod_chip *open_chip(const char *how, const char *name)
{
    if (fails("open"))
        return NULL;
    record("open %s %s", how, name);
    return &the_chip;
}

struct gpiod_chip *gpiod_chip_open(const char *path)
{
    return open_chip("path", path);
}

struct gpiod_chip *gpiod_chip_open_by_name(const char *name)
{
    return open_chip("name", name);
}

struct gpiod_chip *gpiod_chip_open_by_label(const char *label)
{
    return open_chip("label", label);
}

unsigned gpiod_chip_num_lines(struct gpiod_chip *chip)
{
    (void)chip;
    return LINES;
}

struct gpiod_line *gpiod_chip_get_line(struct gpiod_chip *chip, unsigned offset)
{
    (void)chip;
    the_line.offset = offset;
    errno = EINVAL;
    return offset < LINES ? &the_line : NULL;
}

const char *gpiod_line_consumer(struct gpiod_line *line)
{
    (void)line;
    return "status-led";
}

int gpiod_line_request(struct gpiod_line *line, const struct gpiod_line_request_config *config,
                       int default_val)
{
    (void)default_val;
    if (fails("request"))
        return -1;
    bool as_is = config->request_type == GPIOD_LINE_REQUEST_DIRECTION_AS_IS;
    bool active_low = config->flags == GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW;
    record("request %u %s %s%s", line->offset, config->consumer, as_is ? "as-is" : "?",
           active_low           ? " active-low"
           : config->flags == 0 ? ""
                                : " ?");
    return 0;
}

int gpiod_line_set_direction_output(struct gpiod_line *line, int value)
{
    if (fails("output"))
        return -1;
    record("output %u %d", line->offset, value);
    return 0;
}

void gpiod_chip_close(struct gpiod_chip *chip)
{
    (void)chip;
    record("close");
}
