/*
 * Loads the same packages for one port after the other, for test/oracle/loadcache.py. Arguments:
 * GOROOT, its version, the directory, threads, what to do, ports (parted by commas, or "all"),
 * "test" or "plain", patterns. The environment says the rest.
 *
 *     compare   once with a cache that all loads share, and once without: what is loaded must be
 *               the same to the last byte. The first line that is not is printed. What was loaded
 *               first is looked at once more when all others are done.
 *     kept      with the cache alone; bare: without it. What each load took of the processor, in
 *               microseconds, is printed.
 */
#include "go/load/listjson.h"
#include "go/mod/platform.h"
#include "go/mod/quote.h"
#include "go/root/portlist.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define FIRST_PATTERN 8

typedef struct {
    Arena arena; /* of what all loads share */
    GoEnv env;
    MainMods mains;
    LoadOptions options;
    Str *patterns;
    isize n_patterns;
    VEC(Platform) ports;
} Driver;

/* ---- everything that a load says, as text ---- */

static void add_strs(StrBuf *b, const char *name, const Strs *list)
{
    strbuf_add_format(b, "%s", name);
    for (isize i = 0; i < list->len; i++) {
        strbuf_add_format(b, " '%.*s'", STR_ARG(list->ptr[i]));
    }
    strbuf_add_byte(b, '\n');
}

static void add_pos(StrBuf *b, HeadPos pos, Str text)
{
    strbuf_add_format(b, "  %.*s:%td:%td@%td %.*s\n", STR_ARG(pos.file), pos.line, pos.column,
                      pos.offset, STR_ARG(text));
}

static void add_uses(StrBuf *b, const char *name, const BuildUses *uses)
{
    strbuf_add_format(b, "%s\n", name);
    for (isize i = 0; i < uses->len; i++) {
        add_pos(b, uses->ptr[i].pos, uses->ptr[i].text);
    }
}

static void add_build(StrBuf *b, const BuildPackage *p)
{
    strbuf_add_format(b, "build %.*s %.*s fault %d '%.*s' in '%.*s' binary %d\n", STR_ARG(p->dir),
                      STR_ARG(p->name), (int)p->fault, STR_ARG(p->message), STR_ARG(p->fault_file),
                      p->is_binary_only);
    strbuf_add_format(b, "doc %.*s\n", STR_ARG(p->doc));
    for (int list = 0; list < LIST_COUNT; list++) {
        add_strs(b, "list", &p->lists[list]);
    }
    for (int kind = 0; kind < CGO_FLAGS_COUNT; kind++) {
        add_strs(b, "cgo", &p->cgo.of[kind]);
    }
    for (int part = 0; part < BUILD_PART_COUNT; part++) {
        add_uses(b, "imports", &p->imports[part]);
        add_uses(b, "embeds", &p->embed_patterns[part]);
        add_uses(b, "directives", &p->directives[part]);
    }
    add_strs(b, "tags", &p->all_tags);
    for (isize i = 0; i < p->faults.len; i++) {
        add_pos(b, p->faults.ptr[i].pos, p->faults.ptr[i].message);
    }
    for (isize i = 0; i < p->files.len; i++) {
        const BuildFile *f = &p->files.ptr[i];
        strbuf_add_format(b, "file %.*s reason %d list %d '%.*s' '%.*s' %d\n", STR_ARG(f->name),
                          (int)f->reason, (int)f->list, STR_ARG(f->text), STR_ARG(f->line),
                          f->has_plus_only);
    }
}

static void add_found(StrBuf *b, const Found *f)
{
    strbuf_add_format(b, "found %.*s %d in '%.*s' module %td std %d sure %d importer %td '%.*s'\n",
                      STR_ARG(f->path), (int)f->outcome, STR_ARG(f->place.dir), f->place.module,
                      f->place.is_std, !f->place.is_unsure, f->importer,
                      STR_ARG(f->implicit_module));
    strbuf_add_format(b, "words '%.*s' uncached '%.*s' %d %d\n", STR_ARG(f->place.words),
                      STR_ARG(f->place.uncached), f->place.is_missing_sum, f->place.found_beside);
    add_strs(b, "mods", &f->place.mods);
    if (f->build != NULL) {
        add_build(b, f->build);
    }
}

static void add_modules(StrBuf *b, Arena scratch, const Requirements *r)
{
    for (isize i = 0; i < r->modules.len; i++) {
        const LoadModule *m = &r->modules.ptr[i];
        strbuf_add_format(b, "module %.*s@%.*s in '%.*s' %d %d %d %d go %.*s\n",
                          STR_ARG(m->mod.path), STR_ARG(m->mod.version), STR_ARG(m->root),
                          m->is_local, m->lacks_sum, m->is_root, m->is_direct,
                          STR_ARG(requirements_go_of(&scratch, r, i)));
    }
    strbuf_add_format(b, "graph %d '%.*s'\n", r->has_graph, STR_ARG(r->graph_trouble));
}

static void add_matches(StrBuf *b, const Matches *matches)
{
    for (isize i = 0; i < matches->len; i++) {
        const Match *m = &matches->ptr[i];
        strbuf_add_format(b, "match %.*s %d '%.*s'\n", STR_ARG(m->pattern), m->is_literal,
                          STR_ARG(m->empty_dir));
        add_strs(b, "paths", &m->paths);
        add_strs(b, "errors", &m->errors);
    }
}

static Str tell(Arena *a, Arena scratch, Loaded *l)
{
    Err err;
    StrBuf b = strbuf_init(a);
    const ListJson *g = listjson_begin(l, S(""), &err);
    add_modules(&b, scratch, &l->requirements);
    add_matches(&b, &l->matches);
    for (isize i = 0; i < l->discovery.list.len; i++) {
        add_found(&b, &l->discovery.list.ptr[i]);
    }
    for (isize i = 0; i < l->list.len; i++) {
        listjson_add(g, l->list.ptr[i], &b);
    }
    return strbuf_str(&b);
}

/* ---- loads ---- */

/* One load. It stays where it is made: what is loaded points to parts of it. */
typedef struct {
    Arena arena;
    Target target;
    Loaded loaded;
    bool is_loaded;
    Str trouble; /* when it failed */
} Load;

static void load(Driver *d, Platform port, LoadCache *cache, Load *ret)
{
    Err err;
    *ret = (Load){.arena = arena_init(MIB)};
    Arena *a = &ret->arena;
    LoadOptions o = d->options;
    o.cache = cache;
    o.target = &ret->target;
    TargetWish wish = {.os = port.os, .arch = port.arch};
    if (!target_of_env(a, &d->env, o.goroot, &wish, &ret->target, &err)) {
        ret->trouble = err_format(a, &err);
        return;
    }
    ret->is_loaded = true;
    if (!load_packages(a, &o, d->patterns, d->n_patterns, &ret->loaded, &err)) {
        ret->trouble = err_format(a, &err);
    }
}

static void unload(Load *l)
{
    if (l->is_loaded) {
        load_done(&l->loaded);
    }
    arena_done(&l->arena);
}

static Str text_of(Arena *a, Load *l)
{
    if (l->trouble.len > 0) {
        return l->trouble;
    }
    Arena scratch = arena_init(MIB);
    Str text = tell(a, scratch, &l->loaded);
    arena_done(&scratch);
    return text;
}

static bool compare(Arena scratch, Platform port, Str bare, Str kept)
{
    Str x = {0}, y = {0};
    isize n = 0;
    while (str_eq(x, y) && (bare.len > 0 || kept.len > 0)) {
        x = y = S("(nothing)");
        str_next_line(&bare, &x);
        str_next_line(&kept, &y);
        n++;
    }
    if (!str_eq(x, y)) {
        printf("%.*s/%.*s, line %td:\nbare: %.*s\nkept: %.*s\n", STR_ARG(port.os),
               STR_ARG(port.arch), n, STR_ARG(quote_go(&scratch, x)),
               STR_ARG(quote_go(&scratch, y)));
    }
    return str_eq(x, y);
}

/* kept: a load with the cache. */
static bool compare_one(Driver *d, Platform port, Load *kept, isize *bytes)
{
    Load bare;
    Arena texts = arena_init(MIB);
    load(d, port, NULL, &bare);
    Str text = text_of(&texts, kept);
    bool ok = compare(d->arena, port, text_of(&texts, &bare), text);
    *bytes += text.len;
    unload(&bare);
    arena_done(&texts);
    return ok;
}

static int compare_all(Driver *d, LoadCache *cache)
{
    isize bytes = 0;
    Load first;
    load(d, d->ports.ptr[0], cache, &first);
    bool ok = compare_one(d, d->ports.ptr[0], &first, &bytes);
    for (isize i = 1; i < d->ports.len && ok; i++) {
        Load kept;
        load(d, d->ports.ptr[i], cache, &kept);
        ok = compare_one(d, d->ports.ptr[i], &kept, &bytes);
        unload(&kept);
    }
    ok = ok && compare_one(d, d->ports.ptr[0], &first, &bytes);
    if (ok) {
        printf("the same: %td loads, %td bytes\n", d->ports.len + 1, bytes);
    }
    unload(&first);
    return ok ? 0 : 1;
}

static void time_all(Driver *d, LoadCache *cache)
{
    for (isize i = 0; i < d->ports.len; i++) {
        Load l;
        clock_t start = clock();
        load(d, d->ports.ptr[i], cache, &l);
        printf("%ld\n", (long)(clock() - start) * (1000000 / CLOCKS_PER_SEC));
        unload(&l);
    }
}

static bool find_ports(Driver *d, Str words, Err *err)
{
    PortList all;
    if (!portlist_read(&d->arena, d->options.goroot, &all, err)) {
        return false;
    }
    for (isize i = 0; str_eq(words, S("all")) && i < all.len; i++) {
        *VEC_PUSH(&d->arena, &d->ports) = (Platform){all.ptr[i].os, all.ptr[i].arch};
    }
    StrCut cut = {.tail = words, .found = d->ports.len == 0};
    while (cut.found) {
        cut = str_cut(cut.tail, ',');
        StrCut port = str_cut(cut.head, '/');
        *VEC_PUSH(&d->arena, &d->ports) = (Platform){port.head, port.tail};
    }
    return true;
}

static bool prepare(Driver *d, const Environ *environ, char **argv, int argc, Err *err)
{
    Arena *a = &d->arena;
    LoadOptions *o = &d->options;
    o->goroot = str_from_c(argv[1]);
    o->go_version = str_from_c(argv[2]);
    o->dir = str_from_c(argv[3]);
    o->jobs = atol(argv[4]);
    o->wants_tests = str_eq(str_from_c(argv[7]), S("test"));
    o->wants_deps = true;
    o->ignores_profiles = true;
    o->env = &d->env;
    d->n_patterns = argc - FIRST_PATTERN;
    d->patterns = ARENA_ARRAY(a, Str, d->n_patterns);
    for (isize i = 0; i < d->n_patterns; i++) {
        d->patterns[i] = str_from_c(argv[FIRST_PATTERN + i]);
    }
    Err none = {0};
    if (!goenv_load(a, environ, o->goroot, &d->env, err) ||
        !find_ports(d, str_from_c(argv[6]), err)) {
        return false;
    }
    if (mainmods_load(a, &d->env, o->dir, &d->mains, &none)) {
        o->mains = &d->mains;
    }
    return none.kind != ERR_FORMAT || FAIL(err, ERR_FORMAT, "%s", none.text);
}

int main(int argc, char **argv)
{
    Driver d = {.arena = arena_init(MIB)};
    Environ environ = environ_get(&d.arena);
    Err err;
    if (argc < FIRST_PATTERN || !prepare(&d, &environ, argv, argc, &err)) {
        printf("%s\n", argc < FIRST_PATTERN ? "too few arguments" : err.text);
        return 1;
    }
    int code = 0;
    Str what = str_from_c(argv[5]);
    LoadCache *cache = loadcache_new();
    if (str_eq(what, S("compare"))) {
        code = compare_all(&d, cache);
    } else {
        time_all(&d, str_eq(what, S("kept")) ? cache : NULL);
    }
    loadcache_done(cache);
    arena_done(&d.arena);
    return code;
}
