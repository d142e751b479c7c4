/* Text as a person may see it: made harmless, measured, wrapped. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "base/strbuf.h"

/* Appends s so that it cannot drive a terminal or forge a line: control characters, signs that
 * turn the writing direction, and bytes that are not UTF-8 become \xNN or \uNNNN; a tab becomes a
 * space. */
void text_add_clean(StrBuf *b, Str s);
Str text_clean(Arena *a, Str s);

/* Columns that a clean text takes. */
isize text_columns(Str s);

/* The beginning of a clean text that takes at most `columns`, ended by mark when something was cut
 * off (mark is ASCII or UTF-8, and counts). */
Str text_cut(Arena *a, Str s, isize columns, Str mark);

/* Appends s broken at spaces so that no line is wider than width, each line after the first begun
 * by indent spaces. Empty lines of s part paragraphs and stay; its single newlines are spaces. A
 * word wider than the line stands alone. Width 0: no breaking. No newline at the end. */
void text_add_wrapped(StrBuf *b, Str s, isize width, isize indent);

void text_add_spaces(StrBuf *b, isize n); /* nothing when n <= 0 */

#endif
