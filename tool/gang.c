/* SPDX-License-Identifier: MIT */
#include "tool/gang.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tool/exit_status.h"
#include "tool/port_name.h"

enum {
    /* Itself, what watches a command that switches its power, and its journal. */
    DESCRIPTORS_PER_PORT = 3,
    DESCRIPTORS_BESIDE = 64,
};

static bool raise_limit(size_t count, struct problem *problem)
{
    struct rlimit limit;
    rlim_t wanted = count * DESCRIPTORS_PER_PORT + DESCRIPTORS_BESIDE;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return true;
    limit.rlim_cur = wanted;
    if (wanted <= limit.rlim_max && setrlimit(RLIMIT_NOFILE, &limit) == 0)
        return true;
    problem_set(problem,
                "%zu ports take %lu open files, and this process may have %lu: raise the limit "
                "(`ulimit -Hn`), or update fewer at a time",
                count, (unsigned long)wanted, (unsigned long)limit.rlim_max);
    return false;
}

/* 0: it can't be told. */
static dev_t device_of(const char *port)
{
    struct port_place place;
    struct problem problem;
    struct stat node;
    if (!port_name_find(port, &place, &problem) || place.tcp || stat(place.path, &node) != 0 ||
        !S_ISCHR(node.st_mode))
        return 0;
    return node.st_rdev;
}

/* One that can't be found is said to be so when it is to be opened. */
static bool all_differ(const char *const *ports, size_t count, struct problem *problem)
{
    bool differ = true;
    dev_t *devices = calloc(count, sizeof *devices);
    if (devices == NULL) {
        problem_set(problem, "there is no memory for %zu ports", count);
        return false;
    }
    for (size_t i = 0; i < count && differ; i++) {
        devices[i] = device_of(ports[i]);
        for (size_t k = 0; k < i && differ; k++) {
            differ =
                strcmp(ports[i], ports[k]) != 0 && (devices[i] == 0 || devices[i] != devices[k]);
            if (!differ)
                problem_set(problem, "--port: %s and %s are the same port; give it once", ports[k],
                            ports[i]);
        }
    }
    free(devices);
    return differ;
}

int gang_check(const char *const *ports, size_t count, struct problem *problem)
{
    if (!all_differ(ports, count, problem))
        return STATUS_USAGE;
    return raise_limit(count, problem) ? STATUS_DONE : STATUS_NOT_OPENED;
}

int gang_status(const struct session *sessions, size_t count)
{
    static const int order[] = {STATUS_INVALID,    STATUS_INTERRUPTED, STATUS_REFUSED,
                                STATUS_NOT_OPENED, STATUS_NO_MODULE,   STATUS_NOT_STARTED,
                                STATUS_USAGE};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        for (size_t k = 0; k < count; k++)
            if (sessions[k].verdict.status == order[i])
                return order[i];
    return STATUS_DONE;
}

enum gang_state gang_state(const struct session *session)
{
    if (session->verdict.status == STATUS_DONE)
        return GANG_GOOD;
    switch (session->host.report.firmware) {
    case GSMFLASH_FIRMWARE_UNTOUCHED:
        return GANG_UNTOUCHED;
    case GSMFLASH_FIRMWARE_INVALID:
        return GANG_INVALID;
    default:
        return GANG_NOT_STARTED;
    }
}
