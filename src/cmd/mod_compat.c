/* goward mod compat: modules by releases of Go. The rules are in go/mod/compat. */
#include "cmd/compatgos.h"
#include "cmd/modules.h"
#include "cmd/table.h"
#include "go/mod/compat.h"
#include "go/mod/version.h"
#include "report/table.h"

#define MAX_NAMED 8 /* modules in a line for people; --json has all */
#define N_HEADS 2   /* columns before those of the Gos: module, go line */

typedef struct {
    Modules modules;
    Compat compat;
    CompatLower lower;
    bool wants_all;
} Matrix;

static const struct {
    Str word, plain; /* for programs, for people */
    Ink ink;
} verdicts[COMPAT_VERDICT_COUNT] = {
    [COMPAT_YES] = {STR_CONST("yes"), STR_CONST("yes"), INK_GOOD},
    [COMPAT_MAYBE] = {STR_CONST("maybe"), STR_CONST("maybe"), INK_WARN},
    [COMPAT_NO] = {STR_CONST("no"), STR_CONST("no"), INK_BAD},
    [COMPAT_UNREAD] = {STR_CONST("unread"), STR_CONST("-"), INK_DIM},
    [COMPAT_UNKNOWN] = {STR_CONST("unknown"), STR_CONST("?"), INK_WARN},
};

/* ---- for programs ---- */

static void add_module_json(Invocation *inv, JsonWriter *w, const Matrix *x, const CompatModule *m)
{
    const MainReplace *r = mainmods_replacement(*inv->arena, &x->modules.mains, m->mod);
    json_begin_object(w);
    json_key_str(w, S("path"), m->mod.path);
    json_key_str(w, S("version"), m->mod.version);
    json_key_bool(w, S("main"), m->is_main);
    json_key_bool(w, S("chosen"), m->is_chosen);
    json_key_str(w, S("replaced_by"), r == NULL ? (Str){0} : modversion_format(inv->arena, r->to));
    json_key_str(w, S("go"), m->go);
    json_key_bool(w, S("decides"), compat_decides(&x->compat, m));
    json_key_array(w, S("builds"));
    for (isize i = 0; i < x->compat.gos.len; i++) {
        json_begin_object(w);
        json_key_str(w, S("go"), x->compat.gos.ptr[i].version);
        json_key_str(w, S("verdict"), verdicts[m->cells[i].verdict].word);
        json_key_str(w, S("why"), m->cells[i].why);
        json_key_str(w, S("from"), m->cells[i].from);
        json_end(w);
    }
    json_end(w);
    json_key_array(w, S("chain"));
    for (isize i = 0; i < m->chain_len; i++) {
        json_str(w, modversion_format(inv->arena, m->chain[i]));
    }
    json_end(w);
    json_end(w);
}

static void show_json(Invocation *inv, const Matrix *x)
{
    const Compat *c = &x->compat;
    JsonWriter *w = report_json_begin(inv->report, S("mod-compat"), 1);
    json_key_array(w, S("gos"));
    for (isize i = 0; i < c->gos.len; i++) {
        json_begin_object(w);
        json_key_str(w, S("go"), c->gos.ptr[i].version);
        json_key_str(w, S("verdict"), verdicts[c->whole[i]].word);
        json_end(w);
    }
    json_end(w);
    json_key_array(w, S("modules"));
    for (isize i = 0; i < c->modules.len; i++) {
        add_module_json(inv, w, x, &c->modules.ptr[i]);
    }
    json_end(w);
    json_key_str_or_null(w, S("lowest"), c->lowest);
    json_key_str_or_null(w, S("tidy_go"), c->tidy_go);
    json_key_object(w, S("lower"));
    json_key_str_or_null(w, S("go"), x->lower.go);
    json_key_array(w, S("modules"));
    for (isize i = 0; i < x->lower.n_mods; i++) {
        json_str(w, modversion_format(inv->arena, x->lower.mods[i]));
    }
    json_end(w);
    json_end(w);
    modules_troubles_json(inv, w, &x->modules);
    report_json_end(inv->report);
}

/* ---- for people ---- */

static bool is_in_order(const Compat *c, const CompatModule *m)
{
    for (isize i = 0; i < c->gos.len; i++) {
        if (m->cells[i].verdict != COMPAT_YES && m->cells[i].verdict != COMPAT_UNREAD) {
            return false;
        }
    }
    return true;
}

/* "example.com/a@v1.0.0 => ../fork": where its go line stands. */
static Str full_name(Arena *a, const Matrix *x, const CompatModule *m)
{
    const MainReplace *r = mainmods_replacement(*a, &x->modules.mains, m->mod);
    Str name = modversion_format(a, m->mod);
    return r == NULL
               ? name
               : str_format(a, "%.*s => %.*s", STR_ARG(name), STR_ARG(modversion_format(a, r->to)));
}

static Str cell_text(Arena *a, const CompatCell *cell)
{
    return cell->from.len > 0 ? str_format(a, "from %.*s", STR_ARG(cell->from))
                              : verdicts[cell->verdict].plain;
}

static void show_table(Invocation *inv, const Matrix *x)
{
    const Compat *c = &x->compat;
    Column columns[N_HEADS + COMPAT_MAX_GOS] = {{.head = S("module"), .may_cut = true},
                                                {.head = S("go line")}};
    for (isize i = 0; i < c->gos.len; i++) {
        columns[N_HEADS + i].head = c->gos.ptr[i].version;
    }
    Table table = table_init(inv->arena, columns, N_HEADS + c->gos.len);
    for (isize i = 0; i < c->modules.len; i++) {
        const CompatModule *m = &c->modules.ptr[i];
        if (!x->wants_all && is_in_order(c, m)) {
            continue;
        }
        Row *row = table_add(&table);
        row->cells[0] = (Cell){full_name(inv->arena, x, m), INK_STRONG};
        row->cells[1].text = m->go.len > 0 ? m->go : S("-");
        for (isize k = 0; k < c->gos.len; k++) {
            row->cells[N_HEADS + k] =
                (Cell){cell_text(inv->arena, &m->cells[k]), verdicts[m->cells[k].verdict].ink};
        }
    }
    table_print(inv->report, REPORT_DATA, &table);
}

/* What the newest Go that does not take it has against it. */
static Str why_not(const Compat *c, const CompatModule *m)
{
    Str why = {0};
    for (isize i = 0; i < c->gos.len; i++) {
        why = m->cells[i].why.len > 0 ? m->cells[i].why : why;
    }
    return why;
}

static void show_chains(Invocation *inv, const Matrix *x)
{
    Arena *a = inv->arena;
    const Compat *c = &x->compat;
    for (isize i = 0; i < c->modules.len; i++) {
        const CompatModule *m = &c->modules.ptr[i];
        Str why = why_not(c, m);
        if (why.len == 0) {
            continue;
        }
        report_line(inv->report, "%.*s: %.*s%s", STR_ARG(full_name(a, x, m)), STR_ARG(why),
                    m->is_chosen ? "" : "; not chosen, but read by what loads the whole graph");
        StrBuf b = strbuf_init(a);
        for (isize k = 0; k < m->chain_len; k++) {
            strbuf_add_format(&b, "%s%.*s", k == 0 ? "" : " -> ",
                              STR_ARG(modversion_format(a, m->chain[k])));
        }
        if (m->chain_len > 1) {
            report_line(inv->report, "  %.*s", STR_ARG(strbuf_str(&b)));
        }
    }
}

static void show_fact(Invocation *inv, Ink ink, Str label, Str first, Str second)
{
    Step fact = {.label = label, .parts = {first, second}, .ink = ink};
    report_fact(inv->report, &fact);
}

static void show_whole(Invocation *inv, const Compat *c)
{
    static const CompatVerdict order[] = {COMPAT_NO, COMPAT_UNKNOWN, COMPAT_MAYBE, COMPAT_YES};
    for (isize v = 0; v < COUNT_OF(order); v++) {
        StrBuf b = strbuf_init(inv->arena);
        for (isize i = 0; i < c->gos.len; i++) {
            if (c->whole[i] == order[v]) {
                strbuf_add_format(&b, "%s%.*s", b.len > 0 ? ", " : "",
                                  STR_ARG(c->gos.ptr[i].version));
            }
        }
        if (b.len > 0) {
            show_fact(inv, verdicts[order[v]].ink, verdicts[order[v]].word, strbuf_str(&b),
                      (Str){0});
        }
    }
}

static Str names_of_deciding(Arena *a, const Compat *c)
{
    isize n = 0;
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < c->modules.len; i++) {
        const CompatModule *m = &c->modules.ptr[i];
        if (compat_decides(c, m) && n++ < MAX_NAMED) {
            strbuf_add_format(&b, "%s%.*s", n == 1 ? "" : ", ",
                              STR_ARG(modversion_format(a, m->mod)));
        }
    }
    if (n > MAX_NAMED) {
        strbuf_add_format(&b, " and %td more", n - MAX_NAMED);
    }
    return strbuf_str(&b);
}

static void show_lowest(Invocation *inv, const Matrix *x)
{
    Arena *a = inv->arena;
    const Compat *c = &x->compat;
    if (c->lowest.len == 0) {
        return;
    }
    show_fact(inv, INK_STRONG, S("lowest"),
              str_concat(a, c->is_partial ? S("go >= ") : S("go "), c->lowest),
              str_format(a, "by %.*s", STR_ARG(names_of_deciding(a, c))));
    if (c->lowest_without_main.len > 0) {
        show_fact(inv, INK_PLAIN, S(""), str_format(a, "go %.*s", STR_ARG(c->lowest_without_main)),
                  S("is all that its dependencies ask for"));
    }
    if (c->tidy_go.len > 0) {
        show_fact(inv, INK_WARN, S("go.mod"),
                  str_concat(a, S("go "), mainmods_go_of_mod(&x->modules.mains.ptr[0].mod)),
                  str_concat(a, S("go mod tidy makes it "), c->tidy_go));
    }
    if (x->lower.go.len > 0) {
        StrBuf b = strbuf_init(a);
        for (isize i = 0; i < x->lower.n_mods; i++) {
            strbuf_add_format(&b, "%s%.*s", i == 0 ? "with " : ", ",
                              STR_ARG(modversion_format(a, x->lower.mods[i])));
        }
        show_fact(inv, INK_PLAIN, S("lower"), str_concat(a, S("go "), x->lower.go),
                  str_concat(a, strbuf_str(&b), S(", in the module cache")));
    }
}

static void show_matrix(Invocation *inv, const Matrix *x)
{
    if (inv->wants_json) {
        show_json(inv, x);
        return;
    }
    show_table(inv, x);
    show_chains(inv, x);
    show_whole(inv, &x->compat);
    show_lowest(inv, x);
}

/* ---- the command ---- */

static bool judge(Invocation *inv, ToolchainContext *c, const CompatGos *asked, Matrix *x, Err *err)
{
    CompatGos gos = *asked;
    return modules_load(inv, c, &x->modules, err) &&
           (gos.len > 0 || compatgos_usual(inv, c, &x->modules.mains, &gos, err)) &&
           compat_judge(inv->arena, &x->modules.graph, &gos, &x->compat, err) &&
           compat_lower(inv->arena, &x->modules.graph, &x->compat, &x->lower, err);
}

static bool mod_compat(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    Matrix x = {.wants_all = option_is_set(inv, OPTION_ALL)};
    CompatGos asked = {0};
    if (!compatgos_asked(inv, &asked, err)) {
        return false;
    }
    bool ok = judge(inv, c, &asked, &x, err);
    if (ok) {
        if (!x.modules.mains.is_vendored) {
            modules_warn(inv, &x.modules, ret_code);
        }
        show_matrix(inv, &x);
        for (isize i = 0; i < x.compat.gos.len; i++) {
            *ret_code = x.compat.whole[i] == COMPAT_NO ? EXIT_FINDINGS : *ret_code;
        }
    }
    modules_done(&x.modules);
    return ok;
}

bool cmd_mod_compat(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, mod_compat, ret_code, err);
}
