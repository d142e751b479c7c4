/* The texts behind the stable ids of findings. */
#ifndef CMD_EXPLAIN_H
#define CMD_EXPLAIN_H

#include "report/explanation.h"

/* Rows of all pillars, in the order of their tables: the i-th, NULL past the end. */
const Explanation *explain_row(isize i);
/* The row of an id ("GWT002", in any case), or NULL. */
const Explanation *explain_find(Str id);

/* One field of such a text on standard output: the label, then the text, broken beside it. */
void explain_field(Report *r, Str label, Str text);

#endif
