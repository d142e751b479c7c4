#include "doctor/variables.h"

#include "base/panic.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/strbuf.h"
#include "doctor/cgo_command.h"
#include "go/env/workdir.h"
#include "go/mod/gomod.h"
#include "go/mod/gowork.h"
#include "go/mod/version.h"
#include "go/root/archlevels.h"
#include "go/root/gosource.h"
#include "os/file.h"

#define MODE_MAX_LEN (4 * KIB) /* of the file that holds the mode of telemetry */

typedef struct Row Row;
typedef struct {
    Doctor doctor;
    Row const *row;
} Lister;

/* Sets value; and origin where that is not what goenv_get says. */
typedef void (*Compute)(Lister *l, GoVariable *v);

struct Row {
    Str name;
    Str since; /* the first Go that shows it; empty: before 1.19 */
    Compute compute;
    Str fallback; /* the default of plain values */
};

/* ---- values ---- */

static void take(GoVariable *v, Str value, VariableOrigin origin)
{
    v->value = value;
    v->origin = origin;
    v->place = (Place){0};
}

/* What a person set, else the row's default. */
static void plain(Lister *l, GoVariable *v)
{
    if (v->origin == ORIGIN_DEFAULT && v->value.len == 0) {
        v->value = l->row->fallback;
    }
}

/* Set, or found out by go/env. */
static void found_out(Lister *l, GoVariable *v)
{
    (void)l;
    if (v->origin == ORIGIN_DEFAULT) {
        v->origin = ORIGIN_COMPUTED;
    }
}

static void process_only(Lister *l, GoVariable *v)
{
    Str value = environ_value(l->doctor.in->env->environ, v->name);
    take(v, value, value.len > 0 ? ORIGIN_PROCESS : ORIGIN_DEFAULT);
}

static void goenv(Lister *l, GoVariable *v)
{
    Str path = l->doctor.in->env->user_path;
    bool is_set = v->origin == ORIGIN_PROCESS;
    take(v, path, is_set ? ORIGIN_PROCESS : ORIGIN_COMPUTED);
}

/* Before Go 1.21 there is no go.env, and the default stands in cfg.go:
 *     GOSUMDB    = envOr("GOSUMDB", "sum.golang.org")                                        */
static Str default_in_source(const DoctorInput *in, Arena *a, Str name)
{
    Str text, line, word;
    Err none;
    if (!gosource_read(a, in->goroot, S("cmd/go/internal/cfg/cfg.go"), &text, &none)) {
        return (Str){0};
    }
    while (gosource_next_line(&text, &line)) {
        if (str_contains(line, S(" = envOr(")) && gosource_next_quoted(&line, &word) &&
            str_eq(word, name) && gosource_next_quoted(&line, &word)) {
            return word;
        }
    }
    return (Str){0};
}

/* "NAME=value" of go.env. */
static Str default_in_file(const DoctorInput *in, Str name)
{
    Str line;
    for (Str rest = in->env->goroot_text; str_next_line(&rest, &line);) {
        StrCut cut = str_cut(line, '=');
        if (cut.found && str_eq(cut.head, name)) {
            return cut.tail;
        }
    }
    return (Str){0};
}

Str variables_default(const DoctorInput *in, Arena *a, Str name)
{
    bool has_file = in->version.len == 0 || goversion_compare(in->version, S("1.21")) >= 0;
    return has_file ? default_in_file(in, name) : default_in_source(in, a, name);
}

static void in_source(Lister *l, GoVariable *v)
{
    if (v->value.len == 0) {
        take(v, variables_default(l->doctor.in, l->doctor.arena, v->name), ORIGIN_DEFAULT);
    }
}

/* Until 1.27 only what was set. */
static void gobin(Lister *l, GoVariable *v)
{
    if (v->origin == ORIGIN_DEFAULT) {
        bool is_shown = goversion_compare(l->doctor.in->version, S("1.27rc1")) >= 0;
        take(v, is_shown ? v->value : S(""), is_shown ? ORIGIN_COMPUTED : ORIGIN_DEFAULT);
    }
}

static void goexe(Lister *l, GoVariable *v)
{
    take(v, str_eq(l->doctor.in->os, S("windows")) ? S(".exe") : S(""), ORIGIN_COMPUTED);
}

static void gohostos(Lister *l, GoVariable *v)
{
    take(v, l->doctor.in->host_os, ORIGIN_COMPUTED);
}

static void gohostarch(Lister *l, GoVariable *v)
{
    take(v, l->doctor.in->host_arch, ORIGIN_COMPUTED);
}

static void goversion(Lister *l, GoVariable *v)
{
    take(v, str_concat(l->doctor.arena, S("go"), l->doctor.in->version), ORIGIN_COMPUTED);
}

static void gotooldir(Lister *l, GoVariable *v)
{
    const DoctorInput *in = l->doctor.in;
    take(v,
         str_format(l->doctor.arena, "%.*s/pkg/tool/%.*s_%.*s", STR_ARG(in->goroot),
                    STR_ARG(in->host_os), STR_ARG(in->host_arch)),
         ORIGIN_COMPUTED);
}

static Str telemetry_dir(const Lister *l)
{
    const Environ *env = l->doctor.in->env->environ;
    Str config = environ_value(env, S("XDG_CONFIG_HOME"));
    Str home = environ_value(env, S("HOME"));
    if (config.len == 0 && home.len > 0) {
        config = path_join(l->doctor.arena, home, S(".config"));
    }
    return path_is_absolute(config) ? path_join(l->doctor.arena, config, S("go/telemetry"))
                                    : (Str){0};
}

static void gotelemetrydir(Lister *l, GoVariable *v)
{
    take(v, telemetry_dir(l), ORIGIN_COMPUTED);
}

static void gotelemetry(Lister *l, GoVariable *v)
{
    Str text;
    Err none;
    Str dir = telemetry_dir(l);
    Str file = path_join(l->doctor.arena, dir, S("mode"));
    if (dir.len == 0) {
        take(v, S("off"), ORIGIN_COMPUTED);
    } else if (file_read_all(l->doctor.arena, FILE_CWD, file, MODE_MAX_LEN, &text, &none) !=
               FILE_FOUND) {
        take(v, S("local"), ORIGIN_DEFAULT);
    } else {
        take(v, str_cut(str_trim(text), ' ').head, ORIGIN_COMPUTED);
        v->place = (Place){.file = file};
    }
}

static void cc(Lister *l, GoVariable *v)
{
    if (v->value.len == 0) {
        take(v, cgo_default_cc(&l->doctor), ORIGIN_COMPUTED);
    }
}

static void cxx(Lister *l, GoVariable *v)
{
    if (v->value.len == 0) {
        take(v, cgo_default_cxx(&l->doctor), ORIGIN_COMPUTED);
    }
}

static void cgo_enabled(Lister *l, GoVariable *v)
{
    bool is_on = cgo_state(&l->doctor) == CGO_ON;
    bool is_set = str_eq(v->value, S("0")) || str_eq(v->value, S("1"));
    if (!is_set) {
        take(v, is_on ? S("1") : S("0"), ORIGIN_COMPUTED);
    }
}

/* As cmd/internal/quoted joins a word: quotes where it needs them. */
static void add_quoted(StrBuf *b, Str word)
{
    bool has_space = false;
    for (isize i = 0; i < word.len; i++) {
        has_space = has_space || str_index_byte(S(" \t\n\r"), word.ptr[i]) >= 0;
    }
    bool has_single = str_index_byte(word, '\'') >= 0, has_double = str_index_byte(word, '"') >= 0;
    const char *quote = !has_space && !has_single && !has_double ? "" : has_single ? "\"" : "'";
    strbuf_add_format(b, "%s%s%.*s%s", b->len > 0 ? " " : "", quote, STR_ARG(word), quote);
}

/* Words, joined again. */
static void cgo_flags(Lister *l, GoVariable *v)
{
    CgoWords words = {0};
    if (v->value.len == 0) {
        bool is_old = goversion_compare(l->doctor.in->version, S("1.20")) < 0;
        v->value = str_eq(v->name, S("CGO_CPPFLAGS")) ? S("") : is_old ? S("-g -O2") : S("-O2 -g");
        return;
    }
    if (cgo_split(l->doctor.arena, v->value, &words)) {
        StrBuf b = strbuf_init(l->doctor.arena);
        for (isize i = 0; i < words.len; i++) {
            add_quoted(&b, words.ptr[i]);
        }
        v->value = strbuf_str(&b);
    }
}

static void gomod(Lister *l, GoVariable *v)
{
    const DoctorInput *in = l->doctor.in;
    Str path;
    Str mode = goenv_value(in->env, S("GO111MODULE"));
    bool is_found = !str_eq(mode, S("off")) &&
                    gomod_find(l->doctor.arena, in->dir, workdir_temp(in->env->environ), &path);
    bool has_modules = !str_eq(mode, S("off")) && !str_eq(mode, S("auto"));
    take(v, is_found ? path : has_modules ? S("/dev/null") : S(""), ORIGIN_COMPUTED);
}

static void gowork(Lister *l, GoVariable *v)
{
    const DoctorInput *in = l->doctor.in;
    Str path;
    if (v->value.len > 0) {
        return;
    }
    bool is_found = gowork_find(l->doctor.arena, in->env, in->dir, &path) == GOWORK_FOUND;
    take(v, is_found ? path : S(""), ORIGIN_COMPUTED);
}

/* ---- the table ---- */

/* The order is that of the names, but for the variable of the architecture, which is added. */
static const Row rows[] = {
    {STR_CONST("AR"), {0}, plain, STR_CONST("ar")},
    {STR_CONST("CC"), {0}, cc, {0}},
    {STR_CONST("CGO_CFLAGS"), {0}, cgo_flags, {0}},
    {STR_CONST("CGO_CPPFLAGS"), {0}, cgo_flags, {0}},
    {STR_CONST("CGO_CXXFLAGS"), {0}, cgo_flags, {0}},
    {STR_CONST("CGO_ENABLED"), {0}, cgo_enabled, {0}},
    {STR_CONST("CGO_FFLAGS"), {0}, cgo_flags, {0}},
    {STR_CONST("CGO_LDFLAGS"), {0}, cgo_flags, {0}},
    {STR_CONST("CXX"), {0}, cxx, {0}},
    {STR_CONST("GCCGO"), {0}, plain, STR_CONST("gccgo")},
    {STR_CONST("GO111MODULE"), {0}, plain, {0}},
    {STR_CONST("GOARCH"), {0}, found_out, {0}},
    {STR_CONST("GOAUTH"), STR_CONST("1.24"), plain, STR_CONST("netrc")},
    {STR_CONST("GOBIN"), {0}, gobin, {0}},
    {STR_CONST("GOCACHE"), {0}, found_out, {0}},
    {STR_CONST("GOCACHEPROG"), STR_CONST("1.24"), plain, {0}},
    {STR_CONST("GODEBUG"), STR_CONST("1.23"), process_only, {0}},
    {STR_CONST("GOENV"), {0}, goenv, {0}},
    {STR_CONST("GOEXE"), {0}, goexe, {0}},
    {STR_CONST("GOEXPERIMENT"), {0}, plain, {0}},
    {STR_CONST("GOFIPS140"), STR_CONST("1.24"), plain, STR_CONST("off")},
    {STR_CONST("GOFLAGS"), {0}, plain, {0}},
    {STR_CONST("GOHOSTARCH"), {0}, gohostarch, {0}},
    {STR_CONST("GOHOSTOS"), {0}, gohostos, {0}},
    {STR_CONST("GOINSECURE"), {0}, plain, {0}},
    {STR_CONST("GOMOD"), {0}, gomod, {0}},
    {STR_CONST("GOMODCACHE"), {0}, found_out, {0}},
    {STR_CONST("GONOPROXY"), {0}, found_out, {0}},
    {STR_CONST("GONOSUMDB"), {0}, found_out, {0}},
    {STR_CONST("GOOS"), {0}, found_out, {0}},
    {STR_CONST("GOPACKAGESDRIVER"), STR_CONST("1.27"), process_only, {0}},
    {STR_CONST("GOPATH"), {0}, found_out, {0}},
    {STR_CONST("GOPRIVATE"), {0}, plain, {0}},
    {STR_CONST("GOPROXY"), {0}, in_source, {0}},
    {STR_CONST("GOROOT"), {0}, found_out, {0}},
    {STR_CONST("GOSUMDB"), {0}, in_source, {0}},
    {STR_CONST("GOTELEMETRY"), STR_CONST("1.23"), gotelemetry, {0}},
    {STR_CONST("GOTELEMETRYDIR"), STR_CONST("1.23"), gotelemetrydir, {0}},
    {STR_CONST("GOTMPDIR"), {0}, plain, {0}},
    {STR_CONST("GOTOOLCHAIN"), STR_CONST("1.21"), plain, {0}},
    {STR_CONST("GOTOOLDIR"), {0}, gotooldir, {0}},
    {STR_CONST("GOVCS"), {0}, plain, {0}},
    {STR_CONST("GOVERSION"), {0}, goversion, {0}},
    {STR_CONST("GOWORK"), {0}, gowork, {0}},
    {STR_CONST("PKG_CONFIG"), {0}, plain, STR_CONST("pkg-config")},
};

static VariableOrigin origin_of(GoEnvOrigin origin)
{
    switch (origin) {
    case GOENV_ORIGIN_PROCESS:
        return ORIGIN_PROCESS;
    case GOENV_ORIGIN_USER_FILE:
        return ORIGIN_USER_FILE;
    case GOENV_ORIGIN_GOROOT_FILE:
        return ORIGIN_GOROOT_FILE;
    case GOENV_ORIGIN_DEFAULT:
        return ORIGIN_DEFAULT;
    case GOENV_ORIGIN_NONE:
    case GOENV_ORIGIN_COUNT:
        break;
    }
    UNREACHABLE("a variable that was not asked for");
}

static GoVariable as_set(const Lister *l, Str name)
{
    GoEnvValue got = goenv_get(l->doctor.in->env, name);
    return (GoVariable){name, got.value, origin_of(got.origin), {got.file, got.line}};
}

/* 1.22 and 1.23 show the default of GOARM with what it means for floats. */
static Str default_level(const Lister *l, const ArchlevelSource *source, const Archlevel *level)
{
    Str value = archlevel_default(source, level);
    Str version = l->doctor.in->version;
    if (!str_eq(level->name, S("GOARM")) || goversion_compare(version, S("1.22")) < 0 ||
        goversion_compare(version, S("1.24")) >= 0) {
        return value;
    }
    return str_concat(l->doctor.arena, value,
                      str_eq(value, S("5")) ? S(",softfloat") : S(",hardfloat"));
}

/* GOAMD64 for amd64 ...; false where the architecture has none, or this Go does not know it. Where
 * its sources do not tell, what is set is shown. */
static bool level_variable(Lister *l, GoVariable *ret)
{
    ArchlevelSource source;
    Err none;
    Str values;
    const Archlevel *level = archlevel(0);
    for (isize i = 1; level != NULL && !archlevel_counts_for(level, l->doctor.in->arch); i++) {
        level = archlevel(i);
    }
    if (level == NULL) {
        return false;
    }
    *ret = as_set(l, level->name);
    if (!archlevels_read(l->doctor.arena, l->doctor.in->goroot, &source, &none)) {
        return true;
    }
    if (ret->value.len == 0) {
        ret->value = default_level(l, &source, level);
    }
    return archlevel_check(l->doctor.arena, &source, level, ret->value, &values) !=
           ARCHLEVEL_UNKNOWN;
}

static int compare_names(const void *x, const void *y)
{
    return str_compare(((const GoVariable *)x)->name, ((const GoVariable *)y)->name);
}

bool variables_list(const DoctorInput *in, Arena *a, GoVariables *ret, Err *err)
{
    if (in->goroot.len == 0 || in->version.len == 0) {
        return FAIL(err, ERR_NOT_FOUND, "there is no Go here whose version is known");
    }
    Lister l = {.doctor = {.in = in, .arena = a}};
    GoVariables list = {ARENA_ARRAY(a, GoVariable, COUNT_OF(rows) + 1), 0};
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        l.row = &rows[i];
        if (l.row->since.len == 0 || goversion_compare(in->version, l.row->since) >= 0) {
            GoVariable *v = &list.ptr[list.len++];
            *v = as_set(&l, l.row->name);
            l.row->compute(&l, v);
        }
    }
    if (level_variable(&l, &list.ptr[list.len])) {
        list.len++;
    }
    sort_array(list.ptr, list.len, (isize)sizeof(GoVariable), compare_names);
    *ret = list;
    return true;
}

Str variable_origin_text(Arena *a, const GoVariable *v)
{
    static const Str names[ORIGIN_COUNT] = {
        [ORIGIN_NONE] = STR_CONST("unknown"),          [ORIGIN_PROCESS] = STR_CONST("environment"),
        [ORIGIN_USER_FILE] = STR_CONST("go env file"), [ORIGIN_GOROOT_FILE] = STR_CONST("go.env"),
        [ORIGIN_DEFAULT] = STR_CONST("default"),       [ORIGIN_COMPUTED] = STR_CONST("computed"),
    };
    if (v->place.file.len == 0) {
        return names[v->origin];
    }
    return v->place.line == 0
               ? v->place.file
               : str_format(a, "%.*s:%lld", STR_ARG(v->place.file), (long long)v->place.line);
}
