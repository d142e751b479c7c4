#include "go/load/testpackages.h"

#include "base/sort.h"

/* ---- lists ---- */

static void add(Arena *a, Strs *list, Str s)
{
    *VEC_PUSH(a, list) = s;
}

static Strs joined(Arena *a, const Strs *x, const Strs *y)
{
    Strs both = {.ptr = ARENA_ARRAY(a, Str, x->len + y->len), .cap = x->len + y->len};
    for (isize i = 0; i < x->len; i++) {
        both.ptr[both.len++] = x->ptr[i];
    }
    for (isize i = 0; i < y->len; i++) {
        both.ptr[both.len++] = y->ptr[i];
    }
    return both;
}

static Packages joined_packages(Arena *a, const Packages *x, const Packages *y)
{
    Packages both = {0};
    for (isize i = 0; i < x->len; i++) {
        *VEC_PUSH(a, &both) = x->ptr[i];
    }
    for (isize i = 0; i < y->len; i++) {
        *VEC_PUSH(a, &both) = y->ptr[i];
    }
    return both;
}

static EmbedMatches joined_embeds(Arena *a, const EmbedMatches *x, const EmbedMatches *y)
{
    EmbedMatches both = {0};
    for (isize i = 0; i < x->len + y->len; i++) {
        *VEC_PUSH(a, &both) = i < x->len ? x->ptr[i] : y->ptr[i - x->len];
    }
    return both;
}

static void add_each_once(Arena *a, Strs *list, Str s)
{
    if (!strs_has(list, s)) {
        add(a, list, s);
    }
}

/* ---- what tests import ---- */

typedef struct {
    Packages deps;
    Strs raw, resolved;
    PackageError *error;
    PackageErrors bad_imports;
    bool is_incomplete, needs_p; /* it imports the package under test */
} TestImports;

static void resolve_embeds(Assembly *s, Package *p, BuildPart part, TestImports *t)
{
    Str words, pos;
    if (!assemble_embeds(s, p, part, &words, &pos)) {
        t->error = assemble_error(s, words, pos);
        t->is_incomplete = true;
    }
}

/* as: how the way to an error names the tests. */
static TestImports import_tests(Assembly *s, Package *p, BuildPart part, Str as)
{
    TestImports t = {.raw = p->build->import_texts[part]};
    assemble_push(s, as, NULL);
    for (isize i = 0; i < t.raw.len; i++) {
        Str path = t.raw.ptr[i];
        PackageError *error;
        if (str_eq(path, S("C"))) {
            add(s->arena, &t.resolved, path);
            continue;
        }
        Package *dep =
            assemble_import(s, p, path, assemble_first_use(&p->build->imports[part], path), &error);
        if (error != NULL) {
            *VEC_PUSH(s->arena, &t.bad_imports) = error;
            t.error = t.error == NULL ? error : t.error;
            t.is_incomplete = true;
        }
        t.is_incomplete = t.is_incomplete || dep->is_incomplete;
        add(s->arena, &t.resolved, dep->source_path);
        if (part == BUILD_XTEST_FILES && str_eq(dep->source_path, p->source_path)) {
            t.needs_p = true;
        } else {
            *VEC_PUSH(s->arena, &t.deps) = dep;
        }
    }
    resolve_embeds(s, p, part, &t);
    assemble_pop(s);
    return t;
}

/* ---- the packages ---- */

/* p with its own test files. */
static Package *make_test(Assembly *s, const Package *p, const TestImports *t)
{
    Arena *a = s->arena;
    Package *test = package_copy(a, p);
    test->match = p->match;
    test->error = test->error == NULL ? t->error : test->error;
    test->bad_imports = t->bad_imports; /* p tells its own */
    test->is_incomplete = test->is_incomplete || t->is_incomplete;
    test->for_test = p->source_path;
    test->lists[LIST_GO] = joined(a, &p->lists[LIST_GO], &p->lists[LIST_TEST_GO]);
    test->target = (Str){0};
    test->imports = joined(a, &t->resolved, &p->imports);
    test->raw = joined(a, &t->raw, &p->raw);
    test->deps = joined_packages(a, &t->deps, &p->deps);
    test->embed_files[BUILD_FILES] =
        joined(a, &p->embed_files[BUILD_FILES], &p->embed_files[BUILD_TEST_FILES]);
    test->embeds[BUILD_FILES] =
        joined_embeds(a, &p->embeds[BUILD_FILES], &p->embeds[BUILD_TEST_FILES]);
    return test;
}

static Package *make_xtest(Assembly *s, const Package *p, Package *test, const TestImports *t)
{
    Arena *a = s->arena;
    Package *x = ARENA_NEW(a, Package);
    *x = (Package){
        .source_path = str_concat(a, p->source_path, S("_test")),
        .dir = p->dir,
        .name = str_concat(a, p->name, S("_test")),
        .root = p->root,
        .for_test = p->source_path,
        .tested = test,
        .module = p->module,
        .imports = joined(a, &t->resolved, &(Strs){0}),
        .raw = t->raw,
        .deps = t->deps,
        .error = t->error,
        .bad_imports = t->bad_imports,
        .has_profile = p->has_profile,
        .is_goroot = p->is_goroot,
        .is_incomplete = t->is_incomplete,
        .index = -1,
        .is_loaded = true,
    };
    x->import_path = x->source_path;
    x->lists[LIST_GO] = p->lists[LIST_XTEST_GO];
    x->embed_files[BUILD_FILES] = p->embed_files[BUILD_XTEST_FILES];
    x->embeds[BUILD_FILES] = p->embeds[BUILD_XTEST_FILES];
    if (t->needs_p) {
        *VEC_PUSH(a, &x->deps) = test;
    }
    return x;
}

static bool has_go_files(const Package *p)
{
    return p->lists[LIST_GO].len + p->lists[LIST_CGO].len > 0;
}

static Strs sorted_once(Arena *a, const Strs *list)
{
    Strs sorted = {0};
    for (isize i = 0; i < list->len; i++) {
        add_each_once(a, &sorted, list->ptr[i]);
    }
    sort_strings(sorted.ptr, sorted.len);
    return sorted;
}

/* The generated program. Its one Go file is written by the go command into its cache. */
static Package *make_main(Assembly *s, const Package *p, Package *test, Package *xtest)
{
    Arena *a = s->arena;
    const LinkerDeps *linker = s->d->linker;
    Package *m = ARENA_NEW(a, Package);
    *m = (Package){
        .source_path = str_concat(a, p->source_path, S(".test")),
        .dir = p->dir,
        .name = S("main"),
        .root = p->root,
        .module = p->module,
        .index = -1,
        .has_profile = p->has_profile,
        .is_test_main = true,
        .is_loaded = true,
    };
    m->import_path = m->source_path;
    add(a, &m->lists[LIST_GO], S("_testmain.go"));
    assemble_push(s, S("testmain"), NULL);
    if (linker->trouble.len > 0) {
        m->error = assemble_error(s, linker->trouble, (Str){0});
        m->error->stack = (ImportStack){0};
        m->error->has_stack = false;
    }
    for (isize i = 0; i < implicit_test_main_len + linker->packages.len; i++) {
        bool is_source = i < implicit_test_main_len;
        Str path =
            is_source ? implicit_test_main[i] : linker->packages.ptr[i - implicit_test_main_len];
        *VEC_PUSH(a, &m->deps) =
            str_eq(path, test->source_path) ? test : assemble_generated(s, path);
        if (is_source) {
            add(a, &m->imports, path);
        }
    }
    assemble_pop(s);
    if (has_go_files(test)) {
        *VEC_PUSH(a, &m->deps) = test;
        add(a, &m->imports, test->source_path);
    }
    if (xtest != NULL) {
        *VEC_PUSH(a, &m->deps) = xtest;
        add(a, &m->imports, xtest->source_path);
    }
    m->imports = sorted_once(a, &m->imports);
    m->raw = joined(a, &m->imports, &(Strs){0});
    return m;
}

/* ---- what is built anew ---- */

typedef struct {
    Assembly *s;
    const Package *p; /* under test */
    Package *main, *test, *xtest;
} Recompile;

static Package *split(const Recompile *r, Package *p)
{
    Arena *a = r->s->arena;
    if (p == r->main || p == r->xtest || p == r->test || p->copy != NULL) {
        return p->copy != NULL ? p->copy : p;
    }
    Package *copy = package_copy(a, p);
    copy->match = p->match;
    copy->for_test = r->p->source_path;
    copy->target = (Str){0};
    copy->has_profile = r->p->has_profile;
    copy->deps = joined_packages(a, &p->deps, &(Packages){0});
    copy->imports = joined(a, &p->imports, &(Strs){0});
    p->copy = copy;
    return copy;
}

/* Whoever imports the package under test gets the one with the test files instead, and becomes a
 * package of its own by that. */
static void recompile_one(const Recompile *r, Package *p)
{
    if (p == r->p) {
        return;
    }
    Package *now = p;
    for (isize i = 0; i < p->deps.len; i++) {
        Package *copy = p->deps.ptr[i]->copy;
        if (copy != NULL && copy != p->deps.ptr[i]) {
            now = split(r, p);
            now->deps.ptr[i] = copy;
        }
    }
    bool is_other_program = str_eq(p->name, S("main")) && p != r->main && p != r->test;
    if (is_other_program || (r->p->has_profile && !p->has_profile)) {
        split(r, p)->has_profile = r->p->has_profile;
    }
}

/* ---- cycles that a test makes ---- */

typedef struct {
    Package *p, *importer; /* importer NULL: the test itself */
} Reached;

static PackageError *say_cycle(Assembly *s, Package *test, const Package *last,
                               const Reached *reached, isize n)
{
    VEC(const Package *) way = {0};
    *VEC_PUSH(s->arena, &way) = test;
    for (const Package *at = last; at != NULL;) {
        *VEC_PUSH(s->arena, &way) = at;
        const Package *importer = NULL;
        for (isize i = 0; i < n; i++) {
            if (reached[i].p == at) {
                importer = reached[i].importer;
                break;
            }
        }
        at = importer;
    }
    *VEC_PUSH(s->arena, &way) = test;
    PackageError *e = assemble_error(s, S("import cycle not allowed in test"), (Str){0});
    e->stack = (ImportStack){0};
    for (isize i = way.len - 1; i >= 0; i--) {
        *VEC_PUSH(s->arena, &e->stack) = (ImportStep){way.ptr[i]->source_path, (Str){0}};
    }
    e->is_cycle = true;
    return e;
}

/* The shortest way from the test back to it, breadth first. */
static PackageError *find_cycle(Assembly *s, Package *test)
{
    VEC(Reached) reached = {0};
    VEC(Package *) seen = {0};
    PackageError *error = NULL;
    for (isize i = 0; i < test->deps.len; i++) {
        if (!test->deps.ptr[i]->is_seen) {
            test->deps.ptr[i]->is_seen = true;
            *VEC_PUSH(s->arena, &seen) = test->deps.ptr[i];
            *VEC_PUSH(s->arena, &reached) = (Reached){test->deps.ptr[i], NULL};
        }
    }
    for (isize at = 0; at < reached.len && error == NULL; at++) {
        Package *p = reached.ptr[at].p;
        if (p == test) {
            error = say_cycle(s, test, reached.ptr[at].importer, reached.ptr, reached.len);
            break;
        }
        for (isize i = 0; i < p->deps.len; i++) {
            if (!p->deps.ptr[i]->is_seen) {
                p->deps.ptr[i]->is_seen = true;
                *VEC_PUSH(s->arena, &seen) = p->deps.ptr[i];
                *VEC_PUSH(s->arena, &reached) = (Reached){p->deps.ptr[i], p};
            }
        }
    }
    for (isize i = 0; i < seen.len; i++) {
        seen.ptr[i]->is_seen = false;
    }
    return error;
}

static PackageError *recompile(const Recompile *r)
{
    Packages roots = {.ptr = (Package *[]){r->main}, .len = 1};
    Packages list = packages_list(r->s->arena, &roots);
    Package *p = (Package *)(uintptr_t)r->p;
    p->copy = r->test;
    for (isize i = 0; i < list.len; i++) {
        recompile_one(r, list.ptr[i]);
    }
    for (isize i = 0; i < list.len; i++) {
        list.ptr[i]->copy = NULL;
    }
    p->copy = NULL;
    return find_cycle(r->s, r->test);
}

TestPackages testpackages_make(Assembly *s, Package *p)
{
    TestPackages t = {.test = p};
    TestImports own =
        import_tests(s, p, BUILD_TEST_FILES, str_concat(s->arena, p->source_path, S(" (test)")));
    TestImports other =
        import_tests(s, p, BUILD_XTEST_FILES, str_concat(s->arena, p->source_path, S("_test")));
    p->test_imports[BUILD_TEST_FILES] = own.resolved;
    p->test_imports[BUILD_XTEST_FILES] = other.resolved;
    if (p->lists[LIST_TEST_GO].len > 0 || str_eq(p->name, S("main"))) {
        t.test = make_test(s, p, &own);
    }
    if (p->lists[LIST_XTEST_GO].len > 0) {
        t.xtest = make_xtest(s, p, t.test, &other);
    }
    t.main = make_main(s, p, t.test, t.xtest);
    Recompile r = {s, p, t.main, t.test, t.xtest};
    PackageError *cycle = recompile(&r);
    if (cycle != NULL) {
        t.test->error = cycle;
        t.test->is_incomplete = true;
    }
    return t;
}
