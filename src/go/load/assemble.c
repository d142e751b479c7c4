#include "go/load/assemble.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "go/env/workdir.h"
#include "go/load/filenames.h"
#include "go/load/importpath.h"
#include "go/load/importrules.h"
#include "go/load/installdir.h"
#include "go/mod/quote.h"
#include "go/mod/version.h"

/* ---- uses, places, errors ---- */

const BuildUse *assemble_first_use(const BuildUses *uses, Str text)
{
    isize from = 0, to = uses->len;
    while (from < to) {
        isize middle = from + (to - from) / 2;
        if (str_compare(uses->ptr[middle].text, text) < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from < uses->len && str_eq(uses->ptr[from].text, text) ? &uses->ptr[from] : NULL;
}

static bool shows_real_names(const Assembly *s)
{
    return goversion_compare(s->go_version, S("1.24")) >= 0;
}

static Str position(const Assembly *s, HeadPos pos)
{
    Str shown = workdir_short(s->arena, s->dir, pos.file, shows_real_names(s));
    return pos.column == 0
               ? str_format(s->arena, "%.*s:%td", STR_ARG(shown), pos.line)
               : str_format(s->arena, "%.*s:%td:%td", STR_ARG(shown), pos.line, pos.column);
}

Str assemble_position(const Assembly *s, const BuildUse *use)
{
    return use == NULL ? (Str){0} : position(s, use->pos);
}

void assemble_push(Assembly *s, Str path, const BuildUse *use)
{
    *VEC_PUSH(s->arena, &s->stack) =
        (ImportStep){path, use == NULL ? (Str){0} : path_base(use->pos.file)};
}

void assemble_pop(Assembly *s)
{
    s->stack.len--;
}

static ImportStack copy_stack(const Assembly *s)
{
    ImportStack copy = {.len = s->stack.len, .cap = s->stack.len};
    copy.ptr = arena_copy(s->arena, s->stack.ptr, s->stack.len * (isize)sizeof(ImportStep),
                          _Alignof(ImportStep));
    return copy;
}

PackageError *assemble_error(Assembly *s, Str words, Str pos)
{
    PackageError *e = ARENA_NEW(s->arena, PackageError);
    *e = (PackageError){.stack = copy_stack(s), .words = words, .pos = pos, .has_stack = true};
    return e;
}

static bool is_on_top(const Assembly *s, Str path)
{
    return s->stack.len > 0 && str_eq(s->stack.ptr[s->stack.len - 1].path, path);
}

/* What is being made, who asked for it, and where. */
typedef struct {
    Package *p;
    Str path;            /* as it was asked for */
    const BuildUse *use; /* or NULL */
} Making;

/* The first error counts. It stands at the import when the package itself was not entered yet. */
static void set_error(Assembly *s, const Making *m, Str words, Str pos)
{
    if (m->p->error != NULL) {
        return;
    }
    if (pos.len == 0 && m->use != NULL && s->stack.len > 0 && !is_on_top(s, m->path)) {
        pos = assemble_position(s, m->use);
    }
    m->p->error = assemble_error(s, words, pos);
    m->p->is_incomplete = true;
}

/* ---- what is wrong with a directory ---- */

/* Faults of the package itself stand in it, and not at the import. */
static void set_fault(Assembly *s, const Making *m)
{
    const BuildPackage *b = m->p->build;
    switch (b->fault) {
    case BUILDPKG_FINE:
        return;
    case BUILDPKG_NO_GO:
        assemble_push(s, m->path, m->use);
        set_error(s, m, package_no_go(s->arena, m->p), (Str){0});
        assemble_pop(s);
        return;
    case BUILDPKG_SYNTAX: {
        const HeadFault *first = &b->faults.ptr[0];
        assemble_push(s, m->path, m->use);
        set_error(s, m, first->message, position(s, first->pos));
        assemble_pop(s);
        return;
    }
    case BUILDPKG_MULTIPLE:
    case BUILDPKG_OTHER:
        set_error(s, m, b->message, (Str){0});
        return;
    }
}

/* ---- what was not found ---- */

/* The go line of the module of what imports f, where it is newer than the Go in use. */
static Str newer_go_of_importer(const Assembly *s, const Found *f)
{
    const Requirements *r = s->d->requirements;
    if (f->importer < 0) {
        return (Str){0};
    }
    isize module = s->d->list.ptr[f->importer].place.module;
    Str go = module < 0 || s->d->list.ptr[f->importer].outcome != RESOLVE_FOUND
                 ? (Str){0}
                 : requirements_go_of(s->arena, r, module);
    return goversion_compare(s->go_version, go) < 0 ? go : (Str){0};
}

/* The main module that f is imported by, on the shortest way, where the working directory lies in
 * another one. */
static Str other_main_of_importer(const Assembly *s, const Found *f)
{
    const Requirements *r = s->d->requirements;
    for (isize at = f->importer; at >= 0; at = s->d->list.ptr[at].importer) {
        const Found *importer = &s->d->list.ptr[at];
        if (importer->place.module >= 0 && importer->place.module < r->n_mains) {
            Str root = r->modules.ptr[importer->place.module].root;
            return path_is_within(s->dir, root) ? (Str){0} : root;
        }
    }
    return (Str){0};
}

static Str say_missing(const Assembly *s, const Found *f)
{
    const Requirements *r = s->d->requirements;
    if (f->outcome == RESOLVE_NONE) {
        return resolve_missing(s->arena, r, f->path, newer_go_of_importer(s, f),
                               other_main_of_importer(s, f));
    }
    if (!f->place.is_missing_sum) {
        return f->place.words;
    }
    const Found *importer = f->importer < 0 ? NULL : &s->d->list.ptr[f->importer];
    Str version = {0};
    if (importer != NULL && importer->place.module >= 0) {
        version = r->modules.ptr[importer->place.module].mod.version;
    }
    return resolve_missing_sum(
        s->arena, &f->place, f->path, importer == NULL ? (Str){0} : importer->path, version,
        importer != NULL &&
            assemble_first_use(&importer->build->imports[BUILD_FILES], f->path) == NULL);
}

/* ---- one package ---- */

/* The packages of GOROOT have no module. */
static bool is_in_module(const Assembly *s, const Package *p, const Found *f)
{
    return f->outcome == RESOLVE_FOUND && f->place.module >= 0 &&
           !(path_is_within(p->dir, s->d->requirements->goroot_src) &&
             importpath_is_standard(p->source_path));
}

static void take_root(const Assembly *s, Package *p, const Found *f)
{
    const Requirements *r = s->d->requirements;
    p->is_goroot = f->is_named ? str_eq(f->place.root, s->goroot)
                               : path_is_within(p->dir, r->goroot_src) &&
                                     !importpath_has_testdata(str_from(p->dir, r->goroot_src.len));
    p->is_standard = p->is_goroot && importpath_is_standard(p->source_path);
    p->root = p->is_goroot ? s->goroot : f->place.root;
    if (is_in_module(s, p, f)) {
        p->root = r->modules.ptr[f->place.module].root;
    }
}

static void take_build(Assembly *s, Package *p, const Found *f)
{
    const BuildPackage *b = f->build;
    p->build = b;
    p->dir = f->place.dir;
    p->name = b->name;
    take_root(s, p, f);
    memcpy(p->lists, b->lists, sizeof(p->lists));
    for (BuildPart i = 0; i < BUILD_PART_COUNT; i++) {
        p->embed_patterns[i] = b->embed_texts[i];
        p->test_imports[i] = i == BUILD_FILES ? (Strs){0} : b->import_texts[i];
    }
    p->raw = b->import_texts[BUILD_FILES];
    p->imports = p->raw;
    p->imports.ptr =
        arena_copy(s->arena, p->raw.ptr, p->raw.len * (isize)sizeof(Str), _Alignof(Str));
}

/* Import paths that differ by their capitals alone would be one on some disks. */
static bool check_fold(Assembly *s, const Making *m)
{
    Package *p = m->p;
    bool is_new;
    isize *at = map_put(&s->by_fold, filenames_in_small_letters(s->arena, p->source_path), &is_new);
    if (is_new) {
        *at = *map_get(&s->by_path, p->source_path);
        return true;
    }
    const Package *other = s->all.ptr[*at - 1];
    if (str_eq(other->source_path, p->source_path)) {
        return true;
    }
    set_error(s, m,
              str_format(s->arena, "case-insensitive import collision: %.*s and %.*s",
                         STR_ARG(quote_go(s->arena, p->source_path)),
                         STR_ARG(quote_go(s->arena, other->source_path))),
              (Str){0});
    return false;
}

bool assemble_embeds(Assembly *s, Package *p, BuildPart part, Str *ret_words, Str *ret_pos)
{
    Str pattern, words;
    if (p->embed_patterns[part].len == 0) {
        return true;
    }
    if (embed_resolve(s->arena, p->dir, s->d->target->go_minor, &p->embed_patterns[part],
                      &p->embeds[part], &pattern, &words)) {
        p->embed_files[part] = embed_files(s->arena, &p->embeds[part]);
        return true;
    }
    const BuildUse *use = assemble_first_use(&p->build->embed_patterns[part], pattern);
    *ret_words = str_format(s->arena, "pattern %.*s: %.*s", STR_ARG(pattern), STR_ARG(words));
    *ret_pos = assemble_position(s, use);
    return false;
}

static void resolve_embeds(Assembly *s, const Making *m)
{
    Str words, pos;
    if (!assemble_embeds(s, m->p, BUILD_FILES, &words, &pos)) {
        m->p->is_incomplete = true;
        set_error(s, m, words, pos);
    }
}

/* What cannot be handed to a compiler as a name; empty: nothing. */
static Str check_names(Arena *a, const Package *p)
{
    const Strs *embedded = &p->embed_files[BUILD_FILES];
    Str wrong = p->build->has_good_names && embedded->len == 0
                    ? (Str){0}
                    : filenames_check(a, p->lists, embedded);
    if (wrong.len > 0) {
        return wrong;
    }
    Str name = path_base(p->source_path);
    if (!importpath_is_safe_argument(name)) {
        return str_format(a, "invalid input directory name %.*s", STR_ARG(quote_go(a, name)));
    }
    if (str_index_byte(p->dir, '\n') >= 0 || str_index_byte(p->dir, '\r') >= 0) {
        return str_format(a, "invalid package directory %.*s", STR_ARG(quote_go(a, p->dir)));
    }
    return (Str){0};
}

static Package *import_path(Assembly *s, Package *parent, Str path, const BuildUse *use,
                            bool is_checked, PackageError **ret_error);

/* The first use of a text at or behind *at, where it must be. */
static const BuildUse *next_use(const BuildUses *uses, Str text, isize *at)
{
    while (!str_eq(uses->ptr[*at].text, text)) {
        ++*at;
    }
    return &uses->ptr[*at];
}

static void import_all(Assembly *s, Package *p, const Strs *implicit, isize n_source)
{
    isize at = 0;
    for (isize i = 0; i < n_source + implicit->len; i++) {
        bool is_source = i < n_source;
        Str path = is_source ? p->imports.ptr[i] : implicit->ptr[i - n_source];
        if (str_eq(path, S("C"))) {
            continue;
        }
        PackageError *error;
        const BuildUse *use =
            is_source ? next_use(&p->build->imports[BUILD_FILES], path, &at) : NULL;
        Package *dep = import_path(s, p, path, use, true, &error);
        if (error != NULL) {
            *VEC_PUSH(s->arena, &p->bad_imports) = error;
            p->error = p->error == NULL ? error : p->error;
            p->is_incomplete = true;
        }
        if (is_source) {
            p->imports.ptr[i] = dep->source_path;
        }
        *VEC_PUSH(s->arena, &p->deps) = dep;
        p->is_incomplete = p->is_incomplete || dep->is_incomplete;
    }
}

/* C files and their like need cgo or SWIG. */
static Str check_foreign(Arena *a, const Package *p)
{
    static const struct {
        BuildList list;
        const char *name;
    } kinds[] = {{LIST_C, "C"}, {LIST_CXX, "C++"}, {LIST_M, "Objective-C"}, {LIST_F, "Fortran"}};
    bool may = p->lists[LIST_CGO].len + p->lists[LIST_SWIG].len + p->lists[LIST_SWIG_CXX].len > 0;
    for (isize i = 0; i < COUNT_OF(kinds) && !may; i++) {
        const Strs *files = &p->lists[kinds[i].list];
        if (files->len == 0) {
            continue;
        }
        StrBuf b = strbuf_init(a);
        strbuf_add_format(&b,
                          "%s source files not allowed when not using cgo or SWIG:", kinds[i].name);
        for (isize k = 0; k < files->len; k++) {
            strbuf_add_format(&b, " %.*s", STR_ARG(files->ptr[k]));
        }
        return strbuf_str(&b);
    }
    return (Str){0};
}

static void drop_foreign_without_cgo(const Assembly *s, Package *p)
{
    static const BuildList kinds[] = {LIST_C, LIST_CXX, LIST_M, LIST_SWIG, LIST_SWIG_CXX};
    for (isize i = 0; i < COUNT_OF(kinds) && !s->d->target->has_cgo; i++) {
        p->lists[kinds[i]] = (Strs){0};
    }
}

/* What is imported without a line in the source. False: the program cannot be linked. */
static bool gather_implicit(Assembly *s, const Making *m, Strs *ret)
{
    const Package *p = m->p;
    const LinkerDeps *linker = s->d->linker;
    implicit_imports(s->arena, s->d->target, s->d->requirements->goroot_src, p->source_path,
                     p->is_standard, p->build, ret);
    if (!str_eq(p->name, S("main"))) {
        return true;
    }
    if (linker->trouble.len > 0) {
        set_error(s, m, linker->trouble, (Str){0});
        return false;
    }
    for (isize i = 0; i < linker->packages.len; i++) {
        Str path = linker->packages.ptr[i];
        if (!strs_has(&p->imports, path) && !strs_has(ret, path)) {
            *VEC_PUSH(s->arena, ret) = path;
        }
    }
    return true;
}

/* Behind the point where the package is entered: what is wrong now is wrong within it. */
static void make_inside(Assembly *s, const Making *m, const Found *f, const Strs *implicit)
{
    Package *p = m->p;
    p->module = is_in_module(s, p, f) ? f->place.module : -1;
    resolve_embeds(s, m);
    Str wrong = check_names(s->arena, p);
    if (wrong.len > 0) {
        set_error(s, m, wrong, (Str){0});
        return;
    }
    import_all(s, p, implicit, p->imports.len);
    p->is_loaded = true;
    drop_foreign_without_cgo(s, p);
    wrong = check_foreign(s->arena, p);
    if (wrong.len > 0) {
        set_error(s, m, wrong, (Str){0});
    }
}

static void make(Assembly *s, const Making *m, const Found *f)
{
    static const BuildPackage nothing;
    Strs implicit = {0};
    Package *p = m->p;
    p->build = &nothing;
    if (f->outcome == RESOLVE_FOUND) {
        take_build(s, p, f);
        set_fault(s, m);
        if (f->implicit_module.len > 0) {
            set_error(s, m, f->implicit_module, (Str){0});
        }
        installdir_target(s, p);
    } else {
        set_error(s, m, say_missing(s, f), (Str){0});
    }
    if (!gather_implicit(s, m, &implicit) || (!f->is_named && !check_fold(s, m))) {
        return;
    }
    if (!importpath_is_safe_argument(p->source_path)) {
        set_error(s, m,
                  str_format(s->arena, "invalid import path %.*s",
                             STR_ARG(quote_go(s->arena, p->source_path))),
                  (Str){0});
        return;
    }
    assemble_push(s, m->path, m->use);
    make_inside(s, m, f, &implicit);
    assemble_pop(s);
}

/* ---- who asks for it ---- */

static bool is_shorter(const ImportStack *x, const ImportStack *y)
{
    if (x->len != y->len) {
        return x->len < y->len;
    }
    for (isize i = 0; i < x->len; i++) {
        int order = str_compare(x->ptr[i].path, y->ptr[i].path);
        if (order != 0) {
            return order < 0;
        }
    }
    return false;
}

/* A package that was met before: to meet it while it is being made is a cycle. */
static void reuse(Assembly *s, Package *p)
{
    PackageError *e = p->error;
    if (!p->is_loaded) {
        if (e == NULL) {
            e = assemble_error(s, S("import cycle not allowed"), (Str){0});
            p->error = e;
        }
        e->is_cycle = true;
        p->is_incomplete = true;
    }
    if (e != NULL && e->has_stack && !e->is_cycle && is_shorter(&s->stack, &e->stack)) {
        e->stack = copy_stack(s);
    }
}

static Package *new_package(Assembly *s, Str path)
{
    Package *p = ARENA_NEW(s->arena, Package);
    *p = (Package){.import_path = path,
                   .source_path = path,
                   .internal_at = importpath_internal(path),
                   .vendor_at = importpath_vendor(path),
                   .module = -1,
                   .index = -1};
    return p;
}

/* A path that no package can have. */
static Package *make_impossible(Assembly *s, Str path, const BuildUse *use, Str words)
{
    Package *p = new_package(s, path);
    Making m = {p, path, NULL};
    assemble_push(s, path, use);
    set_error(s, &m, words, (Str){0});
    assemble_pop(s);
    p->is_loaded = true;
    return p;
}

static Package *get_or_make(Assembly *s, Str real, Str path, const BuildUse *use)
{
    bool is_new;
    isize *at = map_put(&s->by_path, real, &is_new);
    if (!is_new) {
        Package *p = s->all.ptr[*at - 1];
        if (!p->is_loaded || p->error != NULL) {
            assemble_push(s, path, use);
            reuse(s, p);
            assemble_pop(s);
        }
        return p;
    }
    Package *p = new_package(s, real);
    *VEC_PUSH(s->arena, &s->all) = p;
    *at = s->all.len;
    static const Found nowhere = {.outcome = RESOLVE_FAILED,
                                  .place = {.words = STR_CONST("cannot find package")}};
    const Found *f = discover_get(s->d, real);
    Making m = {p, path, use};
    make(s, &m, f == NULL ? &nowhere : f);
    return p;
}

static Package *import_path(Assembly *s, Package *parent, Str path, const BuildUse *use,
                            bool is_checked, PackageError **ret_error)
{
    *ret_error = NULL;
    if (str_starts_with(path, S("mod/"))) {
        return make_impossible(
            s, path, use,
            str_format(s->arena, "disallowed import path %.*s", STR_ARG(quote_go(s->arena, path))));
    }
    if (str_contains(path, S("@"))) {
        return make_impossible(s, path, use,
                               S("can only use path@version syntax with 'go get' and 'go install' "
                                 "in module-aware mode"));
    }
    if (s->stack.len >= ASSEMBLE_MAX_DEPTH) {
        return make_impossible(s, path, use, S("too many imports one behind the other"));
    }
    Str real =
        parent == NULL ? path : discover_path(s->d, parent->source_path, parent->is_standard, path);
    Package *p = get_or_make(s, real, path, use);
    if (!is_checked || parent == NULL || parent == p) {
        return p;
    }
    bool shows_stack;
    Str wrong = importrules_check(s->arena, parent, path, p, &shows_stack);
    if (wrong.len > 0) {
        PackageError *e = assemble_error(s, wrong, assemble_position(s, use));
        e->always_shows_stack = shows_stack;
        *ret_error = e;
    }
    return p;
}

Package *assemble_import(Assembly *s, Package *parent, Str path, const BuildUse *use,
                         PackageError **ret_error)
{
    return import_path(s, parent, path, use, true, ret_error);
}

Package *assemble_generated(Assembly *s, Str path)
{
    PackageError *error;
    return import_path(s, NULL, path, NULL, false, &error);
}

Package *assemble_asked(Assembly *s, Str path)
{
    Package *p = assemble_generated(s, path);
    p->is_asked_for = true;
    return p;
}

/* No ".go" file among the others: the package has the name of what it is instead. */
static Package *make_stranger(Assembly *s, Str argument)
{
    Package *p = new_package(s, (Str){0});
    p->name = argument;
    p->is_incomplete = p->is_loaded = true;
    p->error = ARENA_NEW(s->arena, PackageError);
    p->error->words =
        str_format(s->arena, "named files must be .go files: %.*s", STR_ARG(argument));
    return p;
}

Package *assemble_named(Assembly *s, const NamedFiles *files)
{
    if (files->found.build == NULL) {
        return make_stranger(s, files->stranger);
    }
    Package *p = new_package(s, files->found.path);
    p->dir_path = files->dir_path;
    Making m = {p, NAMEDFILES_PATH, NULL};
    make(s, &m, &files->found);
    p->import_path = p->source_path = NAMEDFILES_PATH;
    installdir_target_of_files(s, p);
    return p;
}

Assembly assemble_init(Arena *a, Discovery *d, const GoEnv *env, Str dir, Str goroot,
                       Str go_version)
{
    return (Assembly){
        .arena = a,
        .d = d,
        .env = env,
        .dir = dir,
        .goroot = goroot,
        .go_version = go_version,
        .go_bin = installdir_of_env(a, env),
        .by_path = map_init(a),
        .by_fold = map_init(a),
    };
}
