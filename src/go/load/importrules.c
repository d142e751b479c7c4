#include "go/load/importrules.h"

#include "base/path.h"
#include "go/load/importpath.h"
#include "go/mod/quote.h"
#include "os/proc.h"

static bool has_prefix(Str path, const char *prefix)
{
    return importpath_has_prefix(path, str_from_c(prefix));
}

/* Lexically, and when that says no, where links lead. */
static bool is_below(Arena scratch, Str dir, Str parent)
{
    Str real_dir = dir, real_parent = parent;
    Err ignored;
    if (path_is_within(dir, parent)) {
        return true;
    }
    return proc_real_path(&scratch, dir, &real_dir, &ignored) == FILE_FOUND &&
           proc_real_path(&scratch, parent, &real_parent, &ignored) == FILE_FOUND &&
           path_is_within(real_dir, real_parent);
}

/* The directory of the import path's first n bytes. False where dir and path do not agree. */
static bool dir_of_prefix(const Package *p, isize n, Str *ret)
{
    isize len = p->dir.len - p->source_path.len + n;
    if (len < 0 || len > p->dir.len) {
        return false;
    }
    *ret = str_to(p->dir, len);
    str_eat_suffix(ret, S("/"));
    return true;
}

/* go.dev/s/go14internal; for p in a module import paths decide, else directories. */
static bool may_import_internal(Arena scratch, const Package *importer, const Package *p)
{
    isize at = p->internal_at;
    Str parent;
    if (at < 0 || p->error != NULL) {
        return true;
    }
    if (has_prefix(importer->source_path, "crypto") &&
        has_prefix(p->source_path, "crypto/internal/fips140")) {
        return true;
    }
    if (has_prefix(importer->source_path, "crypto/internal/fips140")) {
        return has_prefix(p->source_path, "crypto/internal");
    }
    at = at > 0 ? at - 1 : 0;
    if (p->module >= 0) {
        Str from = importer->dir_path.len > 0 ? importer->dir_path : importer->source_path;
        return importpath_has_prefix(from, str_to(p->source_path, at));
    }
    return !dir_of_prefix(p, at, &parent) || is_below(scratch, importer->dir, parent);
}

static bool may_see_vendor(Arena scratch, const Package *importer, const Package *p)
{
    Str parent;
    isize at = p->vendor_at;
    return at < 0 || !dir_of_prefix(p, at > 0 ? at - 1 : 0, &parent) ||
           is_below(scratch, importer->dir, parent);
}

Str importrules_check(Arena *a, const Package *importer, Str path, const Package *p,
                      bool *ret_shows_stack)
{
    *ret_shows_stack = false;
    if (!may_import_internal(*a, importer, p)) {
        *ret_shows_stack = true;
        return str_format(a, "use of internal package %.*s not allowed", STR_ARG(p->source_path));
    }
    if (!may_see_vendor(*a, importer, p)) {
        return S("use of vendored package not allowed");
    }
    isize vendor = str_eq(path, p->source_path) ? p->vendor_at : importpath_vendor(path);
    if (vendor >= 0) {
        return str_format(a, "%.*s must be imported as %.*s", STR_ARG(path),
                          STR_ARG(str_from(path, vendor + S("vendor/").len)));
    }
    if (str_eq(p->name, S("main")) && !str_eq(importer->dir, p->dir)) {
        return str_format(a, "import %.*s is a program, not an importable package",
                          STR_ARG(quote_go(a, path)));
    }
    if (importer->dir_path.len > 0) {
        return (Str){0};
    }
    if (str_eq(path, S("."))) {
        return S(".: cannot import current directory");
    }
    return importpath_is_local(path)
               ? str_format(a, "local import %.*s in non-local package", STR_ARG(quote_go(a, path)))
               : (Str){0};
}
