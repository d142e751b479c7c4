#include "go/mod/distname.h"

#include "base/path.h"

static const Str left_out[] = {STR_CONST("api/"), STR_CONST("doc/"), STR_CONST("misc/"),
                               STR_CONST("test/")};

bool distname_counts(Str path)
{
    for (isize i = 0; i < COUNT_OF(left_out); i++) {
        if (str_starts_with(path, left_out[i])) {
            return false;
        }
    }
    return true;
}

static Str rename_base(Arena *a, Str path, Str from, Str to)
{
    Str base = path_base(path);
    return str_eq(base, from) ? str_concat(a, str_to(path, path.len - base.len), to) : path;
}

Str distname_of_path(Arena *a, Str path)
{
    return rename_base(a, path, S("go.mod"), S("_go.mod"));
}

Str distname_to_path(Arena *a, Str name)
{
    return rename_base(a, name, S("_go.mod"), S("go.mod"));
}
