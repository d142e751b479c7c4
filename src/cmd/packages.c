/* goward packages: what `go list` says of packages, without running Go. */
#include "cmd/buildcontext.h"
#include "cmd/table.h"
#include "go/load/listjson.h"
#include "go/load/rootcheck.h"

/* "package a\n\timports b: ...", as cmd/go tells it. */
static Str tell_error(Arena *a, const PackageError *e)
{
    StrBuf b = strbuf_init(a);
    if (e->pos.len > 0 && (e->stack.len == 0 || !e->always_shows_stack)) {
        return str_format(a, "%.*s: %.*s", STR_ARG(e->pos), STR_ARG(e->words));
    }
    if (e->stack.len == 0) {
        return e->words;
    }
    strbuf_add(&b, S("package "));
    for (isize i = 0; i < e->stack.len; i++) {
        const ImportStep *step = &e->stack.ptr[i];
        strbuf_add(&b, i == 0 ? S("") : S("\n\timports "));
        strbuf_add(&b, step->path);
        if (e->is_cycle && step->from.len > 0) {
            strbuf_add_format(&b, " from %.*s", STR_ARG(step->from));
        }
    }
    strbuf_add_format(&b, "%s%.*s: %.*s", e->pos.len > 0 ? "\n\t" : "", STR_ARG(e->pos),
                      STR_ARG(e->words));
    return strbuf_str(&b);
}

static void talk_lines(Report *r, Str text)
{
    for (Str line; str_next_line(&text, &line);) {
        report_talk(r, "%.*s", STR_ARG(line));
    }
}

/* A directory that was asked for, and has no Go file. */
static bool is_empty(const Package *p)
{
    return p->error != NULL && p->build == NULL && p->dir.len > 0;
}

static void tell_troubles(const Invocation *inv, const Loaded *l, int *ret_code)
{
    isize n_empty = 0;
    for (isize i = 0; i < l->list.len; i++) {
        const Package *p = l->list.ptr[i];
        n_empty += is_empty(p);
        if (p->error != NULL) {
            talk_lines(inv->report, tell_error(inv->arena, p->error));
            *ret_code = EXIT_FINDINGS;
        }
    }
    if (n_empty > 0 && n_empty == l->list.len) {
        *ret_code = EXIT_NOTHING;
    }
    for (isize i = 0; i < l->matches.len; i++) {
        const Match *m = &l->matches.ptr[i];
        if (m->paths.len == 0 && m->errors.len == 0) {
            report_warn(inv->report, "\"%.*s\" matched no packages", STR_ARG(m->pattern));
        }
    }
}

static void show_paths(const Invocation *inv, const Loaded *l)
{
    StrBuf b = strbuf_init(inv->arena);
    for (isize i = 0; i < l->list.len; i++) {
        strbuf_add(&b, l->list.ptr[i]->import_path);
        strbuf_add_byte(&b, '\n');
    }
    report_raw(inv->report, strbuf_str(&b));
}

static bool show_json(const Invocation *inv, Loaded *l, Err *err)
{
    const ListJson *g = listjson_begin(l, inv->report->fields, err);
    bool ok = g != NULL;
    for (isize i = 0; ok && i < l->list.len; i++) {
        listjson_add(g, l->list.ptr[i], report_json_stream(inv->report));
        ok = report_pass_on(inv->report, err);
    }
    return ok;
}

static bool show(Invocation *inv, Loaded *l, int *ret_code, Err *err)
{
    if (!inv->wants_json) {
        show_paths(inv, l);
    } else if (!show_json(inv, l, err)) {
        return false;
    }
    tell_troubles(inv, l, ret_code);
    return true;
}

static bool packages(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    BuildContext build;
    MainMods mains;
    LoadOptions o = {.dir = c->dir,
                     .wants_tests = option_is_set(inv, OPTION_TEST),
                     .wants_deps = option_is_set(inv, OPTION_DEPS),
                     .jobs = inv->jobs};
    if (!buildcontext_find(inv, c, &build, err) ||
        !buildcontext_find_mains(inv, &build, c->dir, &mains, &o.mains, err)) {
        return false;
    }
    o.env = &build.env;
    o.goroot = build.goroot;
    o.go_version = build.go_version;
    o.target = &build.target;
    if (o.mains != NULL) {
        buildcontext_warn_of_newer_go(inv, &build, &mains, ret_code);
    }
    Loaded loaded;
    bool ok = load_packages(inv->arena, &o, inv->args, inv->n_args, &loaded, err) &&
              rootcheck_run(&loaded, err) && show(inv, &loaded, ret_code, err);
    load_done(&loaded);
    return ok;
}

bool cmd_packages(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, packages, ret_code, err);
}
