/* SPDX-License-Identifier: MIT */
/* `gsmflash bridge`: core/bridge.c between two serial ports of this machine. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gsmflash/bridge.h"
#include "posix/clock.h"
#include "posix/serial.h"
#include "tool/bridge_options.h"
#include "tool/bridge_report.h"
#include "tool/commands.h"
#include "tool/exit_status.h"
#include "tool/opener.h"
#include "tool/power.h"

enum {
    SIDES = 2,
    RING_BYTES = 32768,
    /* What a driver may still hold back is on its way by then, and closing a port would drop it. */
    LINGER_MS = 500,
};

struct relay;

/* One of the two ports. */
struct end {
    struct relay *relay;
    enum gsmflash_side side;
    struct serial serial;
    struct loop_watch watch;
    uint32_t events;
    struct opener opener;
    bool opened;
    bool watched;
};

struct relay {
    struct bridge_options options;
    struct gsmflash_bridge_config config;
    struct gsmflash_bridge bridge;
    uint8_t ring[SIDES][RING_BYTES];
    struct end ends[SIDES];
    struct loop *loop;
    struct timer timer;
    struct power power;
    enum gsmflash_bridge_download module; /* what all sessions together left behind */
    bool was_active;
    struct modem_manager *modem_manager;
    bool ending; /* with --once: the session is over */
    bool failed;
    int status;
};

static uint32_t now_ms(void)
{
    return (uint32_t)(clock_now_us() / 1000);
}

/* What is known of the module by now, a session that is under way included. */
static enum gsmflash_bridge_download module_now(const struct relay *relay)
{
    if (gsmflash_bridge_active(&relay->bridge) && relay->bridge.download != GSMFLASH_BRIDGE_NONE)
        return (enum gsmflash_bridge_download)relay->bridge.download;
    return relay->module;
}

static void fail(struct relay *relay, int status)
{
    relay->failed = true;
    relay->status = status;
    loop_stop(relay->loop, status);
}

static void stop_after_port(struct relay *relay, const struct end *end, int error)
{
    enum gsmflash_bridge_download module = module_now(relay);
    fprintf(stderr, "gsmflash: %s: the port is gone (%s); %s: plug it in and start again\n",
            relay->options.ports[end->side], error != 0 ? strerror(error) : "it was closed",
            bridge_state_text(module));
    fail(relay, module == GSMFLASH_BRIDGE_OPEN ? STATUS_INVALID : STATUS_NOT_OPENED);
}

static uint32_t room(const struct relay *relay, enum gsmflash_side towards)
{
    const struct gsmflash_bridge_count *count = &relay->bridge.count[towards];
    return RING_BYTES - (count->passed - count->sent);
}

static enum gsmflash_side other(enum gsmflash_side side)
{
    return side == GSMFLASH_UPSTREAM ? GSMFLASH_DOWNSTREAM : GSMFLASH_UPSTREAM;
}

/* A port is read only while the ring has room: what waits in the kernel is not lost. */
static void watch(struct relay *relay, struct end *end)
{
    size_t waiting;
    uint32_t events = !relay->ending && room(relay, other(end->side)) > 0 ? EPOLLIN : 0;
    gsmflash_bridge_output(&relay->bridge, end->side, &waiting);
    if (waiting > 0)
        events |= EPOLLOUT;
    if (events != end->events)
        loop_watch_change(relay->loop, &end->watch, events);
    end->events = events;
}

/* False: the port is gone. */
static bool send_waiting(struct relay *relay, struct end *end)
{
    size_t size;
    const uint8_t *data;
    while (data = gsmflash_bridge_output(&relay->bridge, end->side, &size), size > 0) {
        ssize_t written = write(end->serial.fd, data, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && errno != EAGAIN) {
            stop_after_port(relay, end, errno);
            return false;
        }
        if (written <= 0)
            break;
        gsmflash_bridge_sent(&relay->bridge, end->side, (size_t)written);
    }
    return true;
}

static void switch_module(struct relay *relay, bool on)
{
    if (relay->options.power.method != POWER_MANUAL) {
        bridge_report_power(&relay->options, on);
        power_switch(&relay->power, on);
    } else if (on) {
        bridge_report_request(&relay->options);
    }
}

static int status_of(enum gsmflash_bridge_download download)
{
    static const int statuses[] = {
        [GSMFLASH_BRIDGE_NONE] = STATUS_NO_MODULE,
        [GSMFLASH_BRIDGE_OPEN] = STATUS_INVALID,
        [GSMFLASH_BRIDGE_COMPLETE] = STATUS_DONE,
    };
    return statuses[download];
}

static void leave(struct relay *relay, const struct gsmflash_bridge_step *step)
{
    relay->was_active = false;
    if (step->left.download != GSMFLASH_BRIDGE_NONE)
        relay->module = step->left.download;
    bridge_report_left(&relay->options, &relay->bridge, step->left.reason, relay->module);
    relay->ending = relay->options.once;
    relay->status = status_of(step->left.download);
}

static void set_timer(struct relay *relay, uint32_t wait_ms)
{
    if (wait_ms == UINT32_MAX)
        loop_timer_clear(relay->loop, &relay->timer);
    else
        loop_timer_set(relay->loop, &relay->timer, clock_now_us() + wait_ms * UINT64_C(1000));
}

/* Does all that can be done before something happens. */
static void advance(struct relay *relay)
{
    for (;;) {
        if (!send_waiting(relay, &relay->ends[0]) || !send_waiting(relay, &relay->ends[1]))
            return;
        const struct gsmflash_bridge_step step = gsmflash_bridge_next(&relay->bridge, now_ms());
        if (step.kind == GSMFLASH_BRIDGE_WAIT) {
            set_timer(relay, relay->ending ? LINGER_MS : step.wait_ms);
            break;
        }
        if (step.kind == GSMFLASH_BRIDGE_POWER)
            switch_module(relay, step.power_on);
        else
            leave(relay, &step);
    }
    watch(relay, &relay->ends[0]);
    watch(relay, &relay->ends[1]);
}

static void receive(struct relay *relay, const struct end *end)
{
    uint8_t bytes[4096];
    uint32_t most = room(relay, other(end->side));
    ssize_t size = read(end->serial.fd, bytes, most < sizeof bytes ? most : sizeof bytes);
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) {
        stop_after_port(relay, end, size == 0 ? 0 : errno);
        return;
    }
    if (size < 0)
        return;
    gsmflash_bridge_receive(&relay->bridge, end->side, bytes, (size_t)size, now_ms());
    if (gsmflash_bridge_active(&relay->bridge) && !relay->was_active) {
        relay->was_active = true;
        bridge_report_transparent(&relay->options);
    }
    advance(relay);
}

static void port_ready(void *context, uint32_t events)
{
    struct end *end = context;
    if ((events & EPOLLIN) != 0)
        receive(end->relay, end);
    else if ((events & (EPOLLHUP | EPOLLERR)) != 0)
        stop_after_port(end->relay, end, 0);
    else
        advance(end->relay);
}

static void timer_expired(void *context)
{
    struct relay *relay = context;
    if (relay->ending && power_busy(&relay->power))
        set_timer(relay, LINGER_MS);
    else if (relay->ending)
        loop_stop(relay->loop, relay->status);
    else
        advance(relay);
}

static void power_done(void *context, const char *failure)
{
    (void)context;
    if (failure != NULL)
        fprintf(stderr, "gsmflash: %s: without it the host can't reach the module\n", failure);
}

static void warn(void *context, const char *text)
{
    (void)context;
    fprintf(stderr, "gsmflash: warning: %s\n", text);
}

static void signal_caught(void *context, int number)
{
    struct relay *relay = context;
    (void)number;
    fprintf(stderr, "gsmflash: interrupted; %s\n", bridge_state_text(module_now(relay)));
    loop_stop(relay->loop, STATUS_INTERRUPTED);
}

static bool start_power(struct relay *relay)
{
    const struct power_request request = {
        .spec = &relay->options.power,
        .port = relay->options.ports[GSMFLASH_DOWNSTREAM],
        .serial = &relay->ends[GSMFLASH_DOWNSTREAM].serial,
        .loop = relay->loop,
        .done = power_done,
        .warn = warn,
        .context = relay,
    };
    if (power_start(&relay->power, &request))
        return true;
    fprintf(stderr, "gsmflash: %s\n", relay->power.problem.text);
    return false;
}

/* Both ports are open: from here on a host may come. */
static void begin(struct relay *relay)
{
    relay->config = (struct gsmflash_bridge_config){
        .ring = {{relay->ring[0], RING_BYTES}, {relay->ring[1], RING_BYTES}},
        .silence_ms = relay->options.silence_ms,
        .power = relay->options.power.method != POWER_NONE,
    };
    if (!start_power(relay)) {
        fail(relay, STATUS_NOT_OPENED);
        return;
    }
    gsmflash_bridge_start(&relay->bridge, &relay->config, now_ms());
    bridge_report_ready(&relay->options);
    for (int side = 0; side < SIDES; side++) {
        struct end *end = &relay->ends[side];
        end->events = EPOLLIN;
        end->watch = (struct loop_watch){.fd = end->serial.fd, .ready = port_ready, .context = end};
        end->watched = loop_watch_start(relay->loop, &end->watch, end->events);
        if (!end->watched)
            stop_after_port(relay, end, errno);
    }
}

static void port_opened(void *context, const char *failure)
{
    struct end *end = context;
    struct relay *relay = end->relay;
    if (failure != NULL) {
        fprintf(stderr, "gsmflash: %s: %s\n", relay->options.ports[end->side], failure);
        fail(relay, STATUS_NOT_OPENED);
        return;
    }
    end->opened = true;
    if (relay->ends[0].opened && relay->ends[1].opened)
        begin(relay);
}

static void open_end(struct relay *relay, enum gsmflash_side side)
{
    struct end *end = &relay->ends[side];
    const struct opener_request request = {
        .name = relay->options.ports[side],
        .baud = relay->options.baud,
        .modem_manager = relay->modem_manager,
        .loop = relay->loop,
        .done = port_opened,
        .warn = warn,
        .context = end,
    };
    opener_start(&end->opener, &request, &end->serial, NULL);
}

static void close_end(struct end *end)
{
    opener_stop(&end->opener);
    if (end->watched)
        loop_watch_stop(end->relay->loop, &end->watch);
    serial_close(&end->serial);
}

static int run(struct relay *relay)
{
    int status;
    open_end(relay, GSMFLASH_UPSTREAM);
    if (!relay->failed)
        open_end(relay, GSMFLASH_DOWNSTREAM);
    if (relay->failed)
        return relay->status;
    status = loop_run(relay->loop);
    if (status >= 0)
        return status;
    fprintf(stderr, "gsmflash: waiting failed: %s\n", strerror(errno));
    return STATUS_NOT_OPENED;
}

static int start(struct relay *relay)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, 0};
    int status = STATUS_NOT_OPENED;
    for (int side = 0; side < SIDES; side++)
        relay->ends[side] =
            (struct end){.relay = relay, .side = (enum gsmflash_side)side, .serial.fd = -1};
    relay->timer = (struct timer){.expired = timer_expired, .context = relay};
    relay->loop = loop_new();
    if (relay->loop == NULL || !loop_signals(relay->loop, signals, signal_caught, relay)) {
        fprintf(stderr, "gsmflash: the bridge can't be started: %s\n", strerror(errno));
    } else {
        relay->modem_manager = modem_manager_find();
        status = run(relay);
    }
    power_stop(&relay->power);
    close_end(&relay->ends[0]);
    close_end(&relay->ends[1]);
    modem_manager_free(relay->modem_manager);
    loop_free(relay->loop);
    return status;
}

int bridge_main(int argc, char **argv)
{
    static struct relay relay;
    int status = bridge_options_parse(&relay.options, argc, argv);
    if (status != STATUS_DONE || relay.options.help)
        return status;
    return start(&relay);
}
