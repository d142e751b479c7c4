#include "doctor/gomodfile.h"

#include "base/path.h"
#include "go/env/workdir.h"
#include "go/mod/mainmods.h"
#include "go/mod/version.h"

/* ---- the main module ---- */

static bool read_text(const Doctor *d, Str path, Str *ret)
{
    Err ignored;
    return file_read_all(d->arena, FILE_CWD, path, GOMOD_MAX_FILE, ret, &ignored) == FILE_FOUND;
}

static bool read_workspace(const Doctor *d, MainModule *m)
{
    Str text;
    Err ignored;
    if (gowork_find(d->arena, d->in->env, d->in->dir, &m->work_file) != GOWORK_FOUND) {
        m->work_file = (Str){0};
        return true;
    }
    if (!read_text(d, m->work_file, &text) ||
        !gowork_parse(d->arena, m->work_file, text, &m->work, &ignored)) {
        return false;
    }
    Str base = path_dir(m->work_file);
    m->n_uses = m->work.uses.len;
    m->use_dirs = ARENA_ARRAY(d->arena, Str, m->n_uses);
    for (isize i = 0; i < m->n_uses; i++) {
        m->use_dirs[i] = path_absolute(d->arena, base, m->work.uses.ptr[i].path);
    }
    return true;
}

bool gomodfile_main(const Doctor *d, MainModule *ret)
{
    MainModule m = {0};
    Str text, other;
    Err ignored;
    Str temp = workdir_temp(d->in->env->environ);
    if (str_eq(goenv_value(d->in->env, S("GO111MODULE")), S("off")) ||
        !gomod_find(d->arena, d->in->dir, temp, &m.file)) {
        return false;
    }
    m.dir = path_dir(m.file);
    if (goenv_flag(d->in->env, S("modfile"), &other) && str_ends_with(other, S(".mod"))) {
        m.file = path_absolute(d->arena, d->in->dir, other);
    }
    m.sum = str_concat(d->arena, str_to(m.file, m.file.len - 4), S(".sum"));
    if (!read_text(d, m.file, &text) ||
        !gomod_parse(d->arena, m.file, text, GOMOD_STRICT, &m.mod, &ignored) ||
        !read_workspace(d, &m)) {
        return false;
    }
    *ret = m;
    return true;
}

Str gomodfile_mod_flag(const Doctor *d)
{
    Str value;
    return goenv_flag(d->in->env, S("mod"), &value) ? value : (Str){0};
}

bool gomodfile_is_vendored(const Doctor *d, const MainModule *m)
{
    Str flag = gomodfile_mod_flag(d), text = {0};
    FileStat st;
    Err ignored;
    bool in_workspace = m->work_file.len > 0;
    Str top = in_workspace ? path_dir(m->work_file) : m->dir;
    Str version = in_workspace ? m->work.go.version : m->mod.go.version;
    Str vendor = path_join(d->arena, top, S("vendor"));
    if (flag.len > 0) {
        return str_eq(flag, S("vendor"));
    }
    if (version.len == 0 || goversion_compare(version, S("1.14")) < 0 ||
        (in_workspace && doctor_go_is_before(d, S("1.22"))) ||
        file_stat(FILE_CWD, vendor, &st, &ignored) != FILE_FOUND || st.kind != FILE_KIND_DIR) {
        return false;
    }
    read_text(d, path_join(d->arena, vendor, S("modules.txt")), &text);
    return mainmods_is_of_workspace(text) == in_workspace;
}

const GoModReplace *gomodfile_find_replacement(const GoModReplace *lines, isize n, Str path,
                                               Str version)
{
    const GoModReplace *for_all = NULL;
    for (isize i = 0; i < n; i++) {
        if (!str_eq(lines[i].old_path, path)) {
            continue;
        }
        if (str_eq(lines[i].old_version, version)) {
            return &lines[i];
        }
        if (lines[i].old_version.len == 0) {
            for_all = &lines[i];
        }
    }
    return for_all;
}

const GoModReplace *gomodfile_replacement(const MainModule *m, Str path, Str version)
{
    const GoModReplace *of_work =
        gomodfile_find_replacement(m->work.replaces.ptr, m->work.replaces.len, path, version);
    return of_work != NULL ? of_work
                           : gomodfile_find_replacement(m->mod.replaces.ptr, m->mod.replaces.len,
                                                        path, version);
}

bool gomodfile_read_sums(const Doctor *d, const MainModule *m, GoSum *ret, Err *err)
{
    *ret = gosum_init(d->arena);
    if (!gosum_add_file(d->arena, ret, m->sum, err)) {
        return false;
    }
    if (m->work_file.len == 0) {
        return true;
    }
    bool ok = gosum_add_file(d->arena, ret, str_concat(d->arena, m->work_file, S(".sum")), err);
    for (isize i = 0; i < m->n_uses && ok; i++) {
        Str file = path_join(d->arena, m->use_dirs[i], S("go.sum"));
        ok = str_eq(file, m->sum) || gosum_add_file(d->arena, ret, file, err);
    }
    return ok;
}
