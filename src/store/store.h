/*
 * The store: where toolchains live, and what is active. One directory, $GOWARD_HOME.
 *
 *   format          "goward-store 1"
 *   lock            held by the one writer; its text says who that is
 *   trees/ID/       a GOROOT; files are shared between trees as hard links
 *   manifests/ID    SHA-256 and name of every file: the text whose own SHA-256 is the h1 of the log
 *   proofs/ID.tlog-proof
 *   records/ID      what is known of a toolchain; it is installed if and only if this is there
 *   generations/N/  what was visible since switch N: record, go -> the default tree, bin/go1.X.Y
 *   current         -> generations/N; the rename of this link is the commit point of a switch
 *   incoming/ trash/ journal    work under way; empty (absent) at rest
 *   audit.log       what was done, each line holding the hash of the one before
 *   bin/ cache/ sumdb/          for others; see store_side_dir
 *
 * docs/formats/store.md describes each file. Readers take no lock and never see a half-done change;
 * there is one writer at a time. Nothing below the home is ever reached through a symlink that
 * goward did not make.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "os/file.h"

#define STORE_FORMAT 1
#define STORE_MAX_ID 128             /* bytes of an id */
#define STORE_MAX_TOOLCHAINS 1000    /* in one store; a listing beyond it is refused */
#define STORE_MAX_FILES 200000       /* in one tree; go1.27 has 12,071 */
#define STORE_MAX_MANIFEST (64 * MIB)
#define STORE_MAX_PROOF (1 * MIB)

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
    Str command;             /* what is being done, as the user typed it; goes into lock and audit log */
    Str user;                /* who does it */
} StoreOptions;

/* What opening for writing put right after a writer that died; sentences for a person. */
typedef struct {
    Str *ptr;
    isize len, cap;
} StoreNotes;

typedef struct {
    Arena *arena;
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

/* Opens; the strings of options and the arena must outlive *ret. Refused: a home that is a symlink,
 * not a directory, owned by somebody else or writable by others; a directory that holds other things
 * (STORE_CREATE); a store of a newer goward (ERR_UNSUPPORTED). Another writer that does not end
 * within the time-out is ERR_CONFLICT and named. */
StoreOutcome store_open(Arena *a, const StoreOptions *options, Store *ret, Err *err);

/* Gives up the lock, then deletes what this writer moved to trash/ (which may take a while and
 * hinders nobody). */
void store_close(Store *s);

/* Descriptor of one of the store's own directories, opened once and owned by the store. */
bool store_dir(Store *s, StoreDir dir, int *ret_fd, Err *err);

/* Descriptor (the caller's to close) of a directory that the store keeps for others, such as
 * "cache" or "sumdb": made 0700 when missing and the mode allows, else FILE_ABSENT. Needs no lock. */
FileOutcome store_side_dir(Store *s, Str name, int *ret_fd, Err *err);

/* Makes bin/NAME a symlink to target, replacing what stands there. Nothing happens when it is that
 * link already. */
bool store_link_shim(Store *s, Str name, Str target, Err *err);

/* "go1.26.8.linux-amd64"; with "+x" and eight digits of h1_hex (64 hexadecimal digits, or empty for
 * the official content). version is "go1.26.8", platform "linux/amd64". */
Str store_id_make(Arena *a, Str version, Str platform, Str h1_hex);
/* Letters, digits, and any of ".-_+:", not starting with a dot. */
bool store_id_is_valid(Str id);
/* "go1.26.8" and "linux-amd64" of an id; false when it has no such form. */
bool store_id_split(Str id, Str *ret_version, Str *ret_platform);

/* For the shim, without opening anything. The root of a tree: home + "/trees/" + id. */
Str store_tree_root(Arena *a, Str home, Str id);
/* Id of the default toolchain of the current generation, in one system call. FILE_ABSENT: none. */
FileOutcome store_peek_default(Arena *a, Str home, Str *ret_id, Err *err);
/* Root of an installed tree, when its bin/go is there: one system call. */
FileOutcome store_peek_tree(Arena *a, Str home, Str id, Str *ret_root, Err *err);

#endif
