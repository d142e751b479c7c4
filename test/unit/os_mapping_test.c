#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/fault.h"
#include "os/mapping.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#include <signal.h>

static void test_maps_a_file_for_reading(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    AUTO_CLOSE int fd = -1;
    Mapping m;
    Str path = fixture_file(&a, fixture_dir(&a), S("file"), S("content"));
    assert_int_equal(file_open(FILE_CWD, path, &fd, &err), FILE_FOUND);
    assert_true(mapping_open(fd, 7, false, &m, &err));
    file_close(&fd); /* the mapping holds on by itself */
    assert_str(mapping_str(&m), S("content"));
    mapping_close(&m);
    assert_null(m.ptr);
    mapping_close(&m);
    arena_done(&a);
}

static int remember_event(void *context, const FaultEvent *event)
{
    *(FaultEvent *)context = *event;
    return 0;
}

static void test_written_mappings_reach_the_file_and_the_fault_hook(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    AUTO_CLOSE int fd = -1;
    Mapping m;
    FaultEvent last = {0};
    int dir = fixture_dir_open(&a);
    assert_true(file_create(dir, S("file"), 0644, &fd, &err));
    assert_true(file_reserve(fd, 5000, &err));
    assert_true(mapping_open(fd, 5000, true, &m, &err));
    memcpy(m.ptr + 4990, "0123456789", 10);
    fault_hook = remember_event;
    fault_context = &last;
    mapping_close(&m);
    fault_hook = NULL;
    assert_int_equal(last.op, FAULT_MAP_WRITE);
    assert_int_equal(last.fd, fd);
    assert_int_equal(last.data.len, 5000);
    assert_str(str_from(fixture_read(&a, dir, S("file")), 4990), S("0123456789"));
    file_close(&dir);
    arena_done(&a);
}

static void test_maps_nothing(void **state)
{
    (void)state;
    Err err;
    Mapping m = {.len = 99};
    assert_true(mapping_open(-1, 0, false, &m, &err));
    assert_int_equal(mapping_str(&m).len, 0);
    mapping_close(&m);
}

static void test_says_why_it_cannot_map(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    AUTO_CLOSE int fd = -1;
    Mapping m = {.len = 99};
    Str path = fixture_file(&a, fixture_dir(&a), S("file"), S("content"));
    assert_int_equal(file_open(FILE_CWD, path, &fd, &err), FILE_FOUND);
    assert_false(mapping_open(fd, 7, true, &m, &err)); /* open for reading only */
    assert_false(mapping_open(-1, 7, false, &m, &err));
    assert_int_equal(m.len, 99);
    arena_done(&a);
}

static bool map_negative(void *context)
{
    (void)context;
    Err err;
    Mapping m;
    return mapping_open(0, -1, false, &m, &err);
}

static void test_a_negative_length_is_a_bug(void **state)
{
    (void)state;
    assert_true(fixture_dies_of(SIGABRT, map_negative, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_maps_a_file_for_reading),
        cmocka_unit_test(test_written_mappings_reach_the_file_and_the_fault_hook),
        cmocka_unit_test(test_maps_nothing),
        cmocka_unit_test(test_says_why_it_cannot_map),
        cmocka_unit_test(test_a_negative_length_is_a_bug),
    };
    return cmocka_run_group_tests_name("os_mapping", tests, NULL, NULL);
}
