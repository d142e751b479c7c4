#include "go/mod/graph_stats.h"

#include "base/sort.h"
#include "go/mod/pathmajor.h"

/* ---- major versions ---- */

Str graph_stem(Str path)
{
    Str stem, major;
    pathmajor_split(path, &stem, &major);
    return stem;
}

typedef struct {
    Str stem;
    isize node;
} Stemmed;

static int compare_stems(const void *x, const void *y)
{
    return str_compare(((const Stemmed *)x)->stem, ((const Stemmed *)y)->stem);
}

/* chosen is sorted by path, and the sort is stable. */
static void find_majors(Arena *a, const ModGraph *g, GraphNodes chosen, GraphStats *s)
{
    Stemmed *list = ARENA_ARRAY(a, Stemmed, chosen.len);
    for (isize i = 0; i < chosen.len; i++) {
        list[i] = (Stemmed){graph_stem(graph_node(g, chosen.ptr[i])->mod.path), chosen.ptr[i]};
    }
    sort_array(list, chosen.len, sizeof(Stemmed), compare_stems);
    for (isize i = 0, end; i < chosen.len; i = end) {
        for (end = i + 1; end < chosen.len && str_eq(list[end].stem, list[i].stem);) {
            end++;
        }
        if (end - i < 2) {
            continue;
        }
        GraphMajors *m = VEC_PUSH(a, &s->majors);
        *m = (GraphMajors){list[i].stem, {ARENA_ARRAY(a, isize, end - i), end - i}};
        for (isize k = i; k < end; k++) {
            m->nodes.ptr[k - i] = list[k].node;
        }
    }
}

/* ---- rings ---- */

/* Tarjan's strongly connected components, of module paths: one may require another at any version.
 * The way is kept by hand, because a graph may be deep. */
typedef struct {
    isize *to; /* paths that a path requires, begin[p] to begin[p + 1] */
    isize *begin;
    isize *order, *low; /* when a path was entered, from 1; the earliest that it reaches */
    bool *is_open;
    isize *open, n_open;
    isize n_entered;
} Rings;

typedef struct {
    isize path, next;
} Step;

static bool takes_part(const ModGraph *g, isize node)
{
    return !modversion_is_toolchain(graph_node(g, node)->mod.path);
}

static void gather_edges(Arena *a, const ModGraph *g, GraphNodes walk, Rings *r)
{
    isize n_paths = g->by_path.len, n_edges = 0;
    r->begin = ARENA_ARRAY(a, isize, n_paths + 2);
    for (isize i = 0; i < walk.len; i++) {
        GraphNodes requires = graph_requires(g, walk.ptr[i]);
        r->begin[graph_node(g, walk.ptr[i])->path + 2] += requires.len;
        n_edges += requires.len;
    }
    for (isize i = 2; i < n_paths + 2; i++) {
        r->begin[i] += r->begin[i - 1];
    }
    r->to = ARENA_ARRAY(a, isize, n_edges);
    for (isize i = 0; i < walk.len; i++) {
        GraphNodes requires = graph_requires(g, walk.ptr[i]);
        for (isize k = 0; k < requires.len; k++) {
            r->to[r->begin[graph_node(g, walk.ptr[i])->path + 1]++] =
                graph_node(g, requires.ptr[k])->path;
        }
    }
}

static void enter(Rings *r, isize path)
{
    r->order[path] = r->low[path] = ++r->n_entered;
    r->open[r->n_open++] = path;
    r->is_open[path] = true;
}

static Str path_name(const ModGraph *g, isize path)
{
    return graph_node(g, g->by_path.ptr[path].chosen)->mod.path;
}

/* All that is reached from a path, and reaches it. */
static void leave(Arena *a, const ModGraph *g, Rings *r, isize path, GraphStats *s)
{
    isize from = r->n_open;
    if (r->low[path] != r->order[path]) {
        return;
    }
    do {
        r->is_open[r->open[--from]] = false;
    } while (r->open[from] != path);
    isize n = r->n_open - from;
    if (n > 1) {
        GraphRing *ring = VEC_PUSH(a, &s->rings);
        *ring = (GraphRing){ARENA_ARRAY(a, Str, n), 0};
        for (isize i = from; i < r->n_open; i++) {
            if (g->by_path.ptr[r->open[i]].chosen != 0) {
                ring->paths[ring->len++] = path_name(g, r->open[i]);
            }
        }
        sort_strings(ring->paths, ring->len);
    }
    r->n_open = from;
}

static void find_rings_from(Arena *a, const ModGraph *g, Rings *r, isize start, GraphStats *s)
{
    VEC(Step) way = {0};
    enter(r, start);
    *VEC_PUSH(a, &way) = (Step){start, r->begin[start]};
    while (way.len > 0) {
        Step *top = &way.ptr[way.len - 1];
        isize path = top->path;
        if (top->next < r->begin[path + 1]) {
            isize to = r->to[top->next++];
            if (r->order[to] == 0) {
                enter(r, to);
                *VEC_PUSH(a, &way) = (Step){to, r->begin[to]};
            } else if (r->is_open[to]) {
                r->low[path] = MIN(r->low[path], r->order[to]);
            }
            continue;
        }
        leave(a, g, r, path, s);
        way.len--;
        if (way.len > 0) {
            isize above = way.ptr[way.len - 1].path;
            r->low[above] = MIN(r->low[above], r->low[path]);
        }
    }
}

static int compare_rings(const void *x, const void *y)
{
    return str_compare(((const GraphRing *)x)->paths[0], ((const GraphRing *)y)->paths[0]);
}

static void find_rings(Arena *a, const ModGraph *g, GraphNodes walk, GraphStats *s)
{
    isize n = g->by_path.len;
    Rings r = {.order = ARENA_ARRAY(a, isize, n),
               .low = ARENA_ARRAY(a, isize, n),
               .is_open = ARENA_ARRAY(a, bool, n),
               .open = ARENA_ARRAY(a, isize, n)};
    gather_edges(a, g, walk, &r);
    for (isize i = 0; i < n; i++) {
        if (r.order[i] == 0) {
            find_rings_from(a, g, &r, i, s);
        }
    }
    sort_array(s->rings.ptr, s->rings.len, sizeof(GraphRing), compare_rings);
}

/* ---- the whole ---- */

static isize count_direct(const ModGraph *g)
{
    isize n = 0;
    for (isize i = 0; i < g->mains->len; i++) {
        const GoMod *mod = &g->mains->ptr[i].mod;
        for (isize k = 0; k < mod->requires.len; k++) {
            n += !mod->requires.ptr[k].is_indirect &&
                 mainmods_find(g->mains, mod->requires.ptr[k].path) == NULL;
        }
    }
    return n;
}

/* walk is breadth first: the last chosen one in it is as far away as any. */
static GraphNodes find_deepest(Arena *a, const ModGraph *g, GraphNodes walk)
{
    isize best = 0;
    for (isize i = walk.len - 1; i >= 0 && best == 0; i--) {
        bool is_chosen = g->by_path.ptr[graph_node(g, walk.ptr[i])->path].chosen == walk.ptr[i];
        best = is_chosen && takes_part(g, walk.ptr[i]) ? walk.ptr[i] : 0;
    }
    return graph_chain(a, g, best);
}

GraphStats graph_stats(Arena *a, const ModGraph *g)
{
    GraphStats s = {0};
    GraphNodes walk = graph_walk(a, g), chosen = graph_build_list(a, g, true);
    for (isize i = 0; i < walk.len; i++) {
        s.n_versions += takes_part(g, walk.ptr[i]);
    }
    for (isize i = 0; i < chosen.len; i++) {
        ModVersion mod = graph_node(g, chosen.ptr[i])->mod;
        s.n_chosen += mod.version.len > 0;
        s.n_replaced += mainmods_replacement(*a, g->mains, mod) != NULL;
    }
    s.n_direct = count_direct(g);
    s.deepest = find_deepest(a, g, walk);
    find_majors(a, g, chosen, &s);
    find_rings(a, g, walk, &s);
    return s;
}
