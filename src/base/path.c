#include "base/path.h"

#include "base/strbuf.h"

Str path_join(Arena *a, Str dir, Str name)
{
    if (dir.len == 0) {
        return name;
    }
    isize n_dir = str_ends_with(dir, S("/")) ? dir.len - 1 : dir.len;
    char *path = ARENA_ARRAY(a, char, n_dir + 1 + name.len);
    memcpy(path, dir.ptr, (size_t)n_dir);
    path[n_dir] = '/';
    if (name.len > 0) {
        memcpy(path + n_dir + 1, name.ptr, (size_t)name.len);
    }
    return (Str){path, n_dir + 1 + name.len};
}

Str path_base(Str p)
{
    bool rooted = path_is_absolute(p);
    while (str_eat_suffix(&p, S("/"))) {
    }
    if (p.len == 0) {
        return rooted ? S("/") : p;
    }
    return str_from(p, str_last_index_byte(p, '/') + 1);
}

Str path_dir(Str p)
{
    while (p.len > 1 && str_eat_suffix(&p, S("/"))) {
    }
    isize slash = str_last_index_byte(p, '/');
    if (slash < 0) {
        return S(".");
    }
    p = str_to(p, slash);
    while (str_eat_suffix(&p, S("/"))) {
    }
    return p.len == 0 ? S("/") : p;
}

Str path_clean(Arena *a, Str p)
{
    bool rooted = path_is_absolute(p);
    StrBuf b = strbuf_init(a);
    if (rooted) {
        strbuf_add_byte(&b, '/');
    }
    isize floor = b.len; /* ".." does not go back beyond this */
    while (p.len > 0) {
        StrCut cut = str_cut(p, '/');
        Str element = cut.head;
        p = cut.tail;
        if (element.len == 0 || str_eq(element, S("."))) {
            continue;
        }
        if (str_eq(element, S(".."))) {
            if (b.len > floor) {
                isize slash = str_last_index_byte(strbuf_str(&b), '/');
                strbuf_truncate(&b, MAX(slash, floor));
                continue;
            }
            if (rooted) {
                continue;
            }
        }
        if (b.len > 0 && b.ptr[b.len - 1] != '/') {
            strbuf_add_byte(&b, '/');
        }
        strbuf_add(&b, element);
        if (str_eq(element, S(".."))) {
            floor = b.len;
        }
    }
    return b.len == 0 ? S(".") : strbuf_str(&b);
}

Str path_absolute(Arena *a, Str base, Str p)
{
    return path_clean(a, path_is_absolute(p) ? p : path_join(a, base, p));
}

bool path_is_within(Str p, Str dir)
{
    return str_eat_prefix(&p, dir) && (p.len == 0 || p.ptr[0] == '/' || str_ends_with(dir, S("/")));
}

bool path_is_local(Str p)
{
    if (p.len == 0 || str_index_byte(p, '\0') >= 0 || str_index_byte(p, '\\') >= 0) {
        return false;
    }
    bool more = true;
    while (more) {
        StrCut cut = str_cut(p, '/');
        if (cut.head.len == 0 || str_eq(cut.head, S(".")) || str_eq(cut.head, S(".."))) {
            return false;
        }
        p = cut.tail;
        more = cut.found;
    }
    return true;
}
