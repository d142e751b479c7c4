/* What goward check keeps: records that come back, and go when nobody asks for them. What is
 * damaged or of others is tried by test/e2e/check_cache.py. */
#include "go/preflight/checkcache.h"
#include "os/self.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/assert_str.h"
#include "support/fixture.h"

#define BUILD S("a build")
#define N_RUNS 40 /* more than a record lives unasked for */

static const Fingerprint first = {1, 2}, second = {1, 3};

static CheckCache *open_cache(Str home)
{
    return checkcache_open(home, S("/m/go.mod"), BUILD);
}

static void save(CheckCache *c)
{
    Err err;
    assert_true(checkcache_save(c, &err));
    checkcache_done(c);
}

static void records_come_back(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Str home = path_join(&a, fixture_dir(&a), S("home")), record;
    CheckCache *c = open_cache(home);
    assert_true(checkcache_trouble(c).len > 0);
    assert_false(checkcache_find(c, first, &record));
    checkcache_put(c, first, S("one"));
    checkcache_put(c, second, S("two"));
    checkcache_put(c, second, S("other"));
    assert_true(checkcache_find(c, second, &record));
    assert_str(record, S("other"));
    save(c);
    c = open_cache(home);
    assert_int_equal(checkcache_trouble(c).len, 0);
    assert_true(checkcache_find(c, first, &record));
    assert_str(record, S("one"));
    assert_true(checkcache_find(c, second, &record));
    assert_str(record, S("other"));
    checkcache_done(c);
    c = checkcache_open(home, S("/m/go.mod"), S("another"));
    assert_true(checkcache_trouble(c).len > 0);
    assert_false(checkcache_find(c, first, &record));
    checkcache_done(c);
    c = checkcache_open(home, S("/other/go.mod"), BUILD);
    assert_false(checkcache_find(c, first, &record));
    checkcache_done(c);
    arena_done(&a);
}

static void what_nobody_asks_for_goes(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Str home = path_join(&a, fixture_dir(&a), S("home")), record;
    CheckCache *c = open_cache(home);
    checkcache_put(c, first, S("one"));
    checkcache_put(c, second, S("two"));
    save(c);
    for (uint64_t i = 0; i < N_RUNS; i++) {
        c = open_cache(home);
        assert_true(checkcache_find(c, first, &record));
        checkcache_put(c, (Fingerprint){100 + i, i}, S("more"));
        save(c);
    }
    c = open_cache(home);
    assert_true(checkcache_find(c, first, &record));
    assert_false(checkcache_find(c, second, &record));
    assert_false(checkcache_find(c, (Fingerprint){100, 0}, &record));
    assert_true(checkcache_find(c, (Fingerprint){100 + N_RUNS - 1, N_RUNS - 1}, &record));
    checkcache_done(c);
    arena_done(&a);
}

/* More than the table begins with, and keys that begin alike. */
static void many_records(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Str home = path_join(&a, fixture_dir(&a), S("home")), record;
    CheckCache *c = open_cache(home);
    for (uint64_t i = 0; i < 5000; i++) {
        checkcache_put(c, (Fingerprint){i % 7, i}, str_format(&a, "record %d", (int)i));
    }
    save(c);
    c = open_cache(home);
    for (uint64_t i = 0; i < 5000; i++) {
        assert_true(checkcache_find(c, (Fingerprint){i % 7, i}, &record));
        assert_str(record, str_format(&a, "record %d", (int)i));
    }
    assert_false(checkcache_find(c, (Fingerprint){7, 0}, &record));
    checkcache_done(c);
    arena_done(&a);
}

/* The program of a test may have been linked without one. */
static void build_id(void **state)
{
    (void)state;
    Str id = self_build_id();
    assert_true(id.len == 0 || id.len >= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_back),
        cmocka_unit_test(what_nobody_asks_for_goes),
        cmocka_unit_test(many_records),
        cmocka_unit_test(build_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
