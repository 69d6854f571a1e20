/* SPDX-License-Identifier: MIT */
#include "posix/serial.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/serial.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "posix/raw.h"

enum {
    NEW_NODE_S = 5,
    PTS_MAJOR = 136,
    PTS_MAJORS = 8,
    LOOKS_FOR_HOLDER = 4,
};

/* Processes come and go while /proc is read: one that is not seen at once is looked for again. */
static const struct holder *look_for_holder(struct holders *holders, dev_t device)
{
    const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
    const struct holder *holder = NULL;
    for (unsigned tries = 0; tries < LOOKS_FOR_HOLDER && holder == NULL; tries++) {
        if (tries > 0) {
            holders_free(holders);
            nanosleep(&pause, NULL);
        }
        holders_find(holders);
        holder = holders_of(holders, device);
    }
    return holder;
}

static void say_held(dev_t device, struct problem *problem)
{
    struct holders holders;
    const struct holder *holder = look_for_holder(&holders, device);
    if (holder != NULL && strcmp(holder->program, "ModemManager") == 0)
        problem_set(problem,
                    "the port is in use by ModemManager (pid %ld); stop it: `sudo systemctl stop "
                    "ModemManager`",
                    (long)holder->pid);
    else if (holder != NULL)
        problem_set(problem, "the port is in use by %s (pid %ld); close that program first",
                    holder->program, (long)holder->pid);
    else
        problem_set(problem, "the port is in use by a program that this user can't see; "
                             "`sudo fuser -v` with the port's name shows it");
    holders_free(&holders);
}

static void say_denied(const char *path, struct problem *problem)
{
    struct stat node;
    if (stat(path, &node) != 0) {
        problem_set(problem, "no permission to look at it; check the folders above it");
        return;
    }
    const struct group *group = getgrgid(node.st_gid);
    char number[24];
    snprintf(number, sizeof number, "%lu", (unsigned long)node.st_gid);
    const char *name = group != NULL ? group->gr_name : number;
    bool group_may = (node.st_mode & (S_IRGRP | S_IWGRP)) == (S_IRGRP | S_IWGRP);
    if (group_may)
        problem_set(problem,
                    "no permission; the group '%s' has it: `sudo usermod -aG %s $USER`, then log "
                    "in again",
                    name, name);
    else
        problem_set(problem,
                    "no permission; the port is of group '%s', and not even that has it: a udev "
                    "rule with TAG+=\"uaccess\" helps, or sudo",
                    name);
}

static enum serial_opened say_open_failed(const char *path, dev_t device, time_t changed,
                                          struct problem *problem)
{
    switch (errno) {
    case EBUSY:
        say_held(device, problem);
        return SERIAL_FAILED;
    case EACCES:
    case EPERM:
        say_denied(path, problem);
        return time(NULL) - changed < NEW_NODE_S ? SERIAL_DENIED : SERIAL_FAILED;
    case ENXIO:
    case ENODEV:
    case EIO:
        problem_set(problem, "there is no device behind it (%s); is it plugged in?",
                    strerror(errno));
        return SERIAL_FAILED;
    default:
        problem_set(problem, "it can't be opened: %s; `gsmflash ports` lists the ports",
                    strerror(errno));
        return SERIAL_FAILED;
    }
}

static bool find_node(const char *path, struct stat *node, struct problem *problem)
{
    if (stat(path, node) != 0) {
        if (errno == EACCES)
            say_denied(path, problem);
        else if (errno == ENOENT)
            problem_set(problem, "no such port; `gsmflash ports` lists those there are");
        else
            problem_set(problem, "%s; `gsmflash ports` lists the ports", strerror(errno));
        return false;
    }
    if (S_ISCHR(node->st_mode))
        return true;
    problem_set(problem, "it is %s, no serial port; `gsmflash ports` lists the ports",
                S_ISDIR(node->st_mode)   ? "a directory"
                : S_ISREG(node->st_mode) ? "a file"
                                         : "something else");
    return false;
}

static bool is_pty(dev_t device)
{
    return major(device) >= PTS_MAJOR && major(device) < PTS_MAJOR + PTS_MAJORS;
}

/* TIOCEXCL keeps out those who do not lock, flock those who may override TIOCEXCL (root). */
static bool held_by_other(dev_t device, const struct holders *known)
{
    struct holders fresh = {0};
    if (known == NULL)
        holders_find(&fresh);
    bool held = holders_of(known != NULL ? known : &fresh, device) != NULL;
    holders_free(&fresh);
    return held;
}

/* TIOCEXCL keeps out those who do not lock, flock those who may override TIOCEXCL (root). */
static bool take(struct serial *serial, const struct holders *known, struct problem *problem)
{
    if (flock(serial->fd, LOCK_EX | LOCK_NB) != 0 || held_by_other(serial->device, known)) {
        say_held(serial->device, problem);
        return false;
    }
    /* A pty is kept open by its owner, and so would keep the mark if we were killed. */
    if (!serial->pty)
        ioctl(serial->fd, TIOCEXCL);
    return true;
}

static bool set_up(struct serial *serial, unsigned baud, struct problem *problem)
{
    if (!raw_set(serial->fd, baud)) {
        if (errno == ENOTTY)
            problem_set(problem, "it is no serial port (not a tty); `gsmflash ports` lists them");
        else
            problem_set(problem, "the port does not take %u baud: %s; choose another rate", baud,
                        strerror(errno));
        return false;
    }
    if (!raw_baud(serial->fd, &serial->baud) || serial->baud < baud - baud / 33 ||
        serial->baud > baud + baud / 33) {
        problem_set(problem, "the port can't do %u baud, the nearest it has is %u; choose another",
                    baud, serial->baud);
        return false;
    }
    return true;
}

/* Adapters that gather bytes for up to 16 ms would spend that on every answer. */
static void lower_latency(const struct serial *serial)
{
    struct serial_struct settings;
    if (ioctl(serial->fd, TIOCGSERIAL, &settings) != 0)
        return;
    settings.flags |= (int)ASYNC_LOW_LATENCY;
    ioctl(serial->fd, TIOCSSERIAL, &settings);
}

enum serial_opened serial_open(struct serial *serial, const char *path, unsigned baud,
                               const struct holders *holders, struct problem *problem)
{
    struct stat node;
    *serial = (struct serial){.fd = -1};
    if (!find_node(path, &node, problem))
        return SERIAL_FAILED;
    serial->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (serial->fd < 0)
        return say_open_failed(path, node.st_rdev, node.st_ctime, problem);
    serial->device = node.st_rdev;
    serial->pty = is_pty(node.st_rdev);
    if (!isatty(serial->fd))
        problem_set(problem, "it is no serial port (not a tty); `gsmflash ports` lists them");
    else if (take(serial, holders, problem) && set_up(serial, baud, problem)) {
        lower_latency(serial);
        tcflush(serial->fd, TCIFLUSH);
        return SERIAL_OPENED;
    }
    close(serial->fd);
    serial->fd = -1;
    return SERIAL_FAILED;
}

void serial_adopt(struct serial *serial, int fd, unsigned baud)
{
    *serial = (struct serial){.fd = fd, .baud = baud, .adopted = true};
}

void serial_close(struct serial *serial)
{
    if (serial->fd < 0)
        return;
    serial_drop_output(serial);
    if (!serial->pty && !serial->adopted)
        ioctl(serial->fd, TIOCNXCL);
    close(serial->fd);
    serial->fd = -1;
}

bool serial_set_baud(struct serial *serial, unsigned baud)
{
    if (serial->adopted)
        return true;
    return raw_set(serial->fd, baud) && raw_baud(serial->fd, &serial->baud);
}

void serial_drop_output(struct serial *serial)
{
    tcflush(serial->fd, TCOFLUSH);
}

bool serial_set_line(struct serial *serial, enum serial_line line, bool on)
{
    int bit = line == SERIAL_DTR ? TIOCM_DTR : TIOCM_RTS;
    return ioctl(serial->fd, on ? TIOCMBIS : TIOCMBIC, &bit) == 0;
}
