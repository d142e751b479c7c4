#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/reader.h"
#include "support/assert_str.h"

static const Str bytes = STR_CONST("\x01\x82\x03\x04\x05\x06\x07\x88\x09");

static void test_reads_both_byte_orders(void **state)
{
    (void)state;
    Reader r = reader_init(bytes);
    assert_int_equal(reader_u8(&r), 0x01);
    assert_int_equal(reader_u8(&r), 0x82);
    r = reader_init(bytes);
    assert_int_equal(reader_u16le(&r), 0x8201);
    assert_int_equal(reader_u16le(&r), 0x0403);
    r = reader_init(bytes);
    assert_int_equal(reader_u16be(&r), 0x0182);
    r = reader_init(bytes);
    assert_int_equal(reader_u32le(&r), 0x04038201u);
    r = reader_init(bytes);
    assert_int_equal(reader_u32be(&r), 0x01820304u);
    r = reader_init(bytes);
    assert_true(reader_u64le(&r) == 0x8807060504038201u);
    r = reader_init(bytes);
    assert_true(reader_u64be(&r) == 0x0182030405060788u);
    assert_false(r.is_failed);
    assert_str(r.rest, S("\x09"));
}

static void test_gives_parts_of_its_own_bytes(void **state)
{
    (void)state;
    Reader r = reader_init(bytes);
    reader_skip(&r, 2);
    Str part = reader_bytes(&r, 3);
    assert_ptr_equal(part.ptr, bytes.ptr + 2);
    assert_int_equal(part.len, 3);
    assert_int_equal(reader_bytes(&r, 0).len, 0);
    assert_int_equal(reader_bytes(&r, 4).len, 4);
    assert_int_equal(r.rest.len, 0);
    assert_false(r.is_failed);
}

/* Each way of reading n bytes, of which one is missing. */
static void read_too_much(Reader *r, isize n)
{
    switch (n) {
    case 1:
        assert_int_equal(reader_u8(r), 0);
        break;
    case 2:
        assert_int_equal(reader_u16le(r), 0);
        break;
    case 4:
        assert_int_equal(reader_u32be(r), 0);
        break;
    case 8:
        assert_true(reader_u64le(r) == 0);
        break;
    default:
        assert_int_equal(reader_bytes(r, n).len, 0);
        break;
    }
}

static void test_failure_is_for_good(void **state)
{
    (void)state;
    const isize lens[] = {1, 2, 3, 4, 8};
    for (isize i = 0; i < COUNT_OF(lens); i++) {
        Reader r = reader_init(str_to(bytes, lens[i] - 1));
        read_too_much(&r, lens[i]);
        assert_true(r.is_failed);
        assert_int_equal(r.rest.len, 0);
        assert_int_equal(reader_u8(&r), 0);
        assert_int_equal(reader_bytes(&r, 0).len, 0);
        assert_true(r.is_failed);
    }
}

static void test_refuses_negative_lengths(void **state)
{
    (void)state;
    Reader r = reader_init(bytes);
    assert_int_equal(reader_bytes(&r, -1).len, 0);
    assert_true(r.is_failed);
    r = reader_init(bytes);
    reader_skip(&r, -1);
    assert_true(r.is_failed);
    r = reader_init((Str){0});
    assert_int_equal(reader_bytes(&r, 0).len, 0);
    assert_false(r.is_failed);
    reader_skip(&r, ISIZE_MAX);
    assert_true(r.is_failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_both_byte_orders),
        cmocka_unit_test(test_gives_parts_of_its_own_bytes),
        cmocka_unit_test(test_failure_is_for_good),
        cmocka_unit_test(test_refuses_negative_lengths),
    };
    return cmocka_run_group_tests_name("format/reader", tests, NULL, NULL);
}
