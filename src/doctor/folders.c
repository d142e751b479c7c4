/*
 * The other places to which the go command writes: the module cache (GOMODCACHE) and the folder for
 * what a build needs for a moment (GOTMPDIR, TMPDIR). The build cache is storage.c.
 *
 * Nothing is written. What a shared machine, a run with sudo or a container leaves behind shows in
 * the owner and the rights of a folder or of what lies directly in it; deeper nothing is looked at.
 */
#include "doctor/folders.h"

#include "base/path.h"
#include "os/dir.h"
#include "os/proc.h"

#define FOLDERS_MAX_NAMES 200 /* hosts of modules in one module cache: a handful */
#define MODE_STICKY 01000
#define MODE_WRITE_BY_ALL 0002
#define OTHER_TMP /* what GOTMPDIR of the environment says counts before what go env -w wrote */ \
    "mkdir -p \"$HOME/.cache/go-tmp\" && export GOTMPDIR=\"$HOME/.cache/go-tmp\""

const StorageNeed storage_modcache_need = {
    .what = STR_CONST("the module cache"),
    .little_bytes = 512 * MIB, /* a Go that is downloaded takes 300 */
    .least_bytes = 16 * MIB,
    .little_inodes = 20000, /* and 15,000 files */
    .read_only = SEVERITY_WARN,
    .stays = true,
    .makes_room = STR_CONST("go clean -modcache"),
    .elsewhere = STR_CONST("export GOMODCACHE=\"$(mktemp -d)\""),
};

const StorageNeed storage_tmp_need = {
    .what = STR_CONST("the folder for temporary files"),
    .little_bytes = 512 * MIB, /* archives and programs of one middling build */
    .least_bytes = 32 * MIB,   /* one small program is linked there */
    .little_inodes = 2000,     /* a folder per package and a few files in it */
    .read_only = SEVERITY_ERROR,
    .makes_room = STR_CONST(OTHER_TMP),
    .elsewhere = STR_CONST(OTHER_TMP),
};

static bool look_at_disk(Doctor *d, Str path, Filesystem *ret, Err *err)
{
    switch (filesystem_look(d->arena, FILE_CWD, path, ret, err)) {
    case FILE_FOUND:
        return true;
    case FILE_ABSENT:
        return FAIL(err, ERR_CONFLICT, "'%.*s' went away meanwhile", STR_ARG(path));
    case FILE_FAILED:
        break;
    }
    return false;
}

void folders_find_closed(Doctor *d, const Variable *v, Str title, Str folder, const FileStat *st)
{
    bool is_own = st->uid == proc_user_id();
    Str remedy = is_own ? str_format(d->arena, "chmod u+rwx '%.*s'", STR_ARG(folder))
                        : str_format(d->arena, "sudo chown -R %.*s '%.*s'",
                                     STR_ARG(proc_user_name(d->arena)), STR_ARG(folder));
    doctor_find(d,
                (Finding){
                    .severity = SEVERITY_ERROR,
                    .title = title,
                    .place = variable_place(v),
                    .evidence = str_format(d->arena, "%.*s\n%.*s: user %u, mode %04o",
                                           STR_ARG(variable_evidence(d->arena, v)), STR_ARG(folder),
                                           (unsigned)st->uid, (unsigned)st->mode),
                    .remedy = remedy,
                });
    if (is_own) {
        doctor_fix(d, (Fix){.kind = FIX_MODE,
                            .path = folder,
                            .mode = st->mode | 0700,
                            .says = str_format(d->arena, "give its owner all rights in %.*s",
                                               STR_ARG(folder))});
    }
}

/* Tells when it is a link whose target is not there. */
static bool find_dangling(Doctor *d, const Variable *v, Str what)
{
    FileStat st;
    Err ignored;
    Str path = v->got.value;
    if (file_lstat(FILE_CWD, path, &st, &ignored) != FILE_FOUND || st.kind != FILE_KIND_SYMLINK ||
        file_stat(FILE_CWD, path, &st, &ignored) != FILE_ABSENT) {
        return false;
    }
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_ERROR,
               .title = str_format(d->arena, "%.*s is a link that leads nowhere", STR_ARG(what)),
               .place = variable_place(v),
               .evidence = variable_evidence(d->arena, v),
               .remedy = str_format(d->arena, "mkdir -p \"$(readlink -m %.*s)\"",
                                    STR_ARG(doctor_shell_word(d->arena, path))),
           });
    return true;
}

bool folders_find_existing(Doctor *d, const Variable *v, Str what, FileStat *ret_st,
                           Str *ret_existing, Err *err)
{
    Str existing = {0};
    FileStat st = {0};
    if (!find_dangling(d, v, what)) {
        if (!storage_find_existing(v->got.value, &st, &existing)) {
            return FAIL(err, ERR_NOT_FOUND, "no directory of '%.*s' can be looked at",
                        STR_ARG(v->got.value));
        }
        if (st.kind != FILE_KIND_DIR) {
            doctor_find_variable(d, SEVERITY_ERROR, v, (Str){0}, "%.*s is no directory",
                                 STR_ARG(existing));
            existing = (Str){0};
        }
    }
    *ret_st = st;
    *ret_existing = existing;
    return true;
}

static bool is_closed(Str folder)
{
    return !file_may_write(FILE_CWD, folder) || !file_may_execute(FILE_CWD, folder);
}

/* ---- GWD070: the module cache ---- */

typedef struct {
    isize n;
    Str first; /* of the folders */
    FileStat st;
} ClosedFolders;

/* Of the folders directly in dir those that are closed. Module trees are read-only by design, but
 * they lie deeper: here are only hosts ("github.com") and "cache". */
static void count_closed(const Doctor *d, Str dir, ClosedFolders *ret)
{
    AUTO_CLOSE int fd = -1;
    DirList list;
    Err ignored;
    if (dir_open(FILE_CWD, dir, &fd, &ignored) != FILE_FOUND ||
        !dir_list(d->arena, fd, &list, &ignored)) {
        return;
    }
    for (isize i = 0; i < MIN(list.len, FOLDERS_MAX_NAMES); i++) {
        Str folder = path_join(d->arena, dir, list.ptr[i].name);
        FileStat st;
        if (list.ptr[i].kind != FILE_KIND_DIR || str_contains(list.ptr[i].name, S("@")) ||
            !is_closed(folder) || file_stat(FILE_CWD, folder, &st, &ignored) != FILE_FOUND) {
            continue;
        }
        if (ret->n++ == 0) {
            ret->first = folder;
            ret->st = st;
        }
    }
}

static void check_rights_in(Doctor *d, const Variable *v, Str modcache, const FileStat *st)
{
    ClosedFolders closed = {0};
    count_closed(d, modcache, &closed);
    count_closed(d, path_join(d->arena, modcache, S("cache")), &closed);
    count_closed(d, path_join(d->arena, modcache, S("cache/download")), &closed);
    if (closed.n > 0) {
        Str title = str_format(d->arena,
                               "%td folders of the module cache cannot be written: what is missing "
                               "there cannot be downloaded",
                               closed.n);
        folders_find_closed(d, v, title, closed.n == 1 ? closed.first : modcache, &closed.st);
    } else if (st->uid != proc_user_id()) {
        doctor_find_variable(d, SEVERITY_WARN, v, (Str){0},
                             "the module cache belongs to user %u: what this user adds, that one "
                             "cannot remove",
                             (unsigned)st->uid);
    }
}

/* Whether it lies in a GOPATH of which GWD074 tells: all of it goes to another owner then. */
static bool is_of_foreign_gopath(const Doctor *d, Str modcache)
{
    FileStat st;
    Err ignored;
    Str home = path_clean(d->arena, environ_value(d->in->env->environ, S("HOME")));
    Str gopath = path_clean(d->arena, str_cut(goenv_value(d->in->env, S("GOPATH")), ':').head);
    return path_is_absolute(home) && path_is_within(gopath, home) &&
           path_is_within(path_clean(d->arena, modcache), gopath) &&
           file_stat(FILE_CWD, gopath, &st, &ignored) == FILE_FOUND && st.uid != proc_user_id() &&
           !file_may_write(FILE_CWD, gopath);
}

static bool check_modcache_dir(Doctor *d, const Variable *v, Str existing, const FileStat *st,
                               Err *err)
{
    Filesystem fs;
    if (!look_at_disk(d, existing, &fs, err)) {
        return false;
    }
    isize before = d->findings.len;
    if (!fs.is_read_only && is_closed(existing) && is_of_foreign_gopath(d, v->got.value)) {
        return true;
    }
    if (!fs.is_read_only && is_closed(existing)) {
        folders_find_closed(
            d, v,
            str_format(d->arena, "the module cache cannot be written: no right to write in %.*s",
                       STR_ARG(existing)),
            existing, st);
    } else if (!fs.is_read_only && str_eq(existing, v->got.value)) {
        check_rights_in(d, v, existing, st);
    }
    if (d->findings.len == before) {
        storage_judge_disk(d, v, &storage_modcache_need, &fs);
    }
    return true;
}

/* Without GOPATH and GOMODCACHE it lies in ~/go: unless there is no HOME, or ~/go is the GOROOT. A
 * GOROOT that is no Go is GWD020's. */
static void find_no_place(Doctor *d, const Variable *v)
{
    Variable goroot = doctor_variable(d, S("GOROOT"));
    FileStat st;
    Err ignored;
    if (environ_value(d->in->env->environ, S("HOME")).len == 0) {
        doctor_find_variable(d, SEVERITY_ERROR, v, (Str){0},
                             "the module cache has no place: none of HOME, GOPATH and GOMODCACHE "
                             "is set");
    } else if (file_stat(FILE_CWD, path_join(d->arena, goroot.got.value, S("src/runtime")), &st,
                         &ignored) == FILE_FOUND) {
        doctor_find_variable(d, SEVERITY_ERROR, &goroot, (Str){0},
                             "the module cache has no place: GOROOT is where GOPATH would be");
    }
}

static bool check_modcache(Doctor *d, Err *err)
{
    Variable v = doctor_variable(d, S("GOMODCACHE"));
    Str existing;
    FileStat st;
    if (v.got.value.len == 0 && str_eq(goenv_value(d->in->env, S("GOCACHE")), S("off"))) {
        return true; /* there is no home: GWD006 says so */
    }
    if (v.got.value.len == 0) {
        find_no_place(d, &v);
        return true;
    }
    if (!path_is_absolute(v.got.value) && !variable_is_set(&v)) {
        return true; /* it follows from GOPATH, of which GWD060 tells */
    }
    if (!path_is_absolute(v.got.value)) {
        doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0},
                             "the module cache is no absolute path: nothing can be downloaded");
        return true;
    }
    return folders_find_existing(d, &v, S("the module cache"), &st, &existing, err) &&
           (existing.len == 0 || check_modcache_dir(d, &v, existing, &st, err));
}

/* ---- GWD071: the folder for temporary files ---- */

Variable folders_tmp(const Doctor *d)
{
    Variable v = doctor_variable(d, S("GOTMPDIR"));
    if (v.got.value.len > 0) {
        return v;
    }
    /* os.TempDir asks the process alone. */
    v = (Variable){S("TMPDIR"),
                   {environ_value(d->in->env->environ, S("TMPDIR")), GOENV_ORIGIN_PROCESS, {0}, 0}};
    if (v.got.value.len == 0) {
        v.got =
            (GoEnvValue){.value = doctor_system_path(d, S("/tmp")), .origin = GOENV_ORIGIN_DEFAULT};
    }
    return v;
}

void folders_judge_tmp_disk(Doctor *d, const Variable *v, const Filesystem *fs)
{
    if (fs->is_noexec) {
        doctor_find(d, (Finding){
                           .severity = SEVERITY_ERROR,
                           .title = str_format(d->arena,
                                               "go test and go run cannot start what they build: "
                                               "no program may run in %.*s (noexec)",
                                               STR_ARG(v->got.value)),
                           .place = variable_place(v),
                           .evidence = variable_evidence(d->arena, v),
                           .remedy = S(OTHER_TMP),
                       });
    }
    storage_judge_disk(d, v, &storage_tmp_need, fs);
}

static void find_absent_tmp(Doctor *d, const Variable *v)
{
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = str_format(d->arena,
                                           "every build fails: there is no %.*s, and the go "
                                           "command does not make it",
                                           STR_ARG(v->got.value)),
                       .place = variable_place(v),
                       .evidence = variable_evidence(d->arena, v),
                       .remedy = str_format(d->arena, "mkdir -p '%.*s'", STR_ARG(v->got.value)),
                   });
    if (variable_is_set(v) && path_is_absolute(v->got.value)) {
        doctor_fix(
            d, (Fix){.kind = FIX_MAKE_DIR,
                     .path = v->got.value,
                     .mode = 0700,
                     .says = str_format(d->arena, "make the folder %.*s", STR_ARG(v->got.value))});
    }
}

static void check_tmp_mode(Doctor *d, const Variable *v, const FileStat *st)
{
    if ((st->mode & MODE_WRITE_BY_ALL) != 0 && (st->mode & MODE_STICKY) == 0) {
        doctor_find(
            d,
            (Finding){
                .severity = SEVERITY_WARN,
                .title = str_format(d->arena, "anybody may replace what a build puts into %.*s",
                                    STR_ARG(v->got.value)),
                .place = variable_place(v),
                .evidence = str_format(d->arena, "%.*s, mode %04o",
                                       STR_ARG(variable_evidence(d->arena, v)), (unsigned)st->mode),
                .remedy = str_format(d->arena, "chmod +t '%.*s'", STR_ARG(v->got.value)),
            });
    }
}

static bool check_tmp(Doctor *d, Err *err)
{
    Variable v = folders_tmp(d);
    Str path = path_absolute(d->arena, d->in->dir, v.got.value);
    FileStat st;
    Filesystem fs;
    switch (file_stat(FILE_CWD, path, &st, err)) {
    case FILE_FAILED:
        return false;
    case FILE_ABSENT:
        find_absent_tmp(d, &v);
        return true;
    case FILE_FOUND:
        break;
    }
    if (st.kind != FILE_KIND_DIR) {
        doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0}, "%.*s is no directory",
                             STR_ARG(v.got.value));
        return true;
    }
    if (!path_is_absolute(v.got.value)) {
        doctor_find_variable(d, SEVERITY_WARN, &v, (Str){0},
                             "%.*s is no absolute path: builds fail in every folder that has no "
                             "%.*s",
                             STR_ARG(v.name), STR_ARG(v.got.value));
    }
    if (!look_at_disk(d, path, &fs, err)) {
        return false;
    }
    if (!fs.is_read_only && is_closed(path)) {
        folders_find_closed(d, &v,
                            str_format(d->arena, "every build fails: no right to write in %.*s",
                                       STR_ARG(v.got.value)),
                            path, &st);
        return true;
    }
    check_tmp_mode(d, &v, &st);
    folders_judge_tmp_disk(d, &v, &fs);
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD070"),
                .title = STR_CONST("the module cache can be written, on a disk that holds it"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "GOMODCACHE (by default pkg/mod below GOPATH), the owner and rights of the "
                    "directory and of the folders directly in it, in cache and in cache/download; "
                    "the kind of its file system, free space and free inodes"),
                .why = STR_CONST(
                    "Every module and every Go that the go command downloads goes there. After "
                    "sudo go get some of its folders belong to root, and downloads fail from then "
                    "on with \"permission denied\". On a full disk a download ends with \"no space "
                    "left on device\". On a read-only one all is well as long as nothing is "
                    "missing."),
                .cure = STR_CONST("sudo chown -R $USER \"$(go env GOMODCACHE)\"; go env -w "
                                  "GOMODCACHE=/a/local/directory; go clean -modcache makes room"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("src/cmd/go/internal/modfetch/cache.go"),
            },
        .run = check_modcache,
        .modes = MODE_PROXY | MODE_CLEAN,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD071"),
                .title = STR_CONST("builds can put temporary files away, and start programs there"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "GOTMPDIR, else TMPDIR, else /tmp: whether it is a directory in which this "
                    "user may write, mounted noexec, read-only or full, and whether others may "
                    "remove files of this user's"),
                .why = STR_CONST(
                    "Each build begins with a new folder there (\"creating work dir\" is what it "
                    "says when it cannot), and go test and go run start the program from it: on a "
                    "file system that is mounted noexec that ends with \"fork/exec "
                    "/tmp/go-build...: permission denied\", while go build works. In a folder that "
                    "all may write to and that lacks the sticky bit, another user can put another "
                    "program in the place of the one that was built."),
                .cure = STR_CONST("go env -w GOTMPDIR=$HOME/.cache/go-tmp, a folder that is there"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("src/cmd/go/internal/work/action.go, go.dev/issue/52941"),
            },
        .run = check_tmp,
        .modes = MODE_CLEAN,
    },
};

const CheckGroup doctor_folders = {rows, COUNT_OF(rows)};
