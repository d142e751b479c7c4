#include "cmd/modules.h"

bool modules_load(Invocation *inv, ToolchainContext *c, Modules *ret, Err *err)
{
    const GoEnv *env;
    *ret = (Modules){0};
    return context_goenv(c, &env, err) &&
           mainmods_load(inv->arena, env, c->dir, &ret->mains, err) &&
           graph_load(inv->arena, &ret->mains, goenv_value(env, S("GOMODCACHE")), inv->jobs,
                      &ret->graph, err);
}

void modules_done(Modules *m)
{
    graph_done(&m->graph);
}

Str modules_name(Arena *a, const Modules *m, isize node)
{
    return modversion_format(a, graph_node(&m->graph, node)->mod);
}

static Str requirer_of(Arena *a, const Modules *m, isize node)
{
    GraphNodes chain = graph_chain(a, &m->graph, node);
    return chain.len < 2 ? (Str){0} : modules_name(a, m, chain.ptr[chain.len - 2]);
}

void modules_troubles_json(Invocation *inv, JsonWriter *w, const Modules *m)
{
    GraphNodes troubles = graph_troubles(inv->arena, &m->graph);
    json_key_bool(w, S("needs_update"), m->graph.needs_update);
    json_key_array(w, S("troubles"));
    for (isize i = 0; i < troubles.len; i++) {
        const ModTrouble *trouble = &graph_node(&m->graph, troubles.ptr[i])->trouble;
        json_begin_object(w);
        json_key_str(w, S("module"), modules_name(inv->arena, m, troubles.ptr[i]));
        json_key_str(w, S("required_by"), requirer_of(inv->arena, m, troubles.ptr[i]));
        json_key_str(w, S("says"), trouble->says);
        json_key_str(w, S("remedy"), trouble->remedy);
        json_end(w);
    }
    json_end(w);
}

void modules_warn(Invocation *inv, const Modules *m, int *ret_code)
{
    Arena *a = inv->arena;
    GraphNodes troubles = graph_troubles(a, &m->graph);
    for (isize i = 0; i < troubles.len; i++) {
        const ModTrouble *trouble = &graph_node(&m->graph, troubles.ptr[i])->trouble;
        Str remedy = trouble->remedy.len == 0
                         ? (Str){0}
                         : str_format(a, "; try: %.*s", STR_ARG(trouble->remedy));
        report_warn(inv->report, "%.*s (required by %.*s): %.*s%.*s",
                    STR_ARG(modules_name(a, m, troubles.ptr[i])),
                    STR_ARG(requirer_of(a, m, troubles.ptr[i])), STR_ARG(trouble->says),
                    STR_ARG(remedy));
        *ret_code = EXIT_FINDINGS;
    }
    if (m->graph.needs_update && !str_eq(m->mains.mod_flag, S("mod"))) {
        report_warn(inv->report,
                    "%.*s requires versions that others raise or it excludes, builds stop with "
                    "'updates to go.mod needed'; try: go mod tidy",
                    STR_ARG(m->mains.ptr[0].file));
        *ret_code = EXIT_FINDINGS;
    }
}
