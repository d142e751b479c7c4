#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toolchain/prove.h"
#include "toolchain_stage.h"

static Proof prove(Str root)
{
    Proof p;
    if (!prove_goroot(&context, &arena, root, &p, &err)) {
        fail_msg("%.*s", STR_ARG(err_format(&arena, &err)));
    }
    return p;
}

static void assert_file(const Proof *p, FileDiffKind kind, const char *path)
{
    for (isize i = 0; i < p->files.len; i++) {
        if (str_eq(p->files.ptr[i].path, str_from_c(path))) {
            assert_int_equal(p->files.ptr[i].kind, kind);
            return;
        }
    }
    fail_msg("%s is not named", path);
}

static void test_proves_the_published_tree(void **state)
{
    (void)state;
    stage_publish("1.26.8");
    Proof p = prove(stage_goroot("", (Str){0}));
    assert_int_equal(p.status, STATUS_PROVED);
    assert_int_equal(p.record.id, 1);
    assert_str(p.h1, stage_h1("1.26.8"));
    assert_int_equal(p.files.len, 0);
    /* What lies in test/ is not in the log. */
    p = prove(stage_goroot("test/left_out.go", S("anything")));
    assert_int_equal(p.status, STATUS_PROVED);
}

static void test_names_what_differs(void **state)
{
    (void)state;
    stage_publish("1.26.8");
    stage_put_zip("1.26.8", stage_zip("1.26.8"));
    Str root = stage_goroot("src/net/ip.go", S("package evil\n"));
    fixture_file(&arena, root, S("src/extra.go"), S("package extra\n"));
    assert_int_equal(file_unlink(FILE_CWD, path_join(&arena, root, S("bin/go")), &err), FILE_FOUND);
    Proof p = prove(root);
    assert_int_equal(p.status, STATUS_DIFFERS);
    assert_int_equal(p.named_by, NAMED_BY_ZIP_INDEX);
    assert_int_equal(p.files.len, 3);
    assert_file(&p, FILE_DIFF_CHANGED, "src/net/ip.go");
    assert_file(&p, FILE_DIFF_EXTRA, "src/extra.go");
    assert_file(&p, FILE_DIFF_MISSING, "bin/go");
}

static void test_names_by_a_proved_manifest_when_there_is_one(void **state)
{
    (void)state;
    Installed done;
    InstallOptions wish = stage_wish();
    stage_publish("1.26.8");
    Str zip = stage_put_zip("1.26.8", stage_zip("1.26.8"));
    assert_true(install_release(&context, &arena, S("1.26.8"), &wish, &done, &err));
    assert_int_equal(file_unlink(FILE_CWD, zip, &err), FILE_FOUND);
    Proof p = prove(stage_goroot("src/go.mod", S("module evil\n")));
    assert_int_equal(p.named_by, NAMED_BY_MANIFEST);
    assert_int_equal(p.files.len, 1);
    assert_file(&p, FILE_DIFF_CHANGED, "src/go.mod");
}

/* A folder that is a symlink hashes as nothing, and leads Go to other files all the same. */
static void test_a_symlink_is_never_proved(void **state)
{
    (void)state;
    stage_publish("1.26.8");
    Str root = stage_goroot("", (Str){0});
    assert_true(file_symlink(S("/etc"), FILE_CWD, path_join(&arena, root, S("src/more")), &err));
    Proof p = prove(root);
    assert_int_equal(p.status, STATUS_DIFFERS);
    assert_file(&p, FILE_DIFF_EXTRA, "src/more");
}

static void test_an_edited_go_env_is_told_apart(void **state)
{
    (void)state;
    stage_publish("1.26.8");
    Proof p = prove(stage_goroot("go.env", stage_go_env("local")));
    assert_int_equal(p.status, STATUS_CONFIG_EDITED);
    assert_str(p.config_diff, S("-GOTOOLCHAIN=auto\n+GOTOOLCHAIN=local\n"));
    assert_file(&p, FILE_DIFF_CHANGED, "go.env");
    /* Without it there is nothing that was edited. */
    p = prove(stage_goroot("go.env", (Str){0}));
    assert_int_equal(p.status, STATUS_DIFFERS);
}

static void test_no_answer_is_no_verdict(void **state)
{
    (void)state;
    stage_publish("1.26.8");
    context.offline = true;
    Proof p = prove(stage_goroot("", (Str){0}));
    assert_int_equal(p.status, STATUS_UNPROVED);
    assert_true(p.because.len > 0);
    assert_int_equal(p.h1.len, 0);
}

static void test_other_builds_are_unknown(void **state)
{
    (void)state;
    stage_publish("1.26.8");
    static const char *const versions[] = {"go1.25.1\n", "devel go1.27-abc\n", "go1.26.8-x\n", ""};
    for (isize i = 0; i < COUNT_OF(versions); i++) {
        Proof p = prove(stage_goroot("VERSION", str_from_c(versions[i])));
        assert_int_equal(p.status, STATUS_UNKNOWN);
        assert_true(p.because.len > 0);
    }
}

static void test_what_is_no_root_is_said(void **state)
{
    (void)state;
    Proof p;
    Str dir = fixture_dir(&arena);
    assert_false(prove_goroot(&context, &arena, dir, &p, &err));
    assert_said("is no Go root");
    assert_false(prove_goroot(&context, &arena, path_join(&arena, dir, S("x")), &p, &err));
    assert_said("there is no directory");
    fixture_file(&arena, dir, S("VERSION"), (Str){arena_alloc(&arena, 8192, 1, 1), 8192});
    assert_false(prove_goroot(&context, &arena, dir, &p, &err));
    assert_said("VERSION");
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void test_unchanged_is_by_hash_alone(void **state)
{
    (void)state;
    bool is_unchanged;
    Str h1 = stage_h1("1.26.8");
    context.offline = true; /* and nothing was published */
    assert_true(
        prove_is_unchanged(&context, &arena, stage_goroot("", (Str){0}), h1, &is_unchanged, &err));
    assert_true(is_unchanged);
    assert_true(prove_is_unchanged(&context, &arena, stage_goroot("bin/go", S("evil")), h1,
                                   &is_unchanged, &err));
    assert_false(is_unchanged);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, stage_begin, stage_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_proves_the_published_tree),
        CASE(test_names_what_differs),
        CASE(test_names_by_a_proved_manifest_when_there_is_one),
        CASE(test_a_symlink_is_never_proved),
        CASE(test_an_edited_go_env_is_told_apart),
        CASE(test_no_answer_is_no_verdict),
        CASE(test_other_builds_are_unknown),
        CASE(test_what_is_no_root_is_said),
        CASE(test_unchanged_is_by_hash_alone),
    };
    return cmocka_run_group_tests_name("toolchain_prove", tests, NULL, NULL);
}
