/* SPDX-License-Identifier: MIT */
/* What went wrong, in one line for a person: what, why, what to do next. */
#ifndef POSIX_PROBLEM_H
#define POSIX_PROBLEM_H

struct problem {
    char text[512];
};

/* Cuts off what does not fit. */
void problem_set(struct problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
