/*
 * The one way out. stdout is data: buffered, written once at the end. stderr is talk: written line
 * by line as things happen, silenced by -q. Errors go to stderr always.
 *
 * Whatever text comes in is made harmless: control characters and bytes that are not UTF-8 are shown
 * as \xNN, so that neither a file name nor a server can drive the terminal. Colour and links are
 * added here, never by callers. Only report_raw passes bytes on as they are.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/err.h"
#include "base/strbuf.h"
#include "format/json.h"
#include "report/style.h"

typedef struct {
    Str file;     /* as it is to be shown when relative; absolute paths are shortened to Report.dir */
    int64_t line; /* from 1; 0 stands for the whole file */
} Place;

typedef struct {
    Arena *arena;
    StrBuf data;     /* of stdout, not yet written */
    JsonWriter json; /* writes into data */
    Style out, talk; /* of stdout and stderr */
    Str dir;         /* absolute working directory, for shorter paths; may be empty */
    Str fields;      /* of --json=a,b: top-level keys to show; empty for all */
    bool wants_json;
    bool is_quiet;
    bool is_verbose;
    bool talk_is_broken; /* stderr went away: nothing more is written there */
    int talk_columns;    /* columns of a progress line that stands on the terminal now */
} Report;

Report report_init(Arena *a, Style out, Style talk);

/* Talk: one line on stderr, now. report_detail speaks only with -v. No newline in format. */
void report_talk(Report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
void report_detail(Report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Also silenced by -q; "warning: " goes before. For what a run survives and a person should know. */
void report_warn(Report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Data: one line on stdout, at the end of the run. */
void report_line(Report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Data, bytes as they are, no newline added: scripts, proofs, paths for other programs. */
void report_raw(Report *r, Str bytes);

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

/* The first and the last line of such an account: parts joined by " · "; one coloured word. */
void report_headline(Report *r, bool as_data, const Str *parts, isize n_parts);
void report_verdict(Report *r, bool as_data, Ink ink, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The object of a --json run: begun with {"schema": "goward/<name>", "version": version}; keys that
 * --json=fields does not name are left out at the top level. Any text data so far is dropped. */
JsonWriter *report_json_begin(Report *r, Str name, int version);
void report_json_end(Report *r);
/* {"file": ..., "line": ...} (line null for a whole file), or null. */
void report_json_place(JsonWriter *w, Str key, Place place);

/* "goward: <frames>: <text>" and "  try: <hint>" on stderr. With --json also an object on stdout, in
 * place of any data so far; -q then keeps stderr silent. */
void report_error(Report *r, const Err *err);

/* Writes the data. A reader that went away (EPIPE) ends it quietly: true. */
bool report_flush(Report *r, Err *err);

/* place.file shortened: relative to Report.dir when below it, "~/..." is never used. */
Str report_place(Report *r, Arena *a, Place place);

#endif
