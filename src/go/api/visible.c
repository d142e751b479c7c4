#include "go/api/visible.h"

#include "go/load/importpath.h"

#define NEWEST_META 99 /* N of a Go 1.N that knows all such words */

bool visible_is_path(Str import_path)
{
    for (StrCut cut = {.tail = import_path, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '/');
        if (str_eq(cut.head, S("internal")) || str_eq(cut.head, S("vendor"))) {
            return false;
        }
    }
    return true;
}

/* Patterns with dots, and words such as std, stand for many packages. */
static bool is_named_itself(const Package *p)
{
    for (isize i = 0; i < p->match.len; i++) {
        Str pattern = p->match.ptr[i];
        if (!str_contains(pattern, S("...")) && !importpath_is_meta(pattern, NEWEST_META)) {
            return true;
        }
    }
    return false;
}

bool visible_is_told(const Package *p)
{
    return p->is_asked_for && !str_eq(p->name, S("main")) && !str_eq(p->import_path, S("unsafe")) &&
           (visible_is_path(p->import_path) || is_named_itself(p));
}
