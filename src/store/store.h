/*
 * The store: where toolchains live, and what is active. One directory, $GOWARD_HOME.
 *
 *   format          "goward-store 1"
 *   lock            held by the one writer; its text says who that is
 *   trees/ID/       a GOROOT; files are shared between trees as hard links
 *   manifests/ID.gz SHA-256 and name of every file: the text whose own SHA-256 is the h1 of the log
 *   proofs/ID.tlog-proof
 *   records/ID      what is known of a toolchain; it is installed if and only if this is there
 *   generations/N/  what was visible since switch N: record, go -> the default tree, bin/go1.X.Y
 *   current         -> generations/N; the rename of this link is the commit point of a switch
 *   incoming/ trash/ journal    work under way; empty (absent) at rest
 *   audit.log       what was done, each line holding the hash of the one before
 *   bin/ cache/ sumdb/ fixes/   for others; see store_side_dir
 *
 * docs/formats/store.md describes each file. Readers take no lock and never see a half-done change;
 * there is one writer at a time. Nothing below the home is ever reached through a symlink that
 * goward did not make.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/id.h"

#define STORE_FORMAT 1
#define STORE_MAX_TOOLCHAINS 1000     /* in one store; a listing beyond it is refused */
#define STORE_MAX_FILES 200000        /* in one tree; go1.27 has 12,071 */
#define STORE_MAX_MANIFEST (64 * MIB) /* bytes, packed or not; go1.27 has 1.7 MB of text */
#define STORE_MAX_PROOF (1 * MIB)
#define STORE_DIR_WRITABLE 0755 /* mode of a tree's directories while something in them changes */
#define STORE_PROOF_SUFFIX S(".tlog-proof")
#define STORE_MANIFEST_SUFFIX S(".gz")

typedef enum {
    STORE_DIR_TREES,
    STORE_DIR_MANIFESTS,
    STORE_DIR_PROOFS,
    STORE_DIR_RECORDS,
    STORE_DIR_GENERATIONS,
    STORE_DIR_INCOMING,
    STORE_DIR_TRASH,
    STORE_DIR_BIN,
    STORE_DIR_COUNT,
} StoreDir;

typedef enum {
    STORE_MODE_NONE,
    STORE_READ,   /* looks only: no lock, no recovery, a read-only file system is fine */
    STORE_WRITE,  /* takes the lock, recovers what a dead writer left */
    STORE_CREATE, /* as STORE_WRITE, and makes the store when there is none */
    STORE_MODE_COUNT,
} StoreMode;

typedef struct {
    Str home; /* absolute */
    StoreMode mode;
    int64_t lock_timeout_ms; /* how long to wait for another writer; -1 for ever */
    Str command; /* what is being done, as the user typed it; goes into lock and audit log */
    Str user;    /* who does it */
} StoreOptions;

/* What opening for writing put right after a writer that died; sentences for a person. */
typedef struct {
    Str *ptr;
    isize len, cap;
} StoreNotes;

typedef struct {
    Arena *arena; /* for notes; whoever needs scratch makes their own */
    Str home;
    StoreMode mode;
    Str command, user;
    int home_fd, lock_fd;
    int dir_fds[STORE_DIR_COUNT]; /* opened when first needed, else -1 */
    bool has_trash;               /* this writer moved something to trash/ */
    StoreNotes notes;
} Store;

typedef enum {
    STORE_FAILED,
    STORE_OPENED,
    STORE_ABSENT, /* STORE_READ, STORE_WRITE: there is no store at home */
} StoreOutcome;

/* Opens; the strings of options and the arena must outlive *ret. Refused: a home that is a
 * symlink, not a directory, owned by somebody else or writable by others; a directory that
 * holds other things (STORE_CREATE); a store of a newer goward (ERR_UNSUPPORTED). Another
 * writer that does not end within the time-out is ERR_CONFLICT and named. */
StoreOutcome store_open(Arena *a, const StoreOptions *options, Store *ret, Err *err);

/* Gives up the lock, then deletes what this writer moved to trash/ (which may take a while and
 * hinders nobody). */
void store_close(Store *s);

/* Deletes the whole store when it holds nothing that anybody could miss: no toolchain, no download
 * begun, no generation but the empty one. Under the lock, and not in the face of a writer that
 * waits for it: that one makes the store anew. Only store_close may follow. */
void store_remove_unused(Store *s);

/* Descriptor of one of the store's own directories, opened once and owned by the store. */
bool store_dir(Store *s, StoreDir dir, int *ret_fd, Err *err);

/* Creates or replaces a file, symlink: made in incoming/, then renamed to dirfd/name, so that
 * a crash leaves the old or the new one and no litter elsewhere. is_durable: on disk before
 * returning. For this folder. */
bool store_place_file(Store *s, Str data, uint32_t mode, bool is_durable, int dirfd, Str name,
                      Err *err);
bool store_place_symlink(Store *s, Str target, int dirfd, Str name, Err *err);
/* Moves dirfd/name, whatever it is, to trash/ under a fresh name; durable when both directories are
 * synced. For this folder. */
FileOutcome store_discard(Store *s, int dirfd, Str name, Err *err);
/* Deletes all entries of incoming/ or trash/. For this folder. */
bool store_dir_empty(Store *s, StoreDir dir, isize *ret_n, Err *err);
/* Adds a sentence to s->notes. For this folder. */
void store_note(Store *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Descriptor (the caller's to close) of a directory that the store keeps for others, such as
 * "cache" or "sumdb": made 0700 when missing and the mode allows, else FILE_ABSENT. Needs no
 * lock. */
FileOutcome store_side_dir(Store *s, Str name, int *ret_fd, Err *err);

/* Makes bin/NAME a symlink to target, replacing what stands there. Nothing happens when it is that
 * link already. */
bool store_link_shim(Store *s, Str name, Str target, Err *err);

#endif
