#include "os/environ.h"

extern char **environ;

static Str name_of(Str entry)
{
    return str_cut(entry, '=').head;
}

/* The byte that most entries differ in is looked at first. */
static bool has_name(Str entry, Str name)
{
    return entry.len > name.len && entry.ptr[name.len] == '=' && str_starts_with(entry, name);
}

static isize find(const Environ *env, Str name)
{
    for (isize i = env->len - 1; i >= 0; i--) {
        if (has_name(env->entries[i], name)) {
            return i;
        }
    }
    return -1;
}

Environ environ_get(Arena *a)
{
    isize n = 0;
    while (environ != NULL && environ[n] != NULL) {
        n++;
    }
    Environ env = {ARENA_ARRAY(a, Str, n), 0};
    for (isize i = 0; i < n; i++) {
        Str entry = str_from_c(environ[i]);
        Str name = name_of(entry);
        isize old = name.len == entry.len ? -1 : find(&env, name);
        if (old >= 0) {
            env.entries[old] = entry;
        } else {
            env.entries[env.len++] = entry;
        }
    }
    return env;
}

bool environ_lookup(const Environ *env, Str name, Str *ret)
{
    isize at = find(env, name);
    if (at >= 0) {
        *ret = str_from(env->entries[at], name.len + 1);
    }
    return at >= 0;
}

Str environ_value(const Environ *env, Str name)
{
    Str value = {0};
    environ_lookup(env, name, &value);
    return value;
}

Environ environ_without(Arena *a, const Environ *env, Str name)
{
    Environ copy = {ARENA_ARRAY(a, Str, env->len + 1), 0};
    for (isize i = 0; i < env->len; i++) {
        if (!has_name(env->entries[i], name)) {
            copy.entries[copy.len++] = env->entries[i];
        }
    }
    return copy;
}

Environ environ_with(Arena *a, const Environ *env, Str name, Str value)
{
    Environ copy = environ_without(a, env, name);
    /* Not by format, which would cut a value at a NUL; os/spawn refuses those. */
    copy.entries[copy.len++] = str_concat(a, str_concat(a, name, S("=")), value);
    return copy;
}
