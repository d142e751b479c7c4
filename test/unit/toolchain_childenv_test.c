#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/vec.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "toolchain/childenv.h"

typedef struct {
    Arena a;
    Str home, root;
} World;

static World world_open(void)
{
    World w = {.a = arena_init(0)};
    w.home = fixture_dir(&w.a);
    w.root = path_join(&w.a, w.home, S("trees/go1.27.4.linux-amd64"));
    fixture_file(&w.a, w.root, S("VERSION"), S("go1.27.4\n"));
    fixture_file(&w.a, w.root, S("go.env"), S("GOTOOLCHAIN=auto\n"));
    return w;
}

/* The child's environment of a caller with these variables, GOENV=off added. */
static Environ child_of(World *w, const char *const *variables, Str version, bool holds_older)
{
    VEC(Str) entries = {0};
    Err err;
    ChildChanges changes;
    *VEC_PUSH(&w->a, &entries) = S("GOENV=off");
    for (; *variables != NULL; variables++) {
        *VEC_PUSH(&w->a, &entries) = str_from_c(*variables);
    }
    Environ *env = ARENA_NEW(&w->a, Environ);
    *env = (Environ){entries.ptr, entries.len};
    ChildGo go = {w->home, w->root, version, holds_older};
    assert_true(childenv_changes(&w->a, env, &go, &changes, &err));
    return childenv_apply(&w->a, env, &changes);
}

#define CHILD(w, version, holds, ...) \
    child_of(&(w), (const char *const[]){__VA_ARGS__, NULL}, S(version), holds)

static void test_puts_the_selected_go_first_and_itself_once(void **state)
{
    (void)state;
    World w = world_open();
    Str old =
        str_format(&w.a, "PATH=%.*s/trees/go1.20.linux-amd64/bin:/usr/bin:%.*s/current/bin:/bin",
                   STR_ARG(w.home), STR_ARG(w.home));
    Str c = str_concat(&w.a, old, (Str){"\0", 1});
    Environ env = CHILD(w, "1.27.4", false, c.ptr);
    Str wanted = str_format(&w.a, "%.*s/bin:%.*s/current/bin:/usr/bin:/bin", STR_ARG(w.root),
                            STR_ARG(w.home));
    assert_str(environ_value(&env, S("PATH")), wanted);
    arena_done(&w.a);
}

static void test_removes_only_a_foreign_goroot(void **state)
{
    (void)state;
    World w = world_open();
    Str value;
    Environ foreign = CHILD(w, "1.27.4", false, "GOROOT=/nonexistent/go");
    assert_false(environ_lookup(&foreign, S("GOROOT"), &value));
    Str own = str_format(&w.a, "GOROOT=%.*s%c", STR_ARG(w.root), 0);
    Environ same = CHILD(w, "1.27.4", false, own.ptr);
    assert_true(environ_lookup(&same, S("GOROOT"), &value));
    Environ none = CHILD(w, "1.27.4", false, "A=b");
    assert_false(environ_lookup(&none, S("GOROOT"), &value));
    assert_false(environ_lookup(&none, S("GOPATH"), &value));
    assert_false(environ_lookup(&none, S("GOBIN"), &value));
    arena_done(&w.a);
}

static void test_lets_go_download_only_where_it_checks(void **state)
{
    (void)state;
    static const struct {
        const char *variables[3];
        Str version;
        bool holds_older;
        Str gotoolchain; /* empty: not set */
    } rows[] = {
        {{"A=b"}, STR_CONST("1.27.4"), false, STR_CONST("")},
        {{"A=b"}, STR_CONST("1.26.8"), false, STR_CONST("path")}, /* CVE-2026-94447 */
        {{"A=b"}, STR_CONST("1.20.14"), false, STR_CONST("")},    /* knows no GOTOOLCHAIN */
        {{"CI=true"}, STR_CONST("1.27.4"), false, STR_CONST("path")},
        {{"CI=false"}, STR_CONST("1.27.4"), false, STR_CONST("")},
        {{"GOWARD_STRICT=1"}, STR_CONST("1.27.4"), false, STR_CONST("path")},
        {{"CI=1", "GOTOOLCHAIN=local"}, STR_CONST("1.27.4"), false, STR_CONST("local")},
        {{"CI=1", "GOTOOLCHAIN=go1.25.0+auto"},
         STR_CONST("1.27.4"),
         false,
         STR_CONST("go1.25.0+path")},
        {{"CI=1", "GOTOOLCHAIN=go1.25.0"}, STR_CONST("1.27.4"), false, STR_CONST("go1.25.0+path")},
        {{"CI=1", "GOTOOLCHAIN=go1.25.0+path"},
         STR_CONST("1.27.4"),
         false,
         STR_CONST("go1.25.0+path")},
        {{"GOTOOLCHAIN=auto"}, STR_CONST("1.27.4"), false, STR_CONST("auto")},
        {{"GOTOOLCHAIN=auto"}, STR_CONST("1.27.4"), true, STR_CONST("local")},
    };
    World w = world_open();
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Environ env = child_of(&w, rows[i].variables, rows[i].version, rows[i].holds_older);
        Str value = environ_value(&env, S("GOTOOLCHAIN"));
        if (!str_eq(value, rows[i].gotoolchain)) {
            fail_msg("row %td: GOTOOLCHAIN is '%.*s'", i, STR_ARG(value));
        }
    }
    arena_done(&w.a);
}

static void test_says_why_go_may_not_download(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Environ none = {0};
    Str because;
    assert_false(childenv_allows_downloads(&a, &none, S("1.26.2"), &because));
    assert_true(str_contains(because, S("CVE-2026-94447")));
    assert_true(childenv_allows_downloads(&a, &none, S("1.27.2"), &because));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_puts_the_selected_go_first_and_itself_once),
        cmocka_unit_test(test_removes_only_a_foreign_goroot),
        cmocka_unit_test(test_lets_go_download_only_where_it_checks),
        cmocka_unit_test(test_says_why_go_may_not_download),
    };
    return cmocka_run_group_tests_name("toolchain/childenv", tests, NULL, NULL);
}
