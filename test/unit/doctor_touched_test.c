/* What the times of a tree's files say of it, and which files matter at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "doctor/touched.h"
#include "support/fixture.h"

#define LAID_DOWN 1700000000 /* seconds since 1970 */
#define N_FILES 40

static const char *const named[] = {"VERSION", "bin/go", "pkg/tool/linux_amd64/compile",
                                    "src/fmt/print.go", "src/cmd/go/main.go"};

static void set_time(Arena *a, Str path, int64_t seconds)
{
    const struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
    assert_int_equal(utimensat(AT_FDCWD, str_format(a, "%.*s%c", STR_ARG(path), 0).ptr, times, 0),
                     0);
}

/* Files and folders with one time, as out of an archive. */
static Released make_tree(Arena *a)
{
    Released r = {.root.path = fixture_dir(a)};
    VEC(Str) paths = {0};
    for (isize i = 0; i < COUNT_OF(named); i++) {
        *VEC_PUSH(a, &paths) = str_from_c(named[i]);
    }
    for (int i = 0; i < N_FILES; i++) {
        *VEC_PUSH(a, &paths) = str_format(a, "src/p%d/p.go", i);
    }
    for (isize i = 0; i < paths.len; i++) {
        fixture_file(a, r.root.path, paths.ptr[i], S("laid down\n"));
    }
    for (isize i = 0; i < paths.len; i++) {
        Str path = path_join(a, r.root.path, paths.ptr[i]);
        set_time(a, path, LAID_DOWN);
        set_time(a, path_dir(path), LAID_DOWN);
    }
    set_time(a, path_join(a, r.root.path, S("src")), LAID_DOWN);
    set_time(a, path_join(a, r.root.path, S("pkg/tool")), LAID_DOWN);
    return r;
}

static void test_an_untouched_tree_is_told_from_one_with_a_later_file(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int64_t seconds;
        bool is_touched;
    } cases[] = {
        {"src/fmt/print.go", LAID_DOWN + 3600, true},
        {"src/fmt/print.go", LAID_DOWN + 5, false}, /* still being laid down */
        {"src/fmt/print.go", LAID_DOWN - 3600, false},
        {"src/fmt", LAID_DOWN + 3600, true}, /* a file was added or removed */
        {"bin/go", LAID_DOWN + 3600, true},
        {"bin", LAID_DOWN + 3600, false}, /* other programs are put there */
        {"VERSION", LAID_DOWN + 3600, true},
        {"pkg/tool/linux_amd64/compile", LAID_DOWN + 3600, true},
        {"src/cmd/go/main.go", LAID_DOWN + 3600, false},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Arena a = arena_init(0);
        Released r = make_tree(&a);
        assert_false(touched_any(a, &r));
        set_time(&a, path_join(&a, r.root.path, str_from_c(cases[i].path)), cases[i].seconds);
        if (touched_any(a, &r) != cases[i].is_touched) {
            fail_msg("%s at %+lld s", cases[i].path, (long long)(cases[i].seconds - LAID_DOWN));
        }
        arena_done(&a);
    }
}

static void test_a_tree_of_the_store_is_measured_by_its_record(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    FileStat st;
    Err err;
    Released r = make_tree(&a);
    Str file = path_join(&a, r.root.path, S("src/fmt/print.go"));
    set_time(&a, file, LAID_DOWN + 1);
    assert_int_equal(file_stat(FILE_CWD, file, &st, &err), FILE_FOUND);
    r.linked_ns = st.ctime_ns + 3600 * (int64_t)1000000000; /* no ctime counts */
    r.whole_ns = (LAID_DOWN + 1) * (int64_t)1000000000;
    assert_false(touched_any(a, &r));
    r.whole_ns--;
    assert_true(touched_any(a, &r));
    r.whole_ns++;
    r.linked_ns = r.whole_ns; /* every ctime is that of today */
    assert_true(touched_any(a, &r));
    arena_done(&a);
}

static void test_a_tree_that_is_not_there_is_not_touched(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Released r = {.root.path = S("/nonexistent/go")};
    assert_false(touched_any(a, &r));
    r.root.path = fixture_dir(&a);
    assert_false(touched_any(a, &r));
    arena_done(&a);
}

static void test_what_matters_is_what_a_build_reads(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        bool matters;
    } cases[] = {
        {"VERSION", true},
        {"bin/go", true},
        {"bin/gofmt", true},
        {"bin/gopls", false},
        {"go.env", false},
        {"LICENSE", false},
        {"lib/time/zoneinfo.zip", true},
        {"pkg/include/textflag.h", true},
        {"pkg/tool/linux_amd64/compile", true},
        {"pkg/linux_amd64_race/fmt.a", false},
        {"src/fmt/print.go", true},
        {"src/fmt/print_test.go", false},
        {"src/fmt/.print.go", false},
        {"src/fmt/print.go.orig", false},
        {"src/go.mod", true},
        {"src/_go.mod", true},
        {"src/runtime/asm_amd64.s", true},
        {"src/runtime/race/race_linux_arm64.syso", true},
        {"src/vendor/modules.txt", true},
        {"src/fmt/testdata/print.go", false},
        {"src/_old/print.go", false},
        {"src/.git/print.go", false},
        {"src/testdatabase/print.go", true},
        {"src/", false},
        {"", false},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        if (touched_matters(str_from_c(cases[i].path)) != cases[i].matters) {
            fail_msg("%s", cases[i].path);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_untouched_tree_is_told_from_one_with_a_later_file),
        cmocka_unit_test(test_a_tree_of_the_store_is_measured_by_its_record),
        cmocka_unit_test(test_a_tree_that_is_not_there_is_not_touched),
        cmocka_unit_test(test_what_matters_is_what_a_build_reads),
    };
    return cmocka_run_group_tests_name("doctor/touched", tests, NULL, NULL);
}
