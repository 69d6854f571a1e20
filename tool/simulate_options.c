/* SPDX-License-Identifier: MIT */
#include "tool/simulate_options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "gsmflash/protocol.h"
#include "tool/arguments.h"
#include "tool/exit_status.h"

static const char help[] =
    "usage: gsmflash simulate [options]\n"
    "\n"
    "Plays a GSM module on a pty: its boot loader, its flash, and an application that answers\n"
    "AT, ATI, AT+GMR and AT+CGMR. Ctrl-C ends it.\n"
    "\n"
    "      --link PATH         make PATH a link to its port; up to three: Main, Debug, AUX UART\n"
    "      --flash FILE        keep the flash in FILE: firmware from offset 0, then the boot "
    "record\n"
    "      --flash-size BYTES  room for firmware (what FILE has, else 4194304)\n"
    "      --mtu N             the longest frame that it takes (1024)\n"
    "      --baud N            its rate, at real pace (115200); 0: as fast as it goes\n"
    "      --power METHOD      who switches it off and on:\n"
    "                            first-sync  somebody, when sync words have come for 100 ms\n"
    "                                        and it does not answer them (the default)\n"
    "                            on          nobody: it is switched on once\n"
    "                            control     whoever writes to --control\n"
    "      --control PATH      a FIFO (made if need be) or a serial port: on or 1, off or 0\n"
    "      --fault SPEC        something goes wrong, see below; may be given again\n"
    "      --sessions N        leave after N completed updates\n"
    "      --json              one JSON object a line on stdout, for programs\n"
    "  -q, --quiet             say nothing but errors\n"
    "  -v, --verbose           say each answer too\n"
    "  -h, --help              this text\n"
    "\n"
    "Faults. P: the number of a packet from 0, or data (any packet), sync, sync2, begin, end, "
    "run.\n"
    "P*3: three times; P*: for ever. Several may stand in one SPEC, with commas between them.\n"
    "  lost@P late@P=MS broken@P double@P   its answer to P\n"
    "  status@P=1..4     it reports this status\n"
    "  silent@P dead@P   it says nothing from there on, until it is switched off, or for good\n"
    "  power@P=MS        it loses its supply before it answers, for so long (0: until switched)\n"
    "  lose=RATE flip=RATE        bytes on the line, either way: 0.001 is one in a thousand\n"
    "  in:lose@N=COUNT in:double@N in:flip@N=BIT in:pause@N=MS in:noise@N=COUNT in:dead@N\n"
    "                    at byte N on its way into the module; out: out of it\n"
    "  flash:fail@N flash:ignore@N flash:stuck@N=BIT flash:before@N flash:torn@N flash:after@N\n"
    "                    at erase or program N: it fails, does nothing, has a stuck bit, or the\n"
    "                    supply is lost before, in the middle of, after it\n"
    "  count-bytes twice refuse mtu=N program=US erase=US boot=MS seed=N\n"
    "\n"
    "Exit status: 0 it was ended, or has done its sessions; 2 wrong usage; 3 the flash, the port\n"
    "or the control can't be opened.\n";

enum option_key {
    OPTION_LINK = 256,
    OPTION_FLASH,
    OPTION_FLASH_SIZE,
    OPTION_MTU,
    OPTION_BAUD,
    OPTION_POWER,
    OPTION_CONTROL,
    OPTION_FAULT,
    OPTION_SESSIONS,
    OPTION_JSON,
};

static const struct option long_options[] = {
    {"link", required_argument, NULL, OPTION_LINK},
    {"flash", required_argument, NULL, OPTION_FLASH},
    {"flash-size", required_argument, NULL, OPTION_FLASH_SIZE},
    {"mtu", required_argument, NULL, OPTION_MTU},
    {"baud", required_argument, NULL, OPTION_BAUD},
    {"power", required_argument, NULL, OPTION_POWER},
    {"control", required_argument, NULL, OPTION_CONTROL},
    {"fault", required_argument, NULL, OPTION_FAULT},
    {"sessions", required_argument, NULL, OPTION_SESSIONS},
    {"json", no_argument, NULL, OPTION_JSON},
    {"quiet", no_argument, NULL, 'q'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

enum {
    MTU_MIN = 8, /* smaller than a host can use: its refusal can be tried */
    MTU_MAX = 65535,
    BAUD_MAX = 4000000,
    FLASH_MAX = 1024 * 1024 * 1024,
};

static int take_link(struct simulate_options *options, const char *path)
{
    if (options->link_count == SIM_PORTS_MAX)
        return usage_error("simulate", "--link: a module has three ports at most");
    options->links[options->link_count++] = path;
    return STATUS_DONE;
}

static int take_power(struct simulate_options *options, const char *method)
{
    static const char *const methods[] = {
        [SIMULATE_POWER_FIRST_SYNC] = "first-sync",
        [SIMULATE_POWER_ON] = "on",
        [SIMULATE_POWER_CONTROL] = "control",
    };
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (strcmp(method, methods[i]) == 0) {
            options->power = (enum simulate_power)i;
            return STATUS_DONE;
        }
    }
    return usage_error("simulate", "--power: '%s' is none of first-sync, on, control", method);
}

static int take_fault(struct simulate_options *options, const char *spec)
{
    const char *why = sim_faults_add(&options->faults, spec);
    return why == NULL ? STATUS_DONE : usage_error("simulate", "--fault %s: %s", spec, why);
}

static int take_value(struct simulate_options *options, int key, const char *text)
{
    switch (key) {
    case OPTION_LINK:
        return take_link(options, text);
    case OPTION_FLASH:
        options->flash_path = text;
        return STATUS_DONE;
    case OPTION_FLASH_SIZE:
        return number_option("simulate", "--flash-size", text, 1, FLASH_MAX, &options->flash_bytes);
    case OPTION_MTU:
        return number_option("simulate", "--mtu", text, MTU_MIN, MTU_MAX, &options->mtu);
    case OPTION_BAUD:
        return number_option("simulate", "--baud", text, 0, BAUD_MAX, &options->baud);
    case OPTION_POWER:
        return take_power(options, text);
    case OPTION_CONTROL:
        options->control_path = text;
        return STATUS_DONE;
    case OPTION_FAULT:
        return take_fault(options, text);
    default:
        return number_option("simulate", "--sessions", text, 1, UINT32_MAX, &options->sessions);
    }
}

static int take_option(struct simulate_options *options, int key, char **argv)
{
    switch (key) {
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
        return option_error("simulate", key, argv);
    default:
        return take_value(options, key, optarg);
    }
}

static int check(const struct simulate_options *options, int argc, char **argv)
{
    if (optind < argc)
        return usage_error("simulate", "'%s' is too much", argv[optind]);
    if (options->power == SIMULATE_POWER_CONTROL && options->control_path == NULL)
        return usage_error("simulate", "--power control needs --control PATH");
    if (options->power != SIMULATE_POWER_CONTROL && options->control_path != NULL)
        return usage_error("simulate", "--control needs --power control");
    if (options->quiet && options->verbose)
        return usage_error("simulate", "--quiet and --verbose are given");
    return STATUS_DONE;
}

int simulate_options_parse(struct simulate_options *options, int argc, char **argv)
{
    int key;
    *options = (struct simulate_options){.mtu = SIM_MTU, .baud = GSMFLASH_BAUD};
    opterr = 0;
    while ((key = getopt_long(argc, argv, ":qvh", long_options, NULL)) != -1) {
        int status = take_option(options, key, argv);
        if (status != STATUS_DONE)
            return status;
    }
    if (options->help) {
        fputs(help, stdout);
        return STATUS_DONE;
    }
    return check(options, argc, argv);
}
