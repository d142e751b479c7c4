/*
 * Tables out of the Go sources of a GOROOT.
 *
 * Which experiments, ports and levels a Go has is written in its own sources, and patch releases
 * change it, so it is read there and not compiled in. What is needed is little: a block between a
 * line and its closing brace, and the quoted words in it. Go's own formatting (gofmt) makes that
 * safe; a file that is not formatted so yields nothing, never something wrong.
 */
#ifndef GO_ROOT_GOSOURCE_H
#define GO_ROOT_GOSOURCE_H

#include "base/err.h"

#define GOSOURCE_MAX_FILE (1 * MIB) /* the largest that is read has 12 KiB */

/* goroot/src/name. A missing file is ERR_NOT_FOUND. */
bool gosource_read(Arena *a, Str goroot, Str name, Str *ret_text, Err *err);

/* Takes lines off *text up to one that, without indentation, starts with head, and then the lines
 * after it up to the one that closes it: a brace at the same indentation. False when there is no
 * such line; *text is then empty. */
bool gosource_next_block(Str *text, Str head, Str *ret_body);

/* Takes the next line that holds something, without indentation and "//" comment. */
bool gosource_next_line(Str *text, Str *ret_line);

/* Takes the next "word" or `word` off *line. */
bool gosource_next_quoted(Str *line, Str *ret_word);
/* Whether the line holds word in quotes. */
bool gosource_has_quoted(Str line, Str word);

#endif
