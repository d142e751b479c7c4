#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sumdb/remote.h"
#include "support/assert_str.h"

#define WANTED_PATHS 3

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

/* Answers each path with itself, unless told that nothing works. */
static bool echo(void *context, Arena *a, const Str *paths, isize n, SumdbReply *ret, Err *err)
{
    const bool *works = context;
    for (isize i = 0; i < n; i++) {
        assert_true(ret[i].status == 0 && !ret[i].failed && ret[i].body.len == 0);
        ret[i].status = 200;
        ret[i].body = str_copy(a, paths[i]);
    }
    return *works || FAIL(err, ERR_NET, "no helper");
}

static void test_asks_in_one_batch_and_counts(void **state)
{
    (void)state;
    bool works = true;
    SumdbRemote remote = {S("log.example"), echo, &works, 0, 0};
    const Str paths[WANTED_PATHS] = {S("latest"), S("tile/8/0/000"), S("tile/8/1/000")};
    SumdbReply *replies;
    Err err;
    assert_true(sumdb_remote_ask(&remote, &arena, paths, WANTED_PATHS, &replies, &err));
    for (isize i = 0; i < WANTED_PATHS; i++) {
        assert_str(replies[i].body, paths[i]);
    }
    assert_int_equal(remote.n_batches, 1);
    assert_int_equal(remote.n_requests, WANTED_PATHS);
}

static void test_passes_on_why_it_could_not_ask(void **state)
{
    (void)state;
    bool works = false;
    SumdbRemote remote = {S("log.example"), echo, &works, 0, 0};
    const Str path = S("latest");
    SumdbReply *replies;
    Err err;
    assert_false(sumdb_remote_ask(&remote, &arena, &path, 1, &replies, &err));
    assert_str(err_format(&arena, &err), S("no helper"));
    remote.get = NULL;
    assert_false(sumdb_remote_ask(&remote, &arena, &path, 1, &replies, &err));
    assert_int_equal(err.kind, ERR_NET);
    assert_true(str_contains(err_format(&arena, &err), S("offline")));
    assert_int_equal(remote.n_batches, 1);
}

static void test_judges_replies(void **state)
{
    (void)state;
    Str longest = {arena_alloc(&arena, SUMDB_MAX_REPLY + 1, 1, 1), SUMDB_MAX_REPLY};
    Str too_long = {longest.ptr, SUMDB_MAX_REPLY + 1};
    const struct {
        int status;
        Str body;
        SumdbReplyOutcome outcome;
        ErrKind kind;
    } rows[] = {
        {200, S("x"), SUMDB_REPLY_FOUND, ERR_NONE},  {200, S(""), SUMDB_REPLY_FOUND, ERR_NONE},
        {200, longest, SUMDB_REPLY_FOUND, ERR_NONE}, {200, too_long, SUMDB_REPLY_FAILED, ERR_LIMIT},
        {404, S("x"), SUMDB_REPLY_ABSENT, ERR_NONE}, {410, S("x"), SUMDB_REPLY_ABSENT, ERR_NONE},
        {0, S("x"), SUMDB_REPLY_FAILED, ERR_NET},    {206, S("x"), SUMDB_REPLY_FAILED, ERR_NET},
        {304, S(""), SUMDB_REPLY_FAILED, ERR_NET},   {403, S("x"), SUMDB_REPLY_FAILED, ERR_NET},
        {503, S("x"), SUMDB_REPLY_FAILED, ERR_NET},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        SumdbReply reply = {.status = rows[i].status, .body = rows[i].body};
        Err err = {0};
        assert_int_equal(sumdb_reply_judge(&reply, S("latest"), &err), rows[i].outcome);
        assert_int_equal(err.kind, rows[i].kind);
    }
    SumdbReply dead = {.status = 200, .failed = true};
    Err err = {0};
    FAIL(&dead.error, ERR_NET, "the line is dead");
    assert_int_equal(sumdb_reply_judge(&dead, S("latest"), &err), SUMDB_REPLY_FAILED);
    assert_true(str_contains(err_format(&arena, &err), S("the line is dead")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_asks_in_one_batch_and_counts),
        cmocka_unit_test(test_passes_on_why_it_could_not_ask),
        cmocka_unit_test(test_judges_replies),
    };
    return cmocka_run_group_tests_name("sumdb_remote", tests, make_arena, drop_arena);
}
