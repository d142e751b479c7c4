#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doctor/versions_mentions.h"
#include "go/mod/releases.h"
#include "support/assert_str.h"

static void test_reads_images(void **state)
{
    (void)state;
    static const struct {
        const char *image, *version; /* NULL: no image of Go */
        bool is_local;
    } rows[] = {
        {"golang:1.26", "1.26", true},
        {"docker.io/library/golang:1.26.8-alpine3.22", "1.26.8", true},
        {"host:5000/golang:1.27rc1@sha256:00", "1.27rc1", true},
        {"host:5000/golang", "", true},
        {"golang:latest", "", true},
        {"golang:1", "", true},
        {"golang:1-alpine", "", true},
        {"cimg/go:1.26.8", "1.26.8", false},
        {"mcr.microsoft.com/devcontainers/go:1.26", "1.26", false},
        {"mcr.microsoft.com/devcontainers/go:dev-1.26-bookworm", "1.26", false},
        {"notgolang:1.26", NULL, false},
        {"example/go:1.26", NULL, false},
        {"", NULL, false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str version = {0};
        bool is_local = false;
        bool is_go = mentions_read_image(str_from_c(rows[i].image), &version, &is_local);
        assert_int_equal(is_go, rows[i].version != NULL);
        assert_str(version, str_from_c(rows[i].version));
        assert_int_equal(is_local, rows[i].is_local);
    }
}

static void test_expands_variables(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expanded;
    } rows[] = {
        {"golang:$V", "golang:1.26"},
        {"golang:${V}-x", "golang:1.26-x"},
        {"${W:-1.25}", "1.25"},
        {"${V:-1.25}", "1.26"},
        {"$W.", "."},
        {"$", ""},
        {"${", ""},
        {"${V", "1.26"},
    };
    Arena a = arena_init(0);
    MentionVariables variables = {0};
    *VEC_PUSH(&a, &variables) = (MentionVariable){S("V"), S("1.25")};
    *VEC_PUSH(&a, &variables) = (MentionVariable){S("V"), S("1.26")};
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(mentions_expand(&a, str_from_c(rows[i].text), &variables),
                   str_from_c(rows[i].expanded));
    }
    arena_done(&a);
}

static void test_knows_what_may_satisfy(void **state)
{
    (void)state;
    assert_true(mentions_may_satisfy(S("1.26"), S("1.26.8")));
    assert_true(mentions_may_satisfy(S("1.20"), S("1.20.5")));
    assert_false(mentions_may_satisfy(S("1.26.7"), S("1.26.8")));
    assert_false(mentions_may_satisfy(S("1.25"), S("1.26")));
    assert_true(mentions_may_satisfy(S("1.27rc1"), S("1.26.8")));
}

static void test_knows_when_packages_came(void **state)
{
    (void)state;
    assert_str(releases_of_package(S("slices")), S("1.21"));
    assert_str(releases_of_package(S("fmt")), S(""));
    assert_str(releases_newest_with_package(), S("1.27"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_images),
        cmocka_unit_test(test_expands_variables),
        cmocka_unit_test(test_knows_what_may_satisfy),
        cmocka_unit_test(test_knows_when_packages_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
