/* Values of GOSUMDB and the verifier keys in them: names are safe as folders and in URLs, and a key
 * that is accepted is accepted alone. */
#include "base/panic.h"
#include "base/path.h"
#include "sumdb/gosumdb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = arena_init(0);
    Str value = {(const char *)data, (isize)size};
    Gosumdb database, for_toolchain;
    NoteVerifier alone;
    Err err;
    note_verifier_parse(arena, value, &alone, &err);
    bool is_good = gosumdb_parse(arena, value, &database, &err);
    ASSERT(gosumdb_parse_for_toolchain(arena, value, &for_toolchain, &err) == is_good);
    if (is_good) {
        ASSERT(!for_toolchain.is_off && path_is_local(for_toolchain.verifier.name));
        ASSERT(note_verifier_parse(arena, for_toolchain.verifier.vkey, &alone, &err));
        ASSERT(str_eq(alone.name, for_toolchain.verifier.name));
        ASSERT(database.is_off || str_eq(database.verifier.vkey, for_toolchain.verifier.vkey));
    }
    arena_done(&arena);
    return 0;
}
