/* SPDX-License-Identifier: MIT */
#include "tool/opener.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "posix/clock.h"
#include "posix/ports.h"

enum {
    RETRY_MS = 100,
    LIMIT_MS = 2000,
    CONNECT_MS = 5000,
    /* Adapters that gather bytes for longer make an update slower by more than a tenth. */
    LATENCY_MS = 8,
};

static void done(struct opener *opener, const char *failure)
{
    opener->request.done(opener->request.context, failure);
}

static void warn_of_latency(const struct opener *opener)
{
    struct problem warning;
    unsigned latency_ms = ports_latency_ms(opener->serial->device);
    if (latency_ms <= LATENCY_MS)
        return;
    problem_set(&warning,
                "the adapter keeps bytes back for %u ms, which makes an update slow; "
                "`echo 1 | sudo tee /sys/dev/char/%u:%u/device/latency_timer` helps",
                latency_ms, major(opener->serial->device), minor(opener->serial->device));
    opener->request.warn(opener->request.context, warning.text);
}

static void try_to_open(struct opener *opener, const struct holders *holders)
{
    struct problem problem;
    uint64_t now_us = clock_now_us();
    enum serial_opened opened =
        serial_open(opener->serial, opener->place.path, opener->request.baud, holders, &problem);
    if (opened == SERIAL_OPENED) {
        warn_of_latency(opener);
        done(opener, NULL);
    } else if ((opened == SERIAL_DENIED || opener->freed) && now_us < opener->limit_us) {
        loop_timer_set(opener->request.loop, &opener->retry, now_us + RETRY_MS * UINT64_C(1000));
    } else {
        done(opener, problem.text);
    }
}

static void try_again(void *context)
{
    try_to_open(context, NULL);
}

/* The folder of the port's device in sysfs, to be freed; NULL: it has none (a pty, say). */
static char *find_device(const char *path)
{
    struct stat node;
    struct ports ports;
    char *device = NULL;
    if (stat(path, &node) != 0 || !ports_find(&ports))
        return NULL;
    for (size_t i = 0; i < ports.count && device == NULL; i++)
        if (ports.list[i].device == node.st_rdev) {
            device = ports.list[i].physical;
            ports.list[i].physical = NULL;
        }
    ports_free(&ports);
    return device;
}

static void keep_modem_manager_off(struct opener *opener)
{
    struct problem problem;
    char *device = opener->request.modem_manager != NULL ? find_device(opener->place.path) : NULL;
    if (device == NULL)
        return;
    switch (modem_manager_keep_off(opener->request.modem_manager, device, &problem)) {
    case MODEM_MANAGER_AWAY:
        opener->freed = true;
        break;
    case MODEM_MANAGER_FAILED:
        opener->request.warn(opener->request.context, problem.text);
        break;
    case MODEM_MANAGER_NO:
        break;
    }
    free(device);
}

static void connected(void *context, int fd, const char *failure)
{
    struct opener *opener = context;
    if (failure == NULL)
        serial_adopt(opener->serial, fd, opener->request.baud);
    done(opener, failure);
}

void opener_start(struct opener *opener, const struct opener_request *request,
                  struct serial *serial, const struct holders *holders)
{
    struct problem problem;
    *opener = (struct opener){
        .request = *request,
        .serial = serial,
        .retry = {.expired = try_again, .context = opener},
        .limit_us = clock_now_us() + LIMIT_MS * UINT64_C(1000),
    };
    if (!port_name_find(request->name, &opener->place, &problem)) {
        done(opener, problem.text);
        return;
    }
    if (opener->place.tcp) {
        tcp_start(&opener->tcp, request->loop, opener->place.path, opener->place.service,
                  CONNECT_MS, connected, opener);
        return;
    }
    keep_modem_manager_off(opener);
    try_to_open(opener, opener->freed ? NULL : holders);
}

void opener_stop(struct opener *opener)
{
    tcp_stop(&opener->tcp);
    if (opener->request.loop != NULL)
        loop_timer_clear(opener->request.loop, &opener->retry);
}
