#include "go/root/filediff.h"

#include "base/panic.h"
#include "base/sort.h"

static const Str kind_names[FILE_DIFF_COUNT] = {
    [FILE_DIFF_NONE] = STR_CONST("same"),
    [FILE_DIFF_CHANGED] = STR_CONST("changed"),
    [FILE_DIFF_MISSING] = STR_CONST("missing"),
    [FILE_DIFF_EXTRA] = STR_CONST("extra"),
};

Str file_diff_kind_name(FileDiffKind kind)
{
    ASSERT(kind >= 0 && kind < FILE_DIFF_COUNT);
    return kind_names[kind];
}

void file_diffs_add(Arena *a, FileDiffs *diffs, Str path, FileDiffKind kind)
{
    *VEC_PUSH(a, diffs) = (FileDiff){path, kind};
}

static int compare(const void *x, const void *y)
{
    return str_compare(((const FileDiff *)x)->path, ((const FileDiff *)y)->path);
}

void file_diffs_sort(FileDiffs *diffs)
{
    sort_array(diffs->ptr, diffs->len, (isize)sizeof(FileDiff), compare);
    isize n = 0;
    for (isize i = 0; i < diffs->len; i++) {
        if (n == 0 || !str_eq(diffs->ptr[n - 1].path, diffs->ptr[i].path)) {
            diffs->ptr[n++] = diffs->ptr[i];
        }
    }
    diffs->len = n;
}
