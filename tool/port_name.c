/* SPDX-License-Identifier: MIT */
#include "tool/port_name.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "posix/ports.h"

static const char usb_prefix[] = "usb:";
static const char tcp_prefix[] = "tcp:";

struct usb_name {
    uint16_t vendor;
    uint16_t product;
    const char *serial; /* NULL: any */
};

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Takes up to four hexadecimal digits off *text. */
static bool take_id(const char **text, uint16_t *id)
{
    char *end;
    if (!isxdigit((unsigned char)**text))
        return false;
    unsigned long value = strtoul(*text, &end, 16);
    if (end - *text > 4)
        return false;
    *id = (uint16_t)value;
    *text = end;
    return true;
}

static bool parse_usb(const char *name, struct usb_name *usb)
{
    const char *text = name + strlen(usb_prefix);
    usb->serial = NULL;
    if (!take_id(&text, &usb->vendor) || *text++ != ':' || !take_id(&text, &usb->product))
        return false;
    if (*text == '\0')
        return true;
    usb->serial = text + 1;
    return *text == ':' && text[1] != '\0';
}

/* HOST:PORT, or [HOST]:PORT where the host is an IPv6 address. */
static bool parse_tcp(const char *name, struct port_place *place)
{
    const char *host = name + strlen(tcp_prefix);
    const char *colon = strrchr(host, ':');
    if (colon == NULL || colon[1] == '\0' || strlen(colon + 1) >= sizeof place->service)
        return false;
    size_t size = (size_t)(colon - host);
    if (size > 2 && host[0] == '[' && colon[-1] == ']') {
        host++;
        size -= 2;
    } else if (memchr(host, ':', size) != NULL) {
        return false;
    }
    if (size == 0 || size >= sizeof place->path)
        return false;
    memcpy(place->path, host, size);
    place->path[size] = '\0';
    snprintf(place->service, sizeof place->service, "%s", colon + 1);
    place->tcp = true;
    return true;
}

bool port_name_check(const char *name, struct problem *problem)
{
    struct usb_name usb;
    struct port_place place;
    if (name[0] == '\0')
        problem_set(problem, "the port's name is empty");
    else if (begins(name, usb_prefix) && !parse_usb(name, &usb))
        problem_set(problem, "'%s' is not usb:VENDOR:PRODUCT[:SERIAL], as usb:0403:6001", name);
    else if (begins(name, tcp_prefix) && !parse_tcp(name, &place))
        problem_set(problem, "'%s' is not tcp:HOST:PORT, as tcp:192.168.0.7:4001", name);
    else if (strlen(name) >= sizeof place.path)
        problem_set(problem, "the port's name is too long");
    else
        return true;
    return false;
}

static bool matches(const struct port_info *port, const struct usb_name *usb)
{
    return port->usb && port->vendor == usb->vendor && port->product == usb->product &&
           (usb->serial == NULL || strcmp(port->serial, usb->serial) == 0);
}

static void say_none(const struct ports *ports, struct problem *problem)
{
    char list[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < ports->count && used < sizeof list; i++)
        if (ports->list[i].usb)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%04x:%04x",
                                     used > 0 ? ", " : "", ports->list[i].vendor,
                                     ports->list[i].product);
    if (used > 0)
        problem_set(problem, "no such USB port is there; those that are: %s", list);
    else
        problem_set(problem, "no USB port is there at all; is the adapter plugged in?");
}

static bool choose(const struct ports *ports, const struct usb_name *usb, struct port_place *place,
                   struct problem *problem)
{
    const struct port_info *found = NULL;
    for (size_t i = 0; i < ports->count; i++) {
        const struct port_info *port = &ports->list[i];
        if (!matches(port, usb))
            continue;
        if (found != NULL) {
            problem_set(problem,
                        "both %s (serial number '%s') and %s ('%s') are that; add the serial "
                        "number, or give the path",
                        found->path, found->serial, port->path, port->serial);
            return false;
        }
        found = port;
    }
    if (found == NULL)
        say_none(ports, problem);
    else
        snprintf(place->path, sizeof place->path, "%s", found->path);
    return found != NULL;
}

static bool find_usb(const char *name, struct port_place *place, struct problem *problem)
{
    struct usb_name usb;
    struct ports ports;
    if (!parse_usb(name, &usb))
        return port_name_check(name, problem);
    if (!ports_find(&ports)) {
        problem_set(problem, "the ports can't be listed: %s; give the port's path",
                    strerror(errno));
        return false;
    }
    bool found = choose(&ports, &usb, place, problem);
    ports_free(&ports);
    return found;
}

/* True: there is something of this name in this folder of /dev, and place->path leads to it. */
static bool find_in(const char *folder, const char *name, struct port_place *place)
{
    return snprintf(place->path, sizeof place->path, "%s%s/%s", ports_dev(), folder, name) <
               (int)sizeof place->path &&
           access(place->path, F_OK) == 0;
}

bool port_name_find(const char *name, struct port_place *place, struct problem *problem)
{
    *place = (struct port_place){0};
    if (!port_name_check(name, problem))
        return false;
    if (begins(name, usb_prefix))
        return find_usb(name, place, problem);
    if (begins(name, tcp_prefix))
        return parse_tcp(name, place);
    bool plain = strchr(name, '/') == NULL && access(name, F_OK) != 0;
    if (!plain || (!find_in("", name, place) && !find_in("/serial/by-id", name, place)))
        snprintf(place->path, sizeof place->path, "%s", name);
    return true;
}
