/* Which declaration a directive belongs to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "go/syntax/directive.h"
#include "go/syntax/parser.h"
#include "support/assert_str.h"

/* A letter for each directive of a text: Stray, Trails, File; f, v, t, c, i: of what it is. */
static Str places_of(Arena *a, Str text)
{
    Arena own = arena_init(0);
    NameTable *names = names_new();
    char *copy = ARENA_ARRAY(a, char, text.len + SCANNER_PADDING);
    memcpy(copy, text.ptr, (size_t)text.len);
    ParserRoom room = {.arena = &own};
    ParserInput in = {.arena = a, .room = &room, .names = name_cache_new(a, names)};
    DiagnosticList errors = {.arena = a};
    AstFile file;
    assert_true(parser_parse(&in, (Str){copy, text.len}, &file, &errors));
    assert_int_equal(errors.len, 0);
    Directives list = directives_of(a, &file);
    StrBuf out = strbuf_init(a);
    for (isize i = 0; i < list.len; i++) {
        const Directive *d = &list.ptr[i];
        static const char letters[] = {
            [DIRECTIVE_STRAY] = 'S', [DIRECTIVE_TRAILS] = 'T', [DIRECTIVE_OF_FILE] = 'F'};
        Str keyword = token_text(d->keyword);
        strbuf_add_byte(&out, d->owner != 0 ? keyword.ptr[0] : letters[d->place]);
    }
    names_done(names);
    arena_done(&own);
    return strbuf_str(&out);
}

static void test_a_directive_belongs_to_what_begins_behind_it(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"package p\n\n//go:a\nfunc f() {}\n", "f"},
        {"//go:a\npackage p\n", "F"},
        {"//go:build x\n\npackage p\n", ""},
        {"package p\n\n//go:build x\n", "S"},
        {"package p\n\n//go:a\n\n//go:b\nvar x int\n", "vv"},
        {"package p\n\n//go:a\nvar (\n\t//go:b\n\tx int\n\t//go:c\n)\n", "SvS"},
        {"package p\n\n//go:a\ntype T int //go:b\n\n//go:c\nconst c = 1\n", "tTc"},
        {"package p\n\n//go:a\nimport \"x\"\n//go:b\nimport y \"z\"\n", "ii"},
        {"package p\n\nfunc f() {\n\t//go:a\n\tvar x int\n\t//go:b\n\tx = 1\n\t//go:c\n}\n", "vSS"},
        {"package p\n\n//go:a\nfunc (T) m() {}\n//go:b\n", "fS"},
        {"package p\n\ntype S struct {\n\t//go:a\n\tf int\n}\n\nfunc f() {}\n", "S"},
        {"package p\n\n// go:a\n/*go:b*/\n//go :c\nfunc f() {}\n", ""},
        {"package p\n\n\t//go:a\r\nfunc f() {}\n", "f"},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Arena a = arena_init(0);
        assert_str(places_of(&a, str_from_c(cases[i][0])), str_from_c(cases[i][1]));
        arena_done(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_directive_belongs_to_what_begins_behind_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
