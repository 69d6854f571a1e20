/* SPDX-License-Identifier: MIT */
#include "tool/session_journal.h"

#include <string.h>

#include "tool/session_watch.h"

static bool is_of_this_update(const struct session *session, const struct journal_entry *entry)
{
    const struct image_file *image = session->plan->image;
    return memcmp(entry->sha256, image->sha256, sizeof entry->sha256) == 0 &&
           entry->image_bytes == image->size && entry->version == session->plan->version;
}

static void warn(const struct session *session, enum journal_found found)
{
    struct problem problem;
    if (found == JOURNAL_CORRUPT)
        problem_set(&problem, "the journal %s is corrupt; the whole image is sent",
                    session->journal.path);
    else if (found == JOURNAL_READ)
        problem_set(&problem, "the unfinished update of this port was of another image, or this "
                              "one has changed since; the whole image is sent");
    else
        problem_set(&problem,
                    "no unfinished update of this port is known; the whole image is sent");
    session_tell(session, SESSION_WARNING, problem.text);
}

static void written(void *context, const char *failure)
{
    struct session *session = context;
    if (failure != NULL)
        session_tell(session, SESSION_WARNING, failure);
    if (session->journal_under_way) {
        session->journal_under_way = false;
        session_go_on(session);
    }
}

void session_journal_prepare(struct session *session)
{
    struct journal_entry entry;
    bool wanted = session->plan->resume;
    bool automatic = session->config.power;
    session->journal =
        (struct journal){.disk = session->plan->disk, .written = written, .context = session};
    journal_open(&session->journal, session->port);
    enum journal_found found = journal_read(&session->journal, &entry);
    bool usable = found == JOURNAL_READ && is_of_this_update(session, &entry);
    if ((wanted && !usable) || found == JOURNAL_CORRUPT)
        warn(session, found);

    /* A mark without a block: a module in command mode is asked for, but nothing is resumed. */
    session->mark = wanted && usable ? entry.mark : (struct gsmflash_mark){0};
    if (automatic ? wanted && usable : wanted || found != JOURNAL_NONE)
        session->config.resume = &session->mark;
}

void session_journal_keep(void *context, const struct gsmflash_report *report)
{
    struct session *session = context;
    struct journal_entry entry = {
        .image_bytes = session->plan->image->size,
        .version = session->plan->version,
        .mark = {.number = report->number,
                 .offset = report->offset,
                 .block_bytes = report->block_bytes,
                 .unit = report->unit},
    };
    memcpy(entry.sha256, session->plan->image->sha256, sizeof entry.sha256);
    journal_write(&session->journal, &entry);
    session->journal_under_way = session->journal.busy;
    if (session->journal_under_way)
        session_stand(session);
}

void session_journal_end(struct session *session)
{
    if (session->host.report.firmware == GSMFLASH_FIRMWARE_VALID)
        journal_remove(&session->journal);
}
