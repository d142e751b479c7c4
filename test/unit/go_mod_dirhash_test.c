#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "go/mod/dirhash.h"
#include "support/assert_str.h"

static Arena arena;

static int make_arena(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    return 0;
}

static int drop_arena(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static DirhashFile file(Str name, Str content)
{
    return (DirhashFile){name, sha256_of(content)};
}

static Str h1_of(Arena *a, const DirhashFile *files, isize n)
{
    return dirhash_h1(a, dirhash_summary(a, files, n));
}

/* The trees of x/mod's own tests, and go.mod files that stand in the public log. */
static void test_agrees_with_go(void **state)
{
    (void)state;
    Arena a = arena;
    const DirhashFile plain[] = {file(S("xyz"), S("data for xyz")),
                                 file(S("abc"), S("data for abc"))};
    assert_str(h1_of(&a, plain, 2), S("h1:EP6WfDoQTSk9klnxcjriWJOGztueJUywHNmWeq+efB8="));
    const DirhashFile prefixed[] = {file(S("prefix/abc"), S("data for abc")),
                                    file(S("prefix/xyz"), S("data for xyz"))};
    assert_str(h1_of(&a, prefixed, 2), S("h1:rLyfpGMAgqOnGE2aKOY5Xb6cOc0/YQhPjHBHBwkblhs="));
    DirhashFile mod = file(S("go.mod"), S("module golang.org/toolchain\n"));
    assert_str(h1_of(&a, &mod, 1), S("h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0="));
    mod = file(S("go.mod"), S(""));
    assert_str(h1_of(&a, &mod, 1), S("h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY="));
    assert_str(h1_of(&a, NULL, 0), S("h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="));
}

static void test_sorts_by_the_bytes_of_names(void **state)
{
    (void)state;
    Arena a = arena;
    const DirhashFile files[] = {file(S("a/b"), S("1")), file(S("a.b"), S("2")),
                                 file(S("a"), S("3")),   file(S("\xc3\xa4"), S("4")),
                                 file(S("B"), S("5")),   file(S("a b"), S("6"))};
    Str rest = dirhash_summary(&a, files, COUNT_OF(files)), line;
    const Str names[] = {S("B"), S("a"), S("a b"), S("a.b"), S("a/b"), S("\xc3\xa4")};
    for (isize i = 0; i < COUNT_OF(names); i++) {
        assert_true(str_next_line(&rest, &line));
        assert_str(str_from(line, 66), names[i]);
        assert_str(str_slice(line, 64, 66), S("  "));
    }
    assert_str(rest, S(""));
}

static void test_a_summary_comes_back(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    const DirhashFile files[] = {file(S("m@v1/b"), S("1")), file(S("m@v1/a c"), S("2")),
                                 file(S("m@v1/\r"), S(""))};
    Str text = dirhash_summary(&a, files, COUNT_OF(files));
    DirhashFile *back;
    isize n;
    assert_true(dirhash_parse_summary(&a, text, &back, &n, &err));
    assert_int_equal(n, 3);
    assert_str(back[0].name, S("m@v1/\r"));
    assert_str(back[1].name, S("m@v1/a c"));
    assert_str(back[2].name, S("m@v1/b"));
    assert_true(sha256_eq(&back[2].digest, &files[0].digest));
    assert_str(dirhash_summary(&a, back, n), text);
    assert_true(dirhash_parse_summary(&a, S(""), &back, &n, &err));
    assert_int_equal(n, 0);
}

/* Without this rule, a file called "a\n<digest>  b" would stand for two files of another tree. */
static void test_a_newline_in_a_name_forges_no_line(void **state)
{
    (void)state;
    Arena a = arena;
    Err err;
    const DirhashFile two[] = {file(S("a"), S("1")), file(S("b"), S("2"))};
    Str honest = dirhash_summary(&a, two, 2);
    Str second_line = str_slice(honest, 67 + 1, honest.len - 1);
    DirhashFile forged = file(str_concat(&a, S("a\n"), second_line), S("1"));
    Str text = dirhash_summary(&a, &forged, 1);
    assert_int_equal(text.len, honest.len);
    assert_int_equal(str_index_byte(text, '\n'), text.len - 1);
    DirhashFile *back;
    isize n;
    assert_false(dirhash_parse_summary(&a, text, &back, &n, &err));
}

#define DIGEST "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void test_rejects_what_is_no_summary(void **state)
{
    (void)state;
    const struct {
        Str text;
        const char *said;
    } rows[] = {
        {S(DIGEST "  a"), "the list of files is cut off in line 1"},
        {S(DIGEST "  a\n" DIGEST "  b"), "the list of files is cut off in line 2"},
        {S("\n"), "line 1 of the list of files is not a digest and a name"},
        {S(DIGEST "  \n"), "line 1 of the list of files is not a digest and a name"},
        {S(DIGEST " a\n"), "line 1 of the list of files is not a digest and a name"},
        {S(DIGEST "\t a\n"), "line 1 of the list of files is not a digest and a name"},
        {S("B" DIGEST "  a\n"), "line 1 of the list of files is not a digest and a name"},
        {S("BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a\n"),
         "line 1 of the list of files is not a digest and a name"},
        {S(DIGEST "  a\0\n"), "line 1 of the list of files is not a digest and a name"},
        {S(DIGEST "  a\n\n"), "line 2 of the list of files is not a digest and a name"},
        {S(DIGEST "  b\n" DIGEST "  a\n"), "the list of files is not in order at line 2, 'a'"},
        {S(DIGEST "  a\n" DIGEST "  a\n"), "the list of files is not in order at line 2, 'a'"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena;
        Err err;
        DirhashFile *files;
        isize n;
        assert_false(dirhash_parse_summary(&a, rows[i].text, &files, &n, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        assert_string_equal(err.text, rows[i].said);
    }
}

static void test_holds_the_limits(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    DirhashFile *files;
    isize n;
    StrBuf lines = strbuf_init(&a);
    for (isize i = 0; i <= DIRHASH_MAX_FILES; i++) {
        strbuf_add_byte(&lines, '\n');
    }
    assert_false(dirhash_parse_summary(&a, strbuf_str(&lines), &files, &n, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    char *name = ARENA_ARRAY(&a, char, DIRHASH_MAX_NAME + 1);
    memset(name, 'x', DIRHASH_MAX_NAME + 1);
    DirhashFile long_one = file((Str){name, DIRHASH_MAX_NAME}, S(""));
    assert_true(dirhash_parse_summary(&a, dirhash_summary(&a, &long_one, 1), &files, &n, &err));
    long_one.name.len++;
    assert_false(dirhash_parse_summary(&a, dirhash_summary(&a, &long_one, 1), &files, &n, &err));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_go),
        cmocka_unit_test(test_sorts_by_the_bytes_of_names),
        cmocka_unit_test(test_a_summary_comes_back),
        cmocka_unit_test(test_a_newline_in_a_name_forges_no_line),
        cmocka_unit_test(test_rejects_what_is_no_summary),
        cmocka_unit_test(test_holds_the_limits),
    };
    return cmocka_run_group_tests_name("go/mod/dirhash", tests, make_arena, drop_arena);
}
