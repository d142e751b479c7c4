/*
 * What the commands of this pillar share: where goward's home is, what the environment says, and
 * the doors to store, sources and log, each opened at its first use.
 */
#ifndef TOOLCHAIN_CONTEXT_H
#define TOOLCHAIN_CONTEXT_H

#include "go/env/env.h"
#include "store/store.h"
#include "sumdb/client.h"
#include "sumdb/gosumdb.h"
#include "toolchain/source.h"

typedef struct {
    /* Set by the caller. */
    Arena *arena;
    const Environ *env;
    Str dir;        /* absolute working directory */
    Str home;       /* GOWARD_HOME, absolute */
    Str from;       /* --from, or empty */
    Str command;    /* what the user typed, for lock and audit log */
    Str lock_proof; /* the proof of goward.lock that the project pins with, or empty */
    bool offline;
    int64_t lock_timeout_ms; /* for other writers of the store; -1: for ever */
    isize jobs;              /* worker threads */

    /* Opened on demand by the functions below. */
    Store store;
    StoreOutcome store_outcome; /* of the last opening; STORE_FAILED: not opened yet */
    GoEnv goenv;
    Fetcher *fetcher;
    Source *source;
    Gosumdb gosumdb;
    SumdbClient sumdb;
    int sumdb_dirfd;
    bool has_goenv, has_gosumdb, has_sumdb;
} ToolchainContext;

ToolchainContext context_init(Arena *a, const Environ *env, Str dir, Str home);
void context_done(ToolchainContext *c);

/* The store, for looking; opened once. STORE_ABSENT: there is none. */
StoreOutcome context_store(ToolchainContext *c, Store **ret, Err *err);
/* The store, for changing: made when there is none, locked, recovered. Open until context_done or
 * context_release_store, which give up the lock and then delete what was thrown away. */
bool context_claim_store(ToolchainContext *c, Store **ret, Err *err);
void context_release_store(ToolchainContext *c);

/* The Go variables as the base Go sees them: the machine's default toolchain, else the first go on
 * PATH that is not goward's shim, else none. */
bool context_goenv(ToolchainContext *c, const GoEnv **ret, Err *err);

/* The database that proves toolchains: GOSUMDB, which "off" does not switch off. */
bool context_gosumdb(ToolchainContext *c, const Gosumdb **ret, Err *err);

/* The one connection to goward-fetch; nothing is started before the first request. */
Fetcher *context_fetcher(ToolchainContext *c);

/* Where toolchains come from: --from, else GOPROXY, else the download feed. */
bool context_source(ToolchainContext *c, Source **ret, Err *err);

/* Another --from, from now on. */
void context_change_source(ToolchainContext *c, Str from);

/* The client of the database, its state in <home>/sumdb, asked through the source's proxies. */
bool context_sumdb(ToolchainContext *c, SumdbClient **ret, Err *err);

/* GOROOT of the first go on PATH that is no shim of goward; empty when there is none. *ret_program
 * (may be NULL) is the path that was found. */
Str context_system_goroot(ToolchainContext *c, Str *ret_program);

/* Platform of this machine. */
Str context_host_os(void);
Str context_host_arch(void);

#endif
