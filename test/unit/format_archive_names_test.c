#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/archive_names.h"
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

static void test_takes_names_of_modules(void **state)
{
    (void)state;
    const Str names[] = {
        S("go.mod"),
        S("a/b/c.go"),
        S(".gitignore"),
        S("..a/b..c"),
        S("-"),
        S("a b"),
        S("!#$%&()+,-.=@[]^_{}~a"),
        S("Äfoo.go"),
        S("日本語/файл"),
        S("console.txt"),
        S("COM10"),
        S("LPT"),
        S("nul_"),
        S("a/xcon"),
        S("COM0"),
        S("~1"),
    };
    for (isize i = 0; i < COUNT_OF(names); i++) {
        Err err;
        if (!archive_name_check(names[i], &err)) {
            fail_msg("%s", err.text);
        }
    }
}

static void test_rejects_other_names(void **state)
{
    (void)state;
    const struct {
        Str name;
        const char *text;
    } rows[] = {
        {S(""), "the name '' has an empty element"},
        {S("/"), "the name '/' has an empty element"},
        {S("/etc/passwd"), "the name '/etc/passwd' has an empty element"},
        {S("a//b"), "the name 'a//b' has an empty element"},
        {S("a/"), "the name 'a/' has an empty element"},
        {S("."), "the name '.' has '.' in it, which ends with a dot"},
        {S(".."), "the name '..' has '..' in it, which ends with a dot"},
        {S("a/../b"), "the name 'a/../b' has '..' in it, which ends with a dot"},
        {S("a/./b"), "the name 'a/./b' has '.' in it, which ends with a dot"},
        {S("a./b"), "the name 'a./b' has 'a.' in it, which ends with a dot"},
        {S("a/..."), "the name 'a/...' has '...' in it, which ends with a dot"},
        {S("a\\b"), "the name 'a\\b' has U+005C in it, which no file of a module may have"},
        {S("c:"), "the name 'c:' has U+003A in it, which no file of a module may have"},
        {S("a\nb"), "the name 'a\nb' has U+000A in it, which no file of a module may have"},
        {S("a\x7f"), "the name 'a\x7f' has U+007F in it, which no file of a module may have"},
        {S("a*"), "the name 'a*' has U+002A in it, which no file of a module may have"},
        {S("'"), "the name ''' has U+0027 in it, which no file of a module may have"},
        {S("a\xe2\x80\xae"), "the name 'a\xe2\x80\xae' has U+202E in it, which no file of a "
                             "module may have"},
        {S("\xf0\x9f\x98\x80"), "the name '\xf0\x9f\x98\x80' has U+1F600 in it, which no file of "
                                "a module may have"},
        {S("a\xff"), "the name 'a\xff' is not UTF-8"},
        {S("\xc3"), "the name '\xc3' is not UTF-8"},
        {S("\xc0\xaf"), "the name '\xc0\xaf' is not UTF-8"},
        {S("con"), "the name 'con' has 'con' in it, a device of Windows"},
        {S("a/NUL.txt"), "the name 'a/NUL.txt' has 'NUL.txt' in it, a device of Windows"},
        {S("Com1.a.b/c"), "the name 'Com1.a.b/c' has 'Com1.a.b' in it, a device of Windows"},
        {S("lpt9"), "the name 'lpt9' has 'lpt9' in it, a device of Windows"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Err err;
        assert_false(archive_name_check(rows[i].name, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        assert_string_equal(err.text, rows[i].text);
    }
    Err err;
    assert_false(archive_name_check(S("a\0b"), &err)); /* where the text ends, too */
}

/* Names in one string, a folder with a slash at its end. */
static bool check(Str list, Err *err)
{
    ArchiveName names[16];
    isize n = 0;
    Str name;
    while (str_next_field(&list, &name)) {
        bool is_dir = str_eat_suffix(&name, S("/"));
        names[n++] = (ArchiveName){name, is_dir};
    }
    return archive_names_check(arena, names, n, err);
}

static void test_takes_names_that_live_together(void **state)
{
    (void)state;
    const Str lists[] = {
        S(""),
        S("a"),
        S("b a"),
        S("a/b a/c a/d/e"),
        S("a/ a/b"),
        S("a/b a/"),
        S("a/ a/ a/b a/"),
        S("a a.go a-b a.b/c"),
        S("a/b a.b/c a-b/d"),
        S("test/Äfoo.go test/Þfoo.go"),
        S("ß ss"),
        S("I ı"),
        S("a/x b/X"),
    };
    for (isize i = 0; i < COUNT_OF(lists); i++) {
        Err err;
        if (!check(lists[i], &err)) {
            fail_msg("%s", err.text);
        }
    }
}

static void test_rejects_names_that_do_not(void **state)
{
    (void)state;
    const struct {
        Str list;
        const char *text;
    } rows[] = {
        {S("a b a"), "the file 'a' is there twice"},
        {S("x/y x/z x/y"), "the file 'x/y' is there twice"},
        {S("a a/"), "'a' is both a file and a folder"},
        {S("a/ a"), "'a' is both a file and a folder"},
        {S("a/b/c a/b"), "'a/b' is both a file and a folder"},
        {S("a a.go a/b"), "'a' is both a file and a folder"},
        {S("a/b/c/d a-b a"), "'a' is both a file and a folder"},
        {S("README readme"), "the names 'README' and 'readme' differ only in case"},
        {S("a/b A/c"), "the names 'a' and 'A' differ only in case"},
        {S("x/a/1 x/A/3 x/a/2"), "the names 'x/a' and 'x/A' differ only in case"},
        {S("a A/b"), "the names 'a' and 'A' differ only in case"},
        {S("a/ A/b"), "the names 'a' and 'A' differ only in case"},
        {S("x/äB x/Äb"), "the names 'x/äB' and 'x/Äb' differ only in case"},
        {S("я Я"), "the names 'я' and 'Я' differ only in case"},
        {S("σ ς"), "the names 'σ' and 'ς' differ only in case"},
        {S("k \xe2\x84\xaa"), "the names 'k' and '\xe2\x84\xaa' differ only in case"},
        {S("a/ok ../b"), "the name '../b' has '..' in it, which ends with a dot"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Err err;
        if (check(rows[i].list, &err)) {
            fail_msg("accepted: %.*s", STR_ARG(rows[i].list));
        }
        assert_int_equal(err.kind, ERR_FORMAT);
        assert_string_equal(err.text, rows[i].text);
    }
}

/* What x/mod's collision checker says, by way of all pairs. */
static bool clash(const ArchiveName *x, const ArchiveName *y)
{
    Str a = x->name, b = y->name;
    if (a.len > b.len) {
        const ArchiveName *held = x;
        x = y;
        y = held;
        a = x->name;
        b = y->name;
    }
    /* The longest folder that both share but for case must be the same in both. */
    for (isize i = 0; i < a.len; i++) {
        bool is_end_of_folder = a.ptr[i] == '/' && b.ptr[i] == '/';
        if (is_end_of_folder && str_eq_fold(str_to(a, i), str_to(b, i)) &&
            !str_eq(str_to(a, i), str_to(b, i))) {
            return true;
        }
    }
    if (a.len == b.len) {
        return str_eq_fold(a, b) && !(str_eq(a, b) && x->is_dir && y->is_dir);
    }
    bool is_in_folder = b.ptr[a.len] == '/' && str_eq_fold(a, str_to(b, a.len));
    return is_in_folder && !(x->is_dir && str_eq(a, str_to(b, a.len)));
}

static void test_agrees_with_a_check_of_all_pairs(void **state)
{
    (void)state;
    uint32_t noise = 7;
    isize n_good = 0;
    enum { ROUNDS = 20000, N = 4 };
    for (isize round = 0; round < ROUNDS; round++) {
        char texts[N][8];
        ArchiveName names[N];
        for (isize i = 0; i < N; i++) {
            isize len = 0;
            do {
                noise = noise * 1103515245u + 12345u;
                texts[i][len++] = "abA."[noise >> 16 & 3];
                texts[i][len++] = noise >> 20 & 1 ? '/' : 'x';
            } while (len < 6 && (noise >> 24 & 3) != 0);
            names[i] = (ArchiveName){{texts[i], len}, (noise >> 28 & 1) != 0};
            str_eat_suffix(&names[i].name, S("/"));
        }
        bool expected = true;
        Err err;
        for (isize i = 0; i < N; i++) {
            expected = expected && archive_name_check(names[i].name, &err);
            for (isize j = 0; j < i; j++) {
                expected = expected && !clash(&names[i], &names[j]);
            }
        }
        n_good += expected;
        if (archive_names_check(arena, names, N, &err) != expected) {
            fail_msg("%.*s %.*s %.*s %.*s: should be %d", STR_ARG(names[0].name),
                     STR_ARG(names[1].name), STR_ARG(names[2].name), STR_ARG(names[3].name),
                     expected);
        }
    }
    assert_true(n_good > ROUNDS / 20 && n_good < ROUNDS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_takes_names_of_modules),
        cmocka_unit_test(test_rejects_other_names),
        cmocka_unit_test(test_takes_names_that_live_together),
        cmocka_unit_test(test_rejects_names_that_do_not),
        cmocka_unit_test(test_agrees_with_a_check_of_all_pairs),
    };
    return cmocka_run_group_tests_name("format/archive_names", tests, make_arena, drop_arena);
}
