#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/root/manifest.h"
#include "go/root/treehash.h"
#include "support/assert_str.h"
#include "support/fixture.h"

/* A small root: two modules, a folder that does not count, a go.mod. */
static Str make_root(Arena *a)
{
    Str root = fixture_dir(a);
    fixture_file(a, root, S("VERSION"), S("go1.26.8\ntime 2026-09-01T00:00:00Z\n"));
    fixture_file(a, root, S("bin/go"), S("program"));
    fixture_file(a, root, S("pkg/tool/linux_amd64/compile"), S("compiler"));
    fixture_file(a, root, S("src/go.mod"), S("module std\n"));
    fixture_file(a, root, S("src/fmt/print.go"), S("package fmt\n"));
    fixture_file(a, root, S("test/fixedbugs/x.go"), S("package x\n"));
    fixture_file(a, root, S("api/go1.txt"), S("pkg\n"));
    return root;
}

static Manifest manifest_at(Arena *a, Str root)
{
    Goroot goroot;
    Manifest m;
    Err err;
    AUTO_CLOSE int fd = -1;
    assert_int_equal(goroot_read(a, root, &goroot, &err), GOROOT_FOUND);
    assert_int_equal(dir_open(FILE_CWD, root, &fd, &err), FILE_FOUND);
    if (!manifest_of_tree(a, fd, &goroot, 2, &m, &err)) {
        fail_msg("%s", err.text);
    }
    return m;
}

static void test_reads_what_a_root_says_it_is(void **state)
{
    (void)state;
    static const struct {
        Str version_file, name, version;
    } rows[] = {
        {STR_CONST("go1.26.8\ntime x\n"), STR_CONST("go1.26.8"), STR_CONST("1.26.8")},
        {STR_CONST("go1.19.4"), STR_CONST("go1.19.4"), STR_CONST("1.19.4")},
        {STR_CONST("go1.27rc1\n"), STR_CONST("go1.27rc1"), STR_CONST("1.27rc1")},
        {STR_CONST("devel go1.28-abc123 Mon\n"), STR_CONST("devel"), STR_CONST("")},
        {STR_CONST("go1.26.8-custom\n"), STR_CONST("go1.26.8-custom"), STR_CONST("")},
        {STR_CONST("go1.26\n"), STR_CONST("go1.26"), STR_CONST("")},
        {STR_CONST(""), STR_CONST(""), STR_CONST("")},
    };
    Arena a = arena_init(0);
    Goroot root;
    Err err;
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str dir = make_root(&a);
        fixture_file(&a, dir, S("VERSION"), rows[i].version_file);
        assert_int_equal(goroot_read(&a, dir, &root, &err), GOROOT_FOUND);
        assert_str(root.name, rows[i].name);
        assert_str(root.version, rows[i].version);
        assert_str(root.os, S("linux"));
        assert_str(root.arch, S("amd64"));
        assert_false(root.is_module_form);
    }
    assert_int_equal(goroot_read(&a, fixture_dir(&a), &root, &err), GOROOT_OTHER);
    assert_int_equal(goroot_read(&a, S("/nonexistent/x"), &root, &err), GOROOT_ABSENT);
    arena_done(&a);
}

static void test_names_files_as_the_log_does(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Manifest m = manifest_at(&a, make_root(&a));
    static const char *const wanted[] = {"VERSION", "bin/go", "pkg/tool/linux_amd64/compile",
                                         "src/fmt/print.go", "src/_go.mod"};
    assert_int_equal(m.n, COUNT_OF(wanted));
    for (isize i = 0; i < m.n; i++) {
        assert_str(
            m.files[i].name,
            str_format(&a, "golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64/%s", wanted[i]));
    }
    assert_int_equal(m.wrong.len, 0);
    arena_done(&a);
}

/* cmd/go keeps _go.mod and puts a copy beside it: the hash is that of the same root unpacked. */
static void test_module_form_has_the_same_hash(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Str root = make_root(&a);
    Manifest plain = manifest_at(&a, root);
    fixture_file(&a, root, S("src/_go.mod"), S("module std\n"));
    Manifest module = manifest_at(&a, root);
    assert_true(module.is_module_form);
    assert_str(manifest_text(&a, &module, NULL), manifest_text(&a, &plain, NULL));
    assert_int_equal(module.wrong.len, 0);
    arena_done(&a);
}

/* cmd/go makes all copies, src/go.mod last, and none again while that is there. */
static void test_sees_a_missing_copy(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Str root = make_root(&a);
    fixture_file(&a, root, S("src/_go.mod"), S("module std\n"));
    fixture_file(&a, root, S("src/cmd/_go.mod"), S("module cmd\n"));
    Manifest m = manifest_at(&a, root);
    assert_int_equal(m.wrong.len, 1);
    assert_str(m.wrong.ptr[0].path, S("src/cmd/go.mod"));
    assert_int_equal(m.wrong.ptr[0].kind, FILE_DIFF_MISSING);
    /* Unpacked, and not run yet. */
    assert_int_equal(file_unlink(FILE_CWD, path_join(&a, root, S("src/go.mod")), &err), FILE_FOUND);
    assert_int_equal(manifest_at(&a, root).wrong.len, 0);
    arena_done(&a);
}

static void test_sees_a_changed_copy_and_a_link(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Str root = make_root(&a);
    fixture_file(&a, root, S("src/_go.mod"), S("module std\n"));
    fixture_file(&a, root, S("src/go.mod"), S("module other\n"));
    fixture_file(&a, root, S("src/cmd/go.mod"), S("module cmd\n"));
    assert_true(file_symlink(S("/etc/passwd"), FILE_CWD, path_join(&a, root, S("bin/link")), &err));
    Manifest m = manifest_at(&a, root);
    FileDiffs diffs;
    assert_true(manifest_diff(&a, &m, manifest_text(&a, &m, NULL), &diffs, &err));
    assert_int_equal(diffs.len, 3);
    assert_str(diffs.ptr[0].path, S("bin/link"));
    assert_int_equal(diffs.ptr[0].kind, FILE_DIFF_EXTRA);
    assert_str(diffs.ptr[1].path, S("src/cmd/go.mod"));
    assert_int_equal(diffs.ptr[1].kind, FILE_DIFF_EXTRA);
    assert_str(diffs.ptr[2].path, S("src/go.mod"));
    assert_int_equal(diffs.ptr[2].kind, FILE_DIFF_CHANGED);
    arena_done(&a);
}

static void test_names_each_changed_missing_and_extra_file(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Str root = make_root(&a);
    Manifest before = manifest_at(&a, root);
    Str proved = manifest_text(&a, &before, NULL);
    fixture_file(&a, root, S("bin/go"), S("Program"));
    fixture_file(&a, root, S("bin/extra"), S(""));
    fixture_file(&a, root, S("test/more.go"), S("does not count"));
    file_unlink(FILE_CWD, path_join(&a, root, S("src/go.mod")), &err);
    Manifest after = manifest_at(&a, root);
    FileDiffs diffs;
    assert_true(manifest_diff(&a, &after, proved, &diffs, &err));
    static const FileDiff wanted[] = {{STR_CONST("bin/extra"), FILE_DIFF_EXTRA},
                                      {STR_CONST("bin/go"), FILE_DIFF_CHANGED},
                                      {STR_CONST("src/go.mod"), FILE_DIFF_MISSING}};
    assert_int_equal(diffs.len, COUNT_OF(wanted));
    for (isize i = 0; i < diffs.len; i++) {
        assert_str(diffs.ptr[i].path, wanted[i].path);
        assert_int_equal(diffs.ptr[i].kind, wanted[i].kind);
    }
    arena_done(&a);
}

/* Sizes around the reader's limits: empty, a page, the border of small, several slices. */
static void test_hashes_files_of_every_size(void **state)
{
    (void)state;
    static const isize sizes[] = {0, 1, 4096, 65535, 65536, 65537, 262144, 1048577, 3000000};
    Arena a = arena_init(4 * MIB);
    Str root = fixture_dir(&a);
    Str paths[COUNT_OF(sizes)];
    Sha256 wanted[COUNT_OF(sizes)], got[COUNT_OF(sizes)];
    Err err;
    AUTO_CLOSE int fd = -1;
    for (isize i = 0; i < COUNT_OF(sizes); i++) {
        char *content = arena_alloc(&a, sizes[i], 1, 1);
        for (isize k = 0; k < sizes[i]; k++) {
            content[k] = (char)(k * 7 + i);
        }
        paths[i] = str_format(&a, "f%td", i);
        fixture_file(&a, root, paths[i], (Str){content, sizes[i]});
        wanted[i] = sha256_of((Str){content, sizes[i]});
    }
    assert_int_equal(dir_open(FILE_CWD, root, &fd, &err), FILE_FOUND);
    for (isize workers = 1; workers <= 3; workers++) {
        assert_true(treehash_files(fd, paths, COUNT_OF(sizes), workers, got, &err));
        for (isize i = 0; i < COUNT_OF(sizes); i++) {
            assert_true(sha256_eq(&wanted[i], &got[i]));
        }
    }
    Str gone = S("gone");
    assert_false(treehash_files(fd, &gone, 1, 1, got, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_what_a_root_says_it_is),
        cmocka_unit_test(test_names_files_as_the_log_does),
        cmocka_unit_test(test_module_form_has_the_same_hash),
        cmocka_unit_test(test_sees_a_missing_copy),
        cmocka_unit_test(test_sees_a_changed_copy_and_a_link),
        cmocka_unit_test(test_names_each_changed_missing_and_extra_file),
        cmocka_unit_test(test_hashes_files_of_every_size),
    };
    return cmocka_run_group_tests_name("go/root/manifest", tests, NULL, NULL);
}
