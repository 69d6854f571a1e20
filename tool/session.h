/* SPDX-License-Identifier: MIT */
/* The update of one module through one port: the core's host, the port, the power, and what is told
 * about it. Any number of sessions share one loop, one image and one plan. */
#ifndef TOOL_SESSION_H
#define TOOL_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "gsmflash/host.h"
#include "posix/loop.h"
#include "posix/serial.h"
#include "tool/image_file.h"
#include "tool/inquiry.h"
#include "tool/journal.h"
#include "tool/opener.h"
#include "tool/outbox.h"
#include "tool/power.h"
#include "tool/trace.h"
#include "tool/verdict.h"

/* What is wanted of every module. */
struct plan {
    const struct image_file *image;
    struct power_spec power;
    uint32_t baud;
    uint32_t timeout_ms; /* for the first sync answer, in all */
    uint32_t version;
    uint32_t block_bytes; /* 0: as the MTU allows */
    uint32_t attempts;
    bool no_run;
    bool resume;
    /* What the module is to report after the update; NULL: it is not asked. */
    const char *skip_revision; /* a module that runs it is left as it is; NULL: none is */
    const char *expect_revision;
    struct trace *trace;                 /* NULL: none */
    struct disk *disk;                   /* NULL: journals are waited for */
    struct modem_manager *modem_manager; /* NULL: it does not run */
};

enum session_event_kind {
    SESSION_STARTED,  /* the port is open */
    SESSION_PHASE,    /* host.report.phase is new */
    SESSION_PROGRESS, /* host.report.offset is new */
    SESSION_RETRY,    /* a command goes out again: host.report.cause */
    SESSION_RESTART,  /* everything begins anew: host.report.attempt and .error */
    SESSION_WARNING,  /* `text` */
    SESSION_FINISHED, /* the verdict stands */
};

struct session_event {
    enum session_event_kind kind;
    const char *text;
};

struct session;

struct session_observer {
    void (*event)(void *context, const struct session *session, const struct session_event *event);
    void *context;
};

struct session {
    const struct plan *plan;
    const char *port;
    struct loop *loop;
    struct session_observer observer;
    struct gsmflash_host host;
    struct gsmflash_host_config config;
    struct opener opener;
    struct serial serial;
    struct loop_watch watch;
    struct timer timer; /* the host's next action */
    struct timer stuck; /* the port takes nothing */
    struct outbox outbox;
    bool outbox_traced; /* what is in it stands in the trace */
    unsigned trace_port;
    struct power power;
    struct inquiry inquiry;
    struct journal journal;
    struct gsmflash_mark mark;   /* where to resume */
    struct gsmflash_report seen; /* what the observer knows */
    struct verdict verdict;
    bool opened;
    bool off_under_way;
    bool journal_under_way;
    bool end_awaits_power;
    unsigned standing; /* reasons why the host's clock stands still and nothing more is sent */
    uint32_t stood_since_ms;
    uint32_t stood_still_ms; /* what the host's clock is behind, for that */
    bool image_checked;
    bool finished;
    bool only_echoes;
    uint32_t received_bytes;
    uint64_t sent_bytes;
    uint64_t image_looked_us; /* at its size and time */
    uint64_t transmitted_us;  /* the command on its way */
    uint64_t begun_us;        /* this attempt's BEGIN; 0: none yet */
    uint64_t finished_us;
    uint64_t first_begun_us;
    uint64_t repeats_cost_us;  /* in this attempt */
    uint64_t restarts_cost_us; /* in the attempts before */
    uint32_t begun_offset;     /* where the download (or its resumption) began */
};

/* `port` and `plan` must live as long as the session. */
void session_init(struct session *session, const struct plan *plan, const char *port,
                  struct loop *loop, const struct session_observer *observer);

/*
 * Begins: opens the port and goes on in the loop, until SESSION_FINISHED; that may come before it
 * returns. `holders`: who has ports open, found shortly before.
 */
void session_start(struct session *session, const struct holders *holders);

/* Ends it now; for one that has finished nothing happens. */
void session_interrupt(struct session *session);

/*
 * For the session's parts: it stands still, until the module is off or the journal is on the disk.
 * Each call of the one is followed by one of the other.
 */
void session_stand(struct session *session);
void session_go_on(struct session *session);

/* The time since the first BEGIN went out; 0 before. */
uint64_t session_download_us(const struct session *session);

/* What commands that were sent again, and attempts that failed, have cost in time. */
uint64_t session_lost_us(const struct session *session);

#endif
