#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "go/mod/graph.h"
#include "support/assert_str.h"
#include "support/fixture.h"

static Arena arena;
static Str dir;

static int make_dir(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    dir = fixture_dir(&arena);
    return 0;
}

static int drop_dir(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static void put(const char *name, const char *text)
{
    fixture_file(&arena, dir, str_from_c(name), str_from_c(text));
}

/* A module of the cache: name is "path/@v/version". */
static void cache(const char *name, const char *text)
{
    Str path = str_format(&arena, "cache/cache/download/%s.mod", name);
    fixture_file(&arena, dir, path, str_from_c(text));
}

static bool load_mains(const char *from, MainMods *ret, Err *err)
{
    static Environ env;
    static GoEnv e;
    env = environ_with(&arena, &(Environ){0}, S("GOENV"), S("off"));
    assert_true(goenv_load(&arena, &env, (Str){0}, &e, err));
    return mainmods_load(&arena, &e, path_join(&arena, dir, str_from_c(from)), ret, err);
}

/* The build list as words, the main module first; then what is wrong, each after an "!". */
static Str list(const char *from, isize jobs)
{
    MainMods mains;
    ModGraph g;
    Err err = {0};
    if (!load_mains(from, &mains, &err)) {
        return str_format(&arena, "refused: %s", err.text);
    }
    Str modcache = path_join(&arena, dir, S("cache"));
    assert_true(graph_load(&arena, &mains, modcache, jobs, &g, &err));
    StrBuf b = strbuf_init(&arena);
    GraphNodes chosen = graph_build_list(&arena, &g, true);
    GraphNodes troubles = graph_troubles(&arena, &g);
    for (isize i = 0; i < chosen.len; i++) {
        Str name = modversion_format(&arena, graph_node(&g, chosen.ptr[i])->mod);
        strbuf_add_format(&b, "%s%.*s", i == 0 ? "" : " ", STR_ARG(name));
    }
    for (isize i = 0; i < troubles.len; i++) {
        strbuf_add_format(&b, " !%.*s", STR_ARG(graph_node(&g, troubles.ptr[i])->trouble.remedy));
    }
    strbuf_add(&b, g.needs_update ? S(" needs update") : S(""));
    graph_done(&g);
    return strbuf_str(&b);
}

static void test_what_a_pruned_module_requires_is_not_followed(void **state)
{
    (void)state;
    cache("x.y/a/@v/v1.0.0", "module x.y/a\ngo 1.17\nrequire x.y/b v1.0.0\n");
    cache("x.y/b/@v/v1.0.0", "module x.y/b\ngo 1.17\nrequire x.y/c v1.0.0\n");
    cache("x.y/c/@v/v1.0.0", "module x.y/c\n");
    put("m/go.mod", "module m\ngo 1.17\nrequire x.y/a v1.0.0\n");
    assert_str(list("m", 1), S("m x.y/a@v1.0.0 x.y/b@v1.0.0"));
    put("m/go.mod", "module m\ngo 1.16\nrequire x.y/a v1.0.0\n");
    assert_str(list("m", 1), S("m x.y/a@v1.0.0 x.y/b@v1.0.0 x.y/c@v1.0.0"));
    /* Of an old module everything counts, in a pruned graph too. */
    cache("x.y/a/@v/v1.0.0", "module x.y/a\ngo 1.16\nrequire x.y/b v1.0.0\n");
    put("m/go.mod", "module m\ngo 1.17\nrequire x.y/a v1.0.0\n");
    assert_str(list("m", 4), S("m x.y/a@v1.0.0 x.y/b@v1.0.0 x.y/c@v1.0.0"));
}

static void test_a_missing_go_mod_is_named_and_the_rest_is_chosen(void **state)
{
    (void)state;
    cache("x.y/!big/@v/v1.0.0", "module x.y/Big\nrequire x.y/c v1.1.0\n");
    put("m/go.mod", "module m\ngo 1.17\nrequire (\n\tx.y/Big v1.0.0\n\tx.y/gone v1.0.0\n)\n");
    assert_str(list("m", 1), S("m x.y/Big@v1.0.0 x.y/c@v1.1.0 x.y/gone@v1.0.0"
                               " !go mod download x.y/gone@v1.0.0 !go mod download x.y/c@v1.1.0"));
}

static void test_a_go_mod_of_another_module_is_refused(void **state)
{
    (void)state;
    cache("x.y/d/@v/v1.0.0", "module x.y/other\nrequire x.y/e v1.0.0\n");
    put("m/go.mod", "module m\ngo 1.17\nrequire x.y/d v1.0.0\n");
    assert_str(list("m", 1), S("m x.y/d@v1.0.0 !"));
}

static void test_replaced_modules_are_read_where_they_are(void **state)
{
    (void)state;
    put("fork/go.mod", "module whatever\ngo 1.17\nrequire x.y/f v1.0.0\n");
    put("m/go.mod", "module m\ngo 1.17\nrequire x.y/d v1.0.0\nreplace x.y/d => ../fork\n");
    assert_str(list("m", 1), S("m x.y/d@v1.0.0 x.y/f@v1.0.0"));
    put("m/go.mod", "module m\ngo 1.17\nrequire x.y/d v1.0.0\n"
                    "replace x.y/d => ../fork\nreplace x.y/d => ../other\n");
    assert_true(str_starts_with(list("m", 1), S("refused: ")));
    fixture_file(&arena, dir, S("odd/go.mod/x"), S(""));
    put("m/go.mod", "module m\ngo 1.17\nrequire x.y/d v1.0.0\nreplace x.y/d => ../odd\n");
    assert_str(list("m", 1), S("m x.y/d@v1.0.0 !"));
    /* A circle of folders is none of versions. */
    put("m/go.mod", "module m\ngo 1.17\nrequire x.y/d v1.0.0\nreplace x.y/d => ../m\n");
    assert_str(list("m", 1), S("m x.y/d@v1.0.0"));
}

static void test_raised_requirements_are_told(void **state)
{
    (void)state;
    cache("x.y/g/@v/v1.0.0", "module x.y/g\ngo 1.17\nrequire x.y/h v1.2.0\n");
    cache("x.y/h/@v/v1.0.0", "module x.y/h\ngo 1.17\n");
    cache("x.y/h/@v/v1.2.0", "module x.y/h\ngo 1.17\nrequire x.y/i v1.0.0\n");
    put("m/go.mod", "module m\ngo 1.17\nrequire x.y/g v1.0.0\nrequire x.y/h v1.0.0\n");
    assert_str(list("m", 1), S("m x.y/g@v1.0.0 x.y/h@v1.2.0 x.y/i@v1.0.0 needs update"));
    put("m/go.mod", "module m\ngo 1.17\nrequire x.y/g v1.0.0\nexclude x.y/h v1.2.0\n");
    assert_str(list("m", 1), S("m x.y/g@v1.0.0"));
    put("m/go.mod", "module m\ngo 1.17\nrequire x.y/g v1.0.0\nexclude x.y/g v1.0.0\n");
    assert_str(list("m", 1), S("m needs update"));
}

/* What an old main module requires and excludes is no root, though somebody else brings it. */
static void test_an_excluded_requirement_is_not_direct(void **state)
{
    (void)state;
    cache("x.y/n/@v/v1.0.0", "module x.y/n\nrequire x.y/o v1.1.0\nrequire x.y/p v1.1.0\n");
    cache("x.y/o/@v/v1.1.0", "module x.y/o\n");
    cache("x.y/p/@v/v1.0.0", "module x.y/p\n");
    cache("x.y/p/@v/v1.1.0", "module x.y/p\n");
    put("m/go.mod", "module m\ngo 1.16\nrequire x.y/n v1.0.0\nrequire x.y/o v1.0.0\n"
                    "require x.y/p v1.0.0\nexclude x.y/o v1.0.0\n");
    MainMods mains;
    ModGraph g;
    Err err = {0};
    assert_true(load_mains("m", &mains, &err));
    assert_true(graph_load(&arena, &mains, path_join(&arena, dir, S("cache")), 1, &g, &err));
    StrBuf b = strbuf_init(&arena);
    GraphNodes roots = graph_requires(&g, g.starts.ptr[0]);
    for (isize i = 0; i < roots.len; i++) {
        strbuf_add_format(&b, "%.*s ", STR_ARG(graph_node(&g, roots.ptr[i])->mod.path));
    }
    assert_str(strbuf_str(&b), S("go x.y/n x.y/p "));
    graph_done(&g);
}

static void test_workspaces_refuse_what_go_refuses(void **state)
{
    (void)state;
    put("w/a/go.mod", "module a\ngo 1.21\nreplace x.y/j => ../j\n");
    put("w/b/go.mod", "module b\ngo 1.21\nreplace x.y/j => ../k\n");
    put("w/c/go.mod", "module a\ngo 1.21\n");
    put("w/d/go.mod", "module d\ngo 1.22\n");
    put("w/e/go.mod", "module e\ngo 1.21\nrequire a v1.0.0\n");
    static const struct {
        const char *work;
        Str says;
    } cases[] = {
        {"go 1.21\nuse ./e\nuse ./a\n", STR_CONST("a e")},
        {"go 1.21\nuse ./a\nuse ./b\nreplace x.y/j => ./l\n", STR_CONST("a b")},
        {"go 1.21\nuse ./a\nuse ./b\n", STR_CONST("refused: ")},
        {"go 1.21\nuse ./a\nuse ./c\n", STR_CONST("refused: module a appears multiple times")},
        {"go 1.21\nuse ./d\n", STR_CONST("refused: ")},
        {"go 1.21\nuse ./a\nreplace a => ./l\n", STR_CONST("refused: ")},
        {"go 1.21\nuse ./nowhere\n", STR_CONST("refused: ")},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        put("w/go.work", cases[i].work);
        assert_str(str_to(list("w", 1), cases[i].says.len), cases[i].says);
    }
}

static void test_a_chain_leads_to_each_version(void **state)
{
    (void)state;
    MainMods mains;
    ModGraph g;
    Err err = {0};
    put("m/go.mod", "module m\ngo 1.16\nrequire x.y/a v1.0.0\n");
    assert_true(load_mains("m", &mains, &err));
    assert_true(graph_load(&arena, &mains, path_join(&arena, dir, S("cache")), 2, &g, &err));
    GraphNodes chain = graph_chain(&arena, &g, graph_chosen(&g, S("x.y/c")));
    assert_int_equal(chain.len, 4);
    assert_str(graph_node(&g, chain.ptr[0])->mod.path, S("m"));
    assert_str(graph_node(&g, chain.ptr[2])->mod.path, S("x.y/b"));
    assert_int_equal(graph_chain(&arena, &g, graph_chosen(&g, S("x.y/none"))).len, 0);
    assert_int_equal(graph_chain(&arena, &g, graph_chosen(&g, S("m"))).len, 1);
    graph_done(&g);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_pruned_module_requires_is_not_followed),
        cmocka_unit_test(test_a_missing_go_mod_is_named_and_the_rest_is_chosen),
        cmocka_unit_test(test_a_go_mod_of_another_module_is_refused),
        cmocka_unit_test(test_replaced_modules_are_read_where_they_are),
        cmocka_unit_test(test_raised_requirements_are_told),
        cmocka_unit_test(test_an_excluded_requirement_is_not_direct),
        cmocka_unit_test(test_workspaces_refuse_what_go_refuses),
        cmocka_unit_test(test_a_chain_leads_to_each_version),
    };
    return cmocka_run_group_tests_name("go_mod_graph", tests, make_dir, drop_dir);
}
