/* SPDX-License-Identifier: MIT */
/* The serial ports that this machine has, as its sysfs tells. Ptys are not among them. */
#ifndef POSIX_PORTS_H
#define POSIX_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Texts are the list's and end with it; "" where there is nothing to tell. */
struct port_info {
    char *path;        /* /dev/ttyUSB0 */
    char *by_id;       /* its name in /dev/serial/by-id */
    char *driver;      /* ftdi_sio */
    char *description; /* what the device calls itself */
    char *serial;      /* its serial number */
    char *physical;    /* the folder in sysfs of the whole device that the port belongs to */
    dev_t device;
    bool usb;
    uint16_t vendor; /* where it is a USB device */
    uint16_t product;
};

struct ports {
    struct port_info *list; /* by their names */
    size_t count;
};

/*
 * Looks at sysfs, opens no port. GSMFLASH_SYSFS and GSMFLASH_DEV in the environment name other
 * places than /sys and /dev (a container's; a test's). False: errno.
 */
bool ports_find(struct ports *ports);
void ports_free(struct ports *ports);

/* Where device nodes are: /dev. */
const char *ports_dev(void);

/* For how long the port's adapter gathers bytes before it hands them on; 0: it does not say. */
unsigned ports_latency_ms(dev_t device);

#endif
