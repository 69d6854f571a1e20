/* SPDX-License-Identifier: MIT */
#include "tool/image_check.h"

#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const char suffix[] = ".sha256";

enum {
    HEX_DIGITS = SHA256_HEX_BYTES - 1,
};

bool sha256_parse(uint8_t sha256[SHA256_BYTES], const char *hex)
{
    const char *end;
    size_t size;
    return strlen(hex) == HEX_DIGITS &&
           sodium_hex2bin(sha256, SHA256_BYTES, hex, HEX_DIGITS, NULL, &size, &end) == 0 &&
           size == SHA256_BYTES && *end == '\0';
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* Splits a line into its digits and the name of the file that they are of ("": none stands there).
 */
static bool split_line(char *line, char **hex, char **name)
{
    static const char tag[] = "SHA256 (";
    line[strcspn(line, "\r\n")] = '\0';
    *hex = line;
    if (strncmp(line, tag, strlen(tag)) == 0) {
        char *end = strstr(line, ") = ");
        if (end == NULL)
            return false;
        *end = '\0';
        *name = line + strlen(tag);
        *hex = end + strlen(") = ");
        return true;
    }
    size_t digits = strcspn(line, " \t");
    *name = line + digits;
    *name += strspn(*name, " \t");
    /* A '*' is how sha256sum marks binary mode. */
    *name += **name == '*';
    line[digits] = '\0';
    return true;
}

/* Looks for the image's own line, or one that names no file. */
static bool find_line(FILE *file, const char *image_path, uint8_t sha256[SHA256_BYTES])
{
    char line[PATH_MAX + 128];
    char *hex;
    char *name;
    while (fgets(line, sizeof line, file) != NULL)
        if (split_line(line, &hex, &name) && sha256_parse(sha256, hex) &&
            (*name == '\0' || strcmp(base_name(name), base_name(image_path)) == 0))
            return true;
    return false;
}

enum found {
    FOUND,
    FOUND_NONE, /* there is no such file */
    FOUND_BAD,  /* there is, and it can't be used: `problem` */
};

static enum found read_beside(const struct image_file *image, uint8_t sha256[SHA256_BYTES],
                              struct problem *problem)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s%s", image->path, suffix) >= (int)sizeof path)
        return FOUND_NONE;
    FILE *file = fopen(path, "re");
    if (file == NULL && (errno == ENOENT || errno == ENAMETOOLONG))
        return FOUND_NONE;
    if (file == NULL) {
        problem_set(problem, "%s: can't be read, and so the image can't be checked: %s", path,
                    strerror(errno));
        return FOUND_BAD;
    }
    bool found = find_line(file, image->path, sha256);
    fclose(file);
    if (!found)
        problem_set(problem,
                    "%s: holds no SHA-256 of this image; make it anew with sha256sum, or remove it",
                    path);
    return found ? FOUND : FOUND_BAD;
}

bool image_check(const struct image_file *image, const uint8_t *wanted, struct problem *problem)
{
    uint8_t beside[SHA256_BYTES];
    bool told = wanted != NULL;
    if (!told) {
        enum found found = read_beside(image, beside, problem);
        if (found != FOUND)
            return found == FOUND_NONE;
        wanted = beside;
    }
    if (memcmp(wanted, image->sha256, SHA256_BYTES) == 0)
        return true;
    problem_set(problem,
                "%s: its SHA-256 is not what %s says, nothing was sent; the image is damaged or "
                "another one: get it again",
                image->path, told ? "--sha256" : "the .sha256 file beside it");
    return false;
}
