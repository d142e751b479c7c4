/* goward mod: the module graph as the go command sees it, computed from go.mod files alone. Nothing
 * is fetched: what is not in the module cache is said, and the rest is shown. */
#include "cmd/modules.h"
#include "cmd/table.h"
#include "go/mod/graph_stats.h"

#define STATS_MAX_NAMED 8 /* modules in a line for people; --json has all */

typedef void (*ModulesShow)(Invocation *inv, const Modules *m);

/* Loads the graph, has it shown, and says what is wrong with it. */
static bool show_modules(Invocation *inv, ToolchainContext *c, bool needs_list, ModulesShow show,
                         int *ret_code, Err *err)
{
    Modules m;
    bool ok = modules_load(inv, c, &m, err) && (!needs_list || mainmods_check_flag(&m.mains, err));
    if (ok && needs_list && m.mains.is_vendored) {
        FAIL(err, ERR_USAGE, "can't compute 'all' using the vendor directory");
        ok = err_hint(err, "GOFLAGS=-mod=readonly goward mod list");
    }
    if (ok) {
        modules_warn(inv, &m, ret_code);
        show(inv, &m);
    }
    modules_done(&m);
    return ok;
}

/* ---- mod list ---- */

static void list_json(Invocation *inv, const Modules *m, GraphNodes list)
{
    JsonWriter *w = report_json_begin(inv->report, S("mod-list"), 1);
    json_key_array(w, S("modules"));
    for (isize i = 0; i < list.len; i++) {
        ModVersion mod = graph_node(&m->graph, list.ptr[i])->mod;
        const MainReplace *r = mainmods_replacement(*inv->arena, &m->mains, mod);
        json_begin_object(w);
        json_key_str(w, S("path"), mod.path);
        json_key_str(w, S("version"), mod.version);
        json_key_bool(w, S("main"), mod.version.len == 0);
        if (r != NULL) {
            json_key_object(w, S("replace"));
            json_key_str(w, S("path"), r->to.path);
            json_key_str(w, S("version"), r->to.version);
            report_json_place(w, S("place"), (Place){r->file, r->line});
            json_end(w);
        }
        json_end(w);
    }
    json_end(w);
    modules_troubles_json(inv, w, m);
    report_json_end(inv->report);
}

static void show_list(Invocation *inv, const Modules *m)
{
    GraphNodes list = graph_build_list(inv->arena, &m->graph, true);
    if (inv->wants_json) {
        list_json(inv, m, list);
        return;
    }
    StrBuf b = strbuf_init(inv->arena);
    for (isize i = 0; i < list.len; i++) {
        ModVersion mod = graph_node(&m->graph, list.ptr[i])->mod;
        const MainReplace *r = mainmods_replacement(*inv->arena, &m->mains, mod);
        const Str words[] = {mod.version, r == NULL ? (Str){0} : S("=>"),
                             r == NULL ? (Str){0} : r->to.path,
                             r == NULL ? (Str){0} : r->to.version};
        strbuf_add(&b, mod.path);
        for (isize k = 0; k < COUNT_OF(words); k++) {
            if (words[k].len > 0) {
                strbuf_add_byte(&b, ' ');
                strbuf_add(&b, words[k]);
            }
        }
        strbuf_add_byte(&b, '\n');
    }
    report_raw(inv->report, strbuf_str(&b));
}

static bool mod_list(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    return show_modules(inv, c, true, show_list, ret_code, err);
}

bool cmd_mod_list(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, mod_list, ret_code, err);
}

/* ---- mod graph ---- */

static void graph_json(Invocation *inv, const Modules *m, GraphNodes nodes)
{
    JsonWriter *w = report_json_begin(inv->report, S("mod-graph"), 1);
    json_key_array(w, S("modules"));
    for (isize i = 0; i < nodes.len; i++) {
        GraphNodes requires = graph_requires(&m->graph, nodes.ptr[i]);
        json_begin_object(w);
        json_key_str(w, S("module"), modules_name(inv->arena, m, nodes.ptr[i]));
        json_key_array(w, S("requires"));
        for (isize k = 0; k < requires.len; k++) {
            json_str(w, modules_name(inv->arena, m, requires.ptr[k]));
        }
        json_end(w);
        json_end(w);
    }
    json_end(w);
    modules_troubles_json(inv, w, m);
    report_json_end(inv->report);
}

static void show_graph(Invocation *inv, const Modules *m)
{
    GraphNodes nodes = graph_walk(inv->arena, &m->graph);
    if (inv->wants_json) {
        graph_json(inv, m, nodes);
        return;
    }
    Str *names = ARENA_ARRAY(inv->arena, Str, m->graph.nodes.len);
    for (isize i = 1; i < m->graph.nodes.len; i++) {
        names[i] = modules_name(inv->arena, m, i);
    }
    StrBuf b = strbuf_init(inv->arena);
    for (isize i = 0; i < nodes.len; i++) {
        GraphNodes requires = graph_requires(&m->graph, nodes.ptr[i]);
        for (isize k = 0; k < requires.len; k++) {
            strbuf_add(&b, names[nodes.ptr[i]]);
            strbuf_add_byte(&b, ' ');
            strbuf_add(&b, names[requires.ptr[k]]);
            strbuf_add_byte(&b, '\n');
        }
    }
    report_raw(inv->report, strbuf_str(&b));
}

static bool mod_graph(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    return show_modules(inv, c, false, show_graph, ret_code, err);
}

bool cmd_mod_graph(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, mod_graph, ret_code, err);
}

/* ---- mod stats ---- */

static void add_modules_json(JsonWriter *w, Arena *a, const Modules *m, Str key, GraphNodes nodes)
{
    json_key_array(w, key);
    for (isize i = 0; i < nodes.len; i++) {
        json_str(w, modules_name(a, m, nodes.ptr[i]));
    }
    json_end(w);
}

static void stats_json(Invocation *inv, const Modules *m, const GraphStats *s)
{
    JsonWriter *w = report_json_begin(inv->report, S("mod-stats"), 1);
    json_key_number(w, S("versions"), s->n_versions);
    json_key_number(w, S("chosen"), s->n_chosen);
    json_key_number(w, S("direct"), s->n_direct);
    json_key_number(w, S("replaced"), s->n_replaced);
    json_key_number(w, S("depth"), MAX(s->deepest.len - 1, 0));
    add_modules_json(w, inv->arena, m, S("deepest"), s->deepest);
    json_key_array(w, S("majors"));
    for (isize i = 0; i < s->majors.len; i++) {
        json_begin_object(w);
        json_key_str(w, S("path"), s->majors.ptr[i].stem);
        add_modules_json(w, inv->arena, m, S("modules"), s->majors.ptr[i].nodes);
        json_end(w);
    }
    json_end(w);
    json_key_array(w, S("rings"));
    for (isize i = 0; i < s->rings.len; i++) {
        json_begin_array(w);
        for (isize k = 0; k < s->rings.ptr[i].len; k++) {
            json_str(w, s->rings.ptr[i].paths[k]);
        }
        json_end(w);
    }
    json_end(w);
    modules_troubles_json(inv, w, m);
    report_json_end(inv->report);
}

static void show_fact(Invocation *inv, Str label, Str first, Str second)
{
    Step fact = {.label = label, .parts = {first, second}};
    report_fact(inv->report, &fact);
}

/* "a, b, c and 12 more" */
static Str some_of(Arena *a, const Str *names, isize n)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < MIN(n, STATS_MAX_NAMED); i++) {
        strbuf_add_format(&b, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(names[i]));
    }
    if (n > STATS_MAX_NAMED) {
        strbuf_add_format(&b, " and %td more", n - STATS_MAX_NAMED);
    }
    return strbuf_str(&b);
}

static Str names_of(Arena *a, const Modules *m, GraphNodes nodes)
{
    Str *names = ARENA_ARRAY(a, Str, nodes.len);
    for (isize i = 0; i < nodes.len; i++) {
        names[i] = modules_name(a, m, nodes.ptr[i]);
    }
    return some_of(a, names, nodes.len);
}

static void show_stats(Invocation *inv, const Modules *m)
{
    Arena *a = inv->arena;
    GraphStats s = graph_stats(a, &m->graph);
    if (inv->wants_json) {
        stats_json(inv, m, &s);
        return;
    }
    show_fact(inv, S("modules"), str_format(a, "%td chosen", s.n_chosen),
              str_format(a, "%td required directly", s.n_direct));
    show_fact(inv, S("versions"), str_format(a, "%td in the graph", s.n_versions),
              s.n_replaced == 0 ? (Str){0} : str_format(a, "%td replaced", s.n_replaced));
    show_fact(inv, S("depth"), str_format(a, "%td", MAX(s.deepest.len - 1, 0)),
              s.deepest.len < 2 ? (Str){0} : names_of(a, m, s.deepest));
    for (isize i = 0; i < s.majors.len; i++) {
        show_fact(inv, i == 0 ? S("majors") : S(""), s.majors.ptr[i].stem,
                  names_of(a, m, s.majors.ptr[i].nodes));
    }
    for (isize i = 0; i < s.rings.len; i++) {
        const GraphRing *ring = &s.rings.ptr[i];
        show_fact(inv, i == 0 ? S("rings") : S(""), str_format(a, "%td modules", ring->len),
                  some_of(a, ring->paths, ring->len));
    }
}

static bool mod_stats(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    return show_modules(inv, c, false, show_stats, ret_code, err);
}

bool cmd_mod_stats(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, mod_stats, ret_code, err);
}
