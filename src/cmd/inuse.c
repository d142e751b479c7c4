#include "cmd/inuse.h"

#include "base/path.h"

InUse inuse_find(const Invocation *inv, const ToolchainContext *c)
{
    InUse found = {0};
    Str rest = environ_value(inv->env, S("PATH"));
    while (rest.len > 0 && found.program.len == 0) {
        StrCut cut = str_cut(rest, ':');
        rest = cut.tail;
        Str program = path_join(inv->arena, cut.head, S("go"));
        if (cut.head.len > 0 && file_may_execute(FILE_CWD, program)) {
            found.program = program;
            found.is_shim = path_is_within(cut.head, c->home);
        }
    }
    Str root;
    Err ignored;
    if (found.program.len > 0 && !found.is_shim &&
        goroot_of_program(inv->arena, found.program, &root) &&
        goroot_read(inv->arena, root, &found.root, &ignored) != GOROOT_FOUND) {
        found.root = (Goroot){0};
    }
    return found;
}
