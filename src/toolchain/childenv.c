#include "toolchain/childenv.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "go/env/env.h"
#include "go/mod/version.h"
#include "os/file.h"
#include "sumdb/bypass.h"

static bool is_on(const Environ *env, Str name)
{
    Str value = environ_value(env, name);
    return value.len > 0 && !str_eq(value, S("0")) && !str_eq_fold(value, S("false"));
}

/* A PATH entry that goward itself put there: below a tree or a generation of its home. */
static bool is_own_entry(Arena scratch, Str entry, Str home)
{
    static const Str folders[] = {STR_CONST("trees"), STR_CONST("current"),
                                  STR_CONST("generations")};
    for (isize i = 0; i < COUNT_OF(folders); i++) {
        Arena a = scratch;
        if (path_is_within(entry, path_join(&a, home, folders[i]))) {
            return true;
        }
    }
    return false;
}

static Str child_path(Arena *a, const Environ *env, const ChildGo *go)
{
    StrBuf b = strbuf_init(a);
    strbuf_add_format(&b, "%.*s/bin:%.*s/current/bin", STR_ARG(go->root), STR_ARG(go->home));
    Str rest = environ_value(env, S("PATH"));
    while (rest.len > 0) {
        StrCut cut = str_cut(rest, ':');
        rest = cut.tail;
        if (cut.head.len > 0 && !is_own_entry(*a, cut.head, go->home)) {
            strbuf_add_byte(&b, ':');
            strbuf_add(&b, cut.head);
        }
    }
    return strbuf_str(&b);
}

static bool is_same_directory(Str x, Str y)
{
    FileStat sx, sy;
    Err ignored;
    return file_stat(FILE_CWD, x, &sx, &ignored) == FILE_FOUND &&
           file_stat(FILE_CWD, y, &sy, &ignored) == FILE_FOUND && sx.ino == sy.ino &&
           sx.dev == sy.dev;
}

bool childenv_allows_downloads(Arena *a, const Environ *env, Str version, Str *ret_because)
{
    if (is_on(env, S("GOWARD_STRICT"))) {
        *ret_because = S("GOWARD_STRICT is set");
        return false;
    }
    if (is_on(env, S("CI"))) {
        *ret_because = S("CI is set: a build there uses what was proved, or fails");
        return false;
    }
    isize n;
    const Bypass *const *flaws = bypass_of(a, version, &n);
    if (n > 0) {
        *ret_because = str_format(a, "go%.*s has %.*s: %.*s", STR_ARG(version),
                                  STR_ARG(flaws[0]->id), STR_ARG(flaws[0]->summary));
        return false;
    }
    *ret_because = str_format(a, "go%.*s checks its downloads against the log", STR_ARG(version));
    return true;
}

/* The value that finds on PATH what `value` would download; empty when value never downloads.
 * Grammar: go.dev/doc/toolchain#GOTOOLCHAIN. */
static Str without_downloads(Arena *a, Str value)
{
    if (str_eq(value, S("auto")) || str_eq(value, S("local+auto"))) {
        return S("path");
    }
    if (value.len == 0 || str_eq(value, S("local")) || str_eq(value, S("path")) ||
        str_ends_with(value, S("+path"))) {
        return (Str){0};
    }
    Str name = value;
    str_eat_suffix(&name, S("+auto"));
    return str_concat(a, name, S("+path"));
}

/* The change of GOTOOLCHAIN, if there is to be one. Go before 1.21 knows no such variable. */
static bool toolchain_change(Arena *a, const Environ *env, const ChildGo *go, ChildChange *ret,
                             bool *ret_is_needed, Err *err)
{
    *ret_is_needed = false;
    ChildChange change = {.name = S("GOTOOLCHAIN")};
    if (goversion_compare(go->version, S("1.21")) < 0 ||
        (!go->holds_older && childenv_allows_downloads(a, env, go->version, &change.because))) {
        return true;
    }
    GoEnv goenv;
    if (!goenv_load(a, env, go->root, &goenv, err)) {
        return false;
    }
    Str value = goenv_value(&goenv, S("GOTOOLCHAIN"));
    if (go->holds_older) {
        change.value = S("local");
        change.because = S("the pin is older than the toolchain line, which Go would switch to");
        *ret_is_needed = !str_eq(value, S("local"));
    } else {
        change.value = without_downloads(a, value);
        *ret_is_needed = change.value.len > 0;
    }
    *ret = change;
    return true;
}

Environ childenv_apply(Arena *a, const Environ *env, const ChildChanges *changes)
{
    Environ child = *env;
    for (isize i = 0; i < changes->len; i++) {
        const ChildChange *change = &changes->ptr[i];
        child = change->is_removed ? environ_without(a, &child, change->name)
                                   : environ_with(a, &child, change->name, change->value);
    }
    return child;
}

bool childenv_changes(Arena *a, const Environ *env, const ChildGo *go, ChildChanges *ret, Err *err)
{
    ChildChanges changes = {.len = 1};
    changes.ptr[0] = (ChildChange){.name = S("PATH"),
                                   .value = child_path(a, env, go),
                                   .because = S("the selected Go comes first")};
    Str goroot = environ_value(env, S("GOROOT"));
    if (goroot.len > 0 && !is_same_directory(goroot, go->root)) {
        changes.ptr[changes.len++] =
            (ChildChange){.name = S("GOROOT"),
                          .is_removed = true,
                          .because = str_format(a, "it names %.*s, another Go", STR_ARG(goroot))};
    }
    bool is_needed;
    Environ child = childenv_apply(a, env, &changes); /* whose GOROOT has the go.env that counts */
    if (!toolchain_change(a, &child, go, &changes.ptr[changes.len], &is_needed, err)) {
        return false;
    }
    changes.len += is_needed;
    *ret = changes;
    return true;
}
