#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/pool.h"
#include "store/tree.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/store_fixture.h"

#define LINUX_126 S("go1.26.8.linux-amd64")
#define LINUX_127 S("go1.27.4.linux-amd64")

static const FixtureFile files_126[] = {
    {STR_CONST("VERSION"), STR_CONST("go1.26.8\n"), false, false},
    {STR_CONST("bin/go"), STR_CONST("#!/bin/sh\necho go1.26.8\n"), true, true},
    {STR_CONST("src/fmt/doc.go"), STR_CONST("package fmt\n"), false, false},
    {STR_CONST("src/fmt/print.go"), STR_CONST("package fmt // same in both\n"), false, false},
    {STR_CONST("src/fmt/print2.go"), STR_CONST("package fmt // same in both\n"), false, false},
    {STR_CONST("src/make.bash"), STR_CONST("#!/bin/bash\n"), false, false},
};

static const FixtureFile files_127[] = {
    {STR_CONST("VERSION"), STR_CONST("go1.27.4\n"), false, false},
    {STR_CONST("bin/go"), STR_CONST("#!/bin/sh\necho go1.27.4\n"), true, true},
    {STR_CONST("src/fmt/new.go"), STR_CONST("package fmt // same in both\n"), false, true},
    {STR_CONST("src/fmt/print.go"), STR_CONST("package fmt // same in both\n"), false, false},
    {STR_CONST("src/make.bash"), STR_CONST("#!/bin/bash\n"), true, false},
};

static FixtureToolchain toolchain(Str id, const FixtureFile *files, isize n)
{
    return (FixtureToolchain){id, files, n, S("proof\n")};
}

typedef struct {
    Arena a;
    Str home;
    FixtureToolchain go126, go127;
} Room;

static int enter(void **state)
{
    static Room room;
    room.a = arena_init(0);
    room.home = path_join(&room.a, fixture_dir(&room.a), S("store"));
    room.go126 = toolchain(LINUX_126, files_126, COUNT_OF(files_126));
    room.go127 = toolchain(LINUX_127, files_127, COUNT_OF(files_127));
    *state = &room;
    return 0;
}

static int leave(void **state)
{
    Room *room = *state;
    arena_done(&room->a);
    return 0;
}

static FileStat stat_in(Room *r, Str id, const char *name)
{
    FileStat st;
    Err err;
    Str path = str_format(&r->a, "%.*s/trees/%.*s/%s", STR_ARG(r->home), STR_ARG(id), name);
    assert_int_equal(file_lstat(FILE_CWD, path, &st, &err), FILE_FOUND);
    return st;
}

static void test_installs_a_tree(void **state)
{
    Room *r = *state;
    Err err;
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    StoreTxnOutcome outcome = store_fixture_install(&r->a, &s, &r->go126, &err);
    store_close(&s);
    assert_int_equal(outcome, STORE_TXN_COMMITTED);
    assert_str(store_fixture_find_fault(&r->a, r->home), S(""));
}

static void test_shares_equal_files(void **state)
{
    Room *r = *state;
    Err err;
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    assert_int_equal(store_fixture_install(&r->a, &s, &r->go126, &err), STORE_TXN_COMMITTED);
    assert_int_equal(store_fixture_install(&r->a, &s, &r->go127, &err), STORE_TXN_COMMITTED);

    StoreRecord record;
    assert_int_equal(record_read(&r->a, &s, LINUX_127, &record, &err), FILE_FOUND);
    store_close(&s);
    assert_str(store_fixture_find_fault(&r->a, r->home), S(""));
    FileStat print = stat_in(r, LINUX_126, "src/fmt/print.go");
    assert_int_equal(print.nlink, 4); /* twice within the first tree, twice in the second */
    assert_int_equal(print.ino, stat_in(r, LINUX_127, "src/fmt/print.go").ino);
    assert_int_equal(print.ino, stat_in(r, LINUX_127, "src/fmt/new.go").ino);
    /* Same content, but only one of them may be executed. */
    assert_int_not_equal(stat_in(r, LINUX_126, "src/make.bash").ino,
                         stat_in(r, LINUX_127, "src/make.bash").ino);
    assert_int_equal(stat_in(r, LINUX_127, "src/make.bash").mode, 0555);
    assert_int_equal(record.files, 5);
    assert_int_equal(record.n_shares, 1);
    assert_int_equal(record.shares[0].files, 2);
    assert_str(record.shares[0].id, LINUX_126);
}

static void test_closes_what_is_at_rest(void **state)
{
    Room *r = *state;
    Err err;
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    assert_int_equal(store_fixture_install(&r->a, &s, &r->go126, &err), STORE_TXN_COMMITTED);
    store_close(&s);
    assert_int_equal(stat_in(r, LINUX_126, "").mode, 0555);
    assert_int_equal(stat_in(r, LINUX_126, "src/fmt").mode, 0555);
    assert_int_equal(stat_in(r, LINUX_126, "bin/go").mode, 0555);
    assert_int_equal(stat_in(r, LINUX_126, "src/fmt/doc.go").mode, 0444);
}

static void test_damage_is_not_shared(void **state)
{
    Room *r = *state;
    Err err;
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    assert_int_equal(store_fixture_install(&r->a, &s, &r->go126, &err), STORE_TXN_COMMITTED);
    Str path =
        str_format(&r->a, "%.*s/trees/%.*s/src/fmt/print.go", STR_ARG(r->home), STR_ARG(LINUX_126));
    assert_true(file_set_mode_at(FILE_CWD, path, 0644, &err));
    AUTO_CLOSE int fd = -1;
    assert_true(file_open_update(FILE_CWD, path, 0644, &fd, &err));
    assert_true(file_write(fd, S("P"), &err)); /* same size, same inode */
    assert_int_equal(store_fixture_install(&r->a, &s, &r->go127, &err), STORE_TXN_COMMITTED);
    store_close(&s);
    assert_str(fixture_read(&r->a, FILE_CWD,
                            str_format(&r->a, "%.*s/trees/%.*s/src/fmt/print.go", STR_ARG(r->home),
                                       STR_ARG(LINUX_127))),
               S("package fmt // same in both\n"));
}

static void test_an_id_is_taken_once(void **state)
{
    Room *r = *state;
    Err err;
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    assert_int_equal(store_fixture_install(&r->a, &s, &r->go126, &err), STORE_TXN_COMMITTED);
    assert_int_equal(store_fixture_install(&r->a, &s, &r->go126, &err), STORE_TXN_EXISTS);
    FixtureToolchain other = toolchain(LINUX_126, files_127, COUNT_OF(files_127));
    assert_int_equal(store_fixture_install(&r->a, &s, &other, &err), STORE_TXN_DIFFERS);
    store_close(&s);
    assert_str(store_fixture_find_fault(&r->a, r->home), S(""));
}

static void test_refuses_another_manifest_than_the_files(void **state)
{
    Room *r = *state;
    const FixtureToolchain *t = &r->go126;
    Str right = store_fixture_manifest(&r->a, t);
    FixtureFile changed[COUNT_OF(files_126)];
    memcpy(changed, files_126, sizeof(files_126));
    changed[2].content = S("package other\n");
    FixtureToolchain other = toolchain(LINUX_126, changed, COUNT_OF(changed));
    FixtureToolchain fewer = toolchain(LINUX_126, files_126, COUNT_OF(files_126) - 1);
    FixtureToolchain renamed = toolchain(LINUX_126, changed, COUNT_OF(changed));
    const struct {
        Str manifest, h1;
        ErrKind kind;
    } cases[] = {
        {store_fixture_manifest(&r->a, &other), S(""), ERR_VERIFY},
        {store_fixture_manifest(&r->a, &fewer), S(""), ERR_VERIFY},
        {str_concat(&r->a, right, right), S(""), ERR_FORMAT}, /* not in order */
        {right, store_fixture_h1(&r->a, store_fixture_manifest(&r->a, &renamed)), ERR_VERIFY},
        {right, S("h1:"), ERR_VERIFY},
        {str_to(right, right.len - 1), S(""), ERR_FORMAT},
        {S(""), S(""), ERR_VERIFY},
    };
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Err err;
        StoreTxn *txn;
        StoreRecord record = {.version = S("go1.26.8"), .platform = S("linux/amd64")};
        record.status = S("proved");
        record.h1 = cases[i].h1.len > 0 ? cases[i].h1 : store_fixture_h1(&r->a, cases[i].manifest);
        assert_true(store_txn_begin(&r->a, &s, LINUX_126, 1, &txn, &err));
        assert_true(store_fixture_add_all(&r->a, txn, t, &err));
        assert_int_equal(store_txn_commit(txn, cases[i].manifest, S(""), &record, &err),
                         STORE_TXN_FAILED);
        assert_int_equal(err.kind, cases[i].kind);
        store_txn_abort(txn);
    }
    store_close(&s);
    assert_str(store_fixture_find_fault(&r->a, r->home), S(""));
}

static void test_refuses_names_outside(void **state)
{
    Room *r = *state;
    static const Str names[] = {STR_CONST("../x"),   STR_CONST("/etc/x"), STR_CONST("a//b"),
                                STR_CONST("a/../b"), STR_CONST(""),       STR_CONST("a\0b"),
                                STR_CONST("a/"),     STR_CONST(".")};
    Err err;
    StoreTxn *txn;
    Mapping m;
    Sha256 digest = sha256_of(S(""));
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    assert_false(store_txn_begin(&r->a, &s, S("../x"), 1, &txn, &err));
    for (isize i = 0; i < COUNT_OF(names); i++) {
        assert_true(store_txn_begin(&r->a, &s, LINUX_126, 1, &txn, &err));
        assert_false(store_txn_make_dirs(txn, &names[i], 1, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        assert_false(store_txn_add(txn, 0, names[i], false, S(""), &digest, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        assert_false(store_txn_reserve(txn, 0, names[i], false, 1, &m, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        assert_false(store_txn_adopt(txn, 0, names[i], FILE_CWD, S("/etc/passwd"), &digest, &err));
        store_txn_abort(txn);
    }
    store_close(&s);
    assert_str(store_fixture_find_fault(&r->a, r->home), S(""));
}

static void test_a_name_comes_once(void **state)
{
    Room *r = *state;
    Err err;
    StoreTxn *txn;
    Sha256 digest = sha256_of(S("one"));
    Str names[] = {S("a"), S("b")};
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    assert_true(store_txn_begin(&r->a, &s, LINUX_126, 1, &txn, &err));
    assert_true(store_txn_make_dirs(txn, names, 2, &err));
    assert_true(store_txn_add(txn, 0, S("a"), false, S("one"), &digest, &err));
    Sha256 other = sha256_of(S("two"));
    assert_false(store_txn_add(txn, 0, S("a"), false, S("two"), &other, &err));
    store_txn_abort(txn);
    store_txn_abort(NULL);
    store_close(&s);
    assert_str(store_fixture_find_fault(&r->a, r->home), S(""));
}

/* ---- many workers ---- */

#define N_MANY 400
#define N_CONTENTS 37 /* so that nearly every content comes several times */

typedef struct {
    StoreTxn *txn;
    Str names[N_MANY], contents[N_MANY];
} Many;

static bool add_one(void *context, isize unit, isize worker, Err *err)
{
    const Many *many = context;
    Sha256 digest = sha256_of(many->contents[unit]);
    if (unit % 5 != 0) {
        return store_txn_add(many->txn, worker, many->names[unit], false, many->contents[unit],
                             &digest, err);
    }
    Mapping m;
    if (!store_txn_reserve(many->txn, worker, many->names[unit], false, many->contents[unit].len,
                           &m, err)) {
        return false;
    }
    if (m.len > 0) {
        memcpy(m.ptr, many->contents[unit].ptr, (size_t)m.len);
    }
    return store_txn_settle(many->txn, worker, &m, &digest, err);
}

static void test_workers_write_each_content_once(void **state)
{
    Room *r = *state;
    Err err;
    static Many many;
    int64_t unique = 0, total = 0;
    FixtureFile files[N_MANY];
    for (int i = 0; i < N_MANY; i++) {
        many.names[i] = str_format(&r->a, "src/p%02d/f%03d.go", i / 20, i);
        many.contents[i] = i % N_CONTENTS == 0 ? S("") /* empty files, too */
                                               : str_format(&r->a, "package p%d\n", i % N_CONTENTS);
        files[i] = (FixtureFile){many.names[i], many.contents[i], false, false};
        unique += i < N_CONTENTS ? many.contents[i].len : 0;
        total += many.contents[i].len;
    }
    FixtureToolchain t = {LINUX_126, files, N_MANY, S("")};
    Str manifest = store_fixture_manifest(&r->a, &t);
    StoreRecord record = {.version = S("go1.26.8"),
                          .platform = S("linux/amd64"),
                          .status = S("proved"),
                          .h1 = store_fixture_h1(&r->a, manifest),
                          .record = -1};
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    assert_true(store_txn_begin(&r->a, &s, LINUX_126, 4, &many.txn, &err));
    assert_true(store_txn_make_dirs(many.txn, many.names, N_MANY, &err));
    assert_true(pool_run(N_MANY, 4, add_one, &many, &err));
    StoreTxnCounts counts = store_txn_counts(&r->a, many.txn);
    assert_int_equal(counts.files, N_MANY);
    assert_int_equal(counts.bytes, total);
    assert_int_equal(counts.written, unique);
    assert_int_equal(store_txn_commit(many.txn, manifest, S(""), &record, &err),
                     STORE_TXN_COMMITTED);
    store_close(&s);
    assert_str(store_fixture_find_fault(&r->a, r->home), S(""));
}

/* ---- adopting ---- */

static void test_adopts_a_tree(void **state)
{
    Room *r = *state;
    Err err;
    StoreTxn *txn;
    Str root = fixture_dir(&r->a);
    char *big = ARENA_ARRAY(&r->a, char, 1 * MIB);
    memset(big, 'x', 1 * MIB);
    const FixtureFile files[] = {
        {S("VERSION"), S("go1.26.8\n"), false, false},
        {S("bin/go"), {big, 1 * MIB}, true, false}, /* too large for the buffer */
        {S("src/empty.go"), S(""), false, false},
        {S("src/go.mod"), S("module std\n"), false, false},
        {S("src/sealed.go"), S("package sealed\n"), false, false},
    };
    FixtureToolchain t = {LINUX_126, files, COUNT_OF(files), S("")};
    Str names[COUNT_OF(files)];
    for (isize i = 0; i < COUNT_OF(files); i++) {
        names[i] = files[i].name;
        Str path = fixture_file(&r->a, root, files[i].name, files[i].content);
        assert_true(file_set_mode_at(FILE_CWD, path, files[i].is_exec ? 0755 : 0644, &err));
    }
    Str sealed = path_join(&r->a, root, S("src/sealed.go"));
    assert_true(file_set_mode_at(FILE_CWD, sealed, 0444, &err));

    AUTO_CLOSE int from = -1;
    assert_int_equal(dir_open(FILE_CWD, root, &from, &err), FILE_FOUND);
    Str manifest = store_fixture_manifest(&r->a, &t);
    StoreRecord record = {.version = S("go1.26.8"),
                          .platform = S("linux/amd64"),
                          .status = S("proved"),
                          .h1 = store_fixture_h1(&r->a, manifest),
                          .record = -1};
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    assert_true(store_txn_begin(&r->a, &s, LINUX_126, 1, &txn, &err));
    assert_true(store_txn_make_dirs(txn, names, COUNT_OF(names), &err));
    for (isize i = 0; i < COUNT_OF(names); i++) {
        Sha256 digest, expected = sha256_of(files[i].content);
        assert_true(store_txn_adopt(txn, 0, names[i], from, names[i], &digest, &err));
        assert_true(sha256_eq(&digest, &expected));
    }
    assert_int_equal(store_txn_commit(txn, manifest, S(""), &record, &err), STORE_TXN_COMMITTED);
    store_close(&s);
    assert_str(store_fixture_find_fault(&r->a, r->home), S(""));
    assert_int_equal(stat_in(r, LINUX_126, "bin/go").mode, 0555);

    /* Whoever writes to the adopted tree later does not write to ours. */
    fixture_file(&r->a, root, S("VERSION"), S("changed\n"));
    assert_true(file_set_mode_at(FILE_CWD, path_join(&r->a, root, S("src/go.mod")), 0600, &err));
    assert_str(store_fixture_find_fault(&r->a, r->home), S(""));
}

/* What nobody may write to is linked, and adopted again it is the same file. */
static void test_adopts_a_sealed_tree_twice(void **state)
{
    Room *r = *state;
    Err err;
    Str ids[] = {LINUX_126, LINUX_127};
    Str names[] = {S("a.go"), S("b.go")};
    Str root = fixture_dir(&r->a);
    const FixtureFile files[] = {{names[0], S("package a\n"), false, false},
                                 {names[1], S("package b\n"), false, false}};
    for (isize i = 0; i < COUNT_OF(names); i++) {
        Str path = fixture_file(&r->a, root, names[i], files[i].content);
        assert_true(file_set_mode_at(FILE_CWD, path, 0444, &err));
    }
    AUTO_CLOSE int from = -1;
    assert_int_equal(dir_open(FILE_CWD, root, &from, &err), FILE_FOUND);
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    for (isize k = 0; k < COUNT_OF(ids); k++) {
        StoreTxn *txn;
        Sha256 digest;
        FixtureToolchain t = {ids[k], files, COUNT_OF(files), S("")};
        Str manifest = store_fixture_manifest(&r->a, &t);
        StoreRecord record = {.version = S("go1"), .platform = S("linux/amd64"), .record = -1};
        record.status = S("unknown");
        record.h1 = store_fixture_h1(&r->a, manifest);
        assert_true(store_txn_begin(&r->a, &s, ids[k], 1, &txn, &err));
        assert_true(store_txn_make_dirs(txn, names, COUNT_OF(names), &err));
        for (isize i = 0; i < COUNT_OF(names); i++) {
            assert_true(store_txn_adopt(txn, 0, names[i], from, names[i], &digest, &err));
        }
        assert_int_equal(store_txn_counts(&r->a, txn).written, 0);
        assert_int_equal(store_txn_commit(txn, manifest, S(""), &record, &err),
                         STORE_TXN_COMMITTED);
    }
    store_close(&s);
    assert_str(store_fixture_find_fault(&r->a, r->home), S(""));
}

static void test_adopts_nothing_but_regular_files(void **state)
{
    Room *r = *state;
    Err err;
    StoreTxn *txn;
    Sha256 digest;
    Str names[] = {S("x")};
    Str root = fixture_dir(&r->a);
    fixture_file(&r->a, root, S("dir/file"), S(""));
    assert_true(file_symlink(S("dir/file"), FILE_CWD, path_join(&r->a, root, S("link")), &err));
    AUTO_CLOSE int from = -1;
    assert_int_equal(dir_open(FILE_CWD, root, &from, &err), FILE_FOUND);
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    assert_true(store_txn_begin(&r->a, &s, LINUX_126, 1, &txn, &err));
    assert_true(store_txn_make_dirs(txn, names, 1, &err));
    assert_false(store_txn_adopt(txn, 0, S("x"), from, S("dir"), &digest, &err));
    assert_int_equal(err.kind, ERR_UNSUPPORTED);
    assert_false(store_txn_adopt(txn, 0, S("x"), from, S("link"), &digest, &err));
    assert_false(store_txn_adopt(txn, 0, S("x"), from, S("gone"), &digest, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    store_txn_abort(txn);
    store_close(&s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_installs_a_tree),
        TEST(test_shares_equal_files),
        TEST(test_closes_what_is_at_rest),
        TEST(test_damage_is_not_shared),
        TEST(test_an_id_is_taken_once),
        TEST(test_refuses_another_manifest_than_the_files),
        TEST(test_refuses_names_outside),
        TEST(test_a_name_comes_once),
        TEST(test_workers_write_each_content_once),
        TEST(test_adopts_a_tree),
        TEST(test_adopts_a_sealed_tree_twice),
        TEST(test_adopts_nothing_but_regular_files),
    };
    return cmocka_run_group_tests_name("store/txn", tests, NULL, NULL);
}
