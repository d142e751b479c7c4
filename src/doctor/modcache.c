/*
 * The module cache: are the modules of this project in it what go.sum says?
 *
 * The go command checks a module when it unpacks it, and believes the unpacked files from then on:
 * what is changed there is built without a word. `go mod verify` looks, and so does GWD063.
 */
#include "doctor/modcache.h"

#include "base/path.h"
#include "doctor/gomodfile.h"
#include "format/zip.h"
#include "go/mod/dirhash.h"
#include "go/mod/escape.h"
#include "go/mod/modzip.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/pool.h"

#define MODCACHE_MAX_FILES 100000 /* of one module */
#define MODCACHE_MAX_MS 6000      /* that hashing may take; what is left is counted */
#define MODCACHE_MAX_INFO (1 * MIB)
#define MODCACHE_MAX_READ (2 * MIB)                      /* bytes that are held at a time */
#define MODCACHE_UNPACKING_NS (60 * (int64_t)1000000000) /* that a module may take to be unpacked */
#define MODCACHE_WORKERS 8   /* more than there are processors: a cold disk is what is waited for */
#define MODCACHE_MAX_HELD 64 /* files that are hashed together */

/* A module of go.sum. */
typedef struct {
    const GoSumLine *line;
    Str download, dir; /* as in ModcachePlace */
} CachedModule;

bool modcache_place(const Doctor *d, Str path, Str version, ModcachePlace *ret)
{
    Str cache = goenv_value(d->in->env, S("GOMODCACHE")), p, v;
    if (!path_is_absolute(cache) || !escape_module_path(d->arena, path, &p) ||
        !escape_version(d->arena, version, &v)) {
        return false;
    }
    Str versions = path_join(d->arena, path_join(d->arena, cache, S("cache/download")), p);
    Str unpacked = str_concat(d->arena, path_join(d->arena, cache, p), S("@"));
    *ret = (ModcachePlace){
        .download = path_join(d->arena, path_join(d->arena, versions, S("@v")), v),
        .dir = str_concat(d->arena, unpacked, v),
    };
    return true;
}

bool modcache_has(const Doctor *d, Str path, Str version)
{
    ModcachePlace place;
    FileStat st;
    Err ignored;
    if (!modcache_place(d, path, version, &place)) {
        return false;
    }
    Str zip = str_concat(d->arena, place.download, S(".zip"));
    return file_stat(FILE_CWD, place.dir, &st, &ignored) == FILE_FOUND ||
           file_stat(FILE_CWD, zip, &st, &ignored) == FILE_FOUND;
}

static bool place_module(const Doctor *d, const GoSumLine *line, CachedModule *ret)
{
    ModcachePlace place;
    if (!modcache_place(d, line->path, line->version, &place)) {
        return false;
    }
    *ret = (CachedModule){line, place.download, place.dir};
    return true;
}

/* Whether there is a project with a go.sum, and a cache. */
static bool read_sum(Doctor *d, GoSum *ret)
{
    MainModule m;
    FileStat st;
    Err ignored;
    Str cache = goenv_value(d->in->env, S("GOMODCACHE"));
    return path_is_absolute(cache) && file_stat(FILE_CWD, cache, &st, &ignored) == FILE_FOUND &&
           gomodfile_main(d, &m) && gomodfile_read_sums(d, &m, ret, &ignored);
}

/* ---- GWD062 ---- */

static void find_in_cache(Doctor *d, Severity severity, const CachedModule *m, Str file,
                          const char *what, Str evidence)
{
    doctor_find(d, (Finding){
                       .severity = severity,
                       .title = str_format(d->arena, "%.*s@%.*s in the module cache: %s",
                                           STR_ARG(m->line->path), STR_ARG(m->line->version), what),
                       .place = {.file = file},
                       .evidence = evidence,
                       .remedy = str_format(d->arena, "rm %.*s",
                                            STR_ARG(doctor_shell_word(d->arena, file))),
                   });
    doctor_fix(d, (Fix){
                      .kind = FIX_REMOVE,
                      .path = file,
                      .says = str_format(d->arena, "put %.*s away, so that it is fetched anew",
                                         STR_ARG(file)),
                  });
}

/* What is wrong with a download. The texts live on the arena of the thread that found it. */
typedef struct {
    Severity severity;
    const char *what;
    Str file, evidence;
} Fault;

/* What is said of one line of go.sum: two files are looked at for each. */
typedef struct {
    CachedModule module;
    Fault faults[2];
    isize n_faults;
} Download;

static void add_fault(Download *l, Fault fault)
{
    l->faults[l->n_faults++] = fault;
}

static Str against_sum(Arena *a, Str actual, const GoSumLine *line)
{
    return str_format(a, "%.*s here, %.*s in %.*s:%td", STR_ARG(actual), STR_ARG(line->hash),
                      STR_ARG(line->file), line->line);
}

static void check_mod_file(Arena *a, Download *l)
{
    Str file = str_concat(a, l->module.download, S(".mod")), text;
    Err ignored;
    if (file_read_all(a, FILE_CWD, file, MODZIP_MAX_GO_MOD, &text, &ignored) != FILE_FOUND) {
        return;
    }
    DirhashFile one = {S("go.mod"), sha256_of(text)};
    Str h1 = dirhash_h1(a, dirhash_summary(a, &one, 1));
    if (!str_eq(h1, l->module.line->hash)) {
        add_fault(l, (Fault){SEVERITY_ERROR,
                             text.len == 0
                                 ? "its go.mod is empty, builds stop with a checksum mismatch"
                                 : "its go.mod is not the one of go.sum, builds stop",
                             file, against_sum(a, h1, l->module.line)});
    }
}

/* An empty one is written anew from the zip. */
static void check_hash_file(Arena *a, Download *l)
{
    Str file = str_concat(a, l->module.download, S(".ziphash")), text;
    Err ignored;
    if (file_read_all(a, FILE_CWD, file, MODCACHE_MAX_INFO, &text, &ignored) != FILE_FOUND) {
        return;
    }
    text = str_trim(text);
    if (text.len > 0 && !str_eq(text, l->module.line->hash)) {
        add_fault(l,
                  (Fault){SEVERITY_ERROR,
                          "its hash is not the one of go.sum, builds stop with a checksum mismatch",
                          file, against_sum(a, text, l->module.line)});
    }
}

static void check_info_file(Arena *a, Download *l)
{
    Str file = str_concat(a, l->module.download, S(".info")), text;
    Err ignored;
    if (file_read_all(a, FILE_CWD, file, MODCACHE_MAX_INFO, &text, &ignored) == FILE_FOUND &&
        !str_starts_with(str_trim(text), S("{"))) {
        add_fault(l, (Fault){SEVERITY_WARN,
                             "its version information is damaged, which fails where nothing can "
                             "be fetched",
                             file, str_format(a, "%td bytes, no JSON", text.len)});
    }
}

/* Whether the end of a zip is where it should be. */
static bool has_zip_end(Arena scratch, int fd, int64_t size, Err *err)
{
    ZipRange tail = zip_tail_range(size);
    char *bytes = ARENA_ARRAY(&scratch, char, (isize)tail.len);
    isize n;
    ZipEnd end;
    return file_read_at(fd, tail.from, bytes, (isize)tail.len, &n, err) && n == tail.len &&
           zip_find_end((Str){bytes, n}, size, &end, err);
}

/* A zip is looked into once more only when the module must be unpacked. */
static void check_zip(Arena *a, Download *l)
{
    Str file = str_concat(a, l->module.download, S(".zip"));
    AUTO_CLOSE int fd = -1;
    FileStat st;
    Err err = {0};
    if (file_stat(FILE_CWD, l->module.dir, &st, &err) == FILE_FOUND ||
        file_open(FILE_CWD, file, &fd, &err) != FILE_FOUND || !file_fstat(fd, &st, &err) ||
        st.kind != FILE_KIND_REGULAR) {
        return;
    }
    if (!has_zip_end(*a, fd, st.size, &err)) {
        add_fault(l, (Fault){SEVERITY_ERROR, "its archive is damaged and cannot be unpacked", file,
                             str_format(a, "%lld bytes; %s", (long long)st.size, err.text)});
    }
}

/* Downloads and modules lie all over the disk: several threads wait for it together. */
typedef struct {
    Download *downloads;
    struct Unpacked *unpacked;
    bool hashes_all;
    int64_t end_ns; /* when hashing has taken too long */
    Arena arenas[MODCACHE_WORKERS];
} Look;

static void begin_look(Look *look)
{
    for (isize i = 0; i < MODCACHE_WORKERS; i++) {
        look->arenas[i] = arena_init(64 * KIB);
    }
}

static void end_look(Look *look)
{
    for (isize i = 0; i < MODCACHE_WORKERS; i++) {
        arena_done(&look->arenas[i]);
    }
}

static bool look_at_download(void *context, isize unit, isize worker, Err *err)
{
    (void)err;
    Look *look = context;
    Download *l = &look->downloads[unit];
    Arena *a = &look->arenas[worker], before = *a;
    if (l->module.line->is_go_mod) {
        check_mod_file(a, l);
        check_info_file(a, l);
    } else {
        check_hash_file(a, l);
        check_zip(a, l);
    }
    if (l->n_faults == 0) {
        *a = before;
    }
    return true;
}

static bool check_downloads(Doctor *d, Err *err)
{
    GoSum sum;
    if (!read_sum(d, &sum)) {
        return true;
    }
    VEC(Download) downloads = {0};
    for (isize i = 0; i < sum.lines.len; i++) {
        CachedModule m;
        if (place_module(d, &sum.lines.ptr[i], &m)) {
            *VEC_PUSH(d->arena, &downloads) = (Download){.module = m};
        }
    }
    Look look = {.downloads = downloads.ptr};
    begin_look(&look);
    bool ok = pool_run(downloads.len, MODCACHE_WORKERS, look_at_download, &look, err);
    for (isize i = 0; i < downloads.len; i++) {
        for (isize k = 0; k < downloads.ptr[i].n_faults; k++) {
            const Fault *fault = &downloads.ptr[i].faults[k];
            find_in_cache(d, fault->severity, &downloads.ptr[i].module,
                          str_copy(d->arena, fault->file), fault->what,
                          str_copy(d->arena, fault->evidence));
        }
    }
    end_look(&look);
    return ok;
}

/* ---- GWD063 ---- */

typedef enum {
    HASHED_NONE, /* could not be read to its end */
    HASHED_SAME,
    HASHED_OTHER,
} Hashed;

/* The files of an unpacked module, and their digests as far as they are known. */
typedef struct {
    int fd;
    DirTree tree;
    Sha256 *digests;
    isize n_done;
    isize left; /* bytes that may still be read */
} ModuleFiles;

/* A file that is too large to be held; the next one that is not done. */
static bool hash_large(Arena scratch, ModuleFiles *m)
{
    AUTO_CLOSE int fd = -1;
    Err ignored;
    isize n = MODCACHE_MAX_READ;
    char *bytes = ARENA_ARRAY(&scratch, char, n);
    Sha256Stream stream = sha256_begin();
    if (file_open(m->fd, m->tree.ptr[m->n_done].path, &fd, &ignored) != FILE_FOUND) {
        return false;
    }
    while (n == MODCACHE_MAX_READ && m->left > 0) {
        if (!file_read(fd, bytes, MODCACHE_MAX_READ, &n, &ignored)) {
            return false;
        }
        sha256_add(&stream, bytes, n);
        m->left -= n;
    }
    m->digests[m->n_done++] = sha256_end(&stream);
    return m->left > 0;
}

/* As many files as can be held, hashed together, which is faster; one at least. */
static bool hash_some(Arena scratch, ModuleFiles *m)
{
    Str contents[MODCACHE_MAX_HELD];
    isize n = 0, n_bytes = 0;
    Err ignored;
    while (n < COUNT_OF(contents) && m->n_done + n < m->tree.len &&
           file_read_all(&scratch, m->fd, m->tree.ptr[m->n_done + n].path,
                         MIN(m->left, MODCACHE_MAX_READ - n_bytes), &contents[n],
                         &ignored) == FILE_FOUND) {
        n_bytes += contents[n].len;
        m->left -= contents[n].len;
        n++;
    }
    if (n == 0) {
        return hash_large(scratch, m);
    }
    sha256_many(contents, n, m->digests + m->n_done);
    m->n_done += n;
    return true;
}

/* The hash of an unpacked module, as long as all of it can be read. */
static bool hash_dir(Arena *a, int fd, const CachedModule *m, Str *ret)
{
    ModuleFiles f = {.fd = fd, .left = MODZIP_MAX_TOTAL};
    Err ignored;
    if (!dir_walk(a, fd, MODCACHE_MAX_FILES, &f.tree, &ignored)) {
        return false;
    }
    DirhashFile *files = ARENA_ARRAY(a, DirhashFile, f.tree.len);
    f.digests = ARENA_ARRAY(a, Sha256, f.tree.len);
    while (f.n_done < f.tree.len) {
        if (!hash_some(*a, &f)) {
            return false;
        }
    }
    Str prefix = str_format(a, "%.*s@%.*s", STR_ARG(m->line->path), STR_ARG(m->line->version));
    for (isize i = 0; i < f.tree.len; i++) {
        files[i] = (DirhashFile){path_join(a, prefix, f.tree.ptr[i].path), f.digests[i]};
    }
    *ret = dirhash_h1(a, dirhash_summary(a, files, f.tree.len));
    return true;
}

static Hashed compare_dir(Arena scratch, const CachedModule *m, int fd)
{
    Str h1;
    if (!hash_dir(&scratch, fd, m, &h1)) {
        return HASHED_NONE;
    }
    return str_eq(h1, m->line->hash) ? HASHED_SAME : HASHED_OTHER;
}

#define ANY_WRITE 0222u

/* Whether that file or directory was there in its present form when the module was closed. */
static bool is_settled(int fd, Str path, const FileStat *root, int64_t *first)
{
    FileStat st;
    Err ignored;
    if (file_lstat(fd, path, &st, &ignored) != FILE_FOUND || st.ctime_ns > root->ctime_ns) {
        return false;
    }
    *first = MIN(*first, st.ctime_ns);
    return true;
}

/*
 * Whether nothing was touched since the module was unpacked: the go command makes the directories
 * read-only when all files are written, the root last, so nothing in it is younger, and all of it
 * was done in one go. Where anybody may write, a file may be as old as the root, within the tick of
 * the kernel's clock. Changes by other means than the file system's own are not seen, nor what was
 * in a cache that was brought here as a whole.
 */
static bool lies_as_unpacked(Arena scratch, int fd)
{
    DirTree tree;
    FileStat root;
    Err ignored;
    if (!file_fstat(fd, &root, &ignored) || (root.mode & ANY_WRITE) != 0 ||
        !dir_walk(&scratch, fd, MODCACHE_MAX_FILES, &tree, &ignored)) {
        return false;
    }
    int64_t first = root.ctime_ns;
    Str dir = S(".");
    for (isize i = 0; i < tree.len; i++) {
        Str parent = path_dir(tree.ptr[i].path);
        if ((!str_eq(parent, dir) && !is_settled(fd, parent, &root, &first)) ||
            !is_settled(fd, tree.ptr[i].path, &root, &first)) {
            return false;
        }
        dir = parent;
    }
    return root.ctime_ns - first < MODCACHE_UNPACKING_NS;
}

/* Where it matters what a cache that came from elsewhere holds, every module is hashed. */
static bool trusts_nothing(const DoctorInput *in)
{
    return in->n_only > 0 || in->mode == MODE_PROXY ||
           (in->profile & (PROFILE_CI | PROFILE_RELEASE | PROFILE_AIRGAP)) != 0;
}

static void find_changed(Doctor *d, const CachedModule *m)
{
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_ERROR,
               .title = str_format(d->arena,
                                   "%.*s@%.*s was changed in the module cache, and is built as it "
                                   "is there",
                                   STR_ARG(m->line->path), STR_ARG(m->line->version)),
               .place = {.file = m->dir},
               .evidence = str_format(d->arena, "its files do not have the hash of %.*s:%td",
                                      STR_ARG(m->line->file), m->line->line),
               .remedy = str_format(d->arena, "mv '%.*s' '%.*s.changed'", STR_ARG(m->dir),
                                    STR_ARG(m->dir)),
           });
    doctor_fix(d, (Fix){
                      .kind = FIX_REMOVE,
                      .path = m->dir,
                      .says = str_format(d->arena, "put %.*s away, so that it is unpacked anew",
                                         STR_ARG(m->dir)),
                  });
}

static void tell_unlooked(Doctor *d, isize n)
{
    doctor_find(d, (Finding){
                       .severity = SEVERITY_INFO,
                       .title = str_format(d->arena,
                                           "%td modules were not hashed, that would have taken "
                                           "more than %d seconds",
                                           n, MODCACHE_MAX_MS / 1000),
                       .remedy = S("go mod verify"),
                   });
}

/* A module that is unpacked, and what came out of looking at it. */
typedef struct Unpacked {
    CachedModule module;
    bool is_other, is_left; /* not as in go.sum; not looked at for want of time */
} Unpacked;

static bool look_at_module(void *context, isize unit, isize worker, Err *err)
{
    Look *look = context;
    Unpacked *u = &look->unpacked[unit];
    Arena scratch = look->arenas[worker];
    AUTO_CLOSE int fd = -1;
    if (dir_open(FILE_CWD, u->module.dir, &fd, err) != FILE_FOUND ||
        (!look->hashes_all && lies_as_unpacked(scratch, fd))) {
        return true;
    }
    u->is_left = clock_monotonic_ns() > look->end_ns;
    u->is_other = !u->is_left && compare_dir(scratch, &u->module, fd) == HASHED_OTHER;
    return true;
}

static bool check_unpacked(Doctor *d, Err *err)
{
    GoSum sum;
    if (!read_sum(d, &sum)) {
        return true;
    }
    VEC(Unpacked) unpacked = {0};
    for (isize i = 0; i < sum.lines.len; i++) {
        CachedModule m;
        if (!sum.lines.ptr[i].is_go_mod && place_module(d, &sum.lines.ptr[i], &m)) {
            *VEC_PUSH(d->arena, &unpacked) = (Unpacked){.module = m};
        }
    }
    Look look = {.unpacked = unpacked.ptr,
                 .hashes_all = trusts_nothing(d->in),
                 .end_ns = clock_monotonic_ns() + MODCACHE_MAX_MS * (int64_t)1000000};
    begin_look(&look);
    bool ok = pool_run(unpacked.len, MODCACHE_WORKERS, look_at_module, &look, err);
    end_look(&look);
    isize n_left = 0;
    for (isize i = 0; i < unpacked.len; i++) {
        n_left += unpacked.ptr[i].is_left;
        if (unpacked.ptr[i].is_other) {
            find_changed(d, &unpacked.ptr[i].module);
        }
    }
    if (n_left > 0) {
        tell_unlooked(d, n_left);
    }
    return ok;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD062"),
                .title = STR_CONST("the module cache has no damaged downloads of this project"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOMODCACHE/cache/download: .mod, .info and .ziphash of each "
                                      "module of go.sum, and the end of its .zip when it is not "
                                      "unpacked yet"),
                .why = STR_CONST(
                    "A full disk, a copy that was cut short or an emptied file leaves downloads "
                    "that the go command believes to be whole. It then stops with `zip: not a "
                    "valid zip file`, or with `checksum mismatch` and SECURITY ERROR, which "
                    "sounds like an attack."),
                .cure = STR_CONST("rm of the one file that is named; go mod download fetches it "
                                  "anew"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#module-cache"),
            },
        .run = check_downloads,
        .cost = COST_TREE,
        .modes = MODE_PROXY,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD063"),
                .title = STR_CONST("the modules of this project are unchanged in the cache"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("the files of each unpacked module of go.sum in GOMODCACHE, "
                                      "whose h1 hash is worked out: of all with --mode proxy "
                                      "and the profiles ci, release and airgap, else of those that "
                                      "were touched since they were unpacked"),
                .why = STR_CONST(
                    "go.sum is compared when a module is unpacked, and never again. A file that is "
                    "changed later (by a debugging session, a build script, an attacker with the "
                    "same user) is compiled into every program, on this machine only."),
                .cure = STR_CONST("move the directory away; go mod verify looks at all modules"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#go-mod-verify"),
            },
        .run = check_unpacked,
        .cost = COST_HASH,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_modcache = {rows, COUNT_OF(rows)};
