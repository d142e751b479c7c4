#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/assert_str.h"
#include "toolchain/lockfile.h"

#define H1 "h1:b0Iq2iLQ2RiKdZdx1yTgqzSSfqXWlDGnm2Ca9yJSsM4="
#define OTHER_H1 "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

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

#define LOCK                  \
    "goward-lock 1\n"         \
    "go go1.26.8\n"           \
    "platform darwin/arm64\n" \
    "h1 " OTHER_H1 "\n"       \
    "platform linux/amd64\n"  \
    "h1 " H1 "\n"             \
    "proof cHJvb2YK\n"

static void test_reads_and_writes_the_same_bytes(void **state)
{
    (void)state;
    Lockfile lock;
    Err err;
    assert_true(lockfile_parse(&arena, S("goward.lock"), S(LOCK), &lock, &err));
    assert_str(lock.name, S("go1.26.8"));
    assert_int_equal(lock.name_line, 2);
    assert_int_equal(lock.n_platforms, 2);
    const LockPlatform *p = lockfile_find(&lock, (Platform){S("linux"), S("amd64")});
    assert_non_null(p);
    assert_str(p->h1, S(H1));
    assert_str(p->proof, S("proof\n"));
    assert_int_equal(p->line, 5);
    assert_null(lockfile_find(&lock, (Platform){S("linux"), S("arm64")}));
    assert_str(lockfile_format(&arena, &lock), S(LOCK));
}

static void test_writes_platforms_in_order(void **state)
{
    (void)state;
    Lockfile lock = {.name = S("go1.27.4"), .n_platforms = 3};
    lock.platforms[0] = (LockPlatform){.platform = {S("linux"), S("arm64")}, .h1 = S(H1)};
    lock.platforms[1] = (LockPlatform){.platform = {S("linux"), S("amd64")}, .h1 = S(H1)};
    lock.platforms[2] = (LockPlatform){.platform = {S("aix"), S("ppc64")}, .h1 = S(H1)};
    assert_str(lockfile_format(&arena, &lock),
               S("goward-lock 1\ngo go1.27.4\nplatform aix/ppc64\nh1 " H1
                 "\nplatform linux/amd64\nh1 " H1 "\nplatform linux/arm64\nh1 " H1 "\n"));
}

static void test_takes_carriage_returns_and_no_platforms(void **state)
{
    (void)state;
    Lockfile lock;
    Err err;
    assert_true(lockfile_parse(&arena, S("l"), S("goward-lock 1\r\ngo go1.26.8\r\n"), &lock, &err));
    assert_str(lock.name, S("go1.26.8"));
    assert_int_equal(lock.n_platforms, 0);
}

static void test_names_line_and_fault(void **state)
{
    (void)state;
    static const struct {
        Str text;
        const char *expected;
    } rows[] = {
        {STR_CONST(""), "l:1: this is no lock, expected \"goward-lock 1\""},
        {STR_CONST("go go1.26.8\n"), "l:1: this is no lock, expected \"goward-lock 1\""},
        {STR_CONST("goward-lock 2\n"), "l:1: lock of version '2', this goward reads version 1"},
        {STR_CONST("goward-lock 1\n"), "l:2: no release, expected \"go go1.26.8\""},
        {STR_CONST("goward-lock 1\n\ngo go1.26.8\n"), "l:2: no release, expected \"go go1.26.8\""},
        {STR_CONST("goward-lock 1\ngo 1.26.8\n"),
         "l:2: that is no release, expected one such as go1.26.8"},
        {STR_CONST("goward-lock 1\ngo go1.26.8-custom\n"),
         "l:2: that is no release, expected one such as go1.26.8"},
        {STR_CONST("goward-lock 1\ngo go1.26.8 \n"),
         "l:2: that is no release, expected one such as go1.26.8"},
        {STR_CONST("goward-lock 1\ngo go1.26\n"),
         "l:2: that is no release, expected one such as go1.26.8"},
        {STR_CONST("goward-lock 1\ngo go1.26.8\n# why\n"),
         "l:3: unknown line, expected \"platform\", \"h1\" or \"proof\""},
        {STR_CONST("goward-lock 1\ngo go1.26.8\n\n"),
         "l:3: unknown line, expected \"platform\", \"h1\" or \"proof\""},
        {STR_CONST("goward-lock 1\ngo go1.26.8\nplatform linux-amd64\n"),
         "l:3: that is no platform, expected one such as linux/amd64"},
        {STR_CONST("goward-lock 1\ngo go1.26.8\nplatform linux/armv6l\n"),
         "l:3: that is no platform, expected one such as linux/amd64"},
        {STR_CONST("goward-lock 1\ngo go1.26.8\nplatform linux/amd64\n"),
         "l:3: a platform without hash, expected an h1 line behind it"},
        {STR_CONST("goward-lock 1\ngo go1.26.8\nplatform linux/amd64\nplatform linux/arm64\n"),
         "l:3: a platform without hash, expected an h1 line behind it"},
        {STR_CONST("goward-lock 1\ngo go1.26.8\nh1 " H1 "\n"),
         "l:3: a hash without a platform of its own, expected \"platform os/arch\" before each"},
        {STR_CONST("goward-lock 1\ngo go1.26.8\nplatform a/b\nh1 " H1 "\nh1 " H1 "\n"),
         "l:5: a hash without a platform of its own, expected \"platform os/arch\" before each"},
        {STR_CONST("goward-lock 1\ngo go1.26.8\nplatform a/b\nh1 h1:abc=\n"),
         "l:4: that is no hash, expected \"h1:\" and the base64 of 32 bytes"},
        {STR_CONST("goward-lock 1\ngo go1.26.8\nplatform a/b\nh1 " H1 "\nplatform a/b\n"),
         "l:5: this platform stands here twice, expected each once"},
        {STR_CONST("goward-lock 1\ngo go1.26.8\nplatform a/b\nproof AAAA\n"),
         "l:4: a proof without a hash of its own, expected one behind each h1 line"},
        {STR_CONST("goward-lock 1\ngo go1.26.8\nplatform a/b\nh1 " H1 "\nproof A\n"),
         "l:5: the proof is damaged, expected base64"},
        {STR_CONST("goward-lock 1\ngo go1.26.8\nplatform a/b\nh1 " H1 "\nproof \n"),
         "l:5: the proof is damaged, expected base64"},
        {STR_CONST("<<<<<<<\ngoward-lock 1\n"),
         "l:1: this is a merge conflict, expected one side of it"},
        {STR_CONST("goward-lock 1\n<<<<<<<\ngo go1.26.8\n"),
         "l:2: this is a merge conflict, expected one side of it"},
        {STR_CONST("goward-lock 1\ngo go1.26.8\n=======\n"),
         "l:3: this is a merge conflict, expected one side of it"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Lockfile lock;
        Err err = {0};
        assert_false(lockfile_parse(&arena, S("l"), rows[i].text, &lock, &err));
        assert_string_equal(err.text, rows[i].expected);
    }
}

static void test_limits_platforms(void **state)
{
    (void)state;
    Str text = S("goward-lock 1\ngo go1.26.8\n");
    for (isize i = 0; i <= LOCKFILE_MAX_PLATFORMS; i++) {
        text = str_format(&arena, "%.*splatform os%td/x\nh1 " H1 "\n", STR_ARG(text), i);
    }
    Lockfile lock;
    Err err;
    assert_false(lockfile_parse(&arena, S("l"), text, &lock, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void test_knows_an_h1(void **state)
{
    (void)state;
    assert_true(lockfile_is_h1(S(H1)));
    static const Str wrong[] = {
        STR_CONST(""),
        STR_CONST("h1:"),
        STR_CONST("b0Iq2iLQ2RiKdZdx1yTgqzSSfqXWlDGnm2Ca9yJSsM4="),
        STR_CONST("h1:b0Iq2iLQ2RiKdZdx1yTgqzSSfqXWlDGnm2Ca9yJSsM4"),
        STR_CONST("h1:b0Iq2iLQ2RiKdZdx1yTgqzSSfqXWlDGnm2Ca9yJSsM5="),
        STR_CONST("h1:b0Iq2iLQ2RiKdZdx1yTgqzSSfqXWlDGnm2Ca9yJSs-4="),
        STR_CONST("h2:b0Iq2iLQ2RiKdZdx1yTgqzSSfqXWlDGnm2Ca9yJSsM4="),
        STR_CONST("h1:b0Iq2iLQ2RiKdZdx1yTgqzSSfqXWlDGnm2Ca9yJSsM4=="),
    };
    for (isize i = 0; i < COUNT_OF(wrong); i++) {
        assert_false(lockfile_is_h1(wrong[i]));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, drop_arena)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_reads_and_writes_the_same_bytes),
        TEST(test_writes_platforms_in_order),
        TEST(test_takes_carriage_returns_and_no_platforms),
        TEST(test_names_line_and_fault),
        TEST(test_limits_platforms),
        TEST(test_knows_an_h1),
    };
    return cmocka_run_group_tests_name("toolchain_lockfile", tests, NULL, NULL);
}
