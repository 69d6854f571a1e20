/* SPDX-License-Identifier: MIT */
/* The work that is metered: each part of the core with BENCH_BYTES of image, a clean line. */
#ifndef BENCH_WORK_H
#define BENCH_WORK_H

#include <stddef.h>

/* `lump`: how many bytes a part is handed at a time. */
void work_crc(const char *name);
void work_host(const char *name, size_t lump);
void work_module(const char *name, size_t lump);
void work_bridge(const char *name, size_t lump);

#endif
