#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/clock.h"
#include "os/spawn.h"
#include "store/tree.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/store_fixture.h"

#include <signal.h>

#define GO126 S("go1.26.8.linux-amd64")
#define GO127 S("go1.27.4.linux-amd64")

static const FixtureFile files[] = {
    {STR_CONST("VERSION"), STR_CONST("go\n"), false, false},
    {STR_CONST("bin/go"), STR_CONST("#!/bin/sh\n"), true, false},
    {STR_CONST("src/fmt/print.go"), STR_CONST("package fmt\n"), false, false},
};

typedef struct {
    Arena a;
    Str home;
    Store s;
} Room;

/* Two toolchains that share all files; none is active. */
static int enter(void **state)
{
    static Room room;
    Err err;
    room.a = arena_init(0);
    room.home = path_join(&room.a, fixture_dir(&room.a), S("home"));
    room.s = store_fixture_open(&room.a, room.home, STORE_CREATE);
    Str ids[] = {GO126, GO127};
    for (isize i = 0; i < COUNT_OF(ids); i++) {
        FixtureToolchain toolchain = {ids[i], files, COUNT_OF(files), S("proof\n")};
        ASSERT(store_fixture_install(&room.a, &room.s, &toolchain, &err) == STORE_TXN_COMMITTED);
    }
    *state = &room;
    return 0;
}

static int leave(void **state)
{
    Room *r = *state;
    store_close(&r->s);
    Str fault = store_fixture_find_fault(&r->a, r->home);
    if (fault.len > 0) {
        print_error("%.*s", STR_ARG(fault));
    }
    arena_done(&r->a);
    return fault.len > 0;
}

static Str path_in(Room *r, Str id, const char *name)
{
    return str_format(&r->a, "%.*s/trees/%.*s/%s", STR_ARG(r->home), STR_ARG(id), name);
}

static FileStat stat_in(Room *r, Str id, const char *name)
{
    FileStat st;
    Err err;
    assert_int_equal(file_lstat(FILE_CWD, path_in(r, id, name), &st, &err), FILE_FOUND);
    return st;
}

/* Opens the directories of the tree for a hand that is not the store's. */
static void unseal(Room *r, Str id)
{
    static const char *const dirs[] = {"", "src", "src/fmt"};
    for (isize i = 0; i < COUNT_OF(dirs); i++) {
        Err err;
        assert_true(file_set_mode_at(FILE_CWD, path_in(r, id, dirs[i]), 0755, &err));
    }
}

static bool repair(Room *r, Str id)
{
    Err err;
    return tree_replace_file(&r->s, id, S("src/fmt/print.go"), S("package fmt\n"), false, &err);
}

/* Writes to the inode that both trees have. */
static void damage_both(Room *r)
{
    Err err;
    AUTO_CLOSE int fd = -1;
    Str path = path_in(r, GO126, "src/fmt/print.go");
    assert_true(file_set_mode_at(FILE_CWD, path, 0644, &err));
    assert_true(file_open_update(FILE_CWD, path, 0644, &fd, &err));
    assert_true(file_write(fd, S("P"), &err));
}

static void test_repairs_each_tree_on_its_own(void **state)
{
    Room *r = *state;
    assert_int_equal(stat_in(r, GO126, "src/fmt/print.go").ino,
                     stat_in(r, GO127, "src/fmt/print.go").ino);
    damage_both(r);
    assert_true(repair(r, GO126));
    assert_str(fixture_read(&r->a, FILE_CWD, path_in(r, GO126, "src/fmt/print.go")),
               S("package fmt\n"));
    assert_str(fixture_read(&r->a, FILE_CWD, path_in(r, GO127, "src/fmt/print.go")),
               S("Package fmt\n"));
    assert_int_equal(stat_in(r, GO126, "src/fmt").mode, 0555);
    assert_int_equal(stat_in(r, GO126, "src").mode, 0555);
    assert_int_equal(stat_in(r, GO126, "").mode, 0555);
    assert_true(repair(r, GO127));
}

static void test_makes_missing_directories(void **state)
{
    Room *r = *state;
    Err err;
    unseal(r, GO126);
    assert_int_equal(dir_remove_all(FILE_CWD, path_in(r, GO126, "src"), &err), FILE_FOUND);
    assert_true(repair(r, GO126));
    assert_int_equal(stat_in(r, GO126, "src/fmt").mode, 0555);
}

static void test_clears_what_stands_in_the_way(void **state)
{
    Room *r = *state;
    Err err;
    Str file = path_in(r, GO126, "src/fmt/print.go");
    Str dir = path_in(r, GO126, "src/fmt");

    unseal(r, GO126);
    assert_int_equal(file_unlink(FILE_CWD, file, &err), FILE_FOUND);
    fixture_file(&r->a, file, S("a/directory"), S(""));
    assert_true(repair(r, GO126));

    unseal(r, GO126);
    assert_int_equal(dir_remove_all(FILE_CWD, dir, &err), FILE_FOUND);
    fixture_file(&r->a, path_in(r, GO126, "src"), S("fmt"), S("a file"));
    assert_true(repair(r, GO126));

    /* A link to elsewhere is not followed. */
    Str elsewhere = fixture_dir(&r->a);
    unseal(r, GO126);
    assert_int_equal(dir_remove_all(FILE_CWD, dir, &err), FILE_FOUND);
    assert_true(file_symlink(elsewhere, FILE_CWD, dir, &err));
    assert_true(repair(r, GO126));
    assert_str(fixture_read(&r->a, FILE_CWD, path_join(&r->a, elsewhere, S("print.go"))),
               S("(absent)"));

    unseal(r, GO126);
    assert_int_equal(file_unlink(FILE_CWD, file, &err), FILE_FOUND);
    assert_true(file_symlink(S("/etc/passwd"), FILE_CWD, file, &err));
    assert_true(repair(r, GO126));
}

static void test_refuses_to_repair_elsewhere(void **state)
{
    Room *r = *state;
    Err err;
    assert_false(tree_replace_file(&r->s, GO126, S("../x"), S(""), false, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_false(tree_replace_file(&r->s, S("go1.1.linux-amd64"), S("x"), S(""), false, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

static void test_removes_what_does_not_belong(void **state)
{
    Room *r = *state;
    Err err;
    unseal(r, GO126);
    fixture_file(&r->a, path_in(r, GO126, "src/fmt"), S("evil.go"), S("package fmt\n"));
    fixture_file(&r->a, path_in(r, GO126, "src"), S("evil/deep/er.go"), S("package er\n"));
    assert_int_equal(tree_remove_extra(&r->s, GO126, S("src/fmt/evil.go"), &err), FILE_FOUND);
    assert_int_equal(tree_remove_extra(&r->s, GO126, S("src/evil"), &err), FILE_FOUND);
    assert_int_equal(tree_remove_extra(&r->s, GO126, S("src/evil"), &err), FILE_ABSENT);
    assert_int_equal(stat_in(r, GO126, "src/fmt").mode, 0555);
}

static void test_removes_a_toolchain(void **state)
{
    Room *r = *state;
    Err err;
    StoreRecord record;
    assert_int_equal(tree_remove(&r->s, GO126, &err), TREE_REMOVED);
    assert_int_equal(tree_remove(&r->s, GO126, &err), TREE_ABSENT);
    assert_int_equal(tree_remove(&r->s, S("../trees"), &err), TREE_ABSENT);
    assert_int_equal(record_read(&r->a, &r->s, GO126, &record, &err), FILE_ABSENT);
    FixtureToolchain again = {GO126, files, COUNT_OF(files), S("proof\n")};
    assert_int_equal(store_fixture_install(&r->a, &r->s, &again, &err), STORE_TXN_COMMITTED);
}

static void test_keeps_what_is_active(void **state)
{
    Room *r = *state;
    Err err;
    int64_t number;
    Str id = GO127;
    assert_int_equal(store_fixture_switch(&r->s, GO126, &id, 1, NULL, &number, &err),
                     GENERATION_SWITCHED);
    assert_int_equal(tree_remove(&r->s, GO126, &err), TREE_IS_DEFAULT);
    assert_int_equal(tree_remove(&r->s, GO127, &err), TREE_IS_VISIBLE);
}

/* Replaces bin/go by a real program, and runs it. */
static int start_go(Room *r, Str id)
{
    Err err;
    Str sleep = fixture_read(&r->a, FILE_CWD, S("/bin/sleep"));
    Str argv[] = {S("go"), S("60")};
    Environ env = environ_get(&r->a);
    int pid;
    Str path = path_in(r, id, "bin/go");
    Spawn spawn = {.path = path,
                   .argv = argv,
                   .argc = 2,
                   .env = &env,
                   .in = -1,
                   .out = -1,
                   .err = -1,
                   .extra = -1};
    assert_true(tree_replace_file(&r->s, id, S("bin/go"), sleep, true, &err));
    assert_true(spawn_start(&spawn, &pid, &err));
    return pid;
}

static bool is_running(Room *r, Str id)
{
    Err err;
    TreeIds ids;
    assert_true(tree_ids_running(&r->a, &r->s, &ids, &err));
    return tree_ids_contain(&ids, id);
}

static void test_keeps_what_runs(void **state)
{
    Room *r = *state;
    Err err;
    int code;
    assert_false(is_running(r, GO127));
    int pid = start_go(r, GO127);
    for (int i = 0; i < 200 && !is_running(r, GO127); i++) {
        clock_sleep_ms(10); /* until the child has become the program */
    }
    assert_true(is_running(r, GO127));
    assert_false(is_running(r, GO126));
    assert_int_equal(tree_remove(&r->s, GO127, &err), TREE_IS_RUNNING);
    kill(pid, SIGKILL);
    assert_true(spawn_wait(pid, -1, &code, &err));
    assert_int_equal(tree_remove(&r->s, GO127, &err), TREE_REMOVED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_repairs_each_tree_on_its_own),  TEST(test_makes_missing_directories),
        TEST(test_clears_what_stands_in_the_way), TEST(test_refuses_to_repair_elsewhere),
        TEST(test_removes_what_does_not_belong),  TEST(test_removes_a_toolchain),
        TEST(test_keeps_what_is_active),          TEST(test_keeps_what_runs),
    };
    return cmocka_run_group_tests_name("store/tree", tests, NULL, NULL);
}
