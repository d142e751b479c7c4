/*
 * What others would pick from the same files: the go command on PATH, gopls, actions/setup-go, the
 * golang image. For `goward why`.
 */
#ifndef TOOLCHAIN_WHY_H
#define TOOLCHAIN_WHY_H

#include "base/err.h"
#include "os/environ.h"

typedef struct {
    Str who;     /* "go", "gopls", "setup-go", "golang image" */
    Str picks;   /* "go1.27.4", "1.26 (newest)"; empty: it refuses, or has nothing to read */
    Str because; /* a sentence without a full stop */
} WhyOther;

typedef struct {
    WhyOther *ptr;
    isize len;
} WhyOthers;

/* Answers for dir (absolute). base_goroot is the root of the go command that stands on PATH; empty:
 * there is none, and nothing is said of it and of gopls. Reads files, runs nothing. */
bool why_others(Arena *a, const Environ *environ, Str dir, Str base_goroot, WhyOthers *ret,
                Err *err);

#endif
