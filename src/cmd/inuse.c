#include "cmd/inuse.h"

#include "base/path.h"
#include "toolchain/selected.h"

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

bool inuse_go(Invocation *inv, ToolchainContext *c, Str *ret_root, Str *ret_version, Err *err)
{
    InUse in_use = inuse_find(inv, c);
    *ret_root = in_use.root.path;
    *ret_version = in_use.root.version;
    if (!in_use.is_shim) {
        return true;
    }
    Selected selected;
    if (!selected_find(c, inv->arena, (Str){0}, NULL, 0, false, &selected, err)) {
        return false;
    }
    *ret_root = selected.root;
    *ret_version = selected.version;
    return true;
}
