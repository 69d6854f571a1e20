/* SPDX-License-Identifier: MIT */
/* `gsmflash info`: asks a running module what it is. */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gsmflash/protocol.h"
#include "tool/arguments.h"
#include "tool/commands.h"
#include "tool/exit_status.h"
#include "tool/interview.h"
#include "tool/opener.h"

static const char help[] =
    "usage: gsmflash info --port PORT [options]\n"
    "\n"
    "Asks a module whose firmware runs what it is and which revision it runs (ATI, AT+GMR), and\n"
    "finds out at which rate it listens. Nothing in the module is changed.\n"
    "\n"
    "  -p, --port PORT        as for `gsmflash update`\n"
    "  -b, --baud N           its rate (all usual ones are tried)\n"
    "  -t, --timeout SECONDS  how long to wait for an answer (10)\n"
    "      --json             one JSON object on stdout, for programs\n"
    "  -h, --help             this text\n"
    "\n"
    "Exit status: 0 it told; 2 wrong usage; 3 the port can't be opened; 4 no module answered;\n"
    "130 interrupted\n";

enum {
    BAUD_MIN = 300,
    BAUD_MAX = 4000000,
    TIMEOUT_MS = 10000,
};

static const unsigned usual_bauds[] = {GSMFLASH_BAUD, 9600,   19200,  57600, 38400,
                                       230400,        460800, 921600, 4800};

struct info {
    const char *port;
    uint32_t baud; /* 0: all usual ones */
    unsigned given_baud;
    uint32_t timeout_ms;
    bool json;
    struct loop *loop;
    struct modem_manager *modem_manager;
    struct opener opener;
    struct serial serial;
    struct loop_watch watch;
    struct interview interview;
    int status;
    bool over;
};

static void end(struct info *info, int status)
{
    info->status = status;
    info->over = true;
    loop_stop(info->loop, status);
}

static void fail(struct info *info, int status, const char *why)
{
    fprintf(stderr, "gsmflash: %s: %s\n", info->port, why);
    end(info, status);
}

static void print_json(const struct info *info)
{
    json_t *identity = json_array();
    const char *line = info->interview.identity;
    while (*line != '\0') {
        size_t length = strcspn(line, "\n");
        json_array_append_new(identity, json_stringn(line, length));
        line += length;
        line += *line == '\n';
    }
    json_t *port = json_string(info->port);
    json_t *object = json_pack(
        "{s:s, s:o, s:i, s:o, s:s}", "type", "info", "port", port != NULL ? port : json_string("?"),
        "baud", (int)info->serial.baud, "identity", identity, "revision", info->interview.revision);
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

static void print_text(const struct info *info)
{
    const char *each = info->interview.identity;
    const char *revision = info->interview.revision;
    printf("rate: %u baud\n", info->serial.baud);
    if (*each != '\0')
        fputs("identity: ", stdout);
    for (; *each != '\0'; each++)
        fputs(*each == '\n' ? ", " : (const char[]){*each, '\0'}, stdout);
    if (each != info->interview.identity)
        putchar('\n');
    printf("revision: %s\n", *revision != '\0' ? revision : "the module does not tell it");
}

static void interviewed(void *context, bool answered)
{
    struct info *info = context;
    if (!answered) {
        fail(info, STATUS_NO_MODULE,
             "no module answered AT; it may be off, without valid firmware, or still booting: try "
             "again, check the wires, or give its rate with --baud");
        return;
    }
    (info->json ? print_json : print_text)(info);
    end(info, STATUS_DONE);
}

static void port_ready(void *context, uint32_t events)
{
    struct info *info = context;
    uint8_t bytes[512];
    ssize_t size = read(info->serial.fd, bytes, sizeof bytes);
    if (size > 0)
        interview_take(&info->interview, bytes, (size_t)size);
    else if (size == 0 || (events & (EPOLLHUP | EPOLLERR)) != 0)
        fail(info, STATUS_NOT_OPENED, "the port is gone; is it still plugged in?");
}

static void port_opened(void *context, const char *failure)
{
    struct info *info = context;
    if (failure != NULL) {
        fail(info, STATUS_NOT_OPENED, failure);
        return;
    }
    info->watch = (struct loop_watch){.fd = info->serial.fd, .ready = port_ready, .context = info};
    if (!loop_watch_start(info->loop, &info->watch, EPOLLIN)) {
        fail(info, STATUS_NOT_OPENED, strerror(errno));
        return;
    }
    info->given_baud = info->baud;
    info->interview = (struct interview){
        .loop = info->loop,
        .serial = &info->serial,
        .bauds = info->baud != 0 ? &info->given_baud : usual_bauds,
        .baud_count = info->baud != 0 ? 1 : sizeof usual_bauds / sizeof usual_bauds[0],
        .limit_ms = info->timeout_ms,
        .done = interviewed,
        .context = info,
    };
    interview_start(&info->interview);
}

static void port_warned(void *context, const char *text)
{
    const struct info *info = context;
    fprintf(stderr, "gsmflash: warning: %s: %s\n", info->port, text);
}

static void signal_caught(void *context, int number)
{
    struct info *info = context;
    (void)number;
    fail(info, STATUS_INTERRUPTED, "interrupted; the module is untouched");
}

static int run(struct info *info)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, 0};
    const struct opener_request request = {
        .name = info->port,
        .baud = info->baud != 0 ? info->baud : usual_bauds[0],
        .modem_manager = info->modem_manager,
        .loop = info->loop,
        .done = port_opened,
        .warn = port_warned,
        .context = info,
    };
    if (info->loop == NULL || !loop_signals(info->loop, signals, signal_caught, info)) {
        fprintf(stderr, "gsmflash: can't wait for events: %s\n", strerror(errno));
        return STATUS_NOT_OPENED;
    }
    opener_start(&info->opener, &request, &info->serial, NULL);
    if (!info->over && loop_run(info->loop) < 0) {
        fprintf(stderr, "gsmflash: waiting failed: %s\n", strerror(errno));
        return STATUS_NOT_OPENED;
    }
    return info->status;
}

/* Returns STATUS_DONE, or STATUS_USAGE after it has said what is wrong. */
static int take_option(struct info *info, int key, char **argv)
{
    struct problem problem;
    switch (key) {
    case 'p':
        if (info->port != NULL)
            return usage_error("info", "one --port only");
        info->port = optarg;
        return port_name_check(optarg, &problem) ? STATUS_DONE
                                                 : usage_error("info", "--port: %s", problem.text);
    case 'b':
        return number_option("info", "--baud", optarg, BAUD_MIN, BAUD_MAX, &info->baud);
    case 't':
        return seconds_option("info", "--timeout", optarg, &info->timeout_ms);
    case 'j':
        info->json = true;
        return STATUS_DONE;
    default:
        return option_error("info", key, argv);
    }
}

int info_main(int argc, char **argv)
{
    static const struct option options[] = {
        {"port", required_argument, NULL, 'p'},    {"baud", required_argument, NULL, 'b'},
        {"timeout", required_argument, NULL, 't'}, {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
    };
    struct info info = {.timeout_ms = TIMEOUT_MS, .serial.fd = -1};
    int key;
    opterr = 0;
    while ((key = getopt_long(argc, argv, ":p:b:t:h", options, NULL)) != -1) {
        if (key == 'h') {
            fputs(help, stdout);
            return STATUS_DONE;
        }
        if (take_option(&info, key, argv) != STATUS_DONE)
            return STATUS_USAGE;
    }
    if (optind < argc)
        return usage_error("info", "'%s' is too much", argv[optind]);
    if (info.port == NULL)
        return usage_error("info", "no --port is given");
    info.loop = loop_new();
    info.modem_manager = modem_manager_find();
    int status = run(&info);
    opener_stop(&info.opener);
    interview_stop(&info.interview);
    serial_close(&info.serial);
    modem_manager_free(info.modem_manager);
    loop_free(info.loop);
    return status;
}
