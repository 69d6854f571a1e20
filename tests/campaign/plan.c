/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include <string.h>

/* As in a replay string, with '#' for each of `phases` numbers and '@' for each way. */
struct family {
    const char *setup;
    unsigned phases;
};

enum { WAYS_EACH = 3 };

static const char *const ways[WAYS_EACH] = {"direct", "hand", "bridged"};

static const struct family single[] = {
    {"13-5-@-plain#", 1},
    {"14-6-@-plain#-bytes", 1},
    {"21-24-@-plain#", 1},
    {"21-25-@-plain#-bytes-norun", 1},
    {"32-50-@-plain#-norun", 1},
    {"32-49-@-plain#-bytes", 1},
    {"64-120-@-plain#", 1},
    {"64-107-@-plain#-bytes", 1},
    {"80-200-@-plain#", 1},
    {"80-201-@-plain#-bytes", 1},
    {"21-30-@-plain#-resume", 1},
    {"21-30-@-plain#-bytes-resume", 1},
    {"80-200-@-plain#-resume", 1},
    {"21-30-nobody-plain#-resume", 1},
    {"80-200-nobody-plain#-bytes-resume", 1},
    {"21-24-nobody-plain#", 1},
    {"32-150-@-plain#-slow", 1},
    {"32-150-@-end#-bytes-resume-slow", 1},
    {"32-60-@-end#", 7},
    {"32-60-@-run#", 7},
    {"32-60-@-begin#", 11},
    {"48-100-direct-mix#-bytes", 25},
    {"32-60-hand-rsp#", 13},
    {"32-60-hand-rsp#-bytes-resume", 13},
    {"32-60-nobody-mix#-resume", 25},
    {NULL, 0},
};

static const struct family pairs[] = {
    {"15-6-direct-plain#", 1},
    {NULL, 0},
};

/* Too many to play all of them each time: the script takes one in so many. */
static const struct family more_pairs[] = {
    {"15-6-@-plain#-resume", 1},
    {"15-7-@-plain#-bytes-norun", 1},
    {"15-6-nobody-plain#-bytes-resume", 1},
    {"24-24-direct-end#", 7},
    {"24-24-bridged-begin#", 3},
    {NULL, 0},
};

static const struct family hole[] = {
    {"40-70-direct-data#", 16},
    {"40-70-bridged-data#", 16},
    {"40-70-direct-data#-bytes", 16},
    {NULL, 0},
};

/* Of small blocks, so that two faults meet in one. */
static const struct family hole_pairs[] = {
    {"34-44-direct-data#", 4},
    {NULL, 0},
};

static const struct family checked[] = {
    {"40-70-direct-data#-check", 16},
    {"40-70-bridged-data#-check", 16},
    {"40-70-direct-data#-bytes-check", 16},
    {NULL, 0},
};

static unsigned members(const struct family *family)
{
    bool each_way = strchr(family->setup, '@') != NULL;

    return family->phases * (each_way ? WAYS_EACH : 1u);
}

static bool member(const struct family *family, unsigned index, struct setup *setup)
{
    char text[CASE_TEXT_BYTES] = "";
    const char *rest = text;
    size_t length = 0;

    for (const char *from = family->setup; *from != '\0'; from++) {
        if (*from == '@') {
            length += (size_t)snprintf(text + length, sizeof text - length, "%s",
                                       ways[index / family->phases]);
        } else if (*from == '#') {
            length +=
                (size_t)snprintf(text + length, sizeof text - length, "%u", index % family->phases);
        } else {
            text[length++] = *from;
            text[length] = '\0';
        }
    }
    return setup_read(setup, &rest) && *rest == '\0';
}

static bool find(const struct family *family, unsigned index, struct setup *setup)
{
    for (; family->setup != NULL; family++) {
        if (index < members(family)) {
            return member(family, index, setup);
        }
        index -= members(family);
    }
    return false;
}

static bool single_setup(unsigned index, struct setup *setup)
{
    return find(single, index, setup);
}

static bool pairs_setup(unsigned index, struct setup *setup)
{
    return find(pairs, index, setup);
}

static bool more_pairs_setup(unsigned index, struct setup *setup)
{
    return find(more_pairs, index, setup);
}

static bool hole_setup(unsigned index, struct setup *setup)
{
    return find(hole, index, setup);
}

static bool hole_pairs_setup(unsigned index, struct setup *setup)
{
    return find(hole_pairs, index, setup);
}

static bool checked_setup(unsigned index, struct setup *setup)
{
    return find(checked, index, setup);
}

const struct plan *plan_named(const char *name)
{
    static const struct plan plans[] = {
        {"single", single_setup, enumerate_single},
        {"pairs", pairs_setup, enumerate_pairs},
        {"more-pairs", more_pairs_setup, enumerate_pairs},
        {"hole", hole_setup, enumerate_single},
        {"hole-pairs", hole_pairs_setup, enumerate_pairs},
        {"checked", checked_setup, enumerate_single},
    };

    for (unsigned i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        if (strcmp(plans[i].name, name) == 0) {
            return &plans[i];
        }
    }
    return NULL;
}
