/* The lines of real programs are compared with `go version -m` by test/oracle/buildinfo.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/buildinfo/buildinfo.h"
#include "unit/program_maker.h"

#include <sys/stat.h>

static Arena arena;
static Str folder;

static int enter(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    folder = fixture_dir(&arena);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static BuildInfoOutcome read_bytes(Str bytes, BuildInfo *ret)
{
    AUTO_CLOSE int fd = -1;
    Err err = {0};
    assert_true(file_create_memory(S("program"), &fd, &err));
    assert_true(file_write(fd, bytes, &err));
    return buildinfo_read(&arena, fd, ret, &err);
}

static const Program hello = {
    .version = STR_CONST("go1.26.8 X:nodwarf5"),
    .lines = STR_CONST("path\texample.com/hello\n"
                       "mod\texample.com/hello\t(devel)\t\n"
                       "dep\texample.com/a\tv1.2.3\th1:sum=\n"
                       "dep\texample.com/b\tv0.1.0\n"
                       "=>\texample.com/c\tv0.2.0\th1:other=\n"
                       "build\t-ldflags=\"-X \\\"main.a=b c\\\"\"\n"
                       "build\tCGO_ENABLED=1\n"
                       "build\tGOARCH=amd64\n"
                       "build\tGOOS=linux\n"
                       "build\t\"odd key\"=x\n"
                       "unknown\tline\n"),
    .interpreter = STR_CONST("/lib64/ld-linux-x86-64.so.2"),
};

static void check_hello(const BuildInfo *info)
{
    assert_str(info->go_version, S("go1.26.8 X:nodwarf5"));
    assert_str(buildinfo_version(info), S("1.26.8"));
    assert_str(info->path, S("example.com/hello"));
    assert_str(info->main.module.version, S("(devel)"));
    assert_int_equal(info->deps.len, 2);
    assert_str(info->deps.ptr[0].module.sum, S("h1:sum="));
    assert_int_equal(info->deps.ptr[0].replace.path.len, 0);
    assert_str(info->deps.ptr[1].replace.version, S("v0.2.0"));
    assert_str(buildinfo_setting(info, S("-ldflags")), S("-X \"main.a=b c\""));
    assert_str(buildinfo_setting(info, S("odd key")), S("x"));
    assert_int_equal(buildinfo_setting(info, S("GOAMD64")).len, 0);
    assert_str(info->os, S("linux"));
    assert_str(info->arch, S("amd64"));
    assert_str(info->interpreter, S("/lib64/ld-linux-x86-64.so.2"));
}

static void test_reads_what_the_linker_left(void **state)
{
    (void)state;
    BuildInfo info;
    Program p = hello;
    assert_int_equal(read_bytes(program_make(&arena, &p), &info), BUILDINFO_FOUND);
    check_hello(&info);
    p.has_pointers = true;
    assert_int_equal(read_bytes(program_make(&arena, &p), &info), BUILDINFO_FOUND);
    check_hello(&info);
}

static void test_names_the_machine_without_settings(void **state)
{
    (void)state;
    BuildInfo info;
    Program p = {.machine = PROGRAM_ARM64, .version = S("go1.17")};
    assert_int_equal(read_bytes(program_make(&arena, &p), &info), BUILDINFO_FOUND);
    assert_str(info.arch, S("arm64"));
    assert_int_equal(info.machine, PROGRAM_ARM64);
    assert_int_equal(info.settings.len, 0);
    p.version = (Str){0};
    assert_int_equal(read_bytes(program_make(&arena, &p), &info), BUILDINFO_OTHER);
    assert_str(info.arch, S("arm64"));
}

/* A version that debug/buildinfo takes may be none of Go's releases. */
static void test_versions(void **state)
{
    (void)state;
    static const struct {
        const char *said, *version;
    } rows[] = {
        {"go1.26.8", "1.26.8"},
        {"go1.27rc1", "1.27rc1"},
        {"devel go1.27-abcdef Mon Jan 1", "1.27"},
        {"go1.26.8-custom", "1.26.8"},
        {"devel +abcdef", ""},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        BuildInfo info = {.go_version = str_from_c(rows[i].said)};
        assert_str(buildinfo_version(&info), str_from_c(rows[i].version));
    }
}

static void test_a_program_cut_short_is_none_of_go(void **state)
{
    (void)state;
    BuildInfo info;
    Str whole = program_make(&arena, &hello);
    for (isize n = 0; n < whole.len; n++) {
        assert_int_not_equal(read_bytes(str_to(whole, n), &info), BUILDINFO_FOUND);
    }
}

static void test_the_magic_counts_where_it_is_aligned(void **state)
{
    (void)state;
    BuildInfo info;
    StrBuf b = strbuf_init(&arena);
    strbuf_add(&b, program_make(&arena, &hello));
    char *data = b.ptr + PROGRAM_DATA;
    memmove(data + 8, data, (size_t)(b.len - PROGRAM_DATA - 8));
    assert_int_equal(read_bytes(strbuf_str(&b), &info), BUILDINFO_OTHER);
}

static void test_a_length_beyond_the_file_is_none_of_go(void **state)
{
    (void)state;
    BuildInfo info;
    StrBuf b = strbuf_init(&arena);
    strbuf_add(&b, program_make(&arena, &hello));
    memset(b.ptr + PROGRAM_DATA + 32, 0xff, 9);
    b.ptr[PROGRAM_DATA + 41] = 1;
    assert_int_equal(read_bytes(strbuf_str(&b), &info), BUILDINFO_OTHER);
}

static void test_lines_out_of_form_fail(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "mod\tone\n",      "dep\ta\tb\tc\td\n", "=>\ta\tv1\th1:x\n", "build\tnovalue\n",
        "build\t=value\n", "build\t\"open=x\n", "build\tk=\"open\n",
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        BuildInfo info;
        Program p = {.version = S("go1.26.8"), .lines = str_from_c(rows[i])};
        assert_int_equal(read_bytes(program_make(&arena, &p), &info), BUILDINFO_FAILED);
    }
}

static void test_what_is_no_program(void **state)
{
    (void)state;
    BuildInfo info;
    Err err = {0};
    Str fifo = path_join(&arena, folder, S("fifo"));
    assert_int_equal(read_bytes(S("#!/bin/sh\n"), &info), BUILDINFO_NONE);
    assert_int_equal(read_bytes((Str){0}, &info), BUILDINFO_NONE);
    assert_int_equal(read_bytes(S("MZ"), &info), BUILDINFO_NONE);
    assert_int_equal(read_bytes(S("\xca\xfe\xba\xbe\0\0\0\x34"), &info), BUILDINFO_NONE);
    assert_int_equal(mkfifo(str_format(&arena, "%.*s%c", STR_ARG(fifo), 0).ptr, 0600), 0);
    assert_int_equal(buildinfo_read_file(&arena, fifo, &info, &err), BUILDINFO_NONE);
    assert_int_equal(buildinfo_read_file(&arena, folder, &info, &err), BUILDINFO_NONE);
    assert_int_equal(buildinfo_read_file(&arena, S("/nowhere/go"), &info, &err), BUILDINFO_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_what_the_linker_left),
        cmocka_unit_test(test_names_the_machine_without_settings),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_a_program_cut_short_is_none_of_go),
        cmocka_unit_test(test_the_magic_counts_where_it_is_aligned),
        cmocka_unit_test(test_a_length_beyond_the_file_is_none_of_go),
        cmocka_unit_test(test_lines_out_of_form_fail),
        cmocka_unit_test(test_what_is_no_program),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
