#include "toolchain/trust.h"

#include "go/mod/dirhash.h"
#include "store/record.h"
#include "sumdb/proof.h"

#define MODULE "golang.org/toolchain"

static Str store_id(Arena *a, const Release *release)
{
    Str version = str_concat(a, S("go"), release->version);
    Str platform = str_format(a, "%.*s/%.*s", STR_ARG(release->os), STR_ARG(release->arch));
    return store_id_make(a, version, platform, (Str){0});
}

/* Whether a proof from anywhere holds, and is about this very release. One that does not is no
 * reason to stop: the log can be asked. */
static bool holds_for(Arena *a, Str proof, const Gosumdb *database, const Release *release,
                      SumdbRecord *ret)
{
    Err broken;
    SumdbRecord record;
    if (proof.len == 0 || !proof_check(a, proof, &database->verifier, &record, &broken) ||
        !str_eq(record.module, S(MODULE)) ||
        !str_eq(record.version, release_module_version(a, release))) {
        return false;
    }
    *ret = record;
    return true;
}

static Str proof_in_store(ToolchainContext *c, Arena *a, const Release *release)
{
    Store *store;
    Str proof;
    Err none;
    bool is_there = context_store(c, &store, &none) == STORE_OPENED &&
                    record_read_proof(a, store, store_id(a, release), &proof, &none) == FILE_FOUND;
    return is_there ? proof : (Str){0};
}

static TrustOutcome ask_log(ToolchainContext *c, Arena *a, const Release *release, SumdbRecord *ret,
                            Err *err)
{
    SumdbClient *client;
    if (!context_sumdb(c, &client, err)) {
        return TRUST_FAILED;
    }
    if (sumdb_lookup(client, a, S(MODULE), release_module_version(a, release), ret, err)) {
        return TRUST_RECORD;
    }
    return err->kind == ERR_NOT_FOUND ? TRUST_NO_RECORD
           : err->kind == ERR_NET     ? TRUST_UNREACHABLE
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
    if (holds_for(a, proof_in_store(c, a, release), database, release, ret)) {
        return TRUST_RECORD;
    }
    TrustOutcome outcome = ask_log(c, a, release, ret, err);
    return outcome == TRUST_UNREACHABLE && holds_for(a, c->lock_proof, database, release, ret)
               ? TRUST_RECORD
               : outcome;
}

bool trust_manifest(ToolchainContext *c, Arena *a, const Release *release, Str h1, Str *ret_text)
{
    Store *store;
    Err no_help; /* in naming files, but no reason to stop either */
    return context_store(c, &store, &no_help) == STORE_OPENED &&
           record_read_manifest(a, store, store_id(a, release), ret_text, &no_help) == FILE_FOUND &&
           str_eq(dirhash_h1(a, *ret_text), h1);
}
