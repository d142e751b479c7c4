/* //line directives. test/oracle/syntax.py asks go/parser about hundreds of such files; here stands
 * what each kind of directive means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/syntax/position.h"
#include "go/syntax/scanner.h"
#include "support/assert_str.h"

/* Scans all of text, a file that is called d/f.go. */
static Positions scan(Arena *a, Str text, DiagnosticList *errors)
{
    char *copy = ARENA_ARRAY(a, char, text.len + SCANNER_PADDING);
    memcpy(copy, text.ptr, (size_t)text.len);
    Arena comments = arena_init(0);
    Scanner s;
    scanner_init(&s, &comments, (Str){copy, text.len}, errors);
    while (scanner_next(&s) != TOKEN_EOF) {
    }
    arena_done(&comments);
    return positions_of(a, S("d/f.go"), (Str){copy, text.len}, &s.linedirs);
}

typedef struct {
    const char *text, *at; /* where the "@" in it is said to be */
} Case;

static void test_directives(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"\n  @", "d/f.go:2:3"},
        {"//line x.go:10\n\n @", "d/x.go:11"},
        {"//line x.go:10:3\n @", "d/x.go:10:4"},
        {"//line x.go:10:3\n\n @", "d/x.go:11:2"},
        {"//line :10\n@", "10"},
        {"//line :10:3\n@", "d/f.go:10:3"},
        {"//line ../y/z.go:1\n@", "y/z.go:1"},
        {"//line /y/./z.go:1\n@", "/y/z.go:1"},
        {"//line x.go:1:1\n//line :5:1\n@", "d/x.go:5:1"},
        {"//line x.go:3\r\n@", "d/x.go:3"},
        {" //line x.go:3\n@", "d/f.go:2:1"}, /* not where the line begins */
        {"// line x.go:3\n@", "d/f.go:2:1"},
        {"//line 3\n@", "d/f.go:2:1"},      /* no colon */
        {"//line x.go:0\n@", "d/f.go:2:1"}, /* no line */
        {"a /*line x.go:3:7*/@", "d/x.go:3:7"},
        {"a /*line x.go:3*/@", "d/x.go:3"},
        {"a /*line x.go:3 @", "d/f.go:1:17"}, /* no end */
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Arena a = arena_init(0);
        DiagnosticList errors = {.arena = &a};
        Str text = str_from_c(cases[i].text);
        Positions p = scan(&a, text, &errors);
        SourcePos pos = (SourcePos)str_index_byte(text, '@');
        assert_str(position_format(&a, position_at(&p, pos)), str_from_c(cases[i].at));
        arena_done(&a);
    }
}

static void test_errors_of_directives(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"//line x:0\n", "d/f.go:1:10: invalid line number: 0"},
        {"//line x:y\n", "d/f.go:1:10: invalid line number: y"},
        {"//line x:1:0\n", "d/f.go:1:12: invalid column number: 0"},
        {"//line x:1073741825:1\n", "d/f.go:1:10: invalid line number: 1073741825"},
        {"/*line x:*/", "d/f.go:1:10: invalid line number: "},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Arena a = arena_init(0);
        DiagnosticList errors = {.arena = &a};
        Positions p = scan(&a, str_from_c(cases[i].text), &errors);
        PlacedList placed = positions_place(&a, &p, &errors);
        assert_int_equal(placed.len, 1);
        Str told = str_format(&a, "%.*s: %.*s", STR_ARG(position_format(&a, placed.ptr[0].at)),
                              STR_ARG(placed.ptr[0].what.message));
        assert_str(told, str_from_c(cases[i].at));
        arena_done(&a);
    }
}

static void test_sorts_by_claimed_places(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    DiagnosticList errors = {.arena = &a};
    Positions p = scan(&a, S("//line z.go:9\n@\n//line b.go:2\n\x01\n"), &errors);
    PlacedList placed = positions_place(&a, &p, &errors);
    assert_int_equal(placed.len, 2);
    assert_str(placed.ptr[0].at.file, S("d/b.go"));
    assert_str(placed.ptr[1].at.file, S("d/z.go"));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_directives),
        cmocka_unit_test(test_errors_of_directives),
        cmocka_unit_test(test_sorts_by_claimed_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
