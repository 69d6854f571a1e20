/* SPDX-License-Identifier: MIT */
/*
 * Plays a figure of the protocol: a text in which each line says what happens when, as in
 *
 *     0     -> SYNC_WORD1
 *     12    <- SYNC_WORD_RSP1
 *     +0    -> SYNC_WORD2
 *     +1000 quiet
 *
 * The first word is the time in milliseconds, from the beginning or, with a +, from the line
 * before; with a <, what is sent is sent by then. An arrow to the right is what the host sends, to
 * the left what the module sends. One of the two is real: what it sends must stand in the figure,
 * at its time, and nothing else may come. The other one is the figure itself.
 *
 * What is sent, several with commas between them as one lump of bytes:
 *     SYNC_WORD1, SYNC_WORD_RSP1, SYNC_WORD2, SYNC_WORD_RSP2
 *     BEGIN version            BEGIN_RSP status mtu
 *     DATA number offset size  DATA_RSP status next    (so many bytes of play_image)
 *     END                      END_RSP status
 *     RUN                      RUN_RSP status
 *     bytes AA00...            any bytes, in hex
 * A frame may end with `damaged` (a bit of it is wrong), or `first N` or `from N` (a part of it).
 * `-> SYNC_WORD1 every 20 until 400` is a line for each of them.
 *
 * With a real host:    TIME power on, TIME power off, TIME finished
 * With a real module:  TIME invalidate, TIME write OFFSET SIZE, TIME validate SIZE, TIME start
 *     The first three may end with `reports STATUS`, and with `since TIME`: when it was begun.
 * With either:         TIME quiet
 *     Nothing has been sent up to then.
 */
#ifndef SCENARIO_PLAY_H
#define SCENARIO_PLAY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gsmflash/host.h"
#include "gsmflash/module.h"

#define PLAY_IMAGE_BYTES 70000u

/* The image that DATA takes its blocks from: no two places look alike. */
const uint8_t *play_image(void);

/* The host is real. `config` may leave out image and version. Returns the report at the end. */
struct gsmflash_report play_host(const struct gsmflash_host_config *config, const char *figure);

/* The module is real. Returns its state at the end. */
struct gsmflash_module play_module(const struct gsmflash_module_config *config, bool firmware_valid,
                                   const char *figure);

#endif
