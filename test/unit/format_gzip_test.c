#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/panic.h"
#include "base/strbuf.h"
#include "format/gzip.h"
#include "support/assert_str.h"

#include <zlib.h>

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

static Str make_gzip(Arena *a, Str content)
{
    z_stream z = {0};
    int result = deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    ASSERT(result == Z_OK);
    isize cap = content.len + content.len / 100 + 100;
    char *out = ARENA_ARRAY(a, char, cap);
    z.next_in = (Bytef *)content.ptr;
    z.avail_in = (uInt)content.len;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)cap;
    result = deflate(&z, Z_FINISH);
    ASSERT(result == Z_STREAM_END);
    isize len = cap - (isize)z.avail_out;
    deflateEnd(&z);
    return (Str){out, len};
}

static Str make_content(Arena *a, isize len)
{
    char *content = ARENA_ARRAY(a, char, len);
    uint32_t noise = 1;
    for (isize i = 0; i < len; i++) {
        noise = noise * 1103515245u + 12345u;
        content[i] = (char)(i % 3000 < 2000 ? 'a' + i % 7 : (int)(noise >> 24));
    }
    return (Str){content, len};
}

typedef struct {
    Str rest;
    isize step; /* bytes given at a time */
    bool is_broken;
} Drops;

static bool read_drops(void *context, void *buf, isize cap, isize *ret_n, Err *err)
{
    Drops *drops = context;
    if (drops->is_broken && drops->rest.len == 0) {
        return FAIL(err, ERR_NET, "the connection broke");
    }
    ByteSource whole = byte_source_of_str(&drops->rest);
    return whole.read(whole.context, buf, MIN(cap, drops->step), ret_n, err);
}

/* Unpacks all of it, reading and writing so many bytes at a time. */
static bool gunzip(Arena *a, Drops drops, isize cap, int64_t max_len, Str *ret, Err *err)
{
    GzipReader *gzip = gzip_new(a, (ByteSource){read_drops, &drops}, max_len);
    ByteSource source = gzip_source(gzip);
    StrBuf all = strbuf_init(a);
    char buf[4096];
    for (isize n = 1; n > 0;) {
        if (!source.read(source.context, buf, cap, &n, err)) {
            return false;
        }
        strbuf_add(&all, (Str){buf, n});
    }
    *ret = strbuf_str(&all);
    return true;
}

static bool gunzip_whole(Arena *a, Str packed, Str *ret, Err *err)
{
    return gunzip(a, (Drops){packed, 4096, false}, 4096, MIB, ret, err);
}

static void test_unpacks_in_steps_of_any_size(void **state)
{
    (void)state;
    const isize lens[] = {0, 1, 5000, 100000};
    const isize steps[] = {1, 7, 4096};
    for (isize i = 0; i < COUNT_OF(lens); i++) {
        Arena a = arena;
        Str content = make_content(&a, lens[i]);
        Str packed = make_gzip(&a, content);
        for (isize j = 0; j < COUNT_OF(steps) * COUNT_OF(steps); j++) {
            Arena scratch = a;
            Err err;
            Str got;
            Drops drops = {packed, steps[j / 3], false};
            assert_true(gunzip(&scratch, drops, steps[j % 3], MIB, &got, &err));
            assert_true(str_eq(got, content));
        }
    }
}

static void test_members_follow_each_other(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    Str got;
    Str packed = str_concat(&a, make_gzip(&a, S("one ")), make_gzip(&a, S("")));
    packed = str_concat(&a, packed, make_gzip(&a, S("two")));
    for (isize step = 1; step < 60; step++) {
        Arena scratch = a;
        assert_true(gunzip(&scratch, (Drops){packed, step, false}, 4096, MIB, &got, &err));
        assert_str(got, S("one two"));
    }
}

static void test_reads_on_at_the_end(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    Str packed = make_gzip(&a, S("x"));
    GzipReader *gzip = gzip_new(&a, byte_source_of_str(&packed), 1);
    char buf[8];
    isize n;
    assert_true(gzip_read(gzip, buf, 8, &n, &err));
    assert_int_equal(n, 1);
    for (int i = 0; i < 3; i++) {
        assert_true(gzip_read(gzip, buf, 8, &n, &err));
        assert_int_equal(n, 0);
    }
}

static void test_rejects_what_is_no_gzip(void **state)
{
    (void)state;
    const Str rows[] = {S("PK\3\4 this is a zip"), S("<html>404</html>"), S("\x1f\x8c\x08\x00")};
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena;
        Err err;
        Str got;
        assert_false(gunzip_whole(&a, rows[i], &got, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        assert_string_equal(err.text, "this is not gzip data");
    }
}

static void test_rejects_what_follows(void **state)
{
    (void)state;
    const Str garbage[] = {S("\0\0\0\0"), S("garbage"), S("\x1f"), S("\x1f\x8b\x08\x00\x00")};
    for (isize i = 0; i < COUNT_OF(garbage); i++) {
        Arena a = arena;
        Err err;
        Str got;
        Str packed = str_concat(&a, make_gzip(&a, S("content")), garbage[i]);
        assert_false(gunzip_whole(&a, packed, &got, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
    }
}

static void test_rejects_every_truncation(void **state)
{
    (void)state;
    Arena a = arena;
    Str packed = make_gzip(&a, make_content(&a, 2500));
    for (isize len = 0; len < packed.len; len++) {
        Arena scratch = a;
        Err err;
        Str got;
        assert_false(gunzip_whole(&scratch, str_to(packed, len), &got, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        assert_string_equal(err.text, "the gzip data is cut off");
    }
}

/* A flipped bit is seen, or it is one that says nothing of the content: whether it is text (1 bit),
 * time and system (48), and what fills up the last byte of the deflate stream (at most 7). */
static void test_flipped_bits_never_change_the_content(void **state)
{
    (void)state;
    Arena a = arena;
    Str content = make_content(&a, 600);
    Str packed = make_gzip(&a, content);
    isize n_unseen = 0;
    for (isize bit = 0; bit < packed.len * 8; bit++) {
        Arena scratch = a;
        Err err;
        Str got;
        char *copy = (char *)str_copy(&scratch, packed).ptr;
        copy[bit / 8] ^= (char)(1 << bit % 8);
        if (gunzip_whole(&scratch, (Str){copy, packed.len}, &got, &err)) {
            assert_true(str_eq(got, content));
            n_unseen++;
        }
    }
    assert_true(n_unseen >= 49 && n_unseen <= 49 + 7);
}

static void test_holds_the_limit(void **state)
{
    (void)state;
    Arena a = arena;
    Str content = make_content(&a, 5000);
    Str packed = str_concat(&a, make_gzip(&a, content), make_gzip(&a, S("")));
    for (isize cap = 1; cap <= 4096; cap *= 64) {
        Arena scratch = a;
        Err err;
        Str got;
        Drops drops = {packed, 100, false};
        assert_true(gunzip(&scratch, drops, cap, 5000, &got, &err));
        assert_true(str_eq(got, content));
        assert_false(gunzip(&scratch, drops, cap, 4999, &got, &err));
        assert_int_equal(err.kind, ERR_LIMIT);
        assert_false(gunzip(&scratch, drops, cap, 0, &got, &err));
        assert_int_equal(err.kind, ERR_LIMIT);
    }
}

static void test_passes_failures_of_the_source_on(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    Str got;
    Str packed = make_gzip(&a, S("content"));
    assert_false(gunzip(&a, (Drops){str_to(packed, 12), 5, true}, 100, MIB, &got, &err));
    assert_int_equal(err.kind, ERR_NET);
}

static void test_packs_and_unpacks_as_a_whole(void **state)
{
    (void)state;
    static const isize lengths[] = {0, 1, 1000, 300000};
    for (isize i = 0; i < COUNT_OF(lengths); i++) {
        Err err;
        Str back, content = make_content(&arena, lengths[i]);
        Str packed = gzip_pack(&arena, content);
        assert_true(gzip_unpack(&arena, packed, content.len, &back, &err));
        assert_str(back, content);
        Drops drops = {.rest = packed, .step = 1000};
        assert_true(gunzip(&arena, drops, 4096, content.len, &back, &err));
        assert_str(back, content);
    }
}

static void test_refuses_what_is_not_one_whole_member(void **state)
{
    (void)state;
    Err err;
    Str back, content = make_content(&arena, 5000);
    Str packed = gzip_pack(&arena, content);
    for (isize len = 0; len < packed.len; len++) {
        assert_false(gzip_unpack(&arena, str_to(packed, len), MIB, &back, &err));
    }
    assert_false(gzip_unpack(&arena, str_concat(&arena, packed, S("x")), MIB, &back, &err));
    assert_false(gzip_unpack(&arena, str_concat(&arena, packed, packed), MIB, &back, &err));
    char *flipped = (char *)str_copy(&arena, packed).ptr;
    for (isize i = 10; i < packed.len; i++) {
        flipped[i] ^= 1;
        bool ok = gzip_unpack(&arena, (Str){flipped, packed.len}, MIB, &back, &err);
        assert_false(ok);
        flipped[i] ^= 1;
    }
}

static void test_a_whole_member_may_be_too_long(void **state)
{
    (void)state;
    Err err;
    Str back, packed = gzip_pack(&arena, make_content(&arena, 5000));
    assert_false(gzip_unpack(&arena, packed, 4999, &back, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unpacks_in_steps_of_any_size),
        cmocka_unit_test(test_members_follow_each_other),
        cmocka_unit_test(test_reads_on_at_the_end),
        cmocka_unit_test(test_rejects_what_is_no_gzip),
        cmocka_unit_test(test_rejects_what_follows),
        cmocka_unit_test(test_rejects_every_truncation),
        cmocka_unit_test(test_flipped_bits_never_change_the_content),
        cmocka_unit_test(test_holds_the_limit),
        cmocka_unit_test(test_passes_failures_of_the_source_on),
        cmocka_unit_test(test_packs_and_unpacks_as_a_whole),
        cmocka_unit_test(test_refuses_what_is_not_one_whole_member),
        cmocka_unit_test(test_a_whole_member_may_be_too_long),
    };
    return cmocka_run_group_tests_name("format/gzip", tests, make_arena, drop_arena);
}
