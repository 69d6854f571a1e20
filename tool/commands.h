/* SPDX-License-Identifier: MIT */
/* The commands: each takes its own arguments (argv[0] is the command) and returns the exit status.
 */
#ifndef TOOL_COMMANDS_H
#define TOOL_COMMANDS_H

int bridge_main(int argc, char **argv);
int decode_main(int argc, char **argv);
int image_main(int argc, char **argv);
int info_main(int argc, char **argv);
int ports_main(int argc, char **argv);
int simulate_main(int argc, char **argv);
int update_main(int argc, char **argv);

#endif
