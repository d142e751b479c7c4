#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "toolchain/installed.h"
#include "toolchain/projects.h"
#include "toolchain_stage.h"

static Str project(const char *go_mod)
{
    Str root = fixture_dir(&arena);
    fixture_file(&arena, root, S("go.mod"), str_from_c(go_mod));
    return root;
}

static Str list(void)
{
    AUTO_CLOSE int fd = -1;
    assert_int_equal(dir_open(FILE_CWD, home, &fd, &err), FILE_FOUND);
    return fixture_read(&arena, fd, S("projects"));
}

static int begin(void **state)
{
    stage_begin(state);
    return dir_make_all(FILE_CWD, home, 0700, &err) ? 0 : -1;
}

static void test_remembers_each_once(void **state)
{
    (void)state;
    assert_true(projects_remember(&context, S("/a"), &err));
    assert_true(projects_remember(&context, S("/b"), &err));
    assert_true(projects_remember(&context, S("/a"), &err));
    assert_true(projects_remember(&context, S("/new\nline"), &err));
    assert_str(list(), S("/a\n/b\n"));
}

static void test_forgets_the_oldest(void **state)
{
    (void)state;
    StrBuf b = strbuf_init(&arena);
    for (int i = 0; i < PROJECTS_MAX; i++) {
        strbuf_add_format(&b, "/project/%d\n", i);
    }
    fixture_file(&arena, home, S("projects"), strbuf_str(&b));
    assert_true(projects_remember(&context, S("/one/more"), &err));
    assert_true(str_starts_with(list(), S("/project/1\n")));
    assert_true(str_ends_with(list(), S("/one/more\n")));
}

static void test_finds_who_wants_a_toolchain(void **state)
{
    (void)state;
    Str found;
    Str wants = project("module m\n\ngo 1.26.8\n");
    Str broken = project("module m\n\ngo 1.26.8 and more\n");
    projects_remember(&context, S("/gone"), &err);
    assert_true(projects_remember(&context, broken, &err));
    assert_true(projects_remember(&context, wants, &err));
    Str id = installed_id(&arena, S("1.26.8"), context_host_os(), context_host_arch());
    assert_true(projects_pinning(&context, &arena, id, &found, &err));
    assert_str(found, wants);
    Str other = installed_id(&arena, S("1.26.7"), context_host_os(), context_host_arch());
    assert_true(projects_pinning(&context, &arena, other, &found, &err));
    assert_int_equal(found.len, 0);
}

/* What this shell asks for says nothing about the projects. */
static void test_the_environment_of_now_has_no_say(void **state)
{
    (void)state;
    Str found;
    Str wants = project("module m\n\ngo 1.26.8\n");
    env = environ_with(&arena, &env, S("GOTOOLCHAIN"), S("go1.26.1"));
    env = environ_with(&arena, &env, S("GOWARD_GO"), S("1.26.2"));
    assert_true(projects_remember(&context, wants, &err));
    Str id = installed_id(&arena, S("1.26.8"), context_host_os(), context_host_arch());
    assert_true(projects_pinning(&context, &arena, id, &found, &err));
    assert_str(found, wants);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, stage_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_remembers_each_once),
        CASE(test_forgets_the_oldest),
        CASE(test_finds_who_wants_a_toolchain),
        CASE(test_the_environment_of_now_has_no_say),
    };
    return cmocka_run_group_tests_name("toolchain_projects", tests, NULL, NULL);
}
