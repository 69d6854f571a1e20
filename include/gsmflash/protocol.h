/* SPDX-License-Identifier: MIT */
/* The protocol's words and numbers: sync words, types, statuses, times. docs/protocol.md explains
 * them. */
#ifndef GSMFLASH_PROTOCOL_H
#define GSMFLASH_PROTOCOL_H

#ifdef __cplusplus
extern "C" {
#endif

/* Section 1: the line is 115200 baud, 8N1, no flow control. */
#define GSMFLASH_BAUD 115200u
/* The time of one byte (ten bits) on that line, in microseconds, rounded up. */
#define GSMFLASH_BYTE_TIME_US 87u

/* Section 2: bare bytes that bring a module from its boot window into command mode. */
#define GSMFLASH_SYNC_WORD1       0xB5u /* host -> module */
#define GSMFLASH_SYNC_WORD_RSP1   0x5Bu /* module -> host */
#define GSMFLASH_SYNC_WORD2       0xA9u /* host -> module */
#define GSMFLASH_SYNC_WORD_RSP2   0x9Au /* module -> host */

#define GSMFLASH_SYNC_INTERVAL_MS 20u  /* between two sync words of the host */
#define GSMFLASH_SYNC_CYCLE_MS    300u /* from SYNC_WORD_RSP1: SYNC_WORD2 must be answered */
#define GSMFLASH_BOOT_WINDOW_MS   100u /* from power-on: then the module runs its application */

/* Section 3: head 1, type 2, length 2, data, CRC16 2; all integers big-endian. */
#define GSMFLASH_FRAME_HEAD     0xAAu
#define GSMFLASH_HEADER_BYTES   5u
#define GSMFLASH_CRC_BYTES      2u
#define GSMFLASH_OVERHEAD_BYTES 7u /* a frame without its data field */
#define GSMFLASH_NUMBER_BYTES   4u /* the sequence number, first in the data field of DATA */
#define GSMFLASH_DATA_OVERHEAD \
    11u /* a DATA frame without its block: the largest block is MTU - 11 */
#define GSMFLASH_ANSWER_BYTES 13u /* the longest answer: CMD_DL_DATA_RSP */
#define GSMFLASH_MTU_MIN      13u /* less cannot carry an even block */

enum gsmflash_type {
    GSMFLASH_DL_BEGIN = 1,
    GSMFLASH_DL_BEGIN_RSP = 2,
    GSMFLASH_DL_DATA = 3,
    GSMFLASH_DL_DATA_RSP = 4,
    GSMFLASH_DL_END = 5,
    GSMFLASH_DL_END_RSP = 6,
    GSMFLASH_RUN_GSMSW = 7,
    GSMFLASH_RUN_GSMSW_RSP = 8,
};

enum gsmflash_status {
    GSMFLASH_SUCCESS = 0,
    GSMFLASH_CRC_ERROR = 1,     /* send again the packet that the answer names */
    GSMFLASH_FLASH_ERROR = 2,   /* restart the module, download again from the start */
    GSMFLASH_DOWNLOAD_MODE = 3, /* a download is open already */
    GSMFLASH_PACKAGE_ERROR = 4, /* send again the packet that the answer names */
};

/* Section 4: times and bounds of the download. */
#define GSMFLASH_ANSWER_TIMEOUT_MS 3000u /* a command unanswered for so long is sent again */
#define GSMFLASH_SILENT_MAX        3u    /* so many transmissions met by silence: restart */
#define GSMFLASH_TRANSMISSIONS_MAX 64u   /* of one packet, whatever the answers: restart */

/* Section 5: where the note is silent. */
#define GSMFLASH_FRAME_SILENCE_MS 100u /* module: a frame may begin after so much silence */
#define GSMFLASH_QUIET_MS         50u  /* host: the line is quiet, what came is all that comes */
#define GSMFLASH_PROBE_NUMBER     0xFFFFFFFFu /* a sequence number that is never expected */

#ifdef __cplusplus
}
#endif

#endif
