#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/types/diagnosis_add.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#define PADDING                                                                        \
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" \
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static const char source[] = "package p\n\n\tvar name = 1\n" PADDING;
#define NAME_AT 16

/* A program of one file, and its places. */
static void make_program(Arena *a, Program *p, Positions **ret_positions)
{
    static const LineDirList no_dirs;
    Str text = str_slice(str_from_c(source), 0, (isize)strlen(source));
    p->files = ARENA_ARRAY(a, TypeFile, 2);
    p->n_files = 2;
    *ret_positions = ARENA_ARRAY(a, Positions, 2);
    (*ret_positions)[1] = positions_of(a, S("/m/p.go"), text, &no_dirs);
    p->files[1] = (TypeFile){.path = S("/m/p.go"), .ast = {.text = text}};
}

static Diagnoses add(Arena *a, const Program *p, const Positions *positions, TypeError e)
{
    TypeErrors errors = {.ptr = &e, .len = 1, .cap = 1};
    Diagnoses list = {0};
    diagnosis_add_errors(a, &list, p, positions, &errors);
    return list;
}

static void test_an_error_has_place_line_caret_and_end(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Program p = {0};
    Positions *positions;
    make_program(&a, &p, &positions);
    TypeError e = {.code = CODE_UNUSED_VAR,
                   .is_soft = true,
                   .main = {.pos = {1, NAME_AT}, .text = S("declared and not used: name")}};
    Diagnoses list = add(&a, &p, positions, e);
    assert_int_equal(list.len, 1);
    const DiagnosisPart *m = &list.ptr[0].main;
    assert_str(list.ptr[0].code, S("UnusedVar"));
    assert_true(list.ptr[0].is_soft);
    assert_str(m->at.file, S("/m/p.go"));
    assert_int_equal(m->at.line, 3);
    assert_int_equal(m->at.column, 6);
    assert_int_equal(m->end.column, 10);
    assert_str(m->excerpt.line, S("    var name = 1"));
    assert_str(m->excerpt.caret, S("        ^"));
    arena_done(&a);
}

static void test_a_dropped_text_leaves_the_place(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Program p = {0};
    Positions *positions;
    make_program(&a, &p, &positions);
    p.files[1].ast.text = (Str){0};
    ErrorPart other = {.pos = {1, NAME_AT}, .text = S("other declaration of name")};
    TypeError e = {.code = CODE_DUPLICATE_DECL,
                   .main = {.pos = {0, 0}, .text = S("name redeclared")},
                   .related = &other,
                   .n_related = 1};
    Diagnoses list = add(&a, &p, positions, e);
    assert_int_equal(list.ptr[0].main.at.line, 0);
    assert_int_equal(list.ptr[0].main.at.file.len, 0);
    assert_int_equal(list.ptr[0].related[0].at.line, 3);
    assert_int_equal(list.ptr[0].related[0].end.line, 0);
    assert_int_equal(list.ptr[0].related[0].excerpt.caret.len, 0);
    arena_done(&a);
}

static void test_sorts_and_leaves_out_what_is_told_twice(void **state)
{
    (void)state;
    Diagnosis rows[] = {
        {.main = {.at = {S("b.go"), 1, 1}, .message = S("x")}},
        {.main = {.at = {S("a.go"), 2, 3}, .message = S("y")}},
        {.main = {.at = {S("a.go"), 2, 3}, .message = S("x")}},
        {.main = {.at = {S("a.go"), 2, 1}, .message = S("z")}},
        {.main = {.at = {S("a.go"), 2, 3}, .message = S("y")}},
        {.main = {.message = S("of no place")}},
    };
    const char *expected[] = {"of no place", "z", "x", "y", "x"};
    Diagnoses list = {.ptr = rows, .len = COUNT_OF(rows), .cap = COUNT_OF(rows)};
    diagnosis_sort(&list);
    assert_int_equal(list.len, COUNT_OF(expected));
    for (isize i = 0; i < list.len; i++) {
        assert_str(list.ptr[i].main.message, str_from_c(expected[i]));
    }
}

static void test_codes_have_names_and_numbers(void **state)
{
    (void)state;
    assert_str(diagnosis_code_name(CODE_UNUSED_VAR), S("UnusedVar"));
    assert_int_equal(diagnosis_code_number(S("UnusedVar")), CODE_UNUSED_VAR);
    assert_int_equal(diagnosis_code_number(S("")), 0);
    assert_int_equal(diagnosis_code_name((ErrCode)100000).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_error_has_place_line_caret_and_end),
        cmocka_unit_test(test_a_dropped_text_leaves_the_place),
        cmocka_unit_test(test_sorts_and_leaves_out_what_is_told_twice),
        cmocka_unit_test(test_codes_have_names_and_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
