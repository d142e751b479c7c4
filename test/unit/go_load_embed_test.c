#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/load/embed.h"
#include "support/assert_str.h"
#include "support/fixture.h"

typedef struct {
    Arena a;
    Str dir;
} World;

static int make_world(void **state)
{
    static World world;
    Err err;
    world.a = arena_init(0);
    Str dir = world.dir = fixture_dir(&world.a);
    static const Str files[] = {
        STR_CONST("a.txt"),         STR_CONST("b.txt"),    STR_CONST("d/one"),
        STR_CONST("d/.hidden"),     STR_CONST("d/_under"), STR_CONST("d/e/two"),
        STR_CONST("d/.git/config"), STR_CONST("m/go.mod"), STR_CONST("m/x"),
        STR_CONST("n/m/go.mod"),    STR_CONST("n/file"),   STR_CONST("h/.only"),
        STR_CONST("bad/con.txt"),   STR_CONST("bad/x"),    STR_CONST("odd/[x]"),
    };
    for (isize i = 0; i < COUNT_OF(files); i++) {
        fixture_file(&world.a, dir, files[i], S("x"));
    }
    ASSERT(file_symlink(S("a.txt"), FILE_CWD, path_join(&world.a, dir, S("link")), &err));
    ASSERT(file_symlink(S("d"), FILE_CWD, path_join(&world.a, dir, S("to")), &err));
    *state = &world;
    return 0;
}

static int drop_world(void **state)
{
    World *w = *state;
    arena_done(&w->a);
    return 0;
}

/* expected: files parted by spaces; wrong: what is said. */
static void expect(World *w, isize go_minor, Str pattern, Str expected, Str wrong)
{
    Str at, words, file;
    Strs patterns = {&pattern, 1, 1};
    EmbedMatches matches = {0};
    bool ok = embed_resolve(&w->a, w->dir, go_minor, &patterns, &matches, &at, &words);
    assert_str(ok ? S("") : words, wrong);
    Strs files = embed_files(&w->a, &matches);
    for (isize k = 0; k < files.len; k++) {
        assert_true(str_next_field(&expected, &file));
        assert_str(files.ptr[k], file);
    }
    assert_false(ok && str_next_field(&expected, &file));
}

static void test_resolves_patterns_as_cmd_go(void **state)
{
    World *w = *state;
    static const struct {
        Str pattern, files, words; /* files parted by spaces */
    } rows[] = {
        {STR_CONST("a.txt"), STR_CONST("a.txt"), {0}},
        {STR_CONST("*.txt"), STR_CONST("a.txt b.txt"), {0}},
        {STR_CONST("[ab].txt"), STR_CONST("a.txt b.txt"), {0}},
        {STR_CONST("d"), STR_CONST("d/e/two d/one"), {0}},
        {STR_CONST("all:d"), STR_CONST("d/.hidden d/_under d/e/two d/one"), {0}},
        {STR_CONST("d/*"), {0}, STR_CONST("cannot embed directory d/.git: invalid name .git")},
        {STR_CONST("d/.h*"), STR_CONST("d/.hidden"), {0}},
        {STR_CONST("[d]/*/two"), STR_CONST("d/e/two"), {0}},
        {STR_CONST("n"), STR_CONST("n/file"), {0}},
        {STR_CONST("m/x"), {0}, STR_CONST("cannot embed file m/x: in different module")},
        {STR_CONST("m"), {0}, STR_CONST("cannot embed directory m: in different module")},
        {STR_CONST("h"), {0}, STR_CONST("cannot embed directory h: contains no embeddable files")},
        {STR_CONST("link"), {0}, STR_CONST("cannot embed irregular file link")},
        {STR_CONST("to/one"), {0}, STR_CONST("cannot embed file to/one: in non-directory to")},
        {STR_CONST("bad"), {0}, STR_CONST("cannot embed file bad/con.txt: invalid name con.txt")},
        {STR_CONST("nothing"), {0}, STR_CONST("no matching files found")},
        {STR_CONST("x*"), {0}, STR_CONST("no matching files found")},
        {STR_CONST("../x"), {0}, STR_CONST("invalid pattern syntax")},
        {STR_CONST("."), {0}, STR_CONST("invalid pattern syntax")},
        {STR_CONST("a["), {0}, STR_CONST("invalid pattern syntax")},
        {STR_CONST(""), {0}, STR_CONST("invalid pattern syntax")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        expect(w, 26, rows[i].pattern, rows[i].files, rows[i].words);
    }
}

static void test_leaves_bad_names_out_for_an_old_go(void **state)
{
    expect(*state, 24, S("bad"), S("bad/x"), S(""));
    expect(*state, 25, S("bad"), S(""), S("cannot embed file bad/con.txt: invalid name con.txt"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resolves_patterns_as_cmd_go),
        cmocka_unit_test(test_leaves_bad_names_out_for_an_old_go),
    };
    return cmocka_run_group_tests_name("go_load_embed", tests, make_world, drop_world);
}
