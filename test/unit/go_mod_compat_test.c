#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "go/mod/compat.h"
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

static CompatGos gos_of(const char *words)
{
    CompatGos gos = {0};
    Str rest = str_from_c(words), word;
    Err err = {0};
    while (str_next_field(&rest, &word)) {
        assert_true(compat_add_go(&arena, word, &gos, &err));
    }
    return gos;
}

static Str words_of(const CompatGos *gos)
{
    StrBuf b = strbuf_init(&arena);
    for (isize i = 0; i < gos->len; i++) {
        strbuf_add_format(&b, "%s%.*s", i == 0 ? "" : " ", STR_ARG(gos->ptr[i].version));
    }
    return strbuf_str(&b);
}

/* "yes maybe" and so on, for the row of that name ("" for the whole); then what it says to go back
 * to. */
static Str verdicts(const char *folder, const char *name, const char *gos)
{
    static const char *const words[] = {"none", "unread", "yes", "maybe", "unknown", "no"};
    Environ env = environ_with(&arena, &(Environ){0}, S("GOENV"), S("off"));
    GoEnv e;
    MainMods mains;
    ModGraph graph;
    Compat c;
    CompatLower lower;
    Err err = {0};
    CompatGos asked = gos_of(gos);
    assert_true(goenv_load(&arena, &env, (Str){0}, &e, &err));
    assert_true(
        mainmods_load(&arena, &e, path_join(&arena, dir, str_from_c(folder)), &mains, &err));
    assert_true(graph_load(&arena, &mains, path_join(&arena, dir, S("cache")), 1, &graph, &err));
    assert_true(compat_judge(&arena, &graph, &asked, &c, &err));
    assert_true(compat_lower(&arena, &graph, &c, &lower, &err));
    StrBuf b = strbuf_init(&arena);
    const CompatModule *m = NULL;
    for (isize i = 0; i < c.modules.len; i++) {
        Str row = modversion_format(&arena, c.modules.ptr[i].mod);
        m = m == NULL && str_eq(row, str_from_c(name)) ? &c.modules.ptr[i] : m;
    }
    assert_true(m != NULL || *name == '\0');
    for (isize i = 0; i < asked.len; i++) {
        strbuf_add_format(&b, "%s%s", i == 0 ? "" : " ",
                          words[m == NULL ? c.whole[i] : m->cells[i].verdict]);
    }
    if (m == NULL) {
        strbuf_add_format(&b, ", lowest %.*s", STR_ARG(c.lowest));
    }
    for (isize i = 0; i < lower.n_mods; i++) {
        strbuf_add_format(&b, ", %.*s with %.*s", STR_ARG(lower.go),
                          STR_ARG(modversion_format(&arena, lower.mods[i])));
    }
    graph_done(&graph);
    return strbuf_str(&b);
}

static void test_versions_are_sorted_and_none_is_there_twice(void **state)
{
    (void)state;
    CompatGos gos = gos_of("1.22 go1.21.3 1.9999 1.22rc1 1.22 1.11 1.22.0");
    assert_str(words_of(&gos), S("1.11 1.21.3 1.22 1.22rc1 1.22.0 1.9999"));
}

static void test_refuses_what_is_no_version(void **state)
{
    (void)state;
    static const char *const texts[] = {"",       "go",   "1",         "x",     "1.",
                                        "1.22x.", "1.10", "1.9",       "v1.2",  "1.022",
                                        "1..2",   "-1.2", "1.22.3rc1", "latest"};
    for (isize i = 0; i < COUNT_OF(texts); i++) {
        CompatGos gos = {0};
        Err err = {0};
        assert_false(compat_add_go(&arena, str_from_c(texts[i]), &gos, &err));
        assert_int_equal(err.kind, ERR_USAGE);
    }
    CompatGos gos = gos_of("1.11 1.12 1.13 1.14 1.15 1.16 1.17 1.18 1.19 1.20 1.21 1.22 1.23 1.24");
    Err err = {0};
    assert_int_equal(gos.len, COMPAT_MAX_GOS);
    assert_true(compat_add_go(&arena, S("1.11"), &gos, &err));
    assert_false(compat_add_go(&arena, S("1.25"), &gos, &err));
}

/* What each line is to Gos before and after the changes of 1.20.8 and 1.21. */
static void test_go_lines_against_releases(void **state)
{
    (void)state;
    static const char *gos = "1.19 1.20 1.20.7 1.20.8 1.21 1.21.4 1.22 1.22.3";
    static const struct {
        const char *line, *own, *dependency;
    } rows[] = {
        {"1.9", "yes yes yes yes yes yes yes yes", "yes yes yes yes yes yes yes yes"},
        {"1.20", "maybe yes yes yes yes yes yes yes", "maybe yes yes yes yes yes yes yes"},
        {"1.21", "maybe maybe maybe maybe yes yes yes yes",
         "maybe maybe maybe maybe yes yes yes yes"},
        {"1.21.5", "no no no no yes no yes yes", "maybe maybe maybe maybe yes no yes yes"},
        {"1.22rc1", "no no no no no no yes yes", "maybe no maybe no no no yes yes"},
        {"1.22", "maybe no maybe no no no yes yes", "maybe no maybe no no no yes yes"},
        {"1.22.4", "no no no no no no yes no", "maybe no maybe no no no yes no"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str own = str_format(&arena, "module example.com/own\n\ngo %s\n", rows[i].line);
        fixture_file(&arena, dir, S("own/go.mod"), own);
        Str a = str_format(&arena, "module example.com/a\n\ngo %s\n", rows[i].line);
        fixture_file(&arena, dir, S("cache/cache/download/example.com/a/@v/v1.0.0.mod"), a);
        put("dep/go.mod", "module example.com/dep\n\ngo 1.17\nrequire example.com/a v1.0.0\n");
        assert_str(verdicts("own", "example.com/own", gos), str_from_c(rows[i].own));
        assert_str(verdicts("dep", "example.com/a@v1.0.0", gos), str_from_c(rows[i].dependency));
    }
}

static void test_lines_that_a_go_does_not_know(void **state)
{
    (void)state;
    put("lines/go.mod", "module example.com/lines\n\ngo 1.19\ntoolchain go1.99.0\n");
    assert_str(verdicts("lines", "", "1.20 1.21 1.22"), S("no yes yes, lowest 1.21"));
    put("lines/go.mod", "module example.com/lines\n\ngo 1.19\ngodebug panicnil=1\n");
    assert_str(verdicts("lines", "", "1.22 1.23 1.24"), S("no yes yes, lowest 1.23"));
    put("lines/go.mod", "module example.com/lines\n\ngo 1.19\ntool example.com/lines\n");
    assert_str(verdicts("lines", "", "1.23.9 1.24 1.25"), S("no yes yes, lowest 1.24"));
    put("lines/go.mod", "module example.com/lines\n\ngo 1.26.0\nignore ./x\n");
    assert_str(verdicts("lines", "", "1.24 1.25 1.26"), S("no no yes, lowest 1.26.0"));
}

static void test_a_missing_go_mod_leaves_the_verdict_open(void **state)
{
    (void)state;
    put("open/go.mod", "module example.com/open\n\ngo 1.21\nrequire example.com/x v1.0.0\n");
    assert_str(verdicts("open", "", "1.20 1.21"), S("unknown unknown, lowest 1.21"));
    put("cache/cache/download/example.com/y/@v/v1.0.0.mod",
        "module example.com/y\n\ngo 1.16\nrequire example.com/z v1.0.0\n");
    put("cache/cache/download/example.com/z/@v/v1.1.0.mod", "module example.com/z\n\ngo 1.16\n");
    put("open/go.mod", "module example.com/open\n\ngo 1.17\nrequire example.com/y v1.0.0\n"
                       "require example.com/z v1.1.0\n");
    assert_str(verdicts("open", "", "1.21"), S("unknown, lowest 1.17"));
    put("open/go.mod", "module example.com/open\n\ngo 1.22\nrequire example.com/x v1.0.0\n");
    assert_str(verdicts("open", "", "1.21 1.22"), S("no unknown, lowest 1.22"));
}

static void test_goes_back_only_where_all_agree(void **state)
{
    (void)state;
    put("cache/cache/download/example.com/b/@v/v1.0.0.mod", "module example.com/b\n\ngo 1.21\n");
    put("cache/cache/download/example.com/b/@v/v1.1.0.mod", "module example.com/b\n\ngo 1.22\n");
    put("cache/cache/download/example.com/b/@v/v1.2.0-rc.1.mod", "module example.com/b\n");
    put("cache/cache/download/example.com/b/@v/v1.2.0.mod", "module example.com/b\n\ngo 1.25\n");
    put("cache/cache/download/example.com/b/@v/nonsense.mod", "module example.com/b\n");
    put("back/go.mod", "module example.com/back\n\ngo 1.25\nrequire example.com/b v1.2.0\n");
    assert_str(verdicts("back", "", "1.22"), S("no, lowest 1.25, 1.22 with example.com/b@v1.1.0"));
    put("back/go.mod", "module example.com/back\n\ngo 1.25\nrequire example.com/b v1.2.0\n"
                       "exclude example.com/b v1.1.0\n");
    assert_str(verdicts("back", "", "1.22"), S("no, lowest 1.25, 1.21 with example.com/b@v1.0.0"));
    put("back/go.mod", "module example.com/back\n\ngo 1.25\nrequire example.com/b v1.2.0\n"
                       "tool example.com/back\n");
    assert_str(verdicts("back", "", "1.22"), S("no, lowest 1.25, 1.24 with example.com/b@v1.1.0"));
    put("cache/cache/download/example.com/c/@v/v1.0.0.mod",
        "module example.com/c\n\ngo 1.21\nrequire example.com/b v1.2.0\n");
    put("back/go.mod", "module example.com/back\n\ngo 1.25\nrequire example.com/b v1.2.0\n"
                       "require example.com/c v1.0.0\n");
    assert_str(verdicts("back", "", "1.22"), S("no, lowest 1.25"));
    put("back/go.mod", "module example.com/back\n\ngo 1.26\nrequire example.com/b v1.2.0\n");
    assert_str(verdicts("back", "", "1.22"), S("no, lowest 1.26"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_versions_are_sorted_and_none_is_there_twice),
        cmocka_unit_test(test_refuses_what_is_no_version),
        cmocka_unit_test(test_go_lines_against_releases),
        cmocka_unit_test(test_lines_that_a_go_does_not_know),
        cmocka_unit_test(test_a_missing_go_mod_leaves_the_verdict_open),
        cmocka_unit_test(test_goes_back_only_where_all_agree),
    };
    return cmocka_run_group_tests_name("go_mod_compat", tests, make_dir, drop_dir);
}
