/*
 * Plugins open only in a program that was built like them: plugin.Open compares the hashes of all
 * packages that both have, and the runtime is always among them. The message names a package of the
 * library ("internal/goarch") and no reason. The reason stands in what both say of how they were
 * built (go/buildinfo): the release of Go, a flag that all packages are compiled with, the version
 * of a module that both take.
 *
 * Compared are the plugins in the working directory and in the folders of it with the programs
 * beside them that open such: those that ask the C library for dlopen. A plugin that suits one of
 * them is well, as debug and release builds lie side by side. Without such a program the Go in use
 * stands for it.
 */
#include "doctor/context.h"
#include "doctor/dynamic.h"

#include "base/path.h"
#include "go/buildinfo/buildinfo.h"
#include "os/dir.h"

#define MAX_PROGRAMS 400 /* of the working directory that are read */
#define MAX_BUILDS 32    /* plugins, and programs that open some, that are compared */
#define MAX_FOLDERS 64   /* of the working directory that may hold plugins */

typedef struct {
    Str path;
    BuildInfo info;
} Build;

typedef VEC(Build) BuildList;

typedef bool (*BuildWanted)(Arena *a, int fd, const BuildInfo *info);

/* ---- which files ---- */

static bool is_plugin(Arena *a, int fd, const BuildInfo *info)
{
    (void)a;
    (void)fd;
    return str_eq(buildinfo_setting(info, S("-buildmode")), S("plugin"));
}

static bool has_name(Str names, Str wanted)
{
    while (names.len > 0) {
        StrCut cut = str_cut(names, '\0');
        if (str_eq(cut.head, wanted)) {
            return true;
        }
        names = cut.tail;
    }
    return false;
}

static bool opens_plugins(Arena *a, int fd, const BuildInfo *info)
{
    Exe x;
    Str names;
    Err ignored;
    return info->is_64 && !is_plugin(a, fd, info) && exe_read(a, fd, &x, &ignored) == EXE_FOUND &&
           dynamic_names(&x, &names, &ignored) && has_name(names, S("dlopen"));
}

static void add_file(Doctor *d, int dirfd, Str dir, Str name, BuildWanted is_wanted,
                     BuildList *list)
{
    AUTO_CLOSE int fd = -1;
    Build build;
    Err ignored;
    Arena before = *d->arena;
    if (list->len == MAX_BUILDS || file_open(dirfd, name, &fd, &ignored) != FILE_FOUND) {
        return;
    }
    if (buildinfo_read(d->arena, fd, &build.info, &ignored) == BUILDINFO_FOUND &&
        build.info.format == EXE_FORMAT_ELF && str_eq(build.info.os, d->in->host_os) &&
        str_eq(build.info.arch, d->in->host_arch) && is_wanted(d->arena, fd, &build.info)) {
        build.path = path_join(d->arena, dir, name);
        *VEC_PUSH(d->arena, list) = build;
    } else {
        *d->arena = before;
    }
}

static bool open_listed(Doctor *d, int dirfd, Str name, int *ret_fd, DirList *ret)
{
    Err ignored; /* a folder that cannot be read has no plugins to show */
    return dir_open(dirfd, name, ret_fd, &ignored) == FILE_FOUND &&
           dir_list(d->arena, *ret_fd, ret, &ignored);
}

static void add_plugins(Doctor *d, int fd, Str dir, const DirList *files, BuildList *list)
{
    for (isize i = 0; i < files->len; i++) {
        if (files->ptr[i].kind != FILE_KIND_DIR && str_ends_with(files->ptr[i].name, S(".so"))) {
            add_file(d, fd, dir, files->ptr[i].name, is_plugin, list);
        }
    }
}

static void add_plugins_below(Doctor *d, int dirfd, Str dir, const DirList *files, BuildList *list)
{
    isize n = 0;
    for (isize i = 0; i < files->len && n < MAX_FOLDERS; i++) {
        AUTO_CLOSE int fd = -1;
        DirList inner;
        Str name = files->ptr[i].name;
        if (files->ptr[i].kind != FILE_KIND_DIR || str_starts_with(name, S("."))) {
            continue;
        }
        n++;
        if (open_listed(d, dirfd, name, &fd, &inner)) {
            add_plugins(d, fd, path_join(d->arena, dir, name), &inner, list);
        }
    }
}

static void add_programs(Doctor *d, int fd, const DirList *files, BuildList *list)
{
    isize n = 0;
    for (isize i = 0; i < files->len && n < MAX_PROGRAMS; i++) {
        if (files->ptr[i].kind != FILE_KIND_DIR && file_may_execute(fd, files->ptr[i].name)) {
            add_file(d, fd, d->in->dir, files->ptr[i].name, opens_plugins, list);
            n++;
        }
    }
}

/* ---- what differs ---- */

typedef struct {
    Str what;            /* empty: nothing */
    Str program, plugin; /* as each has it; empty: not set */
} Difference;

/* What the compiler is told for all packages, -gcflags of some only excepted. */
static bool counts_for_all(Str key, Str value)
{
    return !str_eq(key, S("-gcflags")) || str_starts_with(value, S("all="));
}

static Str setting_for_all(const BuildInfo *info, Str key)
{
    Str value = buildinfo_setting(info, key);
    return counts_for_all(key, value) ? value : (Str){0};
}

static Difference differing_setting(const BuildInfo *program, const BuildInfo *plugin)
{
    /* GOAMD64 and its kin are not compared: a plugin of another level opens. */
    static const Str keys[] = {STR_CONST("-trimpath"), STR_CONST("-race"), STR_CONST("-msan"),
                               STR_CONST("-asan"), STR_CONST("-gcflags")};
    for (isize i = 0; i < COUNT_OF(keys); i++) {
        Str one = setting_for_all(program, keys[i]), other = setting_for_all(plugin, keys[i]);
        if (!str_eq(one, other)) {
            return (Difference){keys[i], one, other};
        }
    }
    return (Difference){0};
}

static const BuildModule *origin(const BuildDependency *dep)
{
    return dep->replace.path.len > 0 ? &dep->replace : &dep->module;
}

static Difference differing_module(const BuildInfo *program, const BuildInfo *plugin)
{
    for (isize i = 0; i < program->deps.len; i++) {
        for (isize k = 0; k < plugin->deps.len; k++) {
            const BuildDependency *one = &program->deps.ptr[i], *other = &plugin->deps.ptr[k];
            if (str_eq(one->module.path, other->module.path) &&
                !str_eq(origin(one)->version, origin(other)->version)) {
                return (Difference){one->module.path, origin(one)->version, origin(other)->version};
            }
        }
    }
    return (Difference){0};
}

static Difference difference(const BuildInfo *program, const BuildInfo *plugin)
{
    if (!str_eq(program->go_version, plugin->go_version)) {
        return (Difference){S("Go"), program->go_version, plugin->go_version};
    }
    Difference found = differing_setting(program, plugin);
    return found.what.len > 0 ? found : differing_module(program, plugin);
}

/* ---- what is said ---- */

static Str shown(Str value)
{
    return value.len > 0 ? value : S("not set");
}

static void find_difference(Doctor *d, const Build *program, const Build *plugin,
                            const Difference *differs)
{
    Str host = path_base(program->path), name = path_base(plugin->path);
    doctor_find(
        d,
        (Finding){
            .severity = SEVERITY_WARN,
            .title = str_format(d->arena,
                                "%.*s cannot open the plugin %.*s: they were built with different "
                                "%.*s",
                                STR_ARG(host), STR_ARG(name), STR_ARG(differs->what)),
            .place = {.file = plugin->path},
            .evidence = str_format(d->arena, "%.*s: %.*s is %.*s; %.*s: %.*s", STR_ARG(host),
                                   STR_ARG(differs->what), STR_ARG(shown(differs->program)),
                                   STR_ARG(name), STR_ARG(shown(differs->plugin))),
            .remedy = S("build the plugin and the program with the same Go, the same flags and the "
                        "same versions of modules"),
        });
}

static void check_plugin(Doctor *d, const Build *plugin, const BuildList *programs)
{
    Difference first = {0};
    for (isize i = 0; i < programs->len; i++) {
        Difference differs = difference(&programs->ptr[i].info, &plugin->info);
        if (differs.what.len == 0) {
            return;
        }
        first = i == 0 ? differs : first;
    }
    if (programs->len > 0) {
        find_difference(d, &programs->ptr[0], plugin, &first);
    }
}

/* No program is there: the next one comes from the Go in use. */
static void check_alone(Doctor *d, const Build *plugin)
{
    Str version = buildinfo_version(&plugin->info);
    if (version.len == 0 || d->in->version.len == 0 || str_eq(version, d->in->version)) {
        return;
    }
    doctor_find(
        d, (Finding){
               .severity = SEVERITY_WARN,
               .title = str_format(d->arena,
                                   "programs that %.*s builds cannot open the plugin %.*s, "
                                   "which Go %.*s built",
                                   STR_ARG(doctor_go_name(d)), STR_ARG(path_base(plugin->path)),
                                   STR_ARG(version)),
               .place = {.file = plugin->path},
               .evidence = str_format(d->arena, "built by %.*s", STR_ARG(plugin->info.go_version)),
               .remedy = S("build the plugin and the program with the same Go, the same "
                           "flags and the same versions of modules"),
           });
}

static bool check_plugins(Doctor *d, Err *err)
{
    (void)err;
    AUTO_CLOSE int fd = -1;
    DirList files;
    BuildList plugins = {0}, programs = {0};
    if (d->in->dir.len == 0 || !open_listed(d, FILE_CWD, d->in->dir, &fd, &files)) {
        return true; /* other checks look at the folder itself */
    }
    add_plugins(d, fd, d->in->dir, &files, &plugins);
    add_plugins_below(d, fd, d->in->dir, &files, &plugins);
    if (plugins.len > 0) {
        add_programs(d, fd, &files, &programs);
    }
    for (isize i = 0; i < plugins.len; i++) {
        if (programs.len > 0) {
            check_plugin(d, &plugins.ptr[i], &programs);
        } else {
            check_alone(d, &plugins.ptr[i]);
        }
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD109"),
                .title = STR_CONST("plugins were built like the programs that open them"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST(
                    "the build information of the plugins (*.so) in the working directory and its "
                    "folders, and of the programs beside them that ask for dlopen: the release of "
                    "Go, -trimpath, -race, -msan, -asan, -gcflags=all=, the versions of modules "
                    "that "
                    "both take. Without such a program the version of the Go in use. None is run"),
                .why = STR_CONST(
                    "plugin.Open compares all packages that program and plugin share. One flag "
                    "that only one of them was built with makes another runtime of it, and the "
                    "message, \"plugin was built with a different version of package "
                    "internal/goarch\", names a package and no reason."),
                .cure = STR_CONST("build both with one Go, the same flags, from one module"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("pkg.go.dev/plugin#hdr-Warnings"),
            },
        .run = check_plugins,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_plugins = {rows, COUNT_OF(rows)};
