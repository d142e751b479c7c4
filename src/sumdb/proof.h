/*
 * A proof that needs no network: a text file (C2SP tlog-proof) with the record, its inclusion proof
 * and the signed tree head. docs/formats/tlog-proof.md describes it.
 */
#ifndef SUMDB_PROOF_H
#define SUMDB_PROOF_H

#include "sumdb/record.h"

#define PROOF_MAX_LEN (256 * KIB) /* bytes; a real one has about 2 KiB */

/* The proof of a record as text. */
Str proof_format(Arena *a, const SumdbRecord *record);

/* Checks a proof from anywhere: the signature of verifier's key, the record's inclusion, and that
 * the text is exactly what proof_format writes. On success ret is filled; module and version are
 * those that the record names, and THE CALLER COMPARES THEM with what it asked for. Copies what it
 * keeps. ERR_FORMAT for what is no proof, ERR_VERIFY for one that does not hold, ERR_LIMIT past
 * PROOF_MAX_LEN. */
bool proof_check(Arena *a, Str text, const NoteVerifier *verifier, SumdbRecord *ret, Err *err);

#endif
