/*
 * Stores for tests: small toolchains to install, and a judge that looks at a whole store.
 */
#ifndef SUPPORT_STORE_FIXTURE_H
#define SUPPORT_STORE_FIXTURE_H

#include "store/record.h"
#include "store/switch.h"
#include "store/txn.h"

/* A file of a made toolchain. A large one goes through store_txn_reserve. */
typedef struct {
    Str name, content;
    bool is_exec, is_large;
} FixtureFile;

typedef struct {
    Str id;
    const FixtureFile *files; /* sorted by name */
    isize n;
    Str proof; /* empty: none */
} FixtureToolchain;

StoreOutcome store_fixture_try_open(Arena *a, Str home, StoreMode mode, Store *ret, Err *err);
/* The same; ends the process when it fails. */
Store store_fixture_open(Arena *a, Str home, StoreMode mode);

Str store_fixture_manifest(Arena *a, const FixtureToolchain *toolchain);
Str store_fixture_h1(Arena *a, Str manifest);
/* Adds all files from worker 0. */
bool store_fixture_add_all(Arena *a, StoreTxn *t, const FixtureToolchain *toolchain, Err *err);
StoreTxnOutcome store_fixture_install(Arena *a, Store *s, const FixtureToolchain *toolchain,
                                      Err *err);
/* A switch that makes id (empty: none) the default, with these visible. */
GenerationOutcome store_fixture_switch(Store *s, Str id, const Str *visible, isize n,
                                       const GenerationEdit *edit, int64_t *ret_number, Err *err);

/* What is wrong with a store at rest; empty when nothing is: every toolchain whole and equal
 * to its manifest, nothing there that no record names, every generation with its links,
 * `current` leading to one, an audit log that holds and agrees, and no work under way. */
Str store_fixture_find_fault(Arena *a, Str home);

/* What a user can tell apart, as text: toolchains, generations, which is current, what the log
 * says. */
Str store_fixture_describe(Arena *a, Str home);

#endif
