/* Profile-guided optimization: programs with a default.pgo beside them, and what is built anew for
 * them (cmd/go/internal/load's setPGOProfilePath). */
#ifndef GO_LOAD_PROFILES_H
#define GO_LOAD_PROFILES_H

#include "go/env/env.h"
#include "go/load/package.h"

/* Whether each program brings its own: -pgo=auto, the default. */
bool profiles_are_found(const GoEnv *env);

/* The profile for every package, which GOFLAGS names and which is not there: no build can be made.
 * dir: the working directory. Absolute; empty: there is no such trouble. */
Str profiles_missing(Arena *a, const GoEnv *env, Str dir);

/* For each program of the list that has one. With several packages in the list, what the program
 * imports is copied for it. */
void profiles_attach(Arena *a, const Packages *list);

#endif
