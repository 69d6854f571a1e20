/* SPDX-License-Identifier: MIT */
/*
 * ModemManager, the service that talks to every modem it finds: asked over D-Bus to leave a device
 * alone. What it was asked ends with this process, however that ends.
 */
#ifndef POSIX_MODEM_MANAGER_H
#define POSIX_MODEM_MANAGER_H

#include "posix/problem.h"

struct modem_manager;

/* NULL: it does not run on this machine (or out of memory). It is not started by looking for it. */
struct modem_manager *modem_manager_find(void);

enum modem_manager_answer {
    MODEM_MANAGER_AWAY,  /* it leaves the device alone from now on */
    MODEM_MANAGER_NO,    /* it has no such device */
    MODEM_MANAGER_FAILED /* it does not: `problem` says why, and what to do */
};

/* `device` is a folder in sysfs: port_info.physical. Waits for the answer, for 10 s at most. */
enum modem_manager_answer modem_manager_keep_off(struct modem_manager *manager, const char *device,
                                                 struct problem *problem);

/* Gives back all devices. */
void modem_manager_free(struct modem_manager *manager);

#endif
