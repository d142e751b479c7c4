/* go.mod: the scan of the start and both readings. What is read strictly must be readable laxly,
 * unless it asks for a branch or the like, as only a main module may; and then say the same of the
 * go line. */
#include "base/panic.h"
#include "go/mod/gomod.h"
#include "go/mod/semver.h"

static bool has_query(Arena *a, const GoMod *mod)
{
    for (isize i = 0; i < mod->requires.len; i++) {
        Str version = mod->requires.ptr[i].version;
        if (!str_eq(semver_canonical(a, version), version)) {
            return true;
        }
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(64 * KIB);
    Str text = {(const char *)data, (isize)size};
    GoModValue line = gomod_lookup(text, S("go"));
    ASSERT(line.line >= 0 && line.value.len <= text.len);
    GoMod strict, lax;
    Err err;
    if (gomod_parse(&a, S("go.mod"), text, GOMOD_STRICT, &strict, &err)) {
        bool is_lax = gomod_parse(&a, S("go.mod"), text, GOMOD_LAX, &lax, &err);
        ASSERT(is_lax || has_query(&a, &strict));
        ASSERT(!is_lax || str_eq(strict.go.version, lax.go.version));
        ASSERT(!is_lax || strict.requires.len == lax.requires.len);
    } else {
        ASSERT(err.kind == ERR_FORMAT || err.kind == ERR_LIMIT);
        gomod_parse(&a, S("go.mod"), text, GOMOD_LAX, &lax, &err);
    }
    arena_done(&a);
    return 0;
}
