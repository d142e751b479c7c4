/*
 * The checks of which Go runs where. Texts and verdicts are those of the real go command, which was
 * run with each of the faults: GOROOT wrong or foreign, tools missing, foreign or not executable,
 * parts of src gone, go.env gone (1.19.4 to 1.27.4).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/program_maker.h"

#define TOOLS "goroot/pkg/tool/linux_amd64/"

static void check(Clinic *c, const char *id, const ClinicCase *cases, isize n)
{
    c->only = str_from_c(id);
    c->system = c->root;
    clinic_check(c, c->only, cases, n);
}

#define CHECK(c, id, ...)                               \
    do {                                                \
        static const ClinicCase rows[] = {__VA_ARGS__}; \
        check((c), (id), rows, COUNT_OF(rows));         \
    } while (0)

/* ---- GWD013 to GWD015 ---- */

static void test_the_first_go_on_path(void **state)
{
    Clinic *c = *state;
    program_plant_go(c, "old/go", "1.19.8");
    program_plant_go(c, "new/go", "1.26.8");
    program_plant_go(c, "same/go", "1.26.8");
    CHECK(c, "GWD013",
          {"PATH=$ROOT/old:$ROOT/new", SEVERITY_ERROR,
           "go is Go 1.19.8: a newer one, 1.26.8, comes later in PATH; it builds "
           "this module although that asks for Go 1.26",
           "export PATH=$ROOT/new:\"$PATH\""},
          {"PATH=$ROOT/new:$ROOT/old", SEVERITY_INFO, "PATH has 2 Gos; go is Go 1.26.8", NULL},
          {"PATH=$ROOT/new:$ROOT/same:$ROOT/none", SEVERITY_NONE, "", NULL},
          {"PATH=", SEVERITY_NONE, "", NULL});
}

static void test_an_installed_go_is_found(void **state)
{
    Clinic *c = *state;
    CHECK(c, "GWD014", {"PATH=$ROOT/bin", SEVERITY_NONE, "", NULL});
    program_plant_go(c, "usr/lib/go-1.19/bin/go", "1.19.8");
    program_plant_go(c, "home/sdk/go1.26.8/bin/go", "1.26.8");
    CHECK(c, "GWD014",
          {"PATH=$ROOT/bin", SEVERITY_ERROR, "go is not found: Go 1.26.8",
           "export PATH=$ROOT/home/sdk/go1.26.8/bin:\"$PATH\""},
          {"PATH=$ROOT/usr/lib/go-1.19/bin", SEVERITY_NONE, "", NULL});
    fixture_file(&c->a, c->root, S("plain/go"), S("x"));
    CHECK(c, "GWD014",
          {"PATH=$ROOT/plain:$ROOT/usr/lib/go-1.19/bin", SEVERITY_WARN,
           "plain/go is not executable", "chmod 755 $ROOT/plain/go"});
    Err err;
    Str link = path_join(&c->a, c->root, S("links/go"));
    fixture_file(&c->a, c->root, S("links/other"), S(""));
    assert_true(file_symlink(S("../gone/go"), FILE_CWD, link, &err));
    CHECK(c, "GWD014",
          {"PATH=$ROOT/links:$ROOT/usr/lib/go-1.19/bin", SEVERITY_WARN, "links/go leads to nothing",
           "rm $ROOT/links/go"});
    DoctorResult result =
        clinic_examine(c, clinic_expand(c, S("PATH=$ROOT/links:$ROOT/usr/lib/go-1.19/bin")));
    assert_int_equal(result.fixes.len, 1);
    assert_int_equal(result.fixes.ptr[0].kind, FIX_REMOVE);
    assert_str(result.fixes.ptr[0].path, link);
}

static void test_a_program_with_the_name_of_a_release(void **state)
{
    Clinic *c = *state;
    Program stub = {.version = S("go1.26.8"), .lines = S("path\tgolang.org/dl/go1.25.3\n")};
    program_plant_go(c, "good/go1.27.3", "1.27.3");
    program_plant_go(c, "bad/go1.27.3", "1.19.8");
    program_plant(c, "script/go1.27rc1", S("#!/bin/sh\n"));
    program_plant(c, "stub/go1.25.3", program_make(&c->a, &stub));
    CHECK(c, "GWD015", {"PATH=$ROOT/good", SEVERITY_NONE, "", NULL},
          {"PATH=$ROOT/bad", SEVERITY_WARN, "go1.27.3 on PATH is Go 1.19.8", NULL},
          {"PATH=$ROOT/script", SEVERITY_WARN, "go1.27rc1 on PATH is a script", NULL},
          {"PATH=$ROOT/stub", SEVERITY_WARN, "its Go is not there yet", "go1.25.3 download"});
    fixture_file(&c->a, c->home, S("sdk/go1.25.3/.unpacked-success"), S(""));
    CHECK(c, "GWD015", {"PATH=$ROOT/stub", SEVERITY_NONE, "", NULL});
}

/* ---- GWD016 to GWD019 ---- */

static void write_with_root(Clinic *c, const char *name, const char *text)
{
    fixture_file(&c->a, c->root, str_from_c(name), clinic_expand(c, str_from_c(text)));
}

static void test_sudo_and_cron(void **state)
{
    Clinic *c = *state;
    program_plant_go(c, "old/go", "1.19.8");
    program_plant_go(c, "new/go", "1.26.8");
    CHECK(c, "GWD016", {"PATH=$ROOT/new", SEVERITY_NONE, "", NULL});
    write_with_root(c, "etc/sudoers", "Defaults env_reset\nDefaults secure_path=\"$ROOT/old\"\n");
    CHECK(c, "GWD016",
          {"PATH=$ROOT/new", SEVERITY_WARN, "sudo runs Go 1.19.8, and this shell Go 1.26.8", NULL},
          {"PATH=$ROOT/old", SEVERITY_NONE, "", NULL});
    write_with_root(c, "etc/sudoers.d/10-local", "Defaults:x secure_path = $ROOT/none\n");
    CHECK(c, "GWD016", {"PATH=$ROOT/new", SEVERITY_INFO, "sudo does not find go", NULL});

    write_with_root(c, "etc/crontab", "PATH=$ROOT/new\n0 4 * * * root cd /x && go build ./...\n");
    CHECK(c, "GWD017", {"PATH=$ROOT/new", SEVERITY_NONE, "", NULL});
    write_with_root(c, "etc/crontab",
                    "PATH=$ROOT/none\n# go\n@daily root go vet\n"
                    "0 4 * * * root echo go\n");
    CHECK(c, "GWD017",
          {"PATH=$ROOT/new", SEVERITY_WARN, "the job in the crontab does not find go", NULL});
}

static void test_units_and_shells(void **state)
{
    Clinic *c = *state;
    program_plant_go(c, "old/go", "1.19.8");
    program_plant_go(c, "new/go", "1.26.8");
    write_with_root(c, "etc/systemd/system/a.service",
                    "[Service]\nExecStart=$ROOT/new/go build\nUser=x\n");
    CHECK(c, "GWD018", {"PATH=$ROOT/new", SEVERITY_NONE, "", NULL});
    write_with_root(c, "etc/systemd/system/a.service", "[Service]\nExecStart=$ROOT/new/go build\n");
    CHECK(c, "GWD018", {"PATH=$ROOT/new", SEVERITY_WARN, "runs go without HOME", NULL});
    write_with_root(
        c, "etc/systemd/system/a.service",
        "[Service]\nEnvironment=HOME=/x PATH=$ROOT/old\nExecStart=/bin/sh -c 'go vet'\n");
    CHECK(c, "GWD018", {"PATH=$ROOT/new", SEVERITY_WARN, "the unit runs Go 1.19.8", NULL});

    write_with_root(c, "home/.bashrc", "export PATH=\"$ROOT/new:$PATH\"\n");
    CHECK(c, "GWD019", {"PATH=$ROOT/new", SEVERITY_INFO, "only interactive shells", NULL});
    write_with_root(c, "home/.profile", "PATH=$HOME/../old:$PATH\n");
    CHECK(c, "GWD019",
          {"PATH=$ROOT/new", SEVERITY_WARN,
           "a login shell gets Go 1.19.8, any other interactive shell Go 1.26.8", NULL});
    write_with_root(c, "home/.profile", "PATH=$(new):$ROOT/new\n");
    CHECK(c, "GWD019", {"PATH=$ROOT/new", SEVERITY_NONE, "", NULL});
}

/* ---- GWD020 to GWD026 ---- */

static void test_goroot(void **state)
{
    Clinic *c = *state;
    program_plant_go(c, "new/bin/go", "1.26.8");
    program_plant_go(c, "goroot/pkg/tool/linux_amd64/compile", "1.26.8");
    CHECK(c, "GWD020", {"PATH=$ROOT/new/bin", SEVERITY_NONE, "", NULL},
          {"PATH=$ROOT/new/bin;GOROOT=$ROOT/goroot", SEVERITY_NONE, "", NULL},
          {"PATH=$ROOT/new/bin;GOROOT=$ROOT/nowhere", SEVERITY_ERROR, "GOROOT names no directory",
           "unset GOROOT"},
          {"PATH=$ROOT/new/bin;GOROOT=$ROOT/new", SEVERITY_ERROR, "GOROOT has no src/runtime",
           "unset GOROOT"});
    program_plant_go(c, TOOLS "compile", "1.23.12");
    CHECK(c, "GWD020",
          {"PATH=$ROOT/new/bin;GOROOT=$ROOT/goroot", SEVERITY_ERROR,
           "GOROOT is a Go 1.23.12, and $ROOT/new/bin/go is Go 1.26.8", "unset GOROOT"});
    CHECK(c, "GWD021", {"", SEVERITY_NONE, "", NULL});
    write_with_root(c, "home/.config/go/env", "GOFLAGS=\nGOROOT=$ROOT/nowhere\n");
    CHECK(c, "GWD021",
          {"GOROOT=$ROOT/goroot", SEVERITY_ERROR, "every go command fails",
           "sed -i '/^GOROOT=/d' $ROOT/home/.config/go/env"});
    write_with_root(c, "home/.config/go/env", "GOROOT=$ROOT/goroot\n");
    CHECK(c, "GWD021", {"", SEVERITY_WARN, "every other Go uses this tree", NULL});
}

static void test_goroot_leaves_the_env_file(void **state)
{
    Clinic *c = *state;
    write_with_root(c, "home/.config/go/env", "GOROOT=$ROOT/nowhere\n");
    c->only = S("GWD021");
    DoctorResult result = clinic_examine(c, (Str){0});
    assert_int_equal(result.fixes.len, 1);
    assert_int_equal(result.fixes.ptr[0].kind, FIX_GOENV_UNSET);
    assert_str(result.fixes.ptr[0].name, S("GOROOT"));
}

static void plant_tree(Clinic *c)
{
    static const char *const tools[] = {
        TOOLS "asm", TOOLS "cgo",  TOOLS "compile",    TOOLS "cover",
        TOOLS "fix", TOOLS "link", TOOLS "preprofile", TOOLS "vet",
    };
    program_plant_go(c, "goroot/bin/go", "1.26.8");
    for (isize i = 0; i < COUNT_OF(tools); i++) {
        program_plant_go(c, tools[i], "1.26.8");
    }
    fixture_file(&c->a, c->root, S("goroot/VERSION"), S("go1.26.8\ntime x\n"));
    fixture_file(&c->a, c->root, S("goroot/src/internal/goversion/goversion.go"),
                 S("package goversion\n\nconst Version = 26\n"));
}

static void test_parts_of_one_release(void **state)
{
    Clinic *c = *state;
    plant_tree(c);
    CHECK(c, "GWD022", {"", SEVERITY_NONE, "", NULL});
    fixture_file(&c->a, c->root, S("goroot/src/runtime/internal/atomic/x.go"), S(""));
    CHECK(c, "GWD022", {"", SEVERITY_WARN, "files of an older Go", NULL});
    fixture_file(&c->a, c->root, S("goroot/src/internal/goversion/goversion.go"),
                 S("package goversion\n\nconst Version = 25\n"));
    CHECK(c, "GWD022", {"", SEVERITY_ERROR, "the standard library of Go 1.25", NULL});
    plant_tree(c);
    program_plant_go(c, TOOLS "link", "1.25.3");
    Err err;
    assert_int_equal(
        dir_remove_all(FILE_CWD, path_join(&c->a, c->goroot, S("src/runtime/internal")), &err),
        FILE_FOUND);
    CHECK(c, "GWD022", {"", SEVERITY_ERROR, "link of Go 1.25.3: builds fail", NULL});
    plant_tree(c);
    fixture_file(&c->a, c->root, S("goroot/VERSION"), S("go1.25.3\n"));
    CHECK(c, "GWD022", {"", SEVERITY_WARN, "VERSION says 1.25.3", NULL});
}

static void test_tools(void **state)
{
    Clinic *c = *state;
    Err err;
    plant_tree(c);
    CHECK(c, "GWD023", {"", SEVERITY_NONE, "", NULL});
    Str compile = path_join(&c->a, c->root, S(TOOLS "compile"));
    assert_true(file_set_mode_at(FILE_CWD, compile, 0644, &err));
    CHECK(c, "GWD023", {"", SEVERITY_ERROR, "not executable: compile", NULL});
    assert_int_equal(file_unlink(FILE_CWD, compile, &err), FILE_FOUND);
    CHECK(c, "GWD023", {"", SEVERITY_ERROR, "lacks compile: go build", NULL});
    plant_tree(c);
    assert_int_equal(file_unlink(FILE_CWD, path_join(&c->a, c->root, S(TOOLS "cover")), &err),
                     FILE_FOUND);
    CHECK(c, "GWD023", {"", SEVERITY_WARN, "lacks cover", NULL});
}

static void test_a_go_away_from_its_tree(void **state)
{
    Clinic *c = *state;
    program_plant_go(c, "away/go", "1.26.8");
    CHECK(c, "GWD024",
          {"PATH=$ROOT/away", SEVERITY_ERROR, "away/go is a go without its tree", NULL},
          {"PATH=$ROOT/away;GOROOT=$ROOT/goroot", SEVERITY_NONE, "", NULL});
    plant_tree(c);
    CHECK(c, "GWD024",
          {"PATH=$ROOT/goroot/bin", SEVERITY_ERROR, "standard library is not whole", NULL});
}

static void plant_package(Clinic *c, const char *package, const char *text)
{
    fixture_file(&c->a, c->goroot, str_format(&c->a, "src/%s/x.go", package), str_from_c(text));
}

/* What Go's own list names, and a package that is there imports, must be there. */
static void test_packages_of_the_library(void **state)
{
    Clinic *c = *state;
    static const char *const needed[] = {
        "bufio",    "bytes",   "cmd",  "compress", "context", "crypto", "debug",
        "encoding", "errors",  "fmt",  "go/build", "hash",    "html",   "internal/abi",
        "io",       "log",     "math", "net",      "os",      "path",   "reflect",
        "regexp",   "runtime", "sort", "strconv",  "strings", "sync",   "syscall",
        "testing",  "text",    "time", "unicode",  "unsafe",  "vendor",
    };
    plant_tree(c);
    for (isize i = 0; i < COUNT_OF(needed); i++) {
        plant_package(c, needed[i], "package x\n");
    }
    plant_package(c, "net", "package net\n\nimport \"internal/poll\"\n");
    fixture_file(&c->a, c->goroot, S("src/go/build/deps_test.go"),
                 S("var depsRules = `\n\t# No dependencies.\n\tNONE\n"
                   "\t< internal/abi, internal/poll, internal/old;\n\n"
                   "\tinternal/abi < fmt < NET !< net;\n`\n"));
    CHECK(c, "GWD024",
          {"PATH=$ROOT/goroot/bin", SEVERITY_ERROR, "standard library is not whole",
           "goward verify --repair $ROOT/goroot"});
    plant_package(c, "internal/poll", "package poll\n");
    CHECK(c, "GWD024", {"PATH=$ROOT/goroot/bin", SEVERITY_NONE, "", NULL});
}

static void test_go_env(void **state)
{
    Clinic *c = *state;
    plant_tree(c);
    CHECK(c, "GWD025", {"", SEVERITY_ERROR, "go.env of this Go is gone", NULL});
    c->only = S("GWD025");
    DoctorResult result = clinic_examine(c, (Str){0});
    assert_int_equal(result.fixes.len, 1);
    assert_true(result.fixes.ptr[0].is_new);
    fixture_file(&c->a, c->root, S("goroot/go.env"), result.fixes.ptr[0].value);
    CHECK(c, "GWD025", {"", SEVERITY_NONE, "", NULL});
    CHECK(c, "GWD026", {"", SEVERITY_NONE, "", NULL});
    write_with_root(c, "goroot/go.env", "GOPROXY=direct\nGOTOOLCHAIN=local\nGOSUMDB=off\n");
    CHECK(c, "GWD025", {"", SEVERITY_NONE, "", NULL});
    CHECK(
        c, "GWD026",
        {"GOPROXY=direct;GOTOOLCHAIN=auto", SEVERITY_WARN, "built not to ask the checksum database",
         NULL},
        {"GOPROXY=direct;GOSUMDB=off", SEVERITY_INFO, "own default of GOTOOLCHAIN is local", NULL});
    write_with_root(c, "goroot/go.env", "GOPROXY=direct\nGOSUMDB=off");
    CHECK(c, "GWD025", {"", SEVERITY_WARN, "go.env does not set GOTOOLCHAIN=auto", NULL});
}

/* ---- GWD027 to GWD029 ---- */

static void test_what_is_called_go_can_be_started(void **state)
{
    Clinic *c = *state;
    Program musl = {.version = S("go1.26.8"),
                    .lines = S("path\tcmd/go\n"),
                    .interpreter = S("/lib/no-such-loader.so.1")};
    program_plant_go(c, "good/go", "1.26.8");
    program_plant(c, "asdf/go", S("#!/bin/sh\n# plugin\nexec nosuchmanager exec \"go\" \"$@\"\n"));
    program_plant(c, "env/go", S("#!/usr/bin/env nosuchshell\n"));
    program_plant(c, "live/go", S("#!/bin/sh\nexec \"$(dirname \"$0\")/../real\" \"$@\"\n"));
    program_plant(c, "musl/go", program_make(&c->a, &musl));
    program_plant(c, "text/go", S("not a program"));
    CHECK(c, "GWD027", {"PATH=$ROOT/good", SEVERITY_NONE, "", NULL},
          {"PATH=$ROOT/asdf", SEVERITY_ERROR, "starts nosuchmanager, which is not there", NULL},
          {"PATH=$ROOT/env", SEVERITY_ERROR, "starts nosuchshell", NULL},
          {"PATH=$ROOT/live", SEVERITY_INFO, "go is a script", NULL},
          {"PATH=$ROOT/musl", SEVERITY_ERROR, "needs /lib/no-such-loader.so.1", NULL},
          {"PATH=$ROOT/text", SEVERITY_ERROR, "go is no program", NULL});
}

static void test_the_machine_of_the_go(void **state)
{
    Clinic *c = *state;
    Program riscv = {
        .machine = PROGRAM_RISCV64, .version = S("go1.26.8"), .lines = S("path\tcmd/go\n")};
    program_plant(c, "riscv/go", program_make(&c->a, &riscv));
    CHECK(c, "GWD028", {"PATH=$ROOT/riscv", SEVERITY_ERROR, "Exec format error", NULL});
    fixture_file(&c->a, c->root, S("proc/sys/fs/binfmt_misc/qemu-riscv64"), S("enabled\n"));
    CHECK(c, "GWD028", {"PATH=$ROOT/riscv", SEVERITY_WARN, "it is slow", NULL});
}

static void test_analyzers(void **state)
{
    Clinic *c = *state;
    Program gopls = {.version = S("go1.24.2"), .lines = S("path\tgolang.org/x/tools/gopls\n")};
    Program dlv = {.version = S("go1.26.8"),
                   .lines = S("path\tgithub.com/go-delve/delve/cmd/dlv\n"
                              "mod\tgithub.com/go-delve/delve\tv1.20.1\th1:x\n")};
    program_plant(c, "old/gopls", program_make(&c->a, &gopls));
    program_plant(c, "gobin/dlv", program_make(&c->a, &dlv));
    gopls.version = S("go1.27.1");
    program_plant(c, "new/gopls", program_make(&c->a, &gopls));
    CHECK(c, "GWD029", {"PATH=$ROOT/new", SEVERITY_NONE, "", NULL},
          {"PATH=$ROOT/old", SEVERITY_WARN, "gopls was built by Go 1.24.2",
           "go install golang.org/x/tools/gopls@latest"},
          {"GOBIN=$ROOT/gobin", SEVERITY_WARN, "dlv 1.20.1 does not know programs of Go 1.26.8",
           NULL});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_the_first_go_on_path),
        CLINIC_TEST(test_an_installed_go_is_found),
        CLINIC_TEST(test_a_program_with_the_name_of_a_release),
        CLINIC_TEST(test_sudo_and_cron),
        CLINIC_TEST(test_units_and_shells),
        CLINIC_TEST(test_goroot),
        CLINIC_TEST(test_goroot_leaves_the_env_file),
        CLINIC_TEST(test_parts_of_one_release),
        CLINIC_TEST(test_tools),
        CLINIC_TEST(test_a_go_away_from_its_tree),
        CLINIC_TEST(test_packages_of_the_library),
        CLINIC_TEST(test_go_env),
        CLINIC_TEST(test_what_is_called_go_can_be_started),
        CLINIC_TEST(test_the_machine_of_the_go),
        CLINIC_TEST(test_analyzers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
