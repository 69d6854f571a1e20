/* SPDX-License-Identifier: MIT */
/* What a session is made of before anything goes wrong: the first half of a replay string. */
#ifndef CAMPAIGN_SETUP_H
#define CAMPAIGN_SETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAGE_BYTES_MAX 256u

enum way {
    WAY_DIRECT,  /* the host switches the module */
    WAY_HAND,    /* somebody who sees that the host asks for it */
    WAY_NOBODY,  /* it is switched on once */
    WAY_BRIDGED, /* the bridge does */
    WAYS,
};

/* What the image holds that might be taken for something else. */
enum hostility {
    IMAGE_PLAIN,
    IMAGE_END,   /* whole END frames, back to back, from offset `phase` on */
    IMAGE_RUN,   /* RUN frames */
    IMAGE_BEGIN, /* BEGIN frames */
    IMAGE_MIX,   /* END, RUN and BEGIN in turns */
    IMAGE_DATA,  /* in each packet a whole DATA frame with the number that is expected there */
    IMAGE_RSP,   /* DATA_RSP frames: what an echo brings back */
    HOSTILITIES,
};

struct setup {
    uint16_t mtu;
    uint16_t image_bytes;
    uint8_t way;       /* enum way */
    uint8_t hostility; /* enum hostility */
    uint8_t phase;
    bool count_bytes;
    bool no_run;
    bool resume; /* a restarted host has its journal */
    bool check;  /* the module has the product's own check at END */
    bool slow;   /* its flash takes longer than a frame may be silent */
};

/* Writes and reads "MTU-SIZE-WAY-IMAGE[-bytes][-norun][-resume][-check][-slow]". */
size_t setup_write(const struct setup *setup, char *text, size_t size);
bool setup_read(struct setup *setup, const char **text);

/* The block that a host with this MTU begins with. */
uint32_t setup_block(const struct setup *setup);

/* Fills in the image: image_bytes of them. */
void setup_image(const struct setup *setup, uint8_t *image);

#endif
