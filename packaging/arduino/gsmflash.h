/* SPDX-License-Identifier: MIT */
/* All of gsmflash: an Arduino library has one header of its own name. */
#ifndef GSMFLASH_H
#define GSMFLASH_H

#include "gsmflash/bridge.h"
#include "gsmflash/crc16.h"
#include "gsmflash/frame.h"
#include "gsmflash/host.h"
#include "gsmflash/module.h"

#endif
