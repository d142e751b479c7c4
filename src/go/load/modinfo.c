#include "go/load/modinfo.h"

#include "base/path.h"
#include "format/json.h"
#include "go/mod/version.h"

#define FIRST_WITH_SUMS S("1.23") /* releases of Go that show what go.sum has */
#define INFO_MAX_LEN (1 * MIB)    /* of the .info file of a version; they have some 200 bytes */

/* What the proxy said of the version. */
static Str time_of(Arena *a, Str go_mod_file)
{
    Str text, stem = go_mod_file;
    Err ignored;
    const JsonValue *info;
    if (!str_eat_suffix(&stem, S(".mod")) ||
        file_read_all(a, FILE_CWD, str_concat(a, stem, S(".info")), INFO_MAX_LEN, &text,
                      &ignored) != FILE_FOUND ||
        !json_parse(a, text, &info, &ignored)) {
        return (Str){0};
    }
    return json_get_str(info, S("Time"), (Str){0});
}

static Str sum_of(const Loaded *l, ModVersion m, bool is_go_mod)
{
    const GoSumLine *line =
        gosum_find(*l->arena, &l->requirements.sums, m.path, m.version, is_go_mod);
    bool is_shown = goversion_compare(l->options.go_version, FIRST_WITH_SUMS) >= 0;
    return line == NULL || !is_shown ? (Str){0} : line->hash;
}

/* What the module cache has of a version. */
static void complete(Arena *a, const Loaded *l, ModVersion m, ModInfo *info)
{
    const Requirements *r = &l->requirements;
    Str file, dir;
    bool must = r->mains->work_file.len == 0 && !str_eq(r->mains->mod_flag, S("mod"));
    if (modsummary_place(a, r->cache, m, &file)) {
        info->time = time_of(a, file);
        if (!must || gosum_find(*a, &r->sums, m.path, m.version, true) != NULL) {
            info->go_mod = file_is_regular(FILE_CWD, file) ? file : (Str){0};
        }
    }
    if (requirements_place_in_cache(a, r->cache, m, &dir) && file_is_dir(FILE_CWD, dir) &&
        (!must || gosum_find(*a, &r->sums, m.path, m.version, false) != NULL)) {
        info->dir = dir;
    }
    info->sum = sum_of(l, m, false);
    info->go_mod_sum = sum_of(l, m, true);
}

static const ModInfo *info_of_replacement(Arena *a, const Loaded *l, isize module)
{
    const Requirements *r = &l->requirements;
    const LoadModule *m = &r->modules.ptr[module];
    ModInfo *to = ARENA_NEW(a, ModInfo);
    *to = (ModInfo){.path = m->replace->to.path, .version = m->replace->to.version};
    to->go_version = requirements_go_of(a, r, module);
    if (to->version.len == 0) {
        to->dir = m->replace->dir;
        to->go_mod = path_join(a, to->dir, S("go.mod"));
    } else if (!r->is_vendored) {
        complete(a, l, m->replace->to, to);
    }
    return to;
}

static void fill(Arena *a, const Loaded *l, isize module, ModInfo *info)
{
    const Requirements *r = &l->requirements;
    const LoadModule *m = &r->modules.ptr[module];
    *info = (ModInfo){.path = m->mod.path, .version = m->mod.version};
    info->go_version = requirements_go_of(a, r, module);
    if (m->main != NULL) {
        info->is_main = true;
        info->dir = m->main->dir;
        info->go_mod = path_join(a, m->main->dir, S("go.mod"));
        return;
    }
    info->is_indirect = !m->is_direct;
    if (m->replace != NULL) {
        info->replace = info_of_replacement(a, l, module);
        if (!r->is_vendored) {
            info->dir = info->replace->dir;
            info->go_mod = info->replace->go_mod;
        }
    } else if (!r->is_vendored) {
        complete(a, l, m->mod, info);
    }
}

const ModInfo *modinfo_of(Arena *a, Loaded *l, isize module)
{
    if (l->mod_infos == NULL) {
        l->mod_infos = ARENA_ARRAY(a, ModInfo *, l->requirements.modules.len);
    }
    if (l->mod_infos[module] == NULL) {
        ModInfo *info = ARENA_NEW(a, ModInfo);
        fill(a, l, module, info);
        l->mod_infos[module] = info;
    }
    return l->mod_infos[module];
}
