/* SPDX-License-Identifier: MIT */
#include "tool/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool state_folder(char *path, size_t size)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    int length = -1;
    if (state != NULL && state[0] == '/')
        length = snprintf(path, size, "%s/gsmflash", state);
    else if (home != NULL && home[0] == '/')
        length = snprintf(path, size, "%s/.local/state/gsmflash", home);
    return length >= 0 && (size_t)length < size;
}

/* A port's name as a file's: whatever can't stand in one, or would be ambiguous, as %XX. */
static bool append_name(char *path, size_t size, const char *port)
{
    size_t length = strlen(path);
    for (; *port != '\0'; port++) {
        const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:";
        const char *format = strchr(plain, *port) != NULL ? "%c" : "%%%02X";
        int added = snprintf(path + length, size - length, format, (unsigned char)*port);
        if ((size_t)added >= size - length)
            return false;
        length += (size_t)added;
    }
    return true;
}

static bool find_place(char path[PATH_MAX], const char *port)
{
    char whole[PATH_MAX] = "";
    char folder[PATH_MAX];
    /* The same port by the same name, from whatever folder. */
    bool relative = port[0] != '/' && strchr(port, ':') == NULL;
    if (relative && getcwd(whole, sizeof whole) == NULL)
        return false;
    size_t length = strlen(whole);
    int added = snprintf(whole + length, sizeof whole - length, "%s%s", relative ? "/" : "", port);
    if ((size_t)added >= sizeof whole - length || !state_folder(folder, sizeof folder))
        return false;
    added = snprintf(path, PATH_MAX, "%s/", folder);
    return added < PATH_MAX && append_name(path, PATH_MAX, whole);
}

void journal_open(struct journal *journal, const char *port)
{
    journal->failed = false;
    if (!find_place(journal->path, port))
        journal->path[0] = '\0';
}

enum journal_found journal_read(const struct journal *journal, struct journal_entry *entry)
{
    char text[JOURNAL_TEXT_BYTES];
    int fd = open(journal->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? JOURNAL_NONE : JOURNAL_CORRUPT;
    ssize_t size = read(fd, text, sizeof text);
    close(fd);
    return size >= 0 && journal_parse(text, (size_t)size, entry) ? JOURNAL_READ : JOURNAL_CORRUPT;
}

/* Makes the folders that lead to the file, those that are missing. */
static bool make_folders(const char *path)
{
    char folder[PATH_MAX];
    for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        size_t length = (size_t)(slash - path);
        memcpy(folder, path, length);
        folder[length] = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST)
            return false;
    }
    return true;
}

static bool sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    size_t length = (size_t)(strrchr(path, '/') - path);
    memcpy(folder, path, length);
    folder[length] = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool synced = fsync(fd) == 0;
    close(fd);
    return synced;
}

static bool write_file(const char *path, const char *text, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    ssize_t written = write(fd, text, size);
    bool done = written == (ssize_t)size && fsync(fd) == 0;
    int error = written >= 0 && written < (ssize_t)size ? ENOSPC : errno;
    if (close(fd) != 0 && done)
        return false;
    errno = error;
    return done;
}

/* The old text or the new one is there at any moment, never a mixture. */
static bool replace(const char *path, const char *text, size_t size)
{
    char fresh[PATH_MAX + 4];
    snprintf(fresh, sizeof fresh, "%s.new", path);
    if (make_folders(path) && write_file(fresh, text, size) && rename(fresh, path) == 0 &&
        sync_folder_of(path))
        return true;
    int error = errno;
    unlink(fresh);
    errno = error;
    return false;
}

bool journal_write(struct journal *journal, const struct journal_entry *entry,
                   struct problem *problem)
{
    char text[JOURNAL_TEXT_BYTES];
    if (journal->failed)
        return true;
    size_t size = journal_format(entry, text);
    if (journal->path[0] == '\0') {
        problem_set(problem, "no journal is kept, for neither XDG_STATE_HOME nor HOME names a "
                             "place; the update goes on without it, and can't be resumed");
    } else if (replace(journal->path, text, size)) {
        return true;
    } else {
        problem_set(problem,
                    "the journal %s can't be written: %s; the update goes on without it, and can't "
                    "be resumed",
                    journal->path, strerror(errno));
        journal_remove(journal);
    }
    journal->failed = true;
    return false;
}

void journal_remove(const struct journal *journal)
{
    if (journal->path[0] != '\0' && unlink(journal->path) == 0)
        sync_folder_of(journal->path);
}
