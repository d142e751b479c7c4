#define _GNU_SOURCE /* setresuid */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/dir.h"
#include "os/fault.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#define NOBODY 65534 /* a user for whom modes count; root is stopped by none */

typedef struct {
    Arena a;
    Str path;
    int dir;
} Room;

static int enter(void **state)
{
    static Room room;
    Err err;
    room.a = arena_init(0);
    room.path = fixture_dir(&room.a);
    room.dir = -1;
    ASSERT(dir_open(FILE_CWD, room.path, &room.dir, &err) == FILE_FOUND);
    *state = &room;
    return 0;
}

static int leave(void **state)
{
    Room *room = *state;
    fault_hook = NULL;
    file_close(&room->dir);
    arena_done(&room->a);
    return 0;
}

static void test_makes_directories(void **state)
{
    Room *room = *state;
    Err err;
    FileStat st;
    assert_true(dir_make(room->dir, S("a"), 0755, &err));
    assert_true(dir_make(room->dir, S("a"), 0755, &err));
    assert_false(dir_make(room->dir, S("b/c"), 0755, &err));
    assert_int_equal(err.errnum, ENOENT);
    assert_true(dir_make_all(room->dir, S("b/c/d"), 0750, &err));
    assert_true(dir_make_all(room->dir, S("b/c/d"), 0750, &err));
    assert_true(dir_make_all(room->dir, S("b/c/e/"), 0755, &err));
    assert_int_equal(file_lstat(room->dir, S("b/c"), &st, &err), FILE_FOUND);
    assert_int_equal(st.mode, 0750);
    assert_true(dir_make_all(FILE_CWD, path_join(&room->a, room->path, S("x/y")), 0755, &err));
    assert_true(dir_make_all(FILE_CWD, S("/"), 0755, &err));
    assert_true(dir_make_all(room->dir, S("."), 0755, &err));
}

static void test_makes_no_directory_where_something_else_is(void **state)
{
    Room *room = *state;
    Err err;
    fixture_file(&room->a, room->path, S("file"), S(""));
    assert_true(file_symlink(S("nowhere"), room->dir, S("dangling"), &err));
    assert_false(dir_make(room->dir, S("file"), 0755, &err));
    assert_int_equal(err.errnum, EEXIST);
    assert_false(dir_make_all(room->dir, S("file/a/b"), 0755, &err));
    assert_int_equal(err.errnum, EEXIST);
    assert_false(dir_make_all(room->dir, S("dangling/a"), 0755, &err));
    assert_int_equal(err.errnum, EEXIST);
    assert_false(dir_make(room->dir, S("a\0b"), 0755, &err));
    assert_int_equal(err.errnum, EINVAL);
    assert_false(dir_make(room->dir, S(""), 0755, &err));
}

static void test_opens_only_directories(void **state)
{
    Room *room = *state;
    Err err;
    int fd = -1;
    fixture_file(&room->a, room->path, S("file"), S(""));
    assert_int_equal(dir_open(room->dir, S("file"), &fd, &err), FILE_ABSENT);
    assert_int_equal(dir_open(room->dir, S("absent"), &fd, &err), FILE_ABSENT);
    assert_int_equal(dir_open(room->dir, S("a\0"), &fd, &err), FILE_FAILED);
    assert_int_equal(fd, -1);
}

static void test_lists_in_order_of_bytes(void **state)
{
    Room *room = *state;
    Err err;
    DirList list;
    const Str names[] = {S("\x01"), S(" "),   S("-"),  S("A"),   S("B.go"),
                         S("a"),    S("a.b"), S("ab"), S("\xff")};
    for (isize i = COUNT_OF(names) - 1; i >= 0; i--) {
        fixture_file(&room->a, room->path, names[i], S(""));
    }
    for (int round = 0; round < 2; round++) { /* from the start each time */
        assert_true(dir_list(&room->a, room->dir, &list, &err));
        assert_int_equal(list.len, COUNT_OF(names));
        for (isize i = 0; i < list.len; i++) {
            assert_str(list.ptr[i].name, names[i]);
            assert_int_equal(list.ptr[i].kind, FILE_KIND_REGULAR);
        }
    }
}

static void test_lists_more_than_one_buffer(void **state)
{
    Room *room = *state;
    Err err;
    DirList list;
    for (int i = 0; i < 1500; i++) { /* about 90 KiB of entries */
        AUTO_CLOSE int fd = -1;
        Str name = str_format(&room->a, "%04d-with-a-name-of-forty-bytes-or-so-", (i * 7) % 1500);
        assert_true(file_create(room->dir, name, 0644, &fd, &err));
    }
    assert_true(dir_list(&room->a, room->dir, &list, &err));
    assert_int_equal(list.len, 1500);
    for (int i = 0; i < 1500; i++) {
        assert_str(str_to(list.ptr[i].name, 4), str_format(&room->a, "%04d", i));
    }
}

static void test_lists_nothing_but_directories(void **state)
{
    Room *room = *state;
    Err err;
    DirList list;
    AUTO_CLOSE int fd = -1;
    fixture_file(&room->a, room->path, S("file"), S(""));
    assert_int_equal(file_open(room->dir, S("file"), &fd, &err), FILE_FOUND);
    assert_false(dir_list(&room->a, fd, &list, &err));
    assert_int_equal(err.errnum, ENOTDIR);
}

static void test_walks_in_order_of_whole_paths(void **state)
{
    Room *room = *state;
    Err err;
    DirTree tree;
    /* '-' and '.' sort before '/', '0' after it. */
    const Str paths[] = {S("a-b"), S("a.c"), S("a/b"),    S("a/b-x/y"),
                         S("a/z"), S("a0"),  S("b/c/d/e")};
    for (isize i = 0; i < COUNT_OF(paths); i++) {
        if (!str_eq(paths[i], S("a/b"))) {
            fixture_file(&room->a, room->path, paths[i], S(""));
        }
    }
    assert_true(file_symlink(S(".."), room->dir, S("a/b"), &err)); /* listed, not entered */
    assert_true(dir_make_all(room->dir, S("empty/er"), 0755, &err));
    assert_true(dir_walk(&room->a, room->dir, COUNT_OF(paths), &tree, &err));
    assert_int_equal(tree.len, COUNT_OF(paths));
    for (isize i = 0; i < tree.len; i++) {
        assert_str(tree.ptr[i].path, paths[i]);
        bool is_link = str_eq(paths[i], S("a/b"));
        assert_int_equal(tree.ptr[i].kind, is_link ? FILE_KIND_SYMLINK : FILE_KIND_REGULAR);
    }
    assert_false(dir_walk(&room->a, room->dir, COUNT_OF(paths) - 1, &tree, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void make_deep(Room *room, int depth)
{
    Err err;
    int at = dup(room->dir);
    for (int i = 0; i < depth; i++) {
        int next = -1;
        ASSERT(dir_make(at, S("d"), 0755, &err));
        ASSERT(dir_open(at, S("d"), &next, &err) == FILE_FOUND);
        close(at);
        at = next;
    }
    close(at);
}

static void test_refuses_trees_that_are_too_deep(void **state)
{
    Room *room = *state;
    Err err;
    DirTree tree;
    make_deep(room, 199);
    assert_true(dir_walk(&room->a, room->dir, 10, &tree, &err));
    assert_int_equal(dir_remove_all(room->dir, S("d"), &err), FILE_FOUND);
    make_deep(room, 300);
    assert_false(dir_walk(&room->a, room->dir, 10, &tree, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_int_equal(dir_remove_all(room->dir, S("d"), &err), FILE_FAILED);
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void test_removing_spares_what_links_point_to(void **state)
{
    Room *room = *state;
    Err err;
    fixture_file(&room->a, room->path, S("kept/file"), S("kept"));
    fixture_file(&room->a, room->path, S("tree/a/file"), S("gone"));
    assert_true(file_symlink(S("../kept"), room->dir, S("tree/link"), &err));
    assert_true(file_symlink(S("../../kept/file"), room->dir, S("tree/a/link"), &err));
    assert_true(file_symlink(S("tree"), room->dir, S("to-tree"), &err));
    assert_int_equal(dir_remove_all(room->dir, S("to-tree"), &err), FILE_FOUND);
    assert_str(fixture_read(&room->a, room->dir, S("tree/a/file")), S("gone"));
    assert_int_equal(dir_remove_all(room->dir, S("tree"), &err), FILE_FOUND);
    assert_int_equal(dir_remove_all(room->dir, S("tree"), &err), FILE_ABSENT);
    assert_str(fixture_read(&room->a, room->dir, S("kept/file")), S("kept"));
    assert_int_equal(dir_remove_all(room->dir, S("kept/file"), &err), FILE_FOUND);
    assert_int_equal(dir_remove(room->dir, S("kept"), &err), FILE_FOUND);
    assert_int_equal(dir_remove(room->dir, S("kept"), &err), FILE_ABSENT);
}

static bool remove_as_nobody(void *context)
{
    Room *room = context;
    Err err;
    if (geteuid() == 0 &&
        (setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0)) {
        return false;
    }
    return dir_remove_all(room->dir, S("tree"), &err) == FILE_FOUND;
}

/* As the module cache is: directories 0555, files 0444. */
static void test_removes_read_only_trees_of_an_ordinary_user(void **state)
{
    Room *room = *state;
    const Str paths[] = {S("tree/a/b/file"), S("tree/a/file"), S("tree/file")};
    const Str dirs[] = {S("tree/a/b"), S("tree/a"), S("tree")};
    Err err;
    for (isize i = 0; i < COUNT_OF(paths); i++) {
        Str path = fixture_file(&room->a, room->path, paths[i], S("x"));
        assert_true(file_set_mode_at(FILE_CWD, path, 0444, &err));
    }
    for (isize i = 0; i < COUNT_OF(dirs); i++) {
        assert_true(file_set_mode_at(room->dir, dirs[i], 0555, &err));
        if (geteuid() == 0) {
            assert_int_equal(fchownat(room->dir, dirs[i].ptr, NOBODY, NOBODY, 0), 0);
        }
    }
    if (geteuid() == 0) {
        assert_int_equal(fchown(room->dir, NOBODY, NOBODY), 0);
    }
    assert_true(fixture_holds_in_child(remove_as_nobody, room));
    FileStat st;
    assert_int_equal(file_lstat(room->dir, S("tree"), &st, &err), FILE_ABSENT);
}

/* Just before the walk enters "sub", somebody puts a symlink in its place. */
static int swap_for_link(void *context, const FaultEvent *event)
{
    Room *room = context;
    if (event->op == FAULT_UNLINK && str_eq(event->path, S("a-first"))) {
        ASSERT(renameat(room->dir, "tree/sub", room->dir, "moved") == 0);
        ASSERT(symlinkat("../kept", room->dir, "tree/sub") == 0);
    }
    return 0;
}

static void test_removing_follows_no_link_put_there_meanwhile(void **state)
{
    Room *room = *state;
    Err err;
    fixture_file(&room->a, room->path, S("kept/file"), S("kept"));
    fixture_file(&room->a, room->path, S("tree/a-first"), S(""));
    fixture_file(&room->a, room->path, S("tree/sub/file"), S(""));
    fault_hook = swap_for_link;
    fault_context = room;
    assert_int_equal(dir_remove_all(room->dir, S("tree"), &err), FILE_FAILED);
    fault_hook = NULL;
    assert_str(fixture_read(&room->a, room->dir, S("kept/file")), S("kept"));
}

static int fail_all(void *context, const FaultEvent *event)
{
    (void)event;
    return *(int *)context;
}

static void test_failed_removal_says_where(void **state)
{
    Room *room = *state;
    Err err;
    int errnum = EBUSY;
    fixture_file(&room->a, room->path, S("tree/a/file"), S(""));
    fault_hook = fail_all;
    fault_context = &errnum;
    assert_int_equal(dir_remove_all(room->dir, S("tree"), &err), FILE_FAILED);
    fault_hook = NULL;
    assert_str(err_format(&room->a, &err),
               str_format(&room->a, "in 'tree': in 'a': removing 'file': %s", strerror(EBUSY)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)
    const struct CMUnitTest tests[] = {
        TEST(test_makes_directories),
        TEST(test_makes_no_directory_where_something_else_is),
        TEST(test_opens_only_directories),
        TEST(test_lists_in_order_of_bytes),
        TEST(test_lists_more_than_one_buffer),
        TEST(test_lists_nothing_but_directories),
        TEST(test_walks_in_order_of_whole_paths),
        TEST(test_refuses_trees_that_are_too_deep),
        TEST(test_removing_spares_what_links_point_to),
        TEST(test_removes_read_only_trees_of_an_ordinary_user),
        TEST(test_removing_follows_no_link_put_there_meanwhile),
        TEST(test_failed_removal_says_where),
    };
    return cmocka_run_group_tests_name("os_dir", tests, NULL, NULL);
}
