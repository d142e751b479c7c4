#include "store/id.h"

#include "base/panic.h"
#include "base/path.h"

#define ODD_DIGITS 8 /* of h1, in the id of content that is not official */

static bool is_id_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == '+' || c == ':';
}

bool store_id_is_valid(Str id)
{
    if (id.len == 0 || id.len > STORE_MAX_ID || id.ptr[0] == '.') {
        return false;
    }
    for (isize i = 0; i < id.len; i++) {
        if (!is_id_byte(id.ptr[i])) {
            return false;
        }
    }
    return true;
}

Str store_id_make(Arena *a, Str version, Str platform, Str h1_hex)
{
    StrCut cut = str_cut(platform, '/');
    ASSERT(cut.found && (h1_hex.len == 0 || h1_hex.len >= ODD_DIGITS));
    Str id =
        str_format(a, "%.*s.%.*s-%.*s", STR_ARG(version), STR_ARG(cut.head), STR_ARG(cut.tail));
    if (h1_hex.len == 0) {
        return id;
    }
    return str_format(a, "%.*s+x%.*s", STR_ARG(id), STR_ARG(str_to(h1_hex, ODD_DIGITS)));
}

bool store_id_split(Str id, Str *ret_version, Str *ret_platform)
{
    StrCut cut = str_cut_last(str_cut(id, '+').head, '.');
    if (!cut.found || !str_starts_with(cut.head, S("go")) || str_index_byte(cut.tail, '-') < 1) {
        return false;
    }
    *ret_version = cut.head;
    *ret_platform = cut.tail;
    return true;
}

Str store_tree_root(Arena *a, Str home, Str id)
{
    return str_concat(a, str_concat(a, home, S("/trees/")), id);
}

FileOutcome store_peek_default(Arena *a, Str home, Str *ret_id, Err *err)
{
    Str target;
    FileOutcome found =
        file_readlink(a, FILE_CWD, path_join(a, home, S("current/go")), &target, err);
    if (found != FILE_FOUND) {
        return found;
    }
    if (!str_eat_prefix(&target, S("../../trees/")) || !store_id_is_valid(target)) {
        FAIL(err, ERR_FORMAT, "'%.*s/current/go' does not lead into the store", STR_ARG(home));
        return FILE_FAILED;
    }
    *ret_id = target;
    return FILE_FOUND;
}

FileOutcome store_peek_tree(Arena *a, Str home, Str id, Str *ret_root, Err *err)
{
    if (!store_id_is_valid(id)) {
        return FILE_ABSENT;
    }
    FileStat st;
    Str root = store_tree_root(a, home, id);
    Str record = str_concat(a, str_concat(a, home, S("/records/")), id);
    FileOutcome found = file_lstat(FILE_CWD, record, &st, err);
    if (found != FILE_FOUND) {
        return found; /* what lies in trees/ without it is not installed */
    }
    found = file_lstat(FILE_CWD, path_join(a, root, S("bin/go")), &st, err);
    if (found == FILE_FOUND && st.kind != FILE_KIND_REGULAR) {
        FAIL(err, ERR_FORMAT, "'%.*s/bin/go' is not a regular file", STR_ARG(root));
        return FILE_FAILED;
    }
    if (found == FILE_FOUND) {
        *ret_root = root;
    }
    return found;
}
