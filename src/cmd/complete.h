/*
 * What a half-typed command line may become. The scripts of cmd/completions.h pass the words on as
 * they are; every decision is made here, by the tables.
 */
#ifndef CMD_COMPLETE_H
#define CMD_COMPLETE_H

#include "base/vec.h"
#include "cmd/command.h"

typedef enum {
    SHELL_NONE,
    SHELL_BASH,
    SHELL_ZSH,
    SHELL_FISH,
    SHELL_COUNT,
} Shell;

Shell shell_find(Str name); /* SHELL_NONE when goward does not speak it */
Str shell_name(Shell shell);

/* What the shell is to offer beside the candidates, as it does by itself. */
typedef enum {
    OFFER_NOTHING,
    OFFER_FILES,
    OFFER_DIRS,
    OFFER_PROGRAM, /* the words from n_skipped on are a command line of their own */
} Offer;

typedef struct {
    Str text; /* in place of the last word; for bash of its part after '=' */
    Str help; /* may be empty */
} Candidate;

typedef struct {
    VEC(Candidate) candidates;
    Offer offer;
    isize n_skipped;   /* words before the program, "goward" not counted */
    bool is_open_list; /* the candidates are part of a list a,b: no space after them */
} Completions;

/* words: those after "goward" up to the cursor; the last one, perhaps empty, is to be completed.
 * bash splits words at '=', and they are put together again. Never fails: what it cannot read (no
 * store, no home) offers nothing. */
void complete_line(Arena *a, const Environ *env, Shell shell, const Str *words, isize n,
                   Completions *ret);

#endif
