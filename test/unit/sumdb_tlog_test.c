#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/file.h"
#include "sumdb_log.h"
#include "support/assert_str.h"

#define MAX_SIZE 2000
#define HELLO_TREE \
    "go.sum database tree\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"

static Arena arena;
static Log test_log; /* of MAX_SIZE records */
static uint64_t seed = 1;

static int make_log(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    test_log = log_make(&arena, MAX_SIZE, S("x"));
    return 0;
}

static int drop_log(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static void assert_hash(Sha256 hash, Str base64)
{
    Arena scratch = arena;
    assert_str(base64_encode(&scratch, log_hash_str(&hash)), base64);
}

static TlogProof prove(Arena *a, const TlogRange *ranges, isize n)
{
    TlogProof proof = {ARENA_ARRAY(a, Sha256, n), n};
    for (isize i = 0; i < n; i++) {
        proof.ptr[i] = tlog_range_hash(ranges[i], log_read, &test_log);
    }
    return proof;
}

static TlogProof prove_inclusion(Arena *a, int64_t record, int64_t size)
{
    TlogRange ranges[TLOG_MAX_HASHES];
    return prove(a, ranges, tlog_inclusion_ranges(record, size, ranges));
}

static TlogProof prove_consistency(Arena *a, int64_t old, int64_t size)
{
    TlogRange ranges[TLOG_MAX_HASHES];
    return prove(a, ranges, tlog_consistency_ranges(old, size, ranges));
}

static void test_hashes_published_leaves(void **state)
{
    (void)state;
    assert_hash(tlog_leaf_hash(S("hello world")),
                S("TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0="));
    assert_hash(tlog_leaf_hash(S("golang.org/toolchain v0.0.1-go1.21.9.linux-amd64 "
                                 "h1:rRL9rPpsjKfpdDFcppvNgw1/dynUMrpDcTxdIwtyFR0=\n"
                                 "golang.org/toolchain v0.0.1-go1.21.9.linux-amd64/go.mod "
                                 "h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=\n")),
                S("A/+TP2a1pyCJM2jsWxhtn8S+e4UYsO5MYbxns1Xhj+o="));
    assert_hash(tlog_empty_tree().root, S("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="));
}

static void test_folds_published_trees(void **state)
{
    (void)state;
    const struct {
        int64_t size;
        Str root;
    } rows[] = {
        {1, S("G7l9zCFjXUfiZj79/QoXRobZjdcBNS3SzQbotD/T0wU=")},
        {3, S("1Pksj7uJcg6ztVZ3x9fvrd/rENEaGoSguo8aIzN/qpU=")},
        {100, S("E/iJFcVg3JEaHaD7IJ2EoglxBR8pTr60KPs/wpOvJ0M=")},
    };
    Log log = {.arena = &arena};
    for (int i = 0; i < 100; i++) {
        log_add(&log, str_format(&arena, "leaf %d", i));
    }
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_hash(tlog_range_hash((TlogRange){0, rows[i].size}, log_read, &log), rows[i].root);
    }
}

/* Answers the nodes of a range with the hashes of a file, in order. */
typedef struct {
    Sha256 hashes[TLOG_MAX_HASHES];
    TlogNode nodes[TLOG_MAX_HASHES];
    isize len;
} Frontier;

static Sha256 read_frontier(const void *context, TlogNode node)
{
    const Frontier *frontier = context;
    for (isize i = 0; i < frontier->len; i++) {
        if (frontier->nodes[i].level == node.level && frontier->nodes[i].n == node.n) {
            return frontier->hashes[i];
        }
    }
    UNREACHABLE("a node that is no maximal subtree");
}

static void test_folds_a_published_frontier_of_41272598(void **state)
{
    (void)state;
    const TlogRange range = {0, 41272598};
    Frontier frontier = {0};
    Str file, line, hash;
    Err err;
    frontier.len = tlog_range_nodes(range, frontier.nodes);
    assert_int_equal(frontier.len, 13);
    assert_int_equal(file_read_all(&arena, FILE_CWD, S("test/unit/data/sumdb/frontier-41272598"),
                                   MIB, &file, &err),
                     FILE_FOUND);
    for (isize i = 0; i < frontier.len; i++) {
        assert_true(str_next_line(&file, &line) && base64_decode(&arena, line, &hash));
        memcpy(frontier.hashes[i].bytes, hash.ptr, SHA256_LEN);
    }
    assert_hash(tlog_range_hash(range, read_frontier, &frontier),
                S("h5RfXUbE1op5VdAIjQbb49fMJMYv53ZgufGVCTLclQE="));
}

static void test_ranges_fall_into_maximal_subtrees(void **state)
{
    (void)state;
    for (int i = 0; i < 10000; i++) {
        int64_t hi = 1 + (int64_t)(log_random(&seed) >> 4 >> log_random_below(&seed, 60));
        TlogNode nodes[TLOG_MAX_HASHES];
        isize n = tlog_range_nodes((TlogRange){0, hi}, nodes);
        assert_int_equal(n, __builtin_popcountll((uint64_t)hi));
        int64_t at = 0;
        for (isize j = 0; j < n; j++) {
            assert_true(j == 0 || nodes[j].level < nodes[j - 1].level);
            assert_int_equal(nodes[j].n << nodes[j].level, at);
            at += (int64_t)1 << nodes[j].level;
        }
        assert_int_equal(at, hi);
    }
}

/* PATH of RFC 6962, 2.1.1, word for word. */
static void add_path(Arena *a, StrBuf *proof, int64_t m, int64_t lo, int64_t hi)
{
    if (hi - lo == 1) {
        return;
    }
    int64_t k = 1;
    while (k * 2 < hi - lo) {
        k *= 2;
    }
    bool is_left = m - lo < k;
    Sha256 other = is_left ? log_hash(&test_log, lo + k, hi) : log_hash(&test_log, lo, lo + k);
    add_path(a, proof, m, is_left ? lo : lo + k, is_left ? lo + k : hi);
    strbuf_add(proof, log_hash_str(&other));
}

/* SUBPROOF of RFC 6962, 2.1.2, word for word; whole: the subtree is the whole old tree. */
static void add_subproof(StrBuf *proof, int64_t m, int64_t lo, int64_t hi, bool whole)
{
    if (m == hi) {
        if (!whole) {
            Sha256 hash = log_hash(&test_log, lo, hi);
            strbuf_add(proof, log_hash_str(&hash));
        }
        return;
    }
    int64_t k = 1;
    while (k * 2 < hi - lo) {
        k *= 2;
    }
    bool is_left = m - lo <= k;
    Sha256 other = is_left ? log_hash(&test_log, lo + k, hi) : log_hash(&test_log, lo, lo + k);
    add_subproof(proof, m, is_left ? lo : lo + k, is_left ? lo + k : hi, whole && is_left);
    strbuf_add(proof, log_hash_str(&other));
}

static void assert_proof(TlogProof proof, Str expected)
{
    assert_str(((Str){(const char *)proof.ptr, proof.len * SHA256_LEN}), expected);
}

static void test_proofs_are_those_of_rfc_6962(void **state)
{
    (void)state;
    for (int64_t size = 1; size <= 70; size++) {
        for (int64_t m = 0; m < size; m++) {
            Arena scratch = arena;
            StrBuf path = strbuf_init(&scratch);
            add_path(&scratch, &path, m, 0, size);
            assert_proof(prove_inclusion(&scratch, m, size), strbuf_str(&path));

            Arena scratch2 = arena;
            StrBuf subproof = strbuf_init(&scratch2);
            add_subproof(&subproof, m + 1, 0, size, true);
            assert_proof(prove_consistency(&scratch2, m + 1, size), strbuf_str(&subproof));
        }
    }
}

static void flip(void *bytes, isize len)
{
    isize bit = log_random_below(&seed, len * 8);
    uint8_t *byte = (uint8_t *)bytes + bit / 8;
    *byte = (uint8_t)(*byte ^ 1 << bit % 8);
}

/* Every way to be wrong by a little: a bit of what is hashed, a hash too few, too many or in the
 * wrong place, another record, another size. */
static void check_inclusion_of(int64_t record, int64_t size)
{
    Arena scratch = arena;
    TlogTree tree = log_tree(&test_log, size);
    Sha256 leaf = tlog_leaf_hash(test_log.records.ptr[record]);
    TlogProof proof = prove_inclusion(&scratch, record, size);
    assert_true(tlog_check_inclusion(proof, record, &leaf, &tree));

    Sha256 bad_leaf = leaf;
    flip(&bad_leaf, SHA256_LEN);
    assert_false(tlog_check_inclusion(proof, record, &bad_leaf, &tree));
    TlogTree bad_tree = tree;
    flip(&bad_tree.root, SHA256_LEN);
    assert_false(tlog_check_inclusion(proof, record, &leaf, &bad_tree));
    assert_false(tlog_check_inclusion(proof, record ^ 1, &leaf, &tree));
    assert_false(tlog_check_inclusion(proof, -1, &leaf, &tree));
    assert_false(tlog_check_inclusion(proof, size, &leaf, &tree));

    TlogProof longer = {ARENA_ARRAY(&scratch, Sha256, proof.len + 1), proof.len + 1};
    memcpy(longer.ptr, proof.ptr, (size_t)(proof.len * SHA256_LEN));
    assert_false(tlog_check_inclusion(longer, record, &leaf, &tree));
    if (proof.len > 0) {
        TlogProof shorter = {proof.ptr, proof.len - 1};
        assert_false(tlog_check_inclusion(shorter, record, &leaf, &tree));
        flip(proof.ptr, proof.len * SHA256_LEN);
        assert_false(tlog_check_inclusion(proof, record, &leaf, &tree));
    }
}

static void check_consistency_of(int64_t old_size, int64_t size)
{
    Arena scratch = arena;
    TlogTree old = log_tree(&test_log, old_size), tree = log_tree(&test_log, size);
    TlogProof proof = prove_consistency(&scratch, old_size, size);
    assert_true(tlog_check_consistency(proof, &old, &tree));

    TlogTree bad = old;
    flip(&bad.root, SHA256_LEN);
    assert_false(tlog_check_consistency(proof, &bad, &tree));
    bad = tree;
    flip(&bad.root, SHA256_LEN);
    assert_false(tlog_check_consistency(proof, &old, &bad));
    bad = (TlogTree){0, old.root};
    assert_false(tlog_check_consistency(proof, &bad, &tree));
    bad = (TlogTree){size + 1, old.root};
    assert_false(tlog_check_consistency(proof, &bad, &tree));

    TlogProof longer = {ARENA_ARRAY(&scratch, Sha256, proof.len + 1), proof.len + 1};
    memcpy(longer.ptr, proof.ptr, (size_t)(proof.len * SHA256_LEN));
    assert_false(tlog_check_consistency(longer, &old, &tree));
    if (proof.len > 0) {
        TlogProof shorter = {proof.ptr, proof.len - 1};
        assert_false(tlog_check_consistency(shorter, &old, &tree));
        flip(proof.ptr, proof.len * SHA256_LEN);
        assert_false(tlog_check_consistency(proof, &old, &tree));
    }
}

static void test_all_proofs_of_small_trees_hold_and_break(void **state)
{
    (void)state;
    for (int64_t size = 1; size <= 70; size++) {
        for (int64_t i = 0; i < size; i++) {
            check_inclusion_of(i, size);
            check_consistency_of(i + 1, size);
        }
    }
}

static void test_proofs_of_random_trees_hold_and_break(void **state)
{
    (void)state;
    for (int i = 0; i < 4000; i++) {
        int64_t size = 1 + log_random_below(&seed, MAX_SIZE);
        check_inclusion_of(log_random_below(&seed, size), size);
        check_consistency_of(1 + log_random_below(&seed, size), size);
    }
}

/* A proof of one place must not do for another: the same hashes at every other record and size. */
static void test_a_proof_holds_in_one_place_only(void **state)
{
    (void)state;
    const int64_t size = 21;
    for (int64_t record = 0; record < size; record++) {
        Arena scratch = arena;
        Sha256 leaf = tlog_leaf_hash(test_log.records.ptr[record]);
        TlogProof proof = prove_inclusion(&scratch, record, size);
        for (int64_t other = 0; other < size; other++) {
            TlogTree tree = log_tree(&test_log, size);
            assert_int_equal(tlog_check_inclusion(proof, other, &leaf, &tree), other == record);
        }
    }
}

static void test_writes_and_reads_tree_heads(void **state)
{
    (void)state;
    TlogTree tree = {123456789012, tlog_leaf_hash(S("hello world"))}, parsed;
    Err err;
    assert_str(tlog_tree_format(&arena, &tree), S(HELLO_TREE));
    const Str rows[] = {S(HELLO_TREE), S(HELLO_TREE "JOE"), S(HELLO_TREE "JOE\n"),
                        S(HELLO_TREE "\n\nJOE\n\n")};
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_true(tlog_tree_parse(arena, rows[i], &parsed, &err));
        assert_int_equal(parsed.size, tree.size);
        assert_true(sha256_eq(&parsed.root, &tree.root));
    }
    tree = tlog_empty_tree();
    assert_true(tlog_tree_parse(arena, tlog_tree_format(&arena, &tree), &parsed, &err));
}

static void test_rejects_malformed_tree_heads(void **state)
{
    (void)state;
    const Str rows[] = {
        S(""),
        S("go.sum database tree\n"),
        S("not-" HELLO_TREE),
        S("go.sum database tree v2\n1\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"),
        S("go.sum database tree\n0xabcdef\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"),
        S("go.sum database tree\n012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"),
        S("go.sum database tree\n+12\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"),
        S("go.sum database tree\n-12\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"),
        S("go.sum database tree\n12 \nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"),
        S("go.sum database tree\n\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"),
        S("go.sum database tree\n1152921504606846977\n"
          "TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"), /* 2^60 + 1 */
        S("go.sum database tree\n12\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBTOOBIG=\n"),
        S("go.sum database tree\n12\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=x\n"),
        S("go.sum database tree\n12\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40Hmuw\n"),
        S("go.sum database tree\n12\n\n"),
        S("go.sum database tree\n12\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0="),
        /* A tree without records has one root. */
        S("go.sum database tree\n0\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"),
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        TlogTree tree;
        Err err;
        assert_false(tlog_tree_parse(arena, rows[i], &tree, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
    }
}

static void test_bounds_tree_heads(void **state)
{
    (void)state;
    StrBuf text = strbuf_init(&arena);
    TlogTree tree;
    Err err;
    strbuf_add(&text, S(HELLO_TREE));
    while (text.len < TLOG_MAX_TREE_TEXT) {
        strbuf_add_byte(&text, 'x');
    }
    assert_true(tlog_tree_parse(arena, strbuf_str(&text), &tree, &err));
    strbuf_add_byte(&text, 'x');
    assert_false(tlog_tree_parse(arena, strbuf_str(&text), &tree, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hashes_published_leaves),
        cmocka_unit_test(test_folds_published_trees),
        cmocka_unit_test(test_folds_a_published_frontier_of_41272598),
        cmocka_unit_test(test_ranges_fall_into_maximal_subtrees),
        cmocka_unit_test(test_proofs_are_those_of_rfc_6962),
        cmocka_unit_test(test_all_proofs_of_small_trees_hold_and_break),
        cmocka_unit_test(test_proofs_of_random_trees_hold_and_break),
        cmocka_unit_test(test_a_proof_holds_in_one_place_only),
        cmocka_unit_test(test_writes_and_reads_tree_heads),
        cmocka_unit_test(test_rejects_malformed_tree_heads),
        cmocka_unit_test(test_bounds_tree_heads),
    };
    return cmocka_run_group_tests_name("sumdb_tlog", tests, make_log, drop_log);
}
