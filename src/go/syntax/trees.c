/*
 * The table of what is kept is looked at under a lock, parsing is done without it: a file that two
 * threads want at once is parsed by both, and the first tree stays.
 */
#include "go/syntax/trees.h"

#include "base/map.h"
#include "go/syntax/source.h"
#include "os/task.h"

/* Of one thread. */
typedef struct {
    Arena kept, room_of;
    ParserRoom room;
    NameCache *names;
} Worker;

struct Trees {
    TreesOptions options;
    Arena arena; /* of the table, and of this */
    NameTable *names;
    Worker *workers;
    TaskLock *lock; /* of what follows */
    Map by_path;    /* 1 + index in trees */
    VEC(const SourceTree *) trees;
    isize n_bytes;
};

Trees *trees_new(const TreesOptions *o)
{
    Arena own = arena_init(MIB);
    Trees *t = ARENA_NEW(&own, Trees);
    t->options = *o;
    t->lock = task_lock_new(&own);
    t->arena = own;
    t->names = names_new();
    t->workers = ARENA_ARRAY(&t->arena, Worker, o->n_workers);
    t->by_path = map_init(&t->arena);
    for (isize i = 0; i < o->n_workers; i++) {
        Worker *w = &t->workers[i];
        w->kept = arena_init(MIB);
        w->room_of = arena_init(MIB);
        w->room = (ParserRoom){.arena = &w->room_of};
        w->names = name_cache_new(&w->kept, t->names);
    }
    return t;
}

void trees_done(Trees *t)
{
    for (isize i = 0; i < t->options.n_workers; i++) {
        arena_done(&t->workers[i].room_of);
        arena_done(&t->workers[i].kept);
    }
    names_done(t->names);
    Arena own = t->arena;
    arena_done(&own);
}

NameTable *trees_names(const Trees *t)
{
    return t->names;
}

NameCache *trees_name_cache(const Trees *t, isize worker)
{
    return t->workers[worker].names;
}

/* ---- one file ---- */

static Str trouble_of(Arena *a, FileOutcome outcome, const Err *err)
{
    return outcome == FILE_ABSENT ? S("no such file") : err_format(a, err);
}

/* a: of the errors and places; of_tree: of text and tree. */
static SourceTree *parse(Trees *t, Worker *w, Arena *a, Arena *of_tree, Str path)
{
    SourceTree *tree = ARENA_NEW(a, SourceTree);
    tree->path = path;
    tree->errors = (DiagnosticList){.arena = a, .max = t->options.max_errors};
    FileStat st;
    Err err;
    FileOutcome outcome = source_read_stat(of_tree, FILE_CWD, path, &tree->text, &st, &err);
    if (outcome != FILE_FOUND) {
        tree->trouble = trouble_of(a, outcome, &err);
        return tree;
    }
    if (t->options.witness != NULL) {
        t->options.witness(t->options.witness_context, path, &st, tree->text);
    }
    w->room.stack_floor = 0; /* a worker of another run is another thread */
    ParserInput in = {.arena = of_tree,
                      .room = &w->room,
                      .names = w->names,
                      .is_brief = t->options.as_compiler,
                      .is_compiler = t->options.as_compiler};
    tree->is_go = parser_parse(&in, tree->text, &tree->ast, &tree->errors);
    tree->positions = positions_of(a, path, tree->text, &tree->ast.linedirs);
    return tree;
}

/* ---- all that are kept ---- */

/* One that is there; NULL: none. *ret_is_full: there is no room for another. */
static const SourceTree *find(Trees *t, Str path, bool *ret_is_full)
{
    task_lock(t->lock);
    const isize *at = map_get(&t->by_path, path);
    const SourceTree *tree = at == NULL ? NULL : t->trees.ptr[*at - 1];
    *ret_is_full = t->n_bytes >= t->options.max_kept;
    task_unlock(t->lock);
    return tree;
}

/* The one that stays. */
static const SourceTree *keep(Trees *t, const SourceTree *tree)
{
    task_lock(t->lock);
    isize *at = map_put(&t->by_path, tree->path, NULL);
    if (*at == 0) {
        *VEC_PUSH(&t->arena, &t->trees) = tree;
        *at = t->trees.len;
        t->n_bytes += tree->text.len + tree->ast.n_words * (isize)sizeof(uint32_t);
    }
    tree = t->trees.ptr[*at - 1];
    task_unlock(t->lock);
    return tree;
}

const SourceTree *trees_parse(Trees *t, isize worker, Arena *a, Arena *scratch, Str path)
{
    Worker *w = &t->workers[worker];
    bool is_full = true;
    const SourceTree *known = t->options.max_kept > 0 ? find(t, path, &is_full) : NULL;
    if (known != NULL) {
        return known;
    }
    if (is_full) {
        return parse(t, w, a, scratch, path);
    }
    return keep(t, parse(t, w, &w->kept, &w->kept, str_copy(&w->kept, path)));
}
