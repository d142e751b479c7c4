/*
 * The feed of Go's download site (https://go.dev/dl/?mode=json&include=all): which archives there
 * are, and their SHA-256. What goward does not install is passed over: installers, sources,
 * bootstrap archives, and the zip files of Windows.
 */
#ifndef TOOLCHAIN_FEED_H
#define TOOLCHAIN_FEED_H

#include "base/err.h"
#include "format/sha256.h"
#include "go/root/release.h"

#define FEED_MAX_LEN (32 * MIB) /* bytes; it has some 2 MB */
#define FEED_MAX_FILES 100000

typedef struct {
    Release release;
    Str name;        /* "go1.26.8.linux-amd64.tar.gz": letters, digits, ".", "_" and "-" only */
    int64_t size;    /* bytes, -1 when the feed does not say it */
    bool has_sha256; /* false for the oldest ones */
    Sha256 sha256;
} FeedFile;

typedef struct {
    FeedFile *ptr; /* in the order of the feed */
    isize len;
} Feed;

/* json must outlive the result. ERR_FORMAT for what is not such a feed. */
bool feed_parse(Arena *a, Str json, Feed *ret, Err *err);

/* NULL when there is none for this version and platform. */
const FeedFile *feed_find(const Feed *feed, const Release *r);

#endif
