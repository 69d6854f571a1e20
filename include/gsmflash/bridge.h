/* SPDX-License-Identifier: MIT */
/*
 * The bridge: transparent mode on the MCU, between a port upstream (to the PC) and one downstream
 * (to the module). It does no I/O and knows neither image nor numbers: bytes and the time go in,
 * bytes and steps come out, and it watches the answers go by. docs/protocol.md, section 1.
 *
 * A host behind a bridge cannot switch the module's supply, so the bridge does it where the
 * protocol wants it (section 2), and tells by the line alone when that is:
 * - A session begins: the first sync word has been sent on. The module may be on: off, then on.
 * - The host begins anew: the module has answered (SYNC_WORD_RSP1 or a frame), the host has gone on
 *   with something else, and now sends 8 times SYNC_WORD1, each 10 ms or more after the last byte
 *   either way. Bytes of an image can't look so, for they come back to back.
 * - The module has missed its boot window: nothing came back for 250 such sync words (5 s).
 */
#ifndef GSMFLASH_BRIDGE_H
#define GSMFLASH_BRIDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gsmflash/frame.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where bytes come from, or go to. */
enum gsmflash_side {
    GSMFLASH_UPSTREAM,   /* the PC */
    GSMFLASH_DOWNSTREAM, /* the module */
};

/* A ring buffer, the caller's; its size is a power of 2, from 2 to 32768. */
struct gsmflash_bridge_ring {
    uint8_t *data;
    uint16_t bytes;
};

/* Constant while the bridge lives; fields left 0 take the default. */
struct gsmflash_bridge_config {
    /* Bytes on their way to a side, indexed by enum gsmflash_side. */
    struct gsmflash_bridge_ring ring[2];
    /* Leave after so much silence on both sides, milliseconds; default 10000. */
    uint32_t silence_ms;
    /* Leave after a complete download and so much silence (no RUN wanted); default 4000. */
    uint32_t end_silence_ms;
    /* How long the module stays switched off, milliseconds; default 500. */
    uint16_t power_off_ms;
    /* The caller obeys GSMFLASH_BRIDGE_POWER. Else somebody else switches the module. */
    bool power;
};

enum gsmflash_bridge_reason {
    GSMFLASH_BRIDGE_STARTED, /* CMD_RUN_GSMSW_RSP with status 0 has passed */
    GSMFLASH_BRIDGE_ENDED,   /* CMD_DL_END_RSP with status 0 has passed, then silence */
    GSMFLASH_BRIDGE_SILENCE, /* nothing at all has come for silence_ms */
};

/* What the session did to the module, as far as the line tells. In doubt it is OPEN. */
enum gsmflash_bridge_download {
    GSMFLASH_BRIDGE_NONE,     /* no command has passed: the module is as it was */
    GSMFLASH_BRIDGE_OPEN,     /* begun, or may be, and not completed: the module is invalid */
    GSMFLASH_BRIDGE_COMPLETE, /* the last one begun was completed */
};

/* Bytes on their way to a side in this session, or the last one. */
struct gsmflash_bridge_count {
    uint32_t passed;  /* taken for that side */
    uint32_t sent;    /* of these, sent on */
    uint32_t overrun; /* lost: the ring was full */
};

/* All state of a bridge. Private, but for `count`, which is indexed by enum gsmflash_side. */
struct gsmflash_bridge {
    const struct gsmflash_bridge_config *config;
    uint32_t since_ms; /* when the last byte came, either way; or the module was switched */
    uint8_t state;
    uint8_t download; /* enum gsmflash_bridge_download */
    uint8_t syncs;    /* sync words in a row, each after a pause */
    uint8_t enough;   /* so many of them mean: restart the module */
    bool answered;    /* the module has, since its supply came on */
    struct gsmflash_reader reader;
    struct gsmflash_bridge_count count[2];
};

enum gsmflash_bridge_step_kind {
    GSMFLASH_BRIDGE_WAIT,  /* wait for bytes or for room to send, wait_ms at most */
    GSMFLASH_BRIDGE_POWER, /* switch the module's supply: power_on */
    GSMFLASH_BRIDGE_LEFT,  /* transparent mode is over; the bridge listens for sync words again */
};

struct gsmflash_bridge_step {
    enum gsmflash_bridge_step_kind kind;
    union {
        uint32_t wait_ms; /* never 0; UINT32_MAX: for ever */
        bool power_on;
        struct {
            enum gsmflash_bridge_reason reason;
            enum gsmflash_bridge_download download;
        } left;
    };
};

/* Begins in the MCU's normal life. `config` must live as long as the bridge. */
void gsmflash_bridge_start(struct gsmflash_bridge *bridge,
                           const struct gsmflash_bridge_config *config, uint32_t now_ms);

/* True in transparent mode: both ports belong to the bridge. */
bool gsmflash_bridge_active(const struct gsmflash_bridge *bridge);

/*
 * Takes bytes that came from `side`. Outside transparent mode bytes from upstream are only looked
 * through for SYNC_WORD1 (what comes before it is ignored) and bytes from downstream are ignored:
 * the MCU's normal life may use both. What finds no room in the ring is lost, and counted.
 * One byte or many at a time; `now_ms` as for gsmflash_bridge_next(), any millisecond clock that
 * may wrap.
 */
void gsmflash_bridge_receive(struct gsmflash_bridge *bridge, enum gsmflash_side side,
                             const uint8_t *data, size_t size, uint32_t now_ms);

/*
 * The bytes that wait for `side`: returns where they lie and sets *size (0: none). After sending
 * some of them, say how many: gsmflash_bridge_sent().
 */
const uint8_t *gsmflash_bridge_output(const struct gsmflash_bridge *bridge, enum gsmflash_side side,
                                      size_t *size);
void gsmflash_bridge_sent(struct gsmflash_bridge *bridge, enum gsmflash_side side, size_t size);

/*
 * Says what to do next, beside sending what gsmflash_bridge_output() gives. Call it after bytes
 * were handed in, after bytes were sent, and when wait_ms are over.
 */
struct gsmflash_bridge_step gsmflash_bridge_next(struct gsmflash_bridge *bridge, uint32_t now_ms);

#ifdef __cplusplus
}
#endif

#endif
