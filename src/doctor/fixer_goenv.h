/* The user's go env file as `go env -u` and `go env -w` would leave it. Texts in, texts out. */
#ifndef DOCTOR_FIXER_GOENV_H
#define DOCTOR_FIXER_GOENV_H

#include "base/str.h"

typedef struct {
    Str name;
    Str value;    /* without a line break */
    bool removes; /* `go env -u name`, else `go env -w name=value` */
} GoenvEdit;

/* Whether the file says already what the edit wants, as cmd/go reads it. */
bool fixer_goenv_has(Str text, const GoenvEdit *edit);

/* The text after the edit, by the rule of updateEnvFile in cmd/go/internal/envcmd, the same from
 * 1.19 to 1.27: of a name that stands twice the last line stays, each run of NAME=VALUE lines is
 * sorted by name (comments, empty lines and the places of lines that went part the runs), and the
 * last line ends with a newline. */
Str fixer_goenv_edit(Arena *a, Str text, const GoenvEdit *edit);

#endif
