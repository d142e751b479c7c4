#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/filesystem.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#include <errno.h>

static void test_looks_at_known_file_systems(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Filesystem fs;
    assert_int_equal(filesystem_look(&a, FILE_CWD, S("/proc"), &fs, &err), FILE_FOUND);
    assert_str(fs.name, S("proc"));
    assert_int_equal(fs.kind, FILESYSTEM_LOCAL);
    assert_int_equal(fs.free_bytes, 0);
    FileStat st;
    if (file_stat(FILE_CWD, S("/dev/shm"), &st, &err) == FILE_FOUND) {
        assert_int_equal(filesystem_look(&a, FILE_CWD, S("/dev/shm"), &fs, &err), FILE_FOUND);
        assert_str(fs.name, S("tmpfs"));
    }
    arena_done(&a);
}

static void test_tells_the_room_of_the_test_folder(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Filesystem fs;
    Str dir = fixture_dir(&a);
    assert_int_equal(filesystem_look(&a, FILE_CWD, dir, &fs, &err), FILE_FOUND);
    assert_true(fs.free_bytes > 0);
    assert_true(fs.free_inodes == -1 || fs.free_inodes > 0);
    assert_false(fs.is_read_only);
    assert_true(fs.name.len > 0);
    /* Of a file it is that of its directory; a symlink is followed. */
    Filesystem of_file;
    Str file = fixture_file(&a, dir, S("file"), S("x"));
    assert_int_equal(filesystem_look(&a, FILE_CWD, file, &of_file, &err), FILE_FOUND);
    assert_str(of_file.name, fs.name);
    assert_true(file_symlink(S("/proc"), FILE_CWD, path_join(&a, dir, S("link")), &err));
    assert_int_equal(filesystem_look(&a, FILE_CWD, path_join(&a, dir, S("link")), &fs, &err),
                     FILE_FOUND);
    assert_str(fs.name, S("proc"));
    arena_done(&a);
}

static void test_says_what_it_cannot_look_at(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Filesystem fs = {.free_bytes = 77};
    assert_int_equal(filesystem_look(&a, FILE_CWD, S("/nonexistent"), &fs, &err), FILE_ABSENT);
    assert_int_equal(filesystem_look(&a, FILE_CWD, S("/proc/version/x"), &fs, &err), FILE_ABSENT);
    assert_int_equal(filesystem_look(&a, FILE_CWD, S("/\0"), &fs, &err), FILE_FAILED);
    assert_int_equal(err.errnum, EINVAL);
    assert_int_equal(fs.free_bytes, 77);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_looks_at_known_file_systems),
        cmocka_unit_test(test_tells_the_room_of_the_test_folder),
        cmocka_unit_test(test_says_what_it_cannot_look_at),
    };
    return cmocka_run_group_tests_name("os_filesystem", tests, NULL, NULL);
}
