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

#include <stdio.h>
#include <sys/stat.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_installs_a_tree, enter, leave),
        cmocka_unit_test_setup_teardown(test_shares_equal_files, enter, leave),
    };
    return cmocka_run_group_tests_name("store/txn", tests, NULL, NULL);
}
