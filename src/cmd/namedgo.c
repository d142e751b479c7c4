#include "cmd/namedgo.h"

#include "base/path.h"
#include "cmd/inuse.h"
#include "go/mod/spec.h"
#include "go/root/manifest.h"
#include "os/proc.h"
#include "toolchain/selected.h"

bool namedgo_in_dir(Invocation *inv, Str path, Str *ret_root, Str *ret_version, Err *err)
{
    Goroot root;
    Str dir = path_absolute(inv->arena, inv->dir, path);
    switch (goroot_read(inv->arena, dir, &root, err)) {
    case GOROOT_FAILED:
        return false;
    case GOROOT_ABSENT:
        return FAIL(err, ERR_NOT_FOUND, "there is no directory '%.*s'", STR_ARG(dir));
    case GOROOT_OTHER:
        return FAIL(err, ERR_USAGE, "'%.*s' is no Go root: it has no VERSION", STR_ARG(dir));
    case GOROOT_FOUND:
        break;
    }
    goroot_settle_version(inv->arena, &root);
    *ret_root = dir;
    *ret_version = root.version;
    return true;
}

static bool is_in_use(Invocation *inv, ToolchainContext *c, Str version, Str *ret_root)
{
    Str in_use;
    Err ignored;
    return inuse_go(inv, c, ret_root, &in_use, &ignored) && ret_root->len > 0 &&
           str_eq(in_use, version);
}

/* Where cmd/go has unpacked it. */
static bool is_cached(Invocation *inv, ToolchainContext *c, Str version, Str *ret_root)
{
    const GoEnv *env;
    Err ignored;
    Str found;
    ProcHost host = proc_host();
    if (!context_goenv(c, &env, &ignored)) {
        return false;
    }
    Str name = manifest_prefix(inv->arena, version, host.os, host.arch);
    str_eat_suffix(&name, S("/"));
    Str dir = path_join(inv->arena, goenv_value(env, S("GOMODCACHE")), name);
    return path_is_absolute(dir) && namedgo_in_dir(inv, dir, ret_root, &found, &ignored) &&
           str_eq(found, version);
}

bool namedgo_find(Invocation *inv, ToolchainContext *c, Str spec, Str *ret_root, Str *ret_version,
                  Err *err)
{
    Spec parsed;
    Selected selected;
    if (!spec_parse(spec, &parsed, err)) {
        return false;
    }
    if (parsed.kind == SPEC_DIR) {
        return namedgo_in_dir(inv, parsed.path, ret_root, ret_version, err);
    }
    if (!spec_is_version(&parsed)) {
        return FAIL(err, ERR_USAGE, "'%.*s' is neither a version nor a directory", STR_ARG(spec));
    }
    if (!selected_find(c, inv->arena, spec, NULL, 0, false, &selected, err)) {
        return false;
    }
    *ret_root = selected.root;
    *ret_version = selected.version;
    if (selected.kind != SELECTED_INSTALLED && parsed.kind == SPEC_EXACT &&
        (is_in_use(inv, c, parsed.version, ret_root) ||
         is_cached(inv, c, parsed.version, ret_root))) {
        *ret_version = parsed.version;
        return true;
    }
    return selected_require(&selected, err);
}
