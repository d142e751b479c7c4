/* From the environment to a target: what cmd/go's cfg and work packages decide before they look at
 * any file. */
#include "go/load/target.h"

#include "go/load/levels.h"
#include "go/root/defaultcc.h"
#include "go/root/experiments.h"
#include "go/root/goroot.h"
#include "go/root/gosource.h"
#include "go/root/portlist.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/spawn.h"

#define MAX_MINOR 1000 /* of a release; there will be others before */

typedef struct {
    Arena *arena;
    const GoEnv *env;
    Str goroot;
    Target target;
} Maker;

/* src/internal/goversion: "const Version = 27" */
static bool read_release(Maker *m, Err *err)
{
    Str text, line;
    if (!gosource_read(m->arena, m->goroot, S("internal/goversion/goversion.go"), &text, err)) {
        return false;
    }
    while (gosource_next_line(&text, &line)) {
        int64_t minor;
        if (str_eat_prefix(&line, S("const Version = ")) &&
            str_parse_decimal(line, MAX_MINOR, &minor)) {
            m->target.go_minor = (isize)minor;
            return true;
        }
    }
    return FAIL(err, ERR_FORMAT, "no release can be seen in '%.*s/src/internal/goversion'",
                STR_ARG(m->goroot));
}

static bool read_names(Maker *m, Err *err)
{
    Str text;
    return (gosource_read(m->arena, m->goroot, S("internal/syslist/syslist.go"), &text, err) ||
            gosource_read(m->arena, m->goroot, S("go/build/syslist.go"), &text, err)) &&
           target_names_parse(m->arena, text, &m->target.names, err);
}

/* ---- cgo ---- */

static bool is_native(const Maker *m)
{
    Goroot root;
    Err ignored;
    return goroot_read(m->arena, m->goroot, &root, &ignored) == GOROOT_FOUND &&
           str_eq(root.os, m->target.os) && str_eq(root.arch, m->target.arch);
}

/* CC in the environment, or the compiler that is taken without it, is what turns cgo on (since Go
 * 1.20; before, nobody asked). */
static bool has_compiler(const Maker *m)
{
    Str path;
    return m->target.go_minor < 20 || environ_value(m->env->environ, S("CC")).len > 0 ||
           spawn_find(m->arena, m->env->environ,
                      defaultcc_read(m->arena, m->goroot, m->target.os, m->target.arch), &path);
}

/* What whoever built the Go laid down: "1", "0", or nothing. */
static Str built_in_cgo(const Maker *m)
{
    Str text, line, value = {0};
    Err ignored;
    if (gosource_read(m->arena, m->goroot, S("internal/buildcfg/zbootstrap.go"), &text, &ignored)) {
        while (gosource_next_line(&text, &line)) {
            if (str_eat_prefix(&line, S("const DefaultCGO_ENABLED"))) {
                gosource_next_quoted(&line, &value);
            }
        }
    }
    return value;
}

static bool decide_cgo(const Maker *m, const Port *port)
{
    Str set = goenv_value(m->env, S("CGO_ENABLED"));
    if (!str_eq(set, S("0")) && !str_eq(set, S("1"))) {
        set = built_in_cgo(m);
    }
    if (str_eq(set, S("0")) || str_eq(set, S("1"))) {
        return str_eq(set, S("1"));
    }
    return port->has_cgo && is_native(m) && has_compiler(m);
}

/* ---- tags ---- */

static bool has_flag(const GoEnv *env, Str name)
{
    Str value;
    return goenv_flag(env, name, &value) &&
           (value.len == 0 || str_eq(value, S("true")) || str_eq(value, S("1")));
}

/* Parted by commas; by blanks when there is one, or a quote, as up to Go 1.12. */
static void add_tags(Arena *a, Str text, Strs *tags)
{
    bool is_old = str_index_byte(text, ' ') >= 0 || str_index_byte(text, '\'') >= 0;
    Str word;
    if (is_old) {
        while (str_next_field(&text, &word)) {
            str_eat_prefix(&word, S("'"));
            str_eat_suffix(&word, S("'"));
            *VEC_PUSH(a, tags) = word;
        }
        return;
    }
    while (text.len > 0) {
        StrCut cut = str_cut(text, ',');
        if (cut.head.len > 0) {
            *VEC_PUSH(a, tags) = cut.head;
        }
        text = cut.tail;
    }
}

/* -race and its kin: a tag, and a suffix of where packages are installed. */
static void add_instrument(Maker *m, Str name, bool *ret_is_on)
{
    Target *t = &m->target;
    *ret_is_on = has_flag(m->env, name);
    if (*ret_is_on) {
        t->install_suffix =
            t->install_suffix.len == 0
                ? name
                : str_format(m->arena, "%.*s_%.*s", STR_ARG(t->install_suffix), STR_ARG(name));
        *VEC_PUSH(m->arena, &t->tool_tags) = name;
    }
}

static bool set_experiment(ExperimentList *list, Str name, bool is_on)
{
    bool is_found = false;
    for (isize i = 0; i < list->len; i++) {
        Experiment *e = &list->ptr[i];
        bool is_alias = str_eq(name, S("regabi")) &&
                        (str_eq(e->name, S("regabiwrappers")) || str_eq(e->name, S("regabiargs")));
        if (is_alias || str_eq(e->name, name) || str_eq(name, S("none"))) {
            e->by_default = is_on ? EXPERIMENT_ON : EXPERIMENT_OFF;
            is_found = true;
        }
    }
    return is_found || str_eq(name, S("none"));
}

static bool add_experiments(Maker *m, Err *err)
{
    ExperimentList list;
    Target *t = &m->target;
    if (!experiments_read(m->arena, m->goroot, t->os, t->arch, &list, err)) {
        return false;
    }
    Str words = goenv_value(m->env, S("GOEXPERIMENT"));
    while (words.len > 0) {
        StrCut cut = str_cut(words, ',');
        Str name = cut.head;
        bool is_none = str_eq(name, S("none"));
        bool is_off = is_none || str_eat_prefix(&name, S("no"));
        if (name.len > 0 && !set_experiment(&list, name, !is_off)) {
            return FAIL(err, ERR_USAGE, "unknown GOEXPERIMENT %.*s", STR_ARG(name));
        }
        words = cut.tail;
    }
    if (list.regabi_always_on || !list.regabi_supported) {
        set_experiment(&list, S("regabi"), list.regabi_always_on);
    }
    for (isize i = 0; i < list.len; i++) {
        if (list.ptr[i].by_default == EXPERIMENT_ON) {
            *VEC_PUSH(m->arena, &t->tool_tags) =
                str_concat(m->arena, S("goexperiment."), list.ptr[i].name);
        }
    }
    return true;
}

/* The architecture whose levels are tags: as for their values, only the process counts. */
static Str arch_of_levels(const GoEnv *env, const TargetWish *wish)
{
    Str said = wish->arch.len > 0 ? wish->arch : environ_value(env->environ, S("GOARCH"));
    return said.len > 0 ? said : proc_host().arch;
}

bool target_of_env(Arena *a, const GoEnv *env, Str goroot, const TargetWish *wish, Target *ret,
                   Err *err)
{
    const TargetWish none = {0};
    wish = wish != NULL ? wish : &none;
    Maker m = {.arena = a, .env = env, .goroot = goroot};
    Target *t = &m.target;
    t->os = wish->os.len > 0 ? wish->os : goenv_value(env, S("GOOS"));
    t->arch = wish->arch.len > 0 ? wish->arch : goenv_value(env, S("GOARCH"));
    t->compiler = S("gc");
    PortList ports;
    if (!portlist_read(a, goroot, &ports, err) || !read_release(&m, err) || !read_names(&m, err)) {
        return false;
    }
    const Port *port = portlist_find(&ports, t->os, t->arch);
    if (port == NULL) {
        return FAIL(err, ERR_USAGE, "unsupported GOOS/GOARCH pair %.*s/%.*s", STR_ARG(t->os),
                    STR_ARG(t->arch));
    }
    t->has_cgo = decide_cgo(&m, port);
    Str tags = {0};
    goenv_flag(env, S("tags"), &tags);
    add_tags(a, wish->tags != NULL ? *wish->tags : tags, &t->tags);
    goenv_flag(env, S("installsuffix"), &t->install_suffix);
    if (!add_experiments(&m, err) ||
        !levels_add_tags(a, env->environ, goroot, arch_of_levels(env, wish), &t->tool_tags, err)) {
        return false;
    }
    add_instrument(&m, S("race"), &t->is_race);
    add_instrument(&m, S("msan"), &t->is_msan);
    add_instrument(&m, S("asan"), &t->is_asan);
    *ret = *t;
    return true;
}
