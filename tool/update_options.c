/* SPDX-License-Identifier: MIT */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/arguments.h"
#include "tool/exit_status.h"
#include "tool/image_check.h"
#include "tool/power_help.h"
#include "tool/update.h"

static const char help[] =
    "usage: gsmflash update IMAGE --port PORT [--port PORT ...] [options]\n"
    "\n"
    "Updates the firmware of a module with IMAGE. Start it, then switch the module on.\n"
    "Several ports: all their modules at a time, each on its own.\n"
    "\n"
    "  -p, --port PORT         the serial port that the module is on: a path, a name in /dev or\n"
    "                          /dev/serial/by-id, usb:VENDOR:PRODUCT[:SERIAL], tcp:HOST:PORT\n"
    "  -b, --baud N            its rate (115200)\n" POWER_HELP
    "  -t, --timeout SECONDS   how long to wait for the module's first answer, in all (60)\n"
    "      --attempts N        downloads to try before giving up (3)\n"
    "      --image-version N   the version that is told to the module (1)\n"
    "      --block BYTES       bytes of image in a packet, even (what the module takes)\n"
    "      --resume            go on with a download of this image that was broken off\n"
    "      --sha256 HEX        the image must have this SHA-256 (without: the one in\n"
    "                          IMAGE.sha256, if there is such a file)\n"
    "      --skip-if-revision TEXT\n"
    "                          ask the module first, and leave it as it is if it reports this\n"
    "      --expect-revision TEXT\n"
    "                          ask the module afterwards: it must report this revision\n"
    "      --no-run            leave the module in command mode, do not start the firmware\n"
    "      --trace FILE        record the session, for `gsmflash decode` and Wireshark\n"
    "      --json              one JSON object a line on stdout, for programs\n"
    "  -q, --quiet             say nothing but errors\n"
    "  -v, --verbose           say each phase and each repetition\n"
    "  -h, --help              this text\n"
    "\n"
    "Exit status:\n"
    "    0  updated, and running where asked\n"
    "    1  broke off: the module's firmware is invalid until an update completes\n"
    "    2  wrong usage\n"
    "    3  the image or the port can't be opened or read; the module is untouched\n"
    "    4  no module answered; it is untouched\n"
    "    5  refused, by the module or by a check of the file\n"
    "    6  updated and valid, but its start was not confirmed\n"
    "  130  interrupted; the last line says what state the module is in\n"
    "Of several modules the worst: 1, then 130, 5, 3, 4, 6, 0; the summary names them all.\n";

enum option_key {
    OPTION_POWER = 256,
    OPTION_ATTEMPTS,
    OPTION_IMAGE_VERSION,
    OPTION_BLOCK,
    OPTION_NO_RUN,
    OPTION_RESUME,
    OPTION_SHA256,
    OPTION_SKIP_IF_REVISION,
    OPTION_EXPECT_REVISION,
    OPTION_JSON,
    OPTION_TRACE,
};

static const struct option long_options[] = {
    {"port", required_argument, NULL, 'p'},
    {"baud", required_argument, NULL, 'b'},
    {"power", required_argument, NULL, OPTION_POWER},
    {"timeout", required_argument, NULL, 't'},
    {"attempts", required_argument, NULL, OPTION_ATTEMPTS},
    {"image-version", required_argument, NULL, OPTION_IMAGE_VERSION},
    {"block", required_argument, NULL, OPTION_BLOCK},
    {"no-run", no_argument, NULL, OPTION_NO_RUN},
    {"resume", no_argument, NULL, OPTION_RESUME},
    {"sha256", required_argument, NULL, OPTION_SHA256},
    {"skip-if-revision", required_argument, NULL, OPTION_SKIP_IF_REVISION},
    {"expect-revision", required_argument, NULL, OPTION_EXPECT_REVISION},
    {"json", no_argument, NULL, OPTION_JSON},
    {"trace", required_argument, NULL, OPTION_TRACE},
    {"quiet", no_argument, NULL, 'q'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

enum {
    BAUD_MIN = 300,
    BAUD_MAX = 4000000,
    BLOCK_MAX = 65524, /* the longest frame's, rounded down to an even number */
    ATTEMPTS_MAX = 100,
};

static int add_port(struct update_options *options, const char *port)
{
    struct problem problem;
    if (!port_name_check(port, &problem))
        return usage_error("update", "--port: %s", problem.text);
    const char **ports = realloc(options->ports, (options->port_count + 1) * sizeof *ports);
    if (ports == NULL)
        return usage_error("update", "out of memory");
    options->ports = ports;
    ports[options->port_count++] = port;
    return STATUS_DONE;
}

static int take_power(struct update_options *options, const char *text)
{
    struct problem problem;
    if (power_parse(&options->plan.power, text, &problem))
        return STATUS_DONE;
    return usage_error("update", "%s", problem.text);
}

static int take_block(struct update_options *options, const char *text)
{
    uint32_t *block = &options->plan.block_bytes;
    int status = number_option("update", "--block", text, 2, BLOCK_MAX, block);
    if (status == STATUS_DONE && *block % 2 != 0)
        return usage_error("update", "--block: %s is odd, and blocks are even", text);
    return status;
}

static int take_sha256(struct update_options *options, const char *text)
{
    options->sha256_told = sha256_parse(options->sha256, text);
    return options->sha256_told
               ? STATUS_DONE
               : usage_error("update", "--sha256: '%s' is not 64 hexadecimal digits", text);
}

static int take_value(struct update_options *options, int key, const char *text)
{
    struct plan *plan = &options->plan;
    switch (key) {
    case 'p':
        return add_port(options, text);
    case 'b':
        return number_option("update", "--baud", text, BAUD_MIN, BAUD_MAX, &plan->baud);
    case 't':
        return seconds_option("update", "--timeout", text, &plan->timeout_ms);
    case OPTION_POWER:
        return take_power(options, text);
    case OPTION_TRACE:
        options->trace_path = text;
        return STATUS_DONE;
    case OPTION_SHA256:
        return take_sha256(options, text);
    case OPTION_SKIP_IF_REVISION:
        plan->skip_revision = text;
        return STATUS_DONE;
    case OPTION_EXPECT_REVISION:
        plan->expect_revision = text;
        return STATUS_DONE;
    case OPTION_ATTEMPTS:
        return number_option("update", "--attempts", text, 1, ATTEMPTS_MAX, &plan->attempts);
    case OPTION_IMAGE_VERSION:
        return number_option("update", "--image-version", text, 0, UINT32_MAX, &plan->version);
    default:
        return take_block(options, text);
    }
}

static int take_option(struct update_options *options, int key, char **argv)
{
    switch (key) {
    case OPTION_NO_RUN:
        options->plan.no_run = true;
        return STATUS_DONE;
    case OPTION_RESUME:
        options->plan.resume = true;
        return STATUS_DONE;
    case OPTION_JSON:
        options->json = true;
        return STATUS_DONE;
    case 'q':
        options->quiet = true;
        return STATUS_DONE;
    case 'v':
        options->verbose = true;
        return STATUS_DONE;
    case 'h':
        options->help = true;
        return STATUS_DONE;
    case '?':
    case ':':
        return option_error("update", key, argv);
    default:
        return take_value(options, key, optarg);
    }
}

static int take_rest(struct update_options *options, int argc, char **argv)
{
    if (optind == argc)
        return usage_error("update", "no image is given");
    if (argc - optind > 1)
        return usage_error("update", "one image only, and '%s' is given after '%s'",
                           argv[optind + 1], argv[optind]);
    if (options->port_count == 0)
        return usage_error("update", "no --port is given");
    if (options->plan.no_run && options->plan.expect_revision != NULL)
        return usage_error("update", "--expect-revision needs the firmware to run, and --no-run is "
                                     "given");
    if (options->port_count > 1 && options->plan.power.method == POWER_GPIO)
        return usage_error("update", "--power gpio: is one line, and several --port are given; "
                                     "exec: is told the port in GSMFLASH_PORT");
    if (options->quiet && options->verbose)
        return usage_error("update", "--quiet and --verbose are given");
    options->image_path = argv[optind];
    return STATUS_DONE;
}

int update_options_parse(struct update_options *options, int argc, char **argv)
{
    int key;
    *options = (struct update_options){
        .plan = {.baud = GSMFLASH_BAUD, .timeout_ms = 60000, .version = 1, .attempts = 3}};
    opterr = 0;
    while ((key = getopt_long(argc, argv, ":p:b:t:qvh", long_options, NULL)) != -1) {
        int status = take_option(options, key, argv);
        if (status != STATUS_DONE)
            return status;
    }
    if (options->help) {
        fputs(help, stdout);
        return STATUS_DONE;
    }
    return take_rest(options, argc, argv);
}
