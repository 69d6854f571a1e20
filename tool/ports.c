/* SPDX-License-Identifier: MIT */
/* `gsmflash ports`: the machine's serial ports, and who holds them. */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "posix/holder.h"
#include "posix/ports.h"
#include "tool/arguments.h"
#include "tool/commands.h"
#include "tool/exit_status.h"

static const char help[] =
    "usage: gsmflash ports [options]\n"
    "\n"
    "Lists this machine's serial ports: what they are, the names that --port takes for them, and\n"
    "which programs have them open. No port is opened for that.\n"
    "\n"
    "      --json  one JSON object a line for each port\n"
    "  -h, --help  this text\n"
    "\n"
    "Other users' programs are seen by root only.\n"
    "\n"
    "Exit status: 0 listed, even if there is none; 2 wrong usage; 3 they can't be listed\n";

static bool may_open(const struct port_info *port)
{
    return access(port->path, R_OK | W_OK) == 0;
}

static void print_usb(const struct port_info *port)
{
    if (!port->usb)
        return;
    printf("    usb:%04x:%04x", port->vendor, port->product);
    if (port->serial[0] != '\0')
        printf(":%s", port->serial);
    putchar('\n');
}

static void print_port(const struct port_info *port, const struct holders *holders)
{
    printf("%s  %s", port->path, port->description[0] != '\0' ? port->description : "serial port");
    if (port->driver[0] != '\0')
        printf(" (%s)", port->driver);
    putchar('\n');
    print_usb(port);
    if (port->by_id[0] != '\0')
        printf("    %s\n", port->by_id);
    for (size_t i = 0; i < holders->count; i++)
        if (holders->list[i].device == port->device)
            printf("    in use by %s (pid %ld)\n", holders->list[i].program,
                   (long)holders->list[i].pid);
    if (!may_open(port))
        printf("    can't be opened by you: %s\n", strerror(errno));
    unsigned latency_ms = ports_latency_ms(port->device);
    if (latency_ms > 1)
        printf("    keeps bytes back for %u ms\n", latency_ms);
}

/* What a device calls itself need not be UTF-8, which JSON is. */
static void set_text(json_t *object, const char *key, const char *text)
{
    json_t *value = json_string(text);
    json_object_set_new(object, key, value != NULL ? value : json_string("?"));
}

static json_t *list_holders(const struct port_info *port, const struct holders *holders)
{
    json_t *list = json_array();
    for (size_t i = 0; i < holders->count; i++) {
        if (holders->list[i].device != port->device)
            continue;
        json_t *holder = json_pack("{s:I}", "pid", (json_int_t)holders->list[i].pid);
        set_text(holder, "program", holders->list[i].program);
        json_array_append_new(list, holder);
    }
    return list;
}

static void print_json(const struct port_info *port, const struct holders *holders)
{
    char usb[16] = "";
    json_t *object = json_pack("{s:s}", "type", "port");
    if (port->usb)
        snprintf(usb, sizeof usb, "%04x:%04x", port->vendor, port->product);
    set_text(object, "path", port->path);
    set_text(object, "driver", port->driver);
    set_text(object, "description", port->description);
    set_text(object, "usb", usb);
    set_text(object, "serial", port->serial);
    set_text(object, "by_id", port->by_id);
    json_object_set_new(object, "may_open", json_boolean(may_open(port)));
    json_object_set_new(object, "latency_ms",
                        json_integer((json_int_t)ports_latency_ms(port->device)));
    json_object_set_new(object, "holders", list_holders(port, holders));
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

static int list(bool json)
{
    struct ports ports;
    struct holders holders;
    if (!ports_find(&ports)) {
        fprintf(stderr, "gsmflash: the ports can't be listed: %s; is sysfs mounted?\n",
                strerror(errno));
        return STATUS_NOT_OPENED;
    }
    holders_find(&holders);
    for (size_t i = 0; i < ports.count; i++)
        (json ? print_json : print_port)(&ports.list[i], &holders);
    if (ports.count == 0)
        fprintf(stderr, "gsmflash: there is no serial port; is the adapter plugged in?\n");
    holders_free(&holders);
    ports_free(&ports);
    return STATUS_DONE;
}

int ports_main(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    bool json = false;
    int key;
    opterr = 0;
    while ((key = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        if (key == 'h') {
            fputs(help, stdout);
            return STATUS_DONE;
        }
        if (key != 'j')
            return option_error("ports", key, argv);
        json = true;
    }
    if (optind < argc)
        return usage_error("ports", "'%s' is too much", argv[optind]);
    return list(json);
}
