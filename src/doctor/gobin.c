/* Where `go install` puts programs (GOBIN): are they found there, and are they anybody else's? */
#include "doctor/context.h"

#include "base/path.h"
#include "os/dir.h"
#include "os/proc.h"
#include "report/human.h"

#define GOBIN_MAX_NAMES 1000 /* programs that are looked for along PATH */

static bool is_same_dir(Str x, Str y)
{
    FileStat a, b;
    Err ignored;
    return str_eq(x, y) ||
           (file_stat(FILE_CWD, x, &a, &ignored) == FILE_FOUND &&
            file_stat(FILE_CWD, y, &b, &ignored) == FILE_FOUND && a.dev == b.dev && a.ino == b.ino);
}

/* Takes the next directory off *path_variable; empty ones and relative ones are skipped. */
static bool next_path_dir(Str *path_variable, Str *ret)
{
    while (path_variable->len > 0) {
        StrCut cut = str_cut(*path_variable, ':');
        *path_variable = cut.tail;
        while (cut.head.len > 1 && str_eat_suffix(&cut.head, S("/"))) {
        }
        if (path_is_absolute(cut.head)) {
            *ret = cut.head;
            return true;
        }
    }
    return false;
}

/* The part of PATH before dir; false when dir is not in it. */
static bool cut_path_before(Str path_variable, Str dir, Str *ret_before)
{
    Str rest = path_variable, element;
    Str before = path_variable;
    while (next_path_dir(&rest, &element)) {
        if (is_same_dir(element, dir)) {
            *ret_before = str_to(path_variable, path_variable.len - before.len);
            return true;
        }
        before = rest;
    }
    return false;
}

/* Of the programs in dir, those that a directory before it in PATH has too. */
static void find_shadowed(Doctor *d, const Variable *v, const DirList *programs, Str before)
{
    Str dir;
    while (next_path_dir(&before, &dir)) {
        for (isize i = 0; i < programs->len; i++) {
            Str name = programs->ptr[i].name;
            Str other = path_join(d->arena, dir, name);
            FileStat st;
            Err ignored;
            if (!file_may_execute(FILE_CWD, other) ||
                file_stat(FILE_CWD, other, &st, &ignored) != FILE_FOUND ||
                st.kind != FILE_KIND_REGULAR ||
                is_same_dir(other, path_join(d->arena, v->got.value, name))) {
                continue;
            }
            doctor_find_variable(d, SEVERITY_WARN, v, (Str){0},
                                 "%.*s runs %.*s, not the one that go install put into %.*s",
                                 STR_ARG(name), STR_ARG(other), STR_ARG(v->got.value));
        }
    }
}

/* The executable files of a directory. */
static bool list_programs(const Doctor *d, Str dir, DirList *ret, Err *err)
{
    AUTO_CLOSE int fd = -1;
    DirList all;
    switch (dir_open(FILE_CWD, dir, &fd, err)) {
    case FILE_ABSENT:
        return FAIL(err, ERR_CONFLICT, "'%.*s' went away meanwhile", STR_ARG(dir));
    case FILE_FAILED:
        return false;
    case FILE_FOUND:
        break;
    }
    if (!dir_list(d->arena, fd, &all, err)) {
        return false;
    }
    isize n = 0;
    for (isize i = 0; i < MIN(all.len, GOBIN_MAX_NAMES); i++) {
        if (all.ptr[i].kind != FILE_KIND_DIR && file_may_execute(fd, all.ptr[i].name)) {
            all.ptr[n++] = all.ptr[i];
        }
    }
    *ret = (DirList){all.ptr, n};
    return true;
}

static void check_owner(Doctor *d, const Variable *v, const FileStat *st)
{
    bool is_open = (st->mode & 0002) != 0 && (st->mode & 01000) == 0;
    if (is_open) {
        doctor_find(
            d,
            (Finding){
                .severity = SEVERITY_WARN,
                .title = str_format(d->arena, "anybody may replace the programs in %.*s",
                                    STR_ARG(v->got.value)),
                .evidence = str_format(d->arena, "%.*s, mode %04o",
                                       STR_ARG(variable_evidence(d->arena, v)), (unsigned)st->mode),
                .remedy = str_format(d->arena, "chmod o-w '%.*s'", STR_ARG(v->got.value)),
            });
    } else if (st->uid != 0 && st->uid != proc_user_id()) {
        doctor_find_variable(d, SEVERITY_WARN, v, (Str){0}, "%.*s belongs to user %u",
                             STR_ARG(v->got.value), (unsigned)st->uid);
    }
}

static bool check_gobin_dir(Doctor *d, const Variable *v, Err *err)
{
    Str path = environ_value(d->in->env->environ, S("PATH"));
    Str before;
    DirList programs;
    if (!list_programs(d, v->got.value, &programs, err)) {
        return false;
    }
    if (programs.len == 0) {
        return true;
    }
    if (cut_path_before(path, v->got.value, &before)) {
        find_shadowed(d, v, &programs, before);
        return true;
    }
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_WARN,
               .title = str_format(d->arena,
                                   "go install puts programs into %.*s, which is not in "
                                   "PATH",
                                   STR_ARG(v->got.value)),
               .place = variable_place(v),
               .evidence = str_format(
                   d->arena, "%.*s\nPATH=%.*s\n%.*s, such as %.*s",
                   STR_ARG(variable_evidence(d->arena, v)), STR_ARG(path),
                   STR_ARG(human_plural(d->arena, programs.len, S("program"), S("programs"))),
                   STR_ARG(programs.ptr[0].name)),
               .remedy = str_format(d->arena, "export PATH=\"$PATH:%.*s\"", STR_ARG(v->got.value)),
           });
    return true;
}

static bool check_gobin(Doctor *d, Err *err)
{
    Variable v = doctor_variable(d, S("GOBIN"));
    FileStat st;
    if (v.got.value.len == 0) {
        return true; /* no home: GWD006 says what matters */
    }
    if (!path_is_absolute(v.got.value) && !variable_is_set(&v)) {
        return true; /* it follows from GOPATH, of which GWD060 tells */
    }
    if (!path_is_absolute(v.got.value)) {
        doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0},
                             "GOBIN is no absolute path: go install fails");
        return true;
    }
    switch (file_stat(FILE_CWD, v.got.value, &st, err)) {
    case FILE_FAILED:
        return false;
    case FILE_ABSENT:
        return true; /* nothing was installed yet; go install makes it */
    case FILE_FOUND:
        break;
    }
    if (st.kind != FILE_KIND_DIR) {
        doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0},
                             "%.*s is no directory: go install fails", STR_ARG(v.got.value));
        return true;
    }
    check_owner(d, &v, &st);
    return check_gobin_dir(d, &v, err);
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD007"),
                .title = STR_CONST("programs of go install are found"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "GOBIN (by default bin below the first directory of GOPATH): whether it is a "
                    "directory, its owner and mode, whether it is in PATH, and whether PATH has "
                    "programs of the same names before it. A directory that is not there yet, or "
                    "that is empty, is in order"),
                .why = STR_CONST(
                    "go install says nothing when the directory is not in PATH: the program is "
                    "there and the shell does not find it, or runs an older one of the same name "
                    "that comes earlier. A directory that anybody may write is an invitation to "
                    "put something else in a program's place."),
                .cure = STR_CONST("export PATH=\"$PATH:$(go env GOPATH)/bin\" in the profile of "
                                  "the shell; remove the older program"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#go-install"),
            },
        .run = check_gobin,
        .modes = MODE_MINIMAL,
        .item = 7,
    },
};

const CheckGroup doctor_gobin = {rows, COUNT_OF(rows)};
