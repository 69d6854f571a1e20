/* SPDX-License-Identifier: MIT */
/* An assertion that no build option switches off. */
#ifndef FUZZ_INSIST_H
#define FUZZ_INSIST_H

#include <stdio.h>
#include <stdlib.h>

#define INSIST(truth)                                                             \
    do {                                                                          \
        if (!(truth)) {                                                           \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #truth); \
            abort();                                                              \
        }                                                                         \
    } while (0)

#endif
