#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/mod/pathmajor.h"
#include "support/assert_str.h"

static Arena arena;

static int make_arena(void **state)
{
    (void)state;
    arena = arena_init(KIB);
    return 0;
}

static int drop_arena(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

/* Rows are those of the tests of x/mod/module, and what lies between them. */
static void test_takes_the_major_version_off_a_path(void **state)
{
    (void)state;
    static const struct {
        const char *path, *prefix, *major;
        bool is_path;
    } rows[] = {
        {"x.y/z", "x.y/z", "", true},
        {"x.y/v2", "x.y", "/v2", true},
        {"x.y/v3", "x.y", "/v3", true},
        {"x.y/v", "x.y/v", "", true},
        {"x.y/v1", "x.y/v1", "", false},
        {"x.y/v0", "x.y/v0", "", false},
        {"x.y/v02", "x.y/v02", "", false},
        {"x.y/v2.1", "x.y/v2.1", "", false},
        {"x.y/z2", "x.y/z2", "", true},
        {"v2", "v2", "", true},
        {"/v2", "", "/v2", true},
        {"", "", "", true},
        {"gopkg.in/yaml.v0", "gopkg.in/yaml", ".v0", true},
        {"gopkg.in/yaml.v1", "gopkg.in/yaml", ".v1", true},
        {"gopkg.in/yaml.v3-unstable", "gopkg.in/yaml", ".v3-unstable", true},
        {"gopkg.in/yaml", "gopkg.in/yaml", "", false},
        {"gopkg.in/yaml.v", "gopkg.in/yaml.v", "", false},
        {"gopkg.in/yaml.v02", "gopkg.in/yaml.v02", "", false},
        {"gopkg.in/yaml/v2", "gopkg.in/yaml/v2", "", false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str prefix, major;
        assert_int_equal(pathmajor_split(str_from_c(rows[i].path), &prefix, &major),
                         rows[i].is_path);
        assert_str(prefix, str_from_c(rows[i].prefix));
        assert_str(major, str_from_c(rows[i].major));
    }
}

static void test_says_why_a_version_is_none_of_a_path(void **state)
{
    (void)state;
    static const struct {
        const char *version, *major, *why;
    } rows[] = {
        {"v0.1.0", "", ""},
        {"v1.0.0", "", ""},
        {"v2.0.0", "", "should be v0 or v1, not v2"},
        {"v2.0.0+incompatible", "", ""},
        {"v2.0.0", "/v2", ""},
        {"v2.0.0+incompatible", "/v2", ""},
        {"v10.0.0", "/v1", "should be v1, not v10"},
        {"v1.0.0", "/v2", "should be v2, not v1"},
        {"v3.0.0", ".v3-unstable", ""},
        {"v2.0.0", ".v3-unstable", "should be v3, not v2"},
        {"v0.0.0-20240102150405-abcdefabcdef", ".v1", ""},
        {"v0.0.0-20240102150405-abcdefabcdef", ".v2", "should be v2, not v0"},
        {"v0.1.0", ".v1", "should be v1, not v0"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(pathmajor_misfit(&arena, str_from_c(rows[i].version), str_from_c(rows[i].major)),
                   str_from_c(rows[i].why));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_takes_the_major_version_off_a_path),
        TEST(test_says_why_a_version_is_none_of_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
