/*
 * A store, a project beside it, and the things that are done to them: what the tests of crashes and
 * of failing calls have in common.
 */
#ifndef SUPPORT_STORE_WORLD_H
#define SUPPORT_STORE_WORLD_H

#include "support/disk_model.h"
#include "support/store_fixture.h"

typedef struct {
    Arena *a;
    Str root, home, project_file;
    Err err;     /* of the last action that failed */
    isize *mark; /* where an action notes that its last transaction returned; may be NULL */
    const DiskRecorder *recorder; /* ... as the number of operations so far */
    bool is_file_left;            /* going back said that it did not restore the project's file */
} World;

typedef struct {
    const char *name;
    void (*prepare)(World *w);
    bool (*act)(World *w); /* false, with w->err, when something failed */
    isize n_states;        /* that its transactions lead through, the first one included */
    bool may_be_absent;    /* there need not be a store when it was cut short */
    bool is_repeatable;    /* it can be done again from any state that it leads through */
} Scenario;

extern const Scenario store_scenarios[];
extern const isize n_store_scenarios;

/* A world with an empty root, in memory where the machine has that. */
World store_world_make(Arena *a);
void store_world_end(World *w);
/* Removes all worlds of this process, those of tests that failed included. For main. */
void store_world_end_all(void);
/* Empties it. */
void store_world_clear(World *w);

/* All that counts about a world at rest: toolchains, generations, the project's file, and
 * faults. */
Str store_world_describe(Arena *a, const World *w);

#endif
