#include "toolchain/leftovers.h"

#include "base/vec.h"
#include "os/dir.h"

static const Str kinds[] = {STR_CONST("zip"), STR_CONST("tar.gz")};

static bool add(Arena *a, int cache, Str name, Leftovers *all, Err *err)
{
    FileStat st;
    switch (file_lstat(cache, name, &st, err)) {
    case FILE_FAILED:
        return false;
    case FILE_ABSENT:
        return true;
    case FILE_FOUND:
        break;
    }
    if (st.kind == FILE_KIND_REGULAR) {
        *VEC_PUSH(a, all) = (Leftover){name, st.size};
        all->bytes += st.size;
    }
    return true;
}

static bool add_all(Arena *a, int cache, Leftovers *all, Err *err)
{
    DirList names;
    if (!dir_list(a, cache, &names, err)) {
        return false;
    }
    for (isize i = 0; i < names.len; i++) {
        Str name = names.ptr[i].name;
        if (str_ends_with(name, S(LEFTOVER_SUFFIX)) && !add(a, cache, name, all, err)) {
            return false;
        }
    }
    return true;
}

bool leftovers_find(Store *s, Arena *a, Leftovers *ret, Err *err)
{
    AUTO_CLOSE int cache = -1;
    Leftovers all = {0};
    FileOutcome opened = store_side_dir(s, S("cache"), &cache, err);
    if (opened == FILE_FAILED || (opened == FILE_FOUND && !add_all(a, cache, &all, err))) {
        return FAIL_IN(err, "looking for partial downloads");
    }
    *ret = all;
    return true;
}

bool leftovers_delete(Store *s, const Leftovers *leftovers, Err *err)
{
    AUTO_CLOSE int cache = -1;
    if (leftovers->len == 0) {
        return true;
    }
    if (store_side_dir(s, S("cache"), &cache, err) != FILE_FOUND) {
        return FAIL_IN(err, "deleting partial downloads");
    }
    for (isize i = 0; i < leftovers->len; i++) {
        if (file_unlink(cache, leftovers->ptr[i].name, err) == FILE_FAILED) {
            return FAIL_IN(err, "deleting partial downloads");
        }
    }
    return true;
}

void leftovers_drop(Store *s, Arena scratch, Str id)
{
    AUTO_CLOSE int cache = -1;
    Err ignored;
    if (store_side_dir(s, S("cache"), &cache, &ignored) != FILE_FOUND) {
        return;
    }
    for (isize i = 0; i < COUNT_OF(kinds); i++) {
        Str name =
            str_format(&scratch, "%.*s.%.*s" LEFTOVER_SUFFIX, STR_ARG(id), STR_ARG(kinds[i]));
        file_unlink(cache, name, &ignored);
    }
}
