/* Commands for a person to type: what a shell takes as it stands, whatever is in the names. */
#ifndef DOCTOR_REMEDY_H
#define DOCTOR_REMEDY_H

#include "doctor/context.h"

/* The word as a POSIX shell reads it back: in single quotes where it needs them. */
Str remedy_word(Arena *a, Str word);

/* "export PATH=DIR:$PATH". */
Str remedy_path_first(Arena *a, Str dir);
/* "export PATH=...": the PATH of the environment without that directory. */
Str remedy_path_without(const Doctor *d, Str dir);

/* "mv FILE FILE.away". */
Str remedy_put_away(Arena *a, Str file);

/* What brings the files of a released Go back into the tree at root. */
Str remedy_repair(Arena *a, Str root);

#endif
