#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/store_fixture.h"
#include "toolchain_stage.h"

static Installed done;

static bool install(void)
{
    InstallOptions wish = stage_wish();
    return install_release(&context, &arena, S("1.26.8"), &wish, &done, &err);
}

static bool install_from(SpecKind kind, Str path, bool allow_unproved)
{
    InstallOptions wish = stage_wish();
    Spec spec = {.kind = kind, .path = path, .text = path};
    wish.allow_unproved = allow_unproved;
    return install_place(&context, &arena, &spec, &wish, &done, &err);
}

/* Refused, nothing installed, and nothing half done. */
static void assert_nothing_left(ErrKind kind, const char *said)
{
    RecordList list;
    Store *store;
    assert_int_equal(err.kind, kind);
    assert_said(said);
    assert_int_equal(context_store(&context, &store, &err), STORE_OPENED);
    assert_true(record_list(&arena, store, &list, &err));
    assert_int_equal(list.len, 0);
    context_done(&context);
    AUTO_CLOSE int cache = -1;
    DirList parts = {0};
    if (dir_open(FILE_CWD, path_join(&arena, home, S("cache")), &cache, &err) == FILE_FOUND) {
        assert_true(dir_list(&arena, cache, &parts, &err));
    }
    for (isize i = 0; i < parts.len; i++) {
        assert_false(str_ends_with(parts.ptr[i].name, S(".part")));
    }
    assert_int_not_equal(dir_remove_all(FILE_CWD, path_join(&arena, home, S("cache")), &err),
                         FILE_FAILED);
    assert_int_not_equal(dir_remove_all(FILE_CWD, path_join(&arena, home, S("sumdb")), &err),
                         FILE_FAILED);
    assert_str(store_fixture_find_fault(&arena, home), S(""));
}

static void test_installs_what_was_published(void **state)
{
    (void)state;
    stage_publish("1.26.8");
    stage_put_zip("1.26.8", stage_zip("1.26.8"));
    if (!install()) {
        fail_msg("%.*s", STR_ARG(err_format(&arena, &err)));
    }
    assert_str(done.record.status, S("proved"));
    assert_str(done.record.h1, stage_h1("1.26.8"));
    assert_int_equal(done.record.record, 1);
    assert_false(done.was_installed);
    assert_true(install());
    assert_true(done.was_installed);
    Proof proof;
    Str root = store_tree_root(&arena, home, done.record.id);
    context.offline = true;
    assert_true(prove_goroot(&context, &arena, root, &proof, &err));
    assert_int_equal(proof.status, STATUS_PROVED);
}

static void test_refuses_what_was_not_published(void **state)
{
    (void)state;
    stage_publish("1.26.8");
    release_files[1].content = S("an evil go command");
    stage_put_zip("1.26.8", stage_zip("1.26.8"));
    assert_false(install());
    assert_nothing_left(ERR_VERIFY, "is not what was published");
}

static void test_refuses_a_log_without_the_release(void **state)
{
    (void)state;
    stage_publish("1.26.7");
    stage_put_zip("1.26.8", stage_zip("1.26.8"));
    assert_false(install());
    assert_nothing_left(ERR_VERIFY, "has no record of go1.26.8");
}

static void test_refuses_a_lock_that_says_otherwise(void **state)
{
    (void)state;
    InstallOptions wish = stage_wish();
    stage_publish("1.26.8");
    stage_put_zip("1.26.8", stage_zip("1.26.8"));
    wish.expected_h1 = S("h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    assert_false(install_release(&context, &arena, S("1.26.8"), &wish, &done, &err));
    assert_nothing_left(ERR_VERIFY, "goward.lock says h1:AAAA");
}

static void test_takes_a_zip_of_any_name(void **state)
{
    (void)state;
    stage_publish("1.26.8");
    Str zip = fixture_file(&arena, fixture_dir(&arena), S("some.zip"), stage_zip("1.26.8"));
    assert_true(install_from(SPEC_ZIP, zip, false));
    assert_str(done.record.version, S("go1.26.8"));
    stage_restart();
    Str cut =
        fixture_file(&arena, fixture_dir(&arena), S("cut.zip"), str_to(stage_zip("1.26.8"), 200));
    assert_false(install_from(SPEC_ZIP, cut, false));
    assert_int_equal(err.kind, ERR_VERIFY);
    assert_false(install_from(SPEC_ZIP, S("/nowhere/x.zip"), false));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_said("there is no file");
    assert_false(install_from(SPEC_ZIP, fixture_dir(&arena), false));
    assert_int_equal(err.kind, ERR_USAGE);
}

static void test_takes_a_release_archive(void **state)
{
    (void)state;
    stage_publish("1.26.8");
    StrBuf tar = strbuf_init(&arena);
    for (isize i = 0; i < STAGE_N_FILES; i++) {
        tar_add(&tar, '0', str_concat(&arena, S("go/"), release_files[i].path), (Str){0},
                release_files[i].content);
    }
    Str content = tar_finish(&tar);
    Str raw = make_deflated(&arena, content);
    StrBuf gz = strbuf_init(&arena);
    strbuf_add(&gz, S("\x1f\x8b\x08\0\0\0\0\0\0\xff"));
    strbuf_add(&gz, raw);
    add_le(&gz, crc32_of(content), 4);
    add_le(&gz, (uint64_t)content.len, 4);
    Str file = fixture_file(&arena, fixture_dir(&arena), S("some.tar.gz"), strbuf_str(&gz));
    if (!install_from(SPEC_TAR_GZ, file, false)) {
        fail_msg("%.*s", STR_ARG(err_format(&arena, &err)));
    }
    assert_str(done.record.h1, stage_h1("1.26.8"));
}

static void test_adopts_a_directory_by_what_is_known_of_it(void **state)
{
    (void)state;
    stage_publish("1.26.8");
    assert_true(install_from(SPEC_DIR, stage_goroot("", (Str){0}), false));
    assert_str(done.record.status, S("proved"));
    stage_restart();
    assert_true(install_from(SPEC_DIR, stage_goroot("go.env", stage_go_env("local")), false));
    assert_str(done.record.status, S("config-edited"));
    assert_int_equal(done.record.record, -1);
    stage_restart();
    Str changed = stage_goroot("bin/go", S("evil"));
    assert_false(install_from(SPEC_DIR, changed, true));
    assert_int_equal(err.kind, ERR_VERIFY);
    stage_restart();
    Str own = stage_goroot("VERSION", S("go1.26.1\n"));
    assert_false(install_from(SPEC_DIR, own, false));
    assert_said("no official build");
    assert_true(install_from(SPEC_DIR, own, true));
    assert_str(done.record.status, S("unknown"));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, stage_begin, stage_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_installs_what_was_published),
        CASE(test_refuses_what_was_not_published),
        CASE(test_refuses_a_log_without_the_release),
        CASE(test_refuses_a_lock_that_says_otherwise),
        CASE(test_takes_a_zip_of_any_name),
        CASE(test_takes_a_release_archive),
        CASE(test_adopts_a_directory_by_what_is_known_of_it),
    };
    return cmocka_run_group_tests_name("toolchain_install", tests, NULL, NULL);
}
