/*
 * Why the frontier is only the partial tiles: the maximal complete subtrees of a tree of size s are
 * the one bits of s. The eight bits that belong to level L make up the digit (s / 256^L) mod 256,
 * which is the width of the level's last tile, and the subtrees of these bits divide that tile's
 * entries among them without a gap. A full last tile has digit zero: its subtree is one bit of a
 * higher level, an entry of its parent.
 */
#include "sumdb/tile.h"

#include "base/panic.h"
#include "base/strbuf.h"
#include "base/vec.h"

#define TILE_PATH_GROUP 1000 /* files of a directory; the number is written in groups of 3 digits */

typedef VEC(TileEntry) TileEntries;

int tile_width(int level, int64_t n, int64_t size)
{
    ASSERT(0 <= level && level < TILE_MAX_LEVELS && n >= 0);
    int64_t n_hashes = size >> (TILE_HEIGHT * level);
    int64_t full_tiles = n_hashes / TILE_MAX_WIDTH;
    return n < full_tiles ? TILE_MAX_WIDTH : n == full_tiles ? (int)(n_hashes % TILE_MAX_WIDTH) : 0;
}

Str tile_path(Arena *a, Tile tile)
{
    StrBuf path = strbuf_init(a);
    strbuf_add_format(&path, "tile/%d/%d/", TILE_HEIGHT, tile.level);
    int64_t unit = 1;
    while (tile.n / unit >= TILE_PATH_GROUP) {
        unit *= TILE_PATH_GROUP;
    }
    for (; unit > 1; unit /= TILE_PATH_GROUP) {
        strbuf_add_format(&path, "x%03d/", (int)(tile.n / unit % TILE_PATH_GROUP));
    }
    strbuf_add_format(&path, "%03d", (int)(tile.n % TILE_PATH_GROUP));
    if (!tile_is_full(tile)) {
        strbuf_add_format(&path, ".p/%d", tile.width);
    }
    return strbuf_str(&path);
}

Sha256 tile_hash(Str data, int from, int width)
{
    ASSERT(width > 0 && (width & (width - 1)) == 0 && from >= 0);
    Sha256 hashes[TILE_MAX_WIDTH];
    Str part = str_slice(data, (isize)from * SHA256_LEN, (isize)(from + width) * SHA256_LEN);
    ASSERT(part.len <= (isize)sizeof(hashes));
    memcpy(hashes, part.ptr, (size_t)part.len);
    for (; width > 1; width /= 2) {
        tlog_pair_hashes(hashes, width / 2, hashes);
    }
    return hashes[0];
}

/* The tile that holds the entries of a node, as wide as a tree of that size has it. */
static Tile tile_of_node(TlogNode node, int64_t size)
{
    ASSERT(node.level >= 0 && node.n >= 0 && node.n < size >> node.level);
    int level = node.level / TILE_HEIGHT;
    int64_t n = node.n << (node.level % TILE_HEIGHT) >> TILE_HEIGHT;
    return (Tile){level, n, tile_width(level, n, size)};
}

static Tile parent_of(Tile tile, int64_t size)
{
    int64_t n = tile.n >> TILE_HEIGHT;
    return (Tile){tile.level + 1, n, tile_width(tile.level + 1, n, size)};
}

static isize find(const TileEntry *entries, isize len, Tile tile)
{
    for (isize i = 0; i < len; i++) {
        if (entries[i].tile.level == tile.level && entries[i].tile.n == tile.n) {
            return i;
        }
    }
    return -1;
}

static void add_frontier(Arena *a, TileEntries *entries, int64_t size)
{
    for (int level = TILE_MAX_LEVELS - 1; level >= 0; level--) {
        int64_t last = size >> (TILE_HEIGHT * level) >> TILE_HEIGHT;
        int width = tile_width(level, last, size);
        if (width > 0) {
            *VEC_PUSH(a, entries) = (TileEntry){.tile = {level, last, width}, .parent = -1};
        }
    }
}

/* Adds the tile and what is missing of its ancestors, these first. */
static void add_tile(Arena *a, TileEntries *entries, Tile tile, int64_t size)
{
    Tile missing[TILE_MAX_LEVELS];
    isize n_missing = 0;
    isize at = find(entries->ptr, entries->len, tile);
    while (at < 0) {
        ASSERT(tile_is_full(tile) && n_missing < TILE_MAX_LEVELS);
        missing[n_missing++] = tile;
        tile = parent_of(tile, size);
        at = find(entries->ptr, entries->len, tile);
    }
    while (n_missing > 0) {
        *VEC_PUSH(a, entries) = (TileEntry){.tile = missing[--n_missing], .parent = at};
        at = entries->len - 1;
    }
}

TilePlan tile_plan(Arena *a, int64_t size, const TlogNode *nodes, isize n)
{
    ASSERT(0 < size && size <= TLOG_MAX_SIZE);
    TileEntries entries = {0};
    add_frontier(a, &entries, size);
    isize n_frontier = entries.len;
    for (isize i = 0; i < n; i++) {
        add_tile(a, &entries, tile_of_node(nodes[i], size), size);
    }
    return (TilePlan){size, entries.ptr, entries.len, n_frontier};
}

Sha256 tile_plan_read(const void *context, TlogNode node)
{
    const TilePlan *plan = context;
    isize at = find(plan->ptr, plan->len, tile_of_node(node, plan->size));
    ASSERT(at >= 0);
    int level = node.level % TILE_HEIGHT;
    int from = (int)(node.n << level & (TILE_MAX_WIDTH - 1));
    return tile_hash(plan->ptr[at].data, from, 1 << level);
}

/* Whether a tile that is not of the frontier is the subtree that its parent says. */
static bool fits_parent(const TilePlan *plan, const TileEntry *entry)
{
    int at = (int)(entry->tile.n & (TILE_MAX_WIDTH - 1));
    Sha256 expected = tile_hash(plan->ptr[entry->parent].data, at, 1);
    Sha256 actual = tile_hash(entry->data, 0, TILE_MAX_WIDTH);
    return sha256_eq(&expected, &actual);
}

bool tile_plan_prove(TilePlan *plan, const Sha256 *root)
{
    for (isize i = 0; i < plan->len; i++) {
        ASSERT(plan->ptr[i].data.len == tile_len(plan->ptr[i].tile));
    }
    Sha256 folded = tlog_range_hash((TlogRange){0, plan->size}, tile_plan_read, plan);
    bool is_frontier_proved = sha256_eq(&folded, root);
    bool all = true;
    for (isize i = 0; i < plan->len; i++) {
        TileEntry *entry = &plan->ptr[i];
        entry->is_proved = entry->parent < 0
                               ? is_frontier_proved
                               : plan->ptr[entry->parent].is_proved && fits_parent(plan, entry);
        all = all && entry->is_proved;
    }
    return all;
}
