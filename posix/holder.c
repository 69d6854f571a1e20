/* SPDX-License-Identifier: MIT */
#include "posix/holder.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum {
    PTMX_MAJOR = 5,
    PTMX_MINOR = 2,
    PTS_MAJOR = 136,
};

static void add(struct holders *holders, dev_t device, pid_t pid)
{
    struct holder *list = realloc(holders->list, (holders->count + 1) * sizeof *list);
    if (list == NULL)
        return;
    holders->list = list;
    list[holders->count++] = (struct holder){.device = device, .pid = pid};
}

/* Puts the word or line that a file under /proc/PID holds after `key` into `value`. */
static bool read_field(const char *path, const char *key, char *value, size_t size)
{
    char line[256];
    bool found = false;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    while (!found && fgets(line, sizeof line, file) != NULL) {
        size_t length = strlen(key);
        if (strncmp(line, key, length) != 0)
            continue;
        char *from = line + length;
        from += strspn(from, " \t");
        from[strcspn(from, "\n")] = '\0';
        snprintf(value, size, "%s", from);
        found = true;
    }
    fclose(file);
    return found;
}

/* The slave that belongs to a pty's master, which itself is always the same device. */
static dev_t slave_of(pid_t pid, const char *fd)
{
    char path[64];
    char value[16];
    snprintf(path, sizeof path, "/proc/%ld/fdinfo/%.16s", (long)pid, fd);
    if (!read_field(path, "tty-index:", value, sizeof value))
        return 0;
    unsigned index = (unsigned)strtoul(value, NULL, 10);
    return makedev(PTS_MAJOR, index);
}

struct found {
    struct holders open;
    struct holders owned;
};

static void look_at_fd(struct found *found, int directory, pid_t pid, const char *fd)
{
    char target[16];
    struct stat node;
    ssize_t length = readlinkat(directory, fd, target, sizeof target);
    if (length < 5 || memcmp(target, "/dev/", 5) != 0 || fstatat(directory, fd, &node, 0) != 0 ||
        !S_ISCHR(node.st_mode))
        return;
    if (node.st_rdev == makedev(PTMX_MAJOR, PTMX_MINOR))
        add(&found->owned, slave_of(pid, fd), pid);
    else
        add(&found->open, node.st_rdev, pid);
}

static void keep_those_not_owned(struct holders *holders, const struct found *found)
{
    for (size_t i = 0; i < found->open.count; i++) {
        const struct holder *holder = &found->open.list[i];
        if (holders_of(&found->owned, holder->device) == NULL)
            add(holders, holder->device, holder->pid);
    }
}

static void look_at_process(struct holders *holders, const char *name)
{
    char path[32];
    pid_t pid = (pid_t)strtol(name, NULL, 10);
    snprintf(path, sizeof path, "/proc/%ld/fd", (long)pid);
    DIR *directory = opendir(path);
    if (directory == NULL)
        return;
    struct found found = {0};
    const struct dirent *entry;
    while ((entry = readdir(directory)) != NULL)
        look_at_fd(&found, dirfd(directory), pid, entry->d_name);
    closedir(directory);
    size_t first = holders->count;
    keep_those_not_owned(holders, &found);
    holders_free(&found.open);
    holders_free(&found.owned);
    snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    for (size_t i = first; i < holders->count; i++)
        if (!read_field(path, "Name:", holders->list[i].program, sizeof holders->list[i].program))
            holders->list[i].program[0] = '?';
}

void holders_find(struct holders *holders)
{
    *holders = (struct holders){0};
    DIR *processes = opendir("/proc");
    if (processes == NULL)
        return;
    const struct dirent *entry;
    while ((entry = readdir(processes)) != NULL)
        if (isdigit((unsigned char)entry->d_name[0]) &&
            (pid_t)strtol(entry->d_name, NULL, 10) != getpid())
            look_at_process(holders, entry->d_name);
    closedir(processes);
}

void holders_free(struct holders *holders)
{
    free(holders->list);
    *holders = (struct holders){0};
}

const struct holder *holders_of(const struct holders *holders, dev_t device)
{
    for (size_t i = 0; i < holders->count; i++)
        if (holders->list[i].device == device)
            return &holders->list[i];
    return NULL;
}
