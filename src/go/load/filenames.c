#include "go/load/filenames.h"

#include "base/map.h"
#include "go/load/importpath.h"
#include "go/mod/quote.h"

Str filenames_in_small_letters(Arena *a, Str s)
{
    char *small = ARENA_ARRAY(a, char, s.len + 1);
    for (isize i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        small[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return (Str){small, s.len};
}

/* Every file that a build may look at (load.Package.AllFiles). */
static Strs all_files(Arena *a, const Strs *lists, const Strs *embedded)
{
    Strs files = {0};
    for (BuildList i = 0; i < LIST_COUNT; i++) {
        for (isize k = 0; i != LIST_INVALID_GO && k < lists[i].len; k++) {
            *VEC_PUSH(a, &files) = lists[i].ptr[k];
        }
    }
    isize n_listed = files.len;
    for (isize k = 0; k < embedded->len; k++) {
        Str file = embedded->ptr[k];
        Strs listed = {.ptr = files.ptr, .len = n_listed};
        if (str_contains(file, S("/")) || !strs_has(&listed, file)) {
            *VEC_PUSH(a, &files) = file;
        }
    }
    return files;
}

/* Two names that differ by capitals alone; false: there are none. */
static bool find_fold_twins(Arena *a, const Strs *files, Str *ret_x, Str *ret_y)
{
    Map seen = map_init(a);
    for (isize i = 0; i < files->len; i++) {
        bool is_new;
        isize *at = map_put(&seen, filenames_in_small_letters(a, files->ptr[i]), &is_new);
        if (!is_new) {
            Str x = files->ptr[*at - 1], y = files->ptr[i];
            bool is_ordered = str_compare(x, y) <= 0;
            *ret_x = is_ordered ? x : y;
            *ret_y = is_ordered ? y : x;
            return true;
        }
        *at = i + 1;
    }
    return false;
}

Str filenames_check(Arena *a, const Strs *lists, const Strs *embedded)
{
    Str x, y;
    Strs files = all_files(a, lists, embedded);
    if (find_fold_twins(a, &files, &x, &y)) {
        return str_format(a, "case-insensitive file name collision: %.*s and %.*s",
                          STR_ARG(quote_go(a, x)), STR_ARG(quote_go(a, y)));
    }
    for (isize i = 0; i < files.len; i++) {
        if (!importpath_is_safe_argument(files.ptr[i]) ||
            str_starts_with(files.ptr[i], S("_cgo_"))) {
            return str_format(a, "invalid input file name %.*s",
                              STR_ARG(quote_go(a, files.ptr[i])));
        }
    }
    return (Str){0};
}
