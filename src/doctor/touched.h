/*
 * Which files of a Go may have been edited, by what the file system notes of each: some 5,000
 * questions to the kernel, and not a byte read. What was touched need not be changed; what was
 * changed without a trace (the clock put back, the bytes of the disk written by themselves, an edit
 * within the seconds of the unpacking) is for a hash to find.
 */
#ifndef DOCTOR_TOUCHED_H
#define DOCTOR_TOUCHED_H

#include "doctor/released.h"

/* More is no edit but another way to lay down the tree, which times cannot judge. */
#define TOUCHED_MAX 400

/* Whether a build may read files of the tree, src/cmd aside, that were written, replaced, added or
 * removed since it was laid down. False as well for more than TOUCHED_MAX of them, and for a tree
 * that cannot be walked. */
bool touched_any(Arena scratch, const Released *r);

/* Whether a build can read the file at path (relative to the root): source that is compiled, a
 * tool, what programs look for in GOROOT. Not tests, texts for people, and what lies outside of the
 * release. go.env is the user's to change. */
bool touched_matters(Str path);

#endif
