#include "store/evidence.h"

#include "go/mod/dirhash.h"
#include "store/record.h"
#include "sumdb/proof.h"

Str evidence_id(Arena *a, const Release *release)
{
    Str version = str_concat(a, S("go"), release->version);
    Str platform = str_format(a, "%.*s/%.*s", STR_ARG(release->os), STR_ARG(release->arch));
    return store_id_make(a, version, platform, (Str){0});
}

bool evidence_proof_holds(Arena *a, Str proof, const Gosumdb *database, const Release *release,
                          SumdbRecord *ret)
{
    Err broken;
    SumdbRecord record;
    if (proof.len == 0 || !proof_check(a, proof, &database->verifier, &record, &broken) ||
        !str_eq(record.module, S(RELEASE_MODULE)) ||
        !str_eq(record.version, release_module_version(a, release))) {
        return false;
    }
    *ret = record;
    return true;
}

bool evidence_record(Arena *a, Store *s, const Gosumdb *database, const Release *release,
                     SumdbRecord *ret)
{
    Str proof;
    Err none;
    return record_read_proof(a, s, evidence_id(a, release), &proof, &none) == FILE_FOUND &&
           evidence_proof_holds(a, proof, database, release, ret);
}

bool evidence_manifest(Arena *a, Store *s, Str id, Str h1, Str *ret_text)
{
    Str text;
    Err none;
    if (record_read_manifest(a, s, id, &text, &none) != FILE_FOUND ||
        !str_eq(dirhash_h1(a, text), h1)) {
        return false;
    }
    *ret_text = text;
    return true;
}
