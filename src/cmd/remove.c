/* goward remove SPEC...: exactly the versions named, unless somebody needs them. */
#include "cmd/session.h"
#include "cmd/table.h"
#include "os/proc.h"
#include "store/tree.h"
#include "toolchain/activate.h"
#include "toolchain/installed.h"
#include "toolchain/projects.h"

typedef struct {
    ToolchainContext *context;
    Store *store;
    Str os, arch;
    int64_t bytes; /* removed so far */
    Str *removed;
    isize n_removed;
} Removal;

static bool find(Removal *m, Str argument, StoreRecord *ret, Err *err)
{
    Spec spec;
    ToolchainContext *c = m->context;
    if (!spec_parse(argument, &spec, err)) {
        return false;
    }
    if (spec.kind != SPEC_EXACT) {
        FAIL(err, ERR_USAGE, "'%.*s' is no exact version: what is removed must be named in full",
             STR_ARG(argument));
        return err_hint(err, "goward list");
    }
    switch (installed_find(c, c->arena, &spec, m->os, m->arch, ret, err)) {
    case INSTALLED_FOUND:
        return true;
    case INSTALLED_NONE:
        FAIL(err, ERR_NOT_FOUND, "go%.*s for %.*s/%.*s is not installed", STR_ARG(spec.version),
             STR_ARG(m->os), STR_ARG(m->arch));
        return err_hint(err, "goward list");
    case INSTALLED_FAILED:
        break;
    }
    return false;
}

/* Names the process that keeps it, unless it ended meanwhile. */
static bool refuse_running(const Removal *m, const StoreRecord *r, Err *err)
{
    Arena *a = m->context->arena;
    Str real, command;
    int64_t pid;
    Err ignored;
    Str root = store_tree_root(a, m->context->home, r->id);
    FileOutcome found = proc_real_path(a, root, &real, &ignored);
    if (found == FILE_FOUND) {
        found = proc_find_running(a, real, &pid, &command, &ignored);
    }
    if (found == FILE_FOUND) {
        FAIL(err, ERR_CONFLICT, "%.*s is running right now: process %lld, %.*s",
             STR_ARG(r->version), (long long)pid,
             STR_ARG(command.len > 0 ? command : S("whose command line is hidden")));
    } else {
        FAIL(err, ERR_CONFLICT, "a program of %.*s is running right now", STR_ARG(r->version));
    }
    return err_hint(err, "wait for it to end, then try again");
}

static bool refuse(const Removal *m, const StoreRecord *r, TreeRemoval why, Err *err)
{
    switch (why) {
    case TREE_IS_DEFAULT:
        FAIL(err, ERR_CONFLICT, "%.*s is this machine's default", STR_ARG(r->version));
        return err_hint(err, "goward use --global SPEC makes another one the default");
    case TREE_IS_VISIBLE:
        FAIL(err, ERR_CONFLICT, "%.*s is part of the current generation", STR_ARG(r->version));
        return err_hint(err, "goward gc removes it when no generation needs it any more");
    case TREE_IS_RUNNING:
        return refuse_running(m, r, err);
    case TREE_ABSENT:
        return FAIL(err, ERR_NOT_FOUND, "%.*s is not installed", STR_ARG(r->version));
    case TREE_REMOVED:
    case TREE_REMOVE_FAILED:
        break;
    }
    return false;
}

/* A known project that pins it is told by name. */
static bool check_pins(Removal *m, const StoreRecord *r, Err *err)
{
    Str project;
    if (!projects_pinning(m->context, m->context->arena, r->id, &project, err)) {
        return false;
    }
    if (project.len == 0) {
        return true;
    }
    FAIL(err, ERR_CONFLICT, "%.*s is pinned by %.*s", STR_ARG(r->version), STR_ARG(project));
    return err_hint(err, "pin another one there with goward use, then try again");
}

static bool remove_one(Invocation *inv, Removal *m, Str argument, Err *err)
{
    StoreRecord record;
    if (!find(m, argument, &record, err) || !check_pins(m, &record, err)) {
        return false;
    }
    TreeRemoval removal = tree_obstacle(m->store, record.id, err);
    if (removal == TREE_IS_VISIBLE) {
        removal = TREE_REMOVED; /* activate_hide sees to that */
    }
    if (removal == TREE_REMOVED && !inv->dry_run) {
        removal = activate_hide(m->store, record.id, err) ? tree_remove(m->store, record.id, err)
                                                          : TREE_REMOVE_FAILED;
    }
    if (removal != TREE_REMOVED) {
        return refuse(m, &record, removal, err);
    }
    m->removed[m->n_removed++] = record.id;
    m->bytes += record.written;
    if (!inv->wants_json) {
        report_line(inv->report, "%s %.*s", inv->dry_run ? "would remove" : "removed",
                    STR_ARG(record.version));
    }
    return true;
}

static void print_json(Invocation *inv, const Removal *m)
{
    JsonWriter *w = report_json_begin(inv->report, S("remove"), 1);
    json_key_array(w, S("removed"));
    for (isize i = 0; i < m->n_removed; i++) {
        json_str(w, m->removed[i]);
    }
    json_end(w);
    json_key_number(w, S("bytes"), m->bytes);
    json_key_bool(w, S("dry_run"), inv->dry_run);
    report_json_end(inv->report);
}

static bool remove_all(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    Removal removal = {.context = c};
    Removal *m = &removal;
    if (!session_store(c, &m->store, err) || !session_platform(inv, &m->os, &m->arch, err) ||
        (!inv->dry_run && !context_claim_store(c, &m->store, err))) {
        return false;
    }
    session_tell_notes(inv, m->store);
    m->removed = ARENA_ARRAY(inv->arena, Str, inv->n_args);
    for (isize i = 0; i < inv->n_args; i++) {
        if (!remove_one(inv, m, inv->args[i], err)) {
            return false;
        }
    }
    if (inv->wants_json) {
        print_json(inv, m);
    }
    return true;
}

bool cmd_remove(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, remove_all, ret_code, err);
}
