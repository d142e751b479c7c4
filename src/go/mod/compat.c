/*
 * See compat.h. Rows come from the graph, or from vendor/modules.txt, which a go command believes
 * instead. What of a version is not chosen is a row as well once its go.mod is read and too new: a
 * go command that loads the graph trips over it.
 */
#include "go/mod/compat.h"

#include "base/path.h"
#include "base/sort.h"
#include "go/mod/vendorlist.h"
#include "go/mod/version.h"

#define FIRST_WITH_MODULES S("1.11")
#define FIRST_STRICT S("1.21")    /* refuses go lines that are newer than itself */
#define FIRST_CAREFUL S("1.20.8") /* refuses to compile what is newer than ... */
#define NEWEST_COMPILED S("1.21") /* ... this: loop variables changed afterwards */

/* Lines of the user's own go.mod and go.work that an older Go does not know. */
typedef struct {
    Str word, since;
    isize (*mod_line)(const GoMod *mod); /* 0 when it is not there */
    bool is_of_work_too;
} Directive;

static isize toolchain_line(const GoMod *mod)
{
    return mod->toolchain.pos.line;
}

static isize godebug_line(const GoMod *mod)
{
    return mod->godebugs.len > 0 ? mod->godebugs.ptr[0].pos.line : 0;
}

static isize tool_line(const GoMod *mod)
{
    return mod->tools.len > 0 ? mod->tools.ptr[0].pos.line : 0;
}

static isize ignore_line(const GoMod *mod)
{
    return mod->ignores.len > 0 ? mod->ignores.ptr[0].pos.line : 0;
}

static const Directive directives[] = {
    {STR_CONST("toolchain"), STR_CONST("1.21"), toolchain_line, true},
    {STR_CONST("godebug"), STR_CONST("1.23"), godebug_line, true},
    {STR_CONST("tool"), STR_CONST("1.24"), tool_line, false},
    {STR_CONST("ignore"), STR_CONST("1.25"), ignore_line, false},
};

/* ---- the Gos ---- */

/* "1.22", and none of "1", "1.22.0", "1.22rc1". */
static bool is_plain(Str version)
{
    GoVersion v;
    StrCut cut = str_cut(version, '.');
    return goversion_parse(version, &v) && v.kind.len == 0 && cut.found &&
           str_index_byte(cut.tail, '.') < 0;
}

bool compat_is_older(CompatGo go, Str than)
{
    return go.is_line ? goversion_compare(go.version, goversion_lang(than)) < 0
                      : goversion_compare(go.version, than) < 0;
}

static int compare_gos(const void *x, const void *y)
{
    return goversion_compare(((const CompatGo *)x)->version, ((const CompatGo *)y)->version);
}

bool compat_add_go(Arena *a, Str text, CompatGos *gos, Err *err)
{
    Str version = text;
    str_eat_prefix(&version, S("go"));
    CompatGo go = {version, is_plain(version)};
    if (text.len > COMPAT_MAX_VERSION || !goversion_is_valid(version) ||
        !str_contains(version, S("."))) {
        FAIL(err, ERR_USAGE, "'%.*s' is no version of Go",
             STR_ARG(str_to(text, MIN(text.len, COMPAT_MAX_VERSION))));
        return err_hint(err, "such as 1.22, 1.22.3 or 1.22rc1");
    }
    if (compat_is_older(go, FIRST_WITH_MODULES)) {
        return FAIL(err, ERR_USAGE, "Go %.*s knows no modules: they came with Go 1.11",
                    STR_ARG(version));
    }
    for (isize i = 0; i < gos->len; i++) {
        if (str_eq(gos->ptr[i].version, version)) {
            return true;
        }
    }
    if (gos->len == COMPAT_MAX_GOS) {
        return FAIL(err, ERR_USAGE, "more than %d versions of Go", COMPAT_MAX_GOS);
    }
    *VEC_PUSH(a, gos) = go;
    sort_array(gos->ptr, gos->len, sizeof(CompatGo), compare_gos);
    return true;
}

/* ---- one module, one Go ---- */

typedef struct {
    Arena *arena;
    const ModGraph *graph;
    const MainMods *mains;
    Compat *compat;
} Judge;

/* What is judged: the row, and the file of the user's own that it stands for. */
typedef struct {
    CompatModule *module;
    CompatVerdict given; /* of every Go; NONE: to be found out */
    const GoMod *mod;    /* of a main module */
    const GoWork *work;  /* of go.work */
    bool is_from_vendor; /* its go line stands in vendor/modules.txt */
    isize node;          /* 0: not of the graph */
} Subject;

static isize line_of(const Subject *s, const Directive *d)
{
    if (s->mod != NULL) {
        return d->mod_line(s->mod);
    }
    if (s->work == NULL || !d->is_of_work_too) {
        return 0;
    }
    GoMod same = {.toolchain = s->work->toolchain};
    same.godebugs.ptr = s->work->godebugs.ptr;
    same.godebugs.len = s->work->godebugs.len;
    return d->mod_line(&same);
}

static bool is_own(const Subject *s)
{
    return s->mod != NULL || s->work != NULL;
}

/* Before 1.21: whether that Go stops at the go line, and why. */
static CompatCell judge_by_old(const Judge *j, const Subject *s, CompatGo go)
{
    Str line = s->module->go;
    if (is_own(s) && line.len > 0 && !is_plain(line)) {
        return (CompatCell){.verdict = COMPAT_NO,
                            .why = str_format(j->arena,
                                              "invalid go version '%.*s': must match format "
                                              "1.23",
                                              STR_ARG(line))};
    }
    if (line.len == 0 || !s->module->is_chosen) {
        return (CompatCell){.verdict = COMPAT_YES};
    }
    Str seen = s->is_from_vendor ? line : goversion_lang(line);
    bool is_compiled = is_plain(seen) && goversion_compare(seen, NEWEST_COMPILED) <= 0;
    if (s->work == NULL && !compat_is_older(go, FIRST_CAREFUL) && !is_compiled) {
        return (CompatCell){.verdict = COMPAT_NO,
                            .why =
                                str_format(j->arena, "cannot compile Go %.*s code", STR_ARG(seen))};
    }
    return compat_is_older(go, line)
               ? (CompatCell){.verdict = COMPAT_MAYBE,
                              .why = str_format(j->arena, "is for Go %.*s", STR_ARG(line))}
               : (CompatCell){.verdict = COMPAT_YES};
}

static CompatCell judge_by_strict(const Judge *j, const Subject *s, CompatGo go)
{
    Str line = s->module->go;
    CompatCell cell = {.verdict = COMPAT_YES};
    if (line.len > 0 && compat_is_older(go, line)) {
        return (CompatCell){.verdict = COMPAT_NO,
                            .why = str_format(j->arena, "requires go >= %.*s", STR_ARG(line))};
    }
    GoVersion v;
    if (go.is_line && goversion_parse(line, &v) && str_eq(goversion_lang(line), go.version) &&
        v.patch.len > 0 && !str_eq(v.patch, S("0"))) {
        cell.from = line;
    }
    return cell;
}

static CompatCell judge_one(const Judge *j, const Subject *s, CompatGo go)
{
    if (s->given != COMPAT_NONE) {
        return (CompatCell){.verdict = s->given};
    }
    CompatCell cell =
        compat_is_older(go, FIRST_STRICT) ? judge_by_old(j, s, go) : judge_by_strict(j, s, go);
    for (isize i = 0; cell.verdict != COMPAT_NO && i < COUNT_OF(directives); i++) {
        const Directive *d = &directives[i];
        isize line = line_of(s, d);
        if (line > 0 && compat_is_older(go, d->since)) {
            cell = (CompatCell){.verdict = COMPAT_NO,
                                .why = str_format(j->arena, "unknown directive: %.*s, line %td",
                                                  STR_ARG(d->word), line)};
        }
    }
    return cell;
}

/* The oldest Go that neither refuses nor has to try. */
static void find_needs(const Subject *s)
{
    CompatModule *m = s->module;
    if (s->given != COMPAT_NONE) {
        return;
    }
    m->needs = m->go;
    m->because = m->go.len > 0 ? S("its go line") : (Str){0};
    for (isize i = 0; i < COUNT_OF(directives); i++) {
        const Directive *d = &directives[i];
        if (line_of(s, d) > 0 && goversion_compare(d->since, m->needs) > 0) {
            m->needs = d->since;
            m->because = d->word;
        }
    }
}

/* ---- chains ---- */

typedef struct {
    const isize *direct, *any; /* see graph_origins */
} Origins;

static void set_chain(const Judge *j, const Subject *s, const Origins *o)
{
    CompatModule *m = s->module;
    GraphNodes chain = graph_chain_by(j->arena, o->direct, s->node);
    if (chain.len == 0) {
        chain = graph_chain_by(j->arena, o->any, s->node);
    }
    m->chain = ARENA_ARRAY(j->arena, ModVersion, chain.len);
    for (isize i = 0; i < chain.len; i++) {
        m->chain[m->chain_len++] = graph_node(j->graph, chain.ptr[i])->mod;
    }
}

/* ---- rows ---- */

static CompatModule *add_row(Judge *j, Subject *s, ModVersion mod, Str go)
{
    s->module = VEC_PUSH(j->arena, &j->compat->modules);
    *s->module = (CompatModule){.mod = mod, .go = go, .is_chosen = true, .is_main = is_own(s)};
    return s->module;
}

static bool is_too_new(const CompatModule *m)
{
    for (isize i = 0; i < COMPAT_MAX_GOS; i++) {
        if (m->cells[i].verdict == COMPAT_NO || m->cells[i].verdict == COMPAT_MAYBE) {
            return true;
        }
    }
    return false;
}

static void judge_row(const Judge *j, const Subject *s, const Origins *o)
{
    find_needs(s);
    for (isize i = 0; i < j->compat->gos.len; i++) {
        s->module->cells[i] = judge_one(j, s, j->compat->gos.ptr[i]);
    }
    if (is_too_new(s->module) && s->node != 0) {
        set_chain(j, s, o);
    }
}

static void judge_work(Judge *j, const Origins *o)
{
    Subject s = {.work = &j->mains->work};
    add_row(j, &s, (ModVersion){.path = S("go.work")}, j->mains->work.go.version);
    judge_row(j, &s, o);
}

/* The go line of a chosen version that the graph does without, as far as it is in the cache. */
static Str unread_go(const Judge *j, ModVersion mod)
{
    ModSummary summary;
    ModTrouble ignored;
    return modsummary_read(j->arena, j->mains, j->graph->cache, mod, &summary, &ignored)
               ? summary.go
               : (Str){0};
}

static Subject subject_of(Judge *j, isize node)
{
    const GraphNode *n = graph_node(j->graph, node);
    const MainMod *module = n->mod.version.len == 0 ? mainmods_find(j->mains, n->mod.path) : NULL;
    Subject s = {.node = node, .mod = module == NULL ? NULL : &module->mod};
    Str go = module != NULL ? module->mod.go.version : n->go;
    if (module == NULL && n->state == GRAPH_UNREADABLE) {
        s.given = COMPAT_UNKNOWN;
    } else if (module == NULL && n->modes == 0) {
        s.given = COMPAT_UNREAD;
        go = n->state == GRAPH_READ ? n->go : unread_go(j, n->mod);
    }
    add_row(j, &s, n->mod, go);
    return s;
}

static void judge_graph(Judge *j, const Origins *o)
{
    GraphNodes chosen = graph_build_list(j->arena, j->graph, true);
    GraphNodes all = graph_walk(j->arena, j->graph);
    for (isize i = 0; i < chosen.len; i++) {
        Subject s = subject_of(j, chosen.ptr[i]);
        judge_row(j, &s, o);
    }
    for (isize i = 0; i < all.len; i++) {
        const GraphNode *n = graph_node(j->graph, all.ptr[i]);
        if (modversion_is_toolchain(n->mod.path) || n->state != GRAPH_READ || n->modes == 0 ||
            j->graph->by_path.ptr[n->path].chosen == all.ptr[i] || n->mod.version.len == 0 ||
            goversion_compare(n->go, FIRST_STRICT) < 0) {
            continue;
        }
        Subject s = subject_of(j, all.ptr[i]);
        s.module->is_chosen = false;
        judge_row(j, &s, o);
        if (!is_too_new(s.module)) {
            j->compat->modules.len--;
        }
    }
}

/* ---- a vendor directory ---- */

static bool read_vendor(Judge *j, VendorList *ret, Err *err)
{
    Str text = {0};
    Str top = j->mains->work_file.len > 0 ? path_dir(j->mains->work_file) : j->mains->ptr[0].dir;
    Str file = path_join(j->arena, top, S("vendor/modules.txt"));
    if (mainmods_read_file(j->arena, file, &text, err) == FILE_FAILED) {
        return false;
    }
    vendorlist_read(j->arena, text, ret);
    return true;
}

static int compare_rows(const void *x, const void *y)
{
    return modversion_order(&((const CompatModule *)x)->mod, &((const CompatModule *)y)->mod);
}

static bool judge_vendored(Judge *j, const Origins *o, Err *err)
{
    VendorList list;
    bool ok = read_vendor(j, &list, err);
    for (isize i = 0; ok && i < j->mains->len; i++) {
        const GoMod *mod = &j->mains->ptr[i].mod;
        Subject s = {.mod = mod};
        add_row(j, &s, (ModVersion){.path = mod->module.path}, mod->go.version);
        judge_row(j, &s, o);
    }
    isize first = j->compat->modules.len;
    for (isize i = 0; ok && i < list.modules.len; i++) {
        const VendorModule *v = &list.modules.ptr[i];
        ModVersion mod = {v->path, v->version};
        if (v->version.len > 0) {
            const isize *node = map_get(&j->graph->by_name, modversion_format(j->arena, mod));
            Subject s = {.is_from_vendor = true, .node = node == NULL ? 0 : *node};
            add_row(j, &s, mod, v->go_version);
            judge_row(j, &s, o);
        }
    }
    sort_array(j->compat->modules.ptr + first, j->compat->modules.len - first, sizeof(CompatModule),
               compare_rows);
    return ok;
}

/* ---- the whole ---- */

/* What cannot be read may be too new for any Go, chosen or not. */
static void sum_up(Compat *c)
{
    for (isize i = 0; i < c->gos.len; i++) {
        c->whole[i] = c->is_partial ? COMPAT_UNKNOWN : COMPAT_YES;
        for (isize k = 0; k < c->modules.len; k++) {
            c->whole[i] = MAX(c->whole[i], c->modules.ptr[k].cells[i].verdict);
        }
    }
    Str of_dependencies = {0};
    for (isize k = 0; k < c->modules.len; k++) {
        const CompatModule *m = &c->modules.ptr[k];
        if (goversion_compare(m->needs, c->lowest) > 0) {
            c->lowest = m->needs;
        }
        if (!m->is_main && goversion_compare(m->needs, of_dependencies) > 0) {
            of_dependencies = m->needs;
        }
    }
    if (goversion_compare(of_dependencies, c->lowest) < 0) {
        c->lowest_without_main = of_dependencies;
    }
}

Str compat_needed_by_lines(const GoMod *mod, Str *ret_word)
{
    Str since = {0};
    for (isize i = 0; i < COUNT_OF(directives); i++) {
        if (directives[i].mod_line(mod) > 0 && goversion_compare(directives[i].since, since) > 0) {
            since = directives[i].since;
            *ret_word = directives[i].word;
        }
    }
    return since;
}

bool compat_decides(const Compat *c, const CompatModule *m)
{
    return c->lowest.len > 0 && goversion_compare(m->needs, c->lowest) == 0;
}

/* From 1.21 on a go line is a requirement like any other, and go.mod has to have the highest. */
static Str find_tidy_go(const ModGraph *g)
{
    isize node = graph_chosen(g, S("go"));
    if (g->mains->work_file.len > 0 || node == 0) {
        return (Str){0};
    }
    Str highest = graph_node(g, node)->mod.version;
    bool is_raised = goversion_compare(highest, mainmods_go_of_mod(&g->mains->ptr[0].mod)) > 0;
    return is_raised ? highest : (Str){0};
}

bool compat_judge(Arena *a, const ModGraph *graph, const CompatGos *gos, Compat *ret, Err *err)
{
    *ret = (Compat){.gos = *gos};
    Judge j = {a, graph, graph->mains, ret};
    Origins o = {graph_origins(a, graph, true), graph_origins(a, graph, false)};
    if (j.mains->work_file.len > 0) {
        judge_work(&j, &o);
    }
    if (j.mains->is_vendored) {
        if (!judge_vendored(&j, &o, err)) {
            return false;
        }
    } else {
        judge_graph(&j, &o);
    }
    ret->is_partial = !j.mains->is_vendored && graph_troubles(a, graph).len > 0;
    sum_up(ret);
    ret->tidy_go = find_tidy_go(graph);
    return true;
}
