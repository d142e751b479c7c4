/*
 * The client at work: against a log of the test's own, against recorded answers of the real one,
 * with a bad line, a bad disk, and others at its side. sumdb_attack_test.c has the lies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/pool.h"
#include "sumdb_stage.h"

#define DATA "test/unit/data/sumdb/"
#define TOOLCHAIN "golang.org/toolchain"

/* Honest work */

static void test_proves_a_record(void **state)
{
    (void)state;
    open_client();
    server.reply_size = 60000;
    assert_proved(12345);
    assert_str(record.module, S("example.com/m"));
    assert_str(record.version, S("v0.0.12345"));
    assert_true(str_starts_with(record.h1, S("h1:")) && record.h1.len == 47);
    assert_true(str_contains(record.text, record.h1));
    assert_int_equal(record.head.tree.size, LOG_SIZE);
    assert_false(record.from_cache);
    Sha256 leaf = tlog_leaf_hash(record.text);
    assert_true(tlog_check_inclusion(record.proof, record.id, &leaf, &record.head.tree));
    assert_int_equal(saved_size(), LOG_SIZE);
}

static bool try_open_read_only(int dir)
{
    return sumdb_open_read_only(&client, &arena, dir, &server.key.verifier, log_get, &server, &err);
}

static void test_a_client_that_may_not_write_proves_and_leaves_nothing(void **state)
{
    (void)state;
    DirList left;
    assert_true(try_open_read_only(state_dir));
    assert_proved(12345);
    assert_proved(60000);
    assert_true(dir_list(&arena, state_dir, &left, &err));
    assert_int_equal(left.len, 0);
    assert_true(try_open_read_only(-1));
    assert_proved(12345);
}

static void test_a_client_that_may_not_write_keeps_to_what_was_seen(void **state)
{
    (void)state;
    open_client();
    assert_proved(12345);
    server.log = &forked;
    assert_true(try_open_read_only(state_dir));
    assert_refused(FORK_AT + 1, ERR_VERIFY, "signed two histories");
    assert_true(client.has_fork);
    assert_int_equal(client.fork_path.len, 0);
    assert_false(is_cached("forks"));
}

/* A cold start: the reply and the newest head, then the tiles. */
static void test_two_round_trips_prove_a_first_record(void **state)
{
    (void)state;
    open_client();
    server.reply_size = 50000;
    server.drops_partials = true;
    assert_proved(12345);
    assert_int_equal(client.remote.n_batches, 2);
    assert_str(server.asked.ptr[0], S("lookup/example.com/m@v0.0.12345"));
    assert_str(server.asked.ptr[1], S("latest"));
}

static void test_a_known_record_costs_no_request(void **state)
{
    (void)state;
    open_client();
    server.reply_size = 60000;
    assert_proved(12345);
    isize n_requests = client.remote.n_requests;
    assert_proved(12345);
    assert_true(record.from_cache);
    assert_int_equal(client.remote.n_requests, n_requests);
    assert_int_equal(record.served_size, 60000);

    open_client(); /* a later run */
    assert_proved(12345);
    assert_int_equal(client.remote.n_requests, 0);

    assert_true(try_open(NULL)); /* and without a network */
    assert_proved(12345);
    assert_true(record.from_cache);
}

static void test_a_new_record_with_warm_upper_tiles_costs_lookup_and_one_tile(void **state)
{
    (void)state;
    open_client();
    assert_proved(12345);
    isize n_requests = client.remote.n_requests, n_asked = server.asked.len;
    assert_proved(12345 + 256);
    assert_int_equal(client.remote.n_requests, n_requests + 2);
    assert_str(server.asked.ptr[n_asked], S("lookup/example.com/m@v0.0.12601"));
    assert_str(server.asked.ptr[n_asked + 1], S("tile/8/0/049"));
}

/* With any old head, and whatever is cached: one batch for the answer, one for tiles. */
static void test_a_lookup_never_takes_more_than_two_round_trips(void **state)
{
    (void)state;
    open_client();
    for (int i = 0; i < 200; i++) {
        server.reply_size = 1 + log_random_below(&seed, LOG_SIZE);
        isize n_batches = client.remote.n_batches;
        assert_proved(log_random_below(&seed, LOG_SIZE));
        assert_in_range(client.remote.n_batches - n_batches, 0, 2);
    }
}

static void test_says_how_stale_an_answer_was(void **state)
{
    (void)state;
    open_client();
    server.reply_size = 20000;
    assert_proved(7);
    assert_int_equal(record.head.tree.size - record.served_size, LOG_SIZE - 20000);
}

static void test_moves_forward_with_the_log(void **state)
{
    (void)state;
    open_client();
    server.size = 1000;
    assert_proved(7);
    assert_int_equal(saved_size(), 1000);
    server.size = 66000;
    assert_proved(65999);
    assert_int_equal(saved_size(), 66000);
    assert_true(sumdb_refresh(&client, &err));
    assert_int_equal(saved_size(), 66000);
    server.size = 66001;
    assert_true(sumdb_refresh(&client, &err));
    assert_int_equal(saved_size(), 66001);
}

/* The log grows, answers come with any old head, old partial tiles vanish, and still: what was
 * proved once is proved again without a request, by this client and by one that is offline. */
static void test_what_was_proved_stays_proved_from_the_cache(void **state)
{
    (void)state;
    int64_t proved[120];
    isize n_proved = 0;
    server.drops_partials = true;
    server.size = 1;
    open_client();
    while (n_proved < COUNT_OF(proved)) {
        int64_t step = (int64_t)1 << log_random_below(&seed, 13);
        int64_t grown = server.size + log_random_below(&seed, step);
        server.size = MIN(grown, LOG_SIZE);
        bool is_old = log_random_below(&seed, 2) == 0;
        server.reply_size = is_old ? 1 + log_random_below(&seed, server.size) : 0;
        int64_t id = log_random_below(&seed, server.size);
        /* A stale answer may come before the record is in any known tree. */
        if (is_old && id >= MAX(client.head.tree.size, server.reply_size)) {
            continue;
        }
        assert_proved(id);
        proved[n_proved++] = id;
        isize n_requests = client.remote.n_requests;
        for (int i = 0; i < 5; i++) {
            assert_proved(proved[log_random_below(&seed, n_proved)]);
        }
        assert_int_equal(client.remote.n_requests, n_requests);
    }
    assert_true(try_open(NULL));
    for (isize i = 0; i < n_proved; i++) {
        assert_proved(proved[i]);
    }
}

static void test_takes_the_full_tile_when_the_partial_one_is_gone(void **state)
{
    (void)state;
    server.size = 1000;
    open_client();
    assert_true(sumdb_refresh(&client, &err));
    /* The head of 1000 is known, none of its tiles is; the log has outgrown it. */
    server.size = LOG_SIZE;
    server.reply_size = 1000;
    server.drops_partials = true;
    assert_proved(990);
    assert_int_equal(record.head.tree.size, 1000);
    bool has_asked_full = false;
    for (isize i = 0; i < server.asked.len; i++) {
        has_asked_full = has_asked_full || str_eq(server.asked.ptr[i], S("tile/8/0/003"));
    }
    assert_true(has_asked_full);
    /* Only what the tree of 1000 proves of it may be kept. */
    assert_int_equal(fixture_read(&arena, state_dir, S("log.example/tile/8/0/003")).len,
                     (1000 - 3 * 256) * SHA256_LEN);
}

/* The newest head takes over when an answer's own tree can no longer be shown. */
static void test_catches_up_when_the_tree_of_an_answer_is_outgrown(void **state)
{
    (void)state;
    server.drops_partials = true;
    server.size = 1000;
    open_client();
    assert_proved(7);
    server.size = 66000;
    server.reply_size = 65900; /* its last tiles are neither full nor what they were */
    assert_proved(65850);
    assert_int_equal(record.head.tree.size, 66000);
    assert_int_equal(record.served_size, 65900);
    assert_int_equal(saved_size(), 66000);
}

/* Older than ours and unable to show how it begins ours: no proof, but no accusation either. */
static void test_tells_of_a_mirror_that_is_behind(void **state)
{
    (void)state;
    open_client();
    assert_proved(7);
    server.size = 50000;
    assert_refused(8, ERR_NET, "does not have 'tile/8/0/195'");
    assert_true(str_contains(str_from_c(err.hint), S("50000 records where 70000 were seen")));
    assert_false(client.has_fork);
    server.size = LOG_SIZE;
    assert_proved(8);
}

/* Answers of the real database from files. */
static bool get_recorded(void *context, Arena *a, const Str *paths, isize n, SumdbReply *ret,
                         Err *error)
{
    (void)context;
    for (isize i = 0; i < n; i++) {
        Str path = str_format(a, DATA "%.*s", STR_ARG(paths[i]));
        FileStat st;
        ret[i].status = 404;
        if (file_stat(FILE_CWD, path, &st, error) == FILE_FOUND && st.kind == FILE_KIND_REGULAR) {
            ret[i].status = 200;
            if (file_read_all(a, FILE_CWD, path, MIB, &ret[i].body, error) != FILE_FOUND) {
                return false;
            }
        }
    }
    return true;
}

static void test_proves_every_recorded_answer_of_the_real_database(void **state)
{
    (void)state;
    const struct {
        Str module, version;
        int64_t id, served_size;
        Str h1;
    } rows[] = {
        {S(TOOLCHAIN), S("v0.0.1-go1.21.0.linux-amd64"), 18938547, 66398721, S("")},
        {S(TOOLCHAIN), S("v0.0.1-go1.26.8.linux-amd64"), 61743986, 66332798,
         S("h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM=")},
        {S(TOOLCHAIN), S("v0.0.1-go1.26.8.linux-arm64"), 61744020, 71318111, S("")},
        {S(TOOLCHAIN), S("v0.0.1-go1.26.8.darwin-arm64"), 61744041, 71318111, S("")},
        {S(TOOLCHAIN), S("v0.0.1-go1.27.3.linux-amd64"), 69478030, 70835252, S("")},
        {S(TOOLCHAIN), S("v0.0.1-go1.27.3.linux-arm64"), 69478019, 70835252, S("")},
        {S("rsc.io/quote"), S("v1.5.2"), 942, 51929436,
         S("h1:w5fcysjrx7yqtD/aO+QwRjYZOKnaM9Uh2b40tElTs3Y=")},
        {S("golang.org/x/mod"), S("v0.42.0"), 67638482, 69959272, S("")},
        {S("github.com/BurntSushi/toml"), S("v1.5.0"), 35353604, 66385784, S("")},
    };
    NoteVerifier key;
    assert_true(note_verifier_parse(
        arena, S("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"), &key,
        &err));
    assert_true(sumdb_open(&client, &arena, state_dir, &key, get_recorded, NULL, &err));
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        if (!sumdb_lookup(&client, &arena, rows[i].module, rows[i].version, &record, &err)) {
            fail_msg("%.*s", STR_ARG(err_format(&arena, &err)));
        }
        assert_int_equal(record.head.tree.size, 71769961);
        assert_int_equal(record.id, rows[i].id);
        assert_int_equal(record.served_size, rows[i].served_size);
        assert_true(rows[i].h1.len == 0 || str_eq(record.h1, rows[i].h1));
        if (str_eq(rows[i].module, S(TOOLCHAIN))) {
            assert_str(record.go_mod_h1, S("h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0="));
        }
    }
    assert_true(sumdb_open(&client, &arena, state_dir, &key, NULL, NULL, &err));
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_true(sumdb_lookup(&client, &arena, rows[i].module, rows[i].version, &record, &err));
    }
    /* Heads published years before are of the same history. */
    Str heads, line, size, root, signature;
    assert_int_equal(file_read_all(&arena, FILE_CWD, S(DATA "heads"), MIB, &heads, &err),
                     FILE_FOUND);
    assert_true(sumdb_open(&client, &arena, state_dir, &key, get_recorded, NULL, &err));
    while (str_next_line(&heads, &line)) {
        assert_true(str_next_field(&line, &size) && str_next_field(&line, &root) &&
                    str_next_field(&line, &signature));
        if (str_eq(size, S("41272598")) || str_eq(size, S("28905453"))) {
            Str note = str_format(
                &arena, "go.sum database tree\n%.*s\n%.*s\n\n\xe2\x80\x94 sum.golang.org %.*s\n",
                STR_ARG(size), STR_ARG(root), STR_ARG(signature));
            assert_true(sumdb_merge_head(&client, note, &err));
        }
    }
}

/* Trouble that is no lie */

static void hook_status(LogServer *bent, Arena *a, Str path, SumdbReply *reply)
{
    (void)a;
    if (str_eq(path, bent->hook_path)) {
        reply->status = 503;
    }
}

static void hook_failure(LogServer *bent, Arena *a, Str path, SumdbReply *reply)
{
    (void)a;
    if (str_eq(path, bent->hook_path)) {
        reply->failed = true;
        FAIL(&reply->error, ERR_NET, "the line is dead");
    }
}

static void hook_absence(LogServer *bent, Arena *a, Str path, SumdbReply *reply)
{
    (void)a;
    if (str_eq(path, bent->hook_path)) {
        reply->status = 410;
    }
}

static void test_says_why_there_is_no_answer(void **state)
{
    (void)state;
    const struct {
        LogHook hook;
        Str path;
        ErrKind kind;
        const char *said;
    } rows[] = {
        {hook_status, S("lookup/example.com/m@v0.0.7"), ERR_NET, "answered with status 503"},
        {hook_failure, S("lookup/example.com/m@v0.0.7"), ERR_NET, "the line is dead"},
        {hook_absence, S("lookup/example.com/m@v0.0.7"), ERR_NOT_FOUND, "no such record"},
        {hook_status, S("tile/8/0/000"), ERR_NET, "answered with status 503"},
        {hook_failure, S("tile/8/0/000"), ERR_NET, "the line is dead"},
        {hook_absence, S("tile/8/0/000"), ERR_NET, "does not have 'tile/8/0/000'"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        open_client();
        server.hook = rows[i].hook;
        server.hook_path = rows[i].path;
        assert_refused(7, rows[i].kind, rows[i].said);
    }
    server.hook = NULL;
    assert_proved(7);
}

/* Not every proxy passes /latest on; the record's own head does then. */
static void test_does_without_latest(void **state)
{
    (void)state;
    const LogHook hooks[] = {hook_status, hook_failure, hook_absence, hook_body_of_path};
    server.reply_size = 50000;
    server.hook_path = S("latest");
    server.hook_body = S("<html>");
    for (isize i = 0; i < COUNT_OF(hooks); i++) {
        file_close(&state_dir);
        state_dir = fixture_dir_open(&arena);
        server.hook = hooks[i];
        open_client();
        assert_proved(7);
        assert_int_equal(saved_size(), 50000);
        assert_false(sumdb_refresh(&client, &err));
        assert_true(err.kind == ERR_NET || err.kind == ERR_VERIFY);
    }
}

static bool get_nothing(void *context, Arena *a, const Str *paths, isize n, SumdbReply *ret,
                        Err *error)
{
    (void)context, (void)a, (void)paths, (void)n, (void)ret;
    return FAIL(error, ERR_NET, "the helper does not start");
}

static void test_says_when_nothing_can_be_asked(void **state)
{
    (void)state;
    assert_true(try_open(get_nothing));
    assert_refused(7, ERR_NET, "the helper does not start");
    assert_true(try_open(NULL));
    assert_refused(7, ERR_NET, "is not in the cache, and goward is offline");
    assert_false(sumdb_refresh(&client, &err));
}

static void test_refuses_what_is_no_module_version(void **state)
{
    (void)state;
    const struct {
        Str module, version;
    } rows[] = {
        {S(""), S("v1.0.0")},
        {S("example.com/m"), S("")},
        {S("../m"), S("v1.0.0")},
        {S("example.com/../m"), S("v1.0.0")},
        {S("/example.com"), S("v1.0.0")},
        {S("example.com/m?x"), S("v1.0.0")},
        {S("example.com/m"), S("../v1.0.0")},
        {S("example.com/m"), S("v1.0.0/go.mod")},
        {S("example.com/m"), S("v1.0.0 x")},
        {S("example.com/m"), S("v1.0.0#x")},
        {S("example.com/m"), S("v1.0.0\n")},
        {S("example.com/m"), S("..")},
    };
    open_client();
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_false(sumdb_lookup(&client, &arena, rows[i].module, rows[i].version, &record, &err));
        assert_int_equal(err.kind, ERR_USAGE);
    }
    StrBuf name = strbuf_init(&arena);
    strbuf_add(&name, S("example.com/"));
    while (name.len <= 1024) {
        strbuf_add_byte(&name, 'm');
    }
    assert_false(sumdb_lookup(&client, &arena, strbuf_str(&name), S("v1.0.0"), &record, &err));
    assert_int_equal(client.remote.n_requests, 0);
}

/* The cache and the state are open to whoever can write there */

static const char *const tile_files[] = {"tile/8/0/048", "tile/8/0/273", "tile/8/1/000",
                                         "tile/8/1/001", "tile/8/2/000"};

static void test_a_bad_cached_tile_is_fetched_anew(void **state)
{
    (void)state;
    open_client();
    assert_proved(12345);
    for (isize i = 0; i < COUNT_OF(tile_files); i++) {
        Str path = str_format(&arena, "log.example/%s", tile_files[i]);
        Str good = fixture_read(&arena, state_dir, path);
        Str bent = str_copy(&arena, good);
        ((char *)bent.ptr)[log_random_below(&seed, bent.len)] ^= 1;
        const Str bad[] = {bent, str_to(good, good.len - 1), S(""), S("<html>"),
                           str_concat(&arena, good, S("x"))};
        for (isize j = 0; j < COUNT_OF(bad); j++) {
            put(tile_files[i], bad[j]);
            open_client();
            assert_proved(12345);
            open_client();
            assert_proved(12345);
            assert_int_equal(client.remote.n_requests, 0);
        }
    }
}

static void test_a_bad_cached_tile_proves_nothing_offline(void **state)
{
    (void)state;
    open_client();
    assert_proved(12345);
    Str path = S("log.example/tile/8/1/000");
    Str bent = str_copy(&arena, fixture_read(&arena, state_dir, path));
    ((char *)bent.ptr)[100] ^= 1;
    put("tile/8/1/000", bent);
    assert_true(try_open(NULL));
    assert_refused(12345, ERR_NET, "replacing damaged tiles of the cache");
}

/* The tile is bad in the cache and bad at the source: once more is enough. */
static void test_a_bad_tile_is_fetched_once_and_no_more(void **state)
{
    (void)state;
    open_client();
    assert_proved(12345);
    Str bent = str_copy(&arena, fixture_read(&arena, state_dir, S("log.example/tile/8/0/048")));
    ((char *)bent.ptr)[100] ^= 1;
    put("tile/8/0/048", bent);
    server.hook = hook_body_of_path;
    server.hook_path = S("tile/8/0/048");
    server.hook_body = bent;
    open_client();
    assert_refused(12345, ERR_VERIFY, "'tile/8/0/048' of log.example is not part of");
    assert_int_equal(client.remote.n_requests, 1);
}

static void test_a_bad_cached_reply_is_fetched_anew(void **state)
{
    (void)state;
    open_client();
    assert_proved(7);
    Str head = head_of(&honest, LOG_SIZE);
    LogKey other = log_key(&arena, S("log.example"), 2);
    Str forged = log_record(&arena, S("example.com/m"), S("v0.0.7"), S("forged"));
    const Str bad[] = {
        S(""),
        S("<html>"),
        reply_of(7, forged, head),
        reply_of(8, honest.records.ptr[8], head),
        reply_of(LOG_SIZE, honest.records.ptr[7], head),
        reply_of(7, honest.records.ptr[7], log_sign_tree(&arena, &other, log_tree(&honest, 9))),
    };
    for (isize i = 0; i < COUNT_OF(bad); i++) {
        put("lookup/example.com/m@v0.0.7", bad[i]);
        assert_true(try_open(NULL));
        assert_false(lookup(7));
        open_client();
        assert_proved(7);
        assert_false(record.from_cache);
        assert_int_equal(client.remote.n_requests, 1);
        assert_proved(7);
        assert_true(record.from_cache);
    }
}

static void test_a_damaged_head_is_no_head(void **state)
{
    (void)state;
    open_client();
    assert_proved(7);
    LogKey other = log_key(&arena, S("log.example"), 2);
    const Str bad[] = {S(""), S("x"), str_to(head_of(&honest, 9), 50),
                       log_sign_tree(&arena, &other, log_tree(&honest, 9))};
    for (isize i = 1; i < COUNT_OF(bad); i++) {
        put("latest", bad[i]);
        assert_false(try_open(log_get));
        assert_said("log.example/latest");
    }
}

static void test_a_head_that_cannot_be_saved_proves_nothing(void **state)
{
    (void)state;
    assert_true(dir_make_all(state_dir, S("log.example/latest/in/the/way"), 0700, &err));
    assert_false(try_open(log_get));
    assert_int_equal(err.kind, ERR_IO);
}

/* A cache that cannot be written is no reason to fail. */
static void test_does_without_a_cache(void **state)
{
    (void)state;
    assert_true(dir_make_all(state_dir, S("log.example"), 0700, &err));
    put("tile", S("in the way"));
    put("lookup", S("in the way"));
    open_client();
    assert_proved(7);
    assert_proved(7);
    assert_false(record.from_cache);
}

/* Several at once */

static void test_two_clients_merge_their_heads(void **state)
{
    (void)state;
    const struct {
        int64_t first, second, saved;
    } rows[] = {{50000, 60000, 60000}, {60000, 50000, 60000}, {50000, 50000, 50000}};
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        file_close(&state_dir);
        state_dir = fixture_dir_open(&arena);
        server.size = 1000;
        server.tiles_size = LOG_SIZE;
        open_client();
        assert_proved(7);
        SumdbClient slow = client;
        open_client();
        server.size = rows[i].first;
        assert_proved(8);
        assert_int_equal(saved_size(), rows[i].first);
        client = slow; /* still thinks that the disk holds the head of 1000 */
        server.size = rows[i].second;
        assert_proved(9);
        assert_int_equal(saved_size(), rows[i].saved);
        assert_int_equal(client.head.tree.size, rows[i].saved);
    }
}

typedef struct {
    int dir;
    LogKey key;
    bool ok[8];
} Crowd;

/* One of several processes, as far as the locks can tell: forty lookups while the log grows. */
static bool run_one_of_many(void *context, isize unit, isize worker, Err *error)
{
    (void)worker;
    Crowd *crowd = context;
    Arena a = arena_init(MIB);
    LogServer own = {.log = &honest, .key = crowd->key, .size = 1, .tiles_size = LOG_SIZE};
    SumdbClient one;
    SumdbRecord got;
    uint64_t own_seed = (uint64_t)unit;
    bool ok = sumdb_open(&one, &a, crowd->dir, &crowd->key.verifier, log_get, &own, error);
    for (int i = 1; i <= 40 && ok; i++) {
        own.size = LOG_SIZE / 40 * i - log_random_below(&own_seed, 900);
        Str version = str_format(&a, "v0.0.%lld", (long long)log_random_below(&own_seed, own.size));
        ok = sumdb_lookup(&one, &a, S("example.com/m"), version, &got, error);
    }
    arena_done(&a);
    crowd->ok[unit] = ok;
    return ok;
}

static void test_many_at_once_agree_on_the_newest_head(void **state)
{
    (void)state;
    Crowd crowd = {.dir = state_dir, .key = server.key};
    if (!pool_run(COUNT_OF(crowd.ok), 4, run_one_of_many, &crowd, &err)) {
        fail_msg("%.*s", STR_ARG(err_format(&arena, &err)));
    }
    for (isize i = 0; i < COUNT_OF(crowd.ok); i++) {
        assert_true(crowd.ok[i]);
    }
    assert_in_range(saved_size(), LOG_SIZE - 900, LOG_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_proves_a_record),
        TEST(test_a_client_that_may_not_write_proves_and_leaves_nothing),
        TEST(test_a_client_that_may_not_write_keeps_to_what_was_seen),
        TEST(test_two_round_trips_prove_a_first_record),
        TEST(test_a_known_record_costs_no_request),
        TEST(test_a_new_record_with_warm_upper_tiles_costs_lookup_and_one_tile),
        TEST(test_a_lookup_never_takes_more_than_two_round_trips),
        TEST(test_says_how_stale_an_answer_was),
        TEST(test_moves_forward_with_the_log),
        TEST(test_what_was_proved_stays_proved_from_the_cache),
        TEST(test_takes_the_full_tile_when_the_partial_one_is_gone),
        TEST(test_catches_up_when_the_tree_of_an_answer_is_outgrown),
        TEST(test_tells_of_a_mirror_that_is_behind),
        TEST(test_proves_every_recorded_answer_of_the_real_database),
        TEST(test_says_why_there_is_no_answer),
        TEST(test_does_without_latest),
        TEST(test_says_when_nothing_can_be_asked),
        TEST(test_refuses_what_is_no_module_version),
        TEST(test_a_bad_cached_tile_is_fetched_anew),
        TEST(test_a_bad_cached_tile_proves_nothing_offline),
        TEST(test_a_bad_tile_is_fetched_once_and_no_more),
        TEST(test_a_bad_cached_reply_is_fetched_anew),
        TEST(test_a_damaged_head_is_no_head),
        TEST(test_a_head_that_cannot_be_saved_proves_nothing),
        TEST(test_does_without_a_cache),
        TEST(test_two_clients_merge_their_heads),
        TEST(test_many_at_once_agree_on_the_newest_head),
    };
    return cmocka_run_group_tests_name("sumdb_client", tests, make_logs, drop_logs);
}
