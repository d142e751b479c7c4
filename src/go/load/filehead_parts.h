/* What the files of filehead share. */
#ifndef GO_LOAD_FILEHEAD_PARTS_H
#define GO_LOAD_FILEHEAD_PARTS_H

#include "go/load/filehead.h"
#include "go/syntax/scanner.h"

/* How go/build reads a head, byte by byte, before it parses anything: where it ends, and whether it
 * can be one at all. text is the whole file without a byte order mark. */
typedef enum { HEADSKIM_FINE, HEADSKIM_SYNTAX, HEADSKIM_NUL } HeadSkimOutcome;
HeadSkimOutcome headskim(Str text, isize *ret_len);

/* What go/parser says of a header; faults are added to head, without any it stays as it is. */
void headfaults_find(Arena *a, Str path, Str header, FileHead *head);

/* The patterns of all "//go:embed" lines of a text that is whole. */
void headembed_find(Arena *a, Str path, Str text, FileHead *head);

/* As go/token.Position. */
HeadPos headpos_at(const Positions *positions, SourcePos pos);

/* A copy with the zeros behind it that go/syntax wants. */
Str headtext_padded(Arena *a, Str text);

#endif
