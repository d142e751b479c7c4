#include "toolchain/trust.h"

#include "store/evidence.h"

static bool record_of_store(ToolchainContext *c, Arena *a, const Gosumdb *database,
                            const Release *release, SumdbRecord *ret)
{
    Store *store;
    Err none;
    return context_store(c, &store, &none) == STORE_OPENED &&
           evidence_record(a, store, database, release, ret);
}

/* What is wanted, which request failed, and why: the steps between say nothing to a person. */
static TrustOutcome fail_unreachable(const Release *release, Err *err)
{
    err->n_frames = MIN(err->n_frames, 1);
    FAIL_IN(err, "go%.*s for %.*s/%.*s cannot be proved", STR_ARG(release->version),
            STR_ARG(release->os), STR_ARG(release->arch));
    return TRUST_UNREACHABLE;
}

static TrustOutcome ask_log(ToolchainContext *c, Arena *a, const Release *release, SumdbRecord *ret,
                            Err *err)
{
    SumdbClient *client;
    if (!context_sumdb(c, &client, err)) {
        return TRUST_FAILED;
    }
    if (sumdb_lookup(client, a, S(RELEASE_MODULE), release_module_version(a, release), ret, err)) {
        return TRUST_RECORD;
    }
    return err->kind == ERR_NOT_FOUND ? TRUST_NO_RECORD
           : err->kind == ERR_NET     ? fail_unreachable(release, err)
                                      : TRUST_FAILED;
}

/* The proof of a goward.lock counts only where the log cannot be asked: it is as good, but the log
 * also tells whether its tree still is the one that everybody else sees. */
TrustOutcome trust_record(ToolchainContext *c, Arena *a, const Release *release, SumdbRecord *ret,
                          Err *err)
{
    const Gosumdb *database;
    if (!context_gosumdb(c, &database, err)) {
        return TRUST_FAILED;
    }
    if (record_of_store(c, a, database, release, ret)) {
        return TRUST_RECORD;
    }
    TrustOutcome outcome = ask_log(c, a, release, ret, err);
    return outcome == TRUST_UNREACHABLE &&
                   evidence_proof_holds(a, c->lock_proof, database, release, ret)
               ? TRUST_RECORD
               : outcome;
}

bool trust_manifest(ToolchainContext *c, Arena *a, const Release *release, Str h1, Str *ret_text)
{
    Store *store;
    Err no_help; /* in naming files, but no reason to stop either */
    return context_store(c, &store, &no_help) == STORE_OPENED &&
           evidence_manifest(a, store, evidence_id(a, release), h1, ret_text);
}
