/*
 * Tar as a stream: ustar, pax (POSIX.1-2001) and GNU long names, read strictly.
 *
 * Tar readers are known to disagree about broken archives, so nothing is guessed: checksums, octal
 * fields and pax records must be as their standards say, and the archive must end with its two zero
 * blocks and nothing but zeros after them. Sparse files are refused. What a name may be is the
 * caller's rule (go/mod/modzip.h, format/archive_names.h): names are given as they stand.
 */
#ifndef FORMAT_TAR_H
#define FORMAT_TAR_H

#include "format/byte_source.h"

#define TAR_MAX_PATH 4096          /* bytes of a name or link: what Linux can open */
#define TAR_MAX_PAX (64 * KIB)     /* bytes of one pax header: all its records together */
#define TAR_MAX_ENTRIES 200000     /* a Go release has 16,000 */
#define TAR_MAX_TOTAL (1024 * MIB) /* bytes of all files: a Go release has 260 MB */

typedef enum {
    TAR_NONE,
    TAR_FILE,
    TAR_DIR,
    TAR_SYMLINK,
    TAR_HARDLINK,
    TAR_OTHER, /* device, pipe, or a kind of some vendor */
    TAR_KIND_COUNT,
} TarKind;

typedef struct {
    Str name; /* without the slash that directories end with; valid until the next tar_next */
    Str link; /* target of SYMLINK and HARDLINK, else empty; valid as long */
    TarKind kind;
    char type;     /* as in the header, for messages */
    uint32_t mode; /* permission bits, 0 ... 07777 */
    int64_t size;  /* 0 for all kinds but FILE and OTHER */
} TarEntry;

typedef struct TarReader TarReader;

TarReader *tar_new(Arena *a, ByteSource archive);

typedef enum {
    TAR_FAILED, /* *err says why; the reader is of no more use */
    TAR_ENTRY,
    TAR_END, /* the archive is complete, and the source was read to its end */
} TarOutcome;

/* Goes to the next entry; what was not read of the present one is skipped. */
TarOutcome tar_next(TarReader *tar, TarEntry *ret, Err *err);

/* The content of the present entry, as ByteSource.read. */
bool tar_read(TarReader *tar, void *buf, isize cap, isize *ret_n, Err *err);

#endif
