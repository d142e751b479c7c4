#include "sumdb/tlog.h"

#include "base/panic.h"
#include "format/base64.h"

static const Str tree_prefix = STR_CONST("go.sum database tree\n");

/* Domain separation of RFC 6962: no leaf can be passed off as a node. */
enum { LEAF_MARK = 0, NODE_MARK = 1 };

TlogTree tlog_empty_tree(void)
{
    return (TlogTree){0, sha256_of((Str){0})};
}

Sha256 tlog_leaf_hash(Str record)
{
    Sha256Stream stream = sha256_begin();
    sha256_add(&stream, &(uint8_t){LEAF_MARK}, 1);
    sha256_add(&stream, record.ptr, record.len);
    return sha256_end(&stream);
}

Sha256 tlog_node_hash(const Sha256 *left, const Sha256 *right)
{
    const Sha256 pair[2] = {*left, *right};
    Sha256 hash;
    tlog_pair_hashes(pair, 1, &hash);
    return hash;
}

void tlog_pair_hashes(const Sha256 *children, isize n, Sha256 *ret)
{
    char messages[TLOG_MAX_PAIRS][1 + 2 * SHA256_LEN];
    Str strs[TLOG_MAX_PAIRS];
    ASSERT(0 <= n && n <= TLOG_MAX_PAIRS);
    for (isize i = 0; i < n; i++) {
        messages[i][0] = NODE_MARK;
        memcpy(messages[i] + 1, children[2 * i].bytes, SHA256_LEN);
        memcpy(messages[i] + 1 + SHA256_LEN, children[2 * i + 1].bytes, SHA256_LEN);
        strs[i] = (Str){messages[i], (isize)sizeof(messages[i])};
    }
    sha256_many(strs, n, ret);
}

/* Level of the largest complete tree of at most n records; n > 0. */
static int floor_level(int64_t n)
{
    return 63 - __builtin_clzll((uint64_t)n);
}

/* Where RFC 6962 splits lo <= i < hi: after the largest power of two less than the count. */
static int64_t split_point(int64_t lo, int64_t hi)
{
    return lo + ((int64_t)1 << floor_level(hi - lo - 1));
}

isize tlog_range_nodes(TlogRange range, TlogNode ret[static TLOG_MAX_HASHES])
{
    ASSERT(0 <= range.lo && range.lo <= range.hi && range.hi <= TLOG_MAX_SIZE);
    isize n = 0;
    for (int64_t lo = range.lo; lo < range.hi;) {
        int level = floor_level(range.hi - lo);
        ASSERT((lo & (((int64_t)1 << level) - 1)) == 0);
        ret[n++] = (TlogNode){level, lo >> level};
        lo += (int64_t)1 << level;
    }
    return n;
}

Sha256 tlog_range_hash(TlogRange range, TlogRead read, const void *context)
{
    TlogNode nodes[TLOG_MAX_HASHES];
    isize n = tlog_range_nodes(range, nodes);
    ASSERT(n > 0);
    Sha256 hash = read(context, nodes[n - 1]);
    for (isize i = n - 2; i >= 0; i--) {
        Sha256 left = read(context, nodes[i]);
        hash = tlog_node_hash(&left, &hash);
    }
    return hash;
}

/* Proofs are walks from the root down that note the side not taken; they are read upwards. */
static void reverse(TlogRange *ranges, isize n)
{
    for (isize i = 0; i < n / 2; i++) {
        TlogRange swapped = ranges[i];
        ranges[i] = ranges[n - 1 - i];
        ranges[n - 1 - i] = swapped;
    }
}

isize tlog_inclusion_ranges(int64_t record, int64_t size, TlogRange ret[static TLOG_MAX_HASHES])
{
    ASSERT(0 <= record && record < size && size <= TLOG_MAX_SIZE);
    isize n = 0;
    for (int64_t lo = 0, hi = size; hi - lo > 1;) {
        int64_t split = split_point(lo, hi);
        if (record < split) {
            ret[n++] = (TlogRange){split, hi};
            hi = split;
        } else {
            ret[n++] = (TlogRange){lo, split};
            lo = split;
        }
    }
    reverse(ret, n);
    return n;
}

isize tlog_consistency_ranges(int64_t old, int64_t size, TlogRange ret[static TLOG_MAX_HASHES])
{
    ASSERT(0 < old && old <= size && size <= TLOG_MAX_SIZE);
    isize n = 0;
    int64_t lo = 0, hi = size;
    while (hi != old) {
        int64_t split = split_point(lo, hi);
        if (old <= split) {
            ret[n++] = (TlogRange){split, hi};
            hi = split;
        } else {
            ret[n++] = (TlogRange){lo, split};
            lo = split;
        }
    }
    if (lo > 0) { /* else what is left is the old tree, whose root the verifier has */
        ret[n++] = (TlogRange){lo, hi};
    }
    reverse(ret, n);
    return n;
}

/* Both checks climb from a node at the right edge of some smaller tree to the root, as RFC 9162,
 * 2.1.3.2 and 2.1.4.2 say: `at` is the node's number at its level, `last` that of the level's last
 * node. A hash of the proof is the left neighbour when the node is a right child, and also when it
 * is the lonely last one, which then has climbed without a hash up to here. */
typedef struct {
    int64_t at, last;
} Climb;

static bool is_left_neighbour(Climb climb)
{
    return (climb.at & 1) != 0 || climb.at == climb.last;
}

static Climb next_level(Climb climb)
{
    if ((climb.at & 1) == 0 && climb.at == climb.last) {
        while ((climb.at & 1) == 0 && climb.at != 0) {
            climb.at >>= 1;
            climb.last >>= 1;
        }
    }
    return (Climb){climb.at >> 1, climb.last >> 1};
}

bool tlog_check_inclusion(TlogProof proof, int64_t record, const Sha256 *leaf, const TlogTree *tree)
{
    if (record < 0 || record >= tree->size) {
        return false;
    }
    Climb climb = {record, tree->size - 1};
    Sha256 hash = *leaf;
    for (isize i = 0; i < proof.len; i++) {
        if (climb.last == 0) {
            return false;
        }
        hash = is_left_neighbour(climb) ? tlog_node_hash(&proof.ptr[i], &hash)
                                        : tlog_node_hash(&hash, &proof.ptr[i]);
        climb = next_level(climb);
    }
    return climb.last == 0 && sha256_eq(&hash, &tree->root);
}

bool tlog_check_consistency(TlogProof proof, const TlogTree *old, const TlogTree *tree)
{
    if (old->size <= 0 || old->size > tree->size) {
        return false;
    }
    if (old->size == tree->size) {
        return proof.len == 0 && sha256_eq(&old->root, &tree->root);
    }
    Climb climb = {old->size - 1, tree->size - 1};
    while ((climb.at & 1) != 0) {
        climb = (Climb){climb.at >> 1, climb.last >> 1};
    }
    /* Here is the largest complete tree that ends the old one. When it is the whole old one, its
     * hash is known; else it is the proof's first. */
    isize i = climb.at == 0 ? 0 : 1;
    if (proof.len < i) {
        return false;
    }
    Sha256 old_hash = i == 0 ? old->root : proof.ptr[0];
    Sha256 hash = old_hash;
    for (; i < proof.len; i++) {
        if (climb.last == 0) {
            return false;
        }
        if (is_left_neighbour(climb)) {
            old_hash = tlog_node_hash(&proof.ptr[i], &old_hash);
            hash = tlog_node_hash(&proof.ptr[i], &hash);
        } else {
            hash = tlog_node_hash(&hash, &proof.ptr[i]);
        }
        climb = next_level(climb);
    }
    return climb.last == 0 && sha256_eq(&old_hash, &old->root) && sha256_eq(&hash, &tree->root);
}

bool tlog_tree_parse(Arena scratch, Str text, TlogTree *ret, Err *err)
{
    if (text.len > TLOG_MAX_TREE_TEXT) {
        return FAIL(err, ERR_LIMIT, "the tree head has %td bytes, at most %td are read", text.len,
                    TLOG_MAX_TREE_TEXT);
    }
    if (!str_eat_prefix(&text, tree_prefix)) {
        return FAIL(err, ERR_FORMAT, "a tree head begins with the line 'go.sum database tree'");
    }
    StrCut size = str_cut(text, '\n');
    StrCut root = str_cut(size.tail, '\n');
    TlogTree tree;
    Str bytes;
    if (!size.found || !str_parse_decimal(size.head, TLOG_MAX_SIZE, &tree.size)) {
        return FAIL(err, ERR_FORMAT, "the tree head's size is no plain number up to 2^60");
    }
    if (!root.found || !base64_decode(&scratch, root.head, &bytes) || bytes.len != SHA256_LEN) {
        return FAIL(err, ERR_FORMAT, "the tree head's root is no SHA-256 in base64");
    }
    memcpy(tree.root.bytes, bytes.ptr, SHA256_LEN);
    TlogTree empty = tlog_empty_tree();
    if (tree.size == 0 && !sha256_eq(&tree.root, &empty.root)) {
        return FAIL(err, ERR_FORMAT, "the tree head gives a tree without records a root");
    }
    *ret = tree;
    return true;
}

Str tlog_tree_format(Arena *a, const TlogTree *tree)
{
    Str root = base64_encode(a, (Str){(const char *)tree->root.bytes, SHA256_LEN});
    return str_format(a, "%.*s%lld\n%.*s\n", STR_ARG(tree_prefix), (long long)tree->size,
                      STR_ARG(root));
}
