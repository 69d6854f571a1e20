/* SPDX-License-Identifier: MIT */
/* What --help says of --power, the same for every command that has it. */
#ifndef TOOL_POWER_HELP_H
#define TOOL_POWER_HELP_H

#define POWER_HELP                                                                                 \
    "      --power METHOD      who switches the module off and on:\n"                              \
    "                            manual          you do; gsmflash says when (the default)\n"       \
    "                            none            somebody does; nothing is said\n"                 \
    "                            exec:COMMAND    a command, run with `off` or `on` behind it\n"    \
    "                                            and the port's name in GSMFLASH_PORT\n"           \
    "                            dtr, rts        this line of the module's port\n"                 \
    "                            gpio:CHIP:LINE  a GPIO line of this machine: gpio:gpiochip0:17\n" \
    "                          A line is active while the module is to be on. It may add\n"        \
    "                            ,active-low     inactive, then\n"                                 \
    "                            ,on=TIME,off=TIME\n"                                              \
    "                                            it is a key, pressed for so long; on= alone:\n"   \
    "                                            a reset input, nothing is done for off\n"         \
    "                            ,settle=TIME    the module takes so long to be off after that\n"  \
    "                          as in rts,active-low,on=1100ms,off=700ms,settle=5s. A level of\n"   \
    "                          dtr and rts stays after the update, until a program opens the\n"    \
    "                          port; a GPIO line is let go, and most drivers (not all) keep its\n" \
    "                          level. A key is always released.\n"

#endif
