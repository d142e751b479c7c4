/* The feed of go.dev/dl: its real shape (made numbers), and shapes that it must not have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/assert_str.h"
#include "toolchain/feed.h"

#define HASH "98fcab78e155e9fa0c36b18874add30724d04c2452078117c78618107ebfbc9e"

static Arena arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_init(0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static const Str real_shape = STR_CONST(
    "[\n {\n  \"version\": \"go1.27.1\",\n  \"stable\": true,\n  \"files\": [\n"
    "   {\"filename\": \"go1.27.1.src.tar.gz\", \"os\": \"\", \"arch\": \"\","
    "    \"version\": \"go1.27.1\", \"sha256\": \"" HASH "\", \"size\": 5, \"kind\": \"source\"},\n"
    "   {\"filename\": \"go1.27.1.linux-amd64.tar.gz\", \"os\": \"linux\", \"arch\": \"amd64\","
    "    \"version\": \"go1.27.1\", \"sha256\": \"" HASH
    "\", \"size\": 66, \"kind\": \"archive\"},\n"
    "   {\"filename\": \"go1.27.1.linux-armv6l.tar.gz\", \"os\": \"linux\", \"arch\": \"armv6l\","
    "    \"version\": \"go1.27.1\", \"sha256\": \"" HASH
    "\", \"size\": 66, \"kind\": \"archive\"},\n"
    "   {\"filename\": \"go1.27.1.windows-amd64.zip\", \"os\": \"windows\", \"arch\": \"amd64\","
    "    \"version\": \"go1.27.1\", \"sha256\": \"" HASH
    "\", \"size\": 66, \"kind\": \"archive\"},\n"
    "   {\"filename\": \"go1.27.1.windows-amd64.msi\", \"os\": \"windows\", \"arch\": \"amd64\","
    "    \"version\": \"go1.27.1\", \"sha256\": \"" HASH
    "\", \"size\": 66, \"kind\": \"installer\"}\n"
    "  ]\n },\n {\"version\": \"go1.4\", \"stable\": true, \"files\": [\n"
    "   {\"filename\": \"go1.4-bootstrap-20171003.tar.gz\", \"os\": \"\", \"arch\": \"bootstrap\","
    "    \"version\": \"go1.4\", \"sha256\": \"\", \"size\": 5, \"kind\": \"archive\"},\n"
    "   {\"filename\": \"go1.4.linux-386.tar.gz\", \"os\": \"linux\", \"arch\": \"386\","
    "    \"version\": \"go1.4\", \"sha256\": \"\", \"size\": 5, \"kind\": \"archive\"}]},\n"
    " {\"version\": \"go1.9.2rc2\", \"stable\": false, \"files\": [\n"
    "   {\"filename\": \"go1.9.2rc2.linux-386.tar.gz\", \"os\": \"linux\", \"arch\": \"386\","
    "    \"version\": \"go1.9.2rc2\", \"sha256\": \"\", \"size\": 5, \"kind\": "
    "\"archive\"}]}\n]\n");

static void test_reads_what_can_be_installed(void **state)
{
    (void)state;
    Feed feed;
    Err err = {0};
    assert_true(feed_parse(&arena, real_shape, &feed, &err));
    assert_int_equal(feed.len, 3);
    assert_str(feed.ptr[0].name, S("go1.27.1.linux-amd64.tar.gz"));
    assert_str(feed.ptr[0].release.version, S("1.27.1"));
    assert_int_equal(feed.ptr[0].size, 66);
    assert_true(feed.ptr[0].has_sha256);
    assert_int_equal(feed.ptr[0].sha256.bytes[0], 0x98);
    assert_str(feed.ptr[1].release.arch, S("arm"));
    assert_false(feed.ptr[2].has_sha256);
}

static void test_finds_by_version_and_platform(void **state)
{
    (void)state;
    Feed feed;
    Err err = {0};
    assert_true(feed_parse(&arena, real_shape, &feed, &err));
    Release arm = {S("1.27.1"), S("linux"), S("arm")};
    Release older = {S("1.4.0"), S("linux"), S("386")}; /* the site calls it 1.4 */
    Release absent = {S("1.27.1"), S("linux"), S("386")};
    assert_ptr_equal(feed_find(&feed, &arm), &feed.ptr[1]);
    assert_ptr_equal(feed_find(&feed, &older), &feed.ptr[2]);
    assert_null(feed_find(&feed, &absent));
}

static Str with_file(const char *name, const char *arch, const char *sha256, const char *size)
{
    return str_format(&arena,
                      "[{\"version\": \"go1.27.1\", \"files\": [{\"filename\": \"%s\", \"os\": "
                      "\"linux\", \"arch\": \"%s\", \"sha256\": \"%s\", \"size\": %s, \"kind\": "
                      "\"archive\"}]}]",
                      name, arch, sha256, size);
}

static void test_refuses_other_shapes(void **state)
{
    (void)state;
    const Str rows[] = {
        S(""),
        S("<!DOCTYPE html>"),
        S("{}"),
        S("[1]"),
        S("[{}]"),
        S("[{\"version\": \"1.27.1\", \"files\": []}]"),
        S("[{\"version\": \"go1.27.1\"}]"),
        S("[{\"version\": \"go1.27.1\", \"files\": {}}]"),
        with_file("../x.tar.gz", "amd64", HASH, "1"),
        with_file(".x.tar.gz", "amd64", HASH, "1"),
        with_file("x?y.tar.gz", "amd64", HASH, "1"),
        with_file("x.tar.gz", "AMD64", HASH, "1"),
        with_file("x.tar.gz", "amd64", "98fc", "1"),
        with_file("x.tar.gz", "amd64", HASH, "-1"),
        with_file("x.tar.gz", "amd64", HASH, "1.5"),
        with_file("x.tar.gz", "amd64", HASH, "\"1\""),
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Feed feed;
        Err err = {0};
        if (feed_parse(&arena, rows[i], &feed, &err)) {
            fail_msg("taken: %.*s", STR_ARG(rows[i]));
        }
        assert_int_equal(err.kind, ERR_FORMAT);
    }
    Feed feed;
    Err err = {0};
    assert_true(feed_parse(&arena, with_file("x.tar.gz", "amd64", HASH, "1"), &feed, &err));
    assert_true(feed_parse(&arena, S("[]"), &feed, &err));
    assert_int_equal(feed.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_what_can_be_installed),
        cmocka_unit_test(test_finds_by_version_and_platform),
        cmocka_unit_test(test_refuses_other_shapes),
    };
    return cmocka_run_group_tests_name("toolchain_feed", tests, set_up, tear_down);
}
