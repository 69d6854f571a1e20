/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target on the files in a folder, where there is no libFuzzer:  fuzz_NAME FOLDER */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "input.h"

#define INPUT_MAX 65536

static bool replay(const char *folder, const char *name)
{
    static uint8_t data[INPUT_MAX];
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return false;
    }
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
    return true;
}

int main(int argc, char **argv)
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    unsigned count = 0;

    if (folder == NULL) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] != '.') {
            if (!replay(argv[1], entry->d_name)) {
                return 1;
            }
            count++;
        }
    }
    closedir(folder);
    printf("%u inputs\n", count);
    return count != 0 ? 0 : 1;
}
