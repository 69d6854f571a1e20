/* SPDX-License-Identifier: MIT */
/*
 * The host: drives the update of one module. It does no I/O: bytes and the time go in, steps come
 * out. The caller owns the UART, the clock, the power switch and all memory. docs/protocol.md.
 *
 * Limits: an image of up to 4 GiB - 1; one `struct gsmflash_host` for each module, of which there
 * may be any number; not to be called for the same host from two contexts at a time.
 */
#ifndef GSMFLASH_HOST_H
#define GSMFLASH_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gsmflash/frame.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How the module counts its sequence numbers (section 4). */
enum gsmflash_unit {
    GSMFLASH_UNIT_UNKNOWN,
    GSMFLASH_UNIT_PACKETS,
    GSMFLASH_UNIT_BYTES,
};

/*
 * Where a download stands, enough to resume it after the host was restarted (section 5.4): from
 * packet `number`, which begins at `offset` of the image, all packets carry `block_bytes`.
 */
struct gsmflash_mark {
    uint32_t number;
    uint32_t offset;
    uint16_t block_bytes;
    uint8_t unit; /* enum gsmflash_unit */
};

/* What the host knows of the firmware in the module. */
enum gsmflash_firmware {
    GSMFLASH_FIRMWARE_UNTOUCHED, /* nothing has been sent that could change it */
    GSMFLASH_FIRMWARE_INVALID,   /* it is, or may be, invalid until an update completes */
    GSMFLASH_FIRMWARE_VALID,     /* the new image is complete */
};

enum gsmflash_phase {
    GSMFLASH_PHASE_POWER_OFF, /* the module is off for a moment; the first sync words go out */
    GSMFLASH_PHASE_SYNC,      /* SYNC_WORD1 goes out */
    GSMFLASH_PHASE_SYNC2,     /* SYNC_WORD_RSP1 has come, SYNC_WORD2 goes out */
    GSMFLASH_PHASE_BEGIN,
    GSMFLASH_PHASE_PROBE, /* a download is open: where does it stand? */
    GSMFLASH_PHASE_DATA,
    GSMFLASH_PHASE_END,
    GSMFLASH_PHASE_RUN,
    GSMFLASH_PHASE_REBOOT, /* RUN met silence: off and on again, without sync words */
    GSMFLASH_PHASE_FINISHED,
};

/* Why an update, or one attempt of it, ended. gsmflash_error_text() has a sentence for each. */
enum gsmflash_error {
    GSMFLASH_OK,
    GSMFLASH_ERROR_CONFIG,      /* the configuration makes no sense; nothing was sent */
    GSMFLASH_ERROR_NO_SYNC,     /* no answer to SYNC_WORD1 */
    GSMFLASH_ERROR_HALF_SYNC,   /* SYNC_WORD1 was answered, SYNC_WORD2 never */
    GSMFLASH_ERROR_NO_ANSWER,   /* a command was sent three times and met nothing but silence */
    GSMFLASH_ERROR_LINE,        /* one packet was sent 64 times and never arrived whole */
    GSMFLASH_ERROR_FLASH,       /* the module reports a flash error */
    GSMFLASH_ERROR_REFUSED,     /* the module refuses: module_status says how */
    GSMFLASH_ERROR_SEQUENCE,    /* the module names a packet that makes no sense */
    GSMFLASH_ERROR_OPEN,        /* another download is open: the module must be restarted */
    GSMFLASH_ERROR_MTU,         /* the module's MTU cannot carry a block */
    GSMFLASH_ERROR_READ,        /* the image could not be read */
    GSMFLASH_ERROR_NOT_STARTED, /* updated and valid, but RUN met silence */
    GSMFLASH_ERROR_PORT,        /* gsmflash_host_run: the port's write failed */
};

/* Why the last command was sent again. */
enum gsmflash_cause {
    GSMFLASH_CAUSE_NONE,
    GSMFLASH_CAUSE_SILENCE, /* no answer for 3 s */
    GSMFLASH_CAUSE_DAMAGED, /* an answer came, but broken */
    GSMFLASH_CAUSE_STATUS,  /* the module asked for it: module_status */
};

/* Where the update stands: to be read at any time through host.report. */
struct gsmflash_report {
    uint8_t error;        /* enum gsmflash_error: of the last attempt that failed, or of the end */
    uint8_t phase;        /* enum gsmflash_phase */
    uint8_t firmware;     /* enum gsmflash_firmware */
    uint8_t attempt;      /* from 1; 0: an open download is being resumed */
    uint8_t transmission; /* of the command on its way, from 1 */
    uint8_t cause;        /* enum gsmflash_cause: of the last repeat */
    uint8_t unit;         /* enum gsmflash_unit */
    uint16_t module_status; /* the last status that was not success (enum gsmflash_status) */
    uint16_t mtu;           /* as the module said it; 0 before */
    uint16_t block_bytes;   /* of image in a packet, from this packet on */
    uint32_t repeats;       /* commands sent again, in all */
    uint32_t offset;        /* bytes of the image that the module has confirmed */
    uint32_t number;        /* sequence number of the packet on its way */
};

/* What is to be updated, and how. Constant while the host lives; fields left 0 take the default. */
struct gsmflash_host_config {
    /* The caller obeys GSMFLASH_HOST_POWER. Else somebody else switches the module. */
    bool power;
    /* Leave the module in command mode after the download: do not send CMD_RUN_GSMSW. */
    bool no_run;
    /* Downloads in all before the host gives up; default 3. */
    uint8_t attempts;
    /* Bytes of image in a packet, even. Default: what the MTU allows, less on a noisy line. */
    uint16_t block_bytes;
    /* How long the module stays switched off at a restart; default 500. */
    uint16_t power_off_ms;
    /*
     * The time of one byte on the wire in microseconds (GSMFLASH_BYTE_TIME_US at 115200 baud), for
     * a caller whose write returns before the bytes have left; 0 for one whose write waits for
     * that.
     */
    uint16_t byte_time_us;
    /* How long SYNC_WORD1 may go unanswered, from power-on or from the start; default 60000. */
    uint32_t sync_timeout_ms;
    /* The field of CMD_DL_BEGIN; the note's example has 1. */
    uint32_t version;

    /* The size of the image in bytes, at least 1. */
    uint32_t image_bytes;
    /* The image, memory-mapped: it is sent from where it lies. Or NULL: then `read` is used. */
    const uint8_t *image;
    /*
     * Reads `size` bytes at `offset` of the image into `buffer`; false: they can't be read, and the
     * update ends with GSMFLASH_ERROR_READ. It must give the same bytes every time. `size` is at
     * most buffer_bytes. The buffer is the caller's, of 32 bytes or more; larger means fewer calls.
     */
    bool (*read)(void *context, uint32_t offset, uint8_t *buffer, size_t size);
    uint8_t *buffer;
    size_t buffer_bytes;

    /*
     * Optional: keeps the report's number, offset, block_bytes and unit (a gsmflash_mark) where
     * they survive a restart of the host, before it returns. Called when a download begins and when
     * its packets change their size, not for each packet.
     */
    void (*journal)(void *context, const struct gsmflash_report *report);
    /* Optional: the mark of an unfinished download of this very image: resume it (section 5.4). */
    const struct gsmflash_mark *resume;
    /* Handed to read and journal. */
    void *context;
};

/* All state of an update. Private, but for `report`. (Bytes first: a Thumb reaches these cheaply.)
 */
struct gsmflash_host {
    uint8_t output;     /* what to hand out next */
    uint8_t type;       /* of the command on its way: enum gsmflash_type */
    uint8_t count;      /* sync words sent; in PHASE_DATA: packets in a row that needed no repeat */
    uint8_t silences;   /* transmissions of this command that met silence */
    uint8_t unanswered; /* transmissions that an answer may still come for */
    uint8_t hurry;      /* enum gsmflash_cause: to be repeated as soon as the line is quiet */
    uint16_t size;      /* bytes of image in the packet on its way */
    struct gsmflash_report report;
    uint16_t sent;    /* bytes of the packet's image that were handed out */
    uint16_t largest; /* block that the module's MTU and the configuration allow */
    uint16_t crc;
    const struct gsmflash_host_config *config;
    uint32_t now_ms;
    uint32_t timer_ms;                     /* when the phase's next action is due */
    uint32_t limit_ms;                     /* when SYNC_WORD1 has gone unanswered for too long */
    uint32_t quiet_ms;                     /* when the last byte passed, either way */
    uint8_t frame[GSMFLASH_DATA_OVERHEAD]; /* header, number, CRC of the frame on its way */
    struct gsmflash_reader reader;
};

enum gsmflash_host_step_kind {
    GSMFLASH_HOST_SEND,     /* write `send` to the UART */
    GSMFLASH_HOST_POWER,    /* switch the module's supply: power_on */
    GSMFLASH_HOST_WAIT,     /* wait for bytes, wait_ms at most; hand them in; call next again */
    GSMFLASH_HOST_FINISHED, /* the report is final; every further call says the same */
};

struct gsmflash_host_step {
    enum gsmflash_host_step_kind kind;
    union {
        /*
         * A piece of a frame. It lies in the image, in the caller's buffer or in the host, and is
         * unchanged until the next call of gsmflash_host_next (in a mapped image: for ever).
         */
        struct {
            const uint8_t *data;
            size_t size;
        } send;
        bool power_on;
        uint32_t wait_ms; /* never 0 */
    };
};

/*
 * Begins an update. `config` must live as long as the host does. `now_ms` is any millisecond clock,
 * the same in all calls; it may wrap. A configuration that makes no sense shows in the first step.
 */
void gsmflash_host_start(struct gsmflash_host *host, const struct gsmflash_host_config *config,
                         uint32_t now_ms);

/* Says what to do next. Hand in what has arrived before you call it. */
struct gsmflash_host_step gsmflash_host_next(struct gsmflash_host *host, uint32_t now_ms);

/* Takes bytes that came from the module, any number at a time; `data` is not kept. */
void gsmflash_host_receive(struct gsmflash_host *host, const uint8_t *data, size_t size,
                           uint32_t now_ms);

/* The blocking convenience: what gsmflash_host_run needs of a board. */
struct gsmflash_port {
    /* Sends all of it, or puts it where it will be sent from; false: the port is gone. */
    bool (*write)(void *context, const uint8_t *data, size_t size);
    /* Takes up to `size` bytes; waits up to `wait_ms` for the first; returns how many came. */
    size_t (*read)(void *context, uint8_t *data, size_t size, uint32_t wait_ms);
    /* A millisecond clock that may wrap. */
    uint32_t (*now_ms)(void *context);
    /* Switches the module's supply. Needed only where config.power is set. */
    void (*power)(void *context, bool on);
    /* Optional: told after every step. */
    void (*progress)(void *context, const struct gsmflash_report *report);
    void *context;
};

/* Runs a whole update and returns its final report. Uses some 150 bytes of stack, nothing else. */
struct gsmflash_report gsmflash_host_run(const struct gsmflash_host_config *config,
                                         const struct gsmflash_port *port);

/* A sentence in English, constant, never NULL; in a file of its own so that a linker can drop it.
 */
const char *gsmflash_error_text(enum gsmflash_error error);
const char *gsmflash_status_text(unsigned status);

#ifdef __cplusplus
}
#endif

#endif
