/*
 * Zip archives from their bytes, wherever these lie: in a file, or behind a server that answers
 * range requests. Nothing here reads; each step says which range of the archive the next one needs.
 *
 *     range = zip_tail_range(archive_len)            the last 64 KiB or so
 *     zip_find_end(tail, archive_len, &end)          where the central directory is
 *     range = end.directory
 *     zip_read_directory(a, bytes, &end, &dir)       the members
 *     range = entry->member                          one member, its local header included
 *     zip_member_data(entry, bytes, &packed)         its packed bytes
 *     zip_unpack(&inflater, entry, packed, out)      its content
 *
 * The central directory is what counts, and everything else must agree with it. Zip readers are
 * known to disagree about archives with hidden, overlapping or ambiguous parts, so there may be
 * none: members and directory fill the archive from the first byte to the last without a gap.
 * Members are stored or deflated, not encrypted, not split over disks; zip64 is understood.
 */
#ifndef FORMAT_ZIP_H
#define FORMAT_ZIP_H

#include "base/err.h"
#include "format/inflate.h"

#define ZIP_MAX_ENTRIES 100000       /* a Go release has 12,000 */
#define ZIP_MAX_NAME 4096            /* bytes: what Linux can open */
#define ZIP_MAX_DIRECTORY (64 * MIB) /* bytes of the central directory; a Go release has 1.7 MB */
#define ZIP_MAX_TOTAL (1024 * MIB)   /* bytes of all members, unpacked; cmd/go takes 500 MiB */

typedef struct {
    int64_t from, len; /* bytes of the archive */
} ZipRange;

typedef struct {
    ZipRange directory;
    isize n_entries;
} ZipEnd;

typedef enum {
    ZIP_NONE,
    ZIP_FILE,
    ZIP_DIR,     /* the name ends with a slash, or the mode says so */
    ZIP_SYMLINK, /* by its Unix mode */
    ZIP_OTHER,   /* device, pipe, socket */
    ZIP_KIND_COUNT,
} ZipKind;

typedef struct {
    Str name; /* as it stands in the directory's bytes */
    ZipKind kind;
    uint32_t mode;   /* permission bits as Unix has them; 0 when the archive has none */
    uint16_t method; /* 0 stored, 8 deflated */
    uint16_t flags;
    uint32_t crc32;
    int64_t packed_len; /* bytes */
    int64_t len;        /* unpacked */
    ZipRange member;    /* local header, data and data descriptor */
} ZipEntry;

typedef struct {
    ZipEntry *ptr; /* in the order of the directory */
    isize len;
    int64_t total; /* unpacked bytes of all */
} ZipDirectory;

/* The end of an archive of archive_len bytes: what zip_find_end wants to see. */
ZipRange zip_tail_range(int64_t archive_len);

/* Finds the central directory from the bytes of zip_tail_range. */
bool zip_find_end(Str tail, int64_t archive_len, ZipEnd *ret, Err *err);

/* Reads the central directory from the bytes of end->directory, which the names point into. Checks
 * every member that can be checked without its bytes: method, flags, sizes that deflate can reach,
 * ranges that neither overlap nor leave gaps. */
bool zip_read_directory(Arena *a, Str bytes, const ZipEnd *end, ZipDirectory *ret, Err *err);

/* The packed data of a member, within the bytes of entry->member. Fails where the local header does
 * not agree with the directory. */
bool zip_member_data(const ZipEntry *entry, Str member, Str *ret_packed, Err *err);

/* Unpacks it to entry->len bytes at out and checks its CRC-32. */
bool zip_unpack(const Inflater *inflater, const ZipEntry *entry, Str packed, char *out, Err *err);

#endif
