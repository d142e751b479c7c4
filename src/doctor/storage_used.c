/* What fills the disk: the caches, and what builds that were killed left behind. */
#include "doctor/folders.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/proc.h"

#define USED_MAX_FILES 400000  /* counted in one folder; beyond that "more than" is said */
#define USED_MAX_MS 3000       /* spent on one folder */
#define USED_MAX_DEPTH 64      /* folders in folders */
#define USED_MAX_LEFTOVERS 100 /* that are named and can be put away in one go */
#define USED_MIN_AGE_S (24 * 60 * 60)
#define USED_MUCH (1024 * MIB) /* left over: worth a warning */

typedef struct {
    int64_t bytes;
    isize n_files;
    int64_t end_ns; /* on the monotonic clock */
    bool is_cut;    /* there is more */
} Tally;

/* Adds the lengths of the files below fd. What cannot be read is passed over. */
static void tally_below(Arena scratch, int fd, int depth, Tally *t)
{
    DirList list;
    Err ignored;
    if (depth > USED_MAX_DEPTH || !dir_list_fresh(&scratch, fd, &list, &ignored)) {
        return;
    }
    for (isize i = 0; i < list.len && !t->is_cut; i++) {
        const DirEntry *entry = &list.ptr[i];
        FileStat st;
        if (entry->kind == FILE_KIND_DIR) {
            AUTO_CLOSE int below = -1;
            if (dir_open(fd, entry->name, &below, &ignored) == FILE_FOUND) {
                tally_below(scratch, below, depth + 1, t);
            }
        } else if (file_lstat(fd, entry->name, &st, &ignored) == FILE_FOUND) {
            t->bytes += st.size;
            t->n_files++;
        }
        t->is_cut = t->is_cut || t->n_files >= USED_MAX_FILES || clock_monotonic_ns() > t->end_ns;
    }
}

static Tally tally(const Doctor *d, Str folder)
{
    AUTO_CLOSE int fd = -1;
    Err ignored;
    Tally t = {.end_ns = clock_monotonic_ns() + (int64_t)USED_MAX_MS * 1000000};
    if (dir_open(FILE_CWD, folder, &fd, &ignored) == FILE_FOUND) {
        tally_below(*d->arena, fd, 0, &t);
    }
    return t;
}

/* "1,234 MiB in 56 files" */
static Str tally_text(Arena *a, const Tally *t)
{
    return str_format(a, "%s%lld MiB in %td file%s", t->is_cut ? "more than " : "",
                      (long long)(t->bytes / MIB), t->n_files, t->n_files == 1 ? "" : "s");
}

/* ---- GWD076: the caches ---- */

static const struct {
    Str variable, what, remedy;
} caches[] = {
    {STR_CONST("GOCACHE"), STR_CONST("the build cache"), STR_CONST("go clean -cache")},
    {STR_CONST("GOMODCACHE"), STR_CONST("the module cache"), STR_CONST("go clean -modcache")},
};

static bool check_caches(Doctor *d, Err *err)
{
    (void)err;
    bool is_asked_for = d->in->mode == MODE_CLEAN || d->in->n_only > 0;
    for (isize i = 0; is_asked_for && i < COUNT_OF(caches); i++) {
        Variable v = doctor_variable(d, caches[i].variable);
        Tally t = path_is_absolute(v.got.value) ? tally(d, v.got.value) : (Tally){0};
        if (t.n_files > 0) {
            doctor_find(
                d, (Finding){
                       .severity = SEVERITY_INFO,
                       .title = str_format(d->arena, "%.*s holds %.*s", STR_ARG(caches[i].what),
                                           STR_ARG(tally_text(d->arena, &t))),
                       .evidence = variable_evidence(d->arena, &v),
                       .remedy = caches[i].remedy,
                   });
        }
    }
    return true;
}

/* ---- GWD077: left over ---- */

/* What cmd/go and the linker call the folders of one run. */
static bool is_work_name(Str name)
{
    return str_starts_with(name, S("go-build")) || str_starts_with(name, S("go-link-"));
}

/* Whether a program in folder runs: `go run` lasts as long as what it has built. */
static bool is_in_use(Str folder, const Str *running, isize n_running)
{
    for (isize i = 0; i < n_running; i++) {
        if (path_is_within(running[i], folder)) {
            return true;
        }
    }
    return false;
}

typedef VEC(Str) FolderList;

/* Folders of builds in tmp that are this user's, older than a day, and from which no program
 * runs. */
static bool find_leftovers(const Doctor *d, Str tmp, FolderList *ret, Err *err)
{
    AUTO_CLOSE int fd = -1;
    DirList list;
    Str *running = NULL;
    isize n_running = -1;
    if (dir_open(FILE_CWD, tmp, &fd, err) != FILE_FOUND ||
        !dir_list_fresh(d->arena, fd, &list, err)) {
        return true; /* GWD071 speaks of folders that cannot be used */
    }
    for (isize i = 0; i < list.len && ret->len < USED_MAX_LEFTOVERS; i++) {
        FileStat st;
        Str name = list.ptr[i].name;
        if (list.ptr[i].kind != FILE_KIND_DIR || !is_work_name(name) ||
            file_lstat(fd, name, &st, err) != FILE_FOUND || st.uid != proc_user_id() ||
            clock_wall_s() - st.mtime_ns / 1000000000 < USED_MIN_AGE_S) {
            continue;
        }
        if (n_running < 0 && !proc_running_executables(d->arena, &running, &n_running, err)) {
            return false;
        }
        if (!is_in_use(path_join(d->arena, tmp, name), running, n_running)) {
            *VEC_PUSH(d->arena, ret) = path_join(d->arena, tmp, name);
        }
    }
    return true;
}

static Tally tally_all(const Doctor *d, const FolderList *folders)
{
    Tally sum = {0};
    for (isize i = 0; i < folders->len; i++) {
        Tally t = tally(d, folders->ptr[i]);
        sum.bytes += t.bytes;
        sum.n_files += t.n_files;
        sum.is_cut = sum.is_cut || t.is_cut;
        if (sum.n_files >= USED_MAX_FILES) {
            sum.is_cut = true;
            break;
        }
    }
    return sum;
}

static void tell_leftovers(Doctor *d, const FolderList *folders)
{
    Tally t = tally_all(d, folders);
    StrBuf evidence = strbuf_init(d->arena);
    for (isize i = 0; i < folders->len; i++) {
        strbuf_add(&evidence, i > 0 ? S("\n") : (Str){0});
        strbuf_add(&evidence, folders->ptr[i]);
    }
    doctor_find(d, (Finding){
                       .severity = t.bytes >= USED_MUCH ? SEVERITY_WARN : SEVERITY_INFO,
                       .title = str_format(
                           d->arena, "%td folder%s of builds that were killed: %.*s", folders->len,
                           folders->len == 1 ? "" : "s", STR_ARG(tally_text(d->arena, &t))),
                       .place = {.file = folders->ptr[0]},
                       .evidence = strbuf_str(&evidence),
                       .remedy = S("goward doctor --only GWD077 --fix"),
                   });
    for (isize i = 0; i < folders->len; i++) {
        doctor_fix(d,
                   (Fix){.kind = FIX_REMOVE,
                         .path = folders->ptr[i],
                         .says = str_format(d->arena, "put %.*s away", STR_ARG(folders->ptr[i]))});
    }
}

static bool check_leftovers(Doctor *d, Err *err)
{
    FolderList folders = {0};
    Variable v = folders_tmp(d);
    Str tmp;
    if (proc_real_path(d->arena, path_absolute(d->arena, d->in->dir, v.got.value), &tmp, err) !=
        FILE_FOUND) {
        return true;
    }
    if (!find_leftovers(d, tmp, &folders, err)) {
        return false;
    }
    if (folders.len > 0) {
        tell_leftovers(d, &folders);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD076"),
                .title = STR_CONST("the size of the caches is known"),
                .severity = SEVERITY_INFO,
                .looks_at = STR_CONST("the lengths of the files in GOCACHE and GOMODCACHE, 400,000 "
                                      "of each at most; with --mode clean or --only GWD076"),
                .why = STR_CONST(
                    "The go command takes out of the build cache what nobody used for five days; "
                    "from the module cache it never removes anything, old Go toolchains included."),
                .cure = STR_CONST("go clean -cache; go clean -modcache"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("pkg.go.dev/cmd/go#hdr-Remove_object_files_and_cached_files"),
            },
        .run = check_caches,
        .cost = COST_TREE,
        .modes = MODE_CLEAN,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD077"),
                .title = STR_CONST("no build has left its folder behind"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("folders go-build... and go-link-... in GOTMPDIR, TMPDIR or "
                                      "/tmp that are this user's, older than a day, and that no "
                                      "program runs from"),
                .why = STR_CONST(
                    "A build removes its folder when it ends. One that is killed (kill -9, out of "
                    "memory, a CI job that is cancelled) does not, and -work keeps it: they pile "
                    "up, some hundred MiB each, where /tmp is not emptied at boot."),
                .cure = STR_CONST("goward doctor --only GWD077 --fix"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("src/cmd/go/internal/work/action.go"),
            },
        .run = check_leftovers,
        .cost = COST_TREE,
        .modes = MODE_CLEAN,
    },
};

const CheckGroup doctor_storage_used = {rows, COUNT_OF(rows)};
