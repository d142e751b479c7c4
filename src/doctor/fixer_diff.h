/* The difference of two texts, as `diff -u` shows it. */
#ifndef DOCTOR_FIXER_DIFF_H
#define DOCTOR_FIXER_DIFF_H

#include "base/str.h"

/* Hunks ("@@ -1,3 +1,2 @@" and the lines of each) with three lines around what differs; without
 * the two lines that name the files. Empty for equal texts. Texts that differ in very many lines
 * are shown as one hunk that replaces them all: right, if not the shortest. */
Str fixer_diff(Arena *a, Str before, Str after);

#endif
