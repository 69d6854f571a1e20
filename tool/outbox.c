/* SPDX-License-Identifier: MIT */
#include "tool/outbox.h"

#include <errno.h>
#include <string.h>

bool outbox_empty(const struct outbox *outbox)
{
    return outbox->first == outbox->count;
}

void outbox_drop(struct outbox *outbox)
{
    outbox->first = outbox->count = 0;
    outbox->copied = 0;
}

bool outbox_add(struct outbox *outbox, const uint8_t *data, size_t size, bool stays)
{
    if (outbox->count == OUTBOX_PIECES || (!stays && size > OUTBOX_COPY_BYTES - outbox->copied))
        return false;
    struct iovec *piece = &outbox->pieces[outbox->count++];
    piece->iov_len = size;
    if (stays) {
        piece->iov_base = (void *)(uintptr_t)data;
        return true;
    }
    piece->iov_base = memcpy(outbox->copies + outbox->copied, data, size);
    outbox->copied += size;
    return true;
}

static void take_off(struct outbox *outbox, size_t written)
{
    while (!outbox_empty(outbox)) {
        struct iovec *piece = &outbox->pieces[outbox->first];
        if (written < piece->iov_len) {
            piece->iov_base = (uint8_t *)piece->iov_base + written;
            piece->iov_len -= written;
            return;
        }
        written -= piece->iov_len;
        outbox->first++;
    }
    outbox_drop(outbox);
}

enum outbox_written outbox_write(struct outbox *outbox, int fd)
{
    while (!outbox_empty(outbox)) {
        ssize_t written =
            writev(fd, outbox->pieces + outbox->first, (int)(outbox->count - outbox->first));
        if (written > 0)
            take_off(outbox, (size_t)written);
        else if (written < 0 && errno == EINTR)
            continue;
        else if (written < 0 && errno != EAGAIN)
            return OUTBOX_FAILED;
        else
            return OUTBOX_BLOCKED;
    }
    return OUTBOX_DONE;
}
