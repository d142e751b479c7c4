#include "go/load/installdir.h"

#include "base/path.h"
#include "go/load/importpath.h"
#include "os/proc.h"

/* Somebody has set it, and go_bin is not the directory below GOPATH. */
static bool has_own_gobin(const GoEnv *env)
{
    GoEnvValue v = goenv_get(env, S("GOBIN"));
    return v.origin != GOENV_ORIGIN_DEFAULT && v.value.len > 0;
}

Str installdir_of_env(Arena *a, const GoEnv *env)
{
    Str first = str_cut(goenv_value(env, S("GOPATH")), ':').head;
    if (has_own_gobin(env)) {
        return goenv_value(env, S("GOBIN"));
    }
    return first.len == 0 ? first : path_join(a, first, S("bin"));
}

/* "v2", and not "v1" (load.isVersionElement). */
static bool is_version_element(Str s)
{
    if (s.len < 2 || s.ptr[0] != 'v' || s.ptr[1] == '0' || (s.ptr[1] == '1' && s.len == 2)) {
        return false;
    }
    for (isize i = 1; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') {
            return false;
        }
    }
    return true;
}

/* example.com/cmd/v2 is installed as cmd. */
static Str program_name(Str import_path)
{
    Str name = path_base(import_path);
    return name.len < import_path.len && is_version_element(name) ? path_base(path_dir(import_path))
                                                                  : name;
}

/* Build modes that make no program of a package main, and how the name of what they make ends. */
typedef struct {
    Str mode, suffix;
} LibraryMode;

static const LibraryMode library_modes[] = {
    {STR_CONST("c-archive"), STR_CONST(".a")},
    {STR_CONST("c-shared"), STR_CONST("")},
    {STR_CONST("plugin"), STR_CONST(".so")},
};

/* NULL: a program is made. */
static const LibraryMode *library_mode(const Assembly *s)
{
    Str mode;
    for (isize i = 0; goenv_flag(s->env, S("buildmode"), &mode) && i < COUNT_OF(library_modes);
         i++) {
        if (str_eq(mode, library_modes[i].mode)) {
            return &library_modes[i];
        }
    }
    return NULL;
}

/* Commands of Go's own that are called by others, and lie in pkg/tool. */
static bool is_tool(const Package *p)
{
    return p->is_goroot && str_starts_with(p->source_path, S("cmd/")) &&
           !str_eq(p->source_path, S("cmd/go")) && !str_eq(p->source_path, S("cmd/gofmt"));
}

static Str exe_suffix(const Assembly *s)
{
    const LibraryMode *library = library_mode(s);
    return library != NULL                          ? library->suffix
           : str_eq(s->d->target->os, S("windows")) ? S(".exe")
                                                    : S("");
}

void installdir_target_of_files(const Assembly *s, Package *p)
{
    Arena *a = s->arena;
    BuildList list = p->lists[LIST_GO].len > 0 ? LIST_GO : LIST_CGO;
    p->target = (Str){0};
    if (str_eq(p->name, S("main"))) {
        Str stem = p->lists[list].len > 0 ? p->lists[list].ptr[0] : (Str){0};
        str_eat_suffix(&stem, S(".go"));
        p->target = path_join(a, s->go_bin, str_concat(a, stem, exe_suffix(s)));
    }
}

void installdir_target(const Assembly *s, Package *p)
{
    Arena *a = s->arena;
    const Target *t = s->d->target;
    if (!str_eq(p->name, S("main")) || (!p->is_standard && library_mode(s) != NULL)) {
        return;
    }
    Str program = str_concat(a, program_name(p->source_path), exe_suffix(s));
    Str full = str_format(a, "%.*s_%.*s/%.*s", STR_ARG(t->os), STR_ARG(t->arch), STR_ARG(program));
    bool is_host = str_eq(t->os, proc_host().os) && str_eq(t->arch, proc_host().arch);
    Str bin = p->is_goroot ? path_join(a, s->goroot, S("bin")) : s->go_bin;
    if (is_tool(p)) {
        p->target = path_join(a, s->goroot, str_concat(a, S("pkg/tool/"), full));
    } else if (bin.len > 0 && (is_host || p->is_goroot || !has_own_gobin(s->env))) {
        p->target = path_join(a, bin, is_host ? program : full);
    }
}
