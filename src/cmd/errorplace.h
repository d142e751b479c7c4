/* What is wrong somewhere, in one line. */
#ifndef CMD_ERRORPLACE_H
#define CMD_ERRORPLACE_H

#include "go/types/diagnosis.h"
#include "report/report.h"

/* "a.go:3:4: ", as far as that is known. */
Str errorplace_text(const Report *r, Arena *a, Position at);

/* "a.go:3:4: undefined: x": of a longer message the first line. */
Str errorplace_line(const Report *r, Arena *a, const DiagnosisPart *part);

#endif
