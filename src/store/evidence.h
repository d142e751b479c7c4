/*
 * What the store can show about a Go release without asking anybody: the log's record of it, proved
 * from a file, and the list of its files.
 */
#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H

#include "go/root/release.h"
#include "store/store.h"
#include "sumdb/gosumdb.h"
#include "sumdb/record.h"

/* Id of the official content of a release. */
Str evidence_id(Arena *a, const Release *release);

/* Whether a proof from anywhere holds, and is about this very release. One that does not is no
 * reason to stop: the log can be asked. */
bool evidence_proof_holds(Arena *a, Str proof, const Gosumdb *database, const Release *release,
                          SumdbRecord *ret);

/* The record of a release, proved by the proof that the store has of it; false without one. */
bool evidence_record(Arena *a, Store *s, const Gosumdb *database, const Release *release,
                     SumdbRecord *ret);

/* The manifest of the toolchain id, when the store has one that can be read and hashes to h1: it is
 * then as true as h1 is. */
bool evidence_manifest(Arena *a, Store *s, Str id, Str h1, Str *ret_text);

#endif
