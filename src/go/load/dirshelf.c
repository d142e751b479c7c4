/*
 * Of the target a directory's package depends on by the answers to the tags that were asked for, by
 * cgo, and by which words are names of systems, which the tables of a Go say. What is asked next
 * depends on the answers so far and on nothing else: who gives the same answers to all that was
 * asked is asked the same, and gets the same package.
 *
 * The heads of files are kept, so that each is read once.
 */
#include "go/load/dirshelf.h"

#include "base/strbuf.h"
#include "go/load/filenames.h"
#include "go/load/headshelf.h"

/* What a directory is for some targets. */
typedef struct Variant {
    const struct Variant *next;
    BuildPackage package;
    const bool *answers; /* to all_tags, then to cgo_tags */
    const void *names;
    bool has_cgo, takes_any;
} Variant;

typedef struct {
    Str dir;
    const Variant *variants; /* the newest first */
    HeadShelf *heads;        /* NULL: it was not listed yet, or cannot be */
} DirShelf;

/* ---- whose answers are the same ---- */

static void add_names(StrBuf *b, const Strs *names)
{
    for (isize i = 0; i < names->len; i++) {
        strbuf_add(b, names->ptr[i]);
        strbuf_add_byte(b, ' ');
    }
    strbuf_add_byte(b, '\n');
}

DirReader dirshelf_reader(LoadCache *cache, const Target *t)
{
    Arena *a = loadcache_take_arena(cache), scratch = *a;
    StrBuf b = strbuf_init(&scratch);
    add_names(&b, &t->names.os);
    add_names(&b, &t->names.arch);
    void *names = loadcache_get(cache, LOADCACHE_NAMES, strbuf_str(&b));
    if (names == NULL) {
        *a = scratch;
        names = loadcache_keep(cache, LOADCACHE_NAMES, strbuf_str(&b), b.ptr);
    }
    loadcache_give_arena(cache, a);
    return (DirReader){cache, t, names};
}

static bool answers_alike(const Target *t, const Strs *tags, const bool *answers)
{
    for (isize i = 0; i < tags->len; i++) {
        if (target_holds(t, tags->ptr[i]) != answers[i]) {
            return false;
        }
    }
    return true;
}

/* -tags cgo makes the tag hold where cgo is off. */
static bool asks_for_cgo(const BuildPackage *p)
{
    return strs_has(&p->all_tags, S("cgo"));
}

static bool is_for(const Variant *v, const DirReader *r)
{
    const Target *t = r->target;
    const BuildPackage *p = &v->package;
    return v->takes_any == t->takes_any && v->names == r->names &&
           answers_alike(t, &p->all_tags, v->answers) &&
           answers_alike(t, &p->cgo_tags, v->answers + p->all_tags.len) &&
           (v->has_cgo == t->has_cgo || !asks_for_cgo(p));
}

static const bool *answers_of(Arena *a, const Target *t, const BuildPackage *p)
{
    bool *answers = ARENA_ARRAY(a, bool, p->all_tags.len + p->cgo_tags.len);
    for (isize i = 0; i < p->all_tags.len; i++) {
        answers[i] = target_holds(t, p->all_tags.ptr[i]);
    }
    for (isize i = 0; i < p->cgo_tags.len; i++) {
        answers[p->all_tags.len + i] = target_holds(t, p->cgo_tags.ptr[i]);
    }
    return answers;
}

/* ---- shelves ---- */

static const BuildPackage *find(const DirShelf *shelf, const DirReader *r)
{
    const Variant *v = __atomic_load_n(&shelf->variants, __ATOMIC_ACQUIRE);
    while (v != NULL && !is_for(v, r)) {
        v = v->next;
    }
    return v == NULL ? NULL : &v->package;
}

const BuildPackage *dirshelf_find(const DirReader *r, Str dir)
{
    const DirShelf *shelf = loadcache_get(r->cache, LOADCACHE_DIRS, dir);
    return shelf == NULL ? NULL : find(shelf, r);
}

static DirShelf *shelf_of(const DirReader *r, Arena *a, Str dir)
{
    DirShelf *shelf = loadcache_get(r->cache, LOADCACHE_DIRS, dir);
    if (shelf == NULL) {
        shelf = ARENA_NEW(a, DirShelf);
        shelf->dir = str_copy(a, dir);
        shelf = loadcache_keep(r->cache, LOADCACHE_DIRS, dir, shelf);
    }
    return shelf;
}

/* Of two threads that make one at once, the first one's stays. */
static HeadShelf *heads_of(DirShelf *shelf, Arena *a)
{
    HeadShelf *there = __atomic_load_n(&shelf->heads, __ATOMIC_ACQUIRE);
    HeadShelf *made = there == NULL ? ARENA_NEW(a, HeadShelf) : NULL;
    Err ignored;
    if (made == NULL || !headshelf_fill(a, shelf->dir, made, &ignored)) {
        return there;
    }
    return __atomic_compare_exchange_n(&shelf->heads, &there, made, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE)
               ? made
               : there;
}

/* Without memory of it where it cannot be listed: then that is said. */
static bool read_dir(const DirReader *r, DirShelf *shelf, Arena *a, BuildPackage *ret, Err *err)
{
    const Strs none = {0};
    HeadShelf *heads = heads_of(shelf, a);
    if (heads == NULL) {
        return buildpkg_read(a, r->target, shelf->dir, ret, err);
    }
    buildpkg_read_shelf(a, r->target, heads, ret);
    Arena scratch = *a;
    ret->has_good_names =
        heads->has_good_names || filenames_check(&scratch, ret->lists, &none).len == 0;
    return true;
}

/* What shares a list must not find room behind its end. */
static void finish(BuildPackage *p)
{
    p->is_shared = true;
    for (int i = 0; i < LIST_COUNT; i++) {
        p->lists[i].cap = p->lists[i].len;
    }
    for (int i = 0; i < CGO_FLAGS_COUNT; i++) {
        p->cgo.of[i].cap = p->cgo.of[i].len;
    }
    p->all_tags.cap = p->all_tags.len;
}

static void publish(DirShelf *shelf, Variant *v)
{
    const Variant *next = __atomic_load_n(&shelf->variants, __ATOMIC_ACQUIRE);
    do {
        v->next = next;
    } while (!__atomic_compare_exchange_n(&shelf->variants, &next, v, false, __ATOMIC_RELEASE,
                                          __ATOMIC_ACQUIRE));
}

bool dirshelf_read(const DirReader *r, Str dir, const BuildPackage **ret, Err *err)
{
    const BuildPackage *known = dirshelf_find(r, dir);
    if (known != NULL) {
        *ret = known;
        return true;
    }
    const Target *t = r->target;
    Arena *a = loadcache_take_arena(r->cache);
    DirShelf *shelf = shelf_of(r, a, dir);
    Variant *v = ARENA_NEW(a, Variant);
    bool ok = read_dir(r, shelf, a, &v->package, err);
    if (ok) {
        finish(&v->package);
        v->answers = answers_of(a, t, &v->package);
        v->names = r->names;
        v->has_cgo = t->has_cgo;
        v->takes_any = t->takes_any;
        publish(shelf, v);
        *ret = &v->package;
    }
    loadcache_give_arena(r->cache, a);
    return ok;
}
