#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "archive_maker.h"
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

/* Three members in all the ways that there are. */
static const ZipMember three[] = {
    {.name = STR_CONST("m/one"), .content = STR_CONST("hello, hello, hello, hello")},
    {.name = STR_CONST("m/two"), .content = STR_CONST("stored"), .is_stored = true},
    {.name = STR_CONST("m/three"),
     .content = STR_CONST("streamed, streamed"),
     .has_descriptor = true,
     .unix_mode = 0100755},
};

/* Opens an archive and reads all of it. */
static bool read_all(Arena *a, Str zip, ZipDirectory *ret, Str *ret_contents, Err *err)
{
    if (!open_zip(a, zip, ret, err)) {
        return false;
    }
    for (isize i = 0; i < ret->len; i++) {
        if (!read_zip(a, zip, &ret->ptr[i], &ret_contents[i], err)) {
            return false;
        }
    }
    return true;
}

/* The text with its frames must hold the words. */
static void assert_rejected(Arena scratch, const ZipMade *z, ErrKind kind, const char *words)
{
    Err err;
    ZipDirectory dir;
    Str contents[ZIP_MAKER_MAX];
    if (read_all(&scratch, zip_made_str(z), &dir, contents, &err)) {
        fail_msg("accepted, though it should say: %s", words);
    }
    Str said = err_format(&scratch, &err);
    if (!str_contains(said, str_from_c(words))) {
        fail_msg("says \"%.*s\", not: %s", STR_ARG(said), words);
    }
    assert_int_equal(err.kind, kind);
}

/* -- What it reads -- */

static void test_reads_members_of_every_form(void **state)
{
    (void)state;
    const Str comments[] = {S(""), S("a comment"), S("with PK\5\6 in it")};
    for (int i = 0; i < 2 * COUNT_OF(comments); i++) {
        Arena a = arena;
        Err err;
        ZipDirectory dir;
        Str contents[3];
        ZipMade z = make_zip(&a, three, 3, i % 2 == 1, comments[i / 2]);
        assert_true(read_all(&a, zip_made_str(&z), &dir, contents, &err));
        assert_int_equal(dir.len, 3);
        assert_int_equal(dir.total, 26 + 6 + 18);
        for (isize j = 0; j < 3; j++) {
            assert_str(dir.ptr[j].name, three[j].name);
            assert_str(contents[j], three[j].content);
            assert_int_equal(dir.ptr[j].len, three[j].content.len);
            assert_int_equal(dir.ptr[j].crc32, crc32_of(three[j].content));
            assert_int_equal(dir.ptr[j].kind, ZIP_FILE);
            assert_int_equal(dir.ptr[j].member.from, z.local[j]);
        }
        assert_int_equal(dir.ptr[0].mode, 0);
        assert_int_equal(dir.ptr[2].mode, 0755);
        assert_int_equal(dir.ptr[1].method, 0);
        assert_int_equal(dir.ptr[2].method, 8);
    }
}

static void test_reads_an_empty_archive(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    ZipDirectory dir;
    ZipMade z = make_zip(&a, NULL, 0, false, (Str){0});
    assert_true(open_zip(&a, zip_made_str(&z), &dir, &err));
    assert_int_equal(dir.len, 0);
}

/* A large archive is not needed whole: the ranges that are asked for are enough. */
static void test_asks_for_the_bytes_that_it_needs(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    char *noise = ARENA_ARRAY(&a, char, 300000);
    const ZipMember members[] = {
        {.name = S("a"), .content = {noise, 300000}, .is_stored = true},
        {.name = S("b"), .content = S("after it")},
    };
    ZipMade z = make_zip(&a, members, 2, false, S("comment"));
    ZipRange tail = zip_tail_range(z.len);
    assert_int_equal(tail.from + tail.len, z.len);
    assert_int_equal(tail.len, 65535 + 22 + 20 + 56);
    ZipEnd end;
    assert_true(zip_find_end((Str){z.ptr + tail.from, tail.len}, z.len, &end, &err));
    assert_int_equal(end.n_entries, 2);
    assert_int_equal(end.directory.from, z.directory);
    assert_int_equal(end.directory.len, z.end - z.directory);
    ZipDirectory dir;
    Str content = {0};
    assert_true(open_zip(&a, zip_made_str(&z), &dir, &err));
    assert_true(read_zip(&a, zip_made_str(&z), &dir.ptr[1], &content, &err));
    assert_str(content, S("after it"));
    assert_int_equal(zip_tail_range(10).from, 0);
    assert_int_equal(zip_tail_range(10).len, 10);
    assert_int_equal(zip_tail_range(0).len, 0);
}

static void test_tells_the_kinds_apart(void **state)
{
    (void)state;
    const struct {
        Str name;
        uint32_t unix_mode;
        ZipKind kind;
    } rows[] = {
        {S("file"), 0, ZIP_FILE},           {S("file"), 0100644, ZIP_FILE},
        {S("file"), 0644, ZIP_FILE},        {S("dir/"), 0, ZIP_DIR},
        {S("dir/"), 040755, ZIP_DIR},       {S("dir"), 040755, ZIP_DIR},
        {S("dir/"), 0100644, ZIP_DIR},      {S("link"), 0120777, ZIP_SYMLINK},
        {S("link/"), 0120777, ZIP_SYMLINK}, {S("pipe"), 010644, ZIP_OTHER},
        {S("tty"), 020644, ZIP_OTHER},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena;
        Err err;
        ZipDirectory dir;
        ZipMember member = {.name = rows[i].name, .unix_mode = rows[i].unix_mode};
        ZipMade z = make_zip(&a, &member, 1, false, (Str){0});
        assert_true(open_zip(&a, zip_made_str(&z), &dir, &err));
        assert_int_equal(dir.ptr[0].kind, rows[i].kind);
        assert_int_equal(dir.ptr[0].mode, rows[i].unix_mode & 07777);
    }
}

static void test_knows_folders_of_dos(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    ZipDirectory dir;
    ZipMade z = make_zip(&a, three, 1, false, (Str){0});
    z.ptr[z.central[0] + CENTRAL_ATTRIBUTES] = 0x10;
    assert_true(open_zip(&a, zip_made_str(&z), &dir, &err));
    assert_int_equal(dir.ptr[0].kind, ZIP_DIR);
}

/* The directory's order need not be the order of the members. */
static void test_members_may_stand_in_any_order(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    ZipDirectory dir;
    Str contents[3];
    ZipMember same_names[] = {three[0], three[0]};
    same_names[0].name = S("m/abc");
    ZipMade z = make_zip(&a, same_names, 2, false, (Str){0});
    isize len = z.central[1] - z.central[0];
    char *held = (char *)str_copy(&a, (Str){z.ptr + z.central[0], len}).ptr;
    memmove(z.ptr + z.central[0], z.ptr + z.central[1], (size_t)len);
    memcpy(z.ptr + z.central[1], held, (size_t)len);
    assert_true(read_all(&a, zip_made_str(&z), &dir, contents, &err));
    assert_str(dir.ptr[0].name, S("m/one"));
    assert_int_equal(dir.ptr[1].member.from, 0);
}

/* -- What it refuses -- */

static void test_rejects_every_truncation(void **state)
{
    (void)state;
    for (int is_zip64 = 0; is_zip64 < 2; is_zip64++) {
        Arena a = arena;
        ZipMade z = make_zip(&a, three, 3, is_zip64 == 1, (Str){0});
        for (isize len = 0; len < z.len; len++) {
            ZipMade cut = z;
            cut.len = len;
            assert_rejected(a, &cut, ERR_FORMAT, "it has no end record");
        }
    }
}

/* The same, but where only the beginning is missing. */
static void test_rejects_every_beheading(void **state)
{
    (void)state;
    Arena a = arena;
    ZipMade z = make_zip(&a, three, 3, false, (Str){0});
    for (isize from = 1; from <= z.end; from++) {
        ZipMade cut = {.ptr = z.ptr + from, .len = z.len - from};
        Err err;
        ZipDirectory dir;
        Arena scratch = a;
        assert_false(open_zip(&scratch, zip_made_str(&cut), &dir, &err));
    }
}

static void test_flipped_bits_never_change_name_or_content(void **state)
{
    (void)state;
    for (int is_zip64 = 0; is_zip64 < 2; is_zip64++) {
        Arena a = arena;
        ZipMade z = make_zip(&a, three, 3, is_zip64 == 1, (Str){0});
        isize n_unseen = 0;
        for (isize bit = 0; bit < z.len * 8; bit++) {
            Arena scratch = a;
            Err err;
            ZipDirectory dir;
            Str contents[3];
            z.ptr[bit / 8] ^= (char)(1 << bit % 8);
            if (read_all(&scratch, zip_made_str(&z), &dir, contents, &err)) {
                n_unseen++;
                assert_int_equal(dir.len, 3);
                for (isize i = 0; i < 3; i++) {
                    assert_str(dir.ptr[i].name, three[i].name);
                    assert_str(contents[i], three[i].content);
                }
            }
            z.ptr[bit / 8] ^= (char)(1 << bit % 8);
        }
        /* Versions, times, attributes, and the descriptor, of which only the length counts. */
        assert_true(n_unseen > 0 && n_unseen < 3 * 8 * 40 + 8 * 32);
    }
}

typedef struct {
    isize at; /* within the record */
    isize n;  /* bytes */
    uint64_t value;
    ErrKind kind;
    const char *words;
} Lie;

static void test_rejects_lies_of_the_directory(void **state)
{
    (void)state;
    const Lie rows[] = {
        {0, 1, 'X', ERR_FORMAT, "entry 1 of the zip archive, 'm/one': the directory is damaged"},
        {CENTRAL_FLAGS, 2, 0x1, ERR_UNSUPPORTED, "'m/one': it is encrypted"},
        {CENTRAL_FLAGS, 2, 0x40, ERR_UNSUPPORTED, "it is encrypted"},
        {CENTRAL_FLAGS, 2, 0x2000, ERR_UNSUPPORTED, "it is encrypted"},
        {CENTRAL_FLAGS, 2, 0x20, ERR_UNSUPPORTED, "it has unknown flags, 0x0020"},
        {CENTRAL_FLAGS, 2, 0x800, ERR_FORMAT, "its local header says something else"},
        {CENTRAL_FLAGS, 2, 0x8, ERR_FORMAT, "its local header says something else"},
        {CENTRAL_METHOD, 2, 12, ERR_UNSUPPORTED, "it is packed with method 12"},
        {CENTRAL_METHOD, 2, 0, ERR_FORMAT, "it is stored, but its sizes are"},
        {CENTRAL_CRC, 4, 1, ERR_FORMAT, "its local header says something else"},
        {CENTRAL_PACKED_LEN, 4, 5, ERR_FORMAT, "its local header says something else"},
        {CENTRAL_PACKED_LEN, 4, 500, ERR_FORMAT, "'m/one' overlaps with what follows it"},
        {CENTRAL_PACKED_LEN, 4, 0xfffffffe, ERR_LIMIT, "it has 26 bytes, packed 4294967294"},
        {CENTRAL_PACKED_LEN, 4, 0xffffffff, ERR_FORMAT, "its zip64 field does not hold just what"},
        {CENTRAL_LEN_FIELD, 4, 27, ERR_FORMAT, "its local header says something else"},
        {CENTRAL_LEN_FIELD, 4, 100000, ERR_FORMAT, "100000 bytes cannot have been packed into"},
        {CENTRAL_LEN_FIELD, 4, 0xfffffffe, ERR_LIMIT, "it has 4294967294 bytes"},
        {CENTRAL_NAME_LEN, 2, 0, ERR_FORMAT, "its name has 0 bytes"},
        {CENTRAL_NAME_LEN, 2, 4, ERR_FORMAT, "the directory is damaged there"},
        {CENTRAL_NAME_LEN, 2, 0xffff, ERR_FORMAT, "the directory is damaged there"},
        {CENTRAL_EXTRA_LEN, 2, 1, ERR_FORMAT, "its extra fields are malformed"},
        {CENTRAL_DISK, 2, 1, ERR_UNSUPPORTED, "it lies on another disk"},
        {CENTRAL_OFFSET, 4, 1, ERR_FORMAT, "1 bytes stand before the first member"},
        {CENTRAL_OFFSET, 4, 0x7fffffff, ERR_FORMAT, "it lies behind the directory"},
        {CENTRAL_NAME, 1, 'n', ERR_FORMAT, "its local header says something else"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena;
        ZipMade z = make_zip(&a, three, 3, false, (Str){0});
        put_le(z.ptr + z.central[0] + rows[i].at, rows[i].value, rows[i].n);
        assert_rejected(a, &z, rows[i].kind, rows[i].words);
    }
}

static void test_rejects_lies_of_the_local_header(void **state)
{
    (void)state;
    const char *other = "its local header says something else than the directory";
    const Lie rows[] = {
        {0, 1, 'X', ERR_FORMAT, "there is no local header where the directory says"},
        {LOCAL_FLAGS, 2, 0x8, ERR_FORMAT, other},
        {LOCAL_FLAGS, 2, 0x1, ERR_FORMAT, other},
        {LOCAL_METHOD, 2, 0, ERR_FORMAT, other},
        {LOCAL_CRC, 4, 0, ERR_FORMAT, other},
        {LOCAL_PACKED_LEN, 4, 0, ERR_FORMAT, other},
        {LOCAL_LEN_FIELD, 4, 25, ERR_FORMAT, other},
        {LOCAL_LEN_FIELD, 4, 0xffffffff, ERR_FORMAT, "its zip64 field does not hold just what"},
        {LOCAL_NAME_LEN, 2, 4, ERR_FORMAT, other},
        {LOCAL_NAME_LEN, 2, 0xffff, ERR_FORMAT, "there is no local header"},
        {LOCAL_NAME_LEN + 2, 2, 4, ERR_FORMAT, "its extra fields are malformed"},
        {LOCAL_NAME, 1, 'n', ERR_FORMAT, other},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena;
        ZipMade z = make_zip(&a, three, 3, false, (Str){0});
        put_le(z.ptr + z.local[0] + rows[i].at, rows[i].value, rows[i].n);
        assert_rejected(a, &z, rows[i].kind, rows[i].words);
    }
}

static void test_rejects_lies_of_the_end_record(void **state)
{
    (void)state;
    const Lie rows[] = {
        {0, 1, 'X', ERR_FORMAT, "this is no zip archive, or it is cut off: it has no end record"},
        {END_DISK, 2, 1, ERR_UNSUPPORTED, "the zip archive is one of several parts"},
        {END_HERE, 2, 2, ERR_UNSUPPORTED, "the zip archive is one of several parts"},
        {END_HERE, 4, 0x00020002, ERR_FORMAT, "directory holds more than its 2 entries"},
        {END_HERE, 4, 0x00040004, ERR_FORMAT, "is too short for its 4 entries"},
        {END_HERE, 4, 0x10001000, ERR_FORMAT, "is too short for its 4096 entries"},
        {END_HERE, 4, 0xffffffff, ERR_FORMAT, "is too short for its 65535 entries"},
        {END_DIRECTORY_LEN, 4, 10, ERR_FORMAT, "directory is not where its end record says"},
        {END_DIRECTORY_LEN, 4, 0xffffffff, ERR_FORMAT,
         "directory is not where its end record says"},
        {END_DIRECTORY_OFFSET, 4, 0, ERR_FORMAT, "directory is not where its end record says"},
        {END_COMMENT_LEN, 2, 1, ERR_FORMAT, "it has no end record"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena;
        ZipMade z = make_zip(&a, three, 3, false, (Str){0});
        put_le(z.ptr + z.end + rows[i].at, rows[i].value, rows[i].n);
        assert_rejected(a, &z, rows[i].kind, rows[i].words);
    }
}

static void test_rejects_lies_of_zip64(void **state)
{
    (void)state;
    const char *contradiction = "the end records of the zip archive contradict each other";
    const char *misplaced = "the zip64 end record is not where it should be";
    enum { END64, LOCATOR, END, CENTRAL_EXTRA };
    const struct {
        int record;
        Lie lie;
    } rows[] = {
        {END64, {0, 1, 'X', ERR_FORMAT, misplaced}},
        {END64, {END64_REST_LEN, 8, 45, ERR_FORMAT, misplaced}},
        {END64, {END64_HERE, 8, 4, ERR_UNSUPPORTED, "one of several parts"}},
        {END64, {END64_DIRECTORY_LEN, 8, 1, ERR_FORMAT, "directory is not where"}},
        {END64, {END64_DIRECTORY_OFFSET, 8, UINT64_MAX, ERR_FORMAT, "directory is not where"}},
        {LOCATOR, {LOCATOR_OFFSET, 8, 1, ERR_FORMAT, contradiction}},
        {LOCATOR, {LOCATOR_DISK, 4, 1, ERR_FORMAT, contradiction}},
        {LOCATOR, {LOCATOR_DISKS, 4, 2, ERR_FORMAT, contradiction}},
        {LOCATOR, {0, 1, 'X', ERR_FORMAT, "directory is not where"}},
        {END, {END_TOTAL, 2, 2, ERR_FORMAT, contradiction}},
        {END, {END_DIRECTORY_LEN, 4, 7, ERR_FORMAT, contradiction}},
        {END, {END_DIRECTORY_OFFSET, 4, 7, ERR_FORMAT, contradiction}},
        /* tag, length, then length, packed length and offset of the member */
        {CENTRAL_EXTRA, {0, 2, 2, ERR_FORMAT, "its zip64 field does not hold just what"}},
        {CENTRAL_EXTRA, {2, 2, 23, ERR_FORMAT, "its extra fields are malformed"}},
        {CENTRAL_EXTRA, {4, 8, UINT64_MAX, ERR_LIMIT, "at most 1073741824 are unpacked"}},
        {CENTRAL_EXTRA, {4, 8, 27, ERR_FORMAT, "its local header says something else"}},
        {CENTRAL_EXTRA, {12, 8, UINT64_MAX, ERR_LIMIT, "packed 18446744073709551615"}},
        {CENTRAL_EXTRA, {20, 8, UINT64_MAX, ERR_FORMAT, "it lies behind the directory"}},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena;
        ZipMade z = make_zip(&a, three, 3, true, (Str){0});
        const isize places[] = {z.end64, z.locator, z.end,
                                z.central[0] + CENTRAL_NAME + three[0].name.len};
        put_le(z.ptr + places[rows[i].record] + rows[i].lie.at, rows[i].lie.value, rows[i].lie.n);
        assert_rejected(a, &z, rows[i].lie.kind, rows[i].lie.words);
    }
}

/* A number that needs no zip64 must not be said twice. */
static void test_rejects_a_superfluous_zip64_field(void **state)
{
    (void)state;
    Arena a = arena;
    ZipMade z = make_zip(&a, three, 3, true, (Str){0});
    put_le(z.ptr + z.central[0] + CENTRAL_LEN_FIELD, 26, 4);
    assert_rejected(a, &z, ERR_FORMAT, "its zip64 field does not hold just what is missing");
}

static void test_rejects_too_many_entries(void **state)
{
    (void)state;
    Arena a = arena;
    ZipMade z = make_zip(&a, three, 3, true, (Str){0});
    put_le(z.ptr + z.end64 + END64_HERE, ZIP_MAX_ENTRIES + 1, 8);
    put_le(z.ptr + z.end64 + END64_TOTAL, ZIP_MAX_ENTRIES + 1, 8);
    assert_rejected(a, &z, ERR_LIMIT,
                    "the zip archive has 100001 entries, at most 100000 are read");
}

static void test_rejects_two_ends(void **state)
{
    (void)state;
    Arena a = arena;
    ZipMade inner = make_zip(&a, three, 1, false, (Str){0});
    ZipMade z = make_zip(&a, three, 3, false, (Str){inner.ptr + inner.end, 22});
    assert_rejected(a, &z, ERR_FORMAT, "the zip archive has two ends");
}

/* Made by hand: all members share one kernel of packed data, which then unpacks many times. */
static void test_rejects_overlapping_members(void **state)
{
    (void)state;
    Arena a = arena;
    ZipMember members[] = {three[0], three[0], three[0]};
    ZipMade z = make_zip(&a, members, 3, false, (Str){0});
    put_le(z.ptr + z.central[1] + CENTRAL_OFFSET, 0, 4);
    assert_rejected(a, &z, ERR_FORMAT, "'m/one' overlaps with what follows it in the zip archive");
    z = make_zip(&a, members, 3, false, (Str){0});
    put_le(z.ptr + z.central[2] + CENTRAL_OFFSET, (uint64_t)z.local[1] + 10, 4);
    assert_rejected(a, &z, ERR_FORMAT, "'m/one' overlaps with what follows it in the zip archive");
}

static void test_rejects_bytes_of_no_member(void **state)
{
    (void)state;
    Arena a = arena;
    ZipMade z = make_zip(&a, three, 1, false, (Str){0});
    StrBuf b = strbuf_init(&a);
    for (isize n_extra = 1; n_extra < 200000; n_extra += 66000) {
        strbuf_truncate(&b, 0);
        strbuf_add(&b, str_to(zip_made_str(&z), z.directory));
        for (isize i = 0; i < n_extra; i++) {
            strbuf_add_byte(&b, '?');
        }
        strbuf_add(&b, str_from(zip_made_str(&z), z.directory));
        isize end = z.end + n_extra;
        put_le(b.ptr + end + END_DIRECTORY_OFFSET, (uint64_t)(z.directory + n_extra), 4);
        ZipMade padded = {.ptr = b.ptr, .len = b.len};
        assert_rejected(a, &padded, ERR_FORMAT,
                        n_extra < 65000 ? "its data does not end where the next member begins"
                                        : "bytes after 'm/one' belong to no member");
    }
}

static void test_rejects_a_bomb(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    ZipDirectory dir;
    const isize len = 600 * KIB;
    ZipMember zeros = {.name = S("m/zeros"), .content = {ARENA_ARRAY(&a, char, len), len}};
    ZipMade z = make_zip(&a, &zeros, 1, false, (Str){0});
    Str content;
    assert_true(open_zip(&a, zip_made_str(&z), &dir, &err));
    assert_true(read_zip(&a, zip_made_str(&z), &dir.ptr[0], &content, &err));
    assert_true(dir.ptr[0].len / dir.ptr[0].packed_len > 900);
    /* It cannot be told to be smaller than it is, nor larger than deflate can pack. */
    put_le(z.ptr + z.central[0] + CENTRAL_LEN_FIELD, 100, 4);
    put_le(z.ptr + z.local[0] + LOCAL_LEN_FIELD, 100, 4);
    assert_rejected(a, &z, ERR_FORMAT,
                    "'m/zeros' of the zip archive: unpacks to more than its 100");
    put_le(z.ptr + z.central[0] + CENTRAL_LEN_FIELD, 1 << 29, 4);
    assert_rejected(a, &z, ERR_FORMAT, "536870912 bytes cannot have been packed into");
    arena_done(&a);
}

/* Members that are possible one by one are added up. */
static void test_adds_up_the_sizes(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    const isize len = 600 * KIB;
    ZipMember members[2];
    for (isize i = 0; i < 2; i++) {
        char *noise = ARENA_ARRAY(&a, char, len);
        for (isize j = 0; j < len; j++) {
            noise[j] = (char)(j * j >> 7);
        }
        members[i] = (ZipMember){.name = i == 0 ? S("m/one") : S("m/two"),
                                 .content = {noise, len},
                                 .has_descriptor = true,
                                 .is_stored = true};
    }
    ZipMade z = make_zip(&a, members, 2, false, (Str){0});
    for (isize i = 0; i < 2; i++) {
        put_le(z.ptr + z.central[i] + CENTRAL_METHOD, 8, 2);
        put_le(z.ptr + z.central[i] + CENTRAL_LEN_FIELD, 600 * MIB, 4);
    }
    assert_rejected(a, &z, ERR_LIMIT,
                    "with 'm/two' the zip archive unpacks to more than 1073741824");
    arena_done(&a);
}

static void test_rejects_damaged_content(void **state)
{
    (void)state;
    Arena a = arena;
    ZipMade z = make_zip(&a, three, 3, false, (Str){0});
    z.ptr[z.local[1] + LOCAL_NAME + three[1].name.len] ^= 1;
    assert_rejected(a, &z, ERR_FORMAT, "'m/two' of the zip archive: its content has CRC-32");
}

static void test_rejects_parts_of_another_length(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    ZipMade z = make_zip(&a, three, 3, false, (Str){0});
    Str zip = zip_made_str(&z);
    ZipEnd end;
    ZipDirectory dir;
    assert_false(zip_find_end(str_from(zip, 1), z.len, &end, &err));
    assert_true(zip_find_end(zip, z.len, &end, &err));
    assert_false(zip_read_directory(&a, str_slice(zip, z.directory, z.end - 1), &end, &dir, &err));
    assert_true(zip_read_directory(&a, str_slice(zip, z.directory, z.end), &end, &dir, &err));
    Str packed;
    assert_false(zip_member_data(&dir.ptr[0], str_slice(zip, 0, z.local[1] - 1), &packed, &err));
    assert_int_equal(err.kind, ERR_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_members_of_every_form),
        cmocka_unit_test(test_reads_an_empty_archive),
        cmocka_unit_test(test_asks_for_the_bytes_that_it_needs),
        cmocka_unit_test(test_tells_the_kinds_apart),
        cmocka_unit_test(test_knows_folders_of_dos),
        cmocka_unit_test(test_members_may_stand_in_any_order),
        cmocka_unit_test(test_rejects_every_truncation),
        cmocka_unit_test(test_rejects_every_beheading),
        cmocka_unit_test(test_flipped_bits_never_change_name_or_content),
        cmocka_unit_test(test_rejects_lies_of_the_directory),
        cmocka_unit_test(test_rejects_lies_of_the_local_header),
        cmocka_unit_test(test_rejects_lies_of_the_end_record),
        cmocka_unit_test(test_rejects_lies_of_zip64),
        cmocka_unit_test(test_rejects_a_superfluous_zip64_field),
        cmocka_unit_test(test_rejects_too_many_entries),
        cmocka_unit_test(test_rejects_two_ends),
        cmocka_unit_test(test_rejects_overlapping_members),
        cmocka_unit_test(test_rejects_bytes_of_no_member),
        cmocka_unit_test(test_rejects_a_bomb),
        cmocka_unit_test(test_adds_up_the_sizes),
        cmocka_unit_test(test_rejects_damaged_content),
        cmocka_unit_test(test_rejects_parts_of_another_length),
    };
    return cmocka_run_group_tests_name("format/zip", tests, make_arena, drop_arena);
}
