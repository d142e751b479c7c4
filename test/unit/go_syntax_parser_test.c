/* What test/oracle/syntax.py cannot ask go/parser about: depth, parts of a file, the room that is
 * used again, places of nodes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "go/syntax/ast_dump.h"
#include "go/syntax/parser.h"
#include "os/pool.h"
#include "support/assert_str.h"

typedef struct {
    Arena a, own;
    NameTable *names;
    ParserRoom room;
    ParserInput in;
    DiagnosticList errors;
    AstFile file;
} Desk;

static int set_up(void **state)
{
    static Desk desk;
    desk = (Desk){.a = arena_init(0), .own = arena_init(0), .names = names_new()};
    desk.room.arena = &desk.own;
    desk.in = (ParserInput){
        .arena = &desk.a, .room = &desk.room, .names = name_cache_new(&desk.a, desk.names)};
    *state = &desk;
    return 0;
}

static int tear_down(void **state)
{
    Desk *d = *state;
    names_done(d->names);
    arena_done(&d->own);
    arena_done(&d->a);
    return 0;
}

static bool parse(Desk *d, Str text)
{
    char *copy = ARENA_ARRAY(&d->a, char, text.len + SCANNER_PADDING);
    if (text.len > 0) {
        memcpy(copy, text.ptr, (size_t)text.len);
    }
    d->errors = (DiagnosticList){.arena = &d->a};
    return parser_parse(&d->in, (Str){copy, text.len}, &d->file, &d->errors);
}

static Str dump(Desk *d)
{
    StrBuf out = strbuf_init(&d->a);
    ast_dump(&d->file, d->names, &out);
    return strbuf_str(&out);
}

static void test_a_tree(void **state)
{
    Desk *d = *state;
    assert_true(parse(d, S("package p\n\nvar x = a.b[1]\n")));
    assert_str(dump(d), S("File Package=1:1\n"
                          "  Name: Ident NamePos=1:9 \"p\"\n"
                          "  Decls: GenDecl var TokPos=3:1\n"
                          "    Specs: ValueSpec\n"
                          "      Names: Ident NamePos=3:5 \"x\"\n"
                          "      Values: IndexExpr Lbrack=3:12 Rbrack=3:14\n"
                          "        X: SelectorExpr\n"
                          "          X: Ident NamePos=3:9 \"a\"\n"
                          "          Sel: Ident NamePos=3:11 \"b\"\n"
                          "        Index: BasicLit INT ValuePos=3:13 ValueEnd=3:14\n"));
    assert_int_equal(d->errors.len, 0);
}

static void test_what_is_no_go(void **state)
{
    Desk *d = *state;
    static const Str texts[] = {
        STR_CONST(""),          STR_CONST("\x7f\x45LF"),  STR_CONST("pack p"),
        STR_CONST("package 1"), STR_CONST("#!/bin/sh\n"), STR_CONST("<html></html>"),
    };
    for (isize i = 0; i < COUNT_OF(texts); i++) {
        assert_false(parse(d, texts[i]));
        assert_true(d->errors.len > 0);
    }
}

static void test_parts_of_a_file(void **state)
{
    Desk *d = *state;
    Str text = S("package p\nimport \"a\"\nimport (\"b\"; c \"d\")\nfunc f() { what is this }\n");
    static const struct {
        ParserExtent extent;
        isize n_decls;
        bool has_errors;
    } cases[] = {{PARSER_PACKAGE, 0, false}, {PARSER_IMPORTS, 2, false}, {PARSER_WHOLE, 3, true}};
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        d->in.extent = cases[i].extent;
        assert_true(parse(d, text));
        assert_int_equal(ast_list(&d->file, &d->file.decls).len, cases[i].n_decls);
        assert_int_equal(d->errors.len > 0, cases[i].has_errors);
    }
}

/* How often each may stand, as go/parser of Go 1.26.8 says. */
static const struct {
    Str before;
    const char *open, *core, *close;
    int most;
} nests[] = {
    {STR_CONST("package p\nvar y = "), "(", "x", ")", 99998},
    {STR_CONST("package p\nvar y = "), "!", "x", "", 99998},
    {STR_CONST("package p\nvar y = "), "f(", "x", ")", 49999},
    {STR_CONST("package p\nvar y = "), "x[", "x", "]", 49999},
    {STR_CONST("package p\nvar y = "), "x+(", "x", ")", 49999},
    {STR_CONST("package p\nvar y = "), "[]", "x", "", 99998},
    {STR_CONST("package p\nvar y = "), "a{", "", "}", 33333},
    {STR_CONST("package p\nvar y "), "func(", "x", ")", 99999},
    {STR_CONST("package p\nvar y "), "*", "x", "", 99999},
    {STR_CONST("package p\nvar y "), "map[int]", "x", "", 99999},
    {STR_CONST("package p\nvar y "), "chan ", "x", "", 99999},
    {STR_CONST("package p\nvar y "), "T[", "x", "]", 99999},
    {STR_CONST("package p\ntype y "), "struct{a ", "x", "}", 99999},
    {STR_CONST("package p\ntype y "), "interface{m(a ", "x", ")}", 99999},
    {STR_CONST("package p\nfunc f() {"), "{", "", "}", 100000},
    {STR_CONST("package p\nfunc f() {"), "if x {", "", "}", 49999},
    {STR_CONST("package p\nfunc f() {"), "for {", "", "}", 100000},
    {STR_CONST("package p\nfunc f() {"), "switch { case x: ", "", "}", 99998},
    {STR_CONST("package p\nfunc f() {"), "a:", "", "", 99998},
    {STR_CONST("package p\nfunc f() {"), "func() {", "", "}", 49999},
};

/* n times open, then core, n times close. */
static Str nested(Arena *a, Str before, const char *open, const char *core, const char *close,
                  isize n)
{
    StrBuf b = strbuf_init(a);
    strbuf_add(&b, before);
    for (isize i = 0; i < n; i++) {
        strbuf_add(&b, str_from_c(open));
    }
    strbuf_add(&b, str_from_c(core));
    for (isize i = 0; i < n; i++) {
        strbuf_add(&b, str_from_c(close));
    }
    return strbuf_str(&b);
}

static void check_nest(Desk *d, isize i, int n, bool is_fine)
{
    Arena scratch = arena_init(MIB);
    Str end = str_ends_with(nests[i].before, S("{")) ? S("}\n") : S("\n");
    Str text = nested(&scratch, nests[i].before, nests[i].open, nests[i].core, nests[i].close, n);
    d->room.stack_floor = 0; /* it is asked for on the thread that is running */
    parse(d, str_concat(&scratch, text, end));
    if (is_fine) {
        assert_int_equal(d->errors.len, 0);
    } else {
        assert_str(d->errors.ptr[d->errors.len - 1].message, S("exceeded max nesting depth"));
    }
    arena_done(&scratch);
}

static bool check_nests(void *context, isize i, isize worker, Err *err)
{
    (void)worker;
    (void)err;
    check_nest(context, i, nests[i].most, true);
    check_nest(context, i, nests[i].most + 1, false);
    return true;
}

static void test_nests_as_deep_as_in_go(void **state)
{
    Err err;
    assert_true(pool_run_deep(COUNT_OF(nests), 1, check_nests, *state, &err));
    ((Desk *)*state)->room.stack_floor = 0;
}

/* Where there is less stack than that, its end is told. */
static void test_nests_as_deep_as_there_is_stack(void **state)
{
    for (isize i = 0; i < COUNT_OF(nests); i++) {
        check_nest(*state, i, 2000, true);
        check_nest(*state, i, PARSER_MAX_NESTING + 1, false);
    }
}

/* As deep as go/parser allows, in loops. */
static void test_long_chains_are_no_depth(void **state)
{
    Desk *d = *state;
    static const char *const chains[] = {"+x", ".x", "()", "[0]", "||x"};
    for (isize i = 0; i < COUNT_OF(chains); i++) {
        Arena scratch = arena_init(MIB);
        StrBuf b = strbuf_init(&scratch);
        strbuf_add(&b, S("package p\nvar y = x"));
        for (isize k = 0; k < PARSER_MAX_NESTING - 10; k++) {
            strbuf_add(&b, str_from_c(chains[i]));
        }
        assert_true(parse(d, strbuf_str(&b)));
        assert_int_equal(d->errors.len, 0);
        arena_done(&scratch);
    }
}

static void test_a_long_chain_of_else_if_is_no_depth(void **state)
{
    Desk *d = *state;
    Arena scratch = arena_init(MIB);
    Str text = nested(&scratch, S("package p\nfunc f() {\n"), "if x {} else ", "", "",
                      PARSER_MAX_NESTING - 10);
    text = str_concat(&scratch, text, S("{ return }\n}\n"));
    assert_true(parse(d, text));
    assert_int_equal(d->errors.len, 0);
    arena_done(&scratch);
}

static void test_where_nodes_begin_and_end(void **state)
{
    Desk *d = *state;
    static const Str values[] = {
        STR_CONST("a.b"),        STR_CONST("f(x, y...)"),      STR_CONST("[]int{1, 2}"),
        STR_CONST("-x"),         STR_CONST("x + y*z"),         STR_CONST("(x)"),
        STR_CONST("x.(int)"),    STR_CONST("m[a:b:c]"),        STR_CONST("g[int, string]"),
        STR_CONST("func() {}"),  STR_CONST("func(a int) b"),   STR_CONST("map[a]b{}"),
        STR_CONST("`a\nb`"),     STR_CONST("struct{ a int }"), STR_CONST("interface{ m() }"),
        STR_CONST("<-chan int"), STR_CONST("[...]a"),          STR_CONST("*p"),
    };
    Str before = S("package p\n\nvar v = ");
    for (isize i = 0; i < COUNT_OF(values); i++) {
        assert_true(parse(d, str_concat(&d->a, before, values[i])));
        AstNode decl = ast_list(&d->file, &d->file.decls).ptr[0];
        AstNode spec = ast_list(&d->file, &ast_gen_decl(&d->file, decl)->specs).ptr[0];
        AstNode value = ast_list(&d->file, &ast_value_spec(&d->file, spec)->values).ptr[0];
        assert_int_equal(ast_pos(&d->file, value), before.len);
        assert_int_equal(ast_end(&d->file, value), before.len + values[i].len);
        assert_int_equal(ast_pos(&d->file, decl), 11);
        assert_int_equal(ast_end(&d->file, decl), before.len + values[i].len);
    }
}

#define DESK_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(test_a_tree),
        DESK_TEST(test_what_is_no_go),
        DESK_TEST(test_parts_of_a_file),
        DESK_TEST(test_nests_as_deep_as_in_go),
        DESK_TEST(test_nests_as_deep_as_there_is_stack),
        DESK_TEST(test_long_chains_are_no_depth),
        DESK_TEST(test_a_long_chain_of_else_if_is_no_depth),
        DESK_TEST(test_where_nodes_begin_and_end),
    };
    return cmocka_run_group_tests_name("go/syntax/parser", tests, NULL, NULL);
}
