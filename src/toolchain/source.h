/*
 * Where toolchains come from: module proxies, Go's download feed, or a file.
 *
 * A release is golang.org/toolchain@v0.0.1-go<version>.<os>-<arch>. From a module proxy it comes as
 * the module's zip; from the feed as the tar.gz of go.dev/dl, whose SHA-256 the feed states. Nothing
 * that comes from here is trusted: the caller proves it against the checksum database, which is
 * asked through the same proxies (source_sumdb).
 */
#ifndef TOOLCHAIN_SOURCE_H
#define TOOLCHAIN_SOURCE_H

#include "os/fetch.h"

#define SOURCE_MAX_ARCHIVE (500 * MIB) /* cmd/go's cap of a module zip, packed and unpacked */

typedef struct Source Source;

typedef enum {
    SOURCE_NONE,
    SOURCE_PROXY, /* the entries of a GOPROXY list */
    SOURCE_FEED,  /* go.dev/dl */
    SOURCE_URL,   /* one archive at a URL */
    SOURCE_FILE,  /* one archive on this machine */
    SOURCE_KIND_COUNT,
} SourceKind;

typedef struct {
    Str goproxy; /* effective GOPROXY (go/env), empty when nothing sets it */
    /* --from: "proxy", "dl", a URL, a file or a directory laid out as a proxy; empty: the proxies
     * where GOPROXY has a value, else the feed. A URL that ends in an archive's suffix is that
     * archive, one whose path ends in /dl is a feed, any other a proxy. */
    Str from;
    Str feed_url;  /* GOWARD_DL_URL, or empty for https://go.dev/dl */
    Str state_dir; /* directory for what is remembered about proxies, empty for none; made when missing */
} SourceConfig;

/* NULL with *err for a malformed GOPROXY or --from. Asks nobody yet. f, and all that config points
 * to, live as long as the Source; it needs no closing. */
Source *source_open(Arena *a, Fetcher *f, const SourceConfig *config, Err *err);

SourceKind source_kind(const Source *s);
/* For a person: "GOPROXY", "go.dev/dl", "file mirror/go.zip"; no credentials. */
Str source_name(const Source *s);

typedef struct {
    Str version; /* "1.26.8", without "go" */
    Str os, arch;
} Release;

/* "v0.0.1-go1.26.8.linux-amd64", and back. */
Str release_module_version(Arena *a, const Release *r);
bool release_parse(Str module_version, Release *ret);

typedef struct {
    Str *ptr;
    isize len;
} SourceVersions;

/* All versions on offer for the platform, newest first, each once; names that are no Go version are
 * passed over. An empty list is ERR_NOT_FOUND, and says which platforms there are when os and arch
 * are unknown to the source. The list is asked for once per Source. */
bool source_versions(Source *s, Arena *a, Str os, Str arch, SourceVersions *ret, Err *err);

typedef enum {
    ARCHIVE_NONE,
    ARCHIVE_MODULE_ZIP,
    ARCHIVE_TAR_GZ,
    ARCHIVE_KIND_COUNT,
} ArchiveKind;

/* What source_download will give, so that partial files of different kinds never meet. */
ArchiveKind source_archive_kind(const Source *s);

typedef struct {
    ArchiveKind kind;
    int fd;           /* for reading; part_fd, or a descriptor of the original that the caller closes */
    bool is_original; /* fd is the archive where it lies (file:// and files), nothing was copied */
    bool was_resumed; /* part_fd held a part already: if the archive turns out wrong, try once afresh */
    int64_t len;      /* bytes */
    int64_t fetched;  /* bytes that came over the network */
    Str origin;       /* for a person: where it came from, without credentials */
} SourceArchive;

/* Gets the archive of a release. part_fd is a file open for reading and writing (file_open_update)
 * that belongs to this release and archive kind alone; what it holds already is not asked for again.
 * On failure it keeps what is worth resuming, and is cut to nothing otherwise. A connection that
 * breaks is resumed a few times here. The archive is complete as far as its source says (length; end
 * record of the zip; SHA-256 of the feed); no more than that is known of it. A release that does not
 * exist is ERR_NOT_FOUND and names the newest one that does. */
bool source_download(Source *s, Arena *a, const Release *r, int part_fd, FetchProgress progress,
                     void *progress_context, SourceArchive *ret, Err *err);

typedef struct {
    int64_t from, to; /* bytes from ... to; a negative from asks for the last -from bytes */
} SourceRange;

typedef struct {
    int64_t from;  /* offset of bytes in the archive */
    int64_t total; /* length of the archive */
    Str bytes;
} SourcePart;

/* Parts of the module zip of a release, for repair: all ranges in one go, each at most
 * SOURCE_MAX_PART bytes. ERR_UNSUPPORTED when the source answers no range requests. */
#define SOURCE_MAX_PART (64 * MIB)
bool source_read_parts(Source *s, Arena *a, const Release *r, const SourceRange *ranges, isize n,
                       SourcePart *ret, Err *err);

#endif
