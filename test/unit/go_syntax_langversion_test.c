/* Language versions: what test/oracle/langversion.py cannot ask cmd/compile about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "go/syntax/langversion.h"
#include "go/syntax/parser.h"
#include "support/assert_str.h"

typedef struct {
    Arena a, own;
    NameTable *names;
    AstFile file;
    DiagnosticList errors;
} Desk;

static void parse(Desk *d, Str text)
{
    *d = (Desk){.a = arena_init(0), .own = arena_init(0), .names = names_new()};
    char *copy = ARENA_ARRAY(&d->a, char, text.len + SCANNER_PADDING);
    memcpy(copy, text.ptr, (size_t)text.len);
    ParserRoom room = {.arena = &d->own};
    ParserInput in = {.arena = &d->a, .room = &room, .names = name_cache_new(&d->a, d->names)};
    d->errors = (DiagnosticList){.arena = &d->a};
    assert_true(parser_parse(&in, (Str){copy, text.len}, &d->file, &d->errors));
    assert_int_equal(d->errors.len, 0);
}

static void done(Desk *d)
{
    names_done(d->names);
    arena_done(&d->own);
    arena_done(&d->a);
}

static void test_file_goes_up_and_down_to_1_21(void **state)
{
    (void)state;
    static const struct {
        isize module, tag, minor;
        bool is_file;
    } cases[] = {
        {17, LANGVERSION_NONE, 17, false},
        {LANGVERSION_ANY, LANGVERSION_NONE, LANGVERSION_ANY, false},
        {17, 22, 22, true},
        {27, 22, 22, true},
        {27, 18, 21, false},
        {17, 0, 21, false},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        LangVersion v = langversion_of(cases[i].module, cases[i].tag);
        assert_int_equal(v.minor, cases[i].minor);
        assert_int_equal(v.is_file, cases[i].is_file);
    }
}

static void test_build_line_is_the_last_above_package(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"package p\n\n//go:build go1.18\n", ""},
        {"//go:build go1.18\n//go:build go1.19\npackage p\n", "//go:build go1.19"},
        {"//go:buildx\n// go:build go1.19\n/*go:build x*/package p\n", ""},
        {"//go:build\tgo1.18\npackage p\n", "//go:build\tgo1.18"},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Desk d;
        parse(&d, str_from_c(cases[i][0]));
        assert_str(langversion_build_line(&d.file), str_from_c(cases[i][1]));
        done(&d);
    }
}

static void test_names_version_of_file_or_module(void **state)
{
    (void)state;
    static const struct {
        isize module, tag;
        const char *message;
    } cases[] = {
        {16, LANGVERSION_NONE,
         "generic type alias requires go1.23 or later (-lang was set to go1.16; check go.mod)"},
        {27, 22, "generic type alias requires go1.23 or later (file declares //go:build go1.22)"},
        {20, 18,
         "generic type alias requires go1.23 or later (-lang was set to go1.20; check go.mod)"},
    };
    Desk d;
    parse(&d, S("package p\n\ntype A[P any] = []P\n"));
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        d.errors.len = 0;
        langversion_check(&d.file, d.names, langversion_of(cases[i].module, cases[i].tag),
                          &d.errors);
        assert_int_equal(d.errors.len, 1);
        assert_str(d.errors.ptr[0].message, str_from_c(cases[i].message));
    }
    done(&d);
}

/* The parser reads a union in a loop: so must whoever looks at it. */
static void test_union_of_many_terms(void **state)
{
    (void)state;
    Arena a = arena_init(MIB);
    StrBuf text = strbuf_init(&a);
    strbuf_add(&text, S("package p\n\ntype I interface{ T[int]"));
    for (isize i = 0; i < 50000; i++) {
        strbuf_add(&text, S("|~int"));
    }
    strbuf_add(&text, S(" }\n"));
    Desk d;
    parse(&d, strbuf_str(&text));
    langversion_check(&d.file, d.names, langversion_of(17, LANGVERSION_NONE), &d.errors);
    assert_int_equal(d.errors.len, 2); /* the element, and the instance in it */
    done(&d);
    arena_done(&a);
}

static void test_without_limit_says_nothing(void **state)
{
    (void)state;
    Desk d;
    parse(&d, S("package p\n\ntype A[P ~int] = [0x1_0]P\n"));
    langversion_check(&d.file, d.names, langversion_of(LANGVERSION_ANY, LANGVERSION_NONE),
                      &d.errors);
    assert_int_equal(d.errors.len, 0);
    done(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_goes_up_and_down_to_1_21),
        cmocka_unit_test(test_build_line_is_the_last_above_package),
        cmocka_unit_test(test_names_version_of_file_or_module),
        cmocka_unit_test(test_union_of_many_terms),
        cmocka_unit_test(test_without_limit_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
