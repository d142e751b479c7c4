#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sumdb/head.h"
#include "sumdb_log.h"
#include "support/assert_str.h"

static Arena arena;
static LogKey key;

static int make_key(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    key = log_key(&arena, S("log.example"), 1);
    return 0;
}

static int drop_key(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static void test_opens_a_signed_head(void **state)
{
    (void)state;
    TlogTree tree = {42, tlog_leaf_hash(S("x"))};
    Str note = log_sign_tree(&arena, &key, tree);
    SumdbHead head;
    Err err;
    assert_true(sumdb_head_open(arena, note, &key.verifier, &head, &err));
    assert_int_equal(head.tree.size, 42);
    assert_true(sha256_eq(&head.tree.root, &tree.root));
    assert_str(head.note, note);
}

static void test_a_signature_does_not_make_a_head(void **state)
{
    (void)state;
    const Str texts[] = {
        S("hello\n"), S("go.sum database tree\n42\n"),
        S("go.sum database tree\n042\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n")};
    for (isize i = 0; i < COUNT_OF(texts); i++) {
        SumdbHead head;
        Err err;
        Str note = log_sign(&arena, &key, texts[i]);
        assert_false(sumdb_head_open(arena, note, &key.verifier, &head, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        assert_true(str_contains(err_format(&arena, &err), S("log.example")));
    }
}

static void test_a_head_without_signature_is_none(void **state)
{
    (void)state;
    LogKey other = log_key(&arena, S("log.example"), 2);
    TlogTree tree = {42, tlog_leaf_hash(S("x"))};
    SumdbHead head;
    Err err;
    Str note = log_sign_tree(&arena, &other, tree);
    assert_false(sumdb_head_open(arena, note, &key.verifier, &head, &err));
    assert_int_equal(err.kind, ERR_VERIFY);
    note = tlog_tree_format(&arena, &tree);
    assert_false(sumdb_head_open(arena, note, &key.verifier, &head, &err));
    assert_int_equal(err.kind, ERR_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_opens_a_signed_head),
        cmocka_unit_test(test_a_signature_does_not_make_a_head),
        cmocka_unit_test(test_a_head_without_signature_is_none),
    };
    return cmocka_run_group_tests_name("sumdb_head", tests, make_key, drop_key);
}
