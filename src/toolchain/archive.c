#include "toolchain/archive.h"

#include "format/zip.h"
#include "os/file.h"

#define HASH_BUFFER (256 * KIB)

ArchiveKind archive_kind(Str name)
{
    name = str_cut(str_cut(name, '#').head, '?').head;
    if (str_ends_with(name, S(".zip"))) {
        return ARCHIVE_MODULE_ZIP;
    }
    bool is_tar = str_ends_with(name, S(".tar.gz")) || str_ends_with(name, S(".tgz"));
    return is_tar ? ARCHIVE_TAR_GZ : ARCHIVE_NONE;
}

static void cut(int fd)
{
    Err ignored; /* the error that is being reported counts; the next run meets this one */
    file_truncate(fd, 0, &ignored);
}

static bool check_start(int fd, ArchiveKind kind, Str origin, Err *err)
{
    char start[4];
    isize n;
    Str wanted = kind == ARCHIVE_MODULE_ZIP ? S("PK\003\004") : S("\x1f\x8b");
    if (!file_read_at(fd, 0, start, (isize)sizeof(start), &n, err)) {
        return false;
    }
    if (str_starts_with((Str){start, n}, wanted)) {
        return true;
    }
    cut(fd);
    bool is_page = n > 0 && start[0] == '<';
    FAIL(err, ERR_NET, "what came from %.*s is %s, not a %s archive", STR_ARG(origin),
         n == 0    ? "empty"
         : is_page ? "a web page"
                   : "something else",
         kind == ARCHIVE_MODULE_ZIP ? "zip" : "tar.gz");
    return err_hint(err,
                    "a login page or filter may sit in between; check the URL and the network");
}

static bool check_zip_end(Arena scratch, int fd, const Download *d, Str origin, Err *err)
{
    ZipRange range = zip_tail_range(d->len);
    ZipEnd end;
    Err why;
    char *tail = arena_alloc(&scratch, (isize)range.len, 1, 1);
    isize n;
    if (!file_read_at(fd, range.from, tail, (isize)range.len, &n, err)) {
        return false;
    }
    if (zip_find_end((Str){tail, n}, d->len, &end, &why)) {
        return true;
    }
    FAIL(err, ERR_NET, "what came from %.*s is no complete zip archive: %s", STR_ARG(origin),
         why.text);
    if (!d->len_is_known) {
        return err_hint(
            err, "the server did not say its length, so the connection may have ended early; "
                 "run it again: it goes on from there");
    }
    cut(fd);
    return err_hint(err, "run it again for a fresh copy");
}

bool archive_check_shape(Arena scratch, int fd, ArchiveKind kind, const Download *d, Str origin,
                         Err *err)
{
    return check_start(fd, kind, origin, err) &&
           (kind != ARCHIVE_MODULE_ZIP || check_zip_end(scratch, fd, d, origin, err));
}

static bool hash_file(Arena scratch, int fd, int64_t len, Sha256 *ret, Err *err)
{
    Sha256Stream stream = sha256_begin();
    char *buf = arena_alloc(&scratch, HASH_BUFFER, 1, 64);
    for (int64_t at = 0; at < len;) {
        isize n;
        if (!file_read_at(fd, at, buf, (isize)MIN(len - at, HASH_BUFFER), &n, err)) {
            return false;
        }
        if (n == 0) {
            return FAIL(err, ERR_CONFLICT, "the file was cut while it was read");
        }
        sha256_add(&stream, buf, n);
        at += n;
    }
    *ret = sha256_end(&stream);
    return true;
}

ArchiveHash archive_check_sha256(Arena scratch, int fd, int64_t len, const FeedFile *file, Err *err)
{
    Sha256 is;
    char is_hex[64], wanted_hex[64];
    if (!file->has_sha256) {
        return ARCHIVE_HASH_EQUAL; /* the site has none for the oldest releases; the log decides */
    }
    if (!hash_file(scratch, fd, len, &is, err)) {
        return ARCHIVE_HASH_FAILED;
    }
    if (sha256_eq(&is, &file->sha256)) {
        return ARCHIVE_HASH_EQUAL;
    }
    cut(fd);
    sha256_to_hex(&is, is_hex);
    sha256_to_hex(&file->sha256, wanted_hex);
    FAIL(err, ERR_VERIFY, "%.*s has the SHA-256 %.64s, but the feed says %.64s",
         STR_ARG(file->name), is_hex, wanted_hex);
    err_hint(err, "the download was damaged or altered; run it again for a fresh copy");
    return ARCHIVE_HASH_DIFFERS;
}
