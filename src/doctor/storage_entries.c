/*
 * What lies in the caches: is it what its name says, and can the file systems lock as the go
 * command locks?
 *
 * An output in the build cache is named by its SHA-256, and the go command trusts the name: of the
 * file itself it compares the length alone. So a disk that turned bits, or a machine that lost
 * power before the last write, breaks builds until the file is gone. A sample is hashed each time,
 * and much more when it is asked for.
 */
#include "doctor/context.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "format/sha256.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/filesystem.h"

#define ENTRIES_SAMPLE (2 * MIB) /* hashed in every run: some two milliseconds */
#define ENTRIES_MOST (512 * MIB) /* hashed when asked for: about a second */
#define ENTRIES_SHARDS 256       /* "00" to "ff" */
#define ENTRIES_STRIDE 37        /* prime to 256: a sample comes from all over the cache */
#define ENTRIES_MAX_DAMAGED 20   /* that are named; who has more clears the cache */
#define ENTRIES_MIN_AGE_S 60     /* a build may still be writing what is younger */
#define ENTRIES_CHUNK (64 * KIB)
#define ENTRIES_SAMPLE_SHARDS 8 /* listed in every run */

typedef struct {
    Doctor *d;
    Str cache;
    int64_t budget; /* bytes that may still be hashed */
    int64_t now_s;
    isize n_hashed;
    VEC(Str) damaged; /* paths */
} Sample;

/* False when the file cannot be read to its end. */
static bool hash_file(int fd, int64_t *budget, Sha256 *ret)
{
    char chunk[ENTRIES_CHUNK];
    Sha256Stream stream = sha256_begin();
    isize n;
    Err ignored;
    do {
        if (*budget < 0 || !file_read(fd, chunk, ENTRIES_CHUNK, &n, &ignored)) {
            return false;
        }
        sha256_add(&stream, chunk, n);
        *budget -= n;
    } while (n == ENTRIES_CHUNK);
    *ret = sha256_end(&stream);
    return true;
}

/* "HASH-d", the output of that hash. False for anything else. */
static bool output_hash(Str name, Sha256 *ret)
{
    return str_eat_suffix(&name, S("-d")) && sha256_from_hex(name, ret);
}

static void examine_output(Sample *s, int shard_fd, Str shard, Str name, const Sha256 *wanted)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    Sha256 actual;
    Err ignored;
    if (file_open_plain(shard_fd, name, &fd, &ignored) != FILE_FOUND ||
        !file_fstat(fd, &st, &ignored) || st.kind != FILE_KIND_REGULAR ||
        s->now_s - st.mtime_ns / 1000000000 < ENTRIES_MIN_AGE_S || st.size > s->budget ||
        !hash_file(fd, &s->budget, &actual)) {
        return;
    }
    s->n_hashed++;
    if (!sha256_eq(wanted, &actual)) {
        *VEC_PUSH(s->d->arena, &s->damaged) = str_format(
            s->d->arena, "%.*s/%.*s/%.*s", STR_ARG(s->cache), STR_ARG(shard), STR_ARG(name));
    }
}

static void examine_shard(Sample *s, isize number)
{
    AUTO_CLOSE int fd = -1;
    DirList list;
    Err ignored;
    Str shard = str_format(s->d->arena, "%02x", (unsigned)number);
    if (dir_open(FILE_CWD, path_join(s->d->arena, s->cache, shard), &fd, &ignored) != FILE_FOUND ||
        !dir_list(s->d->arena, fd, &list, &ignored)) {
        return;
    }
    for (isize i = 0; i < list.len && s->budget > 0 && s->damaged.len < ENTRIES_MAX_DAMAGED; i++) {
        Sha256 wanted;
        if (list.ptr[i].kind == FILE_KIND_REGULAR && output_hash(list.ptr[i].name, &wanted)) {
            examine_output(s, fd, shard, list.ptr[i].name, &wanted);
        }
    }
}

static void find_damaged(Sample *s)
{
    Doctor *d = s->d;
    StrBuf evidence = strbuf_init(d->arena);
    for (isize i = 0; i < s->damaged.len; i++) {
        strbuf_add(&evidence, i > 0 ? S("\n") : (Str){0});
        strbuf_add(&evidence, s->damaged.ptr[i]);
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = str_format(d->arena,
                                           "%td of %td files that were looked at in the build "
                                           "cache are damaged: what is built with them fails or "
                                           "comes out wrong",
                                           s->damaged.len, s->n_hashed),
                       .place = {.file = s->damaged.ptr[0]},
                       .evidence = strbuf_str(&evidence),
                       .remedy = S("go clean -cache"),
                   });
    for (isize i = 0; i < s->damaged.len; i++) {
        doctor_fix(d, (Fix){.kind = FIX_REMOVE,
                            .path = s->damaged.ptr[i],
                            .says = str_format(d->arena, "put %.*s away: it is built anew",
                                               STR_ARG(s->damaged.ptr[i]))});
    }
}

static bool is_thorough(const Doctor *d)
{
    return d->in->n_only > 0 || d->in->mode == MODE_CLEAN;
}

static bool check_entries(Doctor *d, Err *err)
{
    (void)err;
    Sample s = {.d = d,
                .cache = goenv_value(d->in->env, S("GOCACHE")),
                .budget = is_thorough(d) ? ENTRIES_MOST : ENTRIES_SAMPLE,
                .now_s = clock_wall_s()};
    if (!path_is_absolute(s.cache)) {
        return true; /* GWD006 says so */
    }
    isize n_shards = is_thorough(d) ? ENTRIES_SHARDS : ENTRIES_SAMPLE_SHARDS;
    for (isize i = 0; i < n_shards && s.budget > 0; i++) {
        examine_shard(&s, i * ENTRIES_STRIDE % ENTRIES_SHARDS);
    }
    if (s.damaged.len > 0) {
        find_damaged(&s);
    }
    return true;
}

/* ---- GWD078: locks ---- */

/* Files that the go command locks, where there are such. */
static const struct {
    Str variable, path;
} lock_files[] = {
    {STR_CONST("GOMODCACHE"), STR_CONST("cache/lock")},
    {STR_CONST("GOCACHE"), STR_CONST("trim.txt")},
};

static void check_lock_file(Doctor *d, isize i)
{
    AUTO_CLOSE int fd = -1;
    Variable v = doctor_variable(d, lock_files[i].variable);
    Str path = path_join(d->arena, v.got.value, lock_files[i].path);
    Err why;
    if (!path_is_absolute(path) || file_open(FILE_CWD, path, &fd, &why) != FILE_FOUND ||
        filesystem_can_lock(fd, &why)) {
        return;
    }
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_ERROR,
               .title = str_format(d->arena,
                                   "the file system of %.*s refuses locks: the go command "
                                   "fails, or two of them damage each other's work",
                                   STR_ARG(v.name)),
               .place = {.file = path},
               .evidence = err_format(d->arena, &why),
               .remedy = str_format(d->arena, "go env -w %.*s=/a/local/directory", STR_ARG(v.name)),
           });
}

static bool check_locks(Doctor *d, Err *err)
{
    (void)err;
    for (isize i = 0; i < COUNT_OF(lock_files); i++) {
        check_lock_file(d, i);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD073"),
                .title = STR_CONST("what lies in the build cache is what its names say"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "outputs in GOCACHE, whose names are their SHA-256: 2 MiB of them in each run, "
                    "512 MiB with --mode clean or --only GWD073; none younger than a minute"),
                .why = STR_CONST(
                    "The go command does not hash what it takes from the cache, it only compares "
                    "the length. A file that a failing disk, a lost power supply or a bad copy has "
                    "changed is linked into programs: builds fail with errors that no source "
                    "explains (\"could not import\", \"not package main\", \"bad magic\"), or they "
                    "come out wrong."),
                .cure = STR_CONST("go clean -cache; and look at the disk (dmesg, smartctl)"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("src/cmd/go/internal/cache/cache.go, GetFile"),
            },
        .run = check_entries,
        .cost = COST_TREE,
        .modes = MODE_CLEAN,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD078"),
                .title = STR_CONST("the file systems of the caches can lock files"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("cache/lock in GOMODCACHE and trim.txt in GOCACHE, where "
                                      "they are: whether a shared lock (flock) is given; it is "
                                      "given back at once"),
                .why = STR_CONST(
                    "Go commands that run at the same time keep out of each other's way with "
                    "locks. Some network file systems and some in user space have none: downloads "
                    "end with \"function not implemented\" or \"no locks available\", or two "
                    "commands write one file."),
                .cure = STR_CONST("go env -w GOMODCACHE=/a/local/directory"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("src/cmd/go/internal/lockedfile/internal/filelock"),
            },
        .run = check_locks,
    },
};

const CheckGroup doctor_storage_entries = {rows, COUNT_OF(rows)};
