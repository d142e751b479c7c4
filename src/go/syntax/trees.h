/*
 * Files as they are parsed, by several threads: with their names in one table, and kept when they
 * are wanted again.
 */
#ifndef GO_SYNTAX_TREES_H
#define GO_SYNTAX_TREES_H

#include "go/syntax/parser.h"
#include "go/syntax/position.h"
#include "os/file.h"

typedef struct {
    Str path;    /* as it was opened */
    Str trouble; /* why it cannot be read, else empty: then there is nothing else */
    Str text;
    AstFile ast; /* empty when it is no Go */
    bool is_go;  /* it has a package clause */
    DiagnosticList errors;
    Positions positions;
} SourceTree;

/* Called by the worker that has read a file, with what it was before it was read. */
typedef void (*TreesWitness)(void *context, Str path, const FileStat *st, Str text);

typedef struct {
    isize n_workers;      /* threads, at least 1 */
    bool as_compiler;     /* is_brief and is_compiler of ParserInput */
    isize max_errors;     /* that are kept of a file */
    isize max_kept;       /* bytes of texts and trees that are kept, more or less; 0: none is */
    TreesWitness witness; /* or NULL */
    void *witness_context;
} TreesOptions;

typedef struct Trees Trees;

/* Release it with trees_done. */
Trees *trees_new(const TreesOptions *o);
void trees_done(Trees *t);

NameTable *trees_names(const Trees *t);
/* That of a worker: one thread at a time may use it. */
NameCache *trees_name_cache(const Trees *t, isize worker);

/* The file of that path, parsed now or, when it was kept, earlier: a file that changes meanwhile
 * may be seen as it was. What is kept lives as long as t; else text and tree live on scratch, the
 * rest on a, and path is the caller's. */
const SourceTree *trees_parse(Trees *t, isize worker, Arena *a, Arena *scratch, Str path);

#endif
