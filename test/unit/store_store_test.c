#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/clock.h"
#include "os/dir.h"
#include "store/audit.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/store_fixture.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

typedef struct {
    Arena a;
    Str dir, home;
} Room;

static int enter(void **state)
{
    static Room room;
    room.a = arena_init(0);
    room.dir = fixture_dir(&room.a);
    room.home = path_join(&room.a, room.dir, S("share/goward"));
    *state = &room;
    return 0;
}

static int leave(void **state)
{
    Room *room = *state;
    arena_done(&room->a);
    return 0;
}

static StoreOutcome try_open(Room *r, Str home, StoreMode mode, Err *err)
{
    Store s;
    StoreOutcome outcome = store_fixture_try_open(&r->a, home, mode, &s, err);
    if (outcome == STORE_OPENED) {
        store_close(&s);
    }
    return outcome;
}

static void test_makes_a_store_with_its_parents(void **state)
{
    Room *r = *state;
    Err err;
    FileStat st;
    assert_int_equal(try_open(r, r->home, STORE_READ, &err), STORE_ABSENT);
    assert_int_equal(try_open(r, r->home, STORE_WRITE, &err), STORE_ABSENT);
    assert_int_equal(try_open(r, r->home, STORE_CREATE, &err), STORE_OPENED);
    assert_int_equal(file_lstat(FILE_CWD, r->home, &st, &err), FILE_FOUND);
    assert_int_equal(st.mode, 0700);
    assert_str(fixture_read(&r->a, FILE_CWD, path_join(&r->a, r->home, S("format"))),
               S("goward-store 1\n"));
    assert_str(store_fixture_find_fault(&r->a, r->home), S(""));
    assert_int_equal(try_open(r, r->home, STORE_CREATE, &err), STORE_OPENED);
    assert_int_equal(try_open(r, r->home, STORE_WRITE, &err), STORE_OPENED);
    assert_int_equal(try_open(r, r->home, STORE_READ, &err), STORE_OPENED);
}

static void test_makes_a_store_in_an_empty_directory(void **state)
{
    Room *r = *state;
    Err err;
    assert_true(dir_make_all(FILE_CWD, r->home, 0700, &err));
    assert_int_equal(try_open(r, r->home, STORE_READ, &err), STORE_ABSENT);
    assert_int_equal(try_open(r, r->home, STORE_CREATE, &err), STORE_OPENED);
    assert_str(store_fixture_find_fault(&r->a, r->home), S(""));
}

static void test_refuses_a_directory_with_other_things(void **state)
{
    Room *r = *state;
    Err err;
    fixture_file(&r->a, r->home, S("thesis.tex"), S("years of work"));
    assert_true(file_set_mode_at(FILE_CWD, r->home, 0700, &err));
    assert_int_equal(try_open(r, r->home, STORE_CREATE, &err), STORE_FAILED);
    assert_int_equal(err.kind, ERR_USAGE);
    assert_non_null(strstr(err.text, "thesis.tex"));
    assert_str(fixture_read(&r->a, FILE_CWD, path_join(&r->a, r->home, S("lock"))), S("(absent)"));
}

static void test_refuses_to_remake_a_store_that_lost_its_format(void **state)
{
    Room *r = *state;
    Err err;
    assert_int_equal(try_open(r, r->home, STORE_CREATE, &err), STORE_OPENED);
    fixture_file(&r->a, r->home, S("trees/go1.26.8.linux-amd64/VERSION"), S("go1.26.8"));
    assert_int_equal(file_unlink(FILE_CWD, path_join(&r->a, r->home, S("format")), &err),
                     FILE_FOUND);
    assert_int_equal(try_open(r, r->home, STORE_CREATE, &err), STORE_FAILED);
    assert_int_equal(err.kind, ERR_FORMAT);
}

static void test_refuses_other_formats(void **state)
{
    Room *r = *state;
    static const struct {
        Str text;
        ErrKind kind;
    } cases[] = {
        {STR_CONST("goward-store 2\n"), ERR_UNSUPPORTED},
        {STR_CONST("goward-store 0\n"), ERR_UNSUPPORTED},
        {STR_CONST("goward-store 1"), ERR_FORMAT},
        {STR_CONST("goward-store one\n"), ERR_FORMAT},
        {STR_CONST("something else\n"), ERR_FORMAT},
        {STR_CONST(""), ERR_FORMAT},
        {STR_CONST("goward-store 1\n                                                       "),
         ERR_LIMIT},
    };
    Err err;
    assert_int_equal(try_open(r, r->home, STORE_CREATE, &err), STORE_OPENED);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        fixture_file(&r->a, r->home, S("format"), cases[i].text);
        for (StoreMode mode = STORE_READ; mode <= STORE_CREATE; mode++) {
            assert_int_equal(try_open(r, r->home, mode, &err), STORE_FAILED);
            assert_int_equal(err.kind, cases[i].kind);
        }
    }
    fixture_file(&r->a, r->home, S("format"), S("goward-store 2\n"));
    try_open(r, r->home, STORE_READ, &err);
    assert_non_null(strstr(err.text, "newer"));
}

static void test_refuses_homes_that_are_not_safe(void **state)
{
    Room *r = *state;
    Err err;
    Str link = path_join(&r->a, r->dir, S("link"));
    Str file = fixture_file(&r->a, r->dir, S("file"), S(""));
    assert_int_equal(try_open(r, r->home, STORE_CREATE, &err), STORE_OPENED);
    assert_true(file_symlink(r->home, FILE_CWD, link, &err));
    for (StoreMode mode = STORE_READ; mode <= STORE_CREATE; mode++) {
        assert_int_equal(try_open(r, link, mode, &err), STORE_FAILED);
        assert_int_equal(err.kind, ERR_USAGE);
        assert_non_null(strstr(err.text, "symlink"));
        assert_int_equal(try_open(r, file, mode, &err), STORE_FAILED);
        assert_int_equal(err.kind, ERR_USAGE);
        assert_int_equal(try_open(r, S("relative/home"), mode, &err), STORE_FAILED);
        assert_int_equal(err.kind, ERR_USAGE);
    }
    assert_true(file_set_mode_at(FILE_CWD, r->home, 0722, &err));
    assert_int_equal(try_open(r, r->home, STORE_READ, &err), STORE_FAILED);
    assert_int_equal(err.kind, ERR_USAGE);
    if (geteuid() != 0) {
        assert_int_equal(try_open(r, S("/"), STORE_READ, &err), STORE_FAILED);
        assert_non_null(strstr(err.text, "belongs to user 0"));
    }
}

static void test_no_symlink_below_the_home_is_followed(void **state)
{
    Room *r = *state;
    Err err;
    Store s;
    int fd;
    assert_int_equal(try_open(r, r->home, STORE_CREATE, &err), STORE_OPENED);
    Str records = path_join(&r->a, r->home, S("records"));
    assert_int_equal(dir_remove_all(FILE_CWD, records, &err), FILE_FOUND);
    assert_true(file_symlink(r->dir, FILE_CWD, records, &err));
    s = store_fixture_open(&r->a, r->home, STORE_READ);
    assert_false(store_dir(&s, STORE_DIR_RECORDS, &fd, &err));
    store_close(&s);
}

static bool holds_lock(void *context)
{
    Room *r = context;
    Arena a = arena_init(0);
    Err err;
    Store s;
    StoreOptions options = {.home = r->home,
                            .mode = STORE_WRITE,
                            .lock_timeout_ms = 20,
                            .command = S("goward second"),
                            .user = S("x")};
    StoreOutcome outcome = store_open(&a, &options, &s, &err);
    bool is_named = strstr(err.text, "'goward test' (process ") != NULL;
    return outcome == STORE_FAILED && err.kind == ERR_CONFLICT && is_named;
}

static bool can_read(void *context)
{
    Room *r = context;
    Err err;
    return try_open(r, r->home, STORE_READ, &err) == STORE_OPENED;
}

static void test_one_writer_at_a_time_is_named(void **state)
{
    Room *r = *state;
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    assert_true(fixture_holds_in_child(holds_lock, r));
    assert_true(fixture_holds_in_child(can_read, r));
    store_close(&s);
    assert_false(fixture_holds_in_child(holds_lock, r));
}

static void test_side_dirs_are_made_by_writers(void **state)
{
    Room *r = *state;
    Err err;
    int fd = -1;
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    store_close(&s);
    s = store_fixture_open(&r->a, r->home, STORE_READ);
    assert_int_equal(store_side_dir(&s, S("sumdb"), &fd, &err), FILE_ABSENT);
    store_close(&s);
    s = store_fixture_open(&r->a, r->home, STORE_WRITE);
    assert_int_equal(store_side_dir(&s, S("sumdb"), &fd, &err), FILE_FOUND);
    file_close(&fd);
    store_close(&s);
    s = store_fixture_open(&r->a, r->home, STORE_READ);
    assert_int_equal(store_side_dir(&s, S("sumdb"), &fd, &err), FILE_FOUND);
    file_close(&fd);
    store_close(&s);
}

static void test_shims_are_links(void **state)
{
    Room *r = *state;
    Err err;
    Str target;
    Str path = path_join(&r->a, r->home, S("bin/go"));
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    assert_true(store_link_shim(&s, S("go"), S("/opt/goward"), &err));
    assert_int_equal(file_readlink(&r->a, FILE_CWD, path, &target, &err), FILE_FOUND);
    assert_str(target, S("/opt/goward"));
    assert_true(store_link_shim(&s, S("go"), S("/usr/bin/goward"), &err));
    assert_true(store_link_shim(&s, S("go"), S("/usr/bin/goward"), &err));
    assert_int_equal(file_readlink(&r->a, FILE_CWD, path, &target, &err), FILE_FOUND);
    assert_str(target, S("/usr/bin/goward"));
    store_close(&s);
    assert_str(store_fixture_find_fault(&r->a, r->home), S(""));
}

static void test_lost_directories_are_made_again(void **state)
{
    Room *r = *state;
    Err err;
    int fd;
    Store s = store_fixture_open(&r->a, r->home, STORE_CREATE);
    store_close(&s);
    assert_int_equal(dir_remove_all(FILE_CWD, path_join(&r->a, r->home, S("trash")), &err),
                     FILE_FOUND);
    s = store_fixture_open(&r->a, r->home, STORE_READ);
    assert_false(store_dir(&s, STORE_DIR_TRASH, &fd, &err));
    assert_int_equal(err.kind, ERR_FORMAT);
    store_close(&s);
    s = store_fixture_open(&r->a, r->home, STORE_WRITE);
    store_close(&s);
    assert_str(store_fixture_find_fault(&r->a, r->home), S(""));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

static void test_only_an_unused_store_is_removed(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    FileStat st;
    Err err;
    Str dir = fixture_dir(&a);
    Str home = path_join(&a, dir, S("home"));
    static const Str used[] = {STR_CONST("records/x"), STR_CONST("trees/x"),
                               STR_CONST("cache/x.part")};
    for (isize i = 0; i <= COUNT_OF(used); i++) {
        Store s = store_fixture_open(&a, home, STORE_CREATE);
        if (i < COUNT_OF(used)) {
            fixture_file(&a, home, used[i], S("x"));
        } else {
            fixture_file(&a, home, S("cache/proxies/x"), S("x"));
        }
        store_remove_unused(&s);
        store_close(&s);
        assert_int_equal(file_lstat(FILE_CWD, home, &st, &err),
                         i < COUNT_OF(used) ? FILE_FOUND : FILE_ABSENT);
        if (i < COUNT_OF(used)) {
            assert_int_equal(file_unlink(FILE_CWD, path_join(&a, home, used[i]), &err), FILE_FOUND);
        }
    }
    /* Nothing is left beside it either, and the next writer makes a new one. */
    DirList list;
    AUTO_CLOSE int fd = -1;
    assert_int_equal(dir_open(FILE_CWD, dir, &fd, &err), FILE_FOUND);
    assert_true(dir_list(&a, fd, &list, &err));
    assert_int_equal(list.len, 0);
    Store s = store_fixture_open(&a, home, STORE_CREATE);
    store_close(&s);
    arena_done(&a);
}

typedef struct {
    Str home;
    StoreOutcome outcome;
} Waiting;

static void *open_and_wait(void *context)
{
    Waiting *w = context;
    Arena a = arena_init(0);
    Err err;
    Store s;
    StoreOptions options = {.home = w->home, .mode = STORE_CREATE, .lock_timeout_ms = 20000};
    w->outcome = store_open(&a, &options, &s, &err);
    if (w->outcome == STORE_OPENED) {
        store_close(&s);
    }
    arena_done(&a);
    return NULL;
}

/* Who waits for the lock of a store that is removed makes it anew. */
static void test_a_waiting_writer_outlives_a_removal(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    FileStat st;
    Err err;
    pthread_t thread;
    Waiting w = {.home = path_join(&a, fixture_dir(&a), S("home"))};
    Store s = store_fixture_open(&a, w.home, STORE_CREATE);
    assert_int_equal(pthread_create(&thread, NULL, open_and_wait, &w), 0);
    clock_sleep_ms(100);
    store_remove_unused(&s);
    store_close(&s);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(w.outcome, STORE_OPENED);
    assert_int_equal(file_lstat(FILE_CWD, path_join(&a, w.home, S("format")), &st, &err),
                     FILE_FOUND);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_makes_a_store_with_its_parents),
        TEST(test_makes_a_store_in_an_empty_directory),
        TEST(test_refuses_a_directory_with_other_things),
        TEST(test_refuses_to_remake_a_store_that_lost_its_format),
        TEST(test_refuses_other_formats),
        TEST(test_refuses_homes_that_are_not_safe),
        TEST(test_no_symlink_below_the_home_is_followed),
        TEST(test_one_writer_at_a_time_is_named),
        TEST(test_side_dirs_are_made_by_writers),
        TEST(test_shims_are_links),
        TEST(test_lost_directories_are_made_again),
        TEST(test_only_an_unused_store_is_removed),
        TEST(test_a_waiting_writer_outlives_a_removal),
    };
    return cmocka_run_group_tests_name("store/store", tests, NULL, NULL);
}
