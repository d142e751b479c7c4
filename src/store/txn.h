/*
 * Installing a toolchain: all of it becomes visible at once, or nothing does.
 *
 *     store_txn_begin -> store_txn_make_dirs -> add, reserve + settle, adopt (any thread) -> commit
 *
 * The tree grows in incoming/. A file whose content another tree has already becomes a hard link to
 * that tree's file, once its bytes were compared: the index only says where to look.
 */
#ifndef STORE_TXN_H
#define STORE_TXN_H

#include "format/sha256.h"
#include "os/mapping.h"
#include "store/record.h"

#define STORE_TXN_MAX_WORKERS 64
#define STORE_TXN_MAX_FILE (1024 * MIB) /* bytes of one file */

typedef struct StoreTxn StoreTxn;

/* Starts an installation as id. The store must be open for writing and outlive the transaction. The
 * threads that add files are numbered 0 ... n_workers-1. */
bool store_txn_begin(Arena *a, Store *s, Str id, isize n_workers, StoreTxn **ret, Err *err);

/* Makes the directories for files of these names (slash paths below the root, sorted
 * bytewise), from one thread, before any file is added. Where names come one by one it is
 * called for each in turn, in any order, by the only thread that adds. A name that is not safe
 * is ERR_FORMAT. */
bool store_txn_make_dirs(StoreTxn *t, const Str *names, isize n, Err *err);

/* Adds a file; each worker from its own thread, each name once. digest is that of data. name must
 * live until the transaction ends. */
bool store_txn_add(StoreTxn *t, isize worker, Str name, bool is_exec, Str data,
                   const Sha256 *digest, Err *err);

/* For large members: a file of size bytes with its blocks reserved, mapped for writing; fill
 * it, then settle. A worker has one such file at a time. Where filling fails, the caller
 * closes the mapping and gives the transaction up. */
bool store_txn_reserve(StoreTxn *t, isize worker, Str name, bool is_exec, isize size, Mapping *ret,
                       Err *err);
/* Closes the mapping, whatever happens, and gives the file its final form: a link, when
 * another tree has the content. */
bool store_txn_settle(StoreTxn *t, isize worker, Mapping *m, const Sha256 *digest, Err *err);

/* Adds the regular file from_dirfd/from of a tree that is not ours, executable as it is there, and
 * hashes what then stands in ours. By sharing blocks where the file system can, else by hard link
 * where the file is the user's own and nobody may write to it, else by copying. */
bool store_txn_adopt(StoreTxn *t, isize worker, Str name, int from_dirfd, Str from,
                     Sha256 *ret_digest, Err *err);

typedef struct {
    int64_t files, bytes; /* so far, all workers */
    int64_t written;      /* bytes that are new on this disk */
    RecordShare *shares;  /* with other trees, most files first */
    isize n_shares;
} StoreTxnCounts;
/* Not while workers are adding. */
StoreTxnCounts store_txn_counts(Arena *a, const StoreTxn *t);

typedef enum {
    STORE_TXN_FAILED,    /* nothing is installed, unless the error says "is installed" */
    STORE_TXN_COMMITTED, /* the toolchain is installed, and survives a power cut */
    STORE_TXN_EXISTS,    /* it was installed already with this manifest; ours was dropped */
    STORE_TXN_DIFFERS,   /* the id is taken by other content; ours was dropped */
} StoreTxnOutcome;

/* Ends the transaction. manifest must name exactly the files that were added with their
 * digests, and hash to record->h1 (ERR_VERIFY). proof may be empty. The counts, installed_at
 * and boot_id of *record are set here. */
StoreTxnOutcome store_txn_commit(StoreTxn *t, Str manifest, Str proof, StoreRecord *record,
                                 Err *err);

/* Drops what was added. Does nothing after store_txn_commit, or when t is NULL. */
void store_txn_abort(StoreTxn *t);

#endif
