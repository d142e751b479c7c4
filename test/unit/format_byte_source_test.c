#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/byte_source.h"
#include "support/assert_str.h"

/* Gives one byte at a time. */
static bool read_drops(void *context, void *buf, isize cap, isize *ret_n, Err *err)
{
    ByteSource whole = byte_source_of_str(context);
    return whole.read(whole.context, buf, MIN(cap, 1), ret_n, err);
}

static bool read_broken(void *context, void *buf, isize cap, isize *ret_n, Err *err)
{
    Str *rest = context;
    if (rest->len == 0) {
        return FAIL(err, ERR_IO, "the disk is gone");
    }
    return read_drops(context, buf, cap, ret_n, err);
}

static void test_fills_from_drops(void **state)
{
    (void)state;
    Err err;
    char buf[8];
    isize n;
    Str rest = S("0123456789");
    ByteSource source = {read_drops, &rest};
    assert_true(byte_source_fill(source, buf, 8, &n, &err));
    assert_str(((Str){buf, n}), S("01234567"));
    assert_true(byte_source_fill(source, buf, 8, &n, &err));
    assert_str(((Str){buf, n}), S("89"));
    assert_true(byte_source_fill(source, buf, 8, &n, &err));
    assert_int_equal(n, 0);
    assert_true(byte_source_fill(source, buf, 0, &n, &err));
}

static void test_passes_failures_on(void **state)
{
    (void)state;
    Err err;
    char buf[8];
    isize n = 77;
    Str rest = S("01");
    assert_false(byte_source_fill((ByteSource){read_broken, &rest}, buf, 8, &n, &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_int_equal(n, 77);
}

static void test_reads_a_string_to_its_end(void **state)
{
    (void)state;
    Err err;
    char buf[3];
    isize n;
    Str rest = S("0123");
    ByteSource source = byte_source_of_str(&rest);
    assert_true(source.read(source.context, buf, 3, &n, &err));
    assert_str(((Str){buf, n}), S("012"));
    assert_str(rest, S("3"));
    assert_true(source.read(source.context, buf, 3, &n, &err));
    assert_int_equal(n, 1);
    assert_true(source.read(source.context, buf, 3, &n, &err));
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fills_from_drops),
        cmocka_unit_test(test_passes_failures_on),
        cmocka_unit_test(test_reads_a_string_to_its_end),
    };
    return cmocka_run_group_tests_name("format/byte_source", tests, NULL, NULL);
}
