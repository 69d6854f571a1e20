/* SPDX-License-Identifier: MIT */
#include "posix/modem_manager.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#define NAME      "org.freedesktop.ModemManager1"
#define PATH      "/org/freedesktop/ModemManager1"
#define NOT_FOUND NAME ".Error.Core.NotFound"

enum {
    ANSWER_US = 10000000,
};

struct modem_manager {
    sd_bus *bus;
    char **devices; /* that it leaves alone */
    size_t count;
};

static bool runs(sd_bus *bus)
{
    sd_bus_message *answer = NULL;
    int owned = 0;
    bool told =
        sd_bus_call_method(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                           "org.freedesktop.DBus", "NameHasOwner", NULL, &answer, "s", NAME) >= 0 &&
        sd_bus_message_read(answer, "b", &owned) >= 0;
    sd_bus_message_unref(answer);
    return told && owned != 0;
}

struct modem_manager *modem_manager_find(void)
{
    struct modem_manager *manager = calloc(1, sizeof *manager);
    if (manager == NULL)
        return NULL;
    if (sd_bus_open_system(&manager->bus) >= 0) {
        sd_bus_set_method_call_timeout(manager->bus, ANSWER_US);
        if (runs(manager->bus))
            return manager;
    }
    modem_manager_free(manager);
    return NULL;
}

static int ask(struct modem_manager *manager, const char *device, bool inhibit, sd_bus_error *error)
{
    return sd_bus_call_method(manager->bus, NAME, PATH, NAME, "InhibitDevice", error, NULL, "sb",
                              device, (int)inhibit);
}

static bool has_given(const struct modem_manager *manager, const char *device)
{
    for (size_t i = 0; i < manager->count; i++)
        if (strcmp(manager->devices[i], device) == 0)
            return true;
    return false;
}

static void note(struct modem_manager *manager, const char *device)
{
    char **devices = realloc(manager->devices, (manager->count + 1) * sizeof(char *));
    if (devices == NULL)
        return;
    manager->devices = devices;
    devices[manager->count] = strdup(device);
    if (devices[manager->count] != NULL)
        manager->count++;
}

enum modem_manager_answer modem_manager_keep_off(struct modem_manager *manager, const char *device,
                                                 struct problem *problem)
{
    sd_bus_error error = SD_BUS_ERROR_NULL;
    enum modem_manager_answer answer = MODEM_MANAGER_AWAY;
    /* A device may have several ports. */
    if (has_given(manager, device))
        return MODEM_MANAGER_AWAY;
    int result = ask(manager, device, true, &error);
    if (result >= 0) {
        note(manager, device);
    } else if (sd_bus_error_has_name(&error, NOT_FOUND)) {
        answer = MODEM_MANAGER_NO;
    } else {
        answer = MODEM_MANAGER_FAILED;
        problem_set(problem,
                    "ModemManager may disturb the update, as it does not leave this port alone "
                    "(%s); `sudo systemctl stop ModemManager` helps",
                    error.message != NULL ? error.message : strerror(-result));
    }
    sd_bus_error_free(&error);
    return answer;
}

void modem_manager_free(struct modem_manager *manager)
{
    if (manager == NULL)
        return;
    for (size_t i = 0; i < manager->count; i++) {
        ask(manager, manager->devices[i], false, NULL);
        free(manager->devices[i]);
    }
    free(manager->devices);
    sd_bus_flush_close_unref(manager->bus);
    free(manager);
}
