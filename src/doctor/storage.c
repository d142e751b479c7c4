/*
 * Where builds write: the build cache (GOCACHE).
 *
 * Unless the caller allows it nothing is written here, not even for a moment: rights, kind of file
 * system and free space are asked for. The trial that writes, syncs, locks and renames is for runs
 * that may change things.
 */
#include "doctor/folders.h"

#include "base/path.h"
#include "os/lock.h"
#include "os/proc.h"
#include "os/random.h"

#define CACHE_SHARDS 256 /* folders "00" to "ff" of a build cache */

const StorageNeed storage_cache_need = {
    .what = STR_CONST("the build cache"),
    .little_bytes = 1024 * MIB, /* a test run of a middling module fills this */
    .least_bytes = 64 * MIB,    /* the standard library alone needs more */
    .little_inodes = 20000,     /* the standard library takes about 2,000 */
    .read_only = SEVERITY_ERROR,
    .stays = true,
    .makes_room = STR_CONST("go clean -cache"),
    .elsewhere = STR_CONST("export GOCACHE=\"$(mktemp -d)\""),
};

bool storage_find_existing(Str path, FileStat *ret_st, Str *ret)
{
    Err ignored;
    for (;;) {
        if (file_stat(FILE_CWD, path, ret_st, &ignored) == FILE_FOUND) {
            *ret = path;
            return true;
        }
        Str parent = path_dir(path);
        if (str_eq(parent, path)) {
            return false;
        }
        path = parent;
    }
}

/* Folders of the cache in which the caller may not write: left by a run as another user. One that a
 * build makes meanwhile was not there to be written at first, and is asked for again. */
static isize count_closed_shards(const Doctor *d, Str cache)
{
    isize n = 0;
    for (isize i = 0; i < CACHE_SHARDS; i++) {
        Arena scratch = *d->arena;
        Str shard = str_format(&scratch, "%.*s/%02x", STR_ARG(cache), (unsigned)i);
        FileStat st;
        Err ignored;
        n += !file_may_write(FILE_CWD, shard) &&
             file_stat(FILE_CWD, shard, &st, &ignored) == FILE_FOUND &&
             !file_may_write(FILE_CWD, shard);
    }
    return n;
}

static void check_rights(Doctor *d, const Variable *v, Str existing, const FileStat *st)
{
    if (!file_may_write(FILE_CWD, existing) || !file_may_execute(FILE_CWD, existing)) {
        folders_find_closed(d, v,
                            str_format(d->arena,
                                       "the build cache cannot be written: no right to write in "
                                       "%.*s",
                                       STR_ARG(existing)),
                            existing, st);
        return;
    }
    bool is_cache = str_eq(existing, v->got.value);
    isize n_closed = is_cache ? count_closed_shards(d, existing) : 0;
    if (n_closed > 0) {
        doctor_find(d,
                    (Finding){
                        .severity = SEVERITY_ERROR,
                        .title = str_format(d->arena,
                                            "%td folders of the build cache belong to another "
                                            "user and cannot be written",
                                            n_closed),
                        .evidence = variable_evidence(d->arena, v),
                        .remedy = str_format(d->arena, "sudo chown -R %.*s '%.*s'",
                                             STR_ARG(proc_user_name(d->arena)), STR_ARG(existing)),
                    });
    } else if (is_cache && st->uid != proc_user_id()) {
        doctor_find_variable(d, SEVERITY_WARN, v, (Str){0},
                             "the build cache belongs to user %u: what this user adds, that one "
                             "cannot remove",
                             (unsigned)st->uid);
    }
}

static void judge_kind(Doctor *d, const Variable *v, const StorageNeed *need, const Filesystem *fs)
{
    switch (fs->kind) {
    case FILESYSTEM_NETWORK:
        doctor_find_variable(d, SEVERITY_WARN, v, (Str){0},
                             "%.*s lies on a network file system (%.*s): slow, and only as safe as "
                             "its locks",
                             STR_ARG(need->what), STR_ARG(fs->name));
        break;
    case FILESYSTEM_FUSE:
        doctor_find_variable(d, SEVERITY_WARN, v, (Str){0},
                             "%.*s lies on a file system in user space (%.*s): slow, and only as "
                             "safe as its locks",
                             STR_ARG(need->what), STR_ARG(fs->name));
        break;
    case FILESYSTEM_OVERLAY:
        if (need->stays) {
            doctor_find_variable(d, SEVERITY_INFO, v, (Str){0},
                                 "%.*s lies in the layer of a container (%.*s) and goes with it",
                                 STR_ARG(need->what), STR_ARG(fs->name));
        }
        break;
    case FILESYSTEM_LOCAL:
    case FILESYSTEM_KIND_COUNT:
        break;
    }
}

/* remedy: where a person did not choose the place. */
static void find_on_disk(Doctor *d, Severity severity, const Variable *v, Str remedy, Str title)
{
    bool is_ours = remedy.len > 0;
    doctor_find(d, (Finding){
                       .severity = severity,
                       .title = title,
                       .place = variable_place(v),
                       .evidence = variable_evidence(d->arena, v),
                       .remedy = is_ours ? remedy : variable_remedy(d->arena, v, (Str){0}),
                   });
}

static void judge_room(Doctor *d, const Variable *v, const StorageNeed *need, const Filesystem *fs)
{
    if (fs->free_bytes < need->little_bytes) {
        find_on_disk(d, fs->free_bytes < need->least_bytes ? SEVERITY_ERROR : SEVERITY_WARN, v,
                     need->makes_room,
                     str_format(d->arena, "%lld MiB are left for %.*s",
                                (long long)(fs->free_bytes / MIB), STR_ARG(need->what)));
    } else if (fs->free_inodes >= 0 && fs->free_inodes < need->little_inodes) {
        find_on_disk(d, SEVERITY_WARN, v, need->makes_room,
                     str_format(d->arena, "%lld more files fit on the file system of %.*s",
                                (long long)fs->free_inodes, STR_ARG(need->what)));
    }
}

void storage_judge_disk(Doctor *d, const Variable *v, const StorageNeed *need, const Filesystem *fs)
{
    if (fs->is_read_only) {
        find_on_disk(
            d, need->read_only, v, need->elsewhere,
            str_format(d->arena, "the file system of %.*s is read-only", STR_ARG(need->what)));
        return;
    }
    judge_kind(d, v, need, fs);
    judge_room(d, v, need, fs);
}

/* What a build does with a file of its cache. */
static bool try_writing(const Doctor *d, Str dir, Err *err)
{
    Err ignored;
    AUTO_CLOSE int fd = -1;
    Str name = path_join(d->arena, dir,
                         str_format(d->arena, "goward-%.*s", STR_ARG(random_name(d->arena))));
    Str moved = str_concat(d->arena, name, S(".moved"));
    if (!file_create(FILE_CWD, name, 0600, &fd, err)) {
        return false;
    }
    bool ok = file_write(fd, name, err) && file_sync(fd, err) &&
              lock_acquire(fd, true, 0, err) == LOCK_HELD &&
              file_rename(FILE_CWD, name, FILE_CWD, moved, err);
    file_unlink(FILE_CWD, ok ? moved : name, &ignored);
    return ok;
}

/* existing is the cache's own directory, or the one in which it would be made. */
static bool check_directory(Doctor *d, const Variable *v, Str existing, const FileStat *st,
                            Err *err)
{
    Filesystem fs;
    switch (filesystem_look(d->arena, FILE_CWD, existing, &fs, err)) {
    case FILE_ABSENT:
        return FAIL(err, ERR_CONFLICT, "'%.*s' went away meanwhile", STR_ARG(existing));
    case FILE_FAILED:
        return false;
    case FILE_FOUND:
        break;
    }
    isize before = d->findings.len;
    if (!fs.is_read_only) {
        check_rights(d, v, existing, st);
    }
    if (d->findings.len > before) {
        return true;
    }
    storage_judge_disk(d, v, &storage_cache_need, &fs);
    Err trial = {0};
    if (d->in->may_write && !fs.is_read_only && !try_writing(d, existing, &trial)) {
        doctor_find_variable(d, SEVERITY_ERROR, v, (Str){0}, "the build cache cannot be used: %s",
                             trial.kind == ERR_NONE ? "a lock is refused" : trial.text);
    }
    return true;
}

static bool has_relative_xdg(const Doctor *d)
{
    Str dir = environ_value(d->in->env->environ, S("XDG_CACHE_HOME"));
    return dir.len > 0 && !path_is_absolute(dir);
}

/* GOCACHE=off where nobody asked for it: the go command found no place. */
static void find_no_place(Doctor *d, const Variable *v)
{
    bool is_relative = has_relative_xdg(d);
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_ERROR,
               .title = is_relative
                            ? S("the build cache has no place: XDG_CACHE_HOME is no absolute path")
                            : S("the build cache has no place: neither HOME nor XDG_CACHE_HOME is "
                                "set"),
               .evidence = variable_evidence(d->arena, v),
               .remedy = is_relative ? S("unset XDG_CACHE_HOME")
                                     : S("export HOME=\"$(getent passwd \"$(id -u)\" | cut -d: "
                                         "-f6)\""),
           });
}

static bool check_cache(Doctor *d, Err *err)
{
    Variable v = doctor_variable(d, S("GOCACHE"));
    Str existing;
    FileStat st;
    if (str_eq(v.got.value, S("off"))) {
        if (v.got.origin == GOENV_ORIGIN_DEFAULT) {
            find_no_place(d, &v);
        } else {
            doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0},
                                 "there is no building without a cache since Go 1.12");
        }
        return true;
    }
    if (!path_is_absolute(v.got.value)) {
        doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0},
                             "GOCACHE is no absolute path: every build fails");
        return true;
    }
    return folders_find_existing(d, &v, S("the build cache"), &st, &existing, err) &&
           (existing.len == 0 || check_directory(d, &v, existing, &st, err));
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD006"),
                .title = STR_CONST("the build cache can be written, on a disk that holds it"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "GOCACHE (by default go-build below XDG_CACHE_HOME or ~/.cache), the rights "
                    "and owner of the directory and of its 256 folders, the kind of its file "
                    "system, free space and free inodes. Nothing is written, unless goward was "
                    "told that it may"),
                .why = STR_CONST(
                    "There is no building without the cache, and since Go 1.25 most programs of go "
                    "tool are built into it on demand. After sudo go build some of its folders "
                    "belong to root, and builds fail from then on, but not all of them. On NFS, "
                    "SMB, 9p and FUSE it works as well as the locks and renames of that file "
                    "system do, and slowly."),
                .cure = STR_CONST("go env -w GOCACHE=/a/local/directory; sudo chown -R $USER "
                                  "\"$(go env GOCACHE)\"; go clean -cache makes room"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("pkg.go.dev/cmd/go#hdr-Build_and_test_caching"),
            },
        .run = check_cache,
        .modes = MODE_MINIMAL | MODE_CLEAN,
        .item = 6,
    },
};

const CheckGroup doctor_storage = {rows, COUNT_OF(rows)};
