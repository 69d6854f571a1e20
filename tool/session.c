/* SPDX-License-Identifier: MIT */
#include "tool/session.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "posix/clock.h"
#include "tool/session_journal.h"
#include "tool/session_watch.h"

enum {
    BITS_PER_BYTE_ON_WIRE = 10,
    IMAGE_LOOK_MS = 1000,
    IMAGE_RELEASE_BYTES = 256 * 1024,
    STUCK_MS = 3000,
    /* Modules take up to ten seconds and more until their application answers. */
    SKIP_LIMIT_MS = 3000, /* a module that is off, or waits for its update, does not answer */
    REVISION_LIMIT_MS = 30000,
};

static void step(struct session *session);

/* The host's clock. */
static uint32_t now_ms(const struct session *session)
{
    return session->standing > 0 ? session->stood_since_ms
                                 : (uint32_t)(clock_now_us() / 1000) - session->stood_still_ms;
}

void session_stand(struct session *session)
{
    session->stood_since_ms = now_ms(session);
    session->standing++;
}

static void let_go(struct session *session)
{
    opener_stop(&session->opener);
    loop_timer_clear(session->loop, &session->timer);
    loop_timer_clear(session->loop, &session->stuck);
    power_stop(&session->power);
    journal_finish(&session->journal);
    inquiry_stop(&session->inquiry);
    if (session->opened)
        loop_watch_stop(session->loop, &session->watch);
    serial_close(&session->serial);
}

static void finish(struct session *session, enum ending ending, const char *detail)
{
    if (session->finished)
        return;
    const struct circumstances circumstances = {
        .ending = ending,
        .detail = detail,
        .image_bytes = session->plan->image->size,
        .timeout_ms = session->plan->timeout_ms,
        .received_bytes = session->received_bytes,
        .expected = session->plan->expect_revision,
        .only_echoes = session->only_echoes,
        .power_automatic = power_is_automatic(&session->plan->power),
        .no_run = session->plan->no_run,
    };
    session->finished = true;
    session->finished_us = clock_now_us();
    verdict_find(&session->verdict, &session->host.report, &circumstances);
    let_go(session);
    session_tell(session, SESSION_FINISHED, NULL);
}

static void warn(void *context, const char *text)
{
    session_tell(context, SESSION_WARNING, text);
}

static void lose_port(struct session *session, int error)
{
    finish(session, ENDING_PORT_LOST, error != 0 ? strerror(error) : "it was closed");
}

/* Before anything is sent that could make a changed image count: END last of all. */
static bool image_stands(struct session *session)
{
    const struct image_file *image = session->plan->image;
    uint64_t now_us = clock_now_us();
    bool changed = image_file_cut(image);
    if (session->host.report.phase == GSMFLASH_PHASE_END && !session->image_checked) {
        session->image_checked = true;
        changed = image_file_differs(image);
    } else if (now_us - session->image_looked_us >= IMAGE_LOOK_MS * UINT64_C(1000)) {
        session->image_looked_us = now_us;
        changed = image_file_changed(image);
    }
    if (changed)
        finish(session, ENDING_IMAGE_CHANGED, NULL);
    return !changed;
}

/* Time for what is under way on the wire, and then some: after that the port is not going to. */
static void watch_for_room(struct session *session)
{
    uint64_t wire_us = UINT64_C(65536) * session->config.byte_time_us;
    loop_watch_change(session->loop, &session->watch, EPOLLIN | EPOLLOUT);
    loop_timer_set(session->loop, &session->stuck,
                   clock_now_us() + wire_us + STUCK_MS * UINT64_C(1000));
}

/* What goes out with one write stands in the trace as one, even if the port takes it bit by bit. */
static void trace_outbox(struct session *session)
{
    const struct outbox *outbox = &session->outbox;
    if (!session->outbox_traced)
        trace_sent(session->plan->trace, session->trace_port, clock_now_us(),
                   outbox->pieces + outbox->first, outbox->count - outbox->first);
    session->outbox_traced = true;
}

/* True: everything has been written. */
static bool write_out(struct session *session)
{
    if (outbox_empty(&session->outbox))
        return true;
    if (!image_stands(session))
        return false;
    trace_outbox(session);
    switch (outbox_write(&session->outbox, session->serial.fd)) {
    case OUTBOX_DONE:
        session->outbox_traced = false;
        return true;
    case OUTBOX_BLOCKED:
        watch_for_room(session);
        return false;
    default:
        lose_port(session, errno);
        return false;
    }
}

static bool in_image(const struct session *session, const uint8_t *data)
{
    const struct image_file *image = session->plan->image;
    return data >= image->data && data < image->data + image->size;
}

static bool put_out(struct session *session, const uint8_t *data, size_t size)
{
    session->sent_bytes += size;
    if (session->sent_bytes / IMAGE_RELEASE_BYTES !=
        (session->sent_bytes - size) / IMAGE_RELEASE_BYTES)
        image_file_release(session->plan->image);
    if (outbox_add(&session->outbox, data, size, in_image(session, data)))
        return true;
    return write_out(session) && outbox_add(&session->outbox, data, size, in_image(session, data));
}

static void switch_power(struct session *session, bool on)
{
    if (!write_out(session))
        return;
    trace_note(session->plan->trace, session->trace_port, clock_now_us(),
               on ? "power on" : "power off");
    power_switch(&session->power, on);
    if (!on && !session->off_under_way && power_busy(&session->power)) {
        session->off_under_way = true;
        session_stand(session);
    }
}

static void power_done(void *context, const char *failure)
{
    struct session *session = context;
    if (failure != NULL) {
        finish(session, ENDING_POWER_FAILED, failure);
        return;
    }
    if (session->off_under_way) {
        session->off_under_way = false;
        session_go_on(session);
    } else if (session->end_awaits_power) {
        step(session);
    }
}

/* To the host's millisecond, so that it is not asked in vain just before it. */
static void await(struct session *session, uint32_t from_ms, uint32_t wait_ms)
{
    uint32_t passed_ms = now_ms(session) - from_ms;
    uint32_t left_ms = wait_ms > passed_ms ? wait_ms - passed_ms : 0;
    loop_timer_set(session->loop, &session->timer, (clock_now_us() / 1000 + left_ms) * 1000);
}

static void revision_told(void *context, enum at_state state)
{
    struct session *session = context;
    const struct at *at = &session->inquiry.at;
    if (state == AT_OK && at_answer_is_revision(at, session->plan->expect_revision))
        finish(session, ENDING_HOST, NULL);
    else if (state == AT_WAITING)
        finish(session, ENDING_REVISION_UNKNOWN, NULL);
    else
        finish(session, ENDING_REVISION_WRONG, at->answer);
}

static void question_sent(void *context, const char *text)
{
    const struct session *session = context;
    const struct iovec piece = {.iov_base = (void *)(uintptr_t)text, .iov_len = strlen(text)};
    trace_sent(session->plan->trace, session->trace_port, clock_now_us(), &piece, 1);
}

static void ask_revision(struct session *session, void (*done)(void *context, enum at_state state),
                         uint32_t limit_ms)
{
    session->inquiry = (struct inquiry){.loop = session->loop,
                                        .fd = session->serial.fd,
                                        .command = "AT+GMR",
                                        .sent = question_sent,
                                        .done = done,
                                        .context = session};
    inquiry_start(&session->inquiry, limit_ms);
}

/* The host may end with a switch, and that takes its time. */
static void end_update(struct session *session)
{
    session->end_awaits_power = power_busy(&session->power);
    if (session->end_awaits_power)
        return;
    if (session->host.report.error != GSMFLASH_OK || session->plan->expect_revision == NULL)
        finish(session, ENDING_HOST, NULL);
    else
        ask_revision(session, revision_told, REVISION_LIMIT_MS);
}

/* Takes one step of the host's; true: and there may be another at once. */
static bool take_step(struct session *session)
{
    uint32_t now = now_ms(session);
    const struct gsmflash_host_step next = gsmflash_host_next(&session->host, now);
    session_watch(session);
    switch (next.kind) {
    case GSMFLASH_HOST_SEND:
        return put_out(session, next.send.data, next.send.size);
    case GSMFLASH_HOST_POWER:
        switch_power(session, next.power_on);
        return true;
    case GSMFLASH_HOST_WAIT:
        await(session, now, next.wait_ms);
        write_out(session);
        return false;
    default:
        end_update(session);
        return false;
    }
}

static void step(struct session *session)
{
    loop_timer_clear(session->loop, &session->timer);
    while (!session->finished && session->standing == 0 && outbox_empty(&session->outbox)) {
        bool more;
        do
            more = take_step(session);
        while (more && !session->finished && session->standing == 0);
        if (timer_is_set(&session->timer) || session->inquiry.under_way ||
            session->end_awaits_power)
            return;
    }
}

void session_go_on(struct session *session)
{
    uint32_t stood_since_ms = session->stood_since_ms;
    if (--session->standing > 0)
        return;
    session->stood_still_ms += now_ms(session) - stood_since_ms;
    step(session);
}

static void timer_expired(void *context)
{
    step(context);
}

static void port_stuck(void *context)
{
    struct session *session = context;
    session_tell(session, SESSION_WARNING,
                 "the port takes no more bytes: flow control on the line, or a dead adapter?");
    serial_drop_output(&session->serial);
    outbox_drop(&session->outbox);
    session->outbox_traced = false;
    loop_watch_change(session->loop, &session->watch, EPOLLIN);
    step(session);
}

static void port_has_room(struct session *session)
{
    if (!write_out(session))
        return;
    loop_timer_clear(session->loop, &session->stuck);
    loop_watch_change(session->loop, &session->watch, EPOLLIN);
    step(session);
}

static void port_has_bytes(struct session *session)
{
    uint8_t bytes[4096];
    ssize_t size = read(session->serial.fd, bytes, sizeof bytes);
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) {
        lose_port(session, size == 0 ? 0 : errno);
        return;
    }
    if (size < 0)
        return;
    trace_received(session->plan->trace, session->trace_port, clock_now_us(), bytes, (size_t)size);
    session_count_received(session, bytes, (size_t)size);
    if (session->inquiry.under_way) {
        inquiry_take(&session->inquiry, bytes, (size_t)size);
        return;
    }
    /* Nothing has been sent that this could answer. */
    if (session->journal_under_way)
        return;
    gsmflash_host_receive(&session->host, bytes, (size_t)size, now_ms(session));
    session_watch(session);
    step(session);
}

static void port_ready(void *context, uint32_t events)
{
    struct session *session = context;
    if ((events & EPOLLIN) != 0)
        port_has_bytes(session);
    else if ((events & (EPOLLHUP | EPOLLERR)) != 0)
        lose_port(session, 0);
    if (!session->finished && (events & EPOLLOUT) != 0)
        port_has_room(session);
}

static void configure(struct session *session)
{
    const struct plan *plan = session->plan;
    bool power = power_is_automatic(&plan->power);
    uint32_t baud = session->serial.baud;
    session->config = (struct gsmflash_host_config){
        .image = plan->image->data,
        .image_bytes = plan->image->size,
        .journal = session_journal_keep,
        .context = session,
        .version = plan->version,
        .sync_timeout_ms = power ? plan->timeout_ms / plan->attempts : plan->timeout_ms,
        .block_bytes = (uint16_t)plan->block_bytes,
        .byte_time_us = (uint16_t)((BITS_PER_BYTE_ON_WIRE * 1000000u + baud - 1) / baud),
        .attempts = (uint8_t)plan->attempts,
        .power = power,
        .no_run = plan->no_run,
    };
    if (session->config.sync_timeout_ms == 0)
        session->config.sync_timeout_ms = 1;
}

static void begin_update(struct session *session)
{
    configure(session);
    session_journal_prepare(session);
    gsmflash_host_start(&session->host, &session->config, now_ms(session));
    session_watch_start(session);
    step(session);
}

/* No answer, or another one: the module is updated. */
static void present_revision_told(void *context, enum at_state state)
{
    struct session *session = context;
    const char *revision = session->plan->skip_revision;
    if (state == AT_OK && at_answer_is_revision(&session->inquiry.at, revision))
        finish(session, ENDING_ALREADY, revision);
    else
        begin_update(session);
}

static bool start_power(struct session *session)
{
    const struct power_request request = {
        .spec = &session->plan->power,
        .port = session->port,
        .serial = &session->serial,
        .loop = session->loop,
        .done = power_done,
        .warn = warn,
        .context = session,
    };
    if (!power_start(&session->power, &request))
        finish(session, ENDING_POWER_FAILED, session->power.problem.text);
    return !session->finished;
}

static void begin(struct session *session)
{
    session->watch =
        (struct loop_watch){.fd = session->serial.fd, .ready = port_ready, .context = session};
    if (!loop_watch_start(session->loop, &session->watch, EPOLLIN)) {
        finish(session, ENDING_PORT_NOT_OPENED, strerror(errno));
        return;
    }
    session->opened = true;
    session->trace_port = trace_add_port(session->plan->trace, session->port, session->serial.baud);
    session_tell(session, SESSION_STARTED, NULL);
    if (!start_power(session))
        return;
    if (session->plan->skip_revision != NULL)
        ask_revision(session, present_revision_told, SKIP_LIMIT_MS);
    else
        begin_update(session);
}

static void port_opened(void *context, const char *failure)
{
    struct session *session = context;
    if (failure == NULL)
        begin(session);
    else
        finish(session, ENDING_PORT_NOT_OPENED, failure);
}

void session_init(struct session *session, const struct plan *plan, const char *port,
                  struct loop *loop, const struct session_observer *observer)
{
    *session = (struct session){
        .plan = plan,
        .port = port,
        .loop = loop,
        .observer = *observer,
        .serial.fd = -1,
        .timer = {.expired = timer_expired, .context = session},
        .stuck = {.expired = port_stuck, .context = session},
        .only_echoes = true,
    };
}

void session_start(struct session *session, const struct holders *holders)
{
    const struct opener_request request = {
        .name = session->port,
        .baud = session->plan->baud,
        .modem_manager = session->plan->modem_manager,
        .loop = session->loop,
        .done = port_opened,
        .warn = warn,
        .context = session,
    };
    opener_start(&session->opener, &request, &session->serial, holders);
}

void session_interrupt(struct session *session)
{
    finish(session, ENDING_INTERRUPTED, NULL);
}
