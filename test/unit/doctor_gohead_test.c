#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doctor/gohead.h"
#include "support/assert_str.h"

/* What is read of a file, one letter a kind and the line: "c1 p3 i5". */
typedef struct {
    const char *text;
    const char *items;
    bool is_cut;
} HeadCase;

static Str items_of(Arena *a, Str text, bool *ret_cut)
{
    GoHead h = gohead_of(text);
    GoHeadItem item;
    Str said = {0};
    while ((item = gohead_next(&h)).kind != GOHEAD_END) {
        Str text_of = item.kind == GOHEAD_COMMENT ? (Str){0} : item.text;
        said = str_format(a, "%.*s%s%c%td%.*s", STR_ARG(said), said.len > 0 ? " " : "",
                          "?cpi"[item.kind], item.line, STR_ARG(text_of));
    }
    *ret_cut = h.is_cut;
    return said;
}

static void test_items(void **state)
{
    (void)state;
    static const HeadCase cases[] = {
        {"", "", true},
        {"package a\n", "p1a", true},
        {"package a\n\nfunc f() {}\n", "p1a", false},
        {"// x\n/* y */ package a; import \"b\"; import c \"d\"; var e int", "c1 c2 p2a i2b i2d",
         false},
        {"package a\nimport (\n\t_ \"b\"\n\t. `c`\n\n\td \"e\" // f\n)\ntype t int\n",
         "p1a i3b i4c i6e", false},
        {"package a\nimport()\nimport \"b\"\nconst c", "p1a i3b", false},
        {"package a\nimport (\n\t\"b\"\n\tfunc\n", "p1a i3b", true},
        {"package a\nimport \"b", "p1a", true},
        {"package a\nimpor", "p1a", true},
        {"package a\n/* import \"C\"", "p1a", true},
        {"/* import \"C\" */ package a; var x = `\nimport \"C\"\n`", "c1 p1a", false},
        {"\xef\xbb\xbfpackage a\nimport \"C\"\n/", "p1a i2C", true},
        {"package package\n\x01", "p1package", false},
        {"\x7f\x45LF", "", false},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        bool is_cut;
        assert_str(items_of(&a, str_from_c(cases[i].text), &is_cut), str_from_c(cases[i].items));
        assert_int_equal(is_cut, cases[i].is_cut);
    }
    arena_done(&a);
}

static void test_the_comment_above_an_import(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *doc;
        isize line;
    } cases[] = {
        {"package a\n\n// #cgo x\n// y\nimport \"C\"\n", "// #cgo x\n// y", 3},
        {"package a\n\n/*\nx\n*/\nimport \"C\"\n", "/*\nx\n*/", 3},
        {"package a\n\n// x\n\nimport \"C\"\n", "", 0},
        {"package a\n// x\nimport (\n\t\"C\"\n)\n", "", 0},
        {"package a\nimport (\n\t// x\n\t\"C\"\n)\n", "// x", 3},
        {"package a\n// x\n\n// y\nimport \"C\"\n", "// y", 4},
        {"// x\npackage a\nimport \"C\"\n", "", 0},
        {"package a\nimport /* x */ \"C\"\n", "", 0},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        GoHead h = gohead_of(str_from_c(cases[i].text));
        GoHeadItem item;
        while ((item = gohead_next(&h)).kind != GOHEAD_IMPORT) {
            assert_int_not_equal(item.kind, GOHEAD_END);
        }
        assert_str(item.doc, str_from_c(cases[i].doc));
        assert_int_equal(item.doc_line, cases[i].line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_the_comment_above_an_import),
    };
    return cmocka_run_group_tests_name("doctor_gohead", tests, NULL, NULL);
}
