/*
 * From an archive into a store transaction, hashing on the way. The result is the manifest of what
 * was written: the caller compares it with the log before it commits anything.
 */
#ifndef TOOLCHAIN_UNPACK_H
#define TOOLCHAIN_UNPACK_H

#include "format/zip.h"
#include "go/mod/dirhash.h"
#include "store/txn.h"
#include "toolchain/source.h"

typedef struct {
    Str summary; /* dirhash summary of the files that count */
    isize n_files;
} Unpacked;

/* The whole module zip of a release, on n_workers threads; no member is inflated twice, the largest
 * straight into its file. Each worker holds at most two buffers of UNPACK_MAX_BATCH, or one packed
 * member. */
#define UNPACK_MAX_BATCH (512 * KIB)
bool unpack_module_zip(Arena *a, int fd, int64_t len, const Release *release, isize n_workers,
                       StoreTxn *txn, Unpacked *ret, Err *err);

/* The release archive of go.dev/dl: a stream, so one thread, spooled as it comes. What lies in
 * api/, doc/, misc/ and test/ is not in the log and is left out. */
bool unpack_tar_gz(Arena *a, int fd, const Release *release, StoreTxn *txn, Unpacked *ret,
                   Err *err);

/* A Go root on this machine: files are shared with it or copied. */
bool unpack_directory(Arena *a, int root_fd, const Release *release, bool is_module_form,
                      isize n_workers, StoreTxn *txn, Unpacked *ret, Err *err);

/* Which release an archive claims to be: a zip by the prefix of its names, a tar.gz by go/VERSION
 * and the folder of its compiler, which takes reading it. The position of fd is as before. */
bool unpack_identify(Arena *a, int fd, int64_t len, ArchiveKind kind, Release *ret, Err *err);

/* The central directory of a zip in a file of len bytes. */
bool unpack_zip_directory(Arena *a, int fd, int64_t len, ZipDirectory *ret, Err *err);

/* Whether a file of a release is a program: distpack's rule. path is below the root. */
bool unpack_is_exec(Str path);

#endif
