/* An archive that has just come over the network: whether it can be what it should be. Whatever
 * cannot is worth nothing for resuming either, and the file is cut to nothing. */
#ifndef TOOLCHAIN_ARCHIVE_H
#define TOOLCHAIN_ARCHIVE_H

#include "toolchain/download.h"
#include "toolchain/feed.h"

typedef enum {
    ARCHIVE_NONE,
    ARCHIVE_MODULE_ZIP,
    ARCHIVE_TAR_GZ,
    ARCHIVE_KIND_COUNT,
} ArchiveKind;

/* By the suffix of a file's name or URL; ARCHIVE_NONE for any other. */
ArchiveKind archive_kind(Str name);

/* Whether it begins as its kind does, and a zip ends with its end record. origin is for messages. A
 * zip without its end whose length nobody said is kept: it may have been cut off, and can be gone
 * on with. */
bool archive_check_shape(Arena scratch, int fd, ArchiveKind kind, const Download *d, Str origin,
                         Err *err);

typedef enum { ARCHIVE_HASH_FAILED, ARCHIVE_HASH_DIFFERS, ARCHIVE_HASH_EQUAL } ArchiveHash;

/* Compares with the SHA-256 of the feed, if it has one. */
ArchiveHash archive_check_sha256(Arena scratch, int fd, int64_t len, const FeedFile *file,
                                 Err *err);

#endif
