/*
 * What stands around a directory and speaks about its Go: the project's root, the go.work or go.mod
 * in effect with its two lines, goward.lock, the nearest pin. Finding is a few stats; each file is
 * read when it is asked for.
 */
#ifndef TOOLCHAIN_SURROUNDINGS_H
#define TOOLCHAIN_SURROUNDINGS_H

#include "go/env/env.h"
#include "go/mod/gomod.h"
#include "toolchain/lockfile.h"
#include "toolchain/pins.h"

typedef struct {
    Str dir;          /* absolute */
    Str project_root; /* outermost of: go.work's directory, go.mod's, the checkout's; or empty */
    Str mod_file;     /* go.work if one is in effect, else go.mod; or empty */
    bool is_work_file;
    Str module_file;        /* the nearest go.mod, whether it counts or not; or empty */
    bool gowork_is_invalid; /* GOWORK is not what cmd/go takes: every go command refuses */
    bool modules_are_off;   /* GO111MODULE: lines do not count */
    Str lock_file;          /* the nearest goward.lock, else where it would stand; empty outside */
    bool has_lock;
    Upward up; /* dir and those above it, some of them open */
} Surroundings;

/* Finds, reads nothing. goenv: of the user and the process. Its descriptors are closed when its
 * scope ends: AUTO_SURROUNDINGS Surroundings s = surroundings_find(...); */
#define AUTO_SURROUNDINGS __attribute__((cleanup(surroundings_done)))
Surroundings surroundings_find(Arena *a, const GoEnv *goenv, Str dir);
void surroundings_done(Surroundings *s);

typedef struct {
    GoModValue go, toolchain;
} ModLinesFound;

/* The lines of mod_file; none where there is no such file, or modules are off. */
bool surroundings_read_lines(Arena *a, const Surroundings *s, ModLinesFound *ret, Err *err);
/* Only where has_lock. */
bool surroundings_read_lock(Arena *a, const Surroundings *s, Lockfile *ret, Err *err);
/* The pin of the nearest directory that has one, up to the project's root. */
bool surroundings_read_pin(Arena *a, Surroundings *s, Pin *ret, Err *err);

#endif
