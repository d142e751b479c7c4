/*
 * goward targets: what a Go builds for, what can be done there, and whether the project here
 * checks. The ports are those of the Go's own sources (go/root/portlist.h, go/load/portrules.h).
 */
#include "base/strbuf.h"
#include "cmd/buildcontext.h"
#include "cmd/checkfindings.h"
#include "cmd/errorplace.h"
#include "cmd/inuse.h"
#include "cmd/namedgo.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "go/load/portrules.h"
#include "go/root/portlist.h"
#include "report/table.h"

typedef struct {
    Arena *arena;
    GridGo go;
    PortList ports;
    PortRules rules;
    bool has_project; /* wrong is of it; of a broken port nothing is known */
    CheckFindings wrong;
} Matrix;

/* What supported.go is asked: as JSON has it, and its name there. */
static const struct {
    Str key, function;
} facts[] = {
    {STR_CONST("race"), STR_CONST("RaceDetectorSupported")},
    {STR_CONST("msan"), STR_CONST("MSanSupported")},
    {STR_CONST("asan"), STR_CONST("ASanSupported")},
    {STR_CONST("fuzz"), STR_CONST("FuzzSupported")},
    {STR_CONST("pie_by_default"), STR_CONST("DefaultPIE")},
    {STR_CONST("pie_without_linker"), STR_CONST("InternalLinkPIESupported")},
    {STR_CONST("needs_linker"), STR_CONST("MustLinkExternal")},
};

/* The modes of `go help buildmode`. */
static const Str modes[] = {
    STR_CONST("archive"), STR_CONST("c-archive"), STR_CONST("c-shared"), STR_CONST("default"),
    STR_CONST("shared"),  STR_CONST("exe"),       STR_CONST("pie"),      STR_CONST("plugin"),
};

static PortRule ask(const Matrix *m, Str function, Str mode, const Port *port)
{
    return portrules_ask(*m->arena, &m->rules, function, mode, port->os, port->arch);
}

/* ---- the project ---- */

static isize find_target(const CheckGrid *g, const Port *port)
{
    for (isize i = 0; i < g->n_targets; i++) {
        if (platform_eq(g->targets[i], (Platform){port->os, port->arch})) {
            return i;
        }
    }
    return -1;
}

/* The first thing that is wrong for a target, and how many there are; NULL: nothing is. */
static const CheckFinding *first_finding(const Matrix *m, isize target, isize *ret_n)
{
    const CheckFinding *first = NULL;
    *ret_n = 0;
    for (isize i = 0; i < m->wrong.list.len; i++) {
        const CheckFinding *f = &m->wrong.list.ptr[i];
        if (f->cells[target]) {
            first = first == NULL ? f : first;
            *ret_n += 1;
        }
    }
    return first;
}

/* The packages to check: those of the arguments, or of the module or workspace around; none outside
 * of both. */
static bool find_project(Invocation *inv, ToolchainContext *c, Strs *ret, Err *err)
{
    const GoEnv *env;
    MainMods mains;
    const MainMods *found = NULL;
    *ret = (Strs){0};
    if (option_is_set(inv, OPTION_NO_CHECK)) {
        return inv->n_args == 0 ||
               FAIL(err, ERR_USAGE, "--no-check leaves out what the arguments ask for");
    }
    bool ok = inv->n_args > 0 || context_goenv(c, &env, err);
    if (ok && inv->n_args == 0) {
        BuildContext any = {.env = *env}; /* which Go will be asked is not known yet */
        ok = buildcontext_find_mains(inv, &any, c->dir, &mains, &found, err);
    }
    if (inv->n_args > 0 || found != NULL) {
        *ret = buildcontext_patterns(inv, found, c->dir);
    }
    return ok;
}

static bool find_grid(Invocation *inv, const Matrix *m, CheckGrid *ret, Err *err)
{
    VEC(Platform) targets = {0};
    for (isize i = 0; i < m->ports.len; i++) {
        const Port *port = &m->ports.ptr[i];
        if (!port->is_broken) {
            *VEC_PUSH(inv->arena, &targets) = (Platform){port->os, port->arch};
        }
    }
    return checkgrid_of_ports(inv, m->go, targets.ptr, targets.len, ret, err);
}

/* A module without packages is no project. */
static bool check_project(Invocation *inv, ToolchainContext *c, Matrix *m, int *ret_code, Err *err)
{
    CheckGrid grid;
    Strs patterns;
    if (!find_project(inv, c, &patterns, err) || !find_grid(inv, m, &grid, err)) {
        return false;
    }
    if (patterns.len == 0) {
        return true;
    }
    CheckWish wish = {.patterns = patterns.ptr,
                      .n_patterns = patterns.len,
                      .wants_no_cache = option_is_set(inv, OPTION_NO_CACHE)};
    Err own = {0};
    m->has_project = checkfindings_find(inv, c, &wish, &grid, &m->wrong, ret_code, &own);
    if (!m->has_project && (own.kind != ERR_NOT_FOUND || inv->n_args > 0)) {
        *err = own;
        return false;
    }
    return true;
}

/* ---- for programs ---- */

static void add_rule(JsonWriter *w, Str key, PortRule rule)
{
    if (rule == PORTRULE_UNKNOWN) {
        json_key_null(w, key);
    } else {
        json_key_bool(w, key, rule == PORTRULE_YES);
    }
}

static void add_modes(JsonWriter *w, const Matrix *m, const Port *port)
{
    if (ask(m, S("BuildModeSupported"), modes[0], port) == PORTRULE_UNKNOWN) {
        json_key_null(w, S("build_modes"));
        return;
    }
    json_key_array(w, S("build_modes"));
    for (isize i = 0; i < COUNT_OF(modes); i++) {
        if (ask(m, S("BuildModeSupported"), modes[i], port) == PORTRULE_YES) {
            json_str(w, modes[i]);
        }
    }
    json_end(w);
}

static void add_project(const Report *r, JsonWriter *w, const Matrix *m, const Port *port)
{
    Arena a = *m->arena;
    isize target = m->has_project ? find_target(&m->wrong.grid, port) : -1, n;
    if (target < 0) {
        json_key_null(w, S("project"));
        return;
    }
    const CheckFinding *first = first_finding(m, target, &n);
    json_key_object(w, S("project"));
    json_key_number(w, S("errors"), n);
    json_key_str_or_null(w, S("first"),
                         first == NULL ? (Str){0} : errorplace_line(r, &a, &first->what.main));
    json_end(w);
}

static void tell_json(Invocation *inv, const Matrix *m)
{
    Arena a = *m->arena;
    JsonWriter *w = report_json_begin(inv->report, S("targets"), 1);
    json_key_str(w, S("go"), m->go.version);
    json_key_array(w, S("targets"));
    for (isize i = 0; i < m->ports.len; i++) {
        const Port *port = &m->ports.ptr[i];
        json_begin_object(w);
        json_key_str(w, S("target"), platform_format(&a, (Platform){port->os, port->arch}));
        json_key_bool(w, S("first_class"), port->is_first_class);
        json_key_bool(w, S("broken"), port->is_broken);
        json_key_bool(w, S("cgo"), port->has_cgo);
        for (isize k = 0; k < COUNT_OF(facts); k++) {
            add_rule(w, facts[k].key, ask(m, facts[k].function, (Str){0}, port));
        }
        add_modes(w, m, port);
        add_project(inv->report, w, m, port);
        json_end(w);
    }
    json_end(w);
    report_json_end(inv->report);
}

/* ---- for people ---- */

static Cell rule_cell(PortRule rule)
{
    return rule == PORTRULE_YES  ? (Cell){S("yes"), INK_GOOD}
           : rule == PORTRULE_NO ? (Cell){S("-"), INK_DIM}
                                 : (Cell){S("?"), INK_DIM};
}

/* Those that not every port has. */
static Str modes_text(const Matrix *m, const Port *port)
{
    StrBuf b = strbuf_init(m->arena);
    for (isize i = 0; i < COUNT_OF(modes); i++) {
        bool is_everywhere = str_eq(modes[i], S("archive")) || str_eq(modes[i], S("default")) ||
                             str_eq(modes[i], S("exe"));
        if (!is_everywhere && ask(m, S("BuildModeSupported"), modes[i], port) == PORTRULE_YES) {
            strbuf_add(&b, b.len > 0 ? S(" ") : S(""));
            strbuf_add(&b, modes[i]);
        }
    }
    return b.len > 0 ? strbuf_str(&b) : S("-");
}

static Cell project_cell(const Report *r, const Matrix *m, const Port *port)
{
    isize n, target = find_target(&m->wrong.grid, port);
    if (target < 0) {
        return (Cell){S("-"), INK_DIM};
    }
    const CheckFinding *first = first_finding(m, target, &n);
    return first == NULL ? (Cell){S("checks"), INK_GOOD}
                         : (Cell){errorplace_line(r, m->arena, &first->what.main), INK_BAD};
}

static void tell_table(Invocation *inv, const Matrix *m)
{
    static const Column columns[] = {
        {.head = STR_CONST("target")},
        {.head = STR_CONST("class")},
        {.head = STR_CONST("cgo")},
        {.head = STR_CONST("race")},
        {.head = STR_CONST("PIE")},
        {.head = STR_CONST("build modes"), .may_cut = true},
        {.head = STR_CONST("project"), .may_cut = true},
    };
    Table table = table_init(inv->arena, columns, COUNT_OF(columns) - !m->has_project);
    for (isize i = 0; i < m->ports.len; i++) {
        const Port *port = &m->ports.ptr[i];
        Row *row = table_add(&table);
        Platform target = {port->os, port->arch};
        row->cells[0] = (Cell){platform_format(m->arena, target), INK_STRONG};
        row->cells[1] = port->is_broken        ? (Cell){S("broken"), INK_BAD}
                        : port->is_first_class ? (Cell){S("first"), INK_GOOD}
                                               : (Cell){S("-"), INK_DIM};
        row->cells[2] = rule_cell(port->has_cgo ? PORTRULE_YES : PORTRULE_NO);
        row->cells[3] = rule_cell(ask(m, S("RaceDetectorSupported"), (Str){0}, port));
        row->cells[4] = rule_cell(ask(m, S("BuildModeSupported"), S("pie"), port));
        row->cells[5].text = modes_text(m, port);
        if (m->has_project) {
            row->cells[6] = project_cell(inv->report, m, port);
        }
    }
    table_print(inv->report, REPORT_DATA, &table);
}

/* ---- the command ---- */

static bool find_go(Invocation *inv, ToolchainContext *c, GridGo *ret, Err *err)
{
    bool is_asked = option_is_set(inv, OPTION_GO);
    bool ok =
        is_asked ? namedgo_find(inv, c, option_text(inv, OPTION_GO), &ret->root, &ret->version, err)
                 : inuse_go(inv, c, &ret->root, &ret->version, err);
    if (ok && ret->root.len == 0) {
        FAIL(err, ERR_NOT_FOUND, "no Go would run here");
        return err_hint(err, "goward targets --go VERSION");
    }
    return ok;
}

static bool targets(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    Matrix m = {.arena = inv->arena};
    if (!find_go(inv, c, &m.go, err) || !portlist_read(inv->arena, m.go.root, &m.ports, err) ||
        !portrules_read(inv->arena, m.go.root, &m.rules, err) ||
        !check_project(inv, c, &m, ret_code, err)) {
        return false;
    }
    if (inv->wants_json) {
        tell_json(inv, &m);
    } else {
        tell_table(inv, &m);
    }
    if (m.has_project && m.wrong.list.len > 0) {
        *ret_code = EXIT_FINDINGS;
    }
    return true;
}

bool cmd_targets(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, targets, ret_code, err);
}
