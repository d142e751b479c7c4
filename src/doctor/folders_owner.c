/*
 * Folders of Go's by what they are for: can programs that are put there be started, do they belong
 * to the user who works with them, and does the project's own disk tell upper case from lower?
 */
#include "doctor/folders.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "os/dir.h"
#include "os/proc.h"

/* ---- GWD072: folders from which programs are started ---- */

typedef struct {
    Str variable;
    Str since; /* the first Go that starts programs from there */
    Severity severity;
    Str what;
    Str elsewhere; /* the command that moves it in this shell */
} ProgramFolder;

/* In 1.24 the go command began to keep what go run and go tool build in its cache. */
static const ProgramFolder program_folders[] = {
    {STR_CONST("GOCACHE"), STR_CONST("1.24"), SEVERITY_ERROR,
     STR_CONST("go run and go tool fail from the second time on: they start what they kept in the "
               "build cache, from which no program may run (noexec)"),
     STR_CONST("export GOCACHE=\"$(mktemp -d -p /var/tmp)\"")},
    {STR_CONST("GOMODCACHE"), STR_CONST("1.21"), SEVERITY_WARN,
     STR_CONST("a Go that the go command downloads cannot be started: no program may run from the "
               "module cache (noexec)"),
     STR_CONST("export GOMODCACHE=\"$(mktemp -d -p /var/tmp)\"")},
    {STR_CONST("GOBIN"),
     {NULL, 0},
     SEVERITY_WARN,
     STR_CONST("what go install builds cannot be started: no program may run from GOBIN (noexec)"),
     STR_CONST("export GOBIN=\"$(mktemp -d -p /var/tmp)\"")},
};

void folders_judge_programs(Doctor *d, isize i, const Variable *v, const Filesystem *fs)
{
    const ProgramFolder *folder = &program_folders[i];
    if (fs->is_noexec && (folder->since.len == 0 || doctor_go_is_at_least(d, folder->since))) {
        doctor_find(d, (Finding){.severity = folder->severity,
                                 .title = folder->what,
                                 .place = variable_place(v),
                                 .evidence = variable_evidence(d->arena, v),
                                 .remedy = folder->elsewhere});
    }
}

static bool check_programs(Doctor *d, Err *err)
{
    for (isize i = 0; i < COUNT_OF(program_folders); i++) {
        Variable v = doctor_variable(d, program_folders[i].variable);
        FileStat st;
        Filesystem fs;
        Str existing;
        if (!path_is_absolute(v.got.value) || !storage_find_existing(v.got.value, &st, &existing)) {
            continue; /* other checks say so */
        }
        if (filesystem_look(d->arena, FILE_CWD, existing, &fs, err) == FILE_FAILED) {
            return false;
        }
        folders_judge_programs(d, i, &v, &fs);
    }
    return true;
}

/* ---- GWD074: owners ---- */

typedef struct {
    Str path;
    uint32_t uid;
} Foreign;

typedef VEC(Foreign) ForeignList;

/* Notes path when another user owns it and this one may not write to it. */
static void note_foreign(const Doctor *d, Str path, ForeignList *list)
{
    FileStat st;
    Err ignored;
    if (path_is_absolute(path) && file_stat(FILE_CWD, path, &st, &ignored) == FILE_FOUND &&
        st.uid != proc_user_id() && !file_may_write(FILE_CWD, path)) {
        *VEC_PUSH(d->arena, list) = (Foreign){path, st.uid};
    }
}

static void note_all(const Doctor *d, ForeignList *list)
{
    static const Str in_gopath[] = {STR_CONST(""), STR_CONST("pkg"), STR_CONST("pkg/sumdb"),
                                    STR_CONST("bin"), STR_CONST("src")};
    Str home = path_clean(d->arena, environ_value(d->in->env->environ, S("HOME")));
    Str gopath = str_cut(goenv_value(d->in->env, S("GOPATH")), ':').head;
    gopath = path_clean(d->arena, gopath);
    bool is_own = path_is_within(gopath, home); /* a shared one has owners of its own */
    for (isize i = 0; is_own && i < COUNT_OF(in_gopath); i++) {
        note_foreign(d, path_clean(d->arena, path_join(d->arena, gopath, in_gopath[i])), list);
    }
    Str env_file = path_clean(d->arena, d->in->env->user_path);
    if (path_is_within(env_file, home)) {
        note_foreign(d, path_dir(env_file), list);
        note_foreign(d, env_file, list);
    }
    note_foreign(d, path_join(d->arena, home, S(".config")), list);
    note_foreign(d, path_join(d->arena, home, S(".cache")), list);
}

static bool check_owners(Doctor *d, Err *err)
{
    (void)err;
    ForeignList list = {0};
    if (!path_is_absolute(environ_value(d->in->env->environ, S("HOME")))) {
        return true;
    }
    note_all(d, &list);
    if (list.len == 0) {
        return true;
    }
    StrBuf evidence = strbuf_init(d->arena);
    StrBuf remedy = strbuf_init(d->arena);
    strbuf_add_format(&remedy, "sudo chown -R %.*s", STR_ARG(proc_user_name(d->arena)));
    for (isize i = 0; i < list.len; i++) {
        strbuf_add_format(&evidence, "%s%.*s: user %u", i > 0 ? "\n" : "",
                          STR_ARG(list.ptr[i].path), (unsigned)list.ptr[i].uid);
        strbuf_add_format(&remedy, " '%.*s'", STR_ARG(list.ptr[i].path));
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = str_format(d->arena,
                                           "%td of this user's own folders for Go belong to "
                                           "another user and cannot be written",
                                           list.len),
                       .place = {.file = list.ptr[0].path},
                       .evidence = strbuf_str(&evidence),
                       .remedy = strbuf_str(&remedy),
                   });
    return true;
}

/* ---- GWD075: the project's disk ---- */

/* Whether the disk takes GO.MOD for go.mod. Two names of one file would look alike: a hard link
 * shows in the count. */
static bool folds_case(const Doctor *d)
{
    FileStat small, large;
    Err ignored;
    return file_stat(FILE_CWD, path_join(d->arena, d->in->dir, S("go.mod")), &small, &ignored) ==
               FILE_FOUND &&
           file_stat(FILE_CWD, path_join(d->arena, d->in->dir, S("GO.MOD")), &large, &ignored) ==
               FILE_FOUND &&
           small.dev == large.dev && small.ino == large.ino && small.nlink == 1;
}

void folders_judge_project(Doctor *d, const Filesystem *fs, bool does_fold_case)
{
    Str dir = d->in->dir;
    Str kind = str_format(d->arena, "%.*s: %.*s", STR_ARG(dir), STR_ARG(fs->name));
    if (fs->is_read_only) {
        doctor_find(d, (Finding){.severity = SEVERITY_INFO,
                                 .title = S("the project lies on a read-only file system: go build "
                                            "works with -o elsewhere, go get and go mod tidy fail"),
                                 .evidence = kind});
    }
    if (fs->kind == FILESYSTEM_NETWORK || fs->kind == FILESYSTEM_FUSE) {
        doctor_find(d,
                    (Finding){.severity = SEVERITY_INFO,
                              .title = S("the project lies on a network file system or on one in "
                                         "user space: each go command looks at all its files"),
                              .evidence = kind});
    }
    if (does_fold_case) {
        doctor_find(d,
                    (Finding){.severity = SEVERITY_INFO,
                              .title = S("the project's disk takes GO.MOD for go.mod: files whose "
                                         "names differ in case alone replace each other"),
                              .evidence = kind});
    }
}

static bool check_project(Doctor *d, Err *err)
{
    Filesystem fs;
    switch (filesystem_look(d->arena, FILE_CWD, d->in->dir, &fs, err)) {
    case FILE_FAILED:
        return false;
    case FILE_FOUND:
        folders_judge_project(d, &fs, folds_case(d));
        break;
    case FILE_ABSENT:
        break;
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD072"),
                .title = STR_CONST("programs can be started from the folders into which Go puts "
                                   "them"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("how the file systems of GOCACHE, GOMODCACHE and GOBIN are "
                                      "mounted (noexec)"),
                .why = STR_CONST(
                    "Since Go 1.24 the build cache keeps the programs that go run and go tool "
                    "build, and they are started from there: on a file system that is mounted "
                    "noexec the first go run works, and the second ends with \"permission "
                    "denied\". A Go that the go command downloads is started from the module "
                    "cache, and installed programs from GOBIN."),
                .cure = STR_CONST("go env -w GOCACHE=/a/place/that/is/not/mounted/noexec"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/go1.24#go-command"),
            },
        .run = check_programs,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD074"),
                .title = STR_CONST("this user's own folders for Go belong to this user"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "the owner of GOPATH and of bin, pkg, pkg/sumdb and src in it, of ~/.config, "
                    "~/.cache and the go env file; only what lies in HOME"),
                .why = STR_CONST(
                    "sudo go get, sudo go install and sudo go env -w leave folders of root's in "
                    "the home of the user who typed them. From then on go install, go env -w and "
                    "downloads fail for that user with \"permission denied\", or only some do."),
                .cure = STR_CONST("sudo chown -R $USER the folders that are named"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/wiki/InstallTroubleshooting"),
            },
        .run = check_owners,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD075"),
                .title = STR_CONST("the project lies on a disk of this machine that can be "
                                   "written"),
                .severity = SEVERITY_INFO,
                .looks_at = STR_CONST("the kind of file system of the working directory, whether "
                                      "it can be written, and whether GO.MOD and go.mod are one "
                                      "file there"),
                .why = STR_CONST(
                    "The go command looks at every file of a package on each run. Across a "
                    "network, "
                    "in a folder that a virtual machine shares with its host, or on a Windows disk "
                    "below /mnt in WSL that takes ten times as long. On a disk that folds case, "
                    "two packages whose names differ in case alone are one."),
                .cure = STR_CONST("keep the project on a disk of the machine that builds it"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("learn.microsoft.com/windows/wsl/filesystems"),
            },
        .run = check_project,
    },
};

const CheckGroup doctor_folders_owner = {rows, COUNT_OF(rows)};
