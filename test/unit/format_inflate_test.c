#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "archive_maker.h"
#include "format/inflate.h"
#include "support/assert_str.h"

#include <stdlib.h>

static Inflater inflater;

static int open_inflater(void **state)
{
    (void)state;
    inflater = inflater_open();
    return 0;
}

static int close_inflater(void **state)
{
    (void)state;
    inflater_close(&inflater);
    inflater_close(&inflater);
    return 0;
}

/* Some text that packs well, some noise that does not. */
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

/* inflate_exact with input and output in blocks of their own, so that a byte too far is seen. */
static bool inflate_boxed(Str packed, Str *ret, isize len, Err *err)
{
    char *in = malloc(packed.len > 0 ? (size_t)packed.len : 1);
    char *out = malloc(len > 0 ? (size_t)len : 1);
    ASSERT(in != NULL && out != NULL);
    if (packed.len > 0) {
        memcpy(in, packed.ptr, (size_t)packed.len);
    }
    bool ok = inflate_exact(&inflater, (Str){in, packed.len}, out, len, err);
    if (ok && ret != NULL) {
        ok = str_eq((Str){out, len}, *ret);
    }
    free(in);
    free(out);
    return ok;
}

static void test_unpacks_any_length(void **state)
{
    (void)state;
    Err err;
    const isize lens[] = {0, 1, 2, 100, 5000, 70000};
    for (isize i = 0; i < COUNT_OF(lens); i++) {
        Arena a = arena_init(0);
        Str content = make_content(&a, lens[i]);
        assert_true(inflate_boxed(make_deflated(&a, content), &content, lens[i], &err));
        arena_done(&a);
    }
}

static void test_unpacks_stored_blocks(void **state)
{
    (void)state;
    Err err;
    Str content = S("hello");
    assert_true(inflate_boxed(S("\x01\x05\x00\xfa\xffhello"), &content, 5, &err));
}

static void test_rejects_another_length(void **state)
{
    (void)state;
    Err err;
    Arena a = arena_init(0);
    Str packed = make_deflated(&a, make_content(&a, 5000));
    assert_false(inflate_boxed(packed, NULL, 4999, &err));
    assert_int_equal(err.kind, ERR_FORMAT);
    assert_string_equal(err.text, "unpacks to more than its 4999 bytes");
    assert_false(inflate_boxed(packed, NULL, 5001, &err));
    assert_string_equal(err.text, "unpacks to 5000 bytes, not to its 5001");
    assert_false(inflate_boxed(packed, NULL, 0, &err));
    arena_done(&a);
}

static void test_rejects_bytes_after_the_end(void **state)
{
    (void)state;
    Err err;
    Arena a = arena_init(0);
    Str packed = make_deflated(&a, S("hello"));
    assert_false(inflate_boxed(str_concat(&a, packed, S("\0")), NULL, 5, &err));
    assert_int_equal(err.kind, ERR_FORMAT);
    assert_string_equal(err.text, "1 bytes follow the packed data");
    arena_done(&a);
}

static void test_rejects_every_truncation(void **state)
{
    (void)state;
    Err err;
    Arena a = arena_init(0);
    Str packed = make_deflated(&a, make_content(&a, 2500));
    for (isize len = 0; len < packed.len; len++) {
        assert_false(inflate_boxed(str_to(packed, len), NULL, 2500, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
    }
    arena_done(&a);
}

static void test_survives_every_flipped_bit(void **state)
{
    (void)state;
    Err err;
    Arena a = arena_init(0);
    Str packed = str_copy(&a, make_deflated(&a, make_content(&a, 600)));
    for (isize bit = 0; bit < packed.len * 8; bit++) {
        Arena scratch = a;
        char *copy = (char *)str_copy(&scratch, packed).ptr;
        copy[bit / 8] ^= (char)(1 << bit % 8);
        inflate_boxed((Str){copy, packed.len}, NULL, 600, &err);
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unpacks_any_length),
        cmocka_unit_test(test_unpacks_stored_blocks),
        cmocka_unit_test(test_rejects_another_length),
        cmocka_unit_test(test_rejects_bytes_after_the_end),
        cmocka_unit_test(test_rejects_every_truncation),
        cmocka_unit_test(test_survives_every_flipped_bit),
    };
    return cmocka_run_group_tests_name("format/inflate", tests, open_inflater, close_inflater);
}
