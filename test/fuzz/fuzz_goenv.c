/* Env files: the user's file before the first NUL, go.env behind it. A value found in a file must
 * stand in the line that is named. */
#include "base/panic.h"
#include "go/env/env.h"
#include "go/mod/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_place(const GoEnv *e, Str name)
{
    GoEnvValue v = goenv_get(e, name);
    if (v.line == 0) {
        return;
    }
    Str rest = v.origin == GOENV_ORIGIN_USER_FILE ? e->user_text : e->goroot_text;
    StrCut cut = {.tail = rest};
    for (isize i = 0; i < v.line; i++) {
        cut = str_cut(cut.tail, '\n');
    }
    ASSERT(str_starts_with(cut.head, name));
    ASSERT(str_ends_with(cut.head, v.value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(64 * KIB);
    StrCut cut = str_cut((Str){(const char *)data, (isize)size}, '\0');
    Environ empty = {0};
    GoEnv e = {.arena = &a,
               .environ = &empty,
               .user_path = S("/user"),
               .user_text = cut.head,
               .goroot_path = S("/go/go.env"),
               .goroot_text = cut.tail};
    check_place(&e, S("GOTOOLCHAIN"));
    check_place(&e, S("GOFLAGS"));
    goenv_value(&e, S("GOMODCACHE"));
    Str flag;
    goenv_flag(&e, S("modfile"), &flag);
    goversion_compare(goenv_value(&e, S("GOTOOLCHAIN")), goenv_value(&e, S("GOFLAGS")));
    arena_done(&a);
    return 0;
}
