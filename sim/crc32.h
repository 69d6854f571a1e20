/* SPDX-License-Identifier: MIT */
/* CRC-32 (IEEE 802.3): what the boot record keeps of the firmware. */
#ifndef SIM_CRC32_H
#define SIM_CRC32_H

#include <stddef.h>
#include <stdint.h>

uint32_t sim_crc32(const uint8_t *data, size_t size);

#endif
