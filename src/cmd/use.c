/*
 * goward use SPEC: pins a release in the project's goward.lock, with the proof for each platform
 * that the log can give now; or, with --global, makes it the machine's default. Either is one
 * generation, which a rollback undoes.
 */
#include "base/path.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "cmd/account.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "store/record.h"
#include "sumdb/proof.h"
#include "toolchain/activate.h"
#include "toolchain/installed.h"
#include "toolchain/lockfile.h"
#include "toolchain/projects.h"
#include "toolchain/surroundings.h"
#include "toolchain/trust.h"

/* What a team builds on: pinned with the machine's own, so that a colleague's or a CI job's first
 * install needs no trust in the network. */
static const Platform team_platforms[] = {
    {STR_CONST("darwin"), STR_CONST("arm64")},
    {STR_CONST("linux"), STR_CONST("amd64")},
    {STR_CONST("linux"), STR_CONST("arm64")},
    {STR_CONST("windows"), STR_CONST("amd64")},
};

typedef struct {
    ToolchainContext *context;
    Store *store;
    Str version;
    TrustOutcome team[COUNT_OF(team_platforms)]; /* what the log said of each */
    Installed installed;
    Str lock_path;        /* empty with --global */
    const Lockfile *lock; /* as it was written there */
    Str project_root;
    int64_t generation;
    GenerationOutcome outcome;
} Use;

static bool choose(Invocation *inv, Use *u, Err *err)
{
    Spec spec;
    Source *source;
    SourceVersions versions;
    StoreRecord record;
    if (!spec_parse(inv->args[0], &spec, err)) {
        return false;
    }
    if (!spec_is_version(&spec)) {
        FAIL(err, ERR_USAGE, "'%.*s' names a place; a pin names a version", STR_ARG(inv->args[0]));
        return err_hint(err, "goward install %.*s, then goward use its version",
                        STR_ARG(inv->args[0]));
    }
    if (spec.kind == SPEC_EXACT) {
        u->version = spec.version;
        return true;
    }
    if (inv->offline) { /* the newest that is here */
        InstalledOutcome found = installed_find(u->context, inv->arena, &spec, context_host_os(),
                                                context_host_arch(), &record, err);
        u->version = record.version;
        return found == INSTALLED_FOUND
                   ? str_eat_prefix(&u->version, S("go"))
                   : found == INSTALLED_NONE &&
                         FAIL(err, ERR_NET,
                              "nothing that is installed answers to '%.*s', and goward is offline",
                              STR_ARG(inv->args[0]));
    }
    return context_source(u->context, &source, err) &&
           source_versions(source, inv->arena, context_host_os(), context_host_arch(), &versions,
                           err) &&
           spec_choose(&spec, versions.ptr, versions.len, source_name(source), &u->version, err);
}

static bool install(Invocation *inv, Use *u, Err *err)
{
    Progress progress = progress_begin(inv->report, S("source"), PROGRESS_BYTES);
    InstallOptions wish = {.os = context_host_os(),
                           .arch = context_host_arch(),
                           .progress = progress_update,
                           .progress_context = &progress};
    bool ok = install_release(u->context, inv->arena, u->version, &wish, &u->installed, err);
    progress_end(&progress);
    if (ok) {
        account_print(inv->report, inv->arena, &u->installed);
    }
    return ok && session_show(inv, err);
}

/* --- goward.lock --- */

/* Where the lock of this directory is, or is to be. A project needs a go.work, a go.mod or a lock;
 * what they say does not matter, so that a lock with a merge conflict can be written anew. */
static bool find_project(Invocation *inv, Use *u, Err *err)
{
    const GoEnv *goenv;
    if (!context_goenv(u->context, &goenv, err)) {
        return false;
    }
    AUTO_SURROUNDINGS Surroundings around = surroundings_find(inv->arena, goenv, inv->go_dir);
    if (around.lock_file.len == 0) {
        FAIL(err, ERR_NOT_FOUND, "there is no Go project in '%.*s' to pin a version in",
             STR_ARG(inv->dir));
        return err_hint(err, "goward use %.*s --global, for the whole machine",
                        STR_ARG(inv->args[0]));
    }
    u->lock_path = around.lock_file;
    u->project_root = around.project_root;
    return true;
}

static void add_platform(Lockfile *lock, Platform platform, const SumdbRecord *record, Arena *a)
{
    lock->platforms[lock->n_platforms++] =
        (LockPlatform){.platform = platform, .h1 = record->h1, .proof = proof_format(a, record)};
}

/* This machine's platform must be proved; the others are asked for, and left out where the log has
 * nothing to say or cannot be reached. */
static bool fill_lock(Invocation *inv, Use *u, Lockfile *lock, Err *err)
{
    Platform host = {context_host_os(), context_host_arch()};
    Release release = {u->version, host.os, host.arch};
    SumdbRecord record;
    if (trust_record(u->context, inv->arena, &release, &record, err) != TRUST_RECORD) {
        return FAIL_IN(err, "pinning go%.*s", STR_ARG(u->version));
    }
    add_platform(lock, host, &record, inv->arena);
    for (isize i = 0; i < COUNT_OF(team_platforms); i++) {
        release.os = team_platforms[i].os;
        release.arch = team_platforms[i].arch;
        if (platform_eq(team_platforms[i], host)) {
            continue;
        }
        u->team[i] = trust_record(u->context, inv->arena, &release, &record, err);
        if (u->team[i] == TRUST_FAILED) { /* a log that lies is not believed elsewhere either */
            return FAIL_IN(err, "pinning go%.*s for %.*s/%.*s", STR_ARG(u->version),
                           STR_ARG(release.os), STR_ARG(release.arch));
        }
        if (u->team[i] == TRUST_RECORD) {
            add_platform(lock, team_platforms[i], &record, inv->arena);
        }
    }
    return true;
}

/* Platforms without an entry of which the log said this: "darwin/arm64, linux/arm64"; or empty. */
static Str list_unpinned(Arena *a, const Use *u, TrustOutcome said)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < COUNT_OF(team_platforms); i++) {
        const Platform *p = &team_platforms[i];
        if (u->team[i] == said && lockfile_find(u->lock, *p) == NULL) {
            strbuf_add_format(&b, "%s%.*s/%.*s", b.len > 0 ? ", " : "", STR_ARG(p->os),
                              STR_ARG(p->arch));
        }
    }
    return strbuf_str(&b);
}

/* A colleague there would have to trust the network: nobody should find that out later. */
static void warn_unpinned(Invocation *inv, const Use *u)
{
    Str unknown = list_unpinned(inv->arena, u, TRUST_NO_RECORD);
    Str unasked = list_unpinned(inv->arena, u, TRUST_UNREACHABLE);
    if (unknown.len > 0) {
        report_warn(inv->report,
                    "goward.lock does not pin %.*s: the checksum database has no record of go%.*s "
                    "for it",
                    STR_ARG(unknown), STR_ARG(u->version));
    }
    if (unasked.len > 0) {
        report_warn(inv->report,
                    "goward.lock does not pin %.*s: %s; goward use %.*s, with the network, adds it",
                    STR_ARG(unasked),
                    inv->offline ? "goward is offline" : "the checksum database cannot be reached",
                    STR_ARG(u->version));
    }
}

/* The edit of goward.lock; platforms that others pinned for the same version stay. */
static bool make_edit(Invocation *inv, Use *u, GenerationEdit *ret, Err *err)
{
    Arena *a = inv->arena;
    Lockfile *lock = ARENA_NEW(a, Lockfile);
    GenerationEdit edit = {.path = u->lock_path};
    FileOutcome read =
        file_read_all(a, FILE_CWD, u->lock_path, LOCKFILE_MAX_FILE, &edit.before.text, err);
    edit.before.exists = read == FILE_FOUND;
    lock->name = str_concat(a, S("go"), u->version);
    if (read == FILE_FAILED || !fill_lock(inv, u, lock, err)) {
        return false;
    }
    Lockfile *old = ARENA_NEW(a, Lockfile);
    Err broken; /* a lock that cannot be read is replaced: the rollback brings it back */
    if (edit.before.exists && lockfile_parse(a, u->lock_path, edit.before.text, old, &broken) &&
        str_eq(old->name, lock->name)) {
        for (isize i = 0; i < old->n_platforms; i++) {
            if (lockfile_find(lock, old->platforms[i].platform) == NULL &&
                lock->n_platforms < LOCKFILE_MAX_PLATFORMS) {
                lock->platforms[lock->n_platforms++] = old->platforms[i];
            }
        }
    }
    u->lock = lock;
    edit.after = (FileContent){true, lockfile_format(a, lock)};
    *ret = edit;
    return true;
}

/* --- the switch --- */

/* For the history, which has the command before it. */
static Str describe(Arena *a, const Use *u)
{
    return u->lock_path.len == 0
               ? str_format(a, "go%.*s is the default", STR_ARG(u->version))
               : str_format(a, "go%.*s pinned in %.*s", STR_ARG(u->version), STR_ARG(u->lock_path));
}

static bool switch_generation(Invocation *inv, Use *u, Err *err)
{
    bool is_global = option_is_set(inv, OPTION_GLOBAL);
    GenerationEdit edit = {0};
    if (!is_global && !make_edit(inv, u, &edit, err)) {
        return false;
    }
    bool edits = !is_global && !(edit.before.exists && str_eq(edit.before.text, edit.after.text));
    Activation wish = {.id = u->installed.record.id,
                       .as_default = is_global,
                       .action = S("use"),
                       .project = u->project_root,
                       .reason = describe(inv->arena, u),
                       .edit = edits ? &edit : NULL};
    u->outcome = activate_toolchain(u->store, &wish, &u->generation, err);
    return u->outcome != GENERATION_FAILED && activate_shims(u->store, err) &&
           (is_global || projects_remember(u->context, u->project_root, err));
}

static void print(Invocation *inv, const Use *u)
{
    bool changed = u->outcome == GENERATION_SWITCHED;
    bool is_global = u->lock_path.len == 0;
    Step pinned = {.label = is_global ? S("default") : S("pinned"), .ink = INK_STRONG};
    pinned.parts[0] = str_concat(inv->arena, S("go"), u->version);
    if (!is_global) {
        pinned.place = (Place){u->lock_path, 0};
    }
    report_fact(inv->report, &pinned);
    Step active = {.label = S("active")};
    active.parts[0] = str_format(inv->arena, "generation %lld", (long long)u->generation);
    active.parts[1] = changed ? S("undo: goward rollback") : S("nothing to do");
    report_fact(inv->report, &active);
    if (!inv->wants_json) {
        return;
    }
    JsonWriter *w = report_json_begin(inv->report, S("use"), 1);
    json_key_str(w, S("selected"), pinned.parts[0]);
    json_key_str(w, S("status"), u->installed.record.status);
    json_key_str(w, S("scope"), is_global ? S("machine") : S("project"));
    json_key_str_or_null(w, S("file"), u->lock_path);
    json_key_number(w, S("generation"), u->generation);
    json_key_bool(w, S("changed"), changed);
    json_key_bool(w, S("dry_run"), false);
    report_json_end(inv->report);
}

/* What a run would do. */
static void print_plan(Invocation *inv, const Use *u)
{
    bool is_global = u->lock_path.len == 0;
    report_line(inv->report, "would install go%.*s unless it is there, and %s", STR_ARG(u->version),
                is_global ? "make it the default" : "pin it in goward.lock");
    if (!inv->wants_json) {
        return;
    }
    JsonWriter *w = report_json_begin(inv->report, S("use"), 1);
    json_key_str(w, S("selected"), str_concat(inv->arena, S("go"), u->version));
    json_key_str(w, S("scope"), is_global ? S("machine") : S("project"));
    json_key_str_or_null(w, S("file"), u->lock_path);
    json_key_bool(w, S("changed"), false);
    json_key_bool(w, S("dry_run"), true);
    report_json_end(inv->report);
}

static bool use(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    Use u = {.context = c};
    if ((!option_is_set(inv, OPTION_GLOBAL) && !find_project(inv, &u, err)) ||
        !choose(inv, &u, err)) {
        return false;
    }
    if (inv->dry_run) {
        print_plan(inv, &u);
        return true;
    }
    if (!context_claim_store(c, &u.store, err)) {
        return false;
    }
    session_tell_notes(inv, u.store);
    if (!install(inv, &u, err) || !switch_generation(inv, &u, err)) {
        return false;
    }
    print(inv, &u);
    if (u.lock != NULL) {
        warn_unpinned(inv, &u);
    }
    return true;
}

bool cmd_use(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, use, ret_code, err);
}
