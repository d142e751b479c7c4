/*
 * Where toolchains come from: module proxies, Go's download feed, or a file.
 *
 * A release is golang.org/toolchain@v0.0.1-go<version>.<os>-<arch>. From a module proxy it comes as
 * the module's zip; from the feed as the tar.gz of go.dev/dl, whose SHA-256 the feed states.
 * Nothing that comes from here is trusted: the caller proves it against the checksum database,
 * which is asked through the same proxies (toolchain/sumdb_source.h).
 */
#ifndef TOOLCHAIN_SOURCE_H
#define TOOLCHAIN_SOURCE_H

#include "toolchain/archive.h"
#include "toolchain/parts.h"

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
    Str state_dir; /* for what is remembered about proxies, made when missing; empty for none */
} SourceConfig;

/* NULL with *err for a malformed GOPROXY or --from. Asks nobody yet. a, f, and all that config
 * points to, live as long as the Source, which keeps what it learns in memory of its own until
 * source_close (closing NULL does nothing). */
Source *source_open(Arena *a, Fetcher *f, const SourceConfig *config, Err *err);
void source_close(Source *s);

SourceKind source_kind(const Source *s);
/* For a person: "GOPROXY", "go.dev/dl", "mirror/go.zip"; no credentials. */
Str source_name(const Source *s);

typedef struct {
    Str *ptr;
    isize len;
} SourceVersions;

/* All versions on offer for the platform, newest first, each once; names that are no Go version are
 * passed over. An empty list is ERR_NOT_FOUND and says which platforms there are. The list is asked
 * for once per Source, and lives as long. */
bool source_versions(Source *s, Arena *a, Str os, Str arch, SourceVersions *ret, Err *err);

/* What source_download will give, so that partial files of different kinds never meet. */
ArchiveKind source_archive_kind(const Source *s);

typedef struct {
    ArchiveKind kind;
    int fd;           /* for reading; part_fd, or one of the original that the caller closes */
    bool is_original; /* fd is the archive where it lies (file:// and files), nothing was copied */
    bool was_resumed; /* part_fd held a part: if the archive proves wrong, try once afresh */
    int64_t len;      /* bytes */
    int64_t fetched;  /* bytes that came over the network */
    Str origin;       /* for a person: where it came from, without credentials */
} SourceArchive;

/* Gets the archive of a release (r is not looked at for SOURCE_URL and SOURCE_FILE, which have but
 * one). part_fd is a file open for reading and writing (file_open_update) that belongs to this
 * release and archive kind alone; what it holds already is not asked for again. On failure it
 * keeps what is worth resuming, and is cut to nothing otherwise; so does a caller to whom the
 * archive proves wrong. A connection that breaks is resumed a few times here. The archive is
 * complete as far as its source says (length; first bytes; end record of the zip; SHA-256 of the
 * feed); no more than that is known of it. A release that does not exist is ERR_NOT_FOUND and
 * names the newest one that does. */
bool source_download(Source *s, Arena *a, const Release *r, int part_fd, FetchProgress progress,
                     void *progress_context, SourceArchive *ret, Err *err);

/* Parts of the module zip of a release, for repair: all ranges in one go, each of 1 to
 * PARTS_MAX_LEN bytes. A range past the end is ERR_FORMAT. ERR_UNSUPPORTED when the source answers
 * no range requests, or has no module zip. */
bool source_read_parts(Source *s, Arena *a, const Release *r, const SourceRange *ranges, isize n,
                       SourcePart *ret, Err *err);

/* What sumdb_source needs: the helper, the proxies that may know the checksum database in the order
 * in which they are asked (none: the database itself is), the directory for what is remembered, and
 * the memory that lasts until source_close. */
Fetcher *source_fetcher(const Source *s);
Arena *source_arena(Source *s);
const ProxyList *source_log_proxies(const Source *s);
Str source_state_dir(const Source *s);

#endif
