#include "go/load/reqshelf.h"

#include "base/path.h"

#define NAME_MEMORY 512 /* on the stack: enough for nearly every name */

struct ReqShelf {
    LoadCache *cache;
    Requirements *first;    /* as they were loaded */
    Requirements *complete; /* with the graph; NULL: nobody needed it */
};

typedef struct {
    ResolveOutcome outcome;
    Resolved place;
} Answer;

/* Shares nothing that changes. */
static Requirements copy_of(const Requirements *r, Arena *a)
{
    Requirements copy = *r;
    isize n = r->modules.len;
    copy.arena = a;
    copy.modules.ptr =
        arena_copy(a, r->modules.ptr, n * (isize)sizeof(LoadModule), _Alignof(LoadModule));
    copy.modules.cap = n;
    copy.by_path.arena = a;
    copy.by_path.slots =
        arena_copy(a, r->by_path.slots, r->by_path.cap * (isize)sizeof(MapSlot), _Alignof(MapSlot));
    return copy;
}

/* What two loads must have alike: how requirements are known. */
static Str name_of(Arena *a, const GoEnv *env, const MainMods *mains, Str dir, Str goroot,
                   isize go_minor)
{
    return str_format(a, "%p %td %.*s\n%.*s\n%.*s", (const void *)mains, go_minor, STR_ARG(dir),
                      STR_ARG(goroot), STR_ARG(goenv_value(env, S("GOMODCACHE"))));
}

static void release(void *requirements)
{
    requirements_done(requirements);
}

bool reqshelf_load(Arena *a, LoadCache *cache, const GoEnv *env, const MainMods *mains, Str dir,
                   Str goroot, isize go_minor, isize jobs, Requirements *ret, Err *err)
{
    Str name = name_of(a, env, mains, dir, goroot, go_minor);
    ReqShelf *shelf = loadcache_get(cache, LOADCACHE_REQUIREMENTS, name);
    if (shelf == NULL) {
        Arena *kept = loadcache_take_arena(cache);
        Requirements *r = ARENA_NEW(kept, Requirements);
        bool ok = requirements_load(kept, env, mains, dir, goroot, go_minor, jobs, r, err);
        r->cache = str_copy(kept, r->cache);
        r->dir = str_copy(kept, r->dir);
        loadcache_at_end(cache, release, r);
        shelf = ARENA_NEW(kept, ReqShelf);
        *shelf = (ReqShelf){.cache = cache, .first = r};
        r->shelf = ok ? loadcache_keep(cache, LOADCACHE_REQUIREMENTS, name, shelf) : NULL;
        shelf = r->shelf;
        loadcache_give_arena(cache, kept);
    }
    if (shelf != NULL) {
        *ret = copy_of(shelf->first, a);
        ret->shelf = shelf;
    }
    return shelf != NULL;
}

/* Of two threads that make it at once, the first one's stays. */
static bool make_complete(ReqShelf *shelf, Err *err)
{
    Arena *a = loadcache_take_arena(shelf->cache);
    Requirements *r = ARENA_NEW(a, Requirements), *there = NULL;
    *r = copy_of(shelf->first, a);
    r->shelf = NULL;
    bool ok = requirements_complete(r, err);
    loadcache_at_end(shelf->cache, release, r);
    if (ok) {
        __atomic_compare_exchange_n(&shelf->complete, &there, r, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE);
    }
    loadcache_give_arena(shelf->cache, a);
    return ok;
}

bool reqshelf_complete(Requirements *r, Err *err)
{
    ReqShelf *shelf = r->shelf;
    if (__atomic_load_n(&shelf->complete, __ATOMIC_ACQUIRE) == NULL && !make_complete(shelf, err)) {
        return false;
    }
    *r = copy_of(__atomic_load_n(&shelf->complete, __ATOMIC_ACQUIRE), r->arena);
    r->shelf = shelf;
    return true;
}

/* ---- where packages are ---- */

/* What the answer depends on: how it is known. */
static Str name_of_import(Arena *a, const Requirements *r, Str path, bool beyond_roots)
{
    char *ptr = arena_room(a, (isize)sizeof(r->shelf) + 1 + path.len, 1), *rest = ptr;
    memcpy(rest, &r->shelf, sizeof(r->shelf));
    rest += sizeof(r->shelf);
    *rest++ = (char)((r->has_graph ? 1 : 0) + (beyond_roots ? 2 : 0));
    if (path.len > 0) {
        memcpy(rest, path.ptr, (size_t)path.len);
    }
    return (Str){ptr, rest - ptr + path.len};
}

bool reqshelf_knows(const Requirements *r, Str path, bool beyond_roots, ResolveOutcome *ret_outcome,
                    Resolved *ret)
{
    char memory[NAME_MEMORY];
    Arena scratch = arena_over(memory, NAME_MEMORY);
    Str name = name_of_import(&scratch, r, path, beyond_roots);
    const Answer *answer = loadcache_get(r->shelf->cache, LOADCACHE_IMPORTS, name);
    arena_done(&scratch);
    if (answer != NULL) {
        *ret_outcome = answer->outcome;
        *ret = answer->place;
    }
    return answer != NULL;
}

ResolveOutcome reqshelf_resolve(const Requirements *r, Str path, bool beyond_roots, Resolved *ret)
{
    ResolveOutcome known;
    if (reqshelf_knows(r, path, beyond_roots, &known, ret)) {
        return known;
    }
    LoadCache *cache = r->shelf->cache;
    Arena *a = loadcache_take_arena(cache);
    Answer *answer = ARENA_NEW(a, Answer);
    answer->outcome = resolve_import(a, r, path, beyond_roots, &answer->place);
    answer =
        loadcache_keep(cache, LOADCACHE_IMPORTS, name_of_import(a, r, path, beyond_roots), answer);
    loadcache_give_arena(cache, a);
    *ret = answer->place;
    return answer->outcome;
}

/* ---- go lines ---- */

Str reqshelf_go_line(const Requirements *r, Str file)
{
    return loadcache_text(r->shelf->cache, LOADCACHE_GO_LINES, file, requirements_go_line_of);
}
