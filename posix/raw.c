/* SPDX-License-Identifier: MIT */
/* termios2 stands in the kernel's headers, which do not go together with <termios.h>. */
#include "posix/raw.h"

#include <asm/termbits.h>
#include <linux/tty.h>
#include <sys/ioctl.h>

static void make_raw(struct termios2 *mode)
{
    mode->c_iflag = IGNBRK;
    mode->c_oflag = 0;
    mode->c_lflag = 0;
    mode->c_cflag &= ~(tcflag_t)(CSIZE | CSTOPB | PARENB | CRTSCTS | HUPCL);
    mode->c_cflag |= CS8 | CREAD | CLOCAL;
    mode->c_line = N_TTY;
    mode->c_cc[VMIN] = 1;
    mode->c_cc[VTIME] = 0;
}

bool raw_set(int fd, unsigned baud)
{
    struct termios2 mode;
    if (ioctl(fd, TCGETS2, &mode) != 0)
        return false;
    make_raw(&mode);
    if (baud != 0) {
        mode.c_cflag &= ~(tcflag_t)(CBAUD | (CBAUD << IBSHIFT));
        mode.c_cflag |= BOTHER | (BOTHER << IBSHIFT);
        mode.c_ispeed = mode.c_ospeed = baud;
    }
    return ioctl(fd, TCSETS2, &mode) == 0;
}

bool raw_baud(int fd, unsigned *baud)
{
    struct termios2 mode;
    if (ioctl(fd, TCGETS2, &mode) != 0)
        return false;
    *baud = mode.c_ospeed;
    return true;
}
