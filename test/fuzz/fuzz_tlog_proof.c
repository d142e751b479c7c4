/* Proof files: what holds is written just as it was read. */
#include "base/panic.h"
#include "sumdb/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_init(0);
    NoteVerifier verifier;
    SumdbRecord record;
    Err err;
    ASSERT(note_verifier_parse(
        arena, S("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"), &verifier,
        &err));
    Str text = {(const char *)data, (isize)size};
    if (proof_check(&arena, text, &verifier, &record, &err)) {
        ASSERT(str_eq(proof_format(&arena, &record), text));
        ASSERT(record.module.len > 0 && record.version.len > 0 && record.h1.len == 47);
        ASSERT(record.id >= 0 && record.id < record.head.tree.size);
    }
    arena_done(&arena);
    return 0;
}
