#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "archive_maker.h"
#include "base/vec.h"
#include "format/tar.h"
#include "support/assert_str.h"

static Arena arena;

static int make_arena(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    return 0;
}

static int drop_arena(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

typedef struct {
    TarEntry entry; /* its texts copied */
    Str content;
} Read;

typedef struct {
    Read *ptr;
    isize len, cap;
} Reads;

/* Reads a whole archive, so many bytes at a time. */
static bool read_tar(Arena *a, Str archive, isize cap, Reads *ret, Err *err)
{
    TarReader *tar = tar_new(a, byte_source_of_str(&archive));
    Reads reads = {0};
    TarEntry e;
    TarOutcome outcome;
    while ((outcome = tar_next(tar, &e, err)) == TAR_ENTRY) {
        StrBuf content = strbuf_init(a);
        char buf[4096];
        for (isize n = 1; n > 0;) {
            if (!tar_read(tar, buf, cap, &n, err)) {
                return false;
            }
            strbuf_add(&content, (Str){buf, n});
        }
        e.name = str_copy(a, e.name);
        e.link = str_copy(a, e.link);
        *VEC_PUSH(a, &reads) = (Read){e, strbuf_str(&content)};
    }
    if (outcome == TAR_END) {
        assert_int_equal(archive.len, 0);
        assert_int_equal(tar_next(tar, &e, err), TAR_END);
        *ret = reads;
    }
    return outcome == TAR_END;
}

static bool read_whole(Arena *a, Str archive, Reads *ret, Err *err)
{
    return read_tar(a, archive, 4096, ret, err);
}

static void assert_rejected(Arena scratch, Str archive, ErrKind kind, const char *text)
{
    Err err;
    Reads reads;
    if (read_whole(&scratch, archive, &reads, &err)) {
        fail_msg("accepted, though it should say: %s", text);
    }
    assert_string_equal(err.text, text);
    assert_int_equal(err.kind, kind);
}

static Str long_name(Arena *a, isize len)
{
    char *name = ARENA_ARRAY(a, char, len);
    for (isize i = 0; i < len; i++) {
        name[i] = (char)(i % 50 == 49 && i + 1 < len ? '/' : 'a' + i % 26);
    }
    return (Str){name, len};
}

/* -- What it reads -- */

static void test_reads_kinds_sizes_and_contents(void **state)
{
    (void)state;
    Arena a = arena;
    StrBuf b = strbuf_init(&a);
    tar_add(&b, '5', S("go/"), (Str){0}, (Str){0});
    tar_add(&b, '0', S("go/VERSION"), (Str){0}, S("go1.26.8\n"));
    isize at = tar_add(&b, '0', S("go/bin/go"), (Str){0}, S(""));
    tar_set_octal(b.ptr + at + TAR_MODE, 0100755, 8);
    tar_set_checksum(b.ptr + at);
    tar_add(&b, '2', S("go/link"), S("../../etc/passwd"), (Str){0});
    tar_add(&b, '1', S("go/hard"), S("go/VERSION"), (Str){0});
    tar_add(&b, '3', S("go/tty"), (Str){0}, (Str){0});
    tar_add(&b, '\0', S("go/old"), (Str){0}, long_name(&a, 1500));
    Str archive = tar_finish(&b);
    const struct {
        Str name;
        TarKind kind;
        char type;
        uint32_t mode;
        Str link;
        isize len;
    } rows[] = {
        {S("go"), TAR_DIR, '5', 0644, S(""), 0},
        {S("go/VERSION"), TAR_FILE, '0', 0644, S(""), 9},
        {S("go/bin/go"), TAR_FILE, '0', 0755, S(""), 0},
        {S("go/link"), TAR_SYMLINK, '2', 0644, S("../../etc/passwd"), 0},
        {S("go/hard"), TAR_HARDLINK, '1', 0644, S("go/VERSION"), 0},
        {S("go/tty"), TAR_OTHER, '3', 0644, S(""), 0},
        {S("go/old"), TAR_FILE, '\0', 0644, S(""), 1500},
    };
    for (isize cap = 1; cap <= 4096; cap *= 16) {
        Arena scratch = a;
        Err err;
        Reads reads;
        assert_true(read_tar(&scratch, archive, cap, &reads, &err));
        assert_int_equal(reads.len, COUNT_OF(rows));
        for (isize i = 0; i < reads.len; i++) {
            const TarEntry *e = &reads.ptr[i].entry;
            assert_str(e->name, rows[i].name);
            assert_str(e->link, rows[i].link);
            assert_int_equal(e->kind, rows[i].kind);
            assert_int_equal(e->type, rows[i].type);
            assert_int_equal(e->mode, rows[i].mode);
            assert_int_equal(e->size, rows[i].len);
            assert_int_equal(reads.ptr[i].content.len, rows[i].len);
        }
        assert_str(reads.ptr[1].content, S("go1.26.8\n"));
        assert_str(reads.ptr[6].content, long_name(&scratch, 1500));
    }
}

static void test_skips_what_is_not_read(void **state)
{
    (void)state;
    Arena a = arena;
    StrBuf b = strbuf_init(&a);
    tar_add(&b, '0', S("one"), (Str){0}, long_name(&a, 40000));
    tar_add(&b, '0', S("two"), (Str){0}, S("2"));
    Str archive = tar_finish(&b);
    Err err;
    TarEntry e;
    TarReader *tar = tar_new(&a, byte_source_of_str(&archive));
    assert_int_equal(tar_next(tar, &e, &err), TAR_ENTRY);
    assert_int_equal(tar_next(tar, &e, &err), TAR_ENTRY);
    assert_str(e.name, S("two"));
    assert_int_equal(tar_next(tar, &e, &err), TAR_END);
}

static void test_joins_prefix_and_name(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    Reads reads;
    Str full_name = long_name(&a, 100), full_prefix = long_name(&a, 155);
    StrBuf b = strbuf_init(&a);
    isize at = tar_add(&b, '0', full_name, (Str){0}, S("x"));
    memcpy(b.ptr + at + TAR_PREFIX, full_prefix.ptr, 155);
    tar_set_checksum(b.ptr + at);
    assert_true(read_whole(&a, tar_finish(&b), &reads, &err));
    assert_str(reads.ptr[0].entry.name,
               str_concat(&a, str_concat(&a, full_prefix, S("/")), full_name));
}

/* What is a prefix in POSIX means something else there. */
static void test_gnu_headers_have_no_prefix(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    Reads reads;
    StrBuf b = strbuf_init(&a);
    isize at = tar_add(&b, '0', S("name"), (Str){0}, S("x"));
    memcpy(b.ptr + at + TAR_MAGIC, "ustar  ", 8);
    memcpy(b.ptr + at + TAR_PREFIX, "12345670123", 12);
    tar_set_checksum(b.ptr + at);
    assert_true(read_whole(&a, tar_finish(&b), &reads, &err));
    assert_str(reads.ptr[0].entry.name, S("name"));
}

static void test_reads_pax_and_gnu_names(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    Reads reads;
    Str name = long_name(&a, 1000), link = long_name(&a, TAR_MAX_PATH);
    StrBuf b = strbuf_init(&a), records = strbuf_init(&a);
    tar_add_pax(&b, 'g', pax_record(&a, S("comment"), S("0123456789abcdef")));
    strbuf_add(&records, pax_record(&a, S("mtime"), S("1.5")));
    strbuf_add(&records, pax_record(&a, S("path"), name));
    strbuf_add(&records, pax_record(&a, S("linkpath"), link));
    tar_add_pax(&b, 'x', strbuf_str(&records));
    tar_add(&b, '2', S("short"), S("short"), (Str){0});
    tar_add_gnu(&a, &b, 'K', link);
    tar_add_gnu(&a, &b, 'L', name);
    tar_add(&b, '2', S("short"), S("short"), (Str){0});
    tar_add(&b, '2', S("after"), S("wards"), (Str){0});
    assert_true(read_whole(&a, tar_finish(&b), &reads, &err));
    assert_int_equal(reads.len, 3);
    for (isize i = 0; i < 2; i++) {
        assert_str(reads.ptr[i].entry.name, name);
        assert_str(reads.ptr[i].entry.link, link);
    }
    assert_str(reads.ptr[2].entry.name, S("after"));
    assert_str(reads.ptr[2].entry.link, S("wards"));
}

static void test_reads_pax_sizes(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    Reads reads;
    StrBuf b = strbuf_init(&a);
    tar_add_pax(&b, 'x', pax_record(&a, S("size"), S("5")));
    isize at = tar_add(&b, '0', S("file"), (Str){0}, S("hello"));
    tar_set_octal(b.ptr + at + TAR_SIZE, 0, 12);
    tar_set_checksum(b.ptr + at);
    assert_true(read_whole(&a, tar_finish(&b), &reads, &err));
    assert_str(reads.ptr[0].content, S("hello"));
}

static void test_gives_dangerous_names_as_they_are(void **state)
{
    (void)state;
    const Str names[] = {S("/etc/passwd"), S("../x"), S("a\\b"), S("/"), S(".")};
    for (isize i = 0; i < COUNT_OF(names); i++) {
        Arena a = arena;
        Err err;
        Reads reads;
        StrBuf b = strbuf_init(&a);
        tar_add(&b, '5', names[i], (Str){0}, (Str){0});
        assert_true(read_whole(&a, tar_finish(&b), &reads, &err));
        assert_str(reads.ptr[0].entry.name, names[i]);
    }
}

static void test_takes_zeros_up_to_the_end(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    Reads reads;
    StrBuf b = strbuf_init(&a);
    tar_add(&b, '0', S("file"), (Str){0}, S("x"));
    tar_finish(&b);
    for (int i = 0; i < 40; i++) {
        tar_finish(&b);
    }
    assert_true(read_whole(&a, strbuf_str(&b), &reads, &err));
    assert_int_equal(reads.len, 1);
}

/* -- What it refuses -- */

/* An archive of one file, whose header a test then breaks. */
static StrBuf one_file(Arena *a)
{
    StrBuf b = strbuf_init(a);
    tar_add(&b, '0', S("file"), (Str){0}, S("content"));
    tar_finish(&b);
    return b;
}

static void test_rejects_every_truncation(void **state)
{
    (void)state;
    Arena a = arena;
    StrBuf b = strbuf_init(&a);
    tar_add_pax(&b, 'x', pax_record(&a, S("path"), S("longer")));
    tar_add(&b, '0', S("file"), (Str){0}, S("content"));
    Str archive = tar_finish(&b);
    for (isize len = 0; len < archive.len; len++) {
        assert_rejected(a, str_to(archive, len), ERR_FORMAT, "the tar archive is cut off");
    }
}

static void test_rejects_every_flipped_bit_of_a_header(void **state)
{
    (void)state;
    for (isize bit = 0; bit < 8 * TAR_MAKER_BLOCK; bit++) {
        Arena a = arena;
        Err err;
        Reads reads;
        StrBuf b = one_file(&a);
        b.ptr[bit / 8] ^= (char)(1 << bit % 8);
        bool ok = read_whole(&a, strbuf_str(&b), &reads, &err);
        /* A checksum may be written in two ways: zeros before it or spaces, a NUL or a space after.
         */
        isize at = bit / 8 - TAR_CHECKSUM;
        assert_true(!ok || at == 0 || at == 6 || at == 7);
        assert_true(ok || err.kind == ERR_FORMAT);
    }
}

static void test_rejects_broken_headers(void **state)
{
    (void)state;
    const struct {
        isize at;
        Str bytes;
        const char *text;
    } rows[] = {
        {TAR_MAGIC, S("USTAR"), "this is no tar header (ustar, pax or GNU)"},
        {TAR_MAGIC, S("\0\0\0\0\0\0\0\0"), "this is no tar header (ustar, pax or GNU)"},
        {TAR_SIZE, S("0000000x007"), "mode or size in a tar header is no octal number"},
        {TAR_SIZE, S("            "), "mode or size in a tar header is no octal number"},
        {TAR_SIZE, S("-0000000007"), "mode or size in a tar header is no octal number"},
        {TAR_SIZE, S("7 7"), "mode or size in a tar header is no octal number"},
        {TAR_SIZE, S("\x80\0\0\0\0\0\0\0\0\0\0\7"),
         "mode or size in a tar header is no octal number"},
        {TAR_MODE, S("0000648"), "mode or size in a tar header is no octal number"},
        {TAR_NAME, S("\0\0\0\0"), "a tar entry has no name"},
        {TAR_NAME, S("fil/"), "'fil/' is a file by its type and a folder by its name"},
        {TAR_TYPE, S("5"), "'file' has 7 bytes of content, but is no file"},
        {TAR_TYPE, S("1"),
         "a name in the tar archive is empty, holds a NUL, or has more than "
         "4096 bytes"},
        {TAR_TYPE, S("S"), "the tar archive holds a sparse file"},
        {TAR_SIZE, S("77777777777"), "with 'file' the tar archive has more than 1073741824 bytes"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena;
        Err err;
        Reads reads;
        StrBuf b = one_file(&a);
        memcpy(b.ptr + rows[i].at, rows[i].bytes.ptr, (size_t)rows[i].bytes.len);
        tar_set_checksum(b.ptr);
        assert_false(read_whole(&a, strbuf_str(&b), &reads, &err));
        assert_string_equal(err.text, rows[i].text);
    }
}

static void test_rejects_a_wrong_checksum(void **state)
{
    (void)state;
    Arena a = arena;
    StrBuf b = one_file(&a);
    b.ptr[0] = 'F';
    assert_rejected(a, strbuf_str(&b), ERR_FORMAT, "the checksum of a tar header does not hold");
}

static void test_rejects_what_follows_the_end(void **state)
{
    (void)state;
    const char *text = "something follows the end of the tar archive";
    Arena a = arena;
    StrBuf b = one_file(&a);
    isize end = b.len;
    tar_add(&b, '0', S("hidden"), (Str){0}, (Str){0});
    assert_rejected(a, strbuf_str(&b), ERR_FORMAT, text);
    strbuf_truncate(&b, end);
    strbuf_add(&b, S("x"));
    assert_rejected(a, strbuf_str(&b), ERR_FORMAT, text);
    strbuf_truncate(&b, end);
    b.ptr[end - 1] = 'x'; /* in the second of the two zero blocks */
    assert_rejected(a, strbuf_str(&b), ERR_FORMAT, text);
}

static void test_rejects_broken_pax_records(void **state)
{
    (void)state;
    const struct {
        Str records;
        const char *text;
    } rows[] = {
        {S("x"), "a pax record of the tar archive has a wrong length"},
        {S("11 path=abc\n"), "a pax record of the tar archive has a wrong length"},
        {S("99 path=abc\n"), "a pax record of the tar archive has a wrong length"},
        {S("012 path=abc\n"), "a pax record of the tar archive has a wrong length"},
        {S("-1 path=abc\n"), "a pax record of the tar archive has a wrong length"},
        {S("3 \n"), "a pax record of the tar archive has no key"},
        {S("2 \n"), "a pax record of the tar archive has a wrong length"},
        {S("7 path\n"), "a pax record of the tar archive has no key"},
        {S("8 path\n\n"), "a pax record of the tar archive has no key"},
        {S("8 =path\n"), "a pax record of the tar archive has no key"},
        {S("8 path=\n"), "a name in the tar archive is empty, holds a NUL, or has more than "
                         "4096 bytes"},
        {S("11 path=a\0\n"), "a name in the tar archive is empty, holds a NUL, or has more than "
                             "4096 bytes"},
        {S("10 path=a\n10 path=b\n"), "a tar entry has two long names"},
        {S("10 size=x\n"), "the size in a pax header is no number, or is there twice"},
        {S("11 size=-7\n"), "the size in a pax header is no number, or is there twice"},
        {S("10 size=7\n10 size=7\n"), "the size in a pax header is no number, or is there twice"},
        {S("10 size=8\n"), "'file' has two sizes in the tar archive, 7 and 8"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena;
        StrBuf b = strbuf_init(&a);
        tar_add_pax(&b, 'x', rows[i].records);
        tar_add(&b, '0', S("file"), (Str){0}, S("content"));
        assert_rejected(a, tar_finish(&b), ERR_FORMAT, rows[i].text);
    }
}

static void test_rejects_sparse_files(void **state)
{
    (void)state;
    Arena a = arena;
    StrBuf b = strbuf_init(&a);
    tar_add_pax(&b, 'x', pax_record(&a, S("GNU.sparse.major"), S("1")));
    tar_add(&b, '0', S("file"), (Str){0}, S("content"));
    assert_rejected(a, tar_finish(&b), ERR_UNSUPPORTED, "the tar archive holds a sparse file");
}

/* One reader takes the first name, another the second: so none is taken. */
static void test_rejects_names_from_two_headers(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        Arena a = arena;
        Str pax = pax_record(&a, S("path"), S("one"));
        StrBuf b = strbuf_init(&a);
        if (i < 2) {
            tar_add_pax(&b, 'x', pax);
        } else {
            tar_add_gnu(&a, &b, 'L', S("one"));
        }
        if (i % 2 == 0) {
            tar_add_pax(&b, 'x', pax);
        } else {
            tar_add_gnu(&a, &b, 'L', S("two"));
        }
        tar_add(&b, '0', S("file"), (Str){0}, S("content"));
        assert_rejected(a, tar_finish(&b), ERR_FORMAT,
                        i == 3 ? "a tar entry has two long names"
                               : "a tar entry has several extended headers");
    }
}

static void test_rejects_global_names_and_sizes(void **state)
{
    (void)state;
    const Str keys[] = {S("path"), S("linkpath"), S("size")};
    for (isize i = 0; i < COUNT_OF(keys); i++) {
        Arena a = arena;
        StrBuf b = strbuf_init(&a);
        tar_add_pax(&b, 'g', pax_record(&a, keys[i], S("7")));
        tar_add(&b, '0', S("file"), (Str){0}, S("content"));
        assert_rejected(a, tar_finish(&b), ERR_UNSUPPORTED,
                        "a global pax header gives all entries one name or size");
    }
}

static void test_rejects_extended_headers_of_nothing(void **state)
{
    (void)state;
    Arena a = arena;
    StrBuf b = strbuf_init(&a);
    tar_add(&b, '0', S("file"), (Str){0}, S("content"));
    tar_add_pax(&b, 'x', pax_record(&a, S("path"), S("one")));
    assert_rejected(a, tar_finish(&b), ERR_FORMAT, "the tar archive ends after an extended header");
}

static void test_holds_its_limits(void **state)
{
    (void)state;
    Arena a = arena;
    StrBuf b = strbuf_init(&a);
    tar_add_gnu(&a, &b, 'L', long_name(&a, TAR_MAX_PATH + 1));
    tar_add(&b, '0', S("file"), (Str){0}, S("content"));
    assert_rejected(a, tar_finish(&b), ERR_FORMAT,
                    "a name in the tar archive is empty, holds a NUL, "
                    "or has more than 4096 bytes");
    strbuf_truncate(&b, 0);
    tar_add_pax(&b, 'x', pax_record(&a, S("comment"), long_name(&a, TAR_MAX_PAX)));
    assert_rejected(a, tar_finish(&b), ERR_LIMIT,
                    "an extended tar header has 65551 bytes, at most 65536 are read");
}

typedef struct {
    char header[TAR_MAKER_BLOCK];
    isize n_left, at;
} Endless;

/* The same header again and again, never kept in memory. */
static bool read_headers(void *context, void *buf, isize cap, isize *ret_n, Err *err)
{
    (void)err;
    Endless *source = context;
    isize n = MIN(cap, TAR_MAKER_BLOCK - source->at);
    n = source->n_left == 0 ? 0 : n;
    memcpy(buf, source->header + source->at, (size_t)n);
    source->at = (source->at + n) % TAR_MAKER_BLOCK;
    source->n_left -= source->at == 0 && n > 0;
    *ret_n = n;
    return true;
}

static void test_rejects_too_many_entries(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    TarEntry e;
    Endless source = {.n_left = TAR_MAX_ENTRIES + 1};
    StrBuf b = strbuf_init(&a);
    tar_add(&b, '5', S("dir"), (Str){0}, (Str){0});
    memcpy(source.header, b.ptr, TAR_MAKER_BLOCK);
    TarReader *tar = tar_new(&a, (ByteSource){read_headers, &source});
    for (isize i = 0; i < TAR_MAX_ENTRIES; i++) {
        assert_int_equal(tar_next(tar, &e, &err), TAR_ENTRY);
    }
    assert_int_equal(tar_next(tar, &e, &err), TAR_FAILED);
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_string_equal(err.text, "the tar archive has more than 200000 entries");
}

static void test_adds_up_the_sizes(void **state)
{
    (void)state;
    Arena a = arena;
    StrBuf b = strbuf_init(&a);
    isize at = tar_add(&b, '0', S("one"), (Str){0}, S("x"));
    at = tar_add(&b, '0', S("two"), (Str){0}, (Str){0});
    tar_set_octal(b.ptr + at + TAR_SIZE, TAR_MAX_TOTAL, 12);
    tar_set_checksum(b.ptr + at);
    assert_rejected(a, strbuf_str(&b), ERR_LIMIT,
                    "with 'two' the tar archive has more than 1073741824 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_kinds_sizes_and_contents),
        cmocka_unit_test(test_skips_what_is_not_read),
        cmocka_unit_test(test_joins_prefix_and_name),
        cmocka_unit_test(test_gnu_headers_have_no_prefix),
        cmocka_unit_test(test_reads_pax_and_gnu_names),
        cmocka_unit_test(test_reads_pax_sizes),
        cmocka_unit_test(test_gives_dangerous_names_as_they_are),
        cmocka_unit_test(test_takes_zeros_up_to_the_end),
        cmocka_unit_test(test_rejects_every_truncation),
        cmocka_unit_test(test_rejects_every_flipped_bit_of_a_header),
        cmocka_unit_test(test_rejects_broken_headers),
        cmocka_unit_test(test_rejects_a_wrong_checksum),
        cmocka_unit_test(test_rejects_what_follows_the_end),
        cmocka_unit_test(test_rejects_broken_pax_records),
        cmocka_unit_test(test_rejects_sparse_files),
        cmocka_unit_test(test_rejects_names_from_two_headers),
        cmocka_unit_test(test_rejects_global_names_and_sizes),
        cmocka_unit_test(test_rejects_extended_headers_of_nothing),
        cmocka_unit_test(test_holds_its_limits),
        cmocka_unit_test(test_rejects_too_many_entries),
        cmocka_unit_test(test_adds_up_the_sizes),
    };
    return cmocka_run_group_tests_name("format/tar", tests, make_arena, drop_arena);
}
