#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/project_file.h"
#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/store_fixture.h"

static FileContent content(const char *text)
{
    return (FileContent){text != NULL, str_from_c(text)};
}

static void test_changes_only_what_is_as_expected(void **state)
{
    (void)state;
    static const struct {
        const char *now, *from, *to, *then;
        ProjectFileOutcome outcome;
    } cases[] = {
        {"a", "a", "b", "b", PROJECT_FILE_CHANGED},
        {"b", "a", "b", "b", PROJECT_FILE_CHANGED}, /* done already */
        {"c", "a", "b", "c", PROJECT_FILE_CONFLICT},
        {NULL, "a", "b", NULL, PROJECT_FILE_CONFLICT},
        {NULL, NULL, "b", "b", PROJECT_FILE_CHANGED},
        {"", NULL, "b", "", PROJECT_FILE_CONFLICT}, /* empty is not absent */
        {"a", "a", NULL, NULL, PROJECT_FILE_CHANGED},
        {NULL, "a", NULL, NULL, PROJECT_FILE_CHANGED},
        {"a", "a", "", "", PROJECT_FILE_CHANGED},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Err err;
        FileContent then;
        Str path = path_join(&a, fixture_dir(&a), S("goward.lock"));
        ProjectChange change = {path, content(cases[i].from), content(cases[i].to)};
        if (cases[i].now != NULL) {
            assert_true(file_replace(FILE_CWD, path, str_from_c(cases[i].now), 0644, &err));
        }
        assert_int_equal(project_file_change(&change, &err), cases[i].outcome);
        assert_true(project_file_read(&a, path, &then, &err));
        assert_true(file_content_eq(then, content(cases[i].then)));
        if (cases[i].outcome == PROJECT_FILE_CHANGED) {
            change = project_change_reverse(&change);
            assert_int_equal(project_file_change(&change, &err), PROJECT_FILE_CHANGED);
            assert_true(project_file_read(&a, path, &then, &err));
            assert_true(file_content_eq(then, content(cases[i].from)));
        }
    }
    arena_done(&a);
}

/* Generations as a tree: 0 - 1 - 2 - 4, and 1 - 3 (which edits another file, too), and 5 whose
 * parent is gone. */
static const struct {
    int64_t number, parent;
    const char *path, *before, *after;
} tree[] = {
    {1, 0, "/p", NULL, "1"},      {2, 1, "/p", "1", "2"}, {3, 1, "/q", "x", "3"},
    {4, 2, "/p", "by hand", "4"}, {7, 6, "/p", "6", "7"},
};

static void test_finds_the_way_between_generations(void **state)
{
    (void)state;
    static const struct {
        int64_t from, to;
        isize n;
        const char *path, *begin, *end; /* of the first change */
    } cases[] =
        {
            {0, 0, 0, NULL, NULL, NULL},
            {1, 0, 1, "/p", "1", NULL},
            {0, 1, 1, "/p", NULL, "1"},
            {2, 0, 1, "/p", "2", NULL}, /* two edits in one */
            {0, 2, 1, "/p", NULL, "2"},
            {4, 0, 1, "/p", "4", "by hand"}, /* somebody edited in between */
            {2, 3, 2, "/p", "2", "1"},
            {3, 2, 2, "/q", "3", "x"},
            {7, 0, 1, "/p", "7", "6"},
        };
    Arena a = arena_init(0);
    Err err;
    Str home = path_join(&a, fixture_dir(&a), S("home"));
    Store s = store_fixture_open(&a, home, STORE_CREATE);
    for (isize i = 0; i < COUNT_OF(tree); i++) {
        Generation g = {
            .number = tree[i].number,
            .parent = tree[i].parent,
            .edit = {str_from_c(tree[i].path), content(tree[i].before), content(tree[i].after)}};
        assert_true(generation_build(&s, &g, &err));
    }
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        ProjectChanges changes;
        assert_true(project_changes_between(&a, &s, cases[i].from, cases[i].to, &changes, &err));
        assert_int_equal(changes.len, cases[i].n);
        if (changes.len > 0) {
            assert_str(changes.ptr[0].path, str_from_c(cases[i].path));
            assert_true(file_content_eq(changes.ptr[0].from, content(cases[i].begin)));
            assert_true(file_content_eq(changes.ptr[0].to, content(cases[i].end)));
        }
    }
    store_close(&s);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes_only_what_is_as_expected),
        cmocka_unit_test(test_finds_the_way_between_generations),
    };
    return cmocka_run_group_tests_name("store/project_file", tests, NULL, NULL);
}
