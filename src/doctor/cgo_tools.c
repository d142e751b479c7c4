/*
 * The commands and flags that the environment gives to cgo.
 *
 * cmd/go splits them into words itself. CC, CXX and FC are looked at before anything is built,
 * whatever the target and whether cgo is on (BuildInit of cmd/go/internal/work); the others when
 * the first package with C in it is built, and then a quote without its end is a crash of the go
 * command. AR is for gccgo alone.
 */
#include "doctor/cgo_command.h"
#include "doctor/cgo_files.h"

#include "base/path.h"

typedef enum {
    USE_ALWAYS,     /* parsed by every build, and the program must have an absolute path */
    USE_PKG_CONFIG, /* by packages with #cgo pkg-config lines */
    USE_FLAGS,      /* words for the compiler and the linker */
    USE_NEVER,      /* by the standard toolchain */
} Use;

static const struct {
    Str name;
    Use use;
} variables[] = {
    {STR_CONST("CC"), USE_ALWAYS},          {STR_CONST("CXX"), USE_ALWAYS},
    {STR_CONST("FC"), USE_ALWAYS},          {STR_CONST("PKG_CONFIG"), USE_PKG_CONFIG},
    {STR_CONST("CGO_CFLAGS"), USE_FLAGS},   {STR_CONST("CGO_CPPFLAGS"), USE_FLAGS},
    {STR_CONST("CGO_CXXFLAGS"), USE_FLAGS}, {STR_CONST("CGO_FFLAGS"), USE_FLAGS},
    {STR_CONST("CGO_LDFLAGS"), USE_FLAGS},  {STR_CONST("AR"), USE_NEVER},
};

typedef struct {
    bool is_on;                /* cgo */
    const CgoFile *c_file;     /* the first file of the module with import "C", or NULL */
    bool has_cxx;              /* a package with C in it has C++ as well */
    const CgoLine *pkg_config; /* the first such line of the module, or NULL */
} Surroundings;

/* ---- can it be read? ---- */

/* Whether it can; when not, that is what is found. */
static bool check_words(Doctor *d, const Variable *v, Use use, bool is_on, CgoWords *ret)
{
    const char *name = v->name.ptr;
    int len = (int)v->name.len;
    if (!cgo_split(d->arena, v->got.value, ret)) {
        if (use == USE_ALWAYS) {
            doctor_find_variable(d, SEVERITY_ERROR, v, (Str){0},
                                 "a quote in %.*s has no end: every build stops", len, name);
        } else if (is_on) {
            doctor_find_variable(d, SEVERITY_ERROR, v, (Str){0},
                                 "a quote in %.*s has no end: the go command crashes when it "
                                 "builds a package with C in it",
                                 len, name);
        }
        return false;
    }
    if (ret->len == 0) {
        bool crashes = is_on && (str_eq(v->name, S("CC")) || use == USE_PKG_CONFIG);
        if (crashes) {
            doctor_find_variable(d, SEVERITY_ERROR, v, (Str){0},
                                 "%.*s is nothing but white space: the go command cannot build a "
                                 "package with C in it",
                                 len, name);
        }
        return false;
    }
    Str program = ret->ptr[0];
    if (use == USE_ALWAYS && !path_is_absolute(program) && str_index_byte(program, '/') >= 0) {
        Str absolute = path_absolute(d->arena, d->in->dir, program), found;
        bool is_there = cgo_find_program(d, absolute, &found);
        doctor_find_variable(d, SEVERITY_ERROR, v, is_there ? absolute : (Str){0},
                             "%.*s is a relative path, which the go command refuses: every build "
                             "stops",
                             len, name);
        return false;
    }
    return true;
}

/* ---- is it there? ---- */

/* How bad it is that the program is missing: SEVERITY_NONE when another check tells. */
static Severity missing(const Surroundings *s, Str name, Use use)
{
    if (str_eq(name, S("CC")) || use == USE_FLAGS || !s->is_on) {
        return SEVERITY_NONE;
    }
    if (use == USE_NEVER) {
        return SEVERITY_INFO;
    }
    bool is_used =
        use == USE_PKG_CONFIG ? s->pkg_config != NULL : str_eq(name, S("CXX")) && s->has_cxx;
    return is_used ? SEVERITY_ERROR : SEVERITY_WARN;
}

static void check_variable(Doctor *d, const Surroundings *s, const Variable *v, Use use)
{
    CgoWords words;
    Str path;
    if (!check_words(d, v, use, s->is_on, &words)) {
        return;
    }
    Severity severity = missing(s, v->name, use);
    if (severity == SEVERITY_NONE || cgo_find_program(d, words.ptr[0], &path)) {
        return;
    }
    doctor_find_variable(d, severity, v, (Str){0}, "%.*s names %.*s, which is not there%s",
                         STR_ARG(v->name), STR_ARG(words.ptr[0]),
                         use == USE_NEVER            ? "; only gccgo would use it"
                         : severity == SEVERITY_WARN ? ": packages that need it do not build"
                                                     : ": a package here does not build");
}

/* ---- pkg-config ---- */

static void check_pkg_config(Doctor *d, const CgoLine *line)
{
    static const Str places[] = {STR_CONST("PKG_CONFIG_PATH"), STR_CONST("PKG_CONFIG_LIBDIR"),
                                 STR_CONST("PKG_CONFIG_SYSROOT_DIR")};
    Str path;
    Place place = {.file = line->file, .line = line->line};
    Str evidence = str_format(d->arena, "#cgo pkg-config: %.*s", STR_ARG(line->text));
    Variable v = doctor_variable(d, S("PKG_CONFIG"));
    if (v.got.value.len > 0) {
        return; /* whoever set it knows for which machine it answers */
    }
    if (!cgo_find_program(d, S("pkg-config"), &path)) {
        doctor_find(d, (Finding){.severity = SEVERITY_ERROR,
                                 .title = S("a package here asks pkg-config, which is not there: "
                                            "it does not build"),
                                 .place = place,
                                 .evidence = evidence,
                                 .remedy = S("install pkg-config (pkgconf)")});
        return;
    }
    for (isize i = 0; i < COUNT_OF(places); i++) {
        if (environ_value(d->in->env->environ, places[i]).len > 0) {
            return;
        }
    }
    if (!cgo_is_native(d->in)) {
        doctor_find(
            d,
            (Finding){.severity = SEVERITY_WARN,
                      .title = str_format(d->arena,
                                          "the build is for %.*s/%.*s, and pkg-config answers with "
                                          "the libraries of this machine",
                                          STR_ARG(d->in->os), STR_ARG(d->in->arch)),
                      .place = place,
                      .evidence = str_format(d->arena,
                                             "%.*s\nPKG_CONFIG, PKG_CONFIG_PATH, PKG_CONFIG_LIBDIR "
                                             "and PKG_CONFIG_SYSROOT_DIR are not set",
                                             STR_ARG(evidence)),
                      .remedy = S("export PKG_CONFIG_LIBDIR to the target's lib/pkgconfig, or "
                                  "PKG_CONFIG to a pkg-config for the target")});
    }
}

/* Before Go 1.20 cgo stays on without a compiler. GWD003 speaks where it was asked for; else it
 * matters to packages with C in them alone, as that Go brought net and its kin compiled. */
static void check_old_go(Doctor *d, const Surroundings *s)
{
    Str cc = cgo_default_cc(d), path;
    Variable v = doctor_variable(d, S("CC"));
    bool is_asked = goenv_value(d->in->env, S("CGO_ENABLED")).len > 0;
    if (!s->is_on || s->c_file == NULL || is_asked || v.got.value.len > 0 ||
        cgo_find_program(d, cc, &path)) {
        return;
    }
    doctor_find(d,
                (Finding){
                    .severity = SEVERITY_ERROR,
                    .title = str_format(d->arena,
                                        "a package here has C in it, and the C compiler %.*s is "
                                        "not there: it does not build",
                                        STR_ARG(cc)),
                    .place = {.file = s->c_file->path, .line = s->c_file->import_line},
                    .evidence = str_format(d->arena, "PATH=%.*s",
                                           STR_ARG(environ_value(d->in->env->environ, S("PATH")))),
                    .remedy = str_format(d->arena, "install %.*s", STR_ARG(cc)),
                });
}

static Surroundings look_around(const CgoPackages *packages, bool is_on)
{
    Surroundings s = {.is_on = is_on};
    for (isize p = packages->len - 1; p >= 0; p--) {
        const CgoPackage *package = &packages->ptr[p];
        s.has_cxx |= package->has_cxx;
        for (isize i = package->files.len - 1; i >= 0; i--) {
            const CgoFile *file = &package->files.ptr[i];
            s.c_file = file->imports_c && file->builds_with ? file : s.c_file;
        }
        for (isize i = package->lines.len - 1; i >= 0; i--) {
            if (str_eq(package->lines.ptr[i].verb, S("pkg-config"))) {
                s.pkg_config = &package->lines.ptr[i];
            }
        }
    }
    return s;
}

static bool check_tools(Doctor *d, Err *err)
{
    const CgoPackages *packages;
    CgoState state = cgo_state(d);
    if (state == CGO_UNKNOWN) {
        return true;
    }
    if (!cgo_module_packages(d, &packages, err)) {
        return false;
    }
    Surroundings s = look_around(packages, state == CGO_ON);
    for (isize i = 0; i < COUNT_OF(variables); i++) {
        Variable v = doctor_variable(d, variables[i].name);
        if (v.got.value.len > 0) {
            check_variable(d, &s, &v, variables[i].use);
        }
    }
    check_old_go(d, &s);
    if (s.is_on && s.pkg_config != NULL) {
        check_pkg_config(d, s.pkg_config);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD081"),
                .title = STR_CONST("the commands and flags for cgo can be read and are there"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "CC, CXX, FC, PKG_CONFIG, AR and CGO_CFLAGS with its kin, split into words as "
                    "the go command does; PATH; the #cgo pkg-config lines of the module's Go "
                    "files; for another target PKG_CONFIG_PATH, PKG_CONFIG_LIBDIR and "
                    "PKG_CONFIG_SYSROOT_DIR"),
                .why = STR_CONST(
                    "The go command splits these variables itself, with quotes and without "
                    "backslashes. A relative path or a quote without end in CC, CXX or FC stops "
                    "every build, also one without C; a quote without end in the others is a "
                    "crash of the go command, with a stack trace.\n\n"
                    "A program that is not there is met late: CXX with the first file of C++, "
                    "pkg-config with the first #cgo pkg-config line. For another target a plain "
                    "pkg-config answers with this machine's headers and libraries, and the linker "
                    "fails with files in the wrong format, or takes them."),
                .cure = STR_CONST("unset the variable, or export it with an absolute path; install "
                                  "pkg-config"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go help environment, cmd/go/internal/work (BuildInit), "
                                    "cmd/internal/quoted"),
            },
        .run = check_tools,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_cgo_tools = {rows, COUNT_OF(rows)};
