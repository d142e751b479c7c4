#include "doctor/which_gos.h"

#include "base/path.h"
#include "go/env/workdir.h"
#include "go/mod/gowork.h"
#include "go/mod/version.h"
#include "os/dir.h"
#include "os/proc.h"

/* ---- one ---- */

static bool is_of_goward(const Doctor *d, Str path)
{
    return d->in->home.len > 0 && path_is_within(path, d->in->home);
}

static bool is_script(Str path)
{
    AUTO_CLOSE int fd = -1;
    char head[2];
    isize n;
    Err ignored;
    return file_open(FILE_CWD, path, &fd, &ignored) == FILE_FOUND &&
           file_read(fd, head, 2, &n, &ignored) && n == 2 && memcmp(head, "#!", 2) == 0;
}

static WhichKind kind_of_program(const BuildInfo *info)
{
    if (str_starts_with(info->path, S("golang.org/dl/"))) {
        return WHICH_STUB;
    }
    /* Before Go 1.18 the go command said nothing of its path. */
    return str_eq(info->path, S("cmd/go")) || info->path.len == 0 ? WHICH_GO : WHICH_OTHER;
}

WhichGo which_look(const Doctor *d, Str path)
{
    WhichGo go = {.path = path, .real = path};
    FileStat st;
    Err ignored;
    if (file_stat(FILE_CWD, path, &st, &ignored) != FILE_FOUND || st.kind != FILE_KIND_REGULAR ||
        proc_real_path(d->arena, path, &go.real, &ignored) != FILE_FOUND) {
        return go;
    }
    if (is_of_goward(d, path)) {
        go.kind = WHICH_GOWARD;
        return go;
    }
    switch (buildinfo_read_file(d->arena, go.real, &go.info, &ignored)) {
    case BUILDINFO_FOUND:
        go.is_loaded = true;
        go.kind = kind_of_program(&go.info);
        break;
    case BUILDINFO_OTHER:
        go.is_loaded = true;
        go.kind = WHICH_OTHER;
        break;
    case BUILDINFO_NONE:
        go.kind = is_script(go.real) ? WHICH_SCRIPT : WHICH_OTHER;
        break;
    case BUILDINFO_ABSENT:
    case BUILDINFO_FAILED:
        break;
    }
    if (go.kind == WHICH_GO) {
        go.version = buildinfo_version(&go.info);
        go.root = path_dir(path_dir(go.real));
    }
    return go;
}

bool which_is_cut_off(const Doctor *d, Str path)
{
    AUTO_CLOSE int fd = -1;
    Arena scratch = *d->arena;
    FileStat st;
    Exe exe;
    Err ignored;
    if (file_open(FILE_CWD, path, &fd, &ignored) != FILE_FOUND || !file_fstat(fd, &st, &ignored) ||
        st.kind != FILE_KIND_REGULAR || exe_read(&scratch, fd, &exe, &ignored) != EXE_FOUND) {
        return false;
    }
    for (isize i = 0; i < exe.n_ranges; i++) {
        uint64_t size = (uint64_t)st.size;
        const ExeRange *range = &exe.ranges[i];
        if (range->len > 0 && (range->offset > size || range->len > size - range->offset)) {
            return true;
        }
    }
    return false;
}

/* ---- along a PATH ---- */

bool which_next_dir(Str *path_value, Str *ret)
{
    while (path_value->len > 0) {
        StrCut cut = str_cut(*path_value, ':');
        *path_value = cut.tail;
        while (cut.head.len > 1 && str_eat_suffix(&cut.head, S("/"))) {
        }
        if (path_is_absolute(cut.head)) {
            *ret = cut.head;
            return true;
        }
    }
    return false;
}

static bool is_runnable(Str path)
{
    FileStat st;
    Err ignored;
    return file_may_execute(FILE_CWD, path) &&
           file_stat(FILE_CWD, path, &st, &ignored) == FILE_FOUND && st.kind == FILE_KIND_REGULAR;
}

static void add_once(const Doctor *d, WhichGos *gos, Str path)
{
    WhichGo go = which_look(d, path);
    for (isize i = 0; i < gos->len; i++) {
        if (str_eq(gos->ptr[i].real, go.real)) {
            return;
        }
    }
    *VEC_PUSH(d->arena, gos) = go;
}

WhichGos which_along(const Doctor *d, Str path_value, Str name)
{
    WhichGos gos = {0};
    Str dir;
    while (gos.len < WHICH_MAX_GOS && which_next_dir(&path_value, &dir)) {
        Str path = path_join(d->arena, dir, name);
        if (is_runnable(path)) {
            add_once(d, &gos, path);
        }
    }
    return gos;
}

WhichGo which_first(const Doctor *d, Str path_value, Str name)
{
    Str dir;
    while (which_next_dir(&path_value, &dir)) {
        Str path = path_join(d->arena, dir, name);
        if (is_runnable(path)) {
            return which_look(d, path);
        }
    }
    return (WhichGo){0};
}

WhichGo which_in_use(const Doctor *d)
{
    return which_first(d, environ_value(d->in->env->environ, S("PATH")), S("go"));
}

const WhichGo *which_newest(const WhichGos *gos)
{
    const WhichGo *best = NULL;
    for (isize i = 0; i < gos->len; i++) {
        const WhichGo *go = &gos->ptr[i];
        if (go->kind == WHICH_GO &&
            (best == NULL || goversion_compare(go->version, best->version) > 0)) {
            best = go;
        }
    }
    return best;
}

bool which_fits_later(const Doctor *d, Str wanted)
{
    WhichGos gos = which_along(d, environ_value(d->in->env->environ, S("PATH")), S("go"));
    const WhichGo *best = which_newest(&gos);
    return best != NULL && gos.ptr[0].kind == WHICH_GO && gos.ptr[0].version.len > 0 &&
           goversion_compare(gos.ptr[0].version, wanted) < 0 &&
           goversion_compare(best->version, wanted) >= 0;
}

/* ---- on the machine ---- */

/* Adds DIR/<name>AFTER for every name that begins with PREFIX; pattern is "DIR/PREFIX*AFTER". */
static void add_matching(const Doctor *d, WhichGos *gos, Str pattern)
{
    AUTO_CLOSE int fd = -1;
    DirList list;
    Err ignored;
    StrCut cut = str_cut(pattern, '*');
    StrCut dir = str_cut_last(cut.head, '/');
    if (!cut.found) {
        if (is_runnable(pattern)) {
            add_once(d, gos, pattern);
        }
        return;
    }
    if (dir_open(FILE_CWD, dir.head, &fd, &ignored) != FILE_FOUND ||
        !dir_list(d->arena, fd, &list, &ignored)) {
        return;
    }
    for (isize i = 0; i < MIN(list.len, WHICH_MAX_NAMES) && gos->len < WHICH_MAX_GOS; i++) {
        Str path = str_format(d->arena, "%.*s/%.*s%.*s", STR_ARG(dir.head),
                              STR_ARG(list.ptr[i].name), STR_ARG(cut.tail));
        if (str_starts_with(list.ptr[i].name, dir.tail) && is_runnable(path)) {
            add_once(d, gos, path);
        }
    }
}

WhichGos which_on_machine(const Doctor *d)
{
    static const Str of_system[] = {
        STR_CONST("/usr/local/go/bin/go"),    STR_CONST("/usr/bin/go"),
        STR_CONST("/usr/lib/go-*/bin/go"),    STR_CONST("/usr/lib/go/bin/go"),
        STR_CONST("/usr/lib/golang/bin/go"),  STR_CONST("/usr/local/go*/bin/go"),
        STR_CONST("/opt/go/bin/go"),          STR_CONST("/opt/go*/bin/go"),
        STR_CONST("/snap/go/current/bin/go"),
    };
    static const Str of_home[] = {
        STR_CONST("sdk/go*/bin/go"),
        STR_CONST(".local/go/bin/go"),
        STR_CONST(".asdf/installs/golang/*/go/bin/go"),
        STR_CONST(".local/share/mise/installs/go/*/bin/go"),
        STR_CONST(".goenv/versions/*/bin/go"),
        STR_CONST(".gvm/gos/*/bin/go"),
        STR_CONST(".gobrew/versions/*/go/bin/go"),
        STR_CONST(".g/versions/*/bin/go"),
        STR_CONST(".g/go/bin/go"),
    };
    WhichGos gos = {0};
    Str home = environ_value(d->in->env->environ, S("HOME"));
    for (isize i = 0; i < COUNT_OF(of_system); i++) {
        add_matching(d, &gos, doctor_system_path(d, of_system[i]));
    }
    for (isize i = 0; path_is_absolute(home) && i < COUNT_OF(of_home); i++) {
        add_matching(d, &gos, path_join(d->arena, home, of_home[i]));
    }
    return gos;
}

/* ---- words ---- */

Str which_say(Arena *a, const WhichGo *go)
{
    static const Str names[WHICH_KIND_COUNT] = {
        [WHICH_NONE] = STR_CONST("unreadable"),
        [WHICH_GO] = STR_CONST("a Go of unknown version"),
        [WHICH_GOWARD] = STR_CONST("goward's link"),
        [WHICH_STUB] = STR_CONST("a golang.org/dl command"),
        [WHICH_SCRIPT] = STR_CONST("a script"),
        [WHICH_OTHER] = STR_CONST("no go command"),
    };
    Str name =
        go->version.len > 0 ? str_format(a, "go%.*s", STR_ARG(go->version)) : names[go->kind];
    return str_eq(go->path, go->real)
               ? str_format(a, "%.*s (%.*s)", STR_ARG(name), STR_ARG(go->path))
               : str_format(a, "%.*s (%.*s -> %.*s)", STR_ARG(name), STR_ARG(go->path),
                            STR_ARG(go->real));
}

Str which_root(const Doctor *d)
{
    return d->in->goroot.len > 0 ? d->in->goroot : which_in_use(d).root;
}

Str which_go_line(const Doctor *d, Place *ret_place)
{
    Str path, text;
    Err ignored;
    if (gowork_find(d->arena, d->in->env, d->in->dir, &path) != GOWORK_FOUND &&
        !gomod_find(d->arena, d->in->dir, workdir_temp(d->in->env->environ), &path)) {
        return (Str){0};
    }
    if (file_read_all(d->arena, FILE_CWD, path, GOMOD_MAX_FILE, &text, &ignored) != FILE_FOUND) {
        return (Str){0};
    }
    GoModValue go = gomod_lookup(text, S("go"));
    *ret_place = (Place){path, go.line};
    return goversion_is_valid(go.value) ? go.value : (Str){0};
}

int64_t which_minor(Str version)
{
    GoVersion v;
    int64_t minor;
    return goversion_parse(version, &v) && str_eq(v.major, S("1")) &&
                   str_parse_decimal(v.minor, 1000, &minor)
               ? minor
               : -1;
}

bool which_read_text(const Doctor *d, Str path, Str *ret)
{
    Err ignored;
    FileStat st;
    return file_stat(FILE_CWD, path, &st, &ignored) == FILE_FOUND && st.kind == FILE_KIND_REGULAR &&
           file_read_all(d->arena, FILE_CWD, path, WHICH_MAX_SCRIPT, ret, &ignored) == FILE_FOUND;
}

Str which_unquoted(Str word)
{
    bool is_quoted = word.len >= 2 && (word.ptr[0] == '"' || word.ptr[0] == '\'') &&
                     word.ptr[word.len - 1] == word.ptr[0];
    return is_quoted ? str_slice(word, 1, word.len - 1) : word;
}
