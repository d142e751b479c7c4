/* A signed tree head: what a log says it holds, with its signature. */
#ifndef SUMDB_HEAD_H
#define SUMDB_HEAD_H

#include "sumdb/note.h"
#include "sumdb/tlog.h"

typedef struct {
    TlogTree tree;
    Str note; /* the signed note, byte for byte; empty for the empty tree that nobody signed */
} SumdbHead;

/* Verifies the signature and parses the tree. ret keeps slices of note. */
bool sumdb_head_open(Arena scratch, Str note, const NoteVerifier *verifier, SumdbHead *ret,
                     Err *err);

#endif
