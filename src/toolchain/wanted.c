#include "toolchain/wanted.h"

#include "base/panic.h"
#include "go/mod/spec.h"
#include "store/store.h"
#include "toolchain/installed.h"
#include "toolchain/lockfile.h"

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

bool wanted_read_lock(ToolchainContext *c, Arena *a, const Resolution *r, Str *ret_h1, Err *err)
{
    Str text;
    Lockfile lock;
    *ret_h1 = (Str){0};
    if (!r->has_lock || r->by != RESOLVE_BY_LOCK) {
        return true;
    }
    FileOutcome read = file_read_all(a, FILE_CWD, r->lock_file, LOCKFILE_MAX_FILE, &text, err);
    if (read != FILE_FOUND) {
        return read == FILE_ABSENT;
    }
    if (!lockfile_parse(a, r->lock_file, text, &lock, err)) {
        return false;
    }
    Platform host = {context_host_os(), context_host_arch()};
    const LockPlatform *entry = lockfile_find(&lock, host);
    if (entry != NULL) {
        *ret_h1 = entry->h1;
        c->lock_proof = entry->proof;
    }
    return true;
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
