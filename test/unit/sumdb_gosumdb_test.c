#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "format/base64.h"
#include "format/sha256.h"
#include "sumdb/gosumdb.h"
#include "support/assert_str.h"

#define SUM_KEY "+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
#define SUM_VKEY "sum.golang.org" SUM_KEY
#define FOO_VKEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

static Arena arena;

static int make_arena(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    return 0;
}

static int drop_arena(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

/* The key of FOO_VKEY under another name, with its right hash. */
static Str vkey_named(Str name)
{
    Str key;
    assert_true(base64_decode(&arena, S("AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"), &key));
    Str hashed = str_concat(&arena, name, S("\n"));
    Sha256 digest = sha256_of(str_concat(&arena, hashed, key));
    return str_format(&arena, "%.*s+%02x%02x%02x%02x+%.*s", STR_ARG(name), digest.bytes[0],
                      digest.bytes[1], digest.bytes[2], digest.bytes[3],
                      STR_ARG(base64_encode(&arena, key)));
}

static void test_reads_what_cmd_go_reads(void **state)
{
    (void)state;
    const struct {
        Str value, name, vkey, url;
    } rows[] = {
        {S(""), S("sum.golang.org"), S(SUM_VKEY), S("")},
        {S("sum.golang.org"), S("sum.golang.org"), S(SUM_VKEY), S("")},
        {S(" sum.golang.org\t"), S("sum.golang.org"), S(SUM_VKEY), S("")},
        {S(SUM_VKEY), S("sum.golang.org"), S(SUM_VKEY), S("")},
        {S("sum.golang.google.cn"), S("sum.golang.org"), S(SUM_VKEY),
         S("https://sum.golang.google.cn")},
        {S("sum.golang.org https://mirror.example/x/"), S("sum.golang.org"), S(SUM_VKEY),
         S("https://mirror.example/x")},
        {S(FOO_VKEY), S("example.com/foo"), S(FOO_VKEY), S("")},
        {S(FOO_VKEY "  http://127.0.0.1:8080"), S("example.com/foo"), S(FOO_VKEY),
         S("http://127.0.0.1:8080")},
        {S(FOO_VKEY " file:///srv/sumdb"), S("example.com/foo"), S(FOO_VKEY),
         S("file:///srv/sumdb")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Gosumdb database;
        Err err;
        assert_true(gosumdb_parse(arena, rows[i].value, &database, &err));
        assert_false(database.is_off);
        assert_str(database.verifier.name, rows[i].name);
        assert_str(database.verifier.vkey, rows[i].vkey);
        assert_str(database.url, rows[i].url);
    }
}

static void test_names_what_is_wrong(void **state)
{
    (void)state;
    const struct {
        Str value;
        const char *said;
    } rows[] = {
        {S(" "), "blank"},
        {S("sum.golang.org https://a https://b"), "more than two fields"},
        {S("off https://a.example"), "whose key is not known"},
        {S("sum.example.com"), "whose key is not known"},
        /* The alias is one only when it stands alone. */
        {S("sum.golang.google.cn https://a.example"), "whose key is not known"},
        {S("a+b"), "a verifier key is"},
        {S("sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"),
         "says hash 033de0af and has hash 033de0ae"},
        {S("sum.golang.org mirror.example"), "no https, http or file URL"},
        {S("sum.golang.org https://"), "no https, http or file URL"},
        {S("sum.golang.org ftp://mirror.example"), "no https, http or file URL"},
        {S("sum.golang.org https://a.example/?q"), "query or fragment"},
        {S("sum.golang.org https://a.example/#f"), "query or fragment"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Gosumdb database;
        Err err;
        assert_false(gosumdb_parse(arena, rows[i].value, &database, &err));
        assert_int_equal(err.kind, ERR_USAGE);
        if (!str_contains(str_from_c(err.text), str_from_c(rows[i].said))) {
            fail_msg("'%.*s': '%s'", STR_ARG(rows[i].value), err.text);
        }
    }
}

/* The name becomes a part of URLs and a folder of the state. */
static void test_a_name_is_host_and_path(void **state)
{
    (void)state;
    const struct {
        Str name;
        bool is_good;
    } rows[] = {
        {S("localhost"), true},
        {S("localhost:8080"), true},
        {S("example.com/a/b-c_d~"), true},
        {S("localhost:"), false},
        {S("localhost:80800"), false},
        {S("localhost:x"), false},
        {S("a.example/"), false},
        {S("/a"), false},
        {S("a//b"), false},
        {S("a/../b"), false},
        {S(".."), false},
        {S("a/."), false},
        {S("a?b"), false},
        {S("a#b"), false},
        {S("user@a"), false},
        {S("a%2fb"), false},
        {S("a\\b"), false},
        {S("h\xc3\xa4ma"), false},
        {S("a\x01"), false},
        {S(":80"), false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Gosumdb database;
        Err err;
        if (gosumdb_parse(arena, vkey_named(rows[i].name), &database, &err) != rows[i].is_good) {
            fail_msg("'%.*s'", STR_ARG(rows[i].name));
        }
    }
}

static void test_off_is_off(void **state)
{
    (void)state;
    Gosumdb database;
    Err err;
    assert_true(gosumdb_parse(arena, S("off"), &database, &err));
    assert_true(database.is_off);
    assert_int_equal(database.verifier.name.len, 0);
    assert_false(gosumdb_parse(arena, S("OFF"), &database, &err));
}

/* CVE-2026-94447: nothing but the log may vouch for a toolchain. */
static void test_toolchains_are_proved_even_when_gosumdb_is_off(void **state)
{
    (void)state;
    const struct {
        Str value, vkey, url;
    } rows[] = {
        {S("off"), S(SUM_VKEY), S("")},
        {S(" off"), S(SUM_VKEY), S("")},
        {S(""), S(SUM_VKEY), S("")},
        {S(FOO_VKEY " https://a.example"), S(FOO_VKEY), S("https://a.example")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Gosumdb database;
        Err err;
        assert_true(gosumdb_parse_for_toolchain(arena, rows[i].value, &database, &err));
        assert_false(database.is_off);
        assert_str(database.verifier.vkey, rows[i].vkey);
        assert_str(database.url, rows[i].url);
    }
    Gosumdb database;
    Err err;
    assert_false(gosumdb_parse_for_toolchain(arena, S("nonsense"), &database, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_what_cmd_go_reads),
        cmocka_unit_test(test_names_what_is_wrong),
        cmocka_unit_test(test_a_name_is_host_and_path),
        cmocka_unit_test(test_off_is_off),
        cmocka_unit_test(test_toolchains_are_proved_even_when_gosumdb_is_off),
    };
    return cmocka_run_group_tests_name("sumdb_gosumdb", tests, make_arena, drop_arena);
}
