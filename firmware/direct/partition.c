/* SPDX-License-Identifier: MIT */
#include "partition.h"

#include <stddef.h>

#include "gsmflash/crc16.h"

const struct partition *partition_open(void)
{
    const struct partition *partition = (const struct partition *)(uintptr_t)PARTITION_ADDRESS;

    if (partition->magic != PARTITION_MAGIC || partition->image_bytes == 0 ||
        partition->image_bytes > PARTITION_BYTES - sizeof *partition ||
        gsmflash_crc16(0, partition->image, partition->image_bytes) != partition->crc16) {
        return NULL;
    }
    return partition;
}
