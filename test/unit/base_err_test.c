#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "support/fixture.h"

#include <errno.h>
#include <signal.h>

static bool fail_inside(Err *err)
{
    return FAIL(err, ERR_LIMIT, "has %d bytes, at most %d are read", 7, 5);
}

static bool fail_outside(Err *err)
{
    return fail_inside(err) || FAIL_IN(err, "reading '%.*s'", STR_ARG(S("go.mod")));
}

static void test_frames_read_from_the_outside_in(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    assert_false(fail_outside(&err));
    assert_false(FAIL_IN(&err, "resolving"));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_int_equal(err.errnum, 0);
    assert_true(str_eq(err_format(&a, &err),
                       S("resolving: reading 'go.mod': has 7 bytes, at most 5 are read")));
    arena_done(&a);
}

static void test_says_what_the_kernel_said(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    errno = ENOSPC;
    assert_false(FAIL_SYS(&err, "writing %d bytes", 3));
    assert_int_equal(err.kind, ERR_IO);
    assert_int_equal(err.errnum, ENOSPC);
    assert_true(str_eq(err_format(&a, &err), S("writing 3 bytes: No space left on device")));
    arena_done(&a);
}

static void test_a_new_error_replaces_the_old_one(void **state)
{
    (void)state;
    Err err;
    errno = EIO;
    FAIL_SYS(&err, "first");
    FAIL_IN(&err, "frame");
    err_hint(&err, "do %s", "this");
    assert_string_equal(err.hint, "do this");
    FAIL(&err, ERR_FORMAT, "second, after %s", err.text);
    assert_string_equal(err.text, "second, after first");
    assert_string_equal(err.hint, "");
    assert_int_equal(err.n_frames, 0);
    assert_int_equal(err.errnum, 0);
}

static void test_bounds_hold_whatever_is_put_in(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    char *long_text = arena_alloc(&a, 100000, 1, 1);
    memset(long_text, 'x', 99999);
    Err err;
    FAIL(&err, ERR_IO, "%s", long_text);
    err_hint(&err, "%s", long_text);
    for (int i = 0; i < 3 * ERR_MAX_FRAMES; i++) {
        FAIL_IN(&err, "%d%s", i, long_text);
    }
    assert_int_equal(strlen(err.text), ERR_MAX_TEXT - 1);
    assert_int_equal(strlen(err.hint), ERR_MAX_HINT - 1);
    assert_int_equal(err.n_frames, ERR_MAX_FRAMES);
    for (int i = 0; i < ERR_MAX_FRAMES; i++) {
        assert_int_equal(strlen(err.frames[i]), ERR_MAX_FRAME - 1);
        assert_int_equal(err.frames[i][0], '0' + i); /* the innermost ones are kept */
    }
    assert_true(err_format(&a, &err).len > ERR_MAX_FRAMES * ERR_MAX_FRAME);
    arena_done(&a);
}

static void test_every_kind_has_its_own_name(void **state)
{
    (void)state;
    for (int i = 0; i < ERR_KIND_COUNT; i++) {
        assert_true(err_kind_name((ErrKind)i).len > 0);
        for (int j = 0; j < i; j++) {
            assert_false(str_eq(err_kind_name((ErrKind)i), err_kind_name((ErrKind)j)));
        }
    }
}

static bool name_no_kind(void *context)
{
    (void)context;
    return err_kind_name(ERR_KIND_COUNT).len > 0;
}

static void test_a_kind_out_of_range_is_a_bug(void **state)
{
    (void)state;
    assert_true(fixture_dies_of(SIGABRT, name_no_kind, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_read_from_the_outside_in),
        cmocka_unit_test(test_says_what_the_kernel_said),
        cmocka_unit_test(test_a_new_error_replaces_the_old_one),
        cmocka_unit_test(test_bounds_hold_whatever_is_put_in),
        cmocka_unit_test(test_every_kind_has_its_own_name),
        cmocka_unit_test(test_a_kind_out_of_range_is_a_bug),
    };
    return cmocka_run_group_tests_name("base_err", tests, NULL, NULL);
}
