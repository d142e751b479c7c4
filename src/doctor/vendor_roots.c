#include "doctor/vendor_roots.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "go/mod/version.h"

/* ---- loading ---- */

static bool load_module(const Doctor *d, VendorRoots *roots)
{
    MainModule m;
    if (!gomodfile_main(d, &m) || !gomodfile_is_vendored(d, &m) || m.mod.go.version.len == 0 ||
        goversion_compare(m.mod.go.version, S("1.14")) < 0) {
        return false;
    }
    roots->ptr = ARENA_NEW(d->arena, VendorRoot);
    roots->len = 1;
    *roots->ptr = (VendorRoot){.file = m.file, .dir = m.dir, .mod = m.mod};
    roots->dir = m.dir;
    return true;
}

static bool read_module(const Doctor *d, Str dir, VendorRoot *ret)
{
    Str text;
    Err ignored;
    *ret = (VendorRoot){.file = path_join(d->arena, dir, S("go.mod")), .dir = dir};
    return file_read_all(d->arena, FILE_CWD, ret->file, GOMOD_MAX_FILE, &text, &ignored) ==
               FILE_FOUND &&
           gomod_parse(d->arena, ret->file, text, GOMOD_STRICT, &ret->mod, &ignored);
}

/* The working directory need not lie in a module of it. */
static bool load_workspace(const Doctor *d, VendorRoots *roots)
{
    Str text;
    Err ignored;
    if (file_read_all(d->arena, FILE_CWD, roots->work_file, GOMOD_MAX_FILE, &text, &ignored) !=
            FILE_FOUND ||
        !gowork_parse(d->arena, roots->work_file, text, &roots->work, &ignored)) {
        return false;
    }
    MainModule m = {.work_file = roots->work_file, .work = roots->work};
    if (roots->is_before_1_22 || !gomodfile_is_vendored(d, &m)) {
        return false;
    }
    roots->dir = path_dir(roots->work_file);
    roots->len = roots->work.uses.len;
    roots->ptr = ARENA_ARRAY(d->arena, VendorRoot, roots->len);
    for (isize i = 0; i < roots->len; i++) {
        Str dir = path_absolute(d->arena, roots->dir, roots->work.uses.ptr[i].path);
        if (!read_module(d, dir, &roots->ptr[i])) {
            return false;
        }
    }
    return true;
}

bool vendor_roots_load(const Doctor *d, VendorRoots *ret)
{
    VendorRoots roots = {.is_before_1_22 = doctor_go_is_before(d, S("1.22"))};
    if (str_eq(goenv_value(d->in->env, S("GO111MODULE")), S("off"))) {
        return false;
    }
    bool in_workspace =
        gowork_find(d->arena, d->in->env, d->in->dir, &roots.work_file) == GOWORK_FOUND;
    if (!in_workspace) {
        roots.work_file = (Str){0};
    }
    if (!(in_workspace ? load_workspace(d, &roots) : load_module(d, &roots))) {
        return false;
    }
    *ret = roots;
    return true;
}

/* ---- replacements ---- */

/* As ToDirectoryPath of cmd/go: "../x" stays, "x" becomes "./x". */
static Str directory_path(Arena *a, Str relative)
{
    if (relative.len == 0) {
        return S(".");
    }
    bool is_up = str_eq(relative, S("..")) || str_starts_with(relative, S("../"));
    return is_up ? relative : str_concat(a, S("./"), relative);
}

/* path as seen from dir, both absolute and clean. */
static Str relative_to(Arena *a, Str dir, Str path)
{
    StrBuf up = strbuf_init(a);
    while (!path_is_within(path, dir)) {
        strbuf_add(&up, up.len > 0 ? S("/..") : S(".."));
        dir = path_dir(dir);
    }
    Str below = str_from(path, MIN(path.len, str_eq(dir, S("/")) ? 1 : dir.len + 1));
    Str above = strbuf_str(&up);
    return directory_path(a, above.len == 0   ? below
                             : below.len == 0 ? above
                                              : path_join(a, above, below));
}

static bool is_main(const VendorRoots *roots, Str path)
{
    for (isize i = 0; i < roots->len; i++) {
        if (str_eq(roots->ptr[i].mod.module.path, path)) {
            return true;
        }
    }
    return false;
}

static VendorReplacement of_module(Arena *a, const VendorRoots *roots, const VendorRoot *root,
                                   const GoModReplace *r)
{
    VendorReplacement ret = {r->new_path, r->new_version};
    bool is_on_disk = r->new_version.len == 0 && !path_is_absolute(r->new_path);
    if (is_on_disk && roots->work_file.len > 0) {
        ret.path = relative_to(a, roots->dir, path_absolute(a, root->dir, r->new_path));
    }
    return ret;
}

VendorReplacement vendor_roots_replacement(Arena *a, const VendorRoots *roots, Str path,
                                           Str version)
{
    VendorReplacement ret = {0};
    if (version.len == 0 && !roots->is_before_1_22 && is_main(roots, path)) {
        return ret;
    }
    const GoModReplace *of_work = gomodfile_find_replacement(
        roots->work.replaces.ptr, roots->work.replaces.len, path, version);
    if (of_work != NULL) {
        return (VendorReplacement){of_work->new_path, of_work->new_version};
    }
    for (isize i = 0; i < roots->len; i++) { /* of several that say the same the last counts */
        const GoMod *mod = &roots->ptr[i].mod;
        const GoModReplace *r =
            gomodfile_find_replacement(mod->replaces.ptr, mod->replaces.len, path, version);
        if (r != NULL) {
            ret = of_module(a, roots, &roots->ptr[i], r);
        }
    }
    return ret;
}
