/*
 * The syntax that go.mod and go.work share: lines of words, some gathered in a block under a common
 * verb. What the verbs mean is said in gomod.h and gowork.h.
 *
 *     require example.com/a v1.2.3 // indirect
 *     require (
 *         "example.com/b" v1.0.0
 *     )
 */
#ifndef GO_MOD_MODLINE_H
#define GO_MOD_MODLINE_H

#include "base/err.h"
#include "os/file.h"

#define MODLINE_MAX_LINES 200000 /* with words on them, of one file; the largest known has 2,000 */

typedef struct {
    isize line;   /* from 1 */
    isize column; /* from 1, in runes */
} ModPos;

typedef enum {
    MODLINE_NONE,
    MODLINE_PLAIN,    /* verb args */
    MODLINE_BLOCK,    /* verb args ( ... ): the head of a block, whose lines follow */
    MODLINE_IN_BLOCK, /* args; verb is that of the block */
} ModLineKind;

typedef struct {
    ModLineKind kind;
    Str verb;
    const Str *args; /* words as written, quotes included */
    isize n_args;
    Str comment; /* from "//" to the end of the line, or empty */
    ModPos pos;
} ModLine;

typedef struct {
    ModLine *ptr;
    isize len;
} ModLines;

/* file names it in messages ("file:line:column: what"). The lines live on a and point into text. */
bool modlines_parse(Arena *a, Str file, Str text, ModLines *ret, Err *err);

/* The string that a word stands for: itself, or what is between its quotes. False when the quoting
 * is wrong; *ret_why then says how. */
bool modline_unquote(Arena *a, Str word, Str *ret, Str *ret_why);

#endif
