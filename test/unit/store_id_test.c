#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/id.h"
#include "support/assert_str.h"
#include "support/fixture.h"

static void test_makes_and_splits_ids(void **state)
{
    (void)state;
    static const struct {
        Str version, platform, h1_hex, id, dashed;
    } cases[] = {
        {STR_CONST("go1.26.8"), STR_CONST("linux/amd64"), STR_CONST(""),
         STR_CONST("go1.26.8.linux-amd64"), STR_CONST("linux-amd64")},
        {STR_CONST("go1.21rc2"), STR_CONST("darwin/arm64"), STR_CONST(""),
         STR_CONST("go1.21rc2.darwin-arm64"), STR_CONST("darwin-arm64")},
        {STR_CONST("go1.26.8"), STR_CONST("linux/arm"),
         STR_CONST("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
         STR_CONST("go1.26.8.linux-arm+x01234567"), STR_CONST("linux-arm")},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Str version, platform;
        Str id = store_id_make(&a, cases[i].version, cases[i].platform, cases[i].h1_hex);
        assert_str(id, cases[i].id);
        assert_true(store_id_is_valid(id));
        assert_true(store_id_split(id, &version, &platform));
        assert_str(version, cases[i].version);
        assert_str(platform, cases[i].dashed);
    }
    arena_done(&a);
}

static void test_rejects_ids_that_are_no_names(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Str long_id = {ARENA_ARRAY(&a, char, STORE_MAX_ID + 1), STORE_MAX_ID + 1};
    memset((char *)(uintptr_t)long_id.ptr, 'g', (size_t)long_id.len);
    const Str ids[] = {S(""),    S("."),    S(".."),   S(".go"),         S("a/b"),
                       S("a b"), S("a\\b"), S("a\0b"), S("caf\xc3\xa9"), long_id};
    for (isize i = 0; i < COUNT_OF(ids); i++) {
        Err err;
        Str root;
        assert_false(store_id_is_valid(ids[i]));
        assert_int_equal(store_peek_tree(&a, S("/"), ids[i], &root, &err), FILE_ABSENT);
    }
    Str version, platform;
    assert_false(store_id_split(S("tip"), &version, &platform));
    assert_false(store_id_split(S("go1.26.8"), &version, &platform));
    assert_false(store_id_split(S("x1.26.8.linux-amd64"), &version, &platform));
    arena_done(&a);
}

static void test_peeks_without_opening(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Str id, root;
    Str home = fixture_dir(&a);
    assert_int_equal(store_peek_default(&a, home, &id, &err), FILE_ABSENT);
    assert_int_equal(store_peek_tree(&a, home, S("go1.26.8.linux-amd64"), &root, &err),
                     FILE_ABSENT);
    fixture_file(&a, home, S("trees/go1.26.8.linux-amd64/bin/go"), S("go"));
    fixture_file(&a, home, S("generations/1/record"), S(""));
    assert_true(
        file_symlink(S("generations/1"), FILE_CWD, path_join(&a, home, S("current")), &err));
    assert_int_equal(store_peek_default(&a, home, &id, &err), FILE_ABSENT);
    Str link = path_join(&a, home, S("generations/1/go"));
    assert_true(file_symlink(S("../../trees/go1.26.8.linux-amd64"), FILE_CWD, link, &err));
    assert_int_equal(store_peek_default(&a, home, &id, &err), FILE_FOUND);
    assert_str(id, S("go1.26.8.linux-amd64"));
    assert_int_equal(store_peek_tree(&a, home, id, &root, &err), FILE_ABSENT); /* no record */
    fixture_file(&a, home, S("records/go1.26.8.linux-amd64"), S("any"));
    assert_int_equal(store_peek_tree(&a, home, id, &root, &err), FILE_FOUND);
    assert_str(root, path_join(&a, home, S("trees/go1.26.8.linux-amd64")));

    /* A link that leads elsewhere is not followed. */
    assert_int_equal(file_unlink(FILE_CWD, link, &err), FILE_FOUND);
    assert_true(file_symlink(S("../../../elsewhere"), FILE_CWD, link, &err));
    assert_int_equal(store_peek_default(&a, home, &id, &err), FILE_FAILED);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_makes_and_splits_ids),
        cmocka_unit_test(test_rejects_ids_that_are_no_names),
        cmocka_unit_test(test_peeks_without_opening),
    };
    return cmocka_run_group_tests_name("store/id", tests, NULL, NULL);
}
