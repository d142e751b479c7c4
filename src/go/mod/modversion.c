#include "go/mod/modversion.h"

#include "go/mod/semver.h"
#include "go/mod/version.h"

bool modversion_is_toolchain(Str path)
{
    return str_eq(path, S("go")) || str_eq(path, S("toolchain"));
}

/* "1.21.3" of "go1.21.3" and of itself. */
static Str toolchain_version(Str name)
{
    return goversion_is_valid(name) ? name : goversion_of_toolchain(name);
}

int modversion_compare(Str path, Str x, Str y)
{
    if (x.len == 0 || y.len == 0) {
        return (x.len == 0) - (y.len == 0);
    }
    if (str_eq(path, S("go"))) {
        return goversion_compare(x, y);
    }
    if (str_eq(path, S("toolchain"))) {
        return goversion_compare(toolchain_version(x), toolchain_version(y));
    }
    return semver_compare(x, y);
}

int modversion_order(const ModVersion *x, const ModVersion *y)
{
    int order = str_compare(x->path, y->path);
    return order != 0 ? order : modversion_compare(x->path, x->version, y->version);
}

Str modversion_format(Arena *a, ModVersion m)
{
    return m.version.len == 0 ? m.path
                              : str_format(a, "%.*s@%.*s", STR_ARG(m.path), STR_ARG(m.version));
}
