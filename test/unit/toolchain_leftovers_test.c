#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/assert_str.h"
#include "support/fixture.h"
#include "support/store_fixture.h"
#include "toolchain/leftovers.h"

static void test_finds_deletes_and_drops_partial_downloads(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Leftovers found;
    Str home = path_join(&a, fixture_dir(&a), S("home"));
    Store s = store_fixture_open(&a, home, STORE_CREATE);
    assert_true(leftovers_find(&s, &a, &found, &err));
    assert_int_equal(found.len, 0);
    assert_true(leftovers_delete(&s, &found, &err));

    fixture_file(&a, home, S("cache/go1.26.8.linux-amd64.zip.part"), S("123"));
    fixture_file(&a, home, S("cache/go1.26.8.linux-amd64.tar.gz.part"), S(""));
    fixture_file(&a, home, S("cache/go1.27.4.linux-amd64.zip.part"), S("12345"));
    fixture_file(&a, home, S("cache/proxies/sumdb"), S("somebody else's"));
    fixture_file(&a, home, S("cache/folder.part/file"), S("no download"));
    assert_true(leftovers_find(&s, &a, &found, &err));
    assert_int_equal(found.len, 3);
    assert_int_equal(found.bytes, 8);
    assert_str(found.ptr[0].name, S("go1.26.8.linux-amd64.tar.gz.part"));
    assert_str(found.ptr[2].name, S("go1.27.4.linux-amd64.zip.part"));

    leftovers_drop(&s, a, S("go1.26.8.linux-amd64"));
    assert_true(leftovers_delete(&s, &found, &err)); /* two of the three are gone */
    assert_true(leftovers_find(&s, &a, &found, &err));
    assert_int_equal(found.len, 0);
    assert_str(fixture_read(&a, s.home_fd, S("cache/proxies/sumdb")), S("somebody else's"));
    store_close(&s);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_deletes_and_drops_partial_downloads),
    };
    return cmocka_run_group_tests_name("toolchain/leftovers", tests, NULL, NULL);
}
