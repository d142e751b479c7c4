/*
 * The tail of an archive: the central directory, then for a large archive the zip64 end record and
 * its locator, then the end record, which ends with a comment of any text. The end record is found
 * by its signature and by a comment length that reaches exactly to the end of the file; if two
 * places of the tail look so, two readers might see two archives, and it is refused.
 *
 * Numbers of 16 and 32 bits that are all ones stand for a 64-bit number elsewhere: in the zip64 end
 * record, or in the extra field with tag 1 of an entry, which holds just those that are missing.
 */
#include "format/zip.h"

#include "base/panic.h"
#include "base/sort.h"
#include "format/crc32.h"
#include "format/reader.h"

#define END_SIGNATURE 0x06054b50
#define END_LEN 22
#define LOCATOR_SIGNATURE 0x07064b50
#define LOCATOR_LEN 20
#define END64_SIGNATURE 0x06064b50
#define END64_LEN 56
#define END64_REST 44 /* its length as it states it: without signature and this number */
#define CENTRAL_SIGNATURE 0x02014b50
#define CENTRAL_LEN 46
#define LOCAL_SIGNATURE 0x04034b50
#define LOCAL_LEN 30

#define MAX_COMMENT 0xffff
#define MAX_EXTRA 0xffff
#define MAX_DESCRIPTOR 24
#define ONES16 0xffffu
#define ONES32 0xffffffffu
#define ZIP64_TAG 1

#define METHOD_STORED 0
#define METHOD_DEFLATED 8

#define FLAG_DESCRIPTOR 0x0008 /* sizes and CRC follow the data; the local header may have zeros */
#define FLAGS_ENCRYPTED 0x2041
#define FLAGS_KNOWN 0x080e  /* how hard deflate tried, the descriptor, names in UTF-8 */
#define FLAGS_AGREED 0x0808 /* must be the same in local header and directory */

#define CREATOR_UNIX 3
#define CREATOR_MACOS 19
#define MSDOS_DIR 0x10
#define UNIX_KIND 0170000
#define UNIX_FILE 0100000
#define UNIX_DIR 0040000
#define UNIX_SYMLINK 0120000

/* -- The end -- */

/* An end record, in either size. */
typedef struct {
    uint64_t n_here, n_total; /* entries on this disk, on all */
    uint64_t len, offset;     /* of the directory */
    uint64_t disk, directory_disk;
} End;

ZipRange zip_tail_range(int64_t archive_len)
{
    int64_t len = MIN(archive_len, END64_LEN + LOCATOR_LEN + END_LEN + MAX_COMMENT);
    return (ZipRange){archive_len - len, len};
}

static bool is_end(Str tail, isize at)
{
    Reader r = reader_init(str_from(tail, at));
    bool is_signed = reader_u32le(&r) == END_SIGNATURE;
    reader_skip(&r, END_LEN - 6);
    isize comment_len = reader_u16le(&r);
    return is_signed && !r.is_failed && r.rest.len == comment_len;
}

/* Index of the end record in the tail. */
static bool locate_end(Str tail, isize *ret_at, Err *err)
{
    isize found = -1;
    for (isize at = tail.len - END_LEN; at >= 0; at--) {
        if (tail.ptr[at] != 'P' || !is_end(tail, at)) {
            continue;
        }
        if (found >= 0) {
            return FAIL(err, ERR_FORMAT, "the zip archive has two ends");
        }
        found = at;
    }
    if (found < 0) {
        return FAIL(err, ERR_FORMAT,
                    "this is no zip archive, or it is cut off: it has no end record");
    }
    *ret_at = found;
    return true;
}

static End parse_end(Str record)
{
    Reader r = reader_init(record);
    reader_skip(&r, 4);
    End end;
    end.disk = reader_u16le(&r);
    end.directory_disk = reader_u16le(&r);
    end.n_here = reader_u16le(&r);
    end.n_total = reader_u16le(&r);
    end.len = reader_u32le(&r);
    end.offset = reader_u32le(&r);
    return end;
}

static bool parse_end64(Str record, End *ret, Err *err)
{
    Reader r = reader_init(record);
    bool is_signed = reader_u32le(&r) == END64_SIGNATURE;
    uint64_t rest = reader_u64le(&r);
    reader_skip(&r, 4); /* versions */
    End end;
    end.disk = reader_u32le(&r);
    end.directory_disk = reader_u32le(&r);
    end.n_here = reader_u64le(&r);
    end.n_total = reader_u64le(&r);
    end.len = reader_u64le(&r);
    end.offset = reader_u64le(&r);
    if (!is_signed || rest != END64_REST || r.is_failed) {
        return FAIL(err, ERR_FORMAT,
                    "the zip64 end record is not where it should be, or malformed");
    }
    *ret = end;
    return true;
}

/* Whether a number is the same in both end records, or left to the large one. */
static bool agrees(uint64_t small, uint64_t large, uint64_t ones)
{
    return small == large || small == ones;
}

/* Replaces the end record by the zip64 one, which locator and end follow at once. */
static bool widen_end(Str tail, isize end_at, int64_t archive_len, End *end, Err *err)
{
    isize at = end_at - LOCATOR_LEN - END64_LEN;
    if (at < 0) {
        return FAIL(err, ERR_FORMAT, "the zip64 end record is missing");
    }
    Reader locator = reader_init(str_slice(tail, end_at - LOCATOR_LEN, end_at));
    reader_skip(&locator, 4);
    uint32_t disk = reader_u32le(&locator);
    uint64_t offset = reader_u64le(&locator);
    uint32_t n_disks = reader_u32le(&locator);
    End large;
    if (!parse_end64(str_slice(tail, at, at + END64_LEN), &large, err)) {
        return false;
    }
    if (disk != 0 || n_disks != 1 || offset != (uint64_t)(archive_len - tail.len + at) ||
        !agrees(end->disk, large.disk, ONES16) ||
        !agrees(end->directory_disk, large.directory_disk, ONES16) ||
        !agrees(end->n_here, large.n_here, ONES16) ||
        !agrees(end->n_total, large.n_total, ONES16) || !agrees(end->len, large.len, ONES32) ||
        !agrees(end->offset, large.offset, ONES32)) {
        return FAIL(err, ERR_FORMAT, "the end records of the zip archive contradict each other");
    }
    *end = large;
    return true;
}

static bool check_end(const End *end, uint64_t directory_end, Err *err)
{
    if (end->disk != 0 || end->directory_disk != 0 || end->n_here != end->n_total) {
        return FAIL(err, ERR_UNSUPPORTED, "the zip archive is one of several parts");
    }
    if (end->len > directory_end || end->offset != directory_end - end->len) {
        return FAIL(err, ERR_FORMAT,
                    "the zip archive's directory is not where its end record says");
    }
    if (end->n_total > ZIP_MAX_ENTRIES) {
        return FAIL(err, ERR_LIMIT, "the zip archive has %llu entries, at most %d are read",
                    (unsigned long long)end->n_total, ZIP_MAX_ENTRIES);
    }
    if (end->len > ZIP_MAX_DIRECTORY) {
        return FAIL(err, ERR_LIMIT,
                    "the zip archive's directory has %llu bytes, at most %td are read",
                    (unsigned long long)end->len, ZIP_MAX_DIRECTORY);
    }
    if (end->len < end->n_total * CENTRAL_LEN) {
        return FAIL(err, ERR_FORMAT,
                    "the zip archive's directory is too short for its %llu entries",
                    (unsigned long long)end->n_total);
    }
    return true;
}

bool zip_find_end(Str tail, int64_t archive_len, ZipEnd *ret, Err *err)
{
    isize at;
    if (tail.len != zip_tail_range(archive_len).len) {
        return FAIL(err, ERR_FORMAT, "the zip archive is cut off");
    }
    if (!locate_end(tail, &at, err)) {
        return false;
    }
    End end = parse_end(str_from(tail, at));
    int64_t directory_end = archive_len - tail.len + at;
    Reader locator = reader_init(str_from(tail, MAX(at - LOCATOR_LEN, 0)));
    if (at >= LOCATOR_LEN && reader_u32le(&locator) == LOCATOR_SIGNATURE) {
        if (!widen_end(tail, at, archive_len, &end, err)) {
            return false;
        }
        directory_end -= LOCATOR_LEN + END64_LEN;
    }
    if (!check_end(&end, (uint64_t)directory_end, err)) {
        return false;
    }
    *ret = (ZipEnd){{(int64_t)end.offset, (int64_t)end.len}, (isize)end.n_total};
    return true;
}

/* -- The directory -- */

/* Sizes and offset of an entry, still with ones for those that the extra field has. */
typedef struct {
    uint64_t packed_len, len, offset;
} Sizes;

/* The content of the extra field with this tag; empty when there is none. */
static bool find_extra(Str extra, uint16_t tag, Str *ret, Err *err)
{
    Str found = {0};
    Reader r = reader_init(extra);
    while (r.rest.len > 0) {
        uint16_t this_tag = reader_u16le(&r);
        Str content = reader_bytes(&r, reader_u16le(&r));
        if (r.is_failed || (this_tag == tag && (found.len > 0 || content.len == 0))) {
            return FAIL(err, ERR_FORMAT, "its extra fields are malformed");
        }
        if (this_tag == tag) {
            found = content;
        }
    }
    *ret = found;
    return true;
}

/* Fills in the numbers that stand in the zip64 extra field; has_offset: it may have the offset. */
static bool widen_sizes(Sizes *sizes, Str extra, bool has_offset, Err *err)
{
    Str zip64;
    if (!find_extra(extra, ZIP64_TAG, &zip64, err)) {
        return false;
    }
    Reader r = reader_init(zip64);
    /* A local header has both sizes or none (APPNOTE 4.5.3). */
    bool has_both = !has_offset && (sizes->len == ONES32 || sizes->packed_len == ONES32);
    if (sizes->len == ONES32 || has_both) {
        sizes->len = reader_u64le(&r);
    }
    if (sizes->packed_len == ONES32 || has_both) {
        sizes->packed_len = reader_u64le(&r);
    }
    if (has_offset && sizes->offset == ONES32) {
        sizes->offset = reader_u64le(&r);
    }
    return (!r.is_failed && r.rest.len == 0) ||
           FAIL(err, ERR_FORMAT, "its zip64 field does not hold just what is missing");
}

static ZipKind unix_kind(uint32_t mode)
{
    switch (mode & UNIX_KIND) {
    case 0:
    case UNIX_FILE:
        return ZIP_FILE;
    case UNIX_DIR:
        return ZIP_DIR;
    case UNIX_SYMLINK:
        return ZIP_SYMLINK;
    default:
        return ZIP_OTHER;
    }
}

static void set_kind(ZipEntry *e, uint16_t made_by, uint32_t attributes)
{
    int creator = made_by >> 8;
    if (creator == CREATOR_UNIX || creator == CREATOR_MACOS) {
        e->kind = unix_kind(attributes >> 16);
        e->mode = attributes >> 16 & 07777;
    } else {
        e->kind = (attributes & MSDOS_DIR) != 0 ? ZIP_DIR : ZIP_FILE;
    }
    if (e->kind == ZIP_FILE && str_ends_with(e->name, S("/"))) {
        e->kind = ZIP_DIR;
    }
}

static bool check_packing(const ZipEntry *e, Err *err)
{
    if ((e->flags & FLAGS_ENCRYPTED) != 0) {
        return FAIL(err, ERR_UNSUPPORTED, "it is encrypted");
    }
    if ((e->flags & ~FLAGS_KNOWN) != 0) {
        return FAIL(err, ERR_UNSUPPORTED, "it has unknown flags, 0x%04x", (unsigned)e->flags);
    }
    if (e->method != METHOD_STORED && e->method != METHOD_DEFLATED) {
        return FAIL(err, ERR_UNSUPPORTED, "it is packed with method %u, not stored or deflated",
                    (unsigned)e->method);
    }
    if (e->method == METHOD_STORED && e->packed_len != e->len) {
        return FAIL(err, ERR_FORMAT, "it is stored, but its sizes are %lld and %lld",
                    (long long)e->packed_len, (long long)e->len);
    }
    if (e->len / INFLATE_MAX_RATIO > e->packed_len) {
        return FAIL(err, ERR_FORMAT, "%lld bytes cannot have been packed into %lld",
                    (long long)e->len, (long long)e->packed_len);
    }
    return true;
}

/* Takes an entry off the directory; of its range only the beginning is known yet. */
static bool read_entry(Reader *r, int64_t directory_from, ZipEntry *e, Err *err)
{
    bool is_signed = reader_u32le(r) == CENTRAL_SIGNATURE;
    uint16_t made_by = reader_u16le(r);
    reader_skip(r, 2); /* version needed: flags and method say it better */
    e->flags = reader_u16le(r);
    e->method = reader_u16le(r);
    reader_skip(r, 4); /* time */
    e->crc32 = reader_u32le(r);
    Sizes sizes;
    sizes.packed_len = reader_u32le(r);
    sizes.len = reader_u32le(r);
    isize name_len = reader_u16le(r);
    isize extra_len = reader_u16le(r);
    isize comment_len = reader_u16le(r);
    uint16_t disk = reader_u16le(r);
    reader_skip(r, 2); /* whether it is text */
    uint32_t attributes = reader_u32le(r);
    sizes.offset = reader_u32le(r);
    e->name = reader_bytes(r, name_len);
    Str extra = reader_bytes(r, extra_len);
    reader_skip(r, comment_len);
    if (!is_signed || r->is_failed) {
        return FAIL(err, ERR_FORMAT, "the directory is damaged there");
    }
    if (name_len == 0 || name_len > ZIP_MAX_NAME) {
        return FAIL(err, ERR_FORMAT, "its name has %td bytes", name_len);
    }
    if (disk != 0) {
        return FAIL(err, ERR_UNSUPPORTED, "it lies on another disk");
    }
    if (!widen_sizes(&sizes, extra, true, err)) {
        return false;
    }
    if (sizes.packed_len > ZIP_MAX_TOTAL || sizes.len > ZIP_MAX_TOTAL) {
        return FAIL(err, ERR_LIMIT, "it has %llu bytes, packed %llu, at most %td are unpacked",
                    (unsigned long long)sizes.len, (unsigned long long)sizes.packed_len,
                    ZIP_MAX_TOTAL);
    }
    if (sizes.offset > (uint64_t)directory_from) {
        return FAIL(err, ERR_FORMAT, "it lies behind the directory");
    }
    e->packed_len = (int64_t)sizes.packed_len;
    e->len = (int64_t)sizes.len;
    e->member.from = (int64_t)sizes.offset;
    set_kind(e, made_by, attributes);
    return check_packing(e, err);
}

static int compare_places(const void *x, const void *y)
{
    int64_t a = (*(ZipEntry *const *)x)->member.from;
    int64_t b = (*(ZipEntry *const *)y)->member.from;
    return (a > b) - (a < b);
}

/* Gives each entry its range: up to the next one, the last one up to the directory. */
static bool set_ranges(Arena scratch, ZipDirectory *dir, int64_t directory_from, Err *err)
{
    ZipEntry **by_place = ARENA_ARRAY(&scratch, ZipEntry *, dir->len);
    for (isize i = 0; i < dir->len; i++) {
        by_place[i] = &dir->ptr[i];
    }
    sort_array(by_place, dir->len, sizeof(*by_place), compare_places);
    int64_t first = dir->len > 0 ? by_place[0]->member.from : directory_from;
    if (first != 0) {
        return FAIL(err, ERR_FORMAT, "%lld bytes stand before the first member of the zip archive",
                    (long long)first);
    }
    for (isize i = 0; i < dir->len; i++) {
        ZipEntry *e = by_place[i];
        int64_t end = i + 1 < dir->len ? by_place[i + 1]->member.from : directory_from;
        e->member.len = end - e->member.from;
        int64_t spare = e->member.len - LOCAL_LEN - e->name.len - e->packed_len;
        if (spare < 0) {
            return FAIL(err, ERR_FORMAT, "'%.*s' overlaps with what follows it in the zip archive",
                        STR_ARG(e->name));
        }
        if (spare > MAX_EXTRA + MAX_DESCRIPTOR) {
            return FAIL(err, ERR_FORMAT,
                        "%lld bytes after '%.*s' belong to no member of the zip "
                        "archive",
                        (long long)spare, STR_ARG(e->name));
        }
    }
    return true;
}

bool zip_read_directory(Arena *a, Str bytes, const ZipEnd *end, ZipDirectory *ret, Err *err)
{
    if (bytes.len != end->directory.len) {
        return FAIL(err, ERR_FORMAT, "the zip archive is cut off");
    }
    ZipDirectory dir = {.ptr = ARENA_ARRAY(a, ZipEntry, end->n_entries), .len = end->n_entries};
    Reader r = reader_init(bytes);
    for (isize i = 0; i < dir.len; i++) {
        ZipEntry *e = &dir.ptr[i];
        if (!read_entry(&r, end->directory.from, e, err)) {
            return FAIL_IN(err, "entry %td of the zip archive, '%.*s'", i + 1, STR_ARG(e->name));
        }
        dir.total += e->len;
        if (dir.total > ZIP_MAX_TOTAL) {
            return FAIL(err, ERR_LIMIT,
                        "with '%.*s' the zip archive unpacks to more than %td bytes",
                        STR_ARG(e->name), ZIP_MAX_TOTAL);
        }
    }
    if (r.rest.len > 0) {
        return FAIL(err, ERR_FORMAT, "the zip archive's directory holds more than its %td entries",
                    dir.len);
    }
    if (!set_ranges(*a, &dir, end->directory.from, err)) {
        return false;
    }
    *ret = dir;
    return true;
}

/* -- Members -- */

typedef struct {
    uint16_t flags, method;
    uint32_t crc32;
    Sizes sizes;
    Str name;
} Local;

static bool read_local(Reader *r, Local *ret, Err *err)
{
    Local l;
    bool is_signed = reader_u32le(r) == LOCAL_SIGNATURE;
    reader_skip(r, 2); /* version needed */
    l.flags = reader_u16le(r);
    l.method = reader_u16le(r);
    reader_skip(r, 4); /* time */
    l.crc32 = reader_u32le(r);
    l.sizes.packed_len = reader_u32le(r);
    l.sizes.len = reader_u32le(r);
    l.sizes.offset = 0;
    isize name_len = reader_u16le(r);
    isize extra_len = reader_u16le(r);
    l.name = reader_bytes(r, name_len);
    Str extra = reader_bytes(r, extra_len);
    if (!is_signed || r->is_failed) {
        return FAIL(err, ERR_FORMAT, "there is no local header where the directory says");
    }
    *ret = l;
    return widen_sizes(&ret->sizes, extra, false, err);
}

/* Numbers that the writer did not know yet, because they follow the data, are zero. */
static bool is_same(uint64_t local, uint64_t central, uint16_t flags)
{
    return local == central || (local == 0 && (flags & FLAG_DESCRIPTOR) != 0);
}

/* What may follow the data: nothing, or CRC and sizes in 32 or 64 bits, with a signature or not. */
static bool is_descriptor_len(isize len, uint16_t flags)
{
    return (flags & FLAG_DESCRIPTOR) == 0 ? len == 0
                                          : len == 12 || len == 16 || len == 20 || len == 24;
}

static bool read_member(const ZipEntry *e, Str member, Str *ret_packed, Err *err)
{
    Local l;
    Reader r = reader_init(member);
    if (member.len != e->member.len) {
        return FAIL(err, ERR_FORMAT, "the zip archive is cut off");
    }
    if (!read_local(&r, &l, err)) {
        return false;
    }
    if (!str_eq(l.name, e->name) || l.method != e->method ||
        (l.flags & FLAGS_AGREED) != (e->flags & FLAGS_AGREED) || (l.flags & FLAGS_ENCRYPTED) != 0 ||
        !is_same(l.crc32, e->crc32, l.flags) || !is_same(l.sizes.len, (uint64_t)e->len, l.flags) ||
        !is_same(l.sizes.packed_len, (uint64_t)e->packed_len, l.flags)) {
        return FAIL(err, ERR_FORMAT, "its local header says something else than the directory");
    }
    Str packed = reader_bytes(&r, (isize)e->packed_len);
    if (r.is_failed || !is_descriptor_len(r.rest.len, e->flags)) {
        return FAIL(err, ERR_FORMAT, "its data does not end where the next member begins");
    }
    *ret_packed = packed;
    return true;
}

bool zip_member_data(const ZipEntry *entry, Str member, Str *ret_packed, Err *err)
{
    return read_member(entry, member, ret_packed, err) ||
           FAIL_IN(err, "'%.*s' of the zip archive", STR_ARG(entry->name));
}

static bool unpack(const Inflater *inflater, const ZipEntry *e, Str packed, char *out, Err *err)
{
    if (e->method == METHOD_DEFLATED) {
        if (!inflate_exact(inflater, packed, out, (isize)e->len, err)) {
            return false;
        }
    } else if (packed.len > 0) {
        memcpy(out, packed.ptr, (size_t)packed.len);
    }
    uint32_t crc = crc32_of((Str){out, (isize)e->len});
    return crc == e->crc32 || FAIL(err, ERR_FORMAT, "its content has CRC-32 %08x, not %08x",
                                   (unsigned)crc, (unsigned)e->crc32);
}

bool zip_unpack(const Inflater *inflater, const ZipEntry *entry, Str packed, char *out, Err *err)
{
    ASSERT(packed.len == entry->packed_len);
    return unpack(inflater, entry, packed, out, err) ||
           FAIL_IN(err, "'%.*s' of the zip archive", STR_ARG(entry->name));
}
