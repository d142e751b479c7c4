#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/load/commenttext.h"
#include "go/load/filehead.h"
#include "support/assert_str.h"

static const Str plain = STR_CONST("// Copyright.\n"
                                   "\n"
                                   "//go:build linux\n"
                                   "\n"
                                   "// Package p is.\n"
                                   "package p // import \"x/p\"\n"
                                   "\n"
                                   "import (\n"
                                   "\t\"a\" // about a\n"
                                   "\t// #cgo LDFLAGS: -lm\n"
                                   "\t_ \"C\"\n"
                                   ")\n"
                                   "import f \"b/c\"; import . `d`\n"
                                   "\n"
                                   "func f() {}\n");

static void test_reads_a_head(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    FileHead head;
    assert_int_equal(filehead_read(&a, S("/p/x.go"), plain, true, &head), FILEHEAD_READ);
    assert_str(head.package, S("p"));
    assert_str(head.doc, S("// Package p is."));
    assert_int_equal(head.faults.len, 0);
    assert_int_equal(head.imports.len, 4);
    assert_str(head.imports.ptr[1].path, S("C"));
    assert_str(head.imports.ptr[1].doc, S("// #cgo LDFLAGS: -lm"));
    assert_str(head.imports.ptr[1].pos.file, S("/p/x.go"));
    assert_int_equal(head.imports.ptr[1].pos.line, 11);
    assert_int_equal(head.imports.ptr[1].pos.column, 2);
    assert_int_equal(head.imports.ptr[0].doc.len, 0);
    assert_int_equal(head.imports.ptr[3].pos.column, 24);
    assert_int_equal(head.directives.len, 1);
    assert_str(filehead_constraints(head.header).go_build, S("//go:build linux"));
    arena_done(&a);
}

/* However little of the file is there: either more is asked for, or nothing changes. */
static void test_asks_for_more_until_the_head_is_there(void **state)
{
    (void)state;
    isize behind = str_index(plain, S("func"));
    for (isize len = 0; len <= plain.len; len++) {
        Arena a = arena_init(0);
        FileHead head;
        FileHeadOutcome outcome = filehead_read(&a, S("x.go"), str_to(plain, len), false, &head);
        assert_int_equal(outcome, len > behind ? FILEHEAD_READ : FILEHEAD_MORE);
        if (outcome == FILEHEAD_READ) {
            assert_int_equal(head.imports.len, 4);
            assert_int_equal(head.header.len, behind);
        }
        arena_done(&a);
    }
}

static void test_says_what_is_wrong_in_gos_words(void **state)
{
    (void)state;
    static const struct {
        Str text, package, message;
    } rows[] = {
        {STR_CONST(""), {0}, STR_CONST("expected 'package', found 'EOF'")},
        {STR_CONST("package p import \"a\"\n"), {0}, STR_CONST("expected ';', found 'import'")},
        {STR_CONST("package p\nimport 3\n"), STR_CONST("p"),
         STR_CONST("import path must be a string")},
        {STR_CONST("package p\nimport \"a b\"\n"), STR_CONST("p"),
         STR_CONST("invalid import path: a b")},
        {STR_CONST("package p\n// \xff\n"), {0}, STR_CONST("illegal UTF-8 encoding")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        FileHead head;
        assert_int_equal(filehead_read(&a, S("x.go"), rows[i].text, true, &head), FILEHEAD_READ);
        assert_int_equal(head.imports.len, 0);
        assert_true(head.faults.len > 0);
        assert_str(head.package, rows[i].package);
        assert_str(head.faults.ptr[0].message, rows[i].message);
        arena_done(&a);
    }
}

static void test_sees_zeros(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    FileHead head;
    Str header;
    const Str in_head = S("package p\n// \0\n"), behind = S("package p\nvar x\0\n");
    assert_int_equal(filehead_read(&a, S("x.go"), in_head, true, &head), FILEHEAD_NUL);
    assert_int_equal(filehead_read(&a, S("x.go"), behind, true, &head), FILEHEAD_READ);
    assert_int_equal(filehead_comments(S("/* \0 */"), true, &header), FILEHEAD_NUL);
    assert_int_equal(filehead_comments(S("/* */ x\0"), true, &header), FILEHEAD_READ);
    assert_int_equal(filehead_comments(S("/ x"), true, &header), FILEHEAD_SYNTAX);
    assert_int_equal(filehead_comments(S("// x"), false, &header), FILEHEAD_MORE);
    arena_done(&a);
}

static void test_finds_patterns_in_the_whole_file(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    FileHead head;
    const Str text = S("package p\nimport _ \"embed\"\nvar s = `\n//go:embed no`\n"
                       "//go:embed a \"b c\"\n//go:embed \"open\n");
    assert_int_equal(filehead_read(&a, S("x.go"), text, false, &head), FILEHEAD_MORE);
    assert_int_equal(filehead_read(&a, S("x.go"), text, true, &head), FILEHEAD_READ);
    assert_int_equal(head.embeds.len, 2);
    assert_str(head.embeds.ptr[1].text, S("b c"));
    assert_int_equal(head.embeds.ptr[1].pos.line, 5);
    assert_int_equal(head.embeds.ptr[1].pos.column, 14);
    arena_done(&a);
}

static void test_cuts_the_first_sentence(void **state)
{
    (void)state;
    static const struct {
        Str group, synopsis;
    } rows[] = {
        {STR_CONST("// Package p is.\n// More."), STR_CONST("Package p is.")},
        {STR_CONST("/*\nPackage p\n\tis code.\n*/"), STR_CONST("Package p")},
        {STR_CONST("// Copyright X"), {0}},
        {STR_CONST("//\tcode"), STR_CONST("code")},
        {STR_CONST("// # Head"), {0}},
        {STR_CONST("//go:x y\n// See J. Doe's ``list'' of [math]. No."),
         STR_CONST("See J. Doe's \xe2\x80\x9clist\xe2\x80\x9d of math.")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        Str text = commenttext_of(&a, rows[i].group);
        assert_str(commenttext_synopsis(&a, text), rows[i].synopsis);
        arena_done(&a);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_a_head),
        cmocka_unit_test(test_asks_for_more_until_the_head_is_there),
        cmocka_unit_test(test_says_what_is_wrong_in_gos_words),
        cmocka_unit_test(test_sees_zeros),
        cmocka_unit_test(test_finds_patterns_in_the_whole_file),
        cmocka_unit_test(test_cuts_the_first_sentence),
    };
    return cmocka_run_group_tests_name("go_load_filehead", tests, NULL, NULL);
}
