#include "go/load/package.h"

Package *package_copy(Arena *a, const Package *p)
{
    Package *copy = ARENA_NEW(a, Package);
    *copy = *p;
    copy->is_asked_for = false;
    copy->index = -1;
    copy->match = (Strs){0};
    return copy;
}

Str package_no_go(Arena *a, const Package *p)
{
    const char *what =
        p->lists[LIST_IGNORED_GO].len > 0 ? "build constraints exclude all Go files in"
        : p->lists[LIST_TEST_GO].len + p->lists[LIST_XTEST_GO].len > 0 ? "no non-test Go files in"
                                                                       : "no Go files in";
    return str_format(a, "%s %.*s", what, STR_ARG(p->dir));
}

typedef struct {
    Package *p;
    isize next; /* of its deps */
} Step;

Packages packages_list(Arena *a, const Packages *roots)
{
    Packages list = {0};
    VEC(Step) way = {0};
    VEC(Package *) seen = {0};
    for (isize i = 0; i < roots->len; i++) {
        if (roots->ptr[i]->is_seen) {
            continue;
        }
        roots->ptr[i]->is_seen = true;
        *VEC_PUSH(a, &seen) = roots->ptr[i];
        *VEC_PUSH(a, &way) = (Step){roots->ptr[i], 0};
        while (way.len > 0) {
            Step *top = &way.ptr[way.len - 1];
            if (top->next == top->p->deps.len) {
                *VEC_PUSH(a, &list) = top->p;
                way.len--;
                continue;
            }
            Package *dep = top->p->deps.ptr[top->next++];
            if (!dep->is_seen) {
                dep->is_seen = true;
                *VEC_PUSH(a, &seen) = dep;
                *VEC_PUSH(a, &way) = (Step){dep, 0};
            }
        }
    }
    for (isize i = 0; i < seen.len; i++) {
        seen.ptr[i]->is_seen = false;
    }
    return list;
}

void packages_rename(Arena *a, const Packages *all)
{
    for (isize i = 0; i < all->len; i++) {
        Package *p = all->ptr[i];
        if (p->for_test.len > 0) {
            p->import_path =
                str_format(a, "%.*s [%.*s.test]", STR_ARG(p->source_path), STR_ARG(p->for_test));
        } else if (p->for_main.len > 0) {
            p->import_path =
                str_format(a, "%.*s [%.*s]", STR_ARG(p->source_path), STR_ARG(p->for_main));
        }
    }
    for (isize i = 0; i < all->len; i++) {
        Package *p = all->ptr[i];
        Map renamed = map_init(a);
        for (isize k = 0; k < p->deps.len; k++) {
            if (p->deps.ptr[k]->for_test.len + p->deps.ptr[k]->for_main.len > 0) {
                *map_put(&renamed, p->deps.ptr[k]->source_path, NULL) = k + 1;
            }
        }
        for (isize k = 0; renamed.len > 0 && k < p->imports.len; k++) {
            const isize *at = map_get(&renamed, p->imports.ptr[k]);
            if (at != NULL) {
                p->imports.ptr[k] = p->deps.ptr[*at - 1]->import_path;
            }
        }
    }
}
