/* What comments say, without their slashes. */
#ifndef GO_LOAD_COMMENTTEXT_H
#define GO_LOAD_COMMENTTEXT_H

#include "base/str.h"

/* A comment without the carriage returns that go/scanner drops; on a where there are any. */
Str commenttext_clean(Arena *a, Str comment);

/* The text of a group of comments as go/ast.CommentGroup.Text: group is the source from the first
 * slash to the end of the last comment. On a. */
Str commenttext_of(Arena *a, Str group);

/* The first sentence of a text as go/doc.Synopsis; empty where that is no plain paragraph. */
Str commenttext_synopsis(Arena *a, Str text);

#endif
