#include "toolchain/zipindex.h"

#include "base/map.h"
#include "format/crc32.h"
#include "go/mod/modzip.h"
#include "os/file.h"

#define READ_LEN (256 * KIB)   /* of a file, at a time */
#define MAX_MEMBER (128 * MIB) /* unpacked bytes of one file that is fetched; compile has 28 MB */

static bool read_part(Arena *a, Source *source, const Release *release, ZipRange range,
                      SourcePart *ret, Err *err)
{
    SourceRange wanted = {range.from, range.from + range.len - 1};
    return source_read_parts(source, a, release, &wanted, 1, ret, err);
}

bool zipindex_fetch(Arena *a, Source *source, const Release *release, ZipIndex *ret, Err *err)
{
    ZipIndex index = {.source = source, .release = *release};
    index.prefix = manifest_prefix(a, release->version, release->os, release->arch);
    SourceRange last = {.from = -zip_tail_range(INT64_MAX).len};
    SourcePart tail, directory;
    ZipEnd end;
    if (!source_read_parts(source, a, release, &last, 1, &tail, err) ||
        !zip_find_end(tail.bytes, tail.total, &end, err)) {
        return false;
    }
    if (end.directory.from >= tail.from) { /* small archives fit into the tail */
        isize from = (isize)(end.directory.from - tail.from);
        directory.bytes = str_slice(tail.bytes, from, from + (isize)end.directory.len);
    } else if (!read_part(a, source, release, end.directory, &directory, err)) {
        return false;
    }
    if (!zip_read_directory(a, directory.bytes, &end, &index.dir, err) ||
        !modzip_check(*a, &index.dir, index.prefix, err)) {
        return false;
    }
    *ret = index;
    return true;
}

/* Size and CRC-32 of a file. */
static bool measure(int root_fd, Str path, char *buf, int64_t *ret_len, uint32_t *ret_crc, Err *err)
{
    AUTO_CLOSE int fd = -1;
    int64_t len = 0;
    uint32_t crc = 0;
    isize n;
    if (file_open_plain(root_fd, path, &fd, err) != FILE_FOUND) {
        return FAIL(err, ERR_CONFLICT, "'%.*s' vanished while the tree was read", STR_ARG(path));
    }
    do {
        if (!file_read(fd, buf, READ_LEN, &n, err)) {
            return false;
        }
        crc = crc32_add(crc, (Str){buf, n});
        len += n;
    } while (n > 0);
    *ret_len = len;
    *ret_crc = crc;
    return true;
}

static Map index_by_name(Arena *a, const ZipIndex *index)
{
    Map map = map_init(a);
    for (isize i = 0; i < index->dir.len; i++) {
        *map_put(&map, index->dir.ptr[i].name, NULL) = i;
    }
    return map;
}

bool zipindex_diff(Arena *a, const ZipIndex *index, int root_fd, const Manifest *found,
                   FileDiffs *ret, Err *err)
{
    Map by_name = index_by_name(a, index);
    bool *is_found = ARENA_ARRAY(a, bool, index->dir.len + 1);
    char *buf = arena_alloc(a, READ_LEN, 1, 16);
    FileDiffs diffs = {0};
    for (isize i = 0; i < found->n; i++) {
        const isize *at = map_get(&by_name, found->files[i].name);
        int64_t len = 0;
        uint32_t crc = 0;
        if (at == NULL) {
            file_diffs_add(a, &diffs, found->paths[i], FILE_DIFF_EXTRA);
            continue;
        }
        is_found[*at] = true;
        if (!measure(root_fd, found->paths[i], buf, &len, &crc, err)) {
            return false;
        }
        if (len != index->dir.ptr[*at].len || crc != index->dir.ptr[*at].crc32) {
            file_diffs_add(a, &diffs, found->paths[i], FILE_DIFF_CHANGED);
        }
    }
    for (isize i = 0; i < index->dir.len; i++) {
        Str path;
        if (!is_found[i] &&
            manifest_path(a, index->prefix, index->dir.ptr[i].name, found->is_module_form, &path)) {
            file_diffs_add(a, &diffs, path, FILE_DIFF_MISSING);
        }
    }
    for (isize i = 0; i < found->wrong.len; i++) {
        file_diffs_add(a, &diffs, found->wrong.ptr[i].path, found->wrong.ptr[i].kind);
    }
    file_diffs_sort(&diffs);
    *ret = diffs;
    return true;
}

static bool unpack_member(Arena *a, const ZipEntry *e, Str member, Str *ret, Err *err)
{
    Str packed;
    if (!zip_member_data(e, member, &packed, err)) {
        return false;
    }
    char *out = arena_alloc(a, (isize)e->len, 1, 16);
    Inflater inflater = inflater_open();
    bool ok = zip_unpack(&inflater, e, packed, out, err);
    inflater_close(&inflater);
    if (ok) {
        *ret = (Str){out, (isize)e->len};
    }
    return ok;
}

bool zipindex_read(Arena *a, const ZipIndex *index, Str path, bool is_module_form, Str *ret,
                   Err *err)
{
    for (isize i = 0; i < index->dir.len; i++) {
        const ZipEntry *e = &index->dir.ptr[i];
        Str at;
        SourcePart part;
        if (!manifest_path(a, index->prefix, e->name, is_module_form, &at) || !str_eq(at, path)) {
            continue;
        }
        if (e->len > MAX_MEMBER) {
            return FAIL(err, ERR_LIMIT, "'%.*s' has %lld bytes, at most %td are fetched",
                        STR_ARG(path), (long long)e->len, MAX_MEMBER);
        }
        return read_part(a, index->source, &index->release, e->member, &part, err) &&
               unpack_member(a, e, part.bytes, ret, err);
    }
    return FAIL(err, ERR_NOT_FOUND, "the release has no file '%.*s'", STR_ARG(path));
}
