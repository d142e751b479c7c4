/*
 * A finding: something in the environment that is not as it should be. Findings are collected in
 * lists and rendered here, for a terminal and as JSON; they never end a run early (an Err does).
 */
#ifndef REPORT_FINDING_H
#define REPORT_FINDING_H

#include "base/str.h"
#include "base/vec.h"
#include "format/json.h"
#include "report/report.h"

typedef enum {
    SEVERITY_NONE,
    SEVERITY_INFO,
    SEVERITY_WARN,
    SEVERITY_ERROR,
    SEVERITY_COUNT,
} Severity;

typedef struct {
    Str id; /* stable: "GWD004"; `goward explain` knows it */
    Severity severity;
    Str title;    /* what is wrong, one sentence without a full stop */
    Place place;  /* where; file empty when it has no place in a file */
    Str evidence; /* what was seen, as it was seen; may have several lines; may be empty */
    Str remedy;   /* the command to type, or a sentence where no command does it; may be empty */
} Finding;

typedef VEC(Finding) FindingList;

/* "info", "warn", "error". */
Str severity_name(Severity severity);

/* Worst first, then by id, file and line: the order in which they are shown. */
void findings_sort(FindingList *list);
/* Whether one of them is as bad as fail_on; SEVERITY_NONE stands for "never". */
bool findings_reach(const FindingList *list, Severity fail_on);
isize findings_count(const FindingList *list, Severity severity);

/* "2 errors, 1 warning"; "no findings". */
Str findings_summary(Arena *a, const FindingList *list);

/* One block each: severity, id and title, place, evidence, remedy. With --json nothing is printed,
 * to either stream: the object holds the findings. */
void findings_print(Report *r, ReportStream stream, const FindingList *list);
/* An array of {id, severity, title, place {file, line} or null, evidence, remedy}. */
void findings_json(JsonWriter *w, Str key, const FindingList *list);

#endif
