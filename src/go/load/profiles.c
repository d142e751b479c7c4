#include "go/load/profiles.h"

#include "base/path.h"

bool profiles_are_found(const GoEnv *env)
{
    Str value;
    return !goenv_flag(env, S("pgo"), &value) || str_eq(value, S("auto"));
}

Str profiles_missing(Arena *a, const GoEnv *env, Str dir)
{
    Str value;
    FileStat st;
    Err ignored;
    if (profiles_are_found(env) || !goenv_flag(env, S("pgo"), &value) || value.len == 0 ||
        str_eq(value, S("off"))) {
        return (Str){0};
    }
    Str path = path_absolute(a, dir, value);
    return file_stat(FILE_CWD, path, &st, &ignored) == FILE_ABSENT ? path : (Str){0};
}

static bool has_default(Arena scratch, const Package *p)
{
    FileStat st;
    Err ignored;
    return p->dir.len > 0 && str_eq(p->name, S("main")) &&
           file_stat(FILE_CWD, path_join(&scratch, p->dir, S("default.pgo")), &st, &ignored) ==
               FILE_FOUND;
}

static Package *copy_for(Arena *a, Package *p, const Package *program)
{
    Package *copy = package_copy(a, p);
    copy->match = p->match;
    copy->for_main = program->source_path;
    copy->deps.ptr =
        arena_copy(a, p->deps.ptr, p->deps.len * (isize)sizeof(Package *), _Alignof(Package *));
    copy->deps.cap = p->deps.len;
    copy->imports.ptr =
        arena_copy(a, p->imports.ptr, p->imports.len * (isize)sizeof(Str), _Alignof(Str));
    copy->imports.cap = p->imports.len;
    return copy;
}

/* list is in the order of imports, so what is below a package has its copy already. */
static void attach(Arena *a, Package *program, bool is_alone)
{
    Packages roots = {.ptr = &program, .len = 1};
    Packages list = packages_list(a, &roots);
    for (isize i = 0; i < list.len; i++) {
        Package *p = list.ptr[i];
        Package *now = is_alone || p == program ? p : copy_for(a, p, program);
        now->has_profile = true;
        p->copy = now;
        for (isize k = 0; k < now->deps.len; k++) {
            Package *dep = now->deps.ptr[k];
            now->deps.ptr[k] = dep->copy != NULL ? dep->copy : dep;
        }
    }
    for (isize i = 0; i < list.len; i++) {
        list.ptr[i]->copy = NULL;
    }
}

void profiles_attach(Arena *a, const Packages *list)
{
    for (isize i = 0; i < list->len; i++) {
        if (has_default(*a, list->ptr[i])) {
            attach(a, list->ptr[i], list->len == 1);
        }
    }
}
