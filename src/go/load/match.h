/*
 * Patterns of a command line to import paths, as `go list` takes them: import paths, directories,
 * both with "...", and the words all, std, cmd, work and tool (cmd/go/internal/search and modload).
 */
#ifndef GO_LOAD_MATCH_H
#define GO_LOAD_MATCH_H

#include "go/load/discover.h"

typedef struct {
    Str pattern;
    bool is_literal; /* names one package */
    Strs paths;      /* import paths */
    Strs errors;     /* what kept it from finding more, in cmd/go's words */
    Str empty_dir;   /* of a literal: the directory that is there, without Go files; else empty */
} Match;

typedef struct {
    Match *ptr;
    isize len;
} Matches;

/* Expands patterns (none: ".") as seen from the directory dir, which is absolute and clean. "all"
 * stands for the packages of the main modules at first, see match_all. Directories that were looked
 * into are kept in d for what is loaded next. Fails only at a limit, or when the graph of modules
 * was needed and could not be read. */
bool match_patterns(Arena *a, Discovery *d, Str dir, const Str *patterns, isize n, Matches *ret,
                    Err *err);

/* Whether "all" holds what the tests of all its packages import, not only those of the main
 * modules: with go lines before 1.16. */
bool match_closes_over_tests(const Requirements *r);

/* What "all" means once its packages were found: they, what they import, and what the tests of the
 * main modules' packages import (with all_tests: of all of them). False when some of it is still to
 * be found: call discover_run, and this again. */
bool match_all(Arena *a, Discovery *d, bool all_tests, Match *m);

#endif
