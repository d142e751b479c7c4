/*
 * See mainmods.h. In a workspace the replace lines of go.work and of all its modules are put into
 * one table: a line of go.work counts before those of the modules for the same version, and one for
 * all versions hides all of theirs. Directories in a module's lines are then shown from the folder
 * of go.work, as the go command does, because the same words mean different folders in different
 * modules.
 */
#include "go/mod/mainmods.h"

#include "base/path.h"
#include "go/env/workdir.h"
#include "go/mod/version.h"

#define VENDOR_MAX_HEAD 512 /* bytes of modules.txt that cmd/go looks for "## workspace" in */

Str mainmods_go_of_mod(const GoMod *mod)
{
    return mod->go.version.len > 0 ? mod->go.version : S("1.16");
}

Str mainmods_go_of_work(const GoWork *work)
{
    return work->go.version.len > 0 ? work->go.version : S("1.18");
}

const MainMod *mainmods_find(const MainMods *m, Str path)
{
    for (isize i = 0; i < m->len; i++) {
        if (str_eq(m->ptr[i].mod.module.path, path)) {
            return &m->ptr[i];
        }
    }
    return NULL;
}

static const MainReplace *find_replace(Arena scratch, const MainMods *m, ModVersion old)
{
    const isize *at = map_get(&m->replaces_by_old, modversion_format(&scratch, old));
    return at == NULL ? NULL : &m->replaces.ptr[*at - 1];
}

const MainReplace *mainmods_replacement(Arena scratch, const MainMods *m, ModVersion of)
{
    if (of.version.len == 0) {
        return NULL;
    }
    const MainReplace *exact = find_replace(scratch, m, of);
    const MainReplace *all = find_replace(scratch, m, (ModVersion){.path = of.path});
    if (exact == NULL || all == NULL || exact->is_of_work) {
        return exact != NULL ? exact : all;
    }
    return exact->last_main >= all->last_main ? exact : all;
}

bool mainmods_excludes(Arena scratch, const MainMods *m, ModVersion of)
{
    return m->excludes.len > 0 && map_get(&m->excludes, modversion_format(&scratch, of)) != NULL;
}

/* ---- reading ---- */

FileOutcome mainmods_read_file(Arena *a, Str file, Str *ret, Err *err)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    FileOutcome outcome = file_open(FILE_CWD, file, &fd, err);
    if (outcome != FILE_FOUND) {
        return outcome;
    }
    if (!file_fstat(fd, &st, err)) {
        return FILE_FAILED;
    }
    if (st.kind != FILE_KIND_REGULAR) {
        FAIL(err, ERR_FORMAT, "'%.*s' is no regular file", STR_ARG(file));
        return FILE_FAILED;
    }
    return file_read_fd(a, fd, GOMOD_MAX_FILE, ret, err) ? FILE_FOUND : FILE_FAILED;
}

static bool read_mod(Arena *a, Str file, Str dir, MainMod *ret, Err *err)
{
    Str text;
    *ret = (MainMod){.dir = dir, .file = file};
    FileOutcome outcome = mainmods_read_file(a, file, &text, err);
    if (outcome == FILE_ABSENT) {
        return FAIL(err, ERR_USAGE, "there is no '%.*s'", STR_ARG(file));
    }
    if (outcome != FILE_FOUND || !gomod_parse(a, file, text, GOMOD_STRICT, &ret->mod, err)) {
        return false;
    }
    if (ret->mod.module.path.len == 0) {
        FAIL(err, ERR_FORMAT, "error reading %.*s: missing module declaration", STR_ARG(file));
        return err_hint(err, "go mod edit -module=example.com/mod");
    }
    return true;
}

static bool load_module(Arena *a, const GoEnv *env, Str dir, MainMods *m, Err *err)
{
    Str file, other;
    if (!gomod_find(a, dir, workdir_temp(env->environ), &file)) {
        FAIL(err, ERR_NOT_FOUND, "no go.mod in '%.*s' or above it", STR_ARG(dir));
        return err_hint(err, "go mod init");
    }
    Str root = path_dir(file);
    if (goenv_flag(env, S("modfile"), &other) && str_ends_with(other, S(".mod"))) {
        file = path_absolute(a, dir, other);
    }
    m->ptr = ARENA_NEW(a, MainMod);
    m->len = 1;
    return read_mod(a, file, root, m->ptr, err);
}

/* A workspace of an older go line than its modules' is refused. */
static bool check_go_of_work(const MainMods *m, const MainMod *module, Err *err)
{
    Str wanted = mainmods_go_of_mod(&module->mod), has = mainmods_go_of_work(&m->work);
    if (goversion_compare(wanted, has) <= 0 || goversion_compare(wanted, S("1.21")) < 0) {
        return true;
    }
    FAIL(err, ERR_FORMAT, "module %.*s listed in go.work file requires go >= %.*s, but go.work %s",
         STR_ARG(module->dir), STR_ARG(wanted),
         m->work.go.version.len > 0 ? "lists an older go" : "has no go line");
    return err_hint(err, "go work use");
}

/* A directory is used once. */
static bool check_uses(Arena *a, const MainMods *m, Err *err)
{
    Map seen = map_init(a);
    for (isize i = 0; i < m->work.uses.len; i++) {
        bool is_new;
        Str dir = path_absolute(a, path_dir(m->work_file), m->work.uses.ptr[i].path);
        map_put(&seen, dir, &is_new);
        if (!is_new) {
            return FAIL(err, ERR_FORMAT, "%.*s:%td: path %.*s appears multiple times in workspace",
                        STR_ARG(m->work_file), m->work.uses.ptr[i].pos.line, STR_ARG(dir));
        }
    }
    return true;
}

static bool load_workspace(Arena *a, MainMods *m, Err *err)
{
    Str text;
    FileOutcome outcome = mainmods_read_file(a, m->work_file, &text, err);
    if (outcome == FILE_ABSENT) {
        return FAIL(err, ERR_NOT_FOUND, "there is no '%.*s'", STR_ARG(m->work_file));
    }
    if (outcome != FILE_FOUND || !gowork_parse(a, m->work_file, text, &m->work, err)) {
        return false;
    }
    if (m->work.uses.len > MAINMODS_MAX_USES) {
        return FAIL(err, ERR_LIMIT, "%.*s: %td use lines, at most %d are read",
                    STR_ARG(m->work_file), m->work.uses.len, MAINMODS_MAX_USES);
    }
    if (!check_uses(a, m, err)) {
        return false;
    }
    m->ptr = ARENA_ARRAY(a, MainMod, m->work.uses.len);
    Map seen = map_init(a);
    for (isize i = 0; i < m->work.uses.len; i++) {
        bool is_new;
        Str dir = path_absolute(a, path_dir(m->work_file), m->work.uses.ptr[i].path);
        MainMod *module = &m->ptr[m->len++];
        if (!read_mod(a, path_join(a, dir, S("go.mod")), dir, module, err)) {
            return FAIL_IN(err, "cannot load module %.*s listed in go.work file", STR_ARG(dir));
        }
        map_put(&seen, module->mod.module.path, &is_new);
        if (!is_new) {
            FAIL(err, ERR_FORMAT, "module %.*s appears multiple times in workspace",
                 STR_ARG(module->mod.module.path));
            return FAIL_IN(err, "%.*s:%td", STR_ARG(m->work_file), m->work.uses.ptr[i].pos.line);
        }
        if (!check_go_of_work(m, module, err)) {
            return false;
        }
    }
    return m->len > 0 || FAIL(err, ERR_NOT_FOUND, "%.*s uses no module", STR_ARG(m->work_file));
}

/* ---- replace and exclude ---- */

/* Words that `go list -m` has for a directory, seen from the folder of go.work. */
static Str dir_from_work(Arena *a, const MainMods *m, Str dir)
{
    Str rel = workdir_relative(a, path_dir(m->work_file), dir);
    return str_starts_with(rel, S("../")) || str_eq(rel, S("..")) || str_eq(rel, S("."))
               ? rel
               : str_concat(a, S("./"), rel);
}

static MainReplace make_replace(Arena *a, const MainMods *m, const GoModReplace *line, Str file,
                                Str base)
{
    MainReplace r = {
        .old = {line->old_path, line->old_version},
        .to = {line->new_path, line->new_version},
        .is_of_work = str_eq(file, m->work_file),
        .file = file,
        .line = line->pos.line,
    };
    if (r.to.version.len == 0) {
        r.dir = path_absolute(a, base, r.to.path);
        if (m->work_file.len > 0 && !r.is_of_work && !path_is_absolute(r.to.path)) {
            r.to.path = dir_from_work(a, m, r.dir);
        }
    }
    return r;
}

static bool add_replace(Arena *a, MainMods *m, MainReplace r, Err *err)
{
    Str hidden_by = r.old.path;
    const isize *of_work = map_get(&m->replaces_by_old, hidden_by);
    if (!r.is_of_work && of_work != NULL && m->replaces.ptr[*of_work - 1].is_of_work) {
        return true;
    }
    bool is_new;
    isize *at = map_put(&m->replaces_by_old, modversion_format(a, r.old), &is_new);
    if (is_new) {
        *VEC_PUSH(a, &m->replaces) = r;
        *at = m->replaces.len;
        return true;
    }
    MainReplace *first = &m->replaces.ptr[*at - 1];
    if (modversion_eq(first->to, r.to) || (first->is_of_work && !r.is_of_work)) {
        first->last_main = r.last_main;
        return true;
    }
    FAIL(err, ERR_FORMAT, "%.*s:%td: conflicting replacements for %.*s: %.*s, and %.*s in %.*s:%td",
         STR_ARG(r.file), r.line, STR_ARG(modversion_format(a, r.old)),
         STR_ARG(modversion_format(a, r.to)), STR_ARG(modversion_format(a, first->to)),
         STR_ARG(first->file), first->line);
    return m->work_file.len == 0 ? false
                                 : err_hint(err, "go work edit -replace %.*s=[override]",
                                            STR_ARG(modversion_format(a, r.old)));
}

static bool gather_replaces(Arena *a, MainMods *m, Err *err)
{
    m->replaces_by_old = map_init(a);
    for (isize i = 0; i < m->work.replaces.len; i++) {
        const GoModReplace *line = &m->work.replaces.ptr[i];
        Str base = path_dir(m->work_file);
        bool is_of_main = line->old_version.len == 0 && mainmods_find(m, line->old_path) != NULL;
        if (!is_of_main && !add_replace(a, m, make_replace(a, m, line, m->work_file, base), err)) {
            return false;
        }
    }
    for (isize i = 0; i < m->len; i++) {
        const MainMod *module = &m->ptr[i];
        for (isize k = 0; k < module->mod.replaces.len; k++) {
            MainReplace r =
                make_replace(a, m, &module->mod.replaces.ptr[k], module->file, module->dir);
            r.last_main = i;
            if (!add_replace(a, m, r, err)) {
                return false;
            }
        }
    }
    return true;
}

static bool check_main_replaces(const MainMods *m, Err *err)
{
    for (isize i = 0; i < m->work.replaces.len; i++) {
        const GoModReplace *line = &m->work.replaces.ptr[i];
        if (line->old_version.len == 0 && mainmods_find(m, line->old_path) != NULL) {
            return FAIL(err, ERR_FORMAT,
                        "%.*s:%td: workspace module %.*s is replaced at all versions",
                        STR_ARG(m->work_file), line->pos.line, STR_ARG(line->old_path));
        }
    }
    return true;
}

static void gather_excludes(Arena *a, MainMods *m)
{
    m->excludes = map_init(a);
    for (isize i = 0; i < m->len; i++) {
        const GoMod *mod = &m->ptr[i].mod;
        for (isize k = 0; k < mod->excludes.len; k++) {
            ModVersion one = {mod->excludes.ptr[k].path, mod->excludes.ptr[k].version};
            map_put(&m->excludes, modversion_format(a, one), NULL);
        }
    }
}

/* ---- vendor ---- */

bool mainmods_is_of_workspace(Str modules_txt)
{
    Str line = str_cut(str_to(modules_txt, MIN(modules_txt.len, VENDOR_MAX_HEAD)), '\n').head;
    if (!str_eat_prefix(&line, S("## "))) {
        return false;
    }
    for (StrCut cut = {.tail = line, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, ';');
        if (str_eq(str_trim(cut.head), S("workspace"))) {
            return true;
        }
    }
    return false;
}

static bool find_vendored(Arena scratch, const MainMods *m)
{
    bool in_workspace = m->work_file.len > 0;
    Str top = in_workspace ? path_dir(m->work_file) : m->ptr[0].dir;
    Str version = in_workspace ? m->work.go.version : m->ptr[0].mod.go.version;
    Str vendor = path_join(&scratch, top, S("vendor")), text = {0};
    FileStat st;
    Err ignored;
    if (m->mod_flag.len > 0) {
        return str_eq(m->mod_flag, S("vendor"));
    }
    if (version.len == 0 || goversion_compare(version, S("1.14")) < 0 ||
        file_stat(FILE_CWD, vendor, &st, &ignored) != FILE_FOUND || st.kind != FILE_KIND_DIR) {
        return false;
    }
    if (file_read_all(&scratch, FILE_CWD, path_join(&scratch, vendor, S("modules.txt")),
                      GOMOD_MAX_FILE, &text, &ignored) != FILE_FOUND) {
        text = (Str){0};
    }
    return mainmods_is_of_workspace(text) == in_workspace;
}

bool mainmods_check_flag(const MainMods *m, Err *err)
{
    static const Str of_workspaces[] = {STR_CONST(""), STR_CONST("readonly"), STR_CONST("vendor")};
    if (m->work_file.len == 0 ||
        str_is_among(m->mod_flag, of_workspaces, COUNT_OF(of_workspaces))) {
        return true;
    }
    FAIL(err, ERR_USAGE,
         "-mod may only be set to readonly or vendor when in workspace mode, but it is set to "
         "\"%.*s\"",
         STR_ARG(m->mod_flag));
    return err_hint(err, "without -mod in GOFLAGS, or with GOWORK=off");
}

bool mainmods_load(Arena *a, const GoEnv *env, Str dir, MainMods *ret, Err *err)
{
    return mainmods_read(a, env, dir, ret, err) && check_main_replaces(ret, err);
}

bool mainmods_read(Arena *a, const GoEnv *env, Str dir, MainMods *ret, Err *err)
{
    static const Str modes[] = {STR_CONST(""), STR_CONST("on"), STR_CONST("auto")};
    MainMods m = {0};
    Str mode = goenv_value(env, S("GO111MODULE"));
    if (str_eq(mode, S("off"))) {
        return FAIL(err, ERR_USAGE, "GO111MODULE=off: there are no modules");
    }
    if (!str_is_among(mode, modes, COUNT_OF(modes))) {
        return goenv_refuse(err, env, S("GO111MODULE"),
                            str_format(a,
                                       "go refuses GO111MODULE=%.*s: its values are on, off, auto",
                                       STR_ARG(mode)));
    }
    GoWorkOutcome work = gowork_find(a, env, dir, &m.work_file);
    if (work == GOWORK_INVALID) {
        return FAIL(err, ERR_USAGE, "GOWORK must be an absolute path, 'off' or empty");
    }
    if (work == GOWORK_MISSING) {
        FAIL(err, ERR_USAGE, "there is no '%.*s', which GOWORK names",
             STR_ARG(goenv_value(env, S("GOWORK"))));
        return err_hint(err, "unset GOWORK, which looks for a go.work upward, or GOWORK=off");
    }
    if (work != GOWORK_FOUND) {
        m.work_file = (Str){0};
    }
    bool is_read =
        m.work_file.len > 0 ? load_workspace(a, &m, err) : load_module(a, env, dir, &m, err);
    if (!is_read || !gather_replaces(a, &m, err)) {
        return false;
    }
    gather_excludes(a, &m);
    if (!goenv_flag(env, S("mod"), &m.mod_flag)) {
        m.mod_flag = (Str){0};
    }
    m.is_vendored = find_vendored(*a, &m);
    *ret = m;
    return true;
}
