/*
 * The stage of a client's test: an honest log of 70,000 records (three levels of tiles), one that
 * parts from it at record 40,000, a server, and a client with a state folder of its own.
 */
#ifndef TEST_UNIT_SUMDB_STAGE_H
#define TEST_UNIT_SUMDB_STAGE_H

#include "sumdb_log.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#define LOG_SIZE 70000
#define FORK_AT 40000 /* the second log holds other records from here on */

static Arena logs_arena;
static Log honest, forked;

/* Of one test. */
static Arena arena;
static int state_dir = -1;
static LogServer server;
static SumdbClient client;
static SumdbRecord record;
static Err err;
static uint64_t seed;

static inline int make_logs(void **state)
{
    (void)state;
    logs_arena = arena_init(64 * MIB);
    honest = log_make(&logs_arena, LOG_SIZE, S("x"));
    forked = (Log){.arena = &logs_arena};
    for (int64_t i = 0; i < LOG_SIZE; i++) {
        Str version = str_format(&logs_arena, "v0.0.%lld", (long long)i);
        log_add(&forked, i < FORK_AT
                             ? honest.records.ptr[i]
                             : log_record(&logs_arena, S("example.com/m"), version, S("forged")));
    }
    return 0;
}

static inline int drop_logs(void **state)
{
    (void)state;
    arena_done(&logs_arena);
    return 0;
}

static inline int begin(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    state_dir = fixture_dir_open(&arena);
    server = (LogServer){.log = &honest, .size = LOG_SIZE};
    server.key = log_key(&arena, S("log.example"), 1);
    server.asked_arena = &arena;
    err = (Err){0};
    seed = 3;
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    file_close(&state_dir);
    arena_done(&arena);
    return 0;
}

static inline void assert_said(const char *text)
{
    Arena scratch = arena;
    Str said = err_format(&scratch, &err);
    if (!str_contains(said, str_from_c(text))) {
        fail_msg("'%s' is not in: %.*s", text, STR_ARG(said));
    }
}

static inline bool try_open(SumdbGet get)
{
    return sumdb_open(&client, &arena, state_dir, &server.key.verifier, get, &server, &err);
}

static inline void open_client(void)
{
    if (!try_open(log_get)) {
        fail_msg("%s", err.text);
    }
}

static inline bool lookup(int64_t id)
{
    Str version = str_format(&arena, "v0.0.%lld", (long long)id);
    return sumdb_lookup(&client, &arena, S("example.com/m"), version, &record, &err);
}

static inline void assert_proved(int64_t id)
{
    if (!lookup(id)) {
        Arena scratch = arena;
        fail_msg("record %lld: %.*s", (long long)id, STR_ARG(err_format(&scratch, &err)));
    }
    assert_int_equal(record.id, id);
    assert_str(record.text, honest.records.ptr[id]);
}

static inline void assert_refused(int64_t id, ErrKind kind, const char *text)
{
    SumdbRecord untouched = {.id = -7};
    record = untouched;
    assert_false(lookup(id));
    assert_said(text);
    assert_int_equal(err.kind, kind);
    assert_int_equal(record.id, -7);
}

/* The newest head on disk. */
static inline int64_t saved_size(void)
{
    SumdbHead head;
    Str note = fixture_read(&arena, state_dir, S("log.example/latest"));
    assert_true(sumdb_head_open(arena, note, &server.key.verifier, &head, &err));
    return head.tree.size;
}

static inline bool is_cached(const char *path)
{
    FileStat st;
    Str whole = str_format(&arena, "log.example/%s", path);
    return file_stat(state_dir, whole, &st, &err) == FILE_FOUND;
}

static inline void put(const char *path, Str content)
{
    Str whole = str_format(&arena, "log.example/%s", path);
    assert_true(file_replace(state_dir, whole, content, 0600, &err));
}

/* Replaces the body of one path. */
static inline void hook_body_of_path(LogServer *bent, Arena *a, Str path, SumdbReply *reply)
{
    (void)a;
    if (str_eq(path, bent->hook_path)) {
        reply->status = 200;
        reply->body = bent->hook_body;
    }
}

static inline Str head_of(const Log *log, int64_t size)
{
    return log_sign_tree(&arena, &server.key, log_tree(log, size));
}

static inline Str reply_of(int64_t id, Str text, Str head)
{
    return str_format(&arena, "%lld\n%.*s\n%.*s", (long long)id, STR_ARG(text), STR_ARG(head));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif
