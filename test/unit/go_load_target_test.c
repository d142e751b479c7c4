#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/load/levels.h"
#include "go/load/tagsets.h"
#include "support/assert_str.h"

static const Str syslist = STR_CONST("package syslist\n\n"
                                     "var KnownOS = map[string]bool{\n"
                                     "\t\"android\": true,\n\t\"linux\": true,\n"
                                     "\t\"plan9\": true,\n\t\"windows\": true,\n}\n\n"
                                     "var UnixOS = map[string]bool{\n"
                                     "\t\"android\": true,\n\t\"linux\": true,\n}\n\n"
                                     "var KnownArch = map[string]bool{\n"
                                     "\t\"amd64\": true,\n\t\"arm64\": true,\n}\n");

static Target target_of(Arena *a, Str os, Str arch)
{
    Err err;
    Target t = {.os = os, .arch = arch, .go_minor = 26, .compiler = S("gc")};
    assert_true(target_names_parse(a, syslist, &t.names, &err));
    *VEC_PUSH(a, &t.tags) = S("mine");
    *VEC_PUSH(a, &t.tool_tags) = S("goexperiment.boringcrypto");
    return t;
}

static void test_knows_which_tags_hold(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    static const Str yes[] = {
        STR_CONST("android"), STR_CONST("linux"), STR_CONST("arm64"),
        STR_CONST("gc"),      STR_CONST("unix"),  STR_CONST("go1.26"),
        STR_CONST("go1.1"),   STR_CONST("mine"),  STR_CONST("boringcrypto"),
    };
    static const Str no[] = {
        STR_CONST("windows"), STR_CONST("amd64"),  STR_CONST("cgo"),
        STR_CONST("gccgo"),   STR_CONST("go1.27"), STR_CONST("go1.0"),
        STR_CONST("go1.01"),  STR_CONST("go1"),    STR_CONST("race"),
    };
    Target t = target_of(&a, S("android"), S("arm64"));
    for (isize i = 0; i < COUNT_OF(yes); i++) {
        assert_true(target_holds(&t, yes[i]));
    }
    for (isize i = 0; i < COUNT_OF(no); i++) {
        assert_false(target_holds(&t, no[i]));
    }
    arena_done(&a);
}

static void test_reads_names_of_files(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Target t = target_of(&a, S("linux"), S("amd64"));
    static const struct {
        Str name, os, arch;
        bool is_for;
    } rows[] = {
        {STR_CONST("linux.go"), {0}, {0}, true},
        {STR_CONST("windows_amd64.go"), {0}, STR_CONST("amd64"), true},
        {STR_CONST("a_windows_test.go"), STR_CONST("windows"), {0}, false},
        {STR_CONST("a_windows_amd64.go"), STR_CONST("windows"), STR_CONST("amd64"), false},
        {STR_CONST("a_amd64_linux.go"), STR_CONST("linux"), {0}, true},
        {STR_CONST("a_linux_x.go"), {0}, {0}, true},
        {STR_CONST("a_linux.x_windows.go"), STR_CONST("linux"), {0}, true},
        {STR_CONST("_test.go"), {0}, {0}, true},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        TargetName name = target_name_of(&t, rows[i].name);
        assert_str(name.os, rows[i].os);
        assert_str(name.arch, rows[i].arch);
        assert_int_equal(name.is_for, rows[i].is_for);
    }
    arena_done(&a);
}

static void test_counts_levels(void **state)
{
    (void)state;
    static const struct {
        Str arch, value, tags; /* parted by spaces; empty: no value */
    } rows[] = {
        {STR_CONST("amd64"), STR_CONST("v2"), STR_CONST("amd64.v1 amd64.v2")},
        {STR_CONST("arm"), STR_CONST("6,softfloat"), STR_CONST("arm.5 arm.6")},
        {STR_CONST("arm64"), STR_CONST("v9.0,lse"),
         STR_CONST("arm64.v8.0 arm64.v8.1 arm64.v8.2 arm64.v8.3 arm64.v8.4 arm64.v8.5 arm64.v9.0")},
        {STR_CONST("386"), STR_CONST("sse2"), STR_CONST("386.sse2")},
        {STR_CONST("riscv64"), STR_CONST("rva22u64"),
         STR_CONST("riscv64.rva20u64 riscv64.rva22u64")},
        {STR_CONST("wasm"), {0}, STR_CONST("wasm.satconv wasm.signext")},
        {STR_CONST("amd64"), STR_CONST("x"), {0}},
        {STR_CONST("arm64"), STR_CONST("v8"), {0}},
    };
    const Str function = S("\tcase \"386\", \"amd64\", \"arm\", \"arm64\", \"wasm\":\n"
                           "\tcase \"riscv64\":\n\t\t\"rva20u64\" \"rva22u64\"\n");
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        Strs tags = {0};
        Str rest = rows[i].tags, tag;
        assert_int_equal(levels_tags(&a, function, rows[i].arch, rows[i].value, &tags),
                         rest.len > 0);
        for (isize k = 0; rest.len > 0 && k < tags.len; k++) {
            assert_true(str_next_field(&rest, &tag));
            assert_str(tags.ptr[k], tag);
        }
        assert_false(str_next_field(&rest, &tag));
        arena_done(&a);
    }
}

static void test_finds_contradictions(void **state)
{
    (void)state;
    static const struct {
        Str line;
        TagsetsOutcome outcome;
    } rows[] = {
        {STR_CONST("//go:build linux && windows"), TAGSETS_IMPOSSIBLE},
        {STR_CONST("//go:build linux && android"), TAGSETS_POSSIBLE},
        {STR_CONST("//go:build android && !linux"), TAGSETS_IMPOSSIBLE},
        {STR_CONST("//go:build windows && unix"), TAGSETS_IMPOSSIBLE},
        {STR_CONST("//go:build unix && !linux"), TAGSETS_POSSIBLE},
        {STR_CONST("//go:build amd64 && arm64"), TAGSETS_IMPOSSIBLE},
        {STR_CONST("//go:build go1.20 && !go1.18"), TAGSETS_IMPOSSIBLE},
        {STR_CONST("//go:build go1.18 && !go1.20"), TAGSETS_POSSIBLE},
        {STR_CONST("//go:build mine && !mine"), TAGSETS_IMPOSSIBLE},
        {STR_CONST("//go:build mine || !mine"), TAGSETS_POSSIBLE},
        {STR_CONST("//go:build gc && gccgo"), TAGSETS_IMPOSSIBLE},
        {STR_CONST("//go:build ("), TAGSETS_UNKNOWN},
        {STR_CONST("//go:build a&&b&&c&&d&&e&&f&&g&&h&&i&&j&&k&&l&&m&&n&&o"), TAGSETS_UNKNOWN},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        Target t = target_of(&a, S("linux"), S("amd64"));
        assert_int_equal(tagsets_possible(&a, &t, rows[i].line), rows[i].outcome);
        arena_done(&a);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_knows_which_tags_hold),
        cmocka_unit_test(test_reads_names_of_files),
        cmocka_unit_test(test_counts_levels),
        cmocka_unit_test(test_finds_contradictions),
    };
    return cmocka_run_group_tests_name("go_load_target", tests, NULL, NULL);
}
