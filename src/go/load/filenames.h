/* Whether the files of a package can be handed to a compiler by their names. */
#ifndef GO_LOAD_FILENAMES_H
#define GO_LOAD_FILENAMES_H

#include "go/load/buildpkg.h"

/* What is wrong with the names in lists, LIST_COUNT of them, and of embedded files, in cmd/go's
 * words: two that differ by capitals alone, or one that would be taken for an option. Empty:
 * nothing. */
Str filenames_check(Arena *a, const Strs *lists, const Strs *embedded);

/* Only ASCII has small letters here. */
Str filenames_in_small_letters(Arena *a, Str s);

#endif
