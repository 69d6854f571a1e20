/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tool/commands.h"
#include "tool/exit_status.h"

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *arguments;
    const char *summary;
    bool acts; /* what it does counts, not what it prints */
};

static const struct command commands[] = {
    {"update", update_main, "IMAGE --port PORT", "update the firmware of a module", true},
    {"simulate", simulate_main, "[--link PATH]", "a simulated module on a pty", true},
    {"bridge", bridge_main, "UP DOWN", "transparent mode on this machine", true},
    {"image", image_main, "FILE", "size, check sums, packets, and the time an update takes", false},
    {"ports", ports_main, "", "the serial ports, and who holds them", false},
    {"info", info_main, "--port PORT", "ask a running module for its revision", false},
    {"decode", decode_main, "FILE", "a recorded session, frame by frame", false},
};

enum {
    COMMANDS = sizeof commands / sizeof commands[0],
};

static void print_help(void)
{
    puts("gsmflash updates the firmware of a GSM module over its UART.\n");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  gsmflash %-8s %-18s %s\n", commands[i].name, commands[i].arguments,
               commands[i].summary);
    puts("\n`gsmflash COMMAND --help` says all about a command; `gsmflash --version` the version.");
}

/* A full disk or a closed pipe must not look like success; nor a success like a failure. */
static int close_output(int status, bool acts)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "gsmflash: what was to be printed could not be written; is the disk full?\n");
    return status == STATUS_DONE && !acts ? STATUS_NOT_OPENED : status;
}

static bool is(const char *argument, const char *short_option, const char *long_option)
{
    return strcmp(argument, short_option) == 0 || strcmp(argument, long_option) == 0;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : NULL;
    if (name == NULL) {
        fprintf(stderr, "gsmflash: no command is given; see `gsmflash --help`\n");
        return STATUS_USAGE;
    }
    if (is(name, "-h", "--help") || strcmp(name, "help") == 0) {
        print_help();
        return close_output(STATUS_DONE, false);
    }
    if (is(name, "-V", "--version")) {
        puts("gsmflash " GSMFLASH_VERSION);
        return close_output(STATUS_DONE, false);
    }
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(name, commands[i].name) == 0)
            return close_output(commands[i].run(argc - 1, argv + 1), commands[i].acts);
    fprintf(stderr, "gsmflash: there is no command '%s'; see `gsmflash --help`\n", name);
    return STATUS_USAGE;
}
