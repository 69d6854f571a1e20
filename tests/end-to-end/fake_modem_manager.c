/* SPDX-License-Identifier: MIT */
/*
 * Plays ModemManager on a private bus:  fake_modem_manager allow|refuse|unknown [NODE]
 * It has NODE open, until it is asked to leave the device alone; then it closes it a moment later.
 * Each thing that happens is a line on stdout.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#define NAME "org.freedesktop.ModemManager1"
#define PATH "/org/freedesktop/ModemManager1"

enum {
    CLOSE_AFTER_US = 300000,
};

struct fake {
    const char *mode;
    int node_fd;
    sd_event *events;
    sd_bus_track *clients;
};

static int close_node(sd_event_source *source, uint64_t now_us, void *context)
{
    struct fake *fake = context;
    (void)source;
    (void)now_us;
    close(fake->node_fd);
    fake->node_fd = -1;
    return 0;
}

static int client_gone(sd_bus_track *clients, void *context)
{
    (void)clients;
    (void)context;
    puts("gone");
    return 0;
}

static int inhibit_device(sd_bus_message *message, void *context, sd_bus_error *error)
{
    struct fake *fake = context;
    const char *device;
    int inhibit;
    int result = sd_bus_message_read(message, "sb", &device, &inhibit);
    if (result < 0)
        return result;
    printf("%s %s\n", inhibit ? "inhibit" : "release", device);
    if (strcmp(fake->mode, "refuse") == 0)
        return sd_bus_error_set(error, NAME ".Error.Core.Unauthorized", "not authorized");
    if (strcmp(fake->mode, "unknown") == 0)
        return sd_bus_error_set(error, NAME ".Error.Core.NotFound", "no such device");
    if (inhibit && fake->clients == NULL)
        sd_bus_track_new(sd_bus_message_get_bus(message), &fake->clients, client_gone, fake);
    sd_bus_track_add_sender(fake->clients, message);
    if (inhibit && fake->node_fd >= 0)
        sd_event_add_time_relative(fake->events, NULL, CLOCK_MONOTONIC, CLOSE_AFTER_US, 0,
                                   close_node, fake);
    return sd_bus_reply_method_return(message, NULL);
}

static const sd_bus_vtable methods[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("InhibitDevice", "sb", "", inhibit_device, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};

int main(int argc, char **argv)
{
    struct fake fake = {.mode = argc > 1 ? argv[1] : "allow", .node_fd = -1};
    sd_bus *bus = NULL;
    setvbuf(stdout, NULL, _IOLBF, 0);
    prctl(PR_SET_NAME, "ModemManager");
    if (argc > 2 && (fake.node_fd = open(argv[2], O_RDWR | O_NOCTTY)) < 0)
        return 1;
    if (sd_event_default(&fake.events) < 0 || sd_bus_open_system(&bus) < 0 ||
        sd_bus_add_object_vtable(bus, NULL, PATH, NAME, methods, &fake) < 0 ||
        sd_bus_request_name(bus, NAME, 0) < 0 || sd_bus_attach_event(bus, fake.events, 0) < 0)
        return 1;
    puts("ready");
    return sd_event_loop(fake.events) < 0;
}
