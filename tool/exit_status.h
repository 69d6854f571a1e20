/* SPDX-License-Identifier: MIT */
/* The exit statuses: part of the contract with scripts, documented in gsmflash(1). */
#ifndef TOOL_EXIT_STATUS_H
#define TOOL_EXIT_STATUS_H

enum exit_status {
    STATUS_DONE = 0,
    STATUS_INVALID = 1, /* broke off: the module's firmware is invalid */
    STATUS_USAGE = 2,
    STATUS_NOT_OPENED =
        3, /* the image or the port can't be opened or read; the module is untouched */
    STATUS_NO_MODULE = 4,   /* no module answered: it is untouched */
    STATUS_REFUSED = 5,     /* by the module, or by a check of the file */
    STATUS_NOT_STARTED = 6, /* updated and valid, but its start was not confirmed */
    STATUS_INTERRUPTED = 130,
};

#endif
