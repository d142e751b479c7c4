#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "go/mod/spec.h"
#include "support/assert_str.h"

/* As a real list: unsorted, with prereleases and names that are no versions. */
static const Str offered[] = {
    STR_CONST("1.26.11"), STR_CONST("1.26.8"),   STR_CONST("1.27.4"),  STR_CONST("1.28rc1"),
    STR_CONST("1.28rc2"), STR_CONST("1.25.0"),   STR_CONST("1.25.14"), STR_CONST("1.26rc3"),
    STR_CONST("1.20"),    STR_CONST("1.20.14"),  STR_CONST("1.19.4"),  STR_CONST("1.21.0"),
    STR_CONST("1.26.9"),  STR_CONST("1.9.2rc2"), STR_CONST("1.27.0"),  STR_CONST("tip"),
};

static Spec parsed(Str text)
{
    Spec spec;
    Err err = {0};
    if (!spec_parse(text, &spec, &err)) {
        fail_msg("%.*s: %s", STR_ARG(text), err.text);
    }
    return spec;
}

static void test_tells_what_is_asked_for(void **state)
{
    (void)state;
    static const struct {
        Str text;
        SpecKind kind;
        Str version, path;
    } rows[] = {
        {STR_CONST("1.26.8"), SPEC_EXACT, STR_CONST("1.26.8"), STR_CONST("")},
        {STR_CONST("go1.26.8"), SPEC_EXACT, STR_CONST("1.26.8"), STR_CONST("")},
        {STR_CONST("1.27rc1"), SPEC_EXACT, STR_CONST("1.27rc1"), STR_CONST("")},
        {STR_CONST("1.26"), SPEC_LANGUAGE, STR_CONST("1.26"), STR_CONST("")},
        {STR_CONST("go1.20"), SPEC_LANGUAGE, STR_CONST("1.20"), STR_CONST("")},
        {STR_CONST("1"), SPEC_LANGUAGE, STR_CONST("1"), STR_CONST("")},
        {STR_CONST("latest"), SPEC_STABLE, STR_CONST(""), STR_CONST("")},
        {STR_CONST("stable"), SPEC_STABLE, STR_CONST(""), STR_CONST("")},
        {STR_CONST("oldstable"), SPEC_OLDSTABLE, STR_CONST(""), STR_CONST("")},
        {STR_CONST(">=1.25,<1.27"), SPEC_RANGE, STR_CONST(""), STR_CONST("")},
        {STR_CONST("=go1.25.0"), SPEC_RANGE, STR_CONST(""), STR_CONST("")},
        {STR_CONST("x.tar.gz"), SPEC_TAR_GZ, STR_CONST(""), STR_CONST("x.tar.gz")},
        {STR_CONST("a/x.tgz"), SPEC_TAR_GZ, STR_CONST(""), STR_CONST("a/x.tgz")},
        {STR_CONST("/a/v0.0.1.zip"), SPEC_ZIP, STR_CONST(""), STR_CONST("/a/v0.0.1.zip")},
        {STR_CONST("./1.26"), SPEC_DIR, STR_CONST(""), STR_CONST("./1.26")},
        {STR_CONST("."), SPEC_DIR, STR_CONST(""), STR_CONST(".")},
        {STR_CONST("/usr/local/go"), SPEC_DIR, STR_CONST(""), STR_CONST("/usr/local/go")},
        {STR_CONST("file:///srv/x.zip"), SPEC_ZIP, STR_CONST(""), STR_CONST("/srv/x.zip")},
        {STR_CONST("file:///srv/go"), SPEC_DIR, STR_CONST(""), STR_CONST("/srv/go")},
        {STR_CONST("https://h/x.zip?t=1"), SPEC_URL, STR_CONST(""),
         STR_CONST("https://h/x.zip?t=1")},
        {STR_CONST("http://h/x.tar.gz"), SPEC_URL, STR_CONST(""), STR_CONST("http://h/x.tar.gz")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Spec spec = parsed(rows[i].text);
        assert_int_equal(spec.kind, rows[i].kind);
        assert_str(spec.version, rows[i].version);
        assert_str(spec.path, rows[i].path);
        assert_int_equal(spec_is_version(&spec), rows[i].kind <= SPEC_RANGE);
    }
}

static void test_refuses_with_a_way_out(void **state)
{
    (void)state;
    static const struct {
        Str text, hint;
    } rows[] = {
        {STR_CONST(""), STR_CONST("")},
        {STR_CONST("lastest"), STR_CONST("did you mean 'latest'?")},
        {STR_CONST("oldstabel"), STR_CONST("did you mean 'oldstable'?")},
        {STR_CONST("1.26.x"), STR_CONST("write 1.26 for")},
        {STR_CONST("1.*"), STR_CONST("write 1 for")},
        {STR_CONST("1.26.08"), STR_CONST("write 1.26.8")},
        {STR_CONST("1.26.3rc1"), STR_CONST("write 1.26.8")},
        {STR_CONST("v1.26.8"), STR_CONST("write 1.26.8")},
        {STR_CONST("mygo"), STR_CONST("a directory as ./NAME")},
        {STR_CONST("go1.26.8-custom"), STR_CONST("directory")},
        {STR_CONST("go1.26.8-X:nodwarf5"), STR_CONST("directory")},
        {STR_CONST(">=1.25,1.27"), STR_CONST("a constraint is")},
        {STR_CONST(">="), STR_CONST("a constraint is")},
        {STR_CONST(">=1.25,"), STR_CONST("a constraint is")},
        {STR_CONST(">>1.25"), STR_CONST("a constraint is")},
        {STR_CONST("https://h/dl"), STR_CONST("--from")},
        {STR_CONST("ftp://h/x.zip"), STR_CONST("--from")},
        {STR_CONST("file://srv/x.zip"), STR_CONST("")},
        {STR_CONST("=1,=1,=1,=1,=1,=1,=1,=1,=1"), STR_CONST("")},
        {STR_CONST("1.11111111111111111111111111111111"), STR_CONST("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Spec spec;
        Err err = {0};
        assert_false(spec_parse(rows[i].text, &spec, &err));
        assert_int_equal(err.kind, ERR_USAGE);
        if (!str_contains(str_from_c(err.hint), rows[i].hint)) {
            fail_msg("%.*s: %s; hint %s", STR_ARG(rows[i].text), err.text, err.hint);
        }
    }
}

static void test_chooses_newest_that_is_asked_for(void **state)
{
    (void)state;
    static const struct {
        Str spec, chosen;
    } rows[] = {
        {STR_CONST("1.26.8"), STR_CONST("1.26.8")},
        {STR_CONST("1.28rc1"), STR_CONST("1.28rc1")},
        {STR_CONST("1.26"), STR_CONST("1.26.11")},
        {STR_CONST("1.20"), STR_CONST("1.20.14")},
        {STR_CONST("1.20.0"), STR_CONST("1.20")},
        {STR_CONST("1"), STR_CONST("1.27.4")},
        {STR_CONST("latest"), STR_CONST("1.27.4")},
        {STR_CONST("stable"), STR_CONST("1.27.4")},
        {STR_CONST("oldstable"), STR_CONST("1.26.11")},
        {STR_CONST(">=1.25,<1.27"), STR_CONST("1.26.11")},
        {STR_CONST(">=1.25 , < 1.26.9"), STR_CONST("1.26.8")},
        {STR_CONST("<=1.26"), STR_CONST("1.26.11")},
        {STR_CONST("<=1.26.9"), STR_CONST("1.26.9")},
        {STR_CONST("<1.26"), STR_CONST("1.25.14")},
        {STR_CONST("=1.25"), STR_CONST("1.25.14")},
        {STR_CONST("=1.25.0"), STR_CONST("1.25.0")},
        {STR_CONST("!=1.27"), STR_CONST("1.26.11")},
        {STR_CONST("!=1.27.4"), STR_CONST("1.27.0")},
        {STR_CONST(">1.26"), STR_CONST("1.27.4")},
        {STR_CONST(">=1.28rc1"), STR_CONST("1.28rc2")},
        {STR_CONST("<1.28rc2,>1.27"), STR_CONST("1.28rc1")},
        {STR_CONST(">=1.26rc1,<1.27"), STR_CONST("1.26.11")},
        {STR_CONST("<1.21"), STR_CONST("1.20.14")},
        {STR_CONST("<2"), STR_CONST("1.27.4")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Spec spec = parsed(rows[i].spec);
        Str chosen = S("(none)");
        spec_match(&spec, offered, COUNT_OF(offered), &chosen);
        if (!str_eq(chosen, rows[i].chosen)) {
            fail_msg("%.*s chose %.*s", STR_ARG(rows[i].spec), STR_ARG(chosen));
        }
    }
}

static void test_says_what_there_is_instead(void **state)
{
    (void)state;
    static const struct {
        Str spec, text;
    } rows[] = {
        {STR_CONST("1.26.99"),
         STR_CONST("go1.26.99 does not exist at GOPROXY; the newest 1.26 is 1.26.11")},
        {STR_CONST("1.99.0"),
         STR_CONST("go1.99.0 does not exist at GOPROXY; the newest is 1.27.4")},
        {STR_CONST("1.99"), STR_CONST("GOPROXY has no release for '1.99'; the newest is 1.27.4")},
        {STR_CONST("1.28"), STR_CONST("GOPROXY has no release for '1.28'; the newest is 1.27.4")},
        {STR_CONST(">1.27.4"),
         STR_CONST("GOPROXY has no release for '>1.27.4'; the newest is 1.27.4")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Spec spec = parsed(rows[i].spec);
        Str chosen;
        Err err = {0};
        assert_false(spec_choose(&spec, offered, COUNT_OF(offered), S("GOPROXY"), &chosen, &err));
        assert_int_equal(err.kind, ERR_NOT_FOUND);
        assert_str(str_from_c(err.text), rows[i].text);
    }
    Spec oldstable = parsed(S("oldstable"));
    Str chosen;
    Err err = {0};
    assert_false(spec_choose(&oldstable, &offered[2], 1, S("x"), &chosen, &err));
    assert_false(spec_choose(&oldstable, offered, 0, S("x"), &chosen, &err));
    assert_str(str_from_c(err.text), S("x has no release for 'oldstable'"));
}

static void test_accepts_versions_one_by_one(void **state)
{
    (void)state;
    Spec language = parsed(S("1.26")), zip = parsed(S("x.zip")), range = parsed(S(">=1.27"));
    assert_true(spec_accepts(&language, S("1.26.0")));
    assert_false(spec_accepts(&language, S("1.26rc3")));
    assert_false(spec_accepts(&language, S("1.26")));
    assert_false(spec_accepts(&language, S("1.2")));
    assert_false(spec_accepts(&zip, S("1.26.0")));
    assert_false(spec_accepts(&range, S("1.28rc1")));
    assert_false(spec_accepts(&range, S("tip")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tells_what_is_asked_for),
        cmocka_unit_test(test_refuses_with_a_way_out),
        cmocka_unit_test(test_chooses_newest_that_is_asked_for),
        cmocka_unit_test(test_says_what_there_is_instead),
        cmocka_unit_test(test_accepts_versions_one_by_one),
    };
    return cmocka_run_group_tests_name("toolchain_spec", tests, NULL, NULL);
}
