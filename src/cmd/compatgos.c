#include "cmd/compatgos.h"

#include "cmd/inuse.h"
#include "go/mod/releases.h"

bool compatgos_asked(Invocation *inv, CompatGos *gos, Err *err)
{
    Str text = option_text(inv, OPTION_GOS);
    bool is_asked = option_is_set(inv, OPTION_GOS);
    for (StrCut cut = {.tail = text, .found = is_asked}; cut.found;) {
        cut = str_cut(cut.tail, ',');
        if (!compat_add_go(inv->arena, str_trim(cut.head), gos, err)) {
            return FAIL_IN(err, "--go");
        }
    }
    return true;
}

bool compatgos_usual(Invocation *inv, ToolchainContext *c, const MainMods *mains, CompatGos *gos,
                     Err *err)
{
    Arena *a = inv->arena;
    Str root, in_use;
    if (!inuse_go(inv, c, &root, &in_use, err)) {
        return false;
    }
    Str newest = releases_newest(a, c->home, in_use);
    const Str usual[] = {
        mains->work_file.len > 0 ? mainmods_go_of_work(&mains->work)
                                 : mainmods_go_of_mod(&mains->ptr[0].mod),
        releases_before(a, newest),
        newest,
        in_use,
    };
    for (isize i = 0; i < COUNT_OF(usual); i++) {
        Err ignored = {0};
        compat_add_go(a, usual[i], gos, &ignored); /* a go line may be older than modules are */
    }
    return true;
}
