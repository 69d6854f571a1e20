/* SPDX-License-Identifier: MIT */
/* What `gsmflash bridge` says: lines for people, or JSON objects for programs. */
#ifndef TOOL_BRIDGE_REPORT_H
#define TOOL_BRIDGE_REPORT_H

#include "gsmflash/bridge.h"
#include "tool/bridge_options.h"

/* A sentence without its full stop. */
const char *bridge_state_text(enum gsmflash_bridge_download download);

void bridge_report_ready(const struct bridge_options *options);
void bridge_report_transparent(const struct bridge_options *options);
void bridge_report_power(const struct bridge_options *options, bool on);
/* A person is to switch the module. */
void bridge_report_request(const struct bridge_options *options);
/* `module` is what this session and those before it have left behind. */
void bridge_report_left(const struct bridge_options *options, const struct gsmflash_bridge *bridge,
                        enum gsmflash_bridge_reason reason, enum gsmflash_bridge_download module);

#endif
