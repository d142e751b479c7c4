/* Which files are what they were: told by their status, unless that is too new to tell. */
#include "go/preflight/sources.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "os/clock.h"
#include "support/fixture.h"

#define SECOND INT64_C(1000000000)

/* Whether a file is known to the next run by its status, when this one has read it with times that
 * lie so far back. */
static bool is_known_after(Sources *s, CheckCache *cache, Str path, int64_t age_ns)
{
    FileStat st;
    Err err;
    Fingerprint content;
    assert_int_equal(file_stat(FILE_CWD, path, &st, &err), FILE_FOUND);
    st.mtime_ns = st.ctime_ns = clock_wall_ns() - age_ns;
    assert_false(sources_find(s, path, &content));
    sources_read(s, path, &st, S("package p\n"));
    assert_true(sources_find(s, path, &content));
    sources_keep(s);
    Str record;
    int64_t size;
    assert_true(checkcache_find(cache, fingerprint_of_kind(S("file"), path), &record));
    memcpy(&size, record.ptr, sizeof size);
    return size == st.size;
}

static void too_new(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Str path = fixture_file(&a, fixture_dir(&a), S("p.go"), S("package p\n"));
    CheckCache *cache = checkcache_read(S(""), S("a build"));
    const struct {
        int64_t age_ns;
        bool is_known;
    } rows[] = {{0, false}, {SECOND, false}, {-SECOND, false}, {3 * SECOND, true}};
    Sources *runs[COUNT_OF(rows)]; /* the cache points to what they keep */
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        runs[i] = sources_new(cache);
        assert_int_equal(is_known_after(runs[i], cache, path, rows[i].age_ns), rows[i].is_known);
    }
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        sources_done(runs[i]);
    }
    checkcache_done(cache);
    arena_done(&a);
}

/* Two looks that see different things: nothing of this run may be kept. */
static void unsteady(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    FileStat st = {.size = 1};
    CheckCache *cache = checkcache_read(S(""), S("a build"));
    Sources *s = sources_new(cache);
    sources_read(s, S("/x/p.go"), &st, S("package p\n"));
    sources_read(s, S("/x/p.go"), &st, S("package p\n"));
    assert_false(sources_are_unsteady(s));
    assert_int_equal(sources_count_new(s), 1);
    sources_read(s, S("/x/p.go"), &st, S("package q\n"));
    assert_true(sources_are_unsteady(s));
    sources_done(s);
    checkcache_done(cache);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(too_new),
        cmocka_unit_test(unsteady),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
