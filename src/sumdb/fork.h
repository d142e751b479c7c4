/*
 * The evidence that a log told two stories: two heads with valid signatures, of which the smaller
 * is not the beginning of the larger. Whoever holds the log's public key can check it.
 * docs/formats/sumdb-state.md describes the text.
 */
#ifndef SUMDB_FORK_H
#define SUMDB_FORK_H

#include "sumdb/head.h"

typedef struct {
    SumdbHead ours;   /* the head that was known before */
    SumdbHead theirs; /* the head that contradicts it */
    /* The tree that the larger head has for the smaller one's records, and the proof of that; root
     * differs from the smaller head's. The proof is empty when both have the same size. */
    TlogTree prefix;
    TlogProof proof;
} SumdbFork;

/* Whether the evidence holds: the trees of the heads contradict each other. The heads' signatures
 * are the caller's to check (sumdb_head_open). */
bool fork_check(const SumdbFork *fork);

/* The evidence as a text for people and for third parties. */
Str fork_format(Arena *a, Str name, const SumdbFork *fork);

#endif
