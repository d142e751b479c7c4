#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/audit.h"
#include "toolchain/repair.h"
#include "toolchain_stage.h"

static isize n_put_right;

static bool repair(Str root, Str id, Proof *ret)
{
    if (!prove_goroot(&context, &arena, root, ret, &err)) {
        fail_msg("%.*s", STR_ARG(err_format(&arena, &err)));
    }
    return repair_goroot(&context, &arena, id, ret, &n_put_right, &err);
}

static void publish(void)
{
    stage_publish("1.26.8");
    stage_put_zip("1.26.8", stage_zip("1.26.8"));
}

static void test_puts_back_changed_missing_and_extra_files(void **state)
{
    (void)state;
    Proof p;
    publish();
    Str root = stage_goroot("src/net/ip.go", S("package evil\n"));
    fixture_file(&arena, root, S("src/extra.go"), S("mine"));
    assert_int_equal(dir_remove_all(FILE_CWD, path_join(&arena, root, S("bin")), &err), FILE_FOUND);
    if (!repair(root, (Str){0}, &p)) {
        fail_msg("%.*s", STR_ARG(err_format(&arena, &err)));
    }
    assert_int_equal(p.status, STATUS_PROVED);
    assert_int_equal(n_put_right, 3);
    assert_true(file_may_execute(FILE_CWD, path_join(&arena, root, S("bin/go"))));
    /* What was there and does not belong there is kept. */
    AUTO_CLOSE int removed = -1;
    DirList kept;
    assert_int_equal(dir_open(FILE_CWD, path_join(&arena, home, S("removed")), &removed, &err),
                     FILE_FOUND);
    assert_true(dir_list(&arena, removed, &kept, &err));
    assert_int_equal(kept.len, 1);
    Str name = path_join(&arena, kept.ptr[0].name, S("src/extra.go"));
    assert_str(fixture_read(&arena, removed, name), S("mine"));
}

static void test_puts_back_an_edited_go_env(void **state)
{
    (void)state;
    Proof p;
    publish();
    assert_true(repair(stage_goroot("go.env", stage_go_env("local")), (Str){0}, &p));
    assert_int_equal(p.status, STATUS_PROVED);
    assert_int_equal(n_put_right, 1);
}

static void test_wrong_bytes_change_nothing(void **state)
{
    (void)state;
    Proof p;
    stage_publish("1.26.8");
    release_files[1].content = S("an evil go command");
    stage_put_zip("1.26.8", stage_zip("1.26.8"));
    Str root = stage_goroot("bin/go", S("my go command"));
    assert_false(repair(root, (Str){0}, &p));
    assert_int_equal(err.kind, ERR_VERIFY);
    assert_said("does not make");
    AUTO_CLOSE int fd = -1;
    assert_int_equal(dir_open(FILE_CWD, root, &fd, &err), FILE_FOUND);
    assert_str(fixture_read(&arena, fd, S("bin/go")), S("my go command"));
}

static void test_writes_through_no_symlink(void **state)
{
    (void)state;
    Proof p;
    publish();
    Str outside = fixture_dir(&arena);
    fixture_file(&arena, outside, S("ip.go"), S("mine"));
    Str root = stage_goroot("", (Str){0});
    Str net = path_join(&arena, root, S("src/net"));
    assert_int_equal(dir_remove_all(FILE_CWD, net, &err), FILE_FOUND);
    assert_true(file_symlink(outside, FILE_CWD, net, &err));
    assert_true(repair(root, (Str){0}, &p));
    assert_int_equal(p.status, STATUS_PROVED);
    AUTO_CLOSE int fd = -1;
    assert_int_equal(dir_open(FILE_CWD, outside, &fd, &err), FILE_FOUND);
    assert_str(fixture_read(&arena, fd, S("ip.go")), S("mine"));
}

/* The folder becomes a symlink between proof and repair. */
static void test_a_swap_after_the_proof_is_refused(void **state)
{
    (void)state;
    Proof p;
    publish();
    Str outside = fixture_dir(&arena);
    fixture_file(&arena, outside, S("ip.go"), S("mine"));
    Str root = stage_goroot("src/net/ip.go", S("package evil\n"));
    assert_true(prove_goroot(&context, &arena, root, &p, &err));
    Str net = path_join(&arena, root, S("src/net"));
    assert_int_equal(dir_remove_all(FILE_CWD, net, &err), FILE_FOUND);
    assert_true(file_symlink(outside, FILE_CWD, net, &err));
    assert_false(repair_goroot(&context, &arena, (Str){0}, &p, &n_put_right, &err));
    AUTO_CLOSE int fd = -1;
    assert_int_equal(dir_open(FILE_CWD, outside, &fd, &err), FILE_FOUND);
    assert_str(fixture_read(&arena, fd, S("ip.go")), S("mine"));
}

static void test_a_repair_in_the_store_is_history(void **state)
{
    (void)state;
    Proof p;
    Installed done;
    AuditLog log;
    InstallOptions wish = stage_wish();
    publish();
    assert_true(install_release(&context, &arena, S("1.26.8"), &wish, &done, &err));
    Str root = store_tree_root(&arena, home, done.record.id);
    Str file = path_join(&arena, root, S("bin/go"));
    assert_true(file_set_mode_at(FILE_CWD, path_dir(file), 0755, &err));
    fixture_file(&arena, root, S("bin/go"), S("evil"));
    assert_true(repair(root, done.record.id, &p));
    assert_int_equal(p.status, STATUS_PROVED);
    assert_true(audit_read(&arena, &context.store, &log, &err));
    assert_true(log.is_whole);
    assert_str(log.ptr[log.len - 1].action, S("repair"));
}

static void test_what_was_taken_as_it_is_has_no_way_back(void **state)
{
    (void)state;
    Proof p;
    Installed done;
    InstallOptions wish = stage_wish();
    publish();
    Spec spec = {.kind = SPEC_DIR, .path = stage_goroot("go.env", stage_go_env("local"))};
    assert_true(install_place(&context, &arena, &spec, &wish, &done, &err));
    assert_false(repair(store_tree_root(&arena, home, done.record.id), done.record.id, &p));
    assert_int_equal(err.kind, ERR_UNSUPPORTED);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, stage_begin, stage_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_puts_back_changed_missing_and_extra_files),
        CASE(test_puts_back_an_edited_go_env),
        CASE(test_wrong_bytes_change_nothing),
        CASE(test_writes_through_no_symlink),
        CASE(test_a_swap_after_the_proof_is_refused),
        CASE(test_a_repair_in_the_store_is_history),
        CASE(test_what_was_taken_as_it_is_has_no_way_back),
    };
    return cmocka_run_group_tests_name("toolchain_repair", tests, NULL, NULL);
}
