/* SPDX-License-Identifier: MIT */
/* Sentences for people, in a file of their own: a program that shows none does not link them. */
#include "gsmflash/host.h"

const char *gsmflash_error_text(enum gsmflash_error error)
{
    switch (error) {
    case GSMFLASH_OK:
        return "updated";
    case GSMFLASH_ERROR_CONFIG:
        return "the configuration makes no sense";
    case GSMFLASH_ERROR_NO_SYNC:
        return "no module answered the sync word";
    case GSMFLASH_ERROR_HALF_SYNC:
        return "the module answered the first sync word but never the second";
    case GSMFLASH_ERROR_NO_ANSWER:
        return "the module stopped answering";
    case GSMFLASH_ERROR_LINE:
        return "a packet was sent 64 times and never arrived whole";
    case GSMFLASH_ERROR_FLASH:
        return "the module reports a flash error";
    case GSMFLASH_ERROR_REFUSED:
        return "the module refuses";
    case GSMFLASH_ERROR_SEQUENCE:
        return "the module asks for a packet that makes no sense";
    case GSMFLASH_ERROR_OPEN:
        return "another download is open in the module";
    case GSMFLASH_ERROR_MTU:
        return "the module's MTU is too small to carry a block";
    case GSMFLASH_ERROR_READ:
        return "the image could not be read";
    case GSMFLASH_ERROR_NOT_STARTED:
        return "updated, but the module did not confirm its start";
    case GSMFLASH_ERROR_PORT:
        return "the port failed";
    }
    return "unknown error";
}

const char *gsmflash_status_text(unsigned status)
{
    switch (status) {
    case GSMFLASH_SUCCESS:
        return "success";
    case GSMFLASH_CRC_ERROR:
        return "CRC16 error";
    case GSMFLASH_FLASH_ERROR:
        return "flash error";
    case GSMFLASH_DOWNLOAD_MODE:
        return "module is in download mode";
    case GSMFLASH_PACKAGE_ERROR:
        return "data package error";
    default:
        return "unknown status";
    }
}
