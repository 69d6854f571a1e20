/* SPDX-License-Identifier: MIT */
/*
 * For a terminal: a row for each module at the bottom, drawn anew in place at most ten times a
 * second; sentences scroll by above. The rows never wrap: they follow the terminal's width.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "posix/clock.h"
#include "tool/exit_status.h"
#include "tool/gang.h"
#include "tool/report.h"
#include "tool/report_summary.h"
#include "tool/report_text.h"

enum {
    REDRAW_US = 100000,
    ROW_BYTES = 512,
    BAR_MIN = 5,
    BAR_MAX = 40,
    TAG_MAX = 24,
};

struct bars {
    struct report_settings settings;
    struct timer timer;
    size_t drawn; /* rows on the screen now */
    size_t tag;   /* columns for the longest port's name */
    bool color;
};

struct screen {
    size_t columns;
    size_t rows;
};

static struct screen screen_size(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2 || size.ws_row < 2)
        return (struct screen){80, 24};
    return (struct screen){size.ws_col, size.ws_row};
}

/* What stands right of the bar; shorter where there is little room. */
static void put_figures(const struct session *session, size_t room, char *text, size_t size)
{
    double rate = report_rate(session);
    uint32_t left = session->plan->image->size - session->host.report.offset;
    unsigned long seconds = rate > 0 ? (unsigned long)(left / rate + 0.5) : 0;
    if (rate <= 0 || session->finished)
        text[0] = '\0';
    else if (room < 50)
        snprintf(text, size, " %lu:%02lu", seconds / 60, seconds % 60);
    else
        snprintf(text, size, " %6.1f kB/s %3lu:%02lu left", rate / 1000, seconds / 60,
                 seconds % 60);
}

static void put_bar(const struct session *session, size_t room, char *text, size_t size)
{
    char figures[48];
    char bar[BAR_MAX + 3] = "";
    put_figures(session, room, figures, sizeof figures);
    size_t used = strlen(" 100 %") + 3 + strlen(figures);
    if (room >= used + BAR_MIN) {
        size_t width = room - used < BAR_MAX ? room - used : BAR_MAX;
        size_t full =
            (size_t)(session->host.report.offset * (uint64_t)width / session->plan->image->size);
        bar[0] = '[';
        memset(bar + 1, '#', full);
        memset(bar + 1 + full, '-', width - full);
        bar[width + 1] = ']';
        bar[width + 2] = '\0';
    }
    snprintf(text, size, "%3u %% %s%s", report_percent(session), bar, figures);
}

static void put_end(const struct session *session, char *text, size_t size)
{
    const struct gsmflash_report *report = &session->host.report;
    switch (gang_state(session)) {
    case GANG_GOOD:
        snprintf(text, size, "done in %.1f s%s", (double)session_download_us(session) / 1e6,
                 report->repeats > 0 || report->attempt > 1 ? ", with repeats" : "");
        break;
    case GANG_NOT_STARTED:
        snprintf(text, size, "valid, not confirmed to run");
        break;
    case GANG_UNTOUCHED:
        snprintf(text, size, "FAILED, untouched");
        break;
    default:
        snprintf(text, size, "FAILED, firmware INVALID");
        break;
    }
}

/* What a module that takes no data at the moment does; false: it does. */
static bool put_state(const struct session *session, bool gang, char *text, size_t size)
{
    const char *request = gang ? report_short_request(session) : NULL;
    const char *word = request;
    if (gang && session->finished) {
        put_end(session, text, size);
        return true;
    }
    if (session->finished)
        return false;
    if (session->inquiry.under_way)
        word = "asking for the revision";
    else if (request == NULL)
        switch (session->host.report.phase) {
        case GSMFLASH_PHASE_DATA:
            return false;
        case GSMFLASH_PHASE_END:
        case GSMFLASH_PHASE_RUN:
        case GSMFLASH_PHASE_REBOOT:
            word = "starting the new firmware";
            break;
        default:
            word = session->opened ? "waiting for the module" : "opening the port";
            break;
        }
    snprintf(text, size, "%s", word);
    return true;
}

/* The end of a port's name tells more than its beginning. */
static size_t put_tag(const struct bars *bars, const struct session *session, size_t columns,
                      char *text)
{
    size_t length = strlen(session->port);
    size_t most = columns / 3 < bars->tag ? columns / 3 : bars->tag;
    const char *from = length > most ? session->port + length - most : session->port;
    return (size_t)sprintf(text, "%-*s ", (int)most, from);
}

static void draw_row(const struct bars *bars, const struct session *session, size_t columns)
{
    char row[ROW_BYTES];
    size_t room = columns - 1 < sizeof row - 1 ? columns - 1 : sizeof row - 1;
    bool gang = bars->settings.count > 1;
    size_t used = gang ? put_tag(bars, session, room, row) : 0;
    if (!put_state(session, gang, row + used, sizeof row - used))
        put_bar(session, room - used, row + used, sizeof row - used);
    row[room] = '\0';
    const char *color = "";
    if (bars->color && session->finished)
        color = session->verdict.status == STATUS_DONE ? "\033[32m" : "\033[31m";
    printf("%s%s%s\033[K\n", color, row, color[0] != '\0' ? "\033[0m" : "");
}

/* More modules than rows: those that are under way, and a count of the rest. */
static void draw_crowd(struct bars *bars, struct screen screen)
{
    size_t done = 0;
    size_t failed = 0;
    size_t rows = screen.rows - 2;
    bars->drawn = 0;
    for (size_t i = 0; i < bars->settings.count; i++) {
        const struct session *session = &bars->settings.sessions[i];
        if (session->finished && session->verdict.status == STATUS_DONE)
            done++;
        else if (session->finished)
            failed++;
        else if (bars->drawn < rows) {
            draw_row(bars, session, screen.columns);
            bars->drawn++;
        }
    }
    char row[ROW_BYTES];
    snprintf(row, sizeof row, "%zu modules: %zu done, %zu failed, %zu under way",
             bars->settings.count, done, failed, bars->settings.count - done - failed);
    printf("%.*s\033[K\n", (int)(screen.columns - 1), row);
    bars->drawn++;
}

static void draw(struct bars *bars)
{
    struct screen screen = screen_size();
    if (bars->settings.count + 1 > screen.rows) {
        draw_crowd(bars, screen);
        return;
    }
    for (size_t i = 0; i < bars->settings.count; i++)
        draw_row(bars, &bars->settings.sessions[i], screen.columns);
    bars->drawn = bars->settings.count;
}

/* Back to the first of our rows; what is there stays until it is written over. */
static void go_back(struct bars *bars)
{
    if (bars->drawn > 0)
        printf("\033[%zuA\r", bars->drawn);
    bars->drawn = 0;
}

static void redraw(struct bars *bars)
{
    go_back(bars);
    draw(bars);
    /* The list may have become shorter. */
    fputs("\033[J", stdout);
    fflush(stdout);
}

static void timer_expired(void *context)
{
    redraw(context);
}

static void redraw_soon(struct bars *bars)
{
    if (!timer_is_set(&bars->timer))
        loop_timer_set(bars->settings.loop, &bars->timer, clock_now_us() + REDRAW_US);
}

static void *bars_open(const struct report_settings *settings)
{
    struct bars *bars = calloc(1, sizeof *bars);
    const char *no_color = getenv("NO_COLOR");
    if (bars == NULL)
        return NULL;
    bars->settings = *settings;
    bars->color = no_color == NULL || no_color[0] == '\0';
    for (size_t i = 0; i < settings->count; i++) {
        size_t length = strlen(settings->sessions[i].port);
        bars->tag = length > bars->tag ? length : bars->tag;
    }
    bars->tag = bars->tag < TAG_MAX ? bars->tag : TAG_MAX;
    bars->timer = (struct timer){.expired = timer_expired, .context = bars};
    /* A whole picture goes out in one piece. */
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    return bars;
}

static void bars_close(void *state)
{
    struct bars *bars = state;
    loop_timer_clear(bars->settings.loop, &bars->timer);
    fflush(stdout);
    free(bars);
}

static bool is_complaint(const struct session *session, const struct session_event *event)
{
    return event->kind == SESSION_WARNING ||
           (event->kind == SESSION_FINISHED && session->verdict.status != STATUS_DONE);
}

/* Lets a sentence scroll by above the rows. */
static void say(struct bars *bars, const struct session *session, const struct session_event *event,
                const char *text)
{
    go_back(bars);
    fputs("\033[J", stdout);
    if (text != NULL && bars->settings.count > 1)
        printf("[%s] %s\n", session->port, text);
    else if (text != NULL)
        printf("%s\n", text);
    fflush(stdout);
    report_complain(session, event);
    draw(bars);
    fflush(stdout);
}

/* The end of a single module's update: what its bar came to, and a sentence below it. */
static void say_end(struct bars *bars, const struct session *session,
                    const struct session_event *event, const char *text)
{
    go_back(bars);
    if (session->host.report.offset > 0)
        draw(bars);
    fputs("\033[J", stdout);
    if (text != NULL)
        printf("%s\n", text);
    fflush(stdout);
    report_complain(session, event);
    loop_timer_clear(bars->settings.loop, &bars->timer);
}

static void bars_event(void *state, const struct session *session,
                       const struct session_event *event)
{
    struct bars *bars = state;
    char text[REPORT_TEXT_BYTES];
    bool talks = report_text(session, event, bars->settings.verbose, text);
    /* The rows of a gang tell it all. */
    if (bars->settings.count > 1 && !bars->settings.verbose)
        talks = false;
    if (event->kind == SESSION_FINISHED && bars->settings.count == 1)
        say_end(bars, session, event, talks ? text : NULL);
    else if (talks || is_complaint(session, event))
        say(bars, session, event, talks ? text : NULL);
    else
        redraw_soon(bars);
}

static void bars_sum_up(void *state, int status)
{
    struct bars *bars = state;
    (void)status;
    loop_timer_clear(bars->settings.loop, &bars->timer);
    redraw(bars);
    report_summary(&bars->settings, screen_size().columns);
}

const struct report_way report_bars = {bars_open, bars_event, bars_sum_up, bars_close};
