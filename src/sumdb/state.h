/*
 * What the client of a database keeps on disk: docs/formats/sumdb-state.md.
 *
 * The newest head and the evidence of forks are kept durably. Replies and tiles are a cache: never
 * synced, never trusted, and trouble with them is no trouble, since they can be had again.
 */
#ifndef SUMDB_STATE_H
#define SUMDB_STATE_H

#include "os/file.h"
#include "sumdb/note.h"
#include "sumdb/tile.h"

typedef struct {
    int dirfd;         /* the state directory; -1, with is_read_only: there is none */
    Str name;          /* of the database: the folder below it */
    bool is_read_only; /* what is to be kept is forgotten, without an error */
} SumdbState;

/* The newest signed head; empty when there is none yet. */
bool sumdb_state_read_head(Arena *a, const SumdbState *state, Str *ret_note, Err *err);

typedef enum {
    SUMDB_SWAP_FAILED,
    SUMDB_SWAPPED,
    SUMDB_SWAP_CHANGED, /* the head on disk is not `old`; nothing was written */
} SumdbSwap;

/* Replaces the head `old` (empty: none) by `new_note`, compared and written under the lock. */
SumdbSwap sumdb_state_swap_head(Arena scratch, const SumdbState *state, Str old, Str new_note,
                                Err *err);

/* A cached reply by its path ("lookup/..."), at most max bytes. */
bool sumdb_state_read_reply(Arena *a, const SumdbState *state, Str path, isize max, Str *ret);
void sumdb_state_write_reply(Arena scratch, const SumdbState *state, Str path, Str reply);

/* A cached tile: exactly tile_len bytes, taken from what is there when that is wider. One file
 * holds the widest known prefix of a tile, so that partial tiles of old heads do not pile up. */
bool sumdb_state_read_tile(Arena *a, const SumdbState *state, Tile tile, Str *ret);
void sumdb_state_write_tile(Arena scratch, const SumdbState *state, Tile tile, Str data);

/* Keeps evidence; *ret_path is where, relative to the state directory. The same evidence twice is
 * one file. */
bool sumdb_state_write_fork(Arena *a, const SumdbState *state, Str evidence, Str *ret_path,
                            Err *err);
/* The folder of the evidence, and whether it holds any. */
bool sumdb_state_find_fork(Arena *a, const SumdbState *state, bool *ret_found, Str *ret_path,
                           Err *err);

#endif
