/* What is known of an installed toolchain: records/ID. */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "store/store.h"

#define RECORD_MAX_LEN (64 * KIB) /* bytes of a record file */
#define RECORD_MAX_SHARES 256     /* other trees named in one record */

/* Files that stand in this tree as hard links to those of another. */
typedef struct {
    Str id;
    int64_t files;
} RecordShare;

typedef struct {
    Str id;
    Str version;  /* "go1.26.8" */
    Str platform; /* "linux/amd64" */
    Str status;   /* what was established about the content, a word: "proved", "unknown" ... */
    Str h1;       /* "h1:..." of manifests/ID.gz, unpacked */
    int64_t record, tree_size; /* of the checksum database, -1 when there is no proof */
    Str source;                /* where it came from, without credentials */
    int64_t installed_at;      /* seconds since 1970 */
    Str boot_id;          /* of the boot that wrote the tree; empty once it was checked later */
    int64_t files, bytes; /* of the tree */
    int64_t written;      /* bytes that were not shared with another tree when installed */
    RecordShare *shares;
    isize n_shares;
    bool is_damaged; /* the record itself cannot be read; only id, version and platform are set */
} StoreRecord;

/* Bytes <-> struct. The id is the file's name and not part of the text. Unknown keys are passed
 * over; a missing version, platform, status or h1 is ERR_FORMAT. */
Str record_format(Arena *a, const StoreRecord *r);
bool record_parse(Arena *a, Str id, Str text, StoreRecord *ret, Err *err);

/* FILE_ABSENT: not installed. */
FileOutcome record_read(Arena *a, Store *s, Str id, StoreRecord *ret, Err *err);

typedef struct {
    StoreRecord *ptr;
    isize len;
} RecordList;

/* All installed toolchains, sorted by id. One whose record cannot be read stands there as
 * damaged. */
bool record_list(Arena *a, Store *s, RecordList *ret, Err *err);

/* Replaces an installed toolchain's record (new status after a repair, say). */
bool record_rewrite(Store *s, const StoreRecord *r, Err *err);

/* Whether the tree was written during an earlier boot and not looked at since: a power cut can lose
 * what a kernel said it had, so `up` verifies such a tree once and then calls record_confirm. */
bool record_needs_recheck(Arena scratch, const StoreRecord *r);
bool record_confirm(Store *s, Str id, Err *err);

/* The manifest, unpacked, and the offline proof of an installed toolchain. */
FileOutcome record_read_manifest(Arena *a, Store *s, Str id, Str *ret, Err *err);
FileOutcome record_read_proof(Arena *a, Store *s, Str id, Str *ret, Err *err);

#endif
