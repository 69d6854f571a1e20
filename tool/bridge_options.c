/* SPDX-License-Identifier: MIT */
#include "tool/bridge_options.h"

#include <getopt.h>
#include <stdio.h>

#include "gsmflash/bridge.h"
#include "tool/arguments.h"
#include "tool/exit_status.h"
#include "tool/port_name.h"
#include "tool/power_help.h"

static const char help[] =
    "usage: gsmflash bridge UP DOWN [options]\n"
    "\n"
    "Transparent mode on this machine: waits until a host on port UP begins to update the module\n"
    "on port DOWN, relays between them, and tells what became of the module. Until stopped.\n"
    "\n"
    "  -b, --baud N            the rate of both ports (115200)\n" POWER_HELP
    "      --silence SECONDS   leave transparent mode when nothing passes for so long (10)\n"
    "      --once              end after one session\n"
    "      --json              one JSON object a line on stdout, for programs\n"
    "  -q, --quiet             say nothing but errors\n"
    "  -h, --help              this text\n"
    "\n"
    "Exit status:\n"
    "    0  --once: the session left the module with complete firmware\n"
    "    1  the last session left the module without: it is invalid until an update completes\n"
    "    2  wrong usage\n"
    "    3  a port can't be opened, or is gone; the module is as the last session left it: valid\n"
    "    4  --once: the session did nothing to the module\n"
    "  130  interrupted; the last line says what state the module is in\n";

enum option_key {
    OPTION_POWER = 256,
    OPTION_SILENCE,
    OPTION_ONCE,
    OPTION_JSON,
};

static const struct option long_options[] = {
    {"baud", required_argument, NULL, 'b'},
    {"power", required_argument, NULL, OPTION_POWER},
    {"silence", required_argument, NULL, OPTION_SILENCE},
    {"once", no_argument, NULL, OPTION_ONCE},
    {"json", no_argument, NULL, OPTION_JSON},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

enum {
    BAUD_MIN = 300,
    BAUD_MAX = 4000000,
};

static int take_power(struct bridge_options *options, const char *text)
{
    struct problem problem;
    if (power_parse(&options->power, text, &problem))
        return STATUS_DONE;
    return usage_error("bridge", "%s", problem.text);
}

static int take_option(struct bridge_options *options, int key, char **argv)
{
    switch (key) {
    case 'b':
        return number_option("bridge", "--baud", optarg, BAUD_MIN, BAUD_MAX, &options->baud);
    case OPTION_POWER:
        return take_power(options, optarg);
    case OPTION_SILENCE:
        return seconds_option("bridge", "--silence", optarg, &options->silence_ms);
    case OPTION_ONCE:
        options->once = true;
        return STATUS_DONE;
    case OPTION_JSON:
        options->json = true;
        return STATUS_DONE;
    case 'q':
        options->quiet = true;
        return STATUS_DONE;
    case 'h':
        options->help = true;
        return STATUS_DONE;
    default:
        return option_error("bridge", key, argv);
    }
}

int bridge_options_parse(struct bridge_options *options, int argc, char **argv)
{
    int key;
    *options = (struct bridge_options){.baud = GSMFLASH_BAUD};
    opterr = 0;
    while ((key = getopt_long(argc, argv, ":b:qh", long_options, NULL)) != -1) {
        int status = take_option(options, key, argv);
        if (status != STATUS_DONE)
            return status;
    }
    if (options->help) {
        fputs(help, stdout);
        return STATUS_DONE;
    }
    if (argc - optind != 2)
        return usage_error("bridge", "give two ports: to the host, and to the module");
    options->ports[GSMFLASH_UPSTREAM] = argv[optind];
    options->ports[GSMFLASH_DOWNSTREAM] = argv[optind + 1];
    for (int side = 0; side < 2; side++) {
        struct problem problem;
        if (!port_name_check(options->ports[side], &problem))
            return usage_error("bridge", "%s", problem.text);
    }
    return STATUS_DONE;
}
