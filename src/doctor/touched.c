/*
 * A tree of the store was whole when its record was written: what is younger was touched. Of any
 * other tree nobody has noted when that was, so the tree itself tells: it is laid down in one go,
 * which the file system notes in the time of each change (ctime), and often with the times that the
 * archive holds (mtime). Of each kind of time the middle one lies in that run, and its end is where
 * the next gap is; what comes later was touched.
 */
#include "doctor/touched.h"

#include "base/path.h"
#include "base/sort.h"
#include "os/dir.h"

#define MAX_DEPTH 32                      /* folders below each other; src has 9 */
#define GAP_NS (10 * (int64_t)1000000000) /* in which a slow disk has written the next file */

typedef struct {
    int64_t mtime_ns, ctime_ns;
} Times;

typedef VEC(Times) TimesList;

/* ---- what matters ---- */

static bool is_compiled(Str name)
{
    static const Str suffixes[] = {
        STR_CONST(".go"), STR_CONST(".s"),   STR_CONST(".S"),   STR_CONST(".c"),
        STR_CONST(".h"),  STR_CONST(".cc"),  STR_CONST(".cpp"), STR_CONST(".syso"),
        STR_CONST(".m"),  STR_CONST(".mod"), STR_CONST(".txt"), /* vendor/modules.txt */
    };
    if (name.len == 0 || name.ptr[0] == '.' || str_ends_with(name, S("_test.go"))) {
        return false;
    }
    for (isize i = 0; i < COUNT_OF(suffixes); i++) {
        if (str_ends_with(name, suffixes[i])) {
            return true;
        }
    }
    return false;
}

/* Folders that cmd/go passes over (go help packages). */
static bool is_passed_over(Str name)
{
    return str_eq(name, S("testdata")) || name.ptr[0] == '.' || name.ptr[0] == '_';
}

static bool is_in_folder_passed_over(Str path)
{
    for (StrCut cut = str_cut(path, '/'); cut.found; cut = str_cut(cut.tail, '/')) {
        if (cut.head.len > 0 && is_passed_over(cut.head)) {
            return true;
        }
    }
    return false;
}

bool touched_matters(Str path)
{
    if (str_starts_with(path, S("src/"))) {
        return is_compiled(path_base(path)) && !is_in_folder_passed_over(path);
    }
    return str_eq(path, S("VERSION")) || str_eq(path, S("bin/go")) ||
           str_eq(path, S("bin/gofmt")) || str_starts_with(path, S("pkg/tool/")) ||
           str_starts_with(path, S("pkg/include/")) || str_starts_with(path, S("lib/"));
}

/* ---- the times ---- */

typedef struct {
    Arena *arena;
    TimesList list;
} Walk;

static void add_times(Walk *w, const FileStat *st)
{
    *VEC_PUSH(w->arena, &w->list) = (Times){st->mtime_ns, st->ctime_ns};
}

static void add_file(Walk *w, int fd, Str path)
{
    FileStat st;
    Err ignored;
    if (file_lstat(fd, path, &st, &ignored) == FILE_FOUND) {
        add_times(w, &st);
    }
}

/* cmd holds half of the files, and is what the programs are built from that are there already. */
static bool is_left_out(Str name, isize depth)
{
    return is_passed_over(name) || (depth == 0 && str_eq(name, S("cmd")));
}

/* All that matters below the folder at path, and the folder itself: its time tells of what was
 * added and removed. What cannot be read is passed over. */
static void walk_folder(Walk *w, int parent_fd, Str path, bool is_source, isize depth)
{
    AUTO_CLOSE int fd = -1;
    DirList list;
    FileStat st;
    Err ignored;
    if (depth > MAX_DEPTH || w->list.len > MANIFEST_MAX_FILES ||
        dir_open(parent_fd, path, &fd, &ignored) != FILE_FOUND || !file_fstat(fd, &st, &ignored) ||
        !dir_list_fresh(w->arena, fd, &list, &ignored)) {
        return;
    }
    add_times(w, &st);
    for (isize i = 0; i < list.len; i++) {
        Str name = list.ptr[i].name;
        if (list.ptr[i].kind == FILE_KIND_DIR) {
            if (!is_source || !is_left_out(name, depth)) {
                walk_folder(w, fd, name, is_source, depth + 1);
            }
        } else if (!is_source || is_compiled(name)) {
            add_file(w, fd, name);
        }
    }
}

/* As touched_matters chooses, but for src/cmd. */
static TimesList read_times(Arena *a, Str root)
{
    static const Str files[] = {STR_CONST("VERSION"), STR_CONST("bin/go"), STR_CONST("bin/gofmt")};
    static const Str folders[] = {STR_CONST("pkg/tool"), STR_CONST("pkg/include"),
                                  STR_CONST("lib")};
    Walk w = {.arena = a};
    Err ignored;
    AUTO_CLOSE int fd = -1;
    if (dir_open(FILE_CWD, root, &fd, &ignored) != FILE_FOUND) {
        return w.list;
    }
    for (isize i = 0; i < COUNT_OF(files); i++) {
        add_file(&w, fd, files[i]);
    }
    for (isize i = 0; i < COUNT_OF(folders); i++) {
        walk_folder(&w, fd, folders[i], false, 0);
    }
    walk_folder(&w, fd, S("src"), true, 0);
    return w.list;
}

static int compare_times(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

/* The end of the run that the middle one of n times lies in. */
static int64_t end_of_run(int64_t *times, isize n)
{
    sort_array(times, n, (isize)sizeof(*times), compare_times);
    isize at = n / 2;
    while (at + 1 < n && times[at + 1] - times[at] <= GAP_NS) {
        at++;
    }
    return times[at];
}

/* When the tree was laid down. */
static Times laid_down(Arena scratch, const TimesList *list)
{
    int64_t *times = ARENA_ARRAY(&scratch, int64_t, list->len);
    Times ret;
    for (isize i = 0; i < list->len; i++) {
        times[i] = list->ptr[i].mtime_ns;
    }
    ret.mtime_ns = end_of_run(times, list->len);
    for (isize i = 0; i < list->len; i++) {
        times[i] = list->ptr[i].ctime_ns;
    }
    ret.ctime_ns = end_of_run(times, list->len);
    return ret;
}

/* Each kind of time by itself: where one tells nothing, as after a copy that kept the other or was
 * held up for a while, the other may. */
static bool is_some(isize n)
{
    return n > 0 && n <= TOUCHED_MAX;
}

bool touched_any(Arena scratch, const Released *r)
{
    isize n_written = 0, n_changed = 0;
    TimesList list = read_times(&scratch, r->root.path);
    if (list.len == 0) {
        return false;
    }
    Times last = r->whole_ns > 0 ? (Times){r->whole_ns, r->linked_ns} : laid_down(scratch, &list);
    for (isize i = 0; i < list.len; i++) {
        n_written += list.ptr[i].mtime_ns > last.mtime_ns;
        n_changed += list.ptr[i].ctime_ns > last.ctime_ns;
    }
    return is_some(n_written) || is_some(n_changed);
}
