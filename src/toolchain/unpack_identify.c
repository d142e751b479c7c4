#include "toolchain/unpack.h"

#include "base/panic.h"
#include "format/gzip.h"
#include "format/tar.h"
#include "format/zip.h"
#include "go/root/release.h"
#include "os/file.h"

#define MAX_TOTAL (1024 * MIB) /* unpacked bytes that are looked through */
#define MAX_VERSION (4 * KIB)  /* bytes of go/VERSION that are read */

/* --- zip --- */

/* "golang.org/toolchain@v0.0.1-go1.27.4.linux-amd64/bin/go" */
static bool identify_zip(Arena *a, int fd, int64_t len, Release *ret, Err *err)
{
    ZipDirectory dir;
    if (!unpack_zip_directory(a, fd, len, &dir, err)) {
        return false;
    }
    Str name = dir.len > 0 ? dir.ptr[0].name : (Str){0};
    if (!str_eat_prefix(&name, S("golang.org/toolchain@")) ||
        !release_parse(str_cut(name, '/').head, ret)) {
        return FAIL(err, ERR_FORMAT,
                    "it is no module zip of a Go toolchain: its names do not begin with "
                    "golang.org/toolchain@v0.0.1-go...");
    }
    return true;
}

/* --- tar.gz --- */

typedef struct {
    int fd;
    int64_t at;
} FileSource;

static bool read_file(void *context, void *buf, isize cap, isize *ret_n, Err *err)
{
    FileSource *source = context;
    if (!file_read_at(source->fd, source->at, buf, cap, ret_n, err)) {
        return false;
    }
    source->at += *ret_n;
    return true;
}

static bool read_version(Arena *a, TarReader *tar, Str *ret, Err *err)
{
    isize n;
    char *buf = arena_alloc(a, MAX_VERSION, 1, 1);
    if (!tar_read(tar, buf, MAX_VERSION, &n, err)) {
        return false;
    }
    Str text = {buf, n};
    Str name = {0};
    str_next_field(&text, &name);
    str_eat_prefix(&name, S("go"));
    *ret = name;
    return true;
}

/* "go/pkg/tool/linux_amd64/compile" */
static void read_platform(Arena *a, Str path, Release *r)
{
    if (!str_eat_prefix(&path, S("go/pkg/tool/"))) {
        return;
    }
    StrCut folder = str_cut(path, '/');
    StrCut platform = str_cut(folder.head, '_');
    if (platform.found && str_starts_with(folder.tail, S("compile"))) {
        r->os = str_copy(a, platform.head);
        r->arch = str_copy(a, platform.tail);
    }
}

static bool identify_tar(Arena *a, int fd, Release *ret, Err *err)
{
    FileSource file = {.fd = fd};
    GzipReader *gzip = gzip_new(a, (ByteSource){read_file, &file}, MAX_TOTAL);
    TarReader *tar = tar_new(a, gzip_source(gzip));
    Release r = {0};
    TarEntry entry;
    TarOutcome outcome;
    while ((outcome = tar_next(tar, &entry, err)) == TAR_ENTRY) {
        read_platform(a, entry.name, &r);
        if (str_eq(entry.name, S("go/VERSION")) && !read_version(a, tar, &r.version, err)) {
            return false;
        }
        if (r.version.len > 0 && r.os.len > 0) {
            *ret = r;
            return true;
        }
    }
    return outcome == TAR_END && FAIL(err, ERR_FORMAT,
                                      "it is no release of Go: go/VERSION or "
                                      "go/pkg/tool/<os>_<arch>/compile is not in it");
}

bool unpack_identify(Arena *a, int fd, int64_t len, ArchiveKind kind, Release *ret, Err *err)
{
    switch (kind) {
    case ARCHIVE_MODULE_ZIP:
        return identify_zip(a, fd, len, ret, err);
    case ARCHIVE_TAR_GZ:
        return identify_tar(a, fd, ret, err);
    case ARCHIVE_NONE:
    case ARCHIVE_KIND_COUNT:
        break;
    }
    UNREACHABLE("archive kind");
}
