#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/file.h"
#include "sumdb_log.h"
#include "support/assert_str.h"

#define LOG_SIZE 70000 /* three levels of tiles */
#define DATA "test/unit/data/sumdb/"

static Arena arena;
static Log test_log;
static uint64_t seed = 2;

static int make_log(void **state)
{
    (void)state;
    arena = arena_init(16 * MIB);
    test_log = (Log){.arena = &arena};
    for (int i = 0; i < LOG_SIZE; i++) {
        log_add(&test_log, str_format(&arena, "%d", i));
    }
    return 0;
}

static int drop_log(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static bool is_same(Tile a, Tile b)
{
    return a.level == b.level && a.n == b.n && a.width == b.width;
}

static void test_writes_paths(void **state)
{
    (void)state;
    const struct {
        Tile tile;
        Str path;
    } rows[] = {
        {{0, 0, 256}, S("tile/8/0/000")},
        {{0, 0, 1}, S("tile/8/0/000.p/1")},
        {{3, 0, 4}, S("tile/8/3/000.p/4")},
        {{2, 4, 71}, S("tile/8/2/004.p/71")},
        {{1, 1095, 31}, S("tile/8/1/x001/095.p/31")},
        {{0, 280351, 105}, S("tile/8/0/x280/351.p/105")},
        {{0, 241187, 256}, S("tile/8/0/x241/187")},
        {{1, 999, 256}, S("tile/8/1/999")},
        {{1, 1000, 256}, S("tile/8/1/x001/000")},
        {{4, 1234067, 255}, S("tile/8/4/x001/x234/067.p/255")},
        {{0, 1000000, 256}, S("tile/8/0/x001/x000/000")},
        {{0, (int64_t)1 << 52, 256}, S("tile/8/0/x004/x503/x599/x627/x370/496")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Tile back;
        assert_str(tile_path(&arena, rows[i].tile), rows[i].path);
        assert_true(log_parse_tile(arena, rows[i].path, &back));
        assert_true(is_same(back, rows[i].tile));
    }
}

static void test_a_tile_has_one_path_and_a_path_one_tile(void **state)
{
    (void)state;
    for (int i = 0; i < 5000; i++) {
        Arena scratch = arena;
        Tile back, tile = {(int)log_random_below(&seed, TILE_MAX_LEVELS),
                           (int64_t)(log_random(&seed) >> 12 >> log_random_below(&seed, 52)),
                           1 + (int)log_random_below(&seed, TILE_MAX_WIDTH)};
        Str path = tile_path(&scratch, tile);
        assert_true(log_parse_tile(scratch, path, &back));
        assert_true(is_same(back, tile));

        /* What a careless parser would take for the same tile. */
        const Str doubles[] = {
            str_format(&scratch, "%.*s/", STR_ARG(path)),
            str_format(&scratch, "%.*s.p/256", STR_ARG(path)),
            str_format(&scratch, "%.*s.p/0", STR_ARG(path)),
            str_format(&scratch, "/%.*s", STR_ARG(path)),
            str_format(&scratch, "tile/8/0%.*s", STR_ARG(str_from(path, 7))),
            str_format(&scratch, "tile/8/%d/x000/%.*s", tile.level, STR_ARG(str_from(path, 9))),
        };
        for (isize j = 0; j < COUNT_OF(doubles); j++) {
            assert_false(log_parse_tile(scratch, doubles[j], &back));
        }
    }
}

static void test_widths_are_the_digits_of_the_size(void **state)
{
    (void)state;
    const struct {
        int level;
        int64_t n, size;
        int width;
    } rows[] = {
        {0, 0, 70000, 256},
        {0, 272, 70000, 256},
        {0, 273, 70000, 112},
        {0, 274, 70000, 0},
        {1, 0, 70000, 256},
        {1, 1, 70000, 17},
        {1, 2, 70000, 0},
        {2, 0, 70000, 1},
        {2, 1, 70000, 0},
        {3, 0, 70000, 0},
        {7, 0, 70000, 0},
        {0, 0, 256, 256},
        {0, 1, 256, 0},
        {1, 0, 256, 1},
        {0, 0, 255, 255},
        {0, 280351, 71769961, 105},
        {1, 1095, 71769961, 31},
        {2, 4, 71769961, 71},
        {3, 0, 71769961, 4},
        {7, 0, TLOG_MAX_SIZE, 16},
        {6, 0, TLOG_MAX_SIZE, 256},
        {0, 0, 0, 0},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(tile_width(rows[i].level, rows[i].n, rows[i].size), rows[i].width);
    }
}

static isize find_tile(const TilePlan *plan, Tile tile)
{
    for (isize i = 0; i < plan->len; i++) {
        if (plan->ptr[i].tile.level == tile.level && plan->ptr[i].tile.n == tile.n) {
            return i;
        }
    }
    return -1;
}

/* The frontier by its other definition: the tiles of the tree's maximal subtrees. */
static void check_frontier(const TilePlan *plan)
{
    TlogNode nodes[TLOG_MAX_HASHES];
    bool is_seen[TILE_MAX_LEVELS] = {0};
    isize n_seen = 0, n = tlog_range_nodes((TlogRange){0, plan->size}, nodes);
    for (isize i = 0; i < n; i++) {
        int level = nodes[i].level / 8;
        Tile tile = {level, nodes[i].n << nodes[i].level % 8 >> 8, 0};
        isize at = find_tile(plan, tile);
        assert_in_range(at, 0, plan->n_frontier - 1);
        assert_true(!tile_is_full(plan->ptr[at].tile));
        n_seen += !is_seen[at];
        is_seen[at] = true;
    }
    assert_int_equal(n_seen, plan->n_frontier);
}

static void check_parents(const TilePlan *plan)
{
    for (isize i = 0; i < plan->len; i++) {
        const TileEntry *entry = &plan->ptr[i];
        Tile tile = entry->tile;
        assert_int_equal(tile.width, tile_width(tile.level, tile.n, plan->size));
        assert_int_equal(find_tile(plan, tile), i); /* none twice */
        if (i < plan->n_frontier) {
            assert_int_equal(entry->parent, -1);
            continue;
        }
        assert_true(tile_is_full(tile));
        assert_in_range(entry->parent, 0, i - 1);
        Tile parent = plan->ptr[entry->parent].tile;
        assert_int_equal(parent.level, tile.level + 1);
        assert_int_equal(parent.n, tile.n / 256);
        assert_true(tile.n % 256 < parent.width);
    }
}

static void test_plans_hold_every_tile_with_its_parent_before_it(void **state)
{
    (void)state;
    for (int i = 0; i < 10000; i++) {
        Arena scratch = arena;
        int64_t size = 1 + (int64_t)(log_random(&seed) >> 4 >> log_random_below(&seed, 60));
        if (i % 4 == 0) { /* widths 0, 1 and 255 */
            size = (size & ~(int64_t)0xff) + log_random_below(&seed, 3) - 1;
            size = MIN(MAX(size, 1), TLOG_MAX_SIZE);
        }
        TlogNode leaf = {0, log_random_below(&seed, size)};
        TilePlan plan = tile_plan(&scratch, size, &leaf, 1);
        check_frontier(&plan);
        check_parents(&plan);
        assert_in_range(find_tile(&plan, (Tile){0, leaf.n / 256, 0}), 0, plan.len - 1);
        assert_true(plan.len <= 2 * TILE_MAX_LEVELS);
    }
}

/* 1 ... 70000, half of them at the edge of a tile. */
static int64_t random_size(void)
{
    int64_t size = 1 + log_random_below(&seed, LOG_SIZE);
    if (log_random_below(&seed, 2) == 0) {
        int shift = 8 * (1 + (int)log_random_below(&seed, 2));
        size = (size >> shift << shift) + log_random_below(&seed, 3) - 1;
    }
    return MIN(MAX(size, 1), LOG_SIZE);
}

static void load(Arena *a, TilePlan *plan)
{
    for (isize i = 0; i < plan->len; i++) {
        assert_true(log_tile(a, &test_log, plan->ptr[i].tile, plan->size, &plan->ptr[i].data));
    }
}

static void test_proved_tiles_give_the_hashes_of_the_log(void **state)
{
    (void)state;
    for (int i = 0; i < 400; i++) {
        Arena scratch = arena;
        int64_t size = random_size(), record = log_random_below(&seed, size);
        TlogRange ranges[TLOG_MAX_HASHES];
        TlogNode nodes[TLOG_MAX_HASHES * 3] = {{0, record}};
        isize n_nodes = 1, n = tlog_inclusion_ranges(record, size, ranges);
        for (isize j = 0; j < n; j++) {
            n_nodes += tlog_range_nodes(ranges[j], nodes + n_nodes);
        }
        TilePlan plan = tile_plan(&scratch, size, nodes, n_nodes);
        TlogTree tree = log_tree(&test_log, size);
        load(&scratch, &plan);
        assert_true(tile_plan_prove(&plan, &tree.root));
        for (isize j = 0; j < n_nodes; j++) {
            Sha256 hash = tile_plan_read(&plan, nodes[j]);
            Sha256 expected = log_read(&test_log, nodes[j]);
            assert_true(sha256_eq(&hash, &expected));
        }
    }
}

/* Whether the entry stands below the tile at bad, or is it. */
static bool is_below(const TilePlan *plan, isize i, isize bad)
{
    while (i != bad && i >= 0) {
        i = plan->ptr[i].parent;
    }
    return i == bad;
}

/* A bit of a frontier tile spoils all; of another, itself and what hangs on it. */
static void test_any_flipped_bit_is_found_where_it_is(void **state)
{
    (void)state;
    for (int i = 0; i < 1500; i++) {
        Arena scratch = arena;
        int64_t size = random_size();
        TlogNode leaves[2] = {{0, log_random_below(&seed, size)}, {0, size - 1}};
        TilePlan plan = tile_plan(&scratch, size, leaves, 2);
        TlogTree tree = log_tree(&test_log, size);
        load(&scratch, &plan);
        isize bad = log_random_below(&seed, plan.len);
        Str data = str_copy(&scratch, plan.ptr[bad].data);
        isize bit = log_random_below(&seed, data.len * 8);
        ((char *)data.ptr)[bit / 8] ^= (char)(1 << bit % 8);
        plan.ptr[bad].data = data;
        assert_false(tile_plan_prove(&plan, &tree.root));
        for (isize j = 0; j < plan.len; j++) {
            bool is_proved = bad >= plan.n_frontier && !is_below(&plan, j, bad);
            assert_int_equal(plan.ptr[j].is_proved, is_proved);
        }
    }
}

static void test_another_root_proves_nothing(void **state)
{
    (void)state;
    TlogNode leaf = {0, 5};
    TilePlan plan = tile_plan(&arena, LOG_SIZE, &leaf, 1);
    TlogTree tree = log_tree(&test_log, LOG_SIZE - 1);
    load(&arena, &plan);
    assert_false(tile_plan_prove(&plan, &tree.root));
    for (isize i = 0; i < plan.len; i++) {
        assert_false(plan.ptr[i].is_proved);
    }
}

/* The real log. */

typedef struct {
    int64_t id; /* -1 when the head came without a record */
    Sha256 leaf;
    TlogTree tree;
} Recorded;

static NoteVerifier sum_key(void)
{
    NoteVerifier verifier;
    Err err;
    assert_true(note_verifier_parse(
        arena, S("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"), &verifier,
        &err));
    return verifier;
}

static Str read_data(Str path)
{
    Str data;
    Err err;
    Str whole = str_format(&arena, DATA "%.*s", STR_ARG(path));
    assert_int_equal(file_read_all(&arena, FILE_CWD, whole, MIB, &data, &err), FILE_FOUND);
    return data;
}

static TlogTree open_head(Str note)
{
    NoteVerifier verifier = sum_key();
    SumdbHead head;
    Err err;
    assert_true(sumdb_head_open(arena, note, &verifier, &head, &err));
    return head.tree;
}

static Recorded read_reply(const char *path)
{
    RecordReply reply;
    Err err;
    assert_true(record_parse_reply(read_data(str_from_c(path)), &reply, &err));
    return (Recorded){reply.id, tlog_leaf_hash(reply.text), open_head(reply.note)};
}

static Recorded published(int64_t size, Str root)
{
    Recorded head = {-1, {{0}}, {size, {{0}}}};
    Str bytes;
    assert_true(base64_decode(&arena, root, &bytes));
    memcpy(head.tree.root.bytes, bytes.ptr, SHA256_LEN);
    return head;
}

typedef VEC(TlogNode) Nodes;

static void add_nodes(Nodes *nodes, const TlogRange *ranges, isize n)
{
    for (isize i = 0; i < n; i++) {
        TlogNode of_range[TLOG_MAX_HASHES];
        isize n_nodes = tlog_range_nodes(ranges[i], of_range);
        for (isize j = 0; j < n_nodes; j++) {
            *VEC_PUSH(&arena, nodes) = of_range[j];
        }
    }
}

static TlogProof read_proof(const TilePlan *plan, const TlogRange *ranges, isize n)
{
    TlogProof proof = {ARENA_ARRAY(&arena, Sha256, n), n};
    for (isize i = 0; i < n; i++) {
        proof.ptr[i] = tlog_range_hash(ranges[i], tile_plan_read, plan);
    }
    return proof;
}

/* Nine records, nine heads of seven sizes, the newest head, and two published years before. */
static isize read_all(Recorded ret[12])
{
    static const char *const replies[] = {
        "lookup/golang.org/toolchain@v0.0.1-go1.21.0.linux-amd64",
        "lookup/golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64",
        "lookup/golang.org/toolchain@v0.0.1-go1.26.8.linux-arm64",
        "lookup/golang.org/toolchain@v0.0.1-go1.26.8.darwin-arm64",
        "lookup/golang.org/toolchain@v0.0.1-go1.27.3.linux-amd64",
        "lookup/golang.org/toolchain@v0.0.1-go1.27.3.linux-arm64",
        "lookup/rsc.io/quote@v1.5.2",
        "lookup/golang.org/x/mod@v0.42.0",
        "lookup/github.com/!burnt!sushi/toml@v1.5.0",
    };
    isize n = 0;
    for (isize i = 0; i < COUNT_OF(replies); i++) {
        ret[n++] = read_reply(replies[i]);
    }
    ret[n++] = (Recorded){-1, {{0}}, open_head(read_data(S("latest")))};
    ret[n++] = published(28905453, S("f3f8U0MoQmXkWAgAEKDtXcaI3c2y6N9+55KNSRefF/w="));
    ret[n++] = published(41272598, S("h5RfXUbE1op5VdAIjQbb49fMJMYv53ZgufGVCTLclQE="));
    return n;
}

static void check_pair(const TilePlan *plan, const Recorded *old, const Recorded *new_one)
{
    if (old->tree.size > new_one->tree.size) {
        return;
    }
    TlogRange ranges[TLOG_MAX_HASHES];
    isize n = tlog_consistency_ranges(old->tree.size, new_one->tree.size, ranges);
    TlogProof proof = read_proof(plan, ranges, n);
    assert_true(tlog_check_consistency(proof, &old->tree, &new_one->tree));
}

static void test_recorded_records_and_all_pairs_of_heads_hold(void **state)
{
    (void)state;
    Recorded all[12];
    isize n = read_all(all);
    TlogTree latest = all[9].tree;
    assert_int_equal(latest.size, 71769961);

    TlogRange ranges[TLOG_MAX_HASHES];
    Nodes nodes = {0};
    for (isize i = 0; i < n; i++) {
        add_nodes(&nodes, &(TlogRange){0, all[i].tree.size}, 1);
        if (all[i].id >= 0) {
            *VEC_PUSH(&arena, &nodes) = (TlogNode){0, all[i].id};
            add_nodes(&nodes, ranges, tlog_inclusion_ranges(all[i].id, latest.size, ranges));
        }
    }
    TilePlan plan = tile_plan(&arena, latest.size, nodes.ptr, nodes.len);
    assert_int_equal(plan.n_frontier, 4);
    for (isize i = 0; i < plan.len; i++) {
        plan.ptr[i].data = read_data(tile_path(&arena, plan.ptr[i].tile));
    }
    assert_true(tile_plan_prove(&plan, &latest.root));

    isize n_records = 0;
    for (isize i = 0; i < n; i++) {
        if (all[i].id >= 0) {
            isize len = tlog_inclusion_ranges(all[i].id, latest.size, ranges);
            TlogProof proof = read_proof(&plan, ranges, len);
            assert_true(tlog_check_inclusion(proof, all[i].id, &all[i].leaf, &latest));
            n_records++;
        }
        for (isize j = 0; j < n; j++) {
            check_pair(&plan, &all[i], &all[j]);
        }
    }
    assert_int_equal(n_records, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writes_paths),
        cmocka_unit_test(test_a_tile_has_one_path_and_a_path_one_tile),
        cmocka_unit_test(test_widths_are_the_digits_of_the_size),
        cmocka_unit_test(test_plans_hold_every_tile_with_its_parent_before_it),
        cmocka_unit_test(test_proved_tiles_give_the_hashes_of_the_log),
        cmocka_unit_test(test_any_flipped_bit_is_found_where_it_is),
        cmocka_unit_test(test_another_root_proves_nothing),
        cmocka_unit_test(test_recorded_records_and_all_pairs_of_heads_hold),
    };
    return cmocka_run_group_tests_name("sumdb_tile", tests, make_log, drop_log);
}
