/*
 * Installing a toolchain: all of it becomes visible at once, or nothing does.
 *
 *     store_txn_begin -> store_txn_make_dirs -> add, reserve + settle, adopt (any thread) -> commit
 *
 * The tree grows in incoming/. A file whose content another tree has already is a hard link to that
 * tree's file, once its bytes were compared: the index only says where to look, it is not trusted.
 */
#ifndef STORE_TXN_H
#define STORE_TXN_H

#include "format/sha256.h"
#include "os/mapping.h"
#include "store/record.h"

#define STORE_TXN_MAX_WORKERS 64

typedef struct StoreTxn StoreTxn;

/* Starts an installation as id. The store must be open for writing and outlive the transaction. The
 * threads that add files are numbered 0 ... n_workers-1. */
bool store_txn_begin(Arena *a, Store *s, Str id, isize n_workers, StoreTxn **ret, Err *err);

/* Makes the directories for files of these names (slash paths below the root, sorted bytewise).
 * Before any file is added, from one thread. A name that is not safe, or that is both a file and a
 * directory, is ERR_FORMAT. */
bool store_txn_make_dirs(StoreTxn *t, const Str *names, isize n, Err *err);

/* Adds a file. digest is that of data. Each worker adds from its own thread, each name once. */
bool store_txn_add(StoreTxn *t, isize worker, Str name, bool is_exec, Str data,
                   const Sha256 *digest, Err *err);

/* For large members: a file of size bytes with its blocks reserved, mapped for writing; fill it, then
 * settle. A worker has one such file at a time. After a failure elsewhere the caller closes the
 * mapping. */
bool store_txn_reserve(StoreTxn *t, isize worker, Str name, bool is_exec, isize size, Mapping *ret,
                       Err *err);
/* Closes the mapping and gives the file its final form (a link, when another tree has the content). */
bool store_txn_settle(StoreTxn *t, isize worker, Mapping *m, const Sha256 *digest, Err *err);

/* Adds the regular file `from` of another tree on this machine, and hashes what then stands in ours:
 * by sharing blocks, else by hard link when it is ours and read-only, else by copying. */
bool store_txn_adopt(StoreTxn *t, isize worker, Str name, int from_dirfd, Str from,
                     Sha256 *ret_digest, Err *err);

typedef struct {
    int64_t files, bytes;   /* so far, all workers */
    int64_t written;        /* bytes that were not shared */
    RecordShare *shares;    /* per other tree, most files first */
    isize n_shares;
} StoreTxnCounts;
/* Not while workers are adding. */
StoreTxnCounts store_txn_counts(Arena *a, const StoreTxn *t);

typedef enum {
    STORE_TXN_FAILED,    /* nothing changed */
    STORE_TXN_COMMITTED, /* the toolchain is installed, and survives a power cut */
    STORE_TXN_EXISTS,    /* it was installed already with this manifest; ours was dropped */
    STORE_TXN_DIFFERS,   /* the id is taken by other content; ours was dropped */
} StoreTxnOutcome;

/* Ends the transaction. manifest must name exactly the files that were added, and hash to record->h1
 * (ERR_VERIFY). proof may be empty. installed_at, boot_id, files, bytes, written and shares of
 * *record are set here. */
StoreTxnOutcome store_txn_commit(StoreTxn *t, Str manifest, Str proof, StoreRecord *record,
                                 Err *err);

/* Drops what was added. Does nothing after store_txn_commit, or when t is NULL. */
void store_txn_abort(StoreTxn *t);

#endif
