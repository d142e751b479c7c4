/*
 * The one way out. stdout is data: buffered, written once at the end. stderr is talk: written line
 * by line as things happen, silenced by -q. Errors go to stderr always.
 *
 * Whatever text comes in is made harmless: control characters and bytes that are not UTF-8 are
 * shown as \xNN, so that neither a file name nor a server can drive the terminal. Colour and
 * links are added here, never by callers. Only report_raw passes bytes on as they are.
 *
 * With --json standard output holds one JSON object and nothing else: the functions that add text
 * to the data then do nothing, so that a command need not ask before each of them.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/err.h"
#include "base/strbuf.h"
#include "format/json.h"
#include "report/style.h"

typedef struct {
    Str file;     /* absolute, or as it is to be shown */
    int64_t line; /* from 1; 0 stands for the whole file */
} Place;

typedef enum {
    REPORT_TALK, /* stderr, now */
    REPORT_DATA, /* stdout, at the end of the run */
} ReportStream;

typedef struct {
    Arena data_arena;   /* holds data and nothing else, so that it grows in place */
    Arena scratch;      /* starting point of the scratch of each call */
    StrBuf data;        /* of stdout, not yet written */
    JsonWriter json;    /* writes into data */
    Style styles[2];    /* by ReportStream */
    Str dir;            /* absolute working directory, for shorter paths; may be empty */
    bool dir_is_linked; /* a symlink led there: ".." of the name is not that of the kernel */
    Str fields;         /* of --json=a,b: top-level keys to show; empty for all */
    bool wants_json;
    bool is_quiet;
    bool is_verbose;
    bool talk_is_broken; /* stderr went away: nothing more is written there */
    bool data_is_broken; /* the same of stdout, which was told */
    bool has_progress;   /* a progress line stands on the terminal now */
} Report;

/* A Report stays where it is: its parts point to each other. What the fields after styles say is
 * set by the caller afterwards. */
void report_open(Report *r, Style data, Style talk);
void report_close(Report *r);

/* Talk: one line on stderr, now. report_detail speaks only with -v. No newline in format. */
void report_talk(Report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
void report_detail(Report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Talk as well; "goward: warning: " goes before. For what a run survives and a person should
 * know. */
void report_warn(Report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Data: one line on stdout, at the end of the run. */
void report_line(Report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Data, bytes as they are, no newline added: scripts, proofs, paths for other programs. */
void report_raw(Report *r, Str bytes);
/* Where a command writes whose --json is not one object, but many, in the form of another tool.
 * After each of them it calls report_pass_on, which writes what there is when it is a block: such
 * output may be larger than memory. What was written can no longer be dropped. */
StrBuf *report_json_stream(Report *r);
bool report_pass_on(Report *r, Err *err);

/* One line of a step-by-step account: two spaces, the label in a column of 8, the parts joined by
 * " · ", then the place:
 *   source   golang.org/toolchain@v0.0.1-go1.27.4.linux-amd64 from GOPROXY · 75.8 MB · 1.9 s
 *   wanted   go1.27.4      examples/shop/go.mod:5 */
#define STEP_MAX_PARTS 6
typedef struct {
    Str label;
    Str parts[STEP_MAX_PARTS]; /* up to the first empty one */
    Place place;               /* file empty: none */
    Ink ink;                   /* of the first part */
} Step;
void report_step(Report *r, const Step *step); /* talk: what has just been done */
void report_fact(Report *r, const Step *step); /* data: part of an answer */

/* The first line of such an account (parts joined by " · ", the first one strong), and the last
 * one, inked. */
void report_headline(Report *r, ReportStream stream, const Str *parts, isize n_parts);
void report_verdict(Report *r, ReportStream stream, Ink ink, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The object of a --json run: begun with {"schema": "goward/<name>", "version": version}; keys that
 * --json=fields does not name are left out at the top level. Any data so far is dropped. */
JsonWriter *report_json_begin(Report *r, Str name, int version);
void report_json_end(Report *r);
/* {"file": ..., "line": ...} (line null for a whole file), or null for no place. */
void report_json_place(JsonWriter *w, Str key, Place place);

/* "goward: <frames>: <text>" and "  try: <hint>" on stderr. With --json also an object on stdout,
 * in place of any data so far; only then -q keeps stderr silent. */
void report_error(Report *r, const Err *err);

/* Writes the data. A reader that went away (EPIPE) has what it wanted: that is no failure. After a
 * failure there is no other: what else comes is dropped. */
bool report_flush(Report *r, Err *err);

/* "go.mod:5": relative to Report.dir where that is shorter. Empty for no place. */
Str report_place(const Report *r, Arena *a, Place place);

/* For the other files of report/: lines that are built piece by piece. line holds clean, inked
 * text; it gets a newline and goes to the stream. */
void report_add_line(Report *r, ReportStream stream, StrBuf *line);
isize report_add_place(const Report *r, StrBuf *b, ReportStream stream, Ink ink, Place place);
/* Whether anything sent to the stream would be dropped. */
bool report_is_silent(const Report *r, ReportStream stream);

#endif
