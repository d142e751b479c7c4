/* goward mod why: the shortest way of imports to a package or a module, as `go mod why` tells it,
 * without running Go and without fetching. */
#include "cmd/buildcontext.h"
#include "cmd/modules.h"
#include "cmd/table.h"
#include "go/load/why.h"

#define WHY_MAX_NAMED 20 /* modules in a command for people; --json has all */

/* ---- for people ---- */

static void add_way(StrBuf *b, Arena *a, const Why *w, Str asked)
{
    WhyWay way = why_way(a, w, asked);
    if (way.len == 0) {
        strbuf_add_format(b, "(main module does not need%s %s %.*s)\n",
                          w->question.for_vendor ? " to vendor" : "",
                          w->question.of_modules ? "module" : "package", STR_ARG(asked));
    }
    for (isize i = 0; i < way.len; i++) {
        const WhyNode *node = &w->nodes.ptr[way.ptr[i]];
        strbuf_add(b, node->path);
        strbuf_add(b, node->is_test ? S(".test\n") : S("\n"));
    }
}

static void show_ways(Invocation *inv, const Why *w)
{
    StrBuf b = strbuf_init(inv->arena);
    for (isize i = 0; i < w->asked.len; i++) {
        strbuf_add_format(&b, "%s# %.*s\n", i == 0 ? "" : "\n", STR_ARG(w->asked.ptr[i]));
        add_way(&b, inv->arena, w, w->asked.ptr[i]);
    }
    report_raw(inv->report, strbuf_str(&b));
}

/* "go mod download a@v1 b@v2"; with more than max modules the first ones. */
static Str fetching_command(Arena *a, const Strs *modules, isize max)
{
    StrBuf b = strbuf_init(a);
    strbuf_add(&b, S("go mod download"));
    for (isize i = 0; i < MIN(modules->len, max); i++) {
        strbuf_add_byte(&b, ' ');
        strbuf_add(&b, modules->ptr[i]);
    }
    return strbuf_str(&b);
}

/* What was read of the graph, which may be nothing. */
static Modules modules_of(const Why *w)
{
    Modules m = {.mains = w->mains};
    if (w->requirements.has_graph) {
        m.graph = w->requirements.graph;
    }
    m.graph.needs_update = w->needs_update;
    return m;
}

/* Whether a go.mod is there, and cannot be read. */
static bool has_faulty_go_mod(Arena *a, const ModGraph *graph)
{
    GraphNodes troubles = graph_troubles(a, graph);
    for (isize i = 0; i < troubles.len; i++) {
        if (!graph_node(graph, troubles.ptr[i])->trouble.is_missing) {
            return true;
        }
    }
    return false;
}

static void warn(Invocation *inv, const Why *w, int *ret_code)
{
    for (isize i = 0; i < w->troubles.len; i++) {
        report_warn(inv->report, "%.*s", STR_ARG(w->troubles.ptr[i]));
    }
    Modules modules = modules_of(w);
    if (has_faulty_go_mod(inv->arena, &modules.graph)) {
        modules_warn(inv, &modules, ret_code);
    }
    if (w->uncached.len > 0) {
        Str command = fetching_command(inv->arena, &w->uncached, WHY_MAX_NAMED);
        report_warn(
            inv->report,
            "%td module%s not in the module cache, ways through %s are not seen; try: %.*s%s",
            w->uncached.len, w->uncached.len == 1 ? " is" : "s are",
            w->uncached.len == 1 ? "it" : "them", STR_ARG(command),
            w->uncached.len > WHY_MAX_NAMED ? " ..." : "");
    }
    if (w->troubles.len + w->uncached.len > 0) {
        *ret_code = EXIT_FINDINGS;
    }
}

/* ---- JSON ---- */

static void add_node_json(JsonWriter *w, const Why *why, isize at)
{
    const WhyNode *node = &why->nodes.ptr[at];
    json_begin_object(w);
    json_key_str(w, S("package"), node->path);
    json_key_str(w, S("module"), why_module_of(why, at));
    json_key_bool(w, S("test"), node->is_test);
    json_end(w);
}

static void show_json(Invocation *inv, const Why *why)
{
    JsonWriter *w = report_json_begin(inv->report, S("mod-why"), 1);
    json_key_array(w, S("answers"));
    for (isize i = 0; i < why->asked.len; i++) {
        WhyWay way = why_way(inv->arena, why, why->asked.ptr[i]);
        json_begin_object(w);
        json_key_str(w, why->question.of_modules ? S("module") : S("package"), why->asked.ptr[i]);
        json_key_bool(w, S("needed"), way.len > 0);
        json_key_array(w, S("way"));
        for (isize k = 0; k < way.len; k++) {
            add_node_json(w, why, way.ptr[k]);
        }
        json_end(w);
        json_end(w);
    }
    json_end(w);
    json_key_array(w, S("uncached"));
    for (isize i = 0; i < why->uncached.len; i++) {
        json_str(w, why->uncached.ptr[i]);
    }
    json_end(w);
    json_key_str(w, S("remedy"),
                 why->uncached.len == 0
                     ? (Str){0}
                     : fetching_command(inv->arena, &why->uncached, why->uncached.len));
    Modules modules = modules_of(why);
    modules_troubles_json(inv, w, &modules);
    report_json_end(inv->report);
}

/* ---- the whole ---- */

static bool mod_why(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    BuildContext build;
    MainMods mains;
    Why why;
    WhyQuestion question = {.of_modules = option_is_set(inv, OPTION_MODULES),
                            .for_vendor = option_is_set(inv, OPTION_VENDOR),
                            .args = inv->args,
                            .n_args = inv->n_args};
    if (inv->n_args == 0 && !question.of_modules) {
        FAIL(err, ERR_USAGE, "which package?");
        return err_hint(err, "goward mod why PACKAGE, goward mod why -m MODULE");
    }
    if (!buildcontext_find(inv, c, &build, err) ||
        !mainmods_load(inv->arena, &build.env, c->dir, &mains, err)) {
        return false;
    }
    buildcontext_warn_of_newer_go(inv, &build, &mains, ret_code);
    LoadOptions load = {.env = &build.env,
                        .goroot = build.goroot,
                        .go_version = build.go_version,
                        .dir = c->dir,
                        .mains = &mains,
                        .target = &build.target,
                        .jobs = inv->jobs};
    bool ok = why_load(inv->arena, &load, &question, &why, err);
    if (ok && inv->wants_json) {
        show_json(inv, &why);
    } else if (ok) {
        show_ways(inv, &why);
    }
    if (ok) {
        warn(inv, &why, ret_code);
    }
    why_done(&why);
    return ok;
}

bool cmd_mod_why(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, mod_why, ret_code, err);
}
