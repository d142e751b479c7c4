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

/* The store's own proof of the release. A proof that does not hold is no reason to stop: the log is
 * asked again, and `verify` tells of it. */
static TrustOutcome record_from_store(ToolchainContext *c, Arena *a, const Release *release,
                                      SumdbRecord *ret, Err *err)
{
    const Gosumdb *database;
    Store *store;
    Str proof;
    Err broken;
    if (!context_gosumdb(c, &database, err)) {
        return TRUST_FAILED;
    }
    if (context_store(c, &store, &broken) != STORE_OPENED ||
        record_read_proof(a, store, store_id(a, release), &proof, &broken) != FILE_FOUND ||
        !proof_check(a, proof, &database->verifier, ret, &broken) ||
        !str_eq(ret->module, S(MODULE)) ||
        !str_eq(ret->version, release_module_version(a, release))) {
        return TRUST_NO_RECORD;
    }
    return TRUST_RECORD;
}

TrustOutcome trust_record(ToolchainContext *c, Arena *a, const Release *release, SumdbRecord *ret,
                          Err *err)
{
    TrustOutcome outcome = record_from_store(c, a, release, ret, err);
    if (outcome != TRUST_NO_RECORD) {
        return outcome;
    }
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

FileOutcome trust_manifest(ToolchainContext *c, Arena *a, const Release *release, Str h1,
                           Str *ret_text, Err *err)
{
    Store *store;
    Str text;
    StoreOutcome opened = context_store(c, &store, err);
    if (opened != STORE_OPENED) {
        return opened == STORE_ABSENT ? FILE_ABSENT : FILE_FAILED;
    }
    FileOutcome read = record_read_manifest(a, store, store_id(a, release), &text, err);
    if (read == FILE_FOUND && !str_eq(dirhash_h1(a, text), h1)) {
        return FILE_ABSENT; /* damaged, or of other content: no help in naming files */
    }
    if (read == FILE_FOUND) {
        *ret_text = text;
    }
    return read;
}
