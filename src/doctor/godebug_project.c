#include "doctor/godebug_project.h"

#include "base/path.h"
#include "base/sort.h"
#include "base/strbuf.h"
#include "go/env/workdir.h"
#include "go/mod/gowork.h"
#include "go/mod/version.h"
#include "os/dir.h"

#define MAX_SOURCES 400        /* Go files of the directory that are opened */
#define MAX_HEAD (64 * KIB)    /* bytes of each: the package clause comes early */
#define MAX_MINOR 1000         /* of a go line */
#define NO_GO_LINE S("1.16")   /* what Go takes for a go.mod without one */
#define NO_WORK_LINE S("1.18") /* and for a go.work */

/* ---- //go:debug ---- */

/* Go's rule is kept as it is: any comment that begins so is one, "//go:debugger x=1" too. */
static void add_directive(Arena *a, Str path, isize number, Str text, GodebugLineList *lines)
{
    isize space = 0;
    while (space < text.len && text.ptr[space] != ' ' && text.ptr[space] != '\t') {
        space++;
    }
    if (space == text.len && !str_eq(str_trim(text), S("//go:debug"))) {
        return;
    }
    StrCut pair = str_cut(str_trim(str_from(text, space)), '=');
    *VEC_PUSH(a, lines) = (GodebugLine){.key = str_copy(a, pair.head),
                                        .value = str_copy(a, pair.tail),
                                        .has_value = pair.found,
                                        .is_certain = true,
                                        .place = {.file = path, .line = number}};
}

/* The rest of the line after block comments; *in_comment: one goes on in the next line. */
static Str skip_block_comments(Str line, bool *in_comment)
{
    for (;;) {
        line = str_trim(line);
        if (!*in_comment && !str_eat_prefix(&line, S("/*"))) {
            return line;
        }
        isize end = str_index(line, S("*/"));
        *in_comment = end < 0;
        if (end < 0) {
            return (Str){0};
        }
        line = str_from(line, end + 2);
    }
}

static bool is_constraint(Str line)
{
    return str_starts_with(line, S("//go:build")) || str_starts_with(line, S("// +build"));
}

void godebug_source_parse(Arena *a, Str path, Str text, GodebugLineList *lines, Str *ret_package)
{
    Str line, word;
    bool in_comment = false, is_constrained = false;
    isize first = lines->len;
    *ret_package = (Str){0};
    for (isize number = 1; str_next_line(&text, &line); number++) {
        line = skip_block_comments(line, &in_comment);
        is_constrained = is_constrained || is_constraint(line);
        if (str_starts_with(line, S("//go:debug"))) {
            add_directive(a, path, number, line, lines);
        } else if (line.len > 0 && !str_starts_with(line, S("//"))) {
            if (str_next_field(&line, &word) && str_eq(word, S("package")) &&
                str_next_field(&line, &word)) {
                *ret_package = str_cut(word, ';').head;
            }
            break;
        }
    }
    for (isize i = first; i < lines->len; i++) {
        lines->ptr[i].is_certain = !is_constrained;
    }
}

/* head has MAX_HEAD bytes. */
static bool read_head(Str path, char *head, Str *ret)
{
    AUTO_CLOSE int fd = -1;
    Err ignored;
    FileStat st;
    isize n;
    if (file_open(FILE_CWD, path, &fd, &ignored) != FILE_FOUND || !file_fstat(fd, &st, &ignored) ||
        st.kind != FILE_KIND_REGULAR || !file_read(fd, head, MAX_HEAD, &n, &ignored)) {
        return false;
    }
    *ret = (Str){head, n};
    return true;
}

/* Whether the name says for which system or architecture the file is: its last words are then
 * names of one. */
static bool is_for_some_target(Doctor *d, Str name)
{
    Err ignored;
    const PortList *ports = doctor_ports_of_go(d, &ignored);
    str_eat_suffix(&name, S(".go"));
    Str last = str_cut_last(name, '_').tail;
    for (isize i = 0; ports != NULL && i < ports->len; i++) {
        if (str_eq(ports->ptr[i].os, last) || str_eq(ports->ptr[i].arch, last)) {
            return true;
        }
    }
    return false;
}

static void read_source(Doctor *d, Str name, char *head, GodebugProject *project)
{
    Str path = path_join(d->arena, d->in->dir, name);
    Str text, package;
    GodebugLineList lines = {0};
    if (!read_head(path, head, &text)) {
        return;
    }
    godebug_source_parse(d->arena, path, text, &lines, &package);
    bool is_main = str_eq(package, S("main"));
    bool is_certain = !is_for_some_target(d, name);
    project->is_main = project->is_main || is_main;
    for (isize i = 0; i < lines.len; i++) {
        lines.ptr[i].is_certain = lines.ptr[i].is_certain && is_certain;
        *VEC_PUSH(d->arena, is_main ? &project->source : &project->misplaced) = lines.ptr[i];
    }
}

static void read_sources(Doctor *d, GodebugProject *project)
{
    AUTO_CLOSE int fd = -1;
    DirList list;
    Err ignored;
    isize n = 0;
    char *head = ARENA_ARRAY(d->arena, char, MAX_HEAD);
    if (dir_open(FILE_CWD, d->in->dir, &fd, &ignored) != FILE_FOUND ||
        !dir_list(d->arena, fd, &list, &ignored)) {
        return;
    }
    for (isize i = 0; i < list.len && n < MAX_SOURCES; i++) {
        Str name = list.ptr[i].name;
        bool is_source = str_ends_with(name, S(".go")) && !str_ends_with(name, S("_test.go")) &&
                         name.ptr[0] != '_' && name.ptr[0] != '.';
        if (is_source && list.ptr[i].kind != FILE_KIND_DIR) {
            read_source(d, name, head, project);
            n++;
        }
    }
}

/* ---- go.mod and go.work ---- */

static void add_lines(Arena *a, Str path, const GoModGodebug *lines, isize n, GodebugLineList *ret)
{
    for (isize i = 0; i < n; i++) {
        *VEC_PUSH(a, ret) = (GodebugLine){.key = lines[i].key,
                                          .value = lines[i].value,
                                          .has_value = true,
                                          .is_certain = true,
                                          .place = {.file = path, .line = lines[i].pos.line}};
    }
}

static bool read_module(Doctor *d, GoMod *ret, Str *ret_path)
{
    Str text;
    Err ignored;
    return gomod_find(d->arena, d->in->dir, workdir_temp(d->in->env->environ), ret_path) &&
           file_read_all(d->arena, FILE_CWD, *ret_path, GOMOD_MAX_FILE, &text, &ignored) ==
               FILE_FOUND &&
           gomod_parse(d->arena, *ret_path, text, GOMOD_STRICT, ret, &ignored);
}

static bool read_workspace(Doctor *d, GoWork *ret, Str *ret_path)
{
    Str text;
    Err ignored;
    return gowork_find(d->arena, d->in->env, d->in->dir, ret_path) == GOWORK_FOUND &&
           file_read_all(d->arena, FILE_CWD, *ret_path, GOMOD_MAX_FILE, &text, &ignored) ==
               FILE_FOUND &&
           gowork_parse(d->arena, *ret_path, text, ret, &ignored);
}

static void read_module_lines(Doctor *d, GodebugProject *project)
{
    GoWork work;
    GoMod module;
    Str work_path, module_path;
    if (str_eq(goenv_value(d->in->env, S("GO111MODULE")), S("off"))) {
        return;
    }
    if (read_workspace(d, &work, &work_path)) {
        project->is_workspace = true;
        project->go = work.go.version.len > 0 ? work.go.version : NO_WORK_LINE;
        add_lines(d->arena, work_path, work.godebugs.ptr, work.godebugs.len, &project->module);
    }
    if (read_module(d, &module, &module_path)) {
        if (!project->is_workspace) {
            project->go = module.go.version.len > 0 ? module.go.version : NO_GO_LINE;
        }
        add_lines(d->arena, module_path, module.godebugs.ptr, module.godebugs.len,
                  project->is_workspace ? &project->passed : &project->module);
    }
    project->is_module = project->go.len > 0;
}

void godebug_project_read(Doctor *d, GodebugProject *ret)
{
    GodebugProject project = {0};
    read_module_lines(d, &project);
    read_sources(d, &project);
    *ret = project;
}

/* ---- what a program carries ---- */

typedef struct {
    Str key, value;
} Setting;

typedef VEC(Setting) SettingList;

static void set(Arena *a, SettingList *list, Str key, Str value)
{
    for (isize i = 0; i < list->len; i++) {
        if (str_eq(list->ptr[i].key, key)) {
            list->ptr[i].value = value;
            return;
        }
    }
    *VEC_PUSH(a, list) = (Setting){key, value};
}

static int compare_settings(const void *x, const void *y)
{
    return str_compare(((const Setting *)x)->key, ((const Setting *)y)->key);
}

/* The minor number of "1.N" and "1.N.P"; false for "1.21rc1", which Go takes for the newest. */
static bool minor_of(Str version, int64_t *ret)
{
    return str_eat_prefix(&version, S("1.")) &&
           str_parse_decimal(str_cut(version, '.').head, MAX_MINOR, ret);
}

/* The lines in their order: a later one of a key counts. */
static void apply(Arena *a, const GodebugLineList *lines, SettingList *ret, Str *go)
{
    for (isize i = 0; i < lines->len; i++) {
        Str value = lines->ptr[i].value;
        if (!lines->ptr[i].has_value || !lines->ptr[i].is_certain) {
            continue;
        }
        if (!str_eq(lines->ptr[i].key, S("default"))) {
            set(a, ret, lines->ptr[i].key, value);
        } else if (str_eat_prefix(&value, S("go")) && goversion_is_valid(value)) {
            *go = value;
        }
    }
}

Str godebug_project_default(const Doctor *d, Arena *a, const GodebugTable *table,
                            const GodebugProject *project, isize *ret_n_old)
{
    SettingList asked = {0}, all = {0};
    Str go = project->go;
    Str fips = goenv_value(d->in->env, S("GOFIPS140"));
    int64_t minor;
    if (doctor_go_is_at_least(d, S("1.24")) && fips.len > 0 && !str_eq(fips, S("off"))) {
        set(a, &asked, S("fips140"), S("on"));
    }
    apply(a, &project->module, &asked, &go);
    apply(a, &project->source, &asked, &go);
    for (isize i = 0; minor_of(go, &minor) && i < table->keys.len; i++) {
        if (table->keys.ptr[i].is_setting && minor < table->keys.ptr[i].changed) {
            set(a, &all, table->keys.ptr[i].name, table->keys.ptr[i].old);
        }
    }
    *ret_n_old = all.len;
    for (isize i = 0; i < asked.len; i++) {
        set(a, &all, asked.ptr[i].key, asked.ptr[i].value);
    }
    sort_array(all.ptr, all.len, (isize)sizeof(Setting), compare_settings);
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < all.len; i++) {
        strbuf_add_format(&b, "%s%.*s=%.*s", i > 0 ? "," : "", STR_ARG(all.ptr[i].key),
                          STR_ARG(all.ptr[i].value));
    }
    return strbuf_str(&b);
}
