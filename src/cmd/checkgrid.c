#include "cmd/checkgrid.h"

#include "base/vec.h"
#include "cmd/inuse.h"
#include "cmd/namedgo.h"
#include "cmd/parse.h"
#include "cmd/targetword.h"
#include "go/root/portlist.h"

typedef struct {
    Invocation *inv;
    ToolchainContext *context;
    CheckGrid *grid;
    VEC(GridGo) gos;
    VEC(GridTags) tags;
    VEC(Platform) targets;
    PortList *ports; /* by Go; NULL: nobody asked */
} Maker;

/* Takes the next item off a list, as long as there is one. */
static bool next_item(StrCut *cut, char sep, Str *ret)
{
    bool is_there = cut->found;
    if (is_there) {
        *cut = str_cut(cut->tail, sep);
        *ret = str_trim(cut->head);
    }
    return is_there;
}

/* ---- Gos ---- */

static bool add_gos(Maker *m, Err *err)
{
    Invocation *inv = m->inv;
    GridGo go = {0};
    if (!command_takes(inv->command, OPTION_WITH_GOS) || !option_is_set(inv, OPTION_WITH_GOS)) {
        bool has_root =
            command_takes(inv->command, OPTION_GOROOT) && option_is_set(inv, OPTION_GOROOT);
        bool ok = has_root ? namedgo_in_dir(inv, option_text(inv, OPTION_GOROOT), &go.root,
                                            &go.version, err)
                           : inuse_go(inv, m->context, &go.root, &go.version, err);
        *VEC_PUSH(inv->arena, &m->gos) = go;
        return ok;
    }
    StrCut cut = {.tail = option_text(inv, OPTION_WITH_GOS), .found = true};
    for (Str spec; next_item(&cut, ',', &spec);) {
        if (!namedgo_find(inv, m->context, spec, &go.root, &go.version, err)) {
            return FAIL_IN(err, "--go");
        }
        *VEC_PUSH(inv->arena, &m->gos) = go;
    }
    return true;
}

/* ---- tags ---- */

static void add_tags(Maker *m)
{
    Str tags;
    StrCut cut = {.tail = option_text(m->inv, OPTION_TAG_LISTS), .found = true};
    if (!option_is_set(m->inv, OPTION_TAG_LISTS)) {
        *VEC_PUSH(m->inv->arena, &m->tags) = (GridTags){0};
        return;
    }
    while (next_item(&cut, ';', &tags)) {
        *VEC_PUSH(m->inv->arena, &m->tags) = (GridTags){.text = tags, .is_said = true};
    }
}

/* ---- targets ---- */

static bool read_ports(Maker *m, Err *err)
{
    Arena *a = m->inv->arena;
    m->ports = ARENA_ARRAY(a, PortList, m->gos.len);
    for (isize i = 0; i < m->gos.len; i++) {
        if (m->gos.ptr[i].root.len == 0) {
            FAIL(err, ERR_NOT_FOUND, "no Go would run here, and its tags decide what is built");
            return err_hint(err, "goward install stable, then goward use stable");
        }
        if (!portlist_read(a, m->gos.ptr[i].root, &m->ports[i], err)) {
            return false;
        }
    }
    return true;
}

static void add_target(Maker *m, const Port *port)
{
    Platform target = {port->os, port->arch};
    for (isize i = 0; i < m->targets.len; i++) {
        if (platform_eq(m->targets.ptr[i], target)) {
            return;
        }
    }
    *VEC_PUSH(m->inv->arena, &m->targets) = target;
}

static bool add_ports(Maker *m, Str word, Err *err)
{
    bool is_found = false;
    for (isize g = 0; g < m->gos.len; g++) {
        for (isize i = 0; i < m->ports[g].len; i++) {
            if (targetword_means(word, &m->ports[g].ptr[i])) {
                add_target(m, &m->ports[g].ptr[i]);
                is_found = true;
            }
        }
    }
    return is_found || targetword_refuse(word, err);
}

static bool add_targets(Maker *m, Err *err)
{
    StrCut cut = {.tail = option_text(m->inv, OPTION_TARGETS), .found = true};
    if (!option_is_set(m->inv, OPTION_TARGETS)) {
        *VEC_PUSH(m->inv->arena, &m->targets) = (Platform){0};
        return true;
    }
    if (!read_ports(m, err)) {
        return false;
    }
    for (Str word; next_item(&cut, ',', &word);) {
        if (!add_ports(m, word, err)) {
            return false;
        }
    }
    return true;
}

/* ---- cells ---- */

GridCell checkgrid_cell(const CheckGrid *g, isize cell)
{
    return (GridCell){.go = cell / g->n_targets / g->n_tags,
                      .tags = cell / g->n_targets % g->n_tags,
                      .target = cell % g->n_targets};
}

static bool fill(Maker *m, Err *err)
{
    CheckGrid *g = m->grid;
    *g = (CheckGrid){.gos = m->gos.ptr,
                     .tags = m->tags.ptr,
                     .targets = m->targets.ptr,
                     .n_gos = m->gos.len,
                     .n_tags = m->tags.len,
                     .n_targets = m->targets.len};
    isize n_most = CHECKGRID_MAX_CELLS / g->n_targets / g->n_tags;
    if (g->n_gos > n_most) {
        return FAIL(err, ERR_LIMIT,
                    "%td targets with %td sets of tags and %td Gos are too many: "
                    "at most %d checks",
                    g->n_targets, g->n_tags, g->n_gos, CHECKGRID_MAX_CELLS);
    }
    g->n_cells = g->n_gos * g->n_tags * g->n_targets;
    g->is_port = ARENA_ARRAY(m->inv->arena, bool, g->n_cells);
    for (isize i = 0; i < g->n_cells; i++) {
        GridCell cell = checkgrid_cell(g, i);
        Platform t = g->targets[cell.target];
        g->is_port[i] = m->ports == NULL || portlist_find(&m->ports[cell.go], t.os, t.arch) != NULL;
    }
    return true;
}

bool checkgrid_of_options(Invocation *inv, ToolchainContext *c, CheckGrid *ret, Err *err)
{
    Maker m = {.inv = inv, .context = c, .grid = ret};
    add_tags(&m);
    return add_gos(&m, err) && add_targets(&m, err) && fill(&m, err);
}

bool checkgrid_of_ports(Invocation *inv, GridGo go, const Platform *targets, isize n,
                        CheckGrid *ret, Err *err)
{
    Maker m = {.inv = inv, .grid = ret};
    *VEC_PUSH(inv->arena, &m.gos) = go;
    *VEC_PUSH(inv->arena, &m.tags) = (GridTags){0};
    for (isize i = 0; i < n; i++) {
        *VEC_PUSH(inv->arena, &m.targets) = targets[i];
    }
    return fill(&m, err);
}
