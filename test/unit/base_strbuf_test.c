#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "support/fixture.h"

#include <signal.h>
#include <stdio.h>

static void test_empty_buffer_gives_the_empty_string(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StrBuf b = strbuf_init(&a);
    assert_int_equal(strbuf_str(&b).len, 0);
    strbuf_add(&b, (Str){0});
    strbuf_add_format(&b, "%s", "");
    assert_int_equal(strbuf_str(&b).len, 0);
    arena_done(&a);
}

static void test_collects_bytes_strings_and_formats(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StrBuf b = strbuf_init(&a);
    strbuf_add(&b, S("a\0b"));
    strbuf_add_byte(&b, '/');
    strbuf_add_format(&b, "%d%%", 42);
    assert_true(str_eq(strbuf_str(&b), S("a\0b/42%")));
    arena_done(&a);
}

/* Other blocks come between, so that growth has to copy at times. */
static void test_keeps_its_content_while_growing(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StrBuf b = strbuf_init(&a);
    for (int i = 0; i < 100000; i++) {
        if (i % 3 == 0) {
            strbuf_add_format(&b, "%06d,", i);
        } else {
            strbuf_add(&b, S("______"));
            strbuf_add_byte(&b, ',');
        }
        if (i % 977 == 0) {
            memset(arena_alloc(&a, 100, 1, 1), 'X', 100);
        }
    }
    Str all = strbuf_str(&b);
    assert_int_equal(all.len, 700000);
    for (int i = 0; i < 100000; i++) {
        char expected[8] = "______,";
        if (i % 3 == 0) {
            snprintf(expected, sizeof(expected), "%06d,", i);
        }
        assert_memory_equal(all.ptr + i * 7, expected, 7);
    }
    arena_done(&a);
}

static void test_adds_its_own_text(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StrBuf b = strbuf_init(&a);
    strbuf_add(&b, S("0123456789abcdef"));
    for (int i = 0; i < 8; i++) {
        strbuf_add(&b, strbuf_str(&b));
    }
    assert_int_equal(b.len, 16 * 256);
    for (isize i = 0; i < b.len; i++) {
        assert_int_equal(b.ptr[i], "0123456789abcdef"[i % 16]);
    }
    arena_done(&a);
}

static void test_cuts_back_and_goes_on(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StrBuf b = strbuf_init(&a);
    strbuf_add(&b, S("path/to"));
    strbuf_truncate(&b, 4);
    strbuf_add(&b, S("-x"));
    assert_true(str_eq(strbuf_str(&b), S("path-x")));
    strbuf_truncate(&b, 0);
    assert_int_equal(strbuf_str(&b).len, 0);
    arena_done(&a);
}

static bool truncate_to(void *context)
{
    Arena a = arena_init(0);
    StrBuf b = strbuf_init(&a);
    strbuf_add(&b, S("abc"));
    strbuf_truncate(&b, *(isize *)context);
    return true;
}

static void test_cutting_to_more_than_there_is_is_a_bug(void **state)
{
    (void)state;
    isize lens[] = {-1, 4, ISIZE_MAX};
    for (isize i = 0; i < COUNT_OF(lens); i++) {
        assert_true(fixture_dies_of(SIGABRT, truncate_to, &lens[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_buffer_gives_the_empty_string),
        cmocka_unit_test(test_collects_bytes_strings_and_formats),
        cmocka_unit_test(test_keeps_its_content_while_growing),
        cmocka_unit_test(test_adds_its_own_text),
        cmocka_unit_test(test_cuts_back_and_goes_on),
        cmocka_unit_test(test_cutting_to_more_than_there_is_is_a_bug),
    };
    return cmocka_run_group_tests_name("base_strbuf", tests, NULL, NULL);
}
