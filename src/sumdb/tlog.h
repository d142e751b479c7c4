/*
 * The Merkle tree of a transparency log (RFC 6962, golang.org/x/mod/sumdb/tlog).
 *
 * A tree of `size` records has only two kinds of parts here. A *range* is what an inner node of
 * RFC 6962 covers: records lo <= i < hi. A *node* is a complete, aligned subtree of 1 << level
 * records: what a log stores and never changes. Every range folds from at most one node a level, so
 * proofs are lists of ranges, and ranges are lists of nodes: which nodes are needed is known before
 * any hash is.
 */
#ifndef SUMDB_TLOG_H
#define SUMDB_TLOG_H

#include "base/err.h"
#include "format/sha256.h"

/* Records in a log. 2^60 leaves room for every sum made of sizes; at a million records a second it
 * is reached in 36,000 years. */
#define TLOG_MAX_SIZE ((int64_t)1 << 60)
/* Hashes in a proof, nodes in a range: one for each level of the tallest tree, and the root. */
#define TLOG_MAX_HASHES 62
#define TLOG_MAX_PAIRS 128 /* hashed at once: a full tile's; 10 KB of the stack */
#define TLOG_MAX_TREE_TEXT ((isize)1000 * 1000) /* bytes; Go's bound */

typedef struct {
    int64_t size; /* records */
    Sha256 root;
} TlogTree;

typedef struct {
    int64_t lo, hi;
} TlogRange;

typedef struct {
    int level;
    int64_t n; /* records n << level up to (n + 1) << level, exclusive */
} TlogNode;

typedef struct {
    Sha256 *ptr;
    isize len;
} TlogProof;

/* The tree of no records, whose root is SHA-256 of nothing. */
TlogTree tlog_empty_tree(void);

Sha256 tlog_leaf_hash(Str record);
Sha256 tlog_node_hash(const Sha256 *left, const Sha256 *right);
/* The nodes above n pairs of neighbours, n at most TLOG_MAX_PAIRS; ret may be children. */
void tlog_pair_hashes(const Sha256 *children, isize n, Sha256 *ret);

/* Nodes of a range from left to right: their levels fall. The range must be one that a tree has:
 * lo is a multiple of the smallest power of two that is not less than hi - lo. Returns how many. */
isize tlog_range_nodes(TlogRange range, TlogNode ret[static TLOG_MAX_HASHES]);

/* Where the hashes of nodes come from. It cannot fail: load first what tlog_range_nodes lists. */
typedef Sha256 (*TlogRead)(const void *context, TlogNode node);

/* Hash of a range that is not empty. */
Sha256 tlog_range_hash(TlogRange range, TlogRead read, const void *context);

/* Ranges whose hashes prove that a tree of `size` records holds record `record`, leaf's sibling
 * first; 0 <= record < size. Returns how many. */
isize tlog_inclusion_ranges(int64_t record, int64_t size, TlogRange ret[static TLOG_MAX_HASHES]);
/* Ranges whose hashes prove that the tree of `old` records begins the tree of `size` records;
 * 0 < old <= size. Returns how many. */
isize tlog_consistency_ranges(int64_t old, int64_t size, TlogRange ret[static TLOG_MAX_HASHES]);

/* Whether the proof holds; it must have exactly the length that the sizes ask for. Any arguments
 * are safe. */
bool tlog_check_inclusion(TlogProof proof, int64_t record, const Sha256 *leaf,
                          const TlogTree *tree);
bool tlog_check_consistency(TlogProof proof, const TlogTree *old, const TlogTree *tree);

/* The text of a tree head: "go.sum database tree\n<size>\n<base64 root>\n". Further lines are
 * ignored: a log may add some, and nothing in them is a record. The root of an empty tree must be
 * SHA-256 of nothing. ERR_FORMAT, ERR_LIMIT. */
bool tlog_tree_parse(Arena scratch, Str text, TlogTree *ret, Err *err);
Str tlog_tree_format(Arena *a, const TlogTree *tree);

#endif
