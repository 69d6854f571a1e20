/* SPDX-License-Identifier: MIT */
/*
 * The partition of the MCU's flash that holds the module's firmware: this header, then the image.
 * make_partition.py writes one; how it comes into the flash is the product's business.
 */
#ifndef PARTITION_H
#define PARTITION_H

#include <stdint.h>

#define PARTITION_MAGIC   0x31465347u /* "GSF1" */
#define PARTITION_ADDRESS 0x00200000u
#define PARTITION_BYTES   0x00200000u

struct partition {
    uint32_t magic;
    uint32_t image_bytes;
    uint32_t crc16; /* of the image: gsmflash_crc16() from 0 */
    uint32_t version;
    uint8_t image[];
};

/* NULL: there is no whole image. */
const struct partition *partition_open(void);

#endif
