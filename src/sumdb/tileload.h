/* Tiles from cache and network, proved. */
#ifndef SUMDB_TILELOAD_H
#define SUMDB_TILELOAD_H

#include "sumdb/remote.h"
#include "sumdb/state.h"
#include "sumdb/tile.h"

typedef enum {
    TILELOAD_FAILED,
    TILELOAD_ABSENT, /* the database does not have one, and *err says which: it has outgrown this
                      * tree and keeps partial tiles of its newest one only, or is behind it */
    TILELOAD_DONE,
} TileloadOutcome;

/* Loads the tiles of a plan and proves them under the root. What is not cached is asked for in one
 * batch; partial tiles that the database does not have, in a second one as parts of the full tiles.
 * What came from the network is cached, but only once it is proved.
 *
 * A cached tile that does not hold is fetched afresh, once: the cache is as trustworthy as the disk
 * and whoever can write there. ERR_VERIFY when the tiles still do not make up the tree, or one
 * has the wrong length; ERR_NET when one is not to be had. Data lives on the arena. */
TileloadOutcome tileload_prove(SumdbRemote *remote, const SumdbState *state, Arena *a,
                               TilePlan *plan, const Sha256 *root, Err *err);

#endif
