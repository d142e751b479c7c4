#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/proc.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/store_fixture.h"

#define ID S("go1.26.8.linux-amd64")

static const FixtureFile files[] = {
    {STR_CONST("VERSION"), STR_CONST("go1.26.8\n"), false, false},
    {STR_CONST("bin/go"), STR_CONST("go\n"), true, false},
};
static const FixtureToolchain toolchain = {STR_CONST("go1.26.8.linux-amd64"), files,
                                           COUNT_OF(files), STR_CONST("proof\n")};

static void test_comes_back(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    RecordShare shares[] = {{S("go1.26.7.linux-amd64"), 9475}, {S("go1.25.14.linux-amd64"), 3}};
    StoreRecord in = {.id = ID,
                      .version = S("go1.26.8"),
                      .platform = S("linux/amd64"),
                      .status = S("proved"),
                      .h1 = S("h1:abc="),
                      .record = 12,
                      .tree_size = 100,
                      .source = S("a source\nin two lines"),
                      .installed_at = 1700000000,
                      .boot_id = S("boot"),
                      .files = 11518,
                      .bytes = 215335376,
                      .written = 71000000,
                      .shares = shares,
                      .n_shares = COUNT_OF(shares)};
    StoreRecord out;
    assert_true(record_parse(&a, ID, record_format(&a, &in), &out, &err));
    assert_str(record_format(&a, &out), record_format(&a, &in));
    assert_str(out.id, ID);
    assert_str(out.source, in.source);
    assert_int_equal(out.n_shares, 2);
    assert_str(out.shares[1].id, shares[1].id);
    assert_int_equal(out.shares[0].files, 9475);
    arena_done(&a);
}

static void test_reads_only_what_is_a_record(void **state)
{
    (void)state;
#define LEAST "version go1.26.8\nplatform linux/amd64\nstatus proved\nh1 h1:abc=\n"
    static const struct {
        Str text;
        bool is_record;
    } cases[] = {
        {STR_CONST(LEAST), true},
        {STR_CONST(LEAST "colour of a later goward\n"), true},
        {STR_CONST(LEAST "files 12"), false},
        {STR_CONST(LEAST "files twelve\n"), false},
        {STR_CONST(LEAST "shared 12 ../../etc\n"), false},
        {STR_CONST(LEAST "shared go1.26.8\n"), false},
        {STR_CONST("version go1.26.8\nplatform linux/amd64\nstatus proved\n"), false},
        {STR_CONST(""), false},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Err err;
        StoreRecord r;
        assert_int_equal(record_parse(&a, ID, cases[i].text, &r, &err), cases[i].is_record);
    }
    arena_done(&a);
}

static void test_no_proof_is_minus_one(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    StoreRecord r;
    assert_true(record_parse(&a, ID, S(LEAST), &r, &err));
    assert_int_equal(r.record, -1);
    assert_int_equal(r.tree_size, -1);
    arena_done(&a);
}

static void test_lists_a_damaged_record_as_damaged(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    RecordList list;
    Str home = path_join(&a, fixture_dir(&a), S("home"));
    Store s = store_fixture_open(&a, home, STORE_CREATE);
    assert_int_equal(store_fixture_install(&a, &s, &toolchain, &err), STORE_TXN_COMMITTED);
    fixture_file(&a, home, S("records/go1.25.1.linux-arm64"), S("\0\0\0\0"));
    assert_true(record_list(&a, &s, &list, &err));
    assert_int_equal(list.len, 2);
    assert_true(list.ptr[0].is_damaged);
    assert_str(list.ptr[0].version, S("go1.25.1"));
    assert_str(list.ptr[0].platform, S("linux/arm64"));
    assert_false(list.ptr[1].is_damaged);
    store_close(&s);
    arena_done(&a);
}

static void test_recheck_is_due_after_another_boot(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    StoreRecord r;
    Str manifest, proof;
    Str home = path_join(&a, fixture_dir(&a), S("home"));
    Store s = store_fixture_open(&a, home, STORE_CREATE);
    assert_int_equal(store_fixture_install(&a, &s, &toolchain, &err), STORE_TXN_COMMITTED);
    assert_int_equal(record_read(&a, &s, ID, &r, &err), FILE_FOUND);
    assert_str(r.boot_id, proc_boot_id(&a));
    assert_false(record_needs_recheck(a, &r));
    r.boot_id = S("00000000-0000-0000-0000-000000000000");
    assert_true(record_rewrite(&s, &r, &err));
    assert_int_equal(record_read(&a, &s, ID, &r, &err), FILE_FOUND);
    assert_true(record_needs_recheck(a, &r));
    assert_true(record_confirm(&s, ID, &err));
    assert_int_equal(record_read(&a, &s, ID, &r, &err), FILE_FOUND);
    assert_false(record_needs_recheck(a, &r));
    assert_false(record_confirm(&s, S("go1.1.linux-amd64"), &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);

    assert_int_equal(record_read_manifest(&a, &s, ID, &manifest, &err), FILE_FOUND);
    assert_str(store_fixture_h1(&a, manifest), r.h1);
    assert_int_equal(record_read_proof(&a, &s, ID, &proof, &err), FILE_FOUND);
    assert_str(proof, S("proof\n"));
    assert_int_equal(record_read(&a, &s, S("../format"), &r, &err), FILE_ABSENT);
    store_close(&s);
    assert_str(store_fixture_find_fault(&a, home), S(""));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_back),
        cmocka_unit_test(test_reads_only_what_is_a_record),
        cmocka_unit_test(test_no_proof_is_minus_one),
        cmocka_unit_test(test_lists_a_damaged_record_as_damaged),
        cmocka_unit_test(test_recheck_is_due_after_another_boot),
    };
    return cmocka_run_group_tests_name("store/record", tests, NULL, NULL);
}
