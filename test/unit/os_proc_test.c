#define _GNU_SOURCE /* sched_setaffinity */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/proc.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/utsname.h>

static void test_resolves_real_paths(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Str real, dir;
    Str made = fixture_dir(&a);
    assert_int_equal(proc_real_path(&a, made, &dir, &err), FILE_FOUND);
    Str file = fixture_file(&a, dir, S("sub/file"), S(""));
    assert_true(file_symlink(S("sub"), FILE_CWD, path_join(&a, dir, S("link")), &err));
    assert_true(file_symlink(S("gone"), FILE_CWD, path_join(&a, dir, S("dangling")), &err));
    assert_true(file_symlink(S("loop"), FILE_CWD, path_join(&a, dir, S("loop")), &err));
    const struct {
        Str path;
        FileOutcome outcome;
        Str real;
    } rows[] = {
        {S("sub/file"), FILE_FOUND, file},
        {S("link/file"), FILE_FOUND, file},
        {S("link/../sub//./file"), FILE_FOUND, file},
        {S("dangling"), FILE_ABSENT, S("")},
        {S("absent"), FILE_ABSENT, S("")},
        {S("sub/file/x"), FILE_ABSENT, S("")},
        {S("loop"), FILE_FAILED, S("")},
        {S("sub\0x"), FILE_FAILED, S("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str path = path_join(&a, dir, rows[i].path);
        real = (Str){0};
        assert_int_equal(proc_real_path(&a, path, &real, &err), rows[i].outcome);
        assert_str(real, rows[i].real);
    }
    arena_done(&a);
}

static bool works_in_a_removed_directory(void *context)
{
    Arena a = arena_init(0);
    Err err;
    Str dir;
    Str path = *(Str *)context;
    return proc_change_dir(path, &err) && proc_working_dir(&a, &dir, &err) &&
           str_eq(path_base(dir), path_base(path)) &&
           dir_remove_all(FILE_CWD, path, &err) == FILE_FOUND &&
           !proc_working_dir(&a, &dir, &err) && err.errnum == ENOENT && err.hint[0] != '\0';
}

static void test_knows_when_its_directory_was_removed(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Str dir = fixture_dir(&a);
    assert_true(fixture_holds_in_child(works_in_a_removed_directory, &dir));
    Err err;
    assert_false(proc_change_dir(S("/nonexistent"), &err));
    assert_false(proc_change_dir(S("/\0"), &err));
    arena_done(&a);
}

static void test_finds_itself_among_the_running_programs(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Str self, *paths;
    isize n, found = 0;
    assert_true(proc_executable(&a, &self, &err));
    assert_true(path_is_absolute(self));
    if (fixture_is_emulated(&a)) {
        arena_done(&a);
        skip();
    }
    assert_true(proc_running_executables(&a, &paths, &n, &err));
    for (isize i = 0; i < n; i++) {
        found += str_eq(paths[i], self);
        assert_true(i == 0 || str_compare(paths[i - 1], paths[i]) < 0);
    }
    assert_int_equal(found, 1);
    arena_done(&a);
}

static void test_finds_who_runs_a_program_of_a_folder(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Str self, command;
    int64_t pid = 0;
    assert_true(proc_executable(&a, &self, &err));
    if (fixture_is_emulated(&a)) {
        arena_done(&a);
        skip();
    }
    assert_int_equal(proc_find_running(&a, self, &pid, &command, &err), FILE_FOUND);
    assert_int_equal(pid, getpid());
    assert_true(str_contains(command, path_base(self)));
    assert_true(command.len <= PROC_MAX_COMMAND);
    assert_int_equal(proc_find_running(&a, fixture_dir(&a), &pid, &command, &err), FILE_ABSENT);
    arena_done(&a);
}

static void test_names_the_machine_as_go_does(void **state)
{
    (void)state;
    struct utsname names;
    ProcHost host = proc_host();
    assert_int_equal(uname(&names), 0);
    assert_str(host.os, S("linux"));
    if (strcmp(names.machine, "x86_64") == 0) {
        assert_str(host.arch, S("amd64"));
    }
    if (strcmp(names.machine, "aarch64") == 0) {
        assert_str(host.arch, S("arm64"));
    }
}

static bool sees_one_cpu(void *context)
{
    (void)context;
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) != 0) {
        return false;
    }
    int first = 0;
    while (!CPU_ISSET((size_t)first, &set)) {
        first++;
    }
    CPU_ZERO(&set);
    CPU_SET((size_t)first, &set);
    return sched_setaffinity(0, sizeof(set), &set) == 0 && proc_cpus() == 1;
}

static void test_counts_the_cpus_it_may_use(void **state)
{
    (void)state;
    assert_true(proc_cpus() >= 1);
    assert_true(fixture_holds_in_child(sees_one_cpu, NULL));
}

static void test_names_the_user_and_the_boot(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    assert_true(proc_user_name(&a).len > 0);
    if (proc_user_id() == 0) {
        assert_str(proc_user_name(&a), S("root"));
    }
    assert_int_equal(proc_boot_id(&a).len, 36);
    assert_str(proc_boot_id(&a), proc_boot_id(&a));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resolves_real_paths),
        cmocka_unit_test(test_knows_when_its_directory_was_removed),
        cmocka_unit_test(test_finds_itself_among_the_running_programs),
        cmocka_unit_test(test_finds_who_runs_a_program_of_a_folder),
        cmocka_unit_test(test_names_the_machine_as_go_does),
        cmocka_unit_test(test_counts_the_cpus_it_may_use),
        cmocka_unit_test(test_names_the_user_and_the_boot),
    };
    return cmocka_run_group_tests_name("os_proc", tests, NULL, NULL);
}
