#include "toolchain/wanted.h"

#include "base/panic.h"
#include "store/store.h"
#include "toolchain/installed.h"
#include "toolchain/spec.h"

static bool resolve(ToolchainContext *c, Arena *a, const Environ *env, Str dir, Str request,
                    const Str *argv, isize argc, bool explain, Resolution *ret, Err *err)
{
    Str id, version = {0}, platform;
    FileOutcome peeked = store_peek_default(a, c->home, &id, err);
    if (peeked == FILE_FAILED) {
        return false;
    }
    if (peeked == FILE_FOUND) {
        store_id_split(id, &version, &platform);
    }
    ResolveInput in = {.environ = env,
                       .working_dir = dir,
                       .request = request,
                       .argv = argv,
                       .argc = argc,
                       .default_name = version,
                       .newest = installed_newest,
                       .newest_context = c,
                       .explain = explain};
    return resolve_run(a, &in, ret, err);
}

bool wanted_resolve(ToolchainContext *c, Arena *a, Str request, const Str *argv, isize argc,
                    bool explain, Resolution *ret, Err *err)
{
    return resolve(c, a, c->env, c->dir, request, argv, argc, explain, ret, err);
}

bool wanted_by_project(ToolchainContext *c, Arena *a, Str root, Resolution *ret, Err *err)
{
    Environ bare = environ_without(a, c->env, S("GOTOOLCHAIN"));
    bare = environ_without(a, &bare, S("GOWARD_GO"));
    return resolve(c, a, &bare, root, (Str){0}, NULL, 0, false, ret, err);
}

bool wanted_settle(ToolchainContext *c, Arena *a, Resolution *r, Err *err)
{
    Spec spec;
    Source *source;
    SourceVersions versions;
    Str chosen;
    if (r->outcome != RESOLVE_SPEC) {
        return true;
    }
    if (!spec_parse(r->spec, &spec, err) || !context_source(c, &source, err) ||
        !source_versions(source, a, context_host_os(), context_host_arch(), &versions, err) ||
        !spec_choose(&spec, versions.ptr, versions.len, source_name(source), &chosen, err)) {
        return FAIL_IN(err, "choosing '%.*s'", STR_ARG(r->spec));
    }
    r->outcome = RESOLVE_EXACT;
    r->name = str_concat(a, S("go"), chosen);
    return true;
}
