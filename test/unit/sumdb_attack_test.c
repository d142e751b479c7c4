/*
 * What a database, a proxy or a mirror could do to have something false believed: every published
 * attack on Go's own client, by its number, and every other lie we could think of.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sumdb_stage.h"

#define TOOLCHAIN "golang.org/toolchain"

/* Forged tiles: CVE-2026-56865 */

/* A log as large as the real one was, of which only those tiles exist that prove one record. */
typedef struct {
    Map paths;
    Str *bodies;
    TilePlan plan;
    isize path[TILE_MAX_LEVELS]; /* from the record's tile up to the frontier, in the plan */
    isize n_path;
    int64_t size, id;
    TlogTree tree;
} Sparse;

static void set_entry(Str data, int64_t at, Sha256 hash)
{
    memcpy((char *)data.ptr + at * SHA256_LEN, hash.bytes, SHA256_LEN);
}

static Str random_tile(int width)
{
    Str data = {arena_alloc(&arena, width, SHA256_LEN, 1), (isize)width * SHA256_LEN};
    for (int i = 0; i < width; i++) {
        set_entry(data, i, log_random_hash(&seed));
    }
    return data;
}

/* Makes the lowest n tiles of the record's path hold this record, and each the tile below it. */
static void put_record(Sparse *sparse, Str text, isize n)
{
    Sha256 hash = tlog_leaf_hash(text);
    int64_t at = sparse->id;
    for (isize i = 0; i < n; i++, at >>= TILE_HEIGHT) {
        TileEntry *entry = &sparse->plan.ptr[sparse->path[i]];
        entry->data = str_copy(&arena, entry->data);
        set_entry(entry->data, at & (TILE_MAX_WIDTH - 1), hash);
        if (tile_is_full(entry->tile)) {
            hash = tile_hash(entry->data, 0, TILE_MAX_WIDTH);
        }
    }
}

static void add_body(Sparse *sparse, Str path, Str body)
{
    isize *at = map_put(&sparse->paths, path, NULL);
    *at = sparse->paths.len - 1;
    sparse->bodies[*at] = body;
}

/* Serves the tiles as they are now, and the record with a head of the honest tree. */
static void serve_sparse(Sparse *sparse, Str text)
{
    sparse->paths = map_init(&arena);
    for (isize i = 0; i < sparse->plan.len; i++) {
        add_body(sparse, tile_path(&arena, sparse->plan.ptr[i].tile), sparse->plan.ptr[i].data);
    }
    Str head = log_sign_tree(&arena, &server.key, sparse->tree);
    Str reply =
        str_format(&arena, "%lld\n%.*s\n%.*s", (long long)sparse->id, STR_ARG(text), STR_ARG(head));
    add_body(sparse, S("lookup/" TOOLCHAIN "@v0.0.1-go1.21.9.linux-amd64"), reply);
    server.log = NULL;
    server.canned = &sparse->paths;
    server.canned_bodies = sparse->bodies;
}

static Sparse make_sparse(int64_t size, int64_t id, Str text)
{
    Sparse sparse = {.size = size, .id = id};
    TlogNode leaf = {0, id};
    sparse.plan = tile_plan(&arena, size, &leaf, 1);
    sparse.bodies = ARENA_ARRAY(&arena, Str, sparse.plan.len + 1);
    for (isize i = 0; i < sparse.plan.len; i++) {
        sparse.plan.ptr[i].data = random_tile(sparse.plan.ptr[i].tile.width);
        if (sparse.plan.ptr[i].tile.level == 0 &&
            sparse.plan.ptr[i].tile.n == id / TILE_MAX_WIDTH) {
            sparse.path[0] = i;
        }
    }
    isize at = sparse.path[0];
    while (at >= 0) {
        sparse.path[sparse.n_path++] = at;
        at = sparse.plan.ptr[at].parent;
    }
    put_record(&sparse, text, sparse.n_path);
    TlogRange all = {0, size};
    sparse.tree = (TlogTree){size, tlog_range_hash(all, tile_plan_read, &sparse.plan)};
    return sparse;
}

static bool lookup_toolchain(void)
{
    return sumdb_lookup(&client, &arena, S(TOOLCHAIN), S("v0.0.1-go1.21.9.linux-amd64"), &record,
                        &err);
}

/* Honest tiles prove the record. With a forged record in n of its path's tiles, consistently among
 * themselves, for every n up to all tiles that the frontier does not hold, nothing is proved. */
static void check_forged_tiles(int64_t size, int64_t id, isize n_unchecked)
{
    Str version = S("v0.0.1-go1.21.9.linux-amd64");
    Str text = log_record(&arena, S(TOOLCHAIN), version, S("honest"));
    Str forged = log_record(&arena, S(TOOLCHAIN), version, S("forged"));
    Sparse sparse = make_sparse(size, id, text);
    assert_int_equal(sparse.n_path - 1, n_unchecked);
    for (isize n = 1; n <= n_unchecked; n++) {
        Sparse bad = sparse;
        bad.bodies = ARENA_ARRAY(&arena, Str, bad.plan.len + 1);
        bad.plan.ptr = ARENA_ARRAY(&arena, TileEntry, bad.plan.len);
        for (isize i = 0; i < bad.plan.len; i++) {
            bad.plan.ptr[i] = sparse.plan.ptr[i];
        }
        put_record(&bad, forged, n);
        serve_sparse(&bad, forged);
        file_close(&state_dir);
        state_dir = fixture_dir_open(&arena);
        open_client();
        assert_false(lookup_toolchain());
        assert_int_equal(err.kind, ERR_VERIFY);
        assert_said("is not part of its signed tree");
        assert_false(is_cached("tile"));
        assert_false(is_cached("lookup"));
    }
    serve_sparse(&sparse, text);
    open_client();
    assert_true(lookup_toolchain());
    assert_str(record.text, text);
}

static void test_cve_2026_56865_rejects_forged_tiles_in_a_tree_of_28905453(void **state)
{
    (void)state;
    check_forged_tiles(28905453, 24929362, 2); /* L1/380 and L0/97380 */
}

static void test_cve_2026_56865_rejects_forged_tiles_in_a_tree_of_41272598(void **state)
{
    (void)state;
    check_forged_tiles(41272598, 16764635, 3); /* L2/0, L1/255 and L0/65486 */
}

/* Bent answers */

/* Replaces the body of every lookup. */
static void hook_lookup_body(LogServer *bent, Arena *a, Str path, SumdbReply *reply)
{
    (void)a;
    if (str_starts_with(path, S("lookup/"))) {
        reply->status = 200;
        reply->body = bent->hook_body;
    }
}

static void answer_lookups_with(Str body)
{
    server.hook = hook_lookup_body;
    server.hook_body = body;
    open_client();
}

/* A log of one record more, which says nothing about what is asked. */
static Log log_with(Str text)
{
    Log log = {.arena = &arena};
    for (int i = 0; i < 10; i++) {
        log_add(&log, honest.records.ptr[i]);
    }
    log_add(&log, text);
    return log;
}

static void test_cve_2026_42501_rejects_a_record_of_another_module(void **state)
{
    (void)state;
    answer_lookups_with(reply_of(8, honest.records.ptr[8], head_of(&honest, LOG_SIZE)));
    assert_refused(7, ERR_VERIFY, "has no line for example.com/m v0.0.7");
    assert_false(is_cached("lookup/example.com/m@v0.0.7"));
}

static void test_cve_2026_42501_rejects_a_record_without_the_line(void **state)
{
    (void)state;
    const Str texts[] = {
        S("nothing\n"),
        S("example.com/m v0.0.7/go.mod h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=\n"),
        S("example.com/m v0.0.77 h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=\n"),
        S("example.com/m  v0.0.7 h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=\n"),
    };
    for (isize i = 0; i < COUNT_OF(texts); i++) {
        Log log = log_with(texts[i]);
        file_close(&state_dir);
        state_dir = fixture_dir_open(&arena);
        server.log = &log;
        server.size = 11;
        answer_lookups_with(reply_of(10, texts[i], head_of(&log, 11)));
        assert_refused(7, ERR_VERIFY, "has no line for example.com/m v0.0.7");
    }
}

static void test_cve_2026_42501_rejects_an_empty_record(void **state)
{
    (void)state;
    answer_lookups_with(reply_of(7, S(""), head_of(&honest, LOG_SIZE)));
    assert_refused(7, ERR_VERIFY, "record");
}

/* The wanted line, validly signed, but as an extension of the tree head. */
static void test_cve_2026_56864_does_not_see_lines_in_the_tree_note(void **state)
{
    (void)state;
    TlogTree tree = log_tree(&honest, LOG_SIZE);
    Str wanted = log_record(&arena, S("example.com/m"), S("v0.0.7"), S("forged"));
    Str text = str_concat(&arena, tlog_tree_format(&arena, &tree), wanted);
    Str head = log_sign(&arena, &server.key, text);
    answer_lookups_with(reply_of(8, honest.records.ptr[8], head));
    assert_refused(7, ERR_VERIFY, "has no line for example.com/m v0.0.7");

    /* The head itself is fine, and so is the true record with it. */
    server.hook_body = reply_of(7, honest.records.ptr[7], head);
    assert_proved(7);
}

/* The line before the record, as part of the id line, and behind the signatures. */
static void test_cve_2026_56864_does_not_see_lines_around_the_record(void **state)
{
    (void)state;
    Str head = head_of(&honest, LOG_SIZE);
    Str wanted = log_record(&arena, S("example.com/m"), S("v0.0.7"), S("forged"));
    answer_lookups_with(str_concat(&arena, wanted, reply_of(8, honest.records.ptr[8], head)));
    assert_refused(7, ERR_VERIFY, "record number");
    server.hook_body = str_concat(&arena, reply_of(8, honest.records.ptr[8], head), wanted);
    assert_refused(7, ERR_VERIFY, "signatures");
    Str longer = str_concat(&arena, honest.records.ptr[8], wanted);
    server.hook_body = reply_of(8, longer, head);
    assert_refused(7, ERR_VERIFY, "is not what number 8 is");
}

/* CVE-2026-94447, CVE-2026-94444: no module is exempt, and nothing but the log is asked. */
static void test_cve_2026_94447_no_module_goes_unproved(void **state)
{
    (void)state;
    open_client();
    const Str modules[] = {S(TOOLCHAIN), S("golang.org/fips140"), S("golang.org/x/mod")};
    for (isize i = 0; i < COUNT_OF(modules); i++) {
        assert_false(sumdb_lookup(&client, &arena, modules[i], S("v1.0.0"), &record, &err));
        assert_int_equal(err.kind, ERR_NOT_FOUND);
    }
}

static void test_rejects_a_wrong_key(void **state)
{
    (void)state;
    LogKey other = log_key(&arena, S("log.example"), 2), other_name = log_key(&arena, S("b"), 1);
    const LogKey *const keys[] = {&other, &other_name};
    for (isize i = 0; i < COUNT_OF(keys); i++) {
        Str head = log_sign_tree(&arena, keys[i], log_tree(&honest, LOG_SIZE));
        answer_lookups_with(reply_of(7, honest.records.ptr[7], head));
        assert_refused(7, ERR_VERIFY, "not signed by the key log.example");
    }
}

static void test_rejects_a_changed_signature(void **state)
{
    (void)state;
    Str head = str_copy(&arena, head_of(&honest, LOG_SIZE));
    isize at = str_index(head, S("\n70000\n"));
    ((char *)head.ptr)[at + 5] = '1';
    answer_lookups_with(reply_of(7, honest.records.ptr[7], head));
    assert_refused(7, ERR_VERIFY, "does not fit the text");
}

static void test_rejects_a_changed_record(void **state)
{
    (void)state;
    Str wanted = log_record(&arena, S("example.com/m"), S("v0.0.7"), S("forged"));
    answer_lookups_with(reply_of(7, wanted, head_of(&honest, LOG_SIZE)));
    assert_refused(7, ERR_VERIFY, "is not what number 7 is");
    server.hook_body = reply_of(8, honest.records.ptr[7], head_of(&honest, LOG_SIZE));
    assert_refused(7, ERR_VERIFY, "is not what number 8 is");
}

static void test_rejects_a_record_beyond_the_tree(void **state)
{
    (void)state;
    server.size = 1000;
    answer_lookups_with(reply_of(1000, honest.records.ptr[1000], head_of(&honest, 1000)));
    assert_refused(1000, ERR_VERIFY, "about record 1000, and the signed tree has 1000");
    /* The head was good, and is remembered. */
    assert_int_equal(saved_size(), 1000);
}

/* A stale head is taken for what it is: history. What it does not cover yet is proved under
 * ours. */
static void test_a_stale_head_neither_misleads_nor_harms(void **state)
{
    (void)state;
    open_client();
    assert_proved(7);
    server.reply_size = 30000;
    assert_proved(65000);
    assert_int_equal(record.head.tree.size, LOG_SIZE);
    assert_int_equal(record.served_size, 30000);
    server.reply_size = 0;
    server.size = 30000; /* and a mirror that lives in the past cannot pull us back */
    assert_true(sumdb_refresh(&client, &err));
    assert_int_equal(saved_size(), LOG_SIZE);
    assert_proved(8);
    assert_int_equal(record.head.tree.size, LOG_SIZE);
}

static void test_rejects_replies_that_are_none(void **state)
{
    (void)state;
    StrBuf huge = strbuf_init(&arena);
    while (huge.len < 10 * MIB) {
        strbuf_add(&huge, S("0123456789abcde\n"));
    }
    const struct {
        Str body;
        ErrKind kind;
        const char *said;
    } rows[] = {
        {S(""), ERR_VERIFY, "the reply is empty"},
        {S("<!DOCTYPE html><html><body>Log in</body></html>\n"), ERR_VERIFY, "a web page came"},
        {strbuf_str(&huge), ERR_LIMIT, "answered with 10485760 bytes, at most 65536"},
        {S("7\n"), ERR_VERIFY, "ends within the record"},
        {S("Not Found"), ERR_VERIFY, "record number"},
        {reply_of(7, honest.records.ptr[7], S("")), ERR_VERIFY, "signed note"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        answer_lookups_with(rows[i].body);
        assert_refused(7, rows[i].kind, rows[i].said);
    }
    assert_false(is_cached("lookup"));
}

static void test_rejects_a_truncated_reply(void **state)
{
    (void)state;
    Str whole = reply_of(7, honest.records.ptr[7], head_of(&honest, LOG_SIZE));
    open_client();
    server.hook = hook_lookup_body;
    for (isize len = 0; len < whole.len; len++) {
        server.hook_body = str_to(whole, len);
        assert_false(lookup(7));
    }
    server.hook_body = whole;
    assert_proved(7);
}

static void test_rejects_tiles_of_the_wrong_width(void **state)
{
    (void)state;
    Str wide;
    assert_true(log_tile(&arena, &honest, (Tile){0, 0, 256}, LOG_SIZE, &wide));
    Str longer = str_concat(&arena, wide, str_to(wide, 32));
    StrBuf huge = strbuf_init(&arena);
    while (huge.len < 10 * MIB) {
        strbuf_add(&huge, wide);
    }
    Str html = S("<html>x</html>");
    const struct {
        Str path, body;
        ErrKind kind;
        const char *said;
    } rows[] = {
        {S("tile/8/0/000"), str_to(wide, 8191), ERR_VERIFY, "has 8191 bytes, 8192 expected"},
        {S("tile/8/0/000"), str_to(wide, 4096), ERR_VERIFY, "has 4096 bytes, 8192 expected"},
        {S("tile/8/0/000"), longer, ERR_VERIFY, "has 8224 bytes, 8192 expected"},
        {S("tile/8/0/000"), S(""), ERR_VERIFY, "has 0 bytes, 8192 expected"},
        {S("tile/8/0/000"), html, ERR_VERIFY, "8192 expected: a web page came instead"},
        {S("tile/8/0/000"), strbuf_str(&huge), ERR_LIMIT, "at most 65536"},
        {S("tile/8/1/001.p/17"), wide, ERR_VERIFY, "has 8192 bytes, 544 expected"},
        {S("tile/8/1/001.p/17"), str_to(wide, 512), ERR_VERIFY, "has 512 bytes, 544 expected"},
    };
    server.hook = hook_body_of_path;
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        open_client();
        server.hook_path = rows[i].path;
        server.hook_body = rows[i].body;
        assert_refused(7, rows[i].kind, rows[i].said);
        assert_false(is_cached("tile"));
    }
    server.hook_path = S("");
    assert_proved(7);
}

/* Every tile that proves a record, one bit of each: none is let through, and none is kept. */
static void test_rejects_any_bent_tile(void **state)
{
    (void)state;
    open_client();
    assert_proved(12345);
    VEC(Str) tiles = {0};
    for (isize i = 0; i < server.asked.len; i++) {
        if (str_starts_with(server.asked.ptr[i], S("tile/"))) {
            *VEC_PUSH(&arena, &tiles) = server.asked.ptr[i];
        }
    }
    assert_int_equal(tiles.len, 5);
    for (isize i = 0; i < tiles.len; i++) {
        Str body;
        Tile tile;
        assert_true(log_parse_tile(arena, tiles.ptr[i], &tile));
        assert_true(log_tile(&arena, &honest, tile, LOG_SIZE, &body));
        ((char *)body.ptr)[log_random_below(&seed, body.len)] ^= 4;
        file_close(&state_dir);
        state_dir = fixture_dir_open(&arena);
        server.hook = hook_body_of_path;
        server.hook_path = tiles.ptr[i];
        server.hook_body = body;
        open_client();
        assert_refused(12345, ERR_VERIFY, "signed tree of 70000");
        assert_false(is_cached("tile"));
    }
}

/* Forks */

static Str encoded(const Sha256 *hash)
{
    return base64_encode(&arena, log_hash_str(hash));
}

/* The evidence is held, holds, and is on disk with both notes; and the client is done for. */
static void check_fork(Str ours, Str theirs)
{
    assert_true(client.has_fork);
    assert_str(client.fork.ours.note, ours);
    assert_str(client.fork.theirs.note, theirs);
    assert_true(fork_check(&client.fork));
    assert_true(client.fork_path.len > 0);

    Str evidence = fixture_read(&arena, state_dir, client.fork_path);
    const Str notes[] = {ours, theirs};
    for (isize i = 0; i < COUNT_OF(notes); i++) {
        Str rest = notes[i], line;
        while (str_next_line(&rest, &line)) {
            assert_true(str_contains(evidence, str_format(&arena, "\t%.*s\n", STR_ARG(line))));
        }
    }
    for (isize i = 0; i < client.fork.proof.len; i++) {
        assert_true(str_contains(evidence, encoded(&client.fork.proof.ptr[i])));
    }

    server.hook = NULL;
    server.log = &honest;
    server.size = LOG_SIZE;
    assert_false(lookup(8));
    assert_said("signed two histories");
    assert_false(sumdb_refresh(&client, &err));
    assert_false(sumdb_merge_head(&client, ours, &err));
    assert_false(try_open(log_get));
    assert_int_equal(err.kind, ERR_VERIFY);
    assert_said("once signed two histories");
}

static void test_a_newer_head_of_another_history_is_a_fork(void **state)
{
    (void)state;
    server.size = 50000;
    open_client();
    assert_proved(7);
    server.log = &forked;
    server.size = 60000;
    assert_refused(8, ERR_VERIFY,
                   "signed two histories: the tree of 50000 records that was known "
                   "here and the tree of 60000");
    assert_int_equal(saved_size(), 50000);
    check_fork(head_of(&honest, 50000), head_of(&forked, 60000));
}

/* The shrunken tree: smaller than ours and not its beginning. */
static void test_an_older_head_of_another_history_is_a_fork(void **state)
{
    (void)state;
    open_client();
    assert_proved(7);
    answer_lookups_with(reply_of(8, honest.records.ptr[8], head_of(&forked, 50000)));
    assert_refused(8, ERR_VERIFY, "signed two histories");
    check_fork(head_of(&honest, LOG_SIZE), head_of(&forked, 50000));
}

static void test_another_head_of_the_same_size_is_a_fork(void **state)
{
    (void)state;
    open_client();
    assert_proved(7);
    isize n_requests = client.remote.n_requests;
    assert_false(sumdb_merge_head(&client, head_of(&forked, LOG_SIZE), &err));
    assert_int_equal(client.remote.n_requests, n_requests); /* two roots say it all */
    assert_said("signed two histories");
    assert_int_equal(client.fork.proof.len, 0);
    check_fork(head_of(&honest, LOG_SIZE), head_of(&forked, LOG_SIZE));
}

/* Before the histories part there is nothing to tell. */
static void test_heads_before_the_parting_are_no_fork(void **state)
{
    (void)state;
    open_client();
    assert_proved(7);
    assert_true(sumdb_merge_head(&client, head_of(&forked, FORK_AT), &err));
    assert_false(sumdb_merge_head(&client, head_of(&forked, FORK_AT + 1), &err));
    assert_true(client.has_fork);
}

static void test_a_fork_is_found_even_with_a_record_that_is_no_good(void **state)
{
    (void)state;
    open_client();
    assert_proved(7);
    answer_lookups_with(reply_of(9, S("nothing\n"), head_of(&forked, 50000)));
    assert_refused(8, ERR_VERIFY, "signed two histories");
}

/* The fork shows when our own head is saved: another process has seen the other history. */
static void test_a_fork_between_two_processes_is_found(void **state)
{
    (void)state;
    server.size = 1000;
    open_client();
    SumdbClient first = client;
    open_client();
    server.log = &forked;
    server.size = 50000;
    assert_true(sumdb_refresh(&client, &err));
    client = first;
    server.log = &honest;
    server.size = 60000;
    assert_false(sumdb_refresh(&client, &err));
    assert_true(client.has_fork);
    assert_int_equal(client.fork.ours.tree.size, 60000);
    assert_int_equal(client.fork.theirs.tree.size, 50000);
    assert_true(fork_check(&client.fork));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_cve_2026_56865_rejects_forged_tiles_in_a_tree_of_28905453),
        TEST(test_cve_2026_56865_rejects_forged_tiles_in_a_tree_of_41272598),
        TEST(test_cve_2026_42501_rejects_a_record_of_another_module),
        TEST(test_cve_2026_42501_rejects_a_record_without_the_line),
        TEST(test_cve_2026_42501_rejects_an_empty_record),
        TEST(test_cve_2026_56864_does_not_see_lines_in_the_tree_note),
        TEST(test_cve_2026_56864_does_not_see_lines_around_the_record),
        TEST(test_cve_2026_94447_no_module_goes_unproved),
        TEST(test_rejects_a_wrong_key),
        TEST(test_rejects_a_changed_signature),
        TEST(test_rejects_a_changed_record),
        TEST(test_rejects_a_record_beyond_the_tree),
        TEST(test_a_stale_head_neither_misleads_nor_harms),
        TEST(test_rejects_replies_that_are_none),
        TEST(test_rejects_a_truncated_reply),
        TEST(test_rejects_tiles_of_the_wrong_width),
        TEST(test_rejects_any_bent_tile),
        TEST(test_a_newer_head_of_another_history_is_a_fork),
        TEST(test_an_older_head_of_another_history_is_a_fork),
        TEST(test_another_head_of_the_same_size_is_a_fork),
        TEST(test_heads_before_the_parting_are_no_fork),
        TEST(test_a_fork_is_found_even_with_a_record_that_is_no_good),
        TEST(test_a_fork_between_two_processes_is_found),
    };
    return cmocka_run_group_tests_name("sumdb_attack", tests, make_logs, drop_logs);
}
