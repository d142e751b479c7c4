/*
 * Tiles: the form in which a log publishes its hashes.
 *
 * Tile (level, n) lists the hashes of nodes (8 * level, 256 * n) and the up to 255 following
 * ones. Of a tree, all tiles are full (256 hashes) but the last of each level. A full tile is the
 * subtree above its hashes, whose root is one entry of its *parent*, tile (level + 1, n / 256).
 *
 * The *frontier* of a tree of size s are the partial last tiles: level L has one of width (s /
 * 256^L) mod 256 unless that is zero. All their entries, folded, give the root; so the frontier
 * is proved by the root, and every other tile by its parent. A plan holds the parent of each
 * tile, so that no tile can be forgotten, which is what happened to Go (CVE-2026-56865).
 */
#ifndef SUMDB_TILE_H
#define SUMDB_TILE_H

#include "sumdb/tlog.h"

#define TILE_HEIGHT 8
#define TILE_MAX_WIDTH 256
#define TILE_MAX_LEN ((isize)TILE_MAX_WIDTH * SHA256_LEN)
#define TILE_MAX_LEVELS 8 /* of 8 bits each: enough for TLOG_MAX_SIZE */

typedef struct {
    int level;
    int64_t n;
    int width; /* hashes, 1 ... TILE_MAX_WIDTH */
} Tile;

static inline bool tile_is_full(Tile tile)
{
    return tile.width == TILE_MAX_WIDTH;
}
/* Bytes. */
static inline isize tile_len(Tile tile)
{
    return (isize)tile.width * SHA256_LEN;
}

/* Width of tile (level, n) in a tree of that size; 0 when the tree has no such tile. */
int tile_width(int level, int64_t n, int64_t size);

/* "tile/8/0/x241/187" or, partial, "tile/8/1/x001/095.p/31". */
Str tile_path(Arena *a, Tile tile);

/* Hash of the subtree above the entries from `from` on, `width` of them, a power of two. */
Sha256 tile_hash(Str data, int from, int width);

typedef enum { TILE_ABSENT, TILE_CACHED, TILE_FETCHED } TileOrigin;

typedef struct {
    Tile tile;
    isize parent; /* index in the plan, always less than its own; -1 for the frontier */
    Str data;     /* tile_len bytes; this and origin are set by whoever loads it */
    TileOrigin origin;
    bool is_proved;
} TileEntry;

/* The tiles of a tree that hold some nodes, and what proves them. Parents come first; the frontier
 * stands at the start, highest level first. */
typedef struct {
    int64_t size;
    TileEntry *ptr;
    isize len, n_frontier;
} TilePlan;

/* Plans for n nodes, all of which must lie in the tree; size > 0. */
TilePlan tile_plan(Arena *a, int64_t size, const TlogNode *nodes, isize n);

/* Checks all data, which must have the right length, against the root: sets is_proved of each
 * entry, and is true when all are. When the frontier does not hold, none is. */
bool tile_plan_prove(TilePlan *plan, const Sha256 *root);

/* Hash of a node that was planned for. plan is a TilePlan that is proved: this is a TlogRead. */
Sha256 tile_plan_read(const void *plan, TlogNode node);

#endif
