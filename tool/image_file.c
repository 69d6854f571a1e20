/* SPDX-License-Identifier: MIT */
#include "tool/image_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What the handler of SIGBUS needs to know: the mapping of the one image. */
static struct {
    const uint8_t *data;
    size_t size;
    volatile sig_atomic_t cut;
} mapping;

/*
 * A page of a file that was cut short is gone. Zeros in its place let the program go on to where it
 * looks at `cut`; nothing is sent before that.
 */
static void replace_page(int number, siginfo_t *info, void *context)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t address = (uintptr_t)info->si_addr;
    uintptr_t first = (uintptr_t)mapping.data;
    void *at = (void *)(address - address % page);
    (void)context;
    if (mapping.data == NULL || address < first || address >= first + mapping.size ||
        mmap(at, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
        signal(number, SIG_DFL);
        return;
    }
    mapping.cut = 1;
}

static void guard(const struct image_file *image)
{
    struct sigaction action = {.sa_sigaction = replace_page, .sa_flags = SA_SIGINFO};
    mapping.data = image->data;
    mapping.size = image->size;
    mapping.cut = 0;
    sigaction(SIGBUS, &action, NULL);
}

static bool check_kind(const struct image_file *image, struct problem *problem)
{
    const char *path = image->path;
    if (S_ISDIR(image->opened.st_mode))
        problem_set(problem, "%s: is a directory; give the image file itself", path);
    else if (!S_ISREG(image->opened.st_mode))
        problem_set(problem, "%s: is no regular file; copy the image into one first", path);
    else if (image->opened.st_size == 0)
        problem_set(problem, "%s: is empty; was it copied or downloaded completely?", path);
    else if ((uint64_t)image->opened.st_size > UINT32_MAX)
        problem_set(problem, "%s: is larger than 4 GiB, which no module takes", path);
    else
        return true;
    return false;
}

static void take_sha256(const struct image_file *image, uint8_t sha256[SHA256_BYTES])
{
    enum {
        PIECE_BYTES = 256 * 1024,
    };
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    for (uint32_t offset = 0, size; offset < image->size; offset += size) {
        size = image->size - offset < PIECE_BYTES ? image->size - offset : PIECE_BYTES;
        crypto_hash_sha256_update(&state, image->data + offset, size);
        image_file_release(image);
    }
    crypto_hash_sha256_final(&state, sha256);
}

void image_file_release(const struct image_file *image)
{
    if (!image->held)
        madvise((void *)(uintptr_t)image->data, image->size, MADV_DONTNEED);
}

static bool map(struct image_file *image, struct problem *problem)
{
    void *data = mmap(NULL, (size_t)image->opened.st_size, PROT_READ, MAP_PRIVATE, image->fd, 0);
    if (data == MAP_FAILED) {
        problem_set(problem, "%s: can't be read: %s", image->path, strerror(errno));
        return false;
    }
    image->data = data;
    image->size = (uint32_t)image->opened.st_size;
    guard(image);
    take_sha256(image, image->sha256);
    if (image_file_changed(image)) {
        problem_set(problem, "%s: changes while it is read; wait until it is complete",
                    image->path);
        return false;
    }
    return true;
}

bool image_file_open(struct image_file *image, const char *path, struct problem *problem)
{
    *image = (struct image_file){.path = path};
    /* Not to wait for ever for a FIFO's other end. */
    image->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (image->fd < 0 || fstat(image->fd, &image->opened) != 0) {
        problem_set(problem, "%s: can't be opened: %s; check its name and permissions", path,
                    strerror(errno));
        return false;
    }
    if (check_kind(image, problem) && map(image, problem))
        return true;
    image_file_close(image);
    return false;
}

bool image_file_hold(struct image_file *image, struct problem *problem)
{
    void *copy =
        mmap(NULL, image->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (copy == MAP_FAILED) {
        problem_set(problem, "%s: there is no memory for a copy of it", image->path);
        return false;
    }
    memcpy(copy, image->data, image->size);
    mprotect(copy, image->size, PROT_READ);
    bool changed = image_file_changed(image);
    mapping.data = NULL;
    munmap((void *)(uintptr_t)image->data, image->size);
    image->data = copy;
    image->held = true;
    uint8_t sha256[SHA256_BYTES];
    take_sha256(image, sha256);
    if (!changed && memcmp(sha256, image->sha256, sizeof sha256) == 0)
        return true;
    problem_set(problem, "%s: changes while it is read; wait until it is complete", image->path);
    return false;
}

void image_file_close(struct image_file *image)
{
    mapping.data = NULL;
    if (image->data != NULL)
        munmap((void *)(uintptr_t)image->data, image->size);
    if (image->fd >= 0)
        close(image->fd);
    image->data = NULL;
    image->fd = -1;
}

bool image_file_cut(const struct image_file *image)
{
    return image->data == mapping.data && mapping.cut != 0;
}

bool image_file_changed(const struct image_file *image)
{
    struct stat now;
    const struct stat *then = &image->opened;
    if (image->held)
        return false;
    return image_file_cut(image) || fstat(image->fd, &now) != 0 || now.st_size != then->st_size ||
           now.st_mtim.tv_sec != then->st_mtim.tv_sec ||
           now.st_mtim.tv_nsec != then->st_mtim.tv_nsec;
}

bool image_file_differs(const struct image_file *image)
{
    uint8_t sha256[SHA256_BYTES];
    if (image->held)
        return false;
    take_sha256(image, sha256);
    return image_file_changed(image) || memcmp(sha256, image->sha256, sizeof sha256) != 0;
}

void sha256_to_hex(const uint8_t sha256[SHA256_BYTES], char hex[SHA256_HEX_BYTES])
{
    sodium_bin2hex(hex, SHA256_HEX_BYTES, sha256, SHA256_BYTES);
}
