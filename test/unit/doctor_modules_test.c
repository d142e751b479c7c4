#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/clinic.h"

static void test_module_mode(void **state)
{
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GO111MODULE=on", SEVERITY_NONE, NULL, NULL},
        {"GO111MODULE=auto", SEVERITY_WARN, "in GOPATH", "unset GO111MODULE"},
        {"GO111MODULE=off", SEVERITY_ERROR, "$ROOT/work/go.mod is passed over", NULL},
        {"GO111MODULE=ON", SEVERITY_ERROR, "neither on, off nor auto", NULL},
        {"GO111MODULE=1", SEVERITY_ERROR, "neither on, off nor auto", NULL},
    };
    clinic_check(*state, S("GWD005"), cases, COUNT_OF(cases));
}

static void test_module_mode_outside_a_module(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"GO111MODULE=off", SEVERITY_WARN, "the go command works in GOPATH", NULL},
    };
    c->dir = c->home;
    clinic_check(c, S("GWD005"), cases, COUNT_OF(cases));
}

/* The line of the go env file goes wherever it is found, but not where GOPATH mode may be meant. */
static void test_module_mode_of_the_go_env_file_has_a_fix(void **state)
{
    Clinic *c = *state;
    const struct {
        const char *mode;
        Str dir;
        isize n_fixes;
    } rows[] = {
        {"off", c->dir, 1},
        {"off", c->home, 1},
        {"auto", c->home, 1},
        {"ON", c->dir, 1},
        {"off", path_join(&c->a, c->home, S("go/src/x")), 0},
        {"auto", path_join(&c->a, c->home, S("go/src/x")), 0},
    };
    fixture_file(&c->a, c->home, S("go/src/x/x.go"), S("package x\n"));
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        fixture_file(&c->a, c->root, S("env"), str_format(&c->a, "GO111MODULE=%s\n", rows[i].mode));
        c->dir = rows[i].dir;
        DoctorResult result = clinic_examine(c, S("GOENV=$ROOT/env"));
        assert_int_equal(result.findings.len, 1);
        assert_int_equal(result.fixes.len, rows[i].n_fixes);
        for (isize f = 0; f < result.fixes.len; f++) {
            assert_int_equal(result.fixes.ptr[f].kind, FIX_GOENV_UNSET);
            assert_str(result.fixes.ptr[f].name, S("GO111MODULE"));
        }
    }
}

/* What `go version` reads over and `go build` does not. */
static void test_main_module(void **state)
{
    Clinic *c = *state;
    static const struct {
        const char *mod;
        ClinicCase expected;
    } rows[] = {
        {"module m\n\ngo 1.26\n", {"", SEVERITY_NONE, NULL, NULL}},
        {"module m\ngo 1.26\ntoolchain go1.26.8\ntool example.com/x\nignore ./y\n",
         {"", SEVERITY_NONE, NULL, NULL}},
        {"module m\ngo banana\n",
         {"", SEVERITY_ERROR, "go.mod cannot be read", "correct the line"}},
        {"module m\ngo 1.25\ngo 1.26\n", {"", SEVERITY_ERROR, "go.mod cannot be read", NULL}},
        {"module m\ngo\n", {"", SEVERITY_ERROR, "go.mod cannot be read", NULL}},
        {"module m\nfoo bar\n", {"", SEVERITY_ERROR, "go.mod cannot be read", NULL}},
        {"module m\r\ngo 1.26\r\n", {"", SEVERITY_NONE, NULL, NULL}},
        {"\xef\xbb\xbfmodule m\n", {"", SEVERITY_ERROR, "a byte order mark", NULL}},
        {"module m\n<<<<<<<"
         " HEAD\n",
         {"", SEVERITY_ERROR, "a merge conflict", NULL}},
        {"module m\nfoo bar\n", {"GO111MODULE=on", SEVERITY_ERROR, "every build fails", NULL}},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        fixture_file(&c->a, c->dir, S("go.mod"), str_from_c(rows[i].mod));
        clinic_check(c, S("GWD005"), &rows[i].expected, 1);
    }
}

static void test_a_go_mod_that_is_no_file(void **state)
{
    Clinic *c = *state;
    static const ClinicCase pipe[] = {
        {"", SEVERITY_ERROR, "go.mod is no file", "mv $ROOT/work/go.mod $ROOT/work/go.mod.away"}};
    static const ClinicCase closed[] = {
        {"", SEVERITY_ERROR, "go.mod cannot be read", "chmod u+r $ROOT/work/go.mod"}};
    Str path = fixture_file(&c->a, c->dir, S("go.mod"), S("module m\n"));
    char c_path[4096];
    assert_true(path.len < (isize)sizeof(c_path));
    memcpy(c_path, path.ptr, (size_t)path.len);
    c_path[path.len] = '\0';
    if (geteuid() != 0) {
        assert_int_equal(chmod(c_path, 0), 0);
        clinic_check(c, S("GWD005"), closed, 1);
    }
    assert_int_equal(unlink(c_path), 0);
    assert_int_equal(mkfifo(c_path, 0600), 0);
    clinic_check(c, S("GWD005"), pipe, 1);
}

static void test_workspace_variable(void **state)
{
    static const ClinicCase cases[] = {
        {"", SEVERITY_NONE, NULL, NULL},
        {"GOWORK=off", SEVERITY_NONE, NULL, NULL},
        {"GOWORK=auto", SEVERITY_NONE, NULL, NULL},
        {"GOWORK=go.work", SEVERITY_ERROR, "GOWORK is no absolute path", "unset GOWORK"},
        {"GOWORK=$ROOT/none/go.work", SEVERITY_ERROR, "a file that is not there", "unset GOWORK"},
    };
    clinic_check(*state, S("GWD012"), cases, COUNT_OF(cases));
}

/* A workspace above the working directory, and what is found in it. */
static void test_workspace_files(void **state)
{
    Clinic *c = *state;
    static const struct {
        const char *work;
        ClinicCase expected;
    } rows[] = {
        {"go 1.26\n\nuse ./work\n", {"", SEVERITY_INFO, "see the modules of a workspace", NULL}},
        {"go 1.26\n\nuse (\n\t./work\n\t./other // too\n)\n",
         {"", SEVERITY_INFO, "see the modules of a workspace", NULL}},
        {"go 1.26\n\nuse (\n\t./work\n\t./gone\n)\n",
         {"", SEVERITY_ERROR, "go.work uses ./gone, which is not there",
          "go work edit -dropuse=./gone"}},
        {"go 1.26\n\nuse ./work\nuse ./home\n",
         {"", SEVERITY_ERROR, "go.work uses ./home, which has no go.mod", NULL}},
        {"go 1.26\n\nuse ./other\n",
         {"", SEVERITY_ERROR, "the workspace does not use the module in $ROOT/work",
          "go work use ."}},
        {"go 1.26\n\nuse ./work\nuse work/../work/\n",
         {"", SEVERITY_ERROR, "go.work uses work/../work/ twice",
          "go work edit -dropuse=work/../work/"}},
        {"go 1.26\n\nuse ./work\nuse ./work\n",
         {"", SEVERITY_ERROR, "go.work uses ./work twice",
          "go work edit -dropuse=./work -use=./work"}},
        {"go 1.26\n\nuse ./work\nuse ./sub/module\n",
         {"", SEVERITY_ERROR, "go.work uses ./sub/module, a submodule that is not there",
          "git -C $ROOT submodule update --init sub"}},
        {"go 1.26\n",
         {"", SEVERITY_ERROR, "go.work uses no module", "(cd $ROOT && go work use -r .)"}},
        {"\xef\xbb\xbfgo 1.26\n",
         {"", SEVERITY_ERROR, "go.work begins with a byte order mark", NULL}},
        {"go 1.26\n<<<<<<< HEAD\n", {"", SEVERITY_ERROR, "go.work holds a merge conflict", NULL}},
        {"go 1.26\n\nuse (\n\t./work\n\t./other\n\t./twin\n)\n",
         {"", SEVERITY_ERROR, "two modules of the workspace are called example.com/other",
          "go work edit -dropuse=./twin"}},
        {"go 1.26\n\nuse (\n\t./work\n\t./left\n\t./right\n)\n",
         {"", SEVERITY_ERROR, "two modules of the workspace replace example.com/lib, by $ROOT/lib1",
          "go work edit -replace=example.com/lib=$ROOT/lib2 # or =$ROOT/lib1"}},
        {"go 1.26\n\nuse (\n\t./work\n\t./left\n\t./right\n)\n\nreplace example.com/lib => "
         "./lib1\n",
         {"", SEVERITY_INFO, "see the modules", NULL}},
        {"go 1.26\n\nfoo ./work\n", {"", SEVERITY_ERROR, "go.work cannot be read", NULL}},
        {"go 1.26\n\nuse ./gone\n", {"GOWORK=off", SEVERITY_NONE, NULL, NULL}},
        {"go 1.26\n\nuse $ROOT/work\n", {"", SEVERITY_INFO, "see the modules", NULL}},
    };
    fixture_file(&c->a, c->root, S("other/go.mod"), S("module example.com/other\n"));
    fixture_file(&c->a, c->root, S(".gitmodules"),
                 S("[submodule \"sub\"]\n\tpath = sub\n\turl = ../sub.git\n"));
    fixture_file(&c->a, c->root, S("twin/go.mod"), S("module example.com/other\n"));
    fixture_file(&c->a, c->root, S("left/go.mod"),
                 S("module example.com/left\nreplace example.com/lib => ../lib1\n"));
    fixture_file(&c->a, c->root, S("right/go.mod"),
                 S("module example.com/right\nreplace example.com/lib => ../lib2\n"));
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        fixture_file(&c->a, c->root, S("go.work"), clinic_expand(c, str_from_c(rows[i].work)));
        clinic_check(c, S("GWD012"), &rows[i].expected, 1);
    }
}

static void test_workspace_places(void **state)
{
    Clinic *c = *state;
    Str path = fixture_file(&c->a, c->root, S("go.work"),
                            S("go 1.26\n\nuse (\n\t./work\n\t./gone\n\t./lost\n)\n"));
    DoctorResult result = clinic_examine(c, S(""));
    assert_int_equal(result.findings.len, 2);
    for (isize i = 0; i < 2; i++) {
        assert_str(result.findings.ptr[i].place.file, path);
        assert_int_equal(result.findings.ptr[i].place.line, 5 + i);
    }
}

static void test_lines_of_a_workspace_have_fixes(void **state)
{
    Clinic *c = *state;
    static const struct {
        const char *work, *name, *value;
        isize line;
    } rows[] = {
        {"go 1.26\nuse ./work\nuse ./gone // was here\n", "use ./gone // was here", "", 3},
        {"go 1.26\nuse (\n\t./work\n\t./work/\n)\n", "\t./work/", "", 4},
        {"go 1.25 // as CI\nuse ./newer\nuse ./work\n", "go 1.25 // as CI", "go 1.26 // as CI", 1},
        {"go 1.25\ntoolchain go1.26.8\nuse ./newer\nuse ./work\n", NULL, NULL, 0},
        {"go 1.26\nuse ./sub/module\nuse ./work\n", NULL, NULL, 0},
    };
    c->version = S("1.26.8");
    fixture_file(&c->a, c->root, S(".gitmodules"), S("[submodule \"sub\"]\n\tpath = sub\n"));
    fixture_file(&c->a, c->root, S("newer/go.mod"), S("module example.com/newer\ngo 1.26\n"));
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        fixture_file(&c->a, c->root, S("go.work"), str_from_c(rows[i].work));
        DoctorResult result = clinic_examine(c, S(""));
        assert_int_equal(result.fixes.len, rows[i].line > 0);
        if (rows[i].line > 0) {
            assert_int_equal(result.fixes.ptr[0].kind, FIX_LINE);
            assert_int_equal(result.fixes.ptr[0].line, rows[i].line);
            assert_str(result.fixes.ptr[0].name, str_from_c(rows[i].name));
            assert_str(result.fixes.ptr[0].value, str_from_c(rows[i].value));
        }
    }
}

/* GOPATH mode knows no workspaces. */
static void test_workspaces_do_not_count_without_modules(void **state)
{
    Clinic *c = *state;
    fixture_file(&c->a, c->root, S("go.work"), S("go 1.26\n\nuse ./gone\n"));
    DoctorResult result = clinic_examine(c, S("GO111MODULE=off"));
    assert_int_equal(result.findings.len, 1);
    assert_str(result.findings.ptr[0].id, S("GWD005"));
}

static void test_a_workspace_named_by_variable(void **state)
{
    Clinic *c = *state;
    static const ClinicCase cases[] = {
        {"GOWORK=$ROOT/elsewhere/go.work", SEVERITY_INFO, "see the modules of a workspace", NULL},
        {"", SEVERITY_NONE, NULL, NULL},
    };
    fixture_file(&c->a, c->root, S("elsewhere/go.work"), S("go 1.26\n\nuse ../work\n"));
    clinic_check(c, S("GWD012"), cases, COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_module_mode),
        CLINIC_TEST(test_module_mode_outside_a_module),
        CLINIC_TEST(test_module_mode_of_the_go_env_file_has_a_fix),
        CLINIC_TEST(test_main_module),
        CLINIC_TEST(test_a_go_mod_that_is_no_file),
        CLINIC_TEST(test_workspace_variable),
        CLINIC_TEST(test_workspace_files),
        CLINIC_TEST(test_workspace_places),
        CLINIC_TEST(test_lines_of_a_workspace_have_fixes),
        CLINIC_TEST(test_workspaces_do_not_count_without_modules),
        CLINIC_TEST(test_a_workspace_named_by_variable),
    };
    return cmocka_run_group_tests_name("doctor_modules", tests, NULL, NULL);
}
