/* SPDX-License-Identifier: MIT */
#include "posix/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "posix/raw.h"

static bool open_both_ends(struct pty *pty)
{
    pty->master_fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (pty->master_fd < 0)
        return false;
    if (grantpt(pty->master_fd) != 0 || unlockpt(pty->master_fd) != 0 ||
        ptsname_r(pty->master_fd, pty->path, sizeof pty->path) != 0)
        return false;
    pty->slave_fd = open(pty->path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    return pty->slave_fd >= 0 && raw_set(pty->slave_fd, 0);
}

static bool make_link(struct pty *pty, const char *link, struct problem *problem)
{
    char fresh[PATH_MAX];
    struct stat old;
    if (lstat(link, &old) == 0 && !S_ISLNK(old.st_mode)) {
        problem_set(problem, "%s: exists and is no symlink; choose another name for the link",
                    link);
        return false;
    }
    int length = snprintf(fresh, sizeof fresh, "%s.%ld", link, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof fresh) {
        problem_set(problem, "%s: the name is too long; choose a shorter one", link);
        return false;
    }
    if (symlink(pty->path, fresh) != 0 || rename(fresh, link) != 0) {
        problem_set(problem, "%s: can't be made a link to %s: %s; choose a place you may write to",
                    link, pty->path, strerror(errno));
        unlink(fresh);
        return false;
    }
    memcpy(pty->link, link, strlen(link) + 1);
    return true;
}

bool pty_open(struct pty *pty, const char *link, struct problem *problem)
{
    *pty = (struct pty){.master_fd = -1, .slave_fd = -1};
    if (!open_both_ends(pty)) {
        problem_set(problem, "no pty can be opened: %s; is /dev/pts mounted?", strerror(errno));
        pty_close(pty);
        return false;
    }
    if (link != NULL && !make_link(pty, link, problem)) {
        pty_close(pty);
        return false;
    }
    return true;
}

unsigned pty_slave_baud(const struct pty *pty)
{
    unsigned baud;
    return raw_baud(pty->master_fd, &baud) ? baud : 0;
}

static void remove_link(const struct pty *pty)
{
    char target[sizeof pty->path];
    ssize_t length = readlink(pty->link, target, sizeof target);
    if (length == (ssize_t)strlen(pty->path) && memcmp(target, pty->path, (size_t)length) == 0)
        unlink(pty->link);
}

void pty_close(struct pty *pty)
{
    if (pty->link[0] != '\0')
        remove_link(pty);
    if (pty->slave_fd >= 0)
        close(pty->slave_fd);
    if (pty->master_fd >= 0)
        close(pty->master_fd);
    *pty = (struct pty){.master_fd = -1, .slave_fd = -1};
}
