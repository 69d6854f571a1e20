/* SPDX-License-Identifier: MIT */
/* What the writer and the reader of traces know of pcapng and of its link type for serial lines. */
#ifndef TOOL_PCAPNG_H
#define TOOL_PCAPNG_H

#define PCAPNG_SECTION         0x0A0D0D0Au
#define PCAPNG_INTERFACE       1u
#define PCAPNG_PACKET          6u
#define PCAPNG_BYTE_ORDER      0x1A2B3C4Du

#define PCAPNG_BLOCK_BYTES     12u /* of a block's own: type, and its length at both ends */
#define PCAPNG_INTERFACE_BYTES 8u  /* link type, reserved, snap length; options follow */
#define PCAPNG_PACKET_BYTES    20u /* interface, time, captured and original length; data follows */

/* Options: any block's, the section's, the interface's, the packet's. */
#define PCAPNG_COMMENT         1u
#define PCAPNG_APPLICATION     4u
#define PCAPNG_INTERFACE_NAME  2u
#define PCAPNG_INTERFACE_SPEED 8u /* bits per second, 8 bytes */
#define PCAPNG_INTERFACE_TIME  9u /* the unit of time as a power of ten; by default 6: 10^-6 s */
#define PCAPNG_PACKET_FLAGS    2u
#define PCAPNG_FLAG_RECEIVED   1u
#define PCAPNG_FLAG_SENT       2u
#define PCAPNG_FLAG_DIRECTION  3u /* the mask of both */
#define PCAPNG_MICROSECONDS    6u

/* RTAC serial: a header in front of the bytes, big-endian: seconds, microseconds, then one byte
 * each for the event and the modem lines, and two reserved ones. */
#define PCAPNG_LINK_RTAC_SERIAL 250u
#define RTAC_HEADER_BYTES       12u
#define RTAC_STATUS_CHANGE      0u
#define RTAC_SENT               1u
#define RTAC_RECEIVED           2u

#endif
