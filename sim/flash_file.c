/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "sim/flash_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/record.h"

static bool fill_erased(int fd, size_t bytes)
{
    uint8_t erased[16384];
    memset(erased, 0xFF, sizeof erased);
    while (bytes > 0) {
        size_t want = bytes < sizeof erased ? bytes : sizeof erased;
        ssize_t done = write(fd, erased, want);
        if (done < 0 && errno != EINTR) {
            return false;
        }
        bytes -= done > 0 ? (size_t)done : 0;
    }
    return true;
}

/* Made under another name first: a file that is half erased never stands at `path`. */
static bool create_erased(const char *path, size_t bytes)
{
    size_t length = strlen(path) + sizeof ".XXXXXX";
    char *draft = malloc(length);
    if (draft == NULL) {
        return false;
    }
    snprintf(draft, length, "%s.XXXXXX", path);
    int fd = mkstemp(draft);
    bool good = fd >= 0 && fill_erased(fd, bytes) && fchmod(fd, 0644) == 0;
    good = good && rename(draft, path) == 0;
    int error = errno;
    if (fd >= 0) {
        close(fd);
        if (!good) {
            unlink(draft);
        }
    }
    free(draft);
    errno = error;
    return good;
}

static enum sim_flash_file_error check_size(struct sim_flash_config *config, off_t file_bytes)
{
    struct sim_flash_config none = *config;
    none.firmware_bytes = 0;
    off_t record_bytes = (off_t)sim_flash_bytes(&none);

    if (file_bytes <= record_bytes || file_bytes - record_bytes > UINT32_MAX - record_bytes) {
        return SIM_FLASH_FILE_SIZE;
    }
    if (config->firmware_bytes == 0) {
        config->firmware_bytes = (uint32_t)(file_bytes - record_bytes);
    }
    return (off_t)sim_flash_bytes(config) == file_bytes ? SIM_FLASH_FILE_OK : SIM_FLASH_FILE_SIZE;
}

static enum sim_flash_file_error map(int fd, struct sim_flash_config *config, uint8_t **memory)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return SIM_FLASH_FILE_SYSTEM;
    }
    if (!S_ISREG(status.st_mode)) {
        return SIM_FLASH_FILE_KIND;
    }
    enum sim_flash_file_error error = check_size(config, status.st_size);
    if (error != SIM_FLASH_FILE_OK) {
        return error;
    }
    void *mapped = mmap(NULL, sim_flash_bytes(config), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) {
        return SIM_FLASH_FILE_SYSTEM;
    }
    *memory = mapped;
    struct sim_flash flash;
    sim_flash_init(&flash, config, mapped);
    if (!sim_record_plausible(&flash)) {
        sim_flash_file_close(config, mapped);
        return SIM_FLASH_FILE_OTHER;
    }
    return SIM_FLASH_FILE_OK;
}

enum sim_flash_file_error sim_flash_file_open(const char *path, struct sim_flash_config *config,
                                              uint32_t default_bytes, uint8_t **memory)
{
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT) {
        struct sim_flash_config fresh = *config;
        if (fresh.firmware_bytes == 0) {
            fresh.firmware_bytes = default_bytes;
        }
        if (!create_erased(path, sim_flash_bytes(&fresh))) {
            return SIM_FLASH_FILE_SYSTEM;
        }
        fd = open(path, O_RDWR | O_CLOEXEC);
    }
    if (fd < 0) {
        return SIM_FLASH_FILE_SYSTEM;
    }
    enum sim_flash_file_error error = map(fd, config, memory);
    int kept = errno;
    close(fd);
    errno = kept;
    return error;
}

void sim_flash_file_close(const struct sim_flash_config *config, uint8_t *memory)
{
    munmap(memory, sim_flash_bytes(config));
}
