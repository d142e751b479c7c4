/* The text behind a stable id, which `goward explain ID` shows. Rows live in the pillar that makes
 * the finding, in one visible const table each; cmd/explain.c lists the tables. */
#ifndef REPORT_EXPLANATION_H
#define REPORT_EXPLANATION_H

#include "report/finding.h"

typedef struct {
    Str id;            /* "GWD004" */
    Str title;         /* one line */
    Severity severity; /* at its worst */
    Str looks_at;      /* which files, variables or calls the answer comes from */
    Str why;           /* what goes wrong when it is left so; paragraphs end with an empty line */
    Str cure;          /* what to do, with the command */
    Str since;         /* the goward version that first had it: "0.1.0" */
    Str source;        /* where the rule is written down: a Go document, file or issue */
} Explanation;

/* What a pillar exports: `const ExplanationTable doctor_explanations = {rows, COUNT_OF(rows)};` */
typedef struct {
    const Explanation *rows;
    isize len;
} ExplanationTable;

#endif
