/* What the go.mod of one version of a module says to those that require it. */
#ifndef GO_MOD_MODSUMMARY_H
#define GO_MOD_MODSUMMARY_H

#include "go/mod/mainmods.h"

typedef struct {
    ModVersion *requires; /* in the order of the file; then "go" from 1.21 on */
    isize n_requires;
    bool is_unpruned; /* below go 1.17: all that its requirements require counts too */
    Str go;           /* its go line; empty without one */
} ModSummary;

/* Why there is no summary. */
typedef struct {
    Str says;        /* "its go.mod is not in the module cache" */
    Str remedy;      /* a command, or empty */
    bool is_missing; /* from the module cache */
} ModTrouble;

/* Of a module that is none of the main ones: from the directory that replaces it, else from the
 * module cache (GOMODCACHE; empty: there is none). Requirements that are excluded are left out.
 * "go" and "toolchain" need no file. Nothing is fetched. */
bool modsummary_read(Arena *a, const MainMods *mains, Str cache, ModVersion m, ModSummary *ret,
                     ModTrouble *trouble);

/* The same of a main module of a workspace. */
bool modsummary_of_main(Arena *a, const MainMods *mains, const MainMod *module, ModSummary *ret,
                        ModTrouble *trouble);

/* Where the module cache keeps the go.mod of a version; false for what cannot be there. */
bool modsummary_place(Arena *a, Str cache, ModVersion m, Str *ret);

#endif
