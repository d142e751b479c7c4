/*
 * Makes zip and tar archives for tests, good ones and bad ones. A good archive is made whole; a
 * test for a bad one then changes bytes at the places that the maker noted.
 */
#ifndef UNIT_ARCHIVE_MAKER_H
#define UNIT_ARCHIVE_MAKER_H

#include "base/panic.h"
#include "base/strbuf.h"
#include "format/crc32.h"
#include "format/zip.h"

#include <libdeflate.h>
#include <stdio.h>

/* -- Numbers -- */

static inline void put_le(char *at, uint64_t value, isize n)
{
    for (isize i = 0; i < n; i++) {
        at[i] = (char)(uint8_t)(value >> (8 * i));
    }
}

static inline void add_le(StrBuf *b, uint64_t value, isize n)
{
    char bytes[8];
    put_le(bytes, value, n);
    strbuf_add(b, (Str){bytes, n});
}

/* -- Deflate -- */

static inline Str make_deflated(Arena *a, Str content)
{
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
    ASSERT(c != NULL);
    size_t cap = libdeflate_deflate_compress_bound(c, (size_t)content.len) + 16;
    char *out = arena_alloc(a, (isize)cap, 1, 1);
    size_t n = libdeflate_deflate_compress(c, content.len > 0 ? content.ptr : "",
                                           (size_t)content.len, out, cap);
    ASSERT(n > 0);
    libdeflate_free_compressor(c);
    return (Str){out, (isize)n};
}

/* -- Zip -- */

#define ZIP_MAKER_MAX 16 /* members of which the places are noted */

/* Offsets of fields, from the beginning of their record. */
enum {
    LOCAL_FLAGS = 6,
    LOCAL_METHOD = 8,
    LOCAL_CRC = 14,
    LOCAL_PACKED_LEN = 18,
    LOCAL_LEN_FIELD = 22,
    LOCAL_NAME_LEN = 26,
    LOCAL_NAME = 30,
    CENTRAL_CREATOR = 5,
    CENTRAL_FLAGS = 8,
    CENTRAL_METHOD = 10,
    CENTRAL_CRC = 16,
    CENTRAL_PACKED_LEN = 20,
    CENTRAL_LEN_FIELD = 24,
    CENTRAL_NAME_LEN = 28,
    CENTRAL_EXTRA_LEN = 30,
    CENTRAL_DISK = 34,
    CENTRAL_ATTRIBUTES = 38,
    CENTRAL_OFFSET = 42,
    CENTRAL_NAME = 46,
    END_DISK = 4,
    END_HERE = 8,
    END_TOTAL = 10,
    END_DIRECTORY_LEN = 12,
    END_DIRECTORY_OFFSET = 16,
    END_COMMENT_LEN = 20,
    END64_REST_LEN = 4,
    END64_HERE = 24,
    END64_TOTAL = 32,
    END64_DIRECTORY_LEN = 40,
    END64_DIRECTORY_OFFSET = 48,
    LOCATOR_DISK = 4,
    LOCATOR_OFFSET = 8,
    LOCATOR_DISKS = 16,
};

typedef struct {
    Str name, content;
    bool is_stored;      /* else deflated */
    bool has_descriptor; /* sizes and CRC follow the data, as Go's writer has it */
    uint32_t unix_mode;  /* 0: made by a system without */
} ZipMember;

typedef struct {
    char *ptr;
    isize len;
    isize local[ZIP_MAKER_MAX], central[ZIP_MAKER_MAX]; /* of the first members */
    isize directory, end64, locator, end;               /* end64 and locator: -1 without zip64 */
} ZipMade;

static inline Str zip_made_str(const ZipMade *z)
{
    return (Str){z->ptr, z->len};
}

static inline void zip_maker_sizes(StrBuf *b, const ZipMember *m, Str packed, bool is_known)
{
    add_le(b, is_known ? crc32_of(m->content) : 0, 4);
    add_le(b, is_known ? (uint64_t)packed.len : 0, 4);
    add_le(b, is_known ? (uint64_t)m->content.len : 0, 4);
}

static inline void zip_maker_local(StrBuf *b, const ZipMember *m, Str packed)
{
    strbuf_add(b, S("PK\3\4"));
    add_le(b, 20, 2);
    add_le(b, m->has_descriptor ? 8 : 0, 2);
    add_le(b, m->is_stored ? 0 : 8, 2);
    add_le(b, 0, 4);
    zip_maker_sizes(b, m, packed, !m->has_descriptor);
    add_le(b, (uint64_t)m->name.len, 2);
    add_le(b, 0, 2);
    strbuf_add(b, m->name);
    strbuf_add(b, packed);
    if (m->has_descriptor) {
        strbuf_add(b, S("PK\7\10"));
        zip_maker_sizes(b, m, packed, true);
    }
}

/* With is_zip64, all three numbers that can stand in the extra field do. */
static inline void zip_maker_central(StrBuf *b, const ZipMember *m, Str packed, isize offset,
                                     bool is_zip64)
{
    strbuf_add(b, S("PK\1\2"));
    add_le(b, 20, 1);
    add_le(b, m->unix_mode != 0 ? 3 : 0, 1);
    add_le(b, is_zip64 ? 45 : 20, 2);
    add_le(b, m->has_descriptor ? 8 : 0, 2);
    add_le(b, m->is_stored ? 0 : 8, 2);
    add_le(b, 0, 4);
    add_le(b, crc32_of(m->content), 4);
    add_le(b, is_zip64 ? 0xffffffff : (uint64_t)packed.len, 4);
    add_le(b, is_zip64 ? 0xffffffff : (uint64_t)m->content.len, 4);
    add_le(b, (uint64_t)m->name.len, 2);
    add_le(b, is_zip64 ? 28 : 0, 2);
    add_le(b, 0, 6);
    add_le(b, (uint64_t)m->unix_mode << 16, 4);
    add_le(b, is_zip64 ? 0xffffffff : (uint64_t)offset, 4);
    strbuf_add(b, m->name);
    if (is_zip64) {
        add_le(b, 1, 2);
        add_le(b, 24, 2);
        add_le(b, (uint64_t)m->content.len, 8);
        add_le(b, (uint64_t)packed.len, 8);
        add_le(b, (uint64_t)offset, 8);
    }
}

static inline void zip_maker_end64(StrBuf *b, ZipMade *made, isize n)
{
    made->end64 = b->len;
    isize directory_len = b->len - made->directory;
    strbuf_add(b, S("PK\6\6"));
    add_le(b, 44, 8);
    add_le(b, 45, 2);
    add_le(b, 45, 2);
    add_le(b, 0, 8);
    add_le(b, (uint64_t)n, 8);
    add_le(b, (uint64_t)n, 8);
    add_le(b, (uint64_t)directory_len, 8);
    add_le(b, (uint64_t)made->directory, 8);
    made->locator = b->len;
    strbuf_add(b, S("PK\6\7"));
    add_le(b, 0, 4);
    add_le(b, (uint64_t)made->end64, 8);
    add_le(b, 1, 4);
}

static inline void zip_maker_end(StrBuf *b, ZipMade *made, isize n, bool is_zip64, Str comment)
{
    isize directory_len = (is_zip64 ? made->end64 : b->len) - made->directory;
    made->end = b->len;
    strbuf_add(b, S("PK\5\6"));
    add_le(b, 0, 4);
    add_le(b, is_zip64 ? 0xffff : (uint64_t)n, 2);
    add_le(b, is_zip64 ? 0xffff : (uint64_t)n, 2);
    add_le(b, is_zip64 ? 0xffffffff : (uint64_t)directory_len, 4);
    add_le(b, is_zip64 ? 0xffffffff : (uint64_t)made->directory, 4);
    add_le(b, (uint64_t)comment.len, 2);
    strbuf_add(b, comment);
}

static inline ZipMade make_zip(Arena *a, const ZipMember *members, isize n, bool is_zip64,
                               Str comment)
{
    ZipMade made = {.end64 = -1, .locator = -1};
    Arena scratch = arena_init(0);
    isize *offsets = ARENA_ARRAY(&scratch, isize, n);
    Str *packed = ARENA_ARRAY(&scratch, Str, n);
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < n; i++) {
        const ZipMember *m = &members[i];
        packed[i] = m->is_stored ? m->content : make_deflated(&scratch, m->content);
        offsets[i] = b.len;
        zip_maker_local(&b, m, packed[i]);
    }
    made.directory = b.len;
    for (isize i = 0; i < n; i++) {
        if (i < ZIP_MAKER_MAX) {
            made.local[i] = offsets[i];
            made.central[i] = b.len;
        }
        zip_maker_central(&b, &members[i], packed[i], offsets[i], is_zip64);
    }
    if (is_zip64) {
        zip_maker_end64(&b, &made, n);
    }
    zip_maker_end(&b, &made, n, is_zip64, comment);
    arena_done(&scratch);
    made.ptr = b.ptr;
    made.len = b.len;
    return made;
}

/* Opens an archive that is whole in memory, as its users do. */
static inline bool open_zip(Arena *a, Str zip, ZipDirectory *ret, Err *err)
{
    ZipEnd end;
    ZipRange range = zip_tail_range(zip.len);
    if (!zip_find_end(str_slice(zip, range.from, range.from + range.len), zip.len, &end, err)) {
        return false;
    }
    range = end.directory;
    return zip_read_directory(a, str_slice(zip, range.from, range.from + range.len), &end, ret,
                              err);
}

/* The content of a member. */
static inline bool read_zip(Arena *a, Str zip, const ZipEntry *e, Str *ret, Err *err)
{
    Str packed;
    Str member = str_slice(zip, e->member.from, e->member.from + e->member.len);
    if (!zip_member_data(e, member, &packed, err)) {
        return false;
    }
    char *content = ARENA_ARRAY(a, char, e->len);
    Inflater inflater = inflater_open();
    bool ok = zip_unpack(&inflater, e, packed, content, err);
    inflater_close(&inflater);
    if (ok) {
        *ret = (Str){content, e->len};
    }
    return ok;
}

/* -- Tar -- */

#define TAR_MAKER_BLOCK 512

enum {
    TAR_NAME = 0,
    TAR_MODE = 100,
    TAR_SIZE = 124,
    TAR_CHECKSUM = 148,
    TAR_TYPE = 156,
    TAR_LINK = 157,
    TAR_MAGIC = 257,
    TAR_PREFIX = 345,
};

static inline void tar_set_octal(char *field, int64_t value, int width)
{
    char text[32];
    int n = snprintf(text, sizeof(text), "%0*llo", width - 1, (long long)value);
    ASSERT(n == width - 1);
    memcpy(field, text, (size_t)width);
}

/* To be called after a change of a header. */
static inline void tar_set_checksum(char *header)
{
    unsigned sum = 0;
    memset(header + TAR_CHECKSUM, ' ', 8);
    for (isize i = 0; i < TAR_MAKER_BLOCK; i++) {
        sum += (uint8_t)header[i];
    }
    tar_set_octal(header + TAR_CHECKSUM, sum, 7);
}

static inline void tar_add_padding(StrBuf *b)
{
    static const char zeros[TAR_MAKER_BLOCK];
    strbuf_add(b, (Str){zeros, -b->len & (TAR_MAKER_BLOCK - 1)});
}

/* Adds an entry, its header as POSIX has it; gives the offset of the header. */
static inline isize tar_add(StrBuf *b, char type, Str name, Str link, Str content)
{
    char header[TAR_MAKER_BLOCK] = {0};
    ASSERT(name.len <= 100 && link.len <= 100);
    memcpy(header + TAR_NAME, name.ptr, (size_t)name.len);
    tar_set_octal(header + TAR_MODE, 0644, 8);
    tar_set_octal(header + TAR_SIZE, content.len, 12);
    header[TAR_TYPE] = type;
    if (link.len > 0) {
        memcpy(header + TAR_LINK, link.ptr, (size_t)link.len);
    }
    memcpy(header + TAR_MAGIC,
           "ustar\0"
           "00",
           8);
    tar_set_checksum(header);
    isize at = b->len;
    strbuf_add(b, (Str){header, TAR_MAKER_BLOCK});
    strbuf_add(b, content);
    tar_add_padding(b);
    return at;
}

/* "LEN key=value\n" */
static inline Str pax_record(Arena *a, Str key, Str value)
{
    isize rest = key.len + value.len + 3;
    isize len = rest + 1;
    while (str_format(a, "%td", len).len + rest != len) {
        len++;
    }
    return str_format(a, "%td %.*s=%.*s\n", len, STR_ARG(key), STR_ARG(value));
}

static inline isize tar_add_pax(StrBuf *b, char type, Str records)
{
    return tar_add(b, type, S("pax"), (Str){0}, records);
}

/* 'L' or 'K' of GNU tar. */
static inline isize tar_add_gnu(Arena *scratch, StrBuf *b, char type, Str text)
{
    isize at = tar_add(b, type, S("././@LongLink"), (Str){0}, str_concat(scratch, text, S("\0")));
    memcpy(b->ptr + at + TAR_MAGIC, "ustar  ", 8);
    tar_set_checksum(b->ptr + at);
    return at;
}

static inline Str tar_finish(StrBuf *b)
{
    static const char zeros[2 * TAR_MAKER_BLOCK];
    strbuf_add(b, (Str){zeros, 2 * TAR_MAKER_BLOCK});
    return strbuf_str(b);
}

#endif
