#include "toolchain/selected.h"

#include "base/panic.h"
#include "base/path.h"
#include "go/root/goroot.h"
#include "store/store.h"
#include "toolchain/installed.h"

/* Where an exact name stands: the official build, else another build of that version. */
static bool place_exact(ToolchainContext *c, Arena *a, Selected *s, Err *err)
{
    s->version = s->name;
    str_eat_prefix(&s->version, S("go"));
    s->id = installed_id(a, s->version, context_host_os(), context_host_arch());
    FileOutcome peeked =
        store_id_is_valid(s->id) ? store_peek_tree(a, c->home, s->id, &s->root, err) : FILE_ABSENT;
    if (peeked == FILE_FAILED) {
        return false;
    }
    Spec spec;
    Err ignored;
    StoreRecord record;
    if (peeked == FILE_ABSENT && spec_parse(s->version, &spec, &ignored) &&
        spec.kind == SPEC_EXACT &&
        installed_find(c, a, &spec, context_host_os(), context_host_arch(), &record, &ignored) ==
            INSTALLED_FOUND) {
        s->id = record.id;
        s->root = store_tree_root(a, c->home, record.id);
        s->kind = SELECTED_DAMAGED;
        Str program = path_join(a, s->root, S("bin/go"));
        if (file_may_execute(FILE_CWD, program)) {
            s->kind = SELECTED_INSTALLED;
        }
        return true;
    }
    s->kind = peeked == FILE_FOUND ? SELECTED_INSTALLED : SELECTED_MISSING;
    return true;
}

/* Nothing asks for a Go: the one that is there without goward serves, else the newest installed. */
static bool place_unasked(ToolchainContext *c, Arena *a, Selected *s, Err *err)
{
    Str root = context_system_goroot(c, NULL);
    Goroot found;
    Spec stable;
    StoreRecord record;
    if (root.len > 0 && goroot_read(a, root, &found, err) == GOROOT_FOUND) {
        s->kind = SELECTED_SYSTEM;
        s->root = root;
        s->name = found.name;
        s->version = found.version;
        return true;
    }
    if (!spec_parse(S("stable"), &stable, err)) {
        return false;
    }
    InstalledOutcome outcome =
        installed_find(c, a, &stable, context_host_os(), context_host_arch(), &record, err);
    if (outcome == INSTALLED_FOUND) {
        s->name = record.version;
        return place_exact(c, a, s, err);
    }
    return outcome == INSTALLED_NONE;
}

bool selected_find(ToolchainContext *c, Arena *a, Str request, const Str *argv, isize argc,
                   bool explain, Selected *ret, Err *err)
{
    Selected s = {0};
    if (!wanted_resolve(c, a, request, argv, argc, explain, &s.want, err)) {
        return false;
    }
    switch (s.want.outcome) {
    case RESOLVE_EXACT:
        s.name = s.want.name;
        if (!place_exact(c, a, &s, err)) {
            return false;
        }
        break;
    case RESOLVE_SPEC:
        s.kind = SELECTED_MISSING;
        s.name = s.want.spec;
        if (s.want.by == RESOLVE_BY_STABLE && !place_unasked(c, a, &s, err)) {
            return false;
        }
        break;
    case RESOLVE_REFUSED:
        s.kind = SELECTED_REFUSED;
        break;
    case RESOLVE_NONE:
    case RESOLVE_OUTCOME_COUNT:
        UNREACHABLE("resolve outcome");
    }
    *ret = s;
    return true;
}

static bool fail_missing(const Selected *s, Err *err)
{
    if (s->version.len == 0 && s->want.by == RESOLVE_BY_STABLE) {
        FAIL(err, ERR_NOT_FOUND, "no Go is installed, and nothing here says which one is wanted");
        return err_hint(err, "goward install stable");
    }
    if (s->want.file.len > 0) {
        FAIL(err, ERR_NOT_FOUND, "%.*s is wanted by %.*s:%td and not installed", STR_ARG(s->name),
             STR_ARG(s->want.file), s->want.line);
        return err_hint(err, "goward up");
    }
    FAIL(err, ERR_NOT_FOUND, "%.*s is wanted and not installed", STR_ARG(s->name));
    return err_hint(err, "goward install %.*s", STR_ARG(s->version.len > 0 ? s->version : s->name));
}

bool selected_require(const Selected *s, Err *err)
{
    switch (s->kind) {
    case SELECTED_INSTALLED:
    case SELECTED_SYSTEM:
        return true;
    case SELECTED_DAMAGED:
        FAIL(err, ERR_VERIFY, "%.*s is installed, but its bin/go is gone or cannot be run (GWT002)",
             STR_ARG(s->name));
        return err_hint(err, "goward verify %.*s --repair", STR_ARG(s->version));
    case SELECTED_MISSING:
        return fail_missing(s, err);
    case SELECTED_REFUSED:
        FAIL(err, ERR_USAGE, "%.*s", STR_ARG(s->want.refusal));
        return err_hint(err, "%.*s", STR_ARG(s->want.hint));
    case SELECTED_NONE:
        break;
    }
    UNREACHABLE("selected kind");
}

bool selected_may_install(const ToolchainContext *c, const Selected *s, Str *ret_because)
{
    Str wish = environ_value(c->env, S("GOWARD_AUTO_INSTALL"));
    Str ci = environ_value(c->env, S("CI"));
    if (c->offline) {
        *ret_because = S("goward is offline");
        return false;
    }
    if (str_eq(wish, S("0"))) {
        *ret_because = S("GOWARD_AUTO_INSTALL=0");
        return false;
    }
    if (ci.len > 0 && !str_eq(ci, S("0")) && !str_eq_fold(ci, S("false")) &&
        !str_eq(wish, S("1")) && s->want.by != RESOLVE_BY_LOCK) {
        *ret_because = S("CI is set and goward.lock pins no version");
        return false;
    }
    return true;
}

bool selected_environment(ToolchainContext *c, Arena *a, const Selected *s, ChildChanges *ret,
                          Err *err)
{
    ChildGo go = {
        .home = c->home, .root = s->root, .version = s->version, .holds_older = s->want.hold};
    return childenv_changes(a, c->env, &go, ret, err);
}
