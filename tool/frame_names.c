/* SPDX-License-Identifier: MIT */
#include "tool/frame_names.h"

#include "gsmflash/protocol.h"

const char *frame_name(unsigned type)
{
    switch (type) {
    case GSMFLASH_DL_BEGIN:
        return "CMD_DL_BEGIN";
    case GSMFLASH_DL_BEGIN_RSP:
        return "CMD_DL_BEGIN_RSP";
    case GSMFLASH_DL_DATA:
        return "CMD_DL_DATA";
    case GSMFLASH_DL_DATA_RSP:
        return "CMD_DL_DATA_RSP";
    case GSMFLASH_DL_END:
        return "CMD_DL_END";
    case GSMFLASH_DL_END_RSP:
        return "CMD_DL_END_RSP";
    case GSMFLASH_RUN_GSMSW:
        return "CMD_RUN_GSMSW";
    case GSMFLASH_RUN_GSMSW_RSP:
        return "CMD_RUN_GSMSW_RSP";
    default:
        return "unknown";
    }
}

const char *sync_word_name(uint8_t word)
{
    switch (word) {
    case GSMFLASH_SYNC_WORD1:
        return "SYNC_WORD1";
    case GSMFLASH_SYNC_WORD_RSP1:
        return "SYNC_WORD_RSP1";
    case GSMFLASH_SYNC_WORD2:
        return "SYNC_WORD2";
    case GSMFLASH_SYNC_WORD_RSP2:
        return "SYNC_WORD_RSP2";
    default:
        return "unknown";
    }
}
