#include "go/preflight/sources.h"

#include "base/map.h"
#include "base/vec.h"
#include "go/syntax/source.h"
#include "os/clock.h"
#include "os/task.h"

/* As cmd/go has it (fileModTimeTooNew of its test cache): some file systems count no finer. */
#define TOO_NEW (2 * INT64_C(1000000000))

/* What tells one state of a file from another: a record of the cache. */
typedef struct {
    int64_t size, mtime_ns, ctime_ns;
    uint64_t dev, ino;
    Fingerprint content;
} Known;

typedef struct {
    Str path;
    Known known;
    bool is_read; /* in this run */
    bool is_new;  /* then: the cache knew another content, or none */
} Source;

struct Sources {
    Arena arena;
    CheckCache *cache;
    int64_t begun_ns;
    TaskLock *lock; /* of what follows */
    VEC(Source) list;
    Map by_path; /* 1 + index in list */
    bool are_unsteady;
};

Sources *sources_new(CheckCache *cache)
{
    Arena own = arena_init(64 * KIB);
    Sources *s = ARENA_NEW(&own, Sources);
    s->cache = cache;
    s->begun_ns = clock_wall_ns();
    s->lock = task_lock_new(&own);
    s->arena = own;
    s->by_path = map_init(&s->arena);
    return s;
}

void sources_done(Sources *s)
{
    Arena own = s->arena;
    arena_done(&own);
}

static Known known_of(const FileStat *st)
{
    return (Known){.size = st->size,
                   .mtime_ns = st->mtime_ns,
                   .ctime_ns = st->ctime_ns,
                   .dev = st->dev,
                   .ino = st->ino};
}

static bool are_equal(Fingerprint x, Fingerprint y)
{
    return x.lo == y.lo && x.hi == y.hi;
}

/* Under the lock. */
static Source *put(Sources *s, Str path)
{
    bool is_new;
    Str key = str_copy(&s->arena, path);
    isize *at = map_put(&s->by_path, key, &is_new);
    if (is_new) {
        *VEC_PUSH(&s->arena, &s->list) = (Source){.path = key};
        *at = s->list.len;
    }
    return &s->list.ptr[*at - 1];
}

/* ---- files that the cache knows ---- */

static Fingerprint key_of(Str path)
{
    return fingerprint_of_kind(S("file"), path);
}

/* What the cache knows of a file, if that is how it still is. */
static bool ask_cache(const Sources *s, Str path, Known *ret)
{
    FileStat st;
    Str record;
    Err ignored;
    if (!checkcache_find(s->cache, key_of(path), &record) || record.len != (isize)sizeof *ret ||
        file_stat(FILE_CWD, path, &st, &ignored) != FILE_FOUND) {
        return false;
    }
    Known now = known_of(&st);
    memcpy(ret, record.ptr, sizeof *ret);
    now.content = ret->content;
    return memcmp(&now, ret, sizeof now) == 0;
}

static bool find_noted(Sources *s, Str path, Fingerprint *ret)
{
    task_lock(s->lock);
    const isize *at = map_get(&s->by_path, path);
    if (at != NULL) {
        *ret = s->list.ptr[*at - 1].known.content;
    }
    task_unlock(s->lock);
    return at != NULL;
}

bool sources_find(Sources *s, Str path, Fingerprint *ret)
{
    Known known;
    if (find_noted(s, path, ret)) {
        return true;
    }
    if (!ask_cache(s, path, &known)) {
        return false;
    }
    *ret = known.content;
    task_lock(s->lock);
    Source *there = put(s, path);
    if (!there->is_read) {
        there->known = known;
    } else if (!are_equal(there->known.content, known.content)) {
        s->are_unsteady = true;
    }
    task_unlock(s->lock);
    return true;
}

/* ---- files that are read ---- */

/* Whether the cache has met another content under that path, or none. */
static bool is_new_content(const Sources *s, Str path, Fingerprint content)
{
    Str record;
    Known known;
    if (!checkcache_find(s->cache, key_of(path), &record) || record.len != (isize)sizeof known) {
        return true;
    }
    memcpy(&known, record.ptr, sizeof known);
    return !are_equal(known.content, content);
}

void sources_read(void *sources, Str path, const FileStat *st, Str text)
{
    Sources *s = sources;
    Known known = known_of(st);
    known.content = fingerprint_of(text.ptr, text.len);
    bool is_other = is_new_content(s, path, known.content);
    task_lock(s->lock);
    isize n = s->list.len;
    Source *there = put(s, path);
    bool is_new = s->list.len > n;
    if (!is_new && !are_equal(there->known.content, known.content)) {
        s->are_unsteady = true;
    }
    there->known = known;
    there->is_read = true;
    there->is_new = is_other;
    task_unlock(s->lock);
}

void sources_learn(Sources *s, Str path)
{
    Fingerprint content;
    FileStat st;
    Str text;
    Err ignored;
    if (sources_find(s, path, &content)) {
        return;
    }
    Arena a = arena_init(0);
    if (source_read_stat(&a, FILE_CWD, path, &text, &st, &ignored) == FILE_FOUND) {
        sources_read(s, path, &st, text);
    }
    arena_done(&a);
}

isize sources_count_new(const Sources *s)
{
    isize n = 0;
    for (isize i = 0; i < s->list.len; i++) {
        n += s->list.ptr[i].is_read && s->list.ptr[i].is_new;
    }
    return n;
}

bool sources_are_unsteady(const Sources *s)
{
    return s->are_unsteady;
}

/* No file has that status. */
static Known content_alone(const Known *k)
{
    return (Known){.size = -1, .content = k->content};
}

void sources_keep(Sources *s)
{
    for (isize i = 0; i < s->list.len; i++) {
        Source *f = &s->list.ptr[i];
        int64_t newest = MAX(f->known.mtime_ns, f->known.ctime_ns);
        bool is_settled = newest < s->begun_ns - TOO_NEW;
        if (f->is_read && (is_settled || f->is_new)) {
            f->known = is_settled ? f->known : content_alone(&f->known);
            checkcache_put(s->cache, key_of(f->path),
                           (Str){(const char *)&f->known, sizeof f->known});
        }
    }
}
