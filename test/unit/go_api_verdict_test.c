#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Which numbers will do is what golang.org/x/exp/cmd/gorelease accepts or proposes. */
#include "go/api/verdict.h"
#include "support/assert_str.h"

static void test_knows_which_number_will_do(void **state)
{
    (void)state;
    static const struct {
        const char *old_path, *old, *new_path, *new;
        bool has_go_mod;
        ReleaseKind kind;
        VersionFit fit;
        const char *next, *next_path; /* NULL: none */
    } rows[] = {
        {"a.b/m", "v1.2.3", "a.b/m", "v1.2.4", true, RELEASE_PATCH, FIT_RIGHT, "v1.2.4", NULL},
        {"a.b/m", "v1.2.3", "a.b/m", "v1.3.0", true, RELEASE_PATCH, FIT_RIGHT, "v1.2.4", NULL},
        {"a.b/m", "v1.2.3", "a.b/m", "v1.2.4", true, RELEASE_MINOR, FIT_WRONG, "v1.3.0", NULL},
        {"a.b/m", "v1.2.3", "a.b/m", "v1.3.0-rc.1", true, RELEASE_MINOR, FIT_RIGHT, "v1.3.0", NULL},
        {"a.b/m", "v1.2.3", "a.b/m", "v1.9.0", true, RELEASE_MAJOR, FIT_WRONG, "v2.0.0",
         "a.b/m/v2"},
        {"a.b/m", "v1.2.3", "a.b/m", "v2.0.0", true, RELEASE_MAJOR, FIT_WRONG, "v2.0.0",
         "a.b/m/v2"},
        {"a.b/m", "v1.2.3", "a.b/m/v2", "v2.0.0", true, RELEASE_MAJOR, FIT_RIGHT, "v2.0.0", NULL},
        {"a.b/m", "v1.2.3", "a.b/m/v3", "v2.0.0", true, RELEASE_MAJOR, FIT_WRONG, "v2.0.0",
         "a.b/m/v2"},
        {"a.b/m/v2", "v2.1.0", "a.b/m/v3", "v3.0.0", true, RELEASE_MAJOR, FIT_RIGHT, "v3.0.0",
         NULL},
        {"a.b/m/v2", "v2.1.0", "a.b/m/v2", "v3.0.0", true, RELEASE_PATCH, FIT_WRONG, "v2.1.1",
         NULL},
        {"a.b/m", "v0.2.3", "a.b/m", "v0.2.4", true, RELEASE_MAJOR, FIT_RIGHT, "v0.3.0", NULL},
        {"a.b/m", "v0.2.3", "a.b/m", "v0.2.4", true, RELEASE_MINOR, FIT_RIGHT, "v0.3.0", NULL},
        {"a.b/m", "v0.2.3", "a.b/m", "v0.2.4", true, RELEASE_PATCH, FIT_RIGHT, "v0.2.4", NULL},
        {"a.b/m", "v0.9.0", "a.b/m", "v1.0.0", true, RELEASE_MAJOR, FIT_RIGHT, "v0.10.0", NULL},
        {"a.b/m", "v0.0.0-20240102150405-0123456789ab", "a.b/m", "v0.1.0", true, RELEASE_MAJOR,
         FIT_RIGHT, "v0.1.0", NULL},
        {"a.b/m", "v1.3.0-rc.1", "a.b/m", "v1.3.0", true, RELEASE_MINOR, FIT_RIGHT, "v1.3.0", NULL},
        {"a.b/m/v2", "v2.0.0-beta", "a.b/m/v2", "v2.0.0", true, RELEASE_MAJOR, FIT_RIGHT, "v2.0.0",
         NULL},
        {"a.b/m", "v1.3.0", "a.b/m", "v1.2.0", true, RELEASE_PATCH, FIT_WRONG, "v1.3.1", NULL},
        {"a.b/m", "v1.3.0", "a.b/m", "v1.3.0", true, RELEASE_PATCH, FIT_RIGHT, "v1.3.1", NULL},
        {"a.b/m", "v1.3.0", "a.b/m", "v2.0.0+incompatible", false, RELEASE_MAJOR, FIT_RIGHT,
         "v2.0.0", "a.b/m/v2"},
        {"a.b/m", "v1.3.0", "a.b/m", "v2.0.0+incompatible", true, RELEASE_MAJOR, FIT_WRONG,
         "v2.0.0", "a.b/m/v2"},
        {"a.b/m", "v2.3.0+incompatible", "a.b/m", "v2.4.0+incompatible", false, RELEASE_MINOR,
         FIT_RIGHT, "v2.4.0+incompatible", NULL},
        {"a.b/m", "v2.3.0+incompatible", "a.b/m", "v2.4.0+incompatible", false, RELEASE_MAJOR,
         FIT_WRONG, "v3.0.0+incompatible", NULL},
        {"a.b/m", "v2.3.0+incompatible", "a.b/m/v3", "v3.0.0", true, RELEASE_MAJOR, FIT_RIGHT,
         "v3.0.0", NULL},
        {"gopkg.in/y.v2", "v2.1.0", "gopkg.in/y.v3", "v3.0.0", true, RELEASE_MAJOR, FIT_RIGHT,
         "v3.0.0", NULL},
        {"gopkg.in/y.v2", "v2.1.0", "gopkg.in/y.v2", "v3.0.0", true, RELEASE_MAJOR, FIT_WRONG,
         "v3.0.0", "gopkg.in/y.v3"},
        {"a.b/m", "v1.2.3", "a.b/m", "", true, RELEASE_MINOR, FIT_UNKNOWN, "v1.3.0", NULL},
        {"a.b/m", "", "a.b/m", "v1.3.0", true, RELEASE_MINOR, FIT_UNKNOWN, NULL, NULL},
        {"a.b/m", "", "a.b/m", "v2.3.0", true, RELEASE_MINOR, FIT_WRONG, NULL, NULL},
        {"a.b/m", "v1.2.3", "a.b/fork", "v1.3.0", true, RELEASE_MINOR, FIT_UNKNOWN, NULL, NULL},
        {"", "v1.26.7", "", "v1.26.8", true, RELEASE_PATCH, FIT_RIGHT, NULL, NULL},
        {"", "v1.26.7", "", "v1.26.8", true, RELEASE_MINOR, FIT_WRONG, NULL, NULL},
        {"", "v1.25.7", "", "v1.26.0", true, RELEASE_MAJOR, FIT_WRONG, NULL, NULL},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        ReleaseSide old = {str_from_c(rows[i].old_path), str_from_c(rows[i].old), true};
        ReleaseSide new = {str_from_c(rows[i].new_path), str_from_c(rows[i].new),
                           rows[i].has_go_mod};
        Verdict v = verdict_of(&a, &old, &new, rows[i].kind);
        if (v.fit != rows[i].fit) {
            print_error("row %td: %.*s\n", i, STR_ARG(v.reason));
        }
        assert_int_equal(v.fit, rows[i].fit);
        assert_int_equal(v.kind, rows[i].kind);
        assert_str(v.next, str_from_c(rows[i].next));
        assert_str(v.next_path, str_from_c(rows[i].next_path));
        assert_true(v.fit != FIT_WRONG || v.reason.len > 0);
        arena_done(&a);
    }
}

static void test_takes_the_major_version_off_a_path(void **state)
{
    (void)state;
    static const struct {
        const char *path, *prefix, *major;
    } rows[] = {
        {"a.b/m", "a.b/m", ""},
        {"a.b/m/v2", "a.b/m", "v2"},
        {"a.b/m/v10", "a.b/m", "v10"},
        {"a.b/m/v1", "a.b/m/v1", ""},
        {"a.b/m/v0", "a.b/m/v0", ""},
        {"a.b/m/v02", "a.b/m/v02", ""},
        {"a.b/m/vx", "a.b/m/vx", ""},
        {"gopkg.in/y.v1", "gopkg.in/y", "v1"},
        {"gopkg.in/a/y.v3-unstable", "gopkg.in/a/y", "v3"},
        {"v2", "v2", ""},
        {"", "", ""},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str prefix;
        assert_str(release_major_of_path(str_from_c(rows[i].path), &prefix),
                   str_from_c(rows[i].major));
        assert_str(prefix, str_from_c(rows[i].prefix));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_knows_which_number_will_do),
        cmocka_unit_test(test_takes_the_major_version_off_a_path),
    };
    return cmocka_run_group_tests_name("go_api_verdict", tests, NULL, NULL);
}
