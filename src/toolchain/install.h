/*
 * Getting a toolchain into the store. Whatever it comes from, the same holds: the log is asked
 * first, every byte is hashed on its way to the disk, and nothing becomes visible that does not add
 * up to the hash in the log.
 */
#ifndef TOOLCHAIN_INSTALL_H
#define TOOLCHAIN_INSTALL_H

#include "go/mod/spec.h"
#include "store/record.h"
#include "toolchain/prove.h"

typedef struct {
    Str os, arch;        /* wanted platform */
    bool allow_unproved; /* adopt builds that the log does not know */
    FetchProgress progress;
    void *progress_context;
    Str expected_h1; /* of goward.lock, or empty: the log must agree with it */
} InstallOptions;

typedef struct {
    StoreRecord record; /* of the installed toolchain */
    SumdbRecord proof;  /* when record.status is "proved" */
    Str source;         /* for a person: "GOPROXY", "go1.27.4.linux-amd64.tar.gz" */
    Str artefact;       /* "golang.org/toolchain@v0.0.1-go1.27.4.linux-amd64" */
    int64_t fetched;    /* bytes that came over the network */
    int64_t archive_len;
    int64_t fetch_ns, unpack_ns, commit_ns;
    bool was_installed; /* it was there already */
} Installed;

/* Installs a release by version ("1.26.8") from the context's source. The store must be claimed. */
bool install_release(ToolchainContext *c, Arena *a, Str version, const InstallOptions *options,
                     Installed *ret, Err *err);

/* Installs from a file, a directory or a URL that the spec names. */
bool install_place(ToolchainContext *c, Arena *a, const Spec *spec, const InstallOptions *options,
                   Installed *ret, Err *err);

#endif
