#include "go/load/implicit.h"

#include "base/path.h"
#include "go/load/importpath.h"
#include "os/file.h"

const Str implicit_test_main[] = {
    STR_CONST("os"),
    STR_CONST("reflect"),
    STR_CONST("testing"),
    STR_CONST("testing/internal/testdeps"),
};
const isize implicit_test_main_len = COUNT_OF(implicit_test_main);

static void add(Arena *a, Strs *list, Str path)
{
    if (!strs_has(list, path)) {
        *VEC_PUSH(a, list) = path;
    }
}

/* ---- the linker ---- */

/* Ports whose programs only the system's linker can link (internal/platform.MustLinkExternal, and
 * those of DefaultPIE that Go's linker cannot make position-independent). */
static bool must_link_external(const Target *t)
{
    return (str_eq(t->os, S("android")) && !str_eq(t->arch, S("arm64"))) || str_eq(t->os, S("ios"));
}

/* internal/platform.InternalLinkPIESupported, with the first Go 1.N that has it. */
static bool can_link_pie(const Target *t)
{
    static const struct {
        Str os, arch;
        isize since;
    } rows[] = {
        {STR_CONST("android"), STR_CONST("arm64"), 0},
        {STR_CONST("darwin"), STR_CONST("amd64"), 0},
        {STR_CONST("darwin"), STR_CONST("arm64"), 0},
        {STR_CONST("linux"), STR_CONST("amd64"), 0},
        {STR_CONST("linux"), STR_CONST("arm64"), 0},
        {STR_CONST("linux"), STR_CONST("ppc64le"), 0},
        {STR_CONST("linux"), STR_CONST("loong64"), 25},
        {STR_CONST("linux"), STR_CONST("ppc64"), 27},
        {STR_CONST("linux"), STR_CONST("s390x"), 27},
        {STR_CONST("windows"), STR_CONST("386"), 0},
        {STR_CONST("windows"), STR_CONST("amd64"), 0},
        {STR_CONST("windows"), STR_CONST("arm"), 0},
        {STR_CONST("windows"), STR_CONST("arm64"), 0},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        if (str_eq(t->os, rows[i].os) && str_eq(t->arch, rows[i].arch)) {
            return t->go_minor >= rows[i].since;
        }
    }
    return false;
}

/* The last -linkmode in -ldflags; empty: none. */
static Str link_mode_of(const GoEnv *env)
{
    Str flags, word, mode = {0};
    if (!goenv_flag(env, S("ldflags"), &flags)) {
        return mode;
    }
    while (str_next_field(&flags, &word)) {
        if (str_eat_prefix(&word, S("-linkmode="))) {
            mode = word;
        } else if (str_eq(word, S("-linkmode"))) {
            str_next_field(&flags, &mode);
        }
    }
    return mode;
}

/* Why programs are linked by the system's linker (load.externalLinkingReason); empty: they are
 * not. */
static Str external_reason(Arena *a, const Target *t, const GoEnv *env)
{
    Str mode = {0}, ignored;
    if (must_link_external(t)) {
        return str_format(a, "%.*s/%.*s", STR_ARG(t->os), STR_ARG(t->arch));
    }
    goenv_flag(env, S("buildmode"), &mode);
    if (str_eq(mode, S("plugin")) || (str_eq(mode, S("c-shared")) && !str_eq(t->arch, S("wasm"))) ||
        (str_eq(mode, S("pie")) && !can_link_pie(t))) {
        return str_concat(a, S("-buildmode="), mode);
    }
    if (goenv_flag(env, S("linkshared"), &ignored)) {
        return S("-linkshared");
    }
    return str_eq(link_mode_of(env), S("external")) ? S("-linkmode=external") : (Str){0};
}

LinkerDeps implicit_linker(Arena *a, const Target *t, const GoEnv *env)
{
    LinkerDeps deps = {0};
    const struct {
        bool is_on;
        Str path;
    } rows[] = {
        {str_eq(t->arch, S("arm")), S("math")}, /* for soft floating point */
        {t->is_race, S("runtime/race")},
        {t->is_msan, S("runtime/msan")},
        {t->is_asan, S("runtime/asan")},
    };
    add(a, &deps.packages, S("runtime"));
    Str reason = external_reason(a, t, env);
    if (reason.len > 0 && !t->has_cgo) {
        deps.trouble = str_format(a, "%.*s requires external (cgo) linking, but cgo is not enabled",
                                  STR_ARG(reason));
    } else if (reason.len > 0) {
        add(a, &deps.packages, S("runtime/cgo"));
    }
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        if (rows[i].is_on) {
            add(a, &deps.packages, rows[i].path);
        }
    }
    return deps;
}

/* ---- the compiler ---- */

static bool imports(const BuildPackage *p, Str path)
{
    const BuildUses *uses = &p->imports[BUILD_FILES];
    for (isize i = 0; i < uses->len; i++) {
        if (str_eq(uses->ptr[i].text, path)) {
            return true;
        }
    }
    return false;
}

static void add_unless_imported(Arena *a, const BuildPackage *p, Strs *list, Str path)
{
    if (!imports(p, path)) {
        add(a, list, path);
    }
}

/* Packages of runtime that are built with cgo, and that cgo stands on. */
static bool is_below_cgo(Str path, bool is_std)
{
    static const Str paths[] = {STR_CONST("runtime/cgo"), STR_CONST("runtime/race"),
                                STR_CONST("runtime/msan"), STR_CONST("runtime/asan")};
    for (isize i = 0; is_std && i < COUNT_OF(paths); i++) {
        if (str_eq(path, paths[i])) {
            return true;
        }
    }
    return false;
}

/* Go 1.27 rewrites what a package does with "simd" where the processor has it. */
static bool needs_simd_bridge(Arena scratch, const Target *t, Str goroot_src, const BuildPackage *p)
{
    FileStat st;
    Err ignored;
    return imports(p, S("simd")) &&
           (str_eq(t->arch, S("amd64")) || str_eq(t->arch, S("arm64")) ||
            str_eq(t->arch, S("wasm"))) &&
           file_stat(FILE_CWD, path_join(&scratch, goroot_src, S("simd/internal/bridge")), &st,
                     &ignored) == FILE_FOUND;
}

void implicit_imports(Arena *a, const Target *t, Str goroot_src, Str import_path, bool is_std,
                      const BuildPackage *p, Strs *ret)
{
    bool has_swig = p->lists[LIST_SWIG].len > 0 || p->lists[LIST_SWIG_CXX].len > 0;
    bool has_cgo = p->lists[LIST_CGO].len > 0;
    if (needs_simd_bridge(*a, t, goroot_src, p)) {
        add_unless_imported(a, p, ret, S("simd/internal/bridge"));
    }
    if (has_cgo || has_swig) {
        add_unless_imported(a, p, ret, S("unsafe"));
    }
    if (has_swig || (has_cgo && !(is_std && str_eq(import_path, S("runtime/cgo"))))) {
        add_unless_imported(a, p, ret, S("runtime/cgo"));
    }
    if (has_swig || (has_cgo && !is_below_cgo(import_path, is_std))) {
        add_unless_imported(a, p, ret, S("syscall"));
    }
    if (has_swig) {
        add_unless_imported(a, p, ret, S("sync"));
    }
}
