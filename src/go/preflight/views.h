/* Walks over declarations for go/preflight/surface.h: what is written, and what is mentioned. */
#ifndef GO_PREFLIGHT_VIEWS_H
#define GO_PREFLIGHT_VIEWS_H

#include "go/preflight/filesurface.h"

typedef struct {
    const AstFile *ast;
    NameIndex qualifiers; /* names before a dot: 1 + index of the file's import */
} SurfaceFile;

typedef struct {
    AstNode node;
    View view;
} ViewStep;

/* One view of one declaration that is being made: any number of nodes of a file. */
typedef struct {
    Arena *arena; /* of what grows */
    const NameTable *names;
    SurfaceFile file;
    FingerprintText text; /* what is written */
    VEC(RawMention) mentions;
    VEC(ViewStep) stack;
    VEC(Name) asked; /* hidden methods of interfaces, of all that was walked */
} ViewWalk;

/* Takes in a node and all below it. */
void view_walk(ViewWalk *w, AstNode n, View view);
/* Takes in a number that means the same in every run. */
void view_word(ViewWalk *w, uint32_t word);
void view_name(ViewWalk *w, Name name);
void view_mention(ViewWalk *w, int32_t import, Name name, View view);

/* Whether nobody outside can use a name. */
bool view_is_hidden(const NameTable *names, Name name);

#endif
