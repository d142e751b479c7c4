/*
 * Proposals for --fix that change one line of a text file of the project (go.mod, go.work, a Go
 * source): shown as a diff before, refused when the line reads otherwise by then.
 */
#ifndef DOCTOR_LINES_H
#define DOCTOR_LINES_H

#include "doctor/context.h"

/* That the line goes. Nothing is proposed of a file that cannot be read. */
void lines_fix_drop(Doctor *d, Place place);
/* That the line says better where it says word; nothing unless word stands in it exactly once. */
void lines_fix_word(Doctor *d, Place place, Str word, Str better);

#endif
