/* SPDX-License-Identifier: MIT */
/*
 * The module: the boot loader's end of the protocol (docs/protocol.md, sections 2 to 5). It does no
 * I/O: bytes and the time go in, steps come out. The caller owns the UART, the clock, the flash and
 * all memory.
 */
#ifndef GSMFLASH_MODULE_H
#define GSMFLASH_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gsmflash/protocol.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The bytes of buffer that a module with this MTU needs: the data field of the longest frame. */
#define GSMFLASH_MODULE_BUFFER_BYTES(mtu) ((mtu)-GSMFLASH_OVERHEAD_BYTES)

/* Constant while the module lives. */
struct gsmflash_module_config {
    /* The caller's, of GSMFLASH_MODULE_BUFFER_BYTES(mtu) bytes. A block lies at buffer + 4. */
    uint8_t *buffer;
    /* The longest frame that the module takes, in bytes, head to CRC; at least GSMFLASH_MTU_MIN. */
    uint16_t mtu;
    /* The time of one byte on the wire in microseconds; 0 where sending waits for the last one. */
    uint16_t byte_time_us;
    /* The room for firmware, in bytes. */
    uint32_t flash_bytes;
    /* Sequence numbers count bytes instead of packets (section 4). */
    bool count_bytes;
};

/* All state of a boot loader. Private, but for state, firmware_valid and offset, to be read. */
struct gsmflash_module {
    uint8_t state;       /* enum gsmflash_module_state */
    uint8_t action;      /* what is to be done before the next frame */
    uint8_t answer;      /* the type of the answer that `action` leads to */
    uint8_t status;      /* and the status in it */
    uint8_t end_status;  /* of the END that closed the download */
    uint8_t sync_answer; /* a sync word to be sent; 0: none */
    bool firmware_valid;
    bool deaf;       /* bytes are dropped until the line has been silent */
    uint8_t bad;     /* END is refused: something was damaged, or misread */
    bool after_end;  /* the last command was an END that closed a download */
    uint16_t length; /* of the data field of the frame that comes */
    uint16_t crc;
    uint32_t position;    /* bytes of it that have come; 0: none is under way */
    uint32_t number;      /* the sequence number expected */
    uint32_t offset;      /* bytes of firmware accepted */
    uint32_t since_ms;    /* power-on; later the last byte that came */
    uint32_t answered_ms; /* when the last byte of the answer has been sent */
    const struct gsmflash_module_config *config;
    uint8_t frame[GSMFLASH_ANSWER_BYTES]; /* the header that comes, then the answer that goes */
};

enum gsmflash_module_state {
    GSMFLASH_MODULE_BOOT,     /* listens for SYNC_WORD1 */
    GSMFLASH_MODULE_SYNC,     /* has heard it, listens for SYNC_WORD2 */
    GSMFLASH_MODULE_COMMAND,  /* synced, no download open */
    GSMFLASH_MODULE_DOWNLOAD, /* between BEGIN and END */
    GSMFLASH_MODULE_STARTED,  /* the application runs: the boot loader is over */
};

enum gsmflash_module_step_kind {
    GSMFLASH_MODULE_SEND, /* write `send` to the UART */
    GSMFLASH_MODULE_WAIT, /* wait for bytes, wait_ms at most; hand them in; call next again */
    /* These three are finished by gsmflash_module_done(): */
    GSMFLASH_MODULE_INVALIDATE, /* mark the stored firmware invalid, where it survives power loss */
    GSMFLASH_MODULE_WRITE,      /* erase as needed, program `write`, read it back and compare */
    GSMFLASH_MODULE_VALIDATE,   /* the product's own check of `size` bytes, then mark it valid */
    GSMFLASH_MODULE_START,      /* start the application; every further call says the same */
};

struct gsmflash_module_step {
    enum gsmflash_module_step_kind kind;
    union {
        struct {
            const uint8_t *data;
            size_t size;
        } send;
        /* WRITE: unchanged until gsmflash_module_done. VALIDATE: offset 0, size of the firmware. */
        struct {
            const uint8_t *data;
            uint32_t size;
            uint32_t offset;
        } write;
        uint32_t wait_ms; /* never 0; UINT32_MAX: for ever */
    };
};

/*
 * The module's power-on. `config` must live as long as the module; `firmware_valid` is what the
 * boot record says. With valid firmware the application is started when 100 ms pass without a
 * complete negotiation; without, the module listens for sync words for ever.
 */
void gsmflash_module_start(struct gsmflash_module *module,
                           const struct gsmflash_module_config *config, bool firmware_valid,
                           uint32_t now_ms);

/* Says what to do next. Hand in what has arrived before you call it. */
struct gsmflash_module_step gsmflash_module_next(struct gsmflash_module *module, uint32_t now_ms);

/*
 * Ends an INVALIDATE, WRITE or VALIDATE: the status goes into the answer. GSMFLASH_SUCCESS;
 * GSMFLASH_FLASH_ERROR; for VALIDATE also GSMFLASH_PACKAGE_ERROR: the product's check refuses.
 * Hand in what has arrived meanwhile before you call it.
 */
void gsmflash_module_done(struct gsmflash_module *module, enum gsmflash_status status);

/* Takes bytes that came from the host, any number at a time; `data` is not kept. */
void gsmflash_module_receive(struct gsmflash_module *module, const uint8_t *data, size_t size,
                             uint32_t now_ms);

#ifdef __cplusplus
}
#endif

#endif
