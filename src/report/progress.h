/*
 * How far a long step is, on stderr. On a terminal: one line that is drawn again and again, from
 * 300 ms on, with rate and time left; it is wiped when the step ends. Elsewhere: a plain line now
 * and then, so that a log shows life. Silent with -q. One thread calls it.
 */
#ifndef REPORT_PROGRESS_H
#define REPORT_PROGRESS_H

#include "report/report.h"

typedef enum { PROGRESS_BYTES, PROGRESS_FILES } ProgressUnit;

typedef struct {
    Report *report;
    Str label; /* as in a Step: "source" */
    ProgressUnit unit;
    int64_t begun_ns; /* monotonic */
    int64_t shown_ns; /* when a line was last written, 0 for never */
    int64_t first;    /* what was done already at the first call: a resumed download */
    bool has_first;
} Progress;

/* Nothing is shown yet. */
Progress progress_begin(Report *r, Str label, ProgressUnit unit);
/* done of total (-1 when that is unknown). Cheap: looks at the clock and mostly returns. The first
 * parameter is a Progress; the form is that of FetchProgress. */
void progress_update(void *progress, int64_t done, int64_t total);
/* Wipes the line. The step line that follows says what was done. */
void progress_end(Progress *p);

/* "31.2 MB of 75.8 MB · 40.1 MB/s · 1 s left" after elapsed_ns. */
Str progress_text(Arena *a, const Progress *p, int64_t done, int64_t total, int64_t elapsed_ns);

#endif
