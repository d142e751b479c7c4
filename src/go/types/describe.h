/* What the expression or the name at a place is, from what was recorded of its package. */
#ifndef GO_TYPES_DESCRIBE_H
#define GO_TYPES_DESCRIBE_H

#include "go/types/typecheck.h"

/* What a name denotes. */
typedef struct {
    Str kind, name;
    Str package;   /* its path; empty: of the language */
    Str text;      /* as go/types' ObjectString has it */
    uint32_t file; /* index in Program.files, for typecheck_positions; 0: declared nowhere */
    SourcePos pos;
} DescribedObject;

typedef struct {
    /* What is asked for. */
    Arena *arena; /* of all that is told */
    isize unit;   /* recorded */
    Str path;     /* of a file of it, as the unit has it */
    LinePos at;

    /* What is told. */
    bool has_line;      /* the file has it */
    bool has_column;    /* the line has it */
    bool is_found;      /* an expression or a name stands there; else nothing below is set */
    LinePos start, end; /* of x.f as a whole for its f, else of the smallest that has the place */
    Str expression;     /* as messages shorten it */
    Str kind;           /* "constant", "map element": what can be done with it; of a name that is no
                           expression what it denotes; empty where it denotes nothing */
    Str type, type_with_paths; /* packages by name, by path; empty: none */
    Str underlying;            /* empty: it is the type itself */
    Str value;                 /* of a constant, exact */
    DescribedObject object;    /* kind empty: it is no name */
    Str selection;             /* "field", "method", "method expression"; empty: no selector */
    Str receiver, fields;      /* then: of which type, the indices of the fields on the way */
    Str *type_args;            /* of an instance */
    isize n_type_args;
} Description;

/* A TypecheckWitness whose context is a Description. */
void describe_place(void *description, Checker *c, isize unit, isize worker);

#endif
