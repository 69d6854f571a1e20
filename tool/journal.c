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

static int open_folder_of(const char *path)
{
    char folder[PATH_MAX];
    size_t length = (size_t)(strrchr(path, '/') - path);
    memcpy(folder, path, length);
    folder[length] = '\0';
    return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The old text or the new one is there at any moment, never a mixture: until the new one is on the
 * disk it has another name. */
static void name_fresh(const struct journal *journal, char fresh[PATH_MAX + 4])
{
    snprintf(fresh, PATH_MAX + 4, "%s.new", journal->path);
}

static void tell(struct journal *journal, const char *failure)
{
    journal->busy = false;
    journal->written(journal->context, failure);
}

static void fail(struct journal *journal, int error)
{
    struct problem problem;
    char fresh[PATH_MAX + 4];
    problem_set(&problem,
                "the journal %s can't be written: %s; the update goes on without it, and can't be "
                "resumed",
                journal->path, strerror(error));
    name_fresh(journal, fresh);
    unlink(fresh);
    journal->failed = true;
    journal_remove(journal);
    tell(journal, problem.text);
}

static void folder_synced(void *context, int error)
{
    struct journal *journal = context;
    if (!journal->busy)
        return;
    if (error != 0)
        fail(journal, error);
    else
        tell(journal, NULL);
}

/* Returns an errno, or 0. */
static int take_name(const struct journal *journal)
{
    char fresh[PATH_MAX + 4];
    name_fresh(journal, fresh);
    return rename(fresh, journal->path) == 0 ? 0 : errno;
}

static void file_synced(void *context, int error)
{
    struct journal *journal = context;
    if (error == 0)
        error = take_name(journal);
    int folder = error == 0 ? open_folder_of(journal->path) : -1;
    if (folder < 0) {
        fail(journal, error != 0 ? error : errno);
        return;
    }
    journal->folder = (struct disk_sync){.fd = folder, .done = folder_synced, .context = journal};
    disk_sync_start(journal->disk, &journal->folder);
}

/* Returns a file descriptor, or -1 and errno. */
static int write_fresh(const struct journal *journal, const char *text, size_t size)
{
    char fresh[PATH_MAX + 4];
    name_fresh(journal, fresh);
    int fd = make_folders(journal->path)
                 ? open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)
                 : -1;
    if (fd < 0)
        return -1;
    ssize_t written = write(fd, text, size);
    if (written == (ssize_t)size)
        return fd;
    int error = written >= 0 ? ENOSPC : errno;
    close(fd);
    errno = error;
    return -1;
}

void journal_write(struct journal *journal, const struct journal_entry *entry)
{
    char text[JOURNAL_TEXT_BYTES];
    if (journal->failed) {
        tell(journal, NULL);
        return;
    }
    if (journal->path[0] == '\0') {
        journal->failed = true;
        tell(journal, "no journal is kept, for neither XDG_STATE_HOME nor HOME names a place; the "
                      "update goes on without it, and can't be resumed");
        return;
    }
    int fd = write_fresh(journal, text, journal_format(entry, text));
    if (fd < 0) {
        fail(journal, errno);
        return;
    }
    journal->busy = true;
    journal->file = (struct disk_sync){.fd = fd, .done = file_synced, .context = journal};
    disk_sync_start(journal->disk, &journal->file);
}

void journal_finish(struct journal *journal)
{
    if (!journal->busy)
        return;
    if (journal->file.under_way && disk_sync_finish(&journal->file) == 0 &&
        take_name(journal) == 0) {
        journal->folder.fd = open_folder_of(journal->path);
        journal->folder.under_way = journal->folder.fd >= 0;
    }
    disk_sync_finish(&journal->folder);
    journal->busy = false;
}

/* Nobody waits for it: a journal that comes back after all asks for a download that there is not.
 */
void journal_remove(struct journal *journal)
{
    if (journal->path[0] == '\0' || unlink(journal->path) != 0 || journal->folder.under_way)
        return;
    int folder = open_folder_of(journal->path);
    if (folder < 0)
        return;
    journal->folder = (struct disk_sync){.fd = folder, .done = folder_synced, .context = journal};
    disk_sync_start(journal->disk, &journal->folder);
}
