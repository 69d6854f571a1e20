/* SPDX-License-Identifier: MIT */
#include "posix/ports.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum {
    VALUE_BYTES = 256,
};

static const char *place(const char *variable, const char *usual)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0' ? value : usual;
}

static const char *sysfs(void)
{
    return place("GSMFLASH_SYSFS", "/sys");
}

const char *ports_dev(void)
{
    return place("GSMFLASH_DEV", "/dev");
}

/* The first line of FOLDER/NAME, without what does not belong on a terminal; "": there is none. */
static void read_value(const char *folder, const char *name, char value[VALUE_BYTES])
{
    char path[PATH_MAX];
    value[0] = '\0';
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return;
    if (fgets(value, VALUE_BYTES, file) == NULL)
        value[0] = '\0';
    fclose(file);
    value[strcspn(value, "\n")] = '\0';
    for (char *each = value; *each != '\0'; each++)
        if ((unsigned char)*each < ' ' || *each == 0x7F)
            *each = '?';
}

static bool has(const char *folder, const char *name)
{
    char path[PATH_MAX];
    return snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path &&
           access(path, F_OK) == 0;
}

/* Makes `folder` the folder above it; false: there is none that could be a device. */
static bool go_up(char *folder)
{
    char *end = strrchr(folder, '/');
    if (end == NULL || end == folder)
        return false;
    *end = '\0';
    return true;
}

/* Goes up from `folder` to the first one that has `name`; false: none does. */
static bool find_above(char *folder, const char *name)
{
    while (!has(folder, name))
        if (!go_up(folder))
            return false;
    return true;
}

/* Drivers that only stand between a port and its own: the kernel's generic serial core. */
static bool is_generic(const char *driver)
{
    return strcmp(driver, "port") == 0 || strcmp(driver, "ctrl") == 0;
}

/*
 * Goes up from `device` to the first folder with a driver of its own and puts the driver's name
 * into `name`. False: there is none.
 */
static bool find_driver(const char *device, char folder[PATH_MAX], char name[VALUE_BYTES])
{
    char path[PATH_MAX];
    char target[PATH_MAX];
    snprintf(folder, PATH_MAX, "%s", device);
    while (find_above(folder, "driver")) {
        if (snprintf(path, sizeof path, "%s/driver", folder) >= (int)sizeof path ||
            realpath(path, target) == NULL)
            return false;
        snprintf(name, VALUE_BYTES, "%.255s", strrchr(target, '/') + 1);
        if (!is_generic(name))
            return true;
        if (!go_up(folder))
            return false;
    }
    return false;
}

static char *describe_usb(const char *folder)
{
    char manufacturer[VALUE_BYTES];
    char product[VALUE_BYTES];
    char *text;
    read_value(folder, "manufacturer", manufacturer);
    read_value(folder, "product", product);
    /* Many a product names its maker itself. */
    bool once = strncmp(manufacturer, product, strlen(manufacturer)) == 0;
    if (asprintf(&text, "%s%s%s", once ? "" : manufacturer, once || product[0] == '\0' ? "" : " ",
                 product) < 0)
        return NULL;
    return text;
}

static uint16_t read_hex(const char *folder, const char *name)
{
    char value[VALUE_BYTES];
    read_value(folder, name, value);
    return (uint16_t)strtoul(value, NULL, 16);
}

static void take_usb(struct port_info *port, const char *folder)
{
    char serial[VALUE_BYTES];
    read_value(folder, "serial", serial);
    port->usb = true;
    port->vendor = read_hex(folder, "idVendor");
    port->product = read_hex(folder, "idProduct");
    port->serial = strdup(serial);
    port->description = describe_usb(folder);
    free(port->physical);
    port->physical = strdup(folder);
}

static char *find_by_id(const char *path)
{
    char folder[PATH_MAX];
    char wanted[PATH_MAX];
    char link[PATH_MAX];
    char target[PATH_MAX];
    char *found = NULL;
    snprintf(folder, sizeof folder, "%s/serial/by-id", ports_dev());
    DIR *directory = opendir(folder);
    const struct dirent *entry;
    if (directory == NULL || realpath(path, wanted) == NULL)
        wanted[0] = '\0';
    while (directory != NULL && found == NULL && (entry = readdir(directory)) != NULL)
        if (snprintf(link, sizeof link, "%s/%s", folder, entry->d_name) < (int)sizeof link &&
            realpath(link, target) != NULL && strcmp(target, wanted) == 0)
            found = strdup(entry->d_name);
    if (directory != NULL)
        closedir(directory);
    return found != NULL ? found : strdup("");
}

static void free_port(struct port_info *port)
{
    free(port->path);
    free(port->by_id);
    free(port->driver);
    free(port->description);
    free(port->serial);
    free(port->physical);
}

/* False: out of memory. */
static bool describe(struct port_info *port, const char *device)
{
    char folder[PATH_MAX];
    char driver[VALUE_BYTES];
    bool found = find_driver(device, folder, driver);
    port->driver = strdup(found ? driver : "");
    port->physical = strdup(found ? folder : device);
    port->by_id = find_by_id(port->path);
    snprintf(folder, sizeof folder, "%s", device);
    if (find_above(folder, "idVendor")) {
        take_usb(port, folder);
    } else {
        port->serial = strdup("");
        port->description = strdup("");
    }
    return port->driver != NULL && port->by_id != NULL && port->serial != NULL &&
           port->description != NULL && port->physical != NULL;
}

static dev_t read_device(const char *folder)
{
    char value[VALUE_BYTES];
    unsigned major_number = 0;
    unsigned minor_number = 0;
    read_value(folder, "dev", value);
    char *colon = strchr(value, ':');
    if (colon != NULL) {
        major_number = (unsigned)strtoul(value, NULL, 10);
        minor_number = (unsigned)strtoul(colon + 1, NULL, 10);
    }
    return makedev(major_number, minor_number);
}

/* PC boards have nodes for ports that were never soldered in. */
static bool is_there(const char *folder)
{
    char type[VALUE_BYTES];
    read_value(folder, "type", type);
    return strcmp(type, "0") != 0;
}

static bool add(struct ports *ports, const char *name)
{
    char folder[PATH_MAX];
    char path[PATH_MAX];
    char device[PATH_MAX];
    snprintf(folder, sizeof folder, "%s/class/tty/%s", sysfs(), name);
    if (snprintf(path, sizeof path, "%s/device", folder) >= (int)sizeof path ||
        realpath(path, device) == NULL || !is_there(folder))
        return true;
    struct port_info *list = realloc(ports->list, (ports->count + 1) * sizeof *list);
    if (list == NULL)
        return false;
    ports->list = list;
    struct port_info *port = &list[ports->count];
    *port = (struct port_info){.device = read_device(folder)};
    if (asprintf(&port->path, "%s/%s", ports_dev(), name) < 0)
        return false;
    ports->count++;
    return describe(port, device);
}

static int by_name(const void *one, const void *other)
{
    return strverscmp(((const struct port_info *)one)->path,
                      ((const struct port_info *)other)->path);
}

bool ports_find(struct ports *ports)
{
    char folder[PATH_MAX];
    *ports = (struct ports){0};
    snprintf(folder, sizeof folder, "%s/class/tty", sysfs());
    DIR *directory = opendir(folder);
    if (directory == NULL)
        return false;
    bool whole = true;
    const struct dirent *entry;
    while (whole && (entry = readdir(directory)) != NULL)
        if (entry->d_name[0] != '.')
            whole = add(ports, entry->d_name);
    closedir(directory);
    if (!whole) {
        ports_free(ports);
        errno = ENOMEM;
        return false;
    }
    if (ports->count > 0)
        qsort(ports->list, ports->count, sizeof *ports->list, by_name);
    return true;
}

void ports_free(struct ports *ports)
{
    for (size_t i = 0; i < ports->count; i++)
        free_port(&ports->list[i]);
    free(ports->list);
    *ports = (struct ports){0};
}

unsigned ports_latency_ms(dev_t device)
{
    char folder[PATH_MAX];
    char value[VALUE_BYTES];
    snprintf(folder, sizeof folder, "%s/dev/char/%u:%u/device", sysfs(), major(device),
             minor(device));
    read_value(folder, "latency_timer", value);
    return (unsigned)strtoul(value, NULL, 10);
}
