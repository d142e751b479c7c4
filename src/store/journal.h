/*
 * The intent of the operation under way, for whoever recovers after its writer died.
 *
 * An operation writes the journal, does its work up to the commit point, appends the audit line
 * that the journal holds already, and deletes the journal. The journal's last line is its own
 * SHA-256: a torn one is as good as none, because nothing starts before it is on disk.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "store/project_file.h"

#define JOURNAL_MAX_LEN (32 * MIB)
#define JOURNAL_MAX_CHANGES 64 /* project files of one rollback */

typedef enum {
    JOURNAL_NONE,
    JOURNAL_INSTALL,  /* committed when records/ID is there */
    JOURNAL_REMOVE,   /* committed when records/ID is gone */
    JOURNAL_SWITCH,   /* committed when `current` is `to`; else generations/TO goes */
    JOURNAL_ROLLBACK, /* committed when `current` is `to` */
    JOURNAL_KIND_COUNT,
} JournalKind;

typedef struct {
    JournalKind kind;
    Str id;           /* INSTALL, REMOVE */
    int64_t from, to; /* SWITCH, ROLLBACK */
    ProjectChanges changes;
    int64_t sequence; /* of the audit line: when the log has it, all is done */
    Str audit_line;
} Journal;

Str journal_format(Arena *a, const Journal *j);
/* False for anything but a whole journal. */
bool journal_parse(Arena *a, Str text, Journal *ret);

/* Writes it; is_durable: before returning, else with the caller's next sync of the file system. */
bool journal_write(Store *s, const Journal *j, bool is_durable, Err *err);
/* FILE_ABSENT: none, or a torn one. */
FileOutcome journal_read(Arena *a, Store *s, Journal *ret, Err *err);
bool journal_delete(Store *s, Err *err);
/* The end of every operation that was committed: appends its audit line and deletes the journal. */
bool journal_finish(Store *s, const Journal *j, Err *err);

#endif
