/*
 * What the public log says of a release: from the store's proof, which needs no network, or asked,
 * or from the proof that a goward.lock carries.
 */
#ifndef TOOLCHAIN_TRUST_H
#define TOOLCHAIN_TRUST_H

#include "sumdb/record.h"
#include "toolchain/context.h"

typedef enum {
    TRUST_FAILED,      /* *err: the log lied, or its state cannot be used */
    TRUST_RECORD,      /* the record, proved to be in the signed tree */
    TRUST_NO_RECORD,   /* the log has no such release */
    TRUST_UNREACHABLE, /* *err: offline, or nobody answered */
} TrustOutcome;

/* The record of golang.org/toolchain at the release's version. A proof in the store is preferred:
 * it is checked in full and costs no request. Where nobody answers, c->lock_proof serves. */
TrustOutcome trust_record(ToolchainContext *c, Arena *a, const Release *release, SumdbRecord *ret,
                          Err *err);

/* The manifest of a release, when the store has one that can be read and hashes to h1: its text is
 * then proved. */
bool trust_manifest(ToolchainContext *c, Arena *a, const Release *release, Str h1, Str *ret_text);

#endif
