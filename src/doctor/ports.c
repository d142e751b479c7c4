/* The target: is it one of this Go's, is the start of its runtime there, and are the instructions
 * that it may use chosen by a value that this Go takes? */
#include "doctor/context.h"
#include "doctor/goenvfile.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "go/root/archlevels.h"
#include "os/file.h"

/* ---- GWD008: the pair ---- */

/* "amd64 arm64 ...": with which architectures the system is a port; empty when with none. */
static Str list_archs(Arena *a, const PortList *ports, Str os)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < ports->len; i++) {
        if (str_eq(ports->ptr[i].os, os)) {
            strbuf_add(&b, b.len > 0 ? S(" ") : (Str){0});
            strbuf_add(&b, ports->ptr[i].arch);
        }
    }
    return strbuf_str(&b);
}

/* The system whose name is most like os; empty when none is. */
static Str nearest_os(const PortList *ports, Str os)
{
    Str nearest = {0};
    for (isize i = 0; i < ports->len; i++) {
        Str candidate = ports->ptr[i].os;
        if (str_is_near(os, candidate) &&
            (nearest.len == 0 || str_distance(os, candidate) < str_distance(os, nearest))) {
            nearest = candidate;
        }
    }
    return nearest;
}

static Str pair_evidence(const Doctor *d)
{
    Variable os = doctor_variable(d, S("GOOS"));
    Variable arch = doctor_variable(d, S("GOARCH"));
    return str_format(d->arena, "%.*s\n%.*s", STR_ARG(variable_evidence(d->arena, &os)),
                      STR_ARG(variable_evidence(d->arena, &arch)));
}

static void find_no_port(Doctor *d, const PortList *ports)
{
    Str os = d->in->os;
    Str archs = list_archs(d->arena, ports, os);
    Variable to_blame = doctor_variable(d, archs.len > 0 ? S("GOARCH") : S("GOOS"));
    Str better = archs.len > 0 ? (Str){0} : nearest_os(ports, os);
    Str more = archs.len > 0
                   ? str_format(d->arena, "; %.*s goes with %.*s", STR_ARG(os), STR_ARG(archs))
                   : (Str){0};
    if (goenvfile_explains(d, &to_blame)) {
        return;
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = str_format(d->arena, "%.*s does not build for %.*s/%.*s%.*s",
                                           STR_ARG(doctor_go_name(d)), STR_ARG(os),
                                           STR_ARG(d->in->arch), STR_ARG(more)),
                       .place = variable_place(&to_blame),
                       .evidence = pair_evidence(d),
                       .remedy = variable_remedy(d->arena, &to_blame, better),
                   });
    doctor_fix_variable(d, &to_blame, better);
}

static bool check_port(Doctor *d, Err *err)
{
    const PortList *ports = doctor_ports_of_go(d, err);
    if (ports == NULL) {
        return false;
    }
    const Port *port = portlist_find(ports, d->in->os, d->in->arch);
    if (port == NULL) {
        find_no_port(d, ports);
    } else if (port->is_broken) {
        doctor_find(d, (Finding){
                           .severity = SEVERITY_WARN,
                           .title = str_format(d->arena, "%.*s/%.*s is known to be broken in %.*s",
                                               STR_ARG(port->os), STR_ARG(port->arch),
                                               STR_ARG(doctor_go_name(d))),
                           .evidence = pair_evidence(d),
                           .remedy = S("build for another port, or with a Go in which it works"),
                       });
    }
    return true;
}

/* ---- GWD004: where the program starts ---- */

/* Architectures that share one file. */
static Str family_of(Str arch)
{
    static const struct {
        Str arch, family;
    } families[] = {
        {STR_CONST("mips"), STR_CONST("mipsx")},     {STR_CONST("mipsle"), STR_CONST("mipsx")},
        {STR_CONST("mips64"), STR_CONST("mips64x")}, {STR_CONST("mips64le"), STR_CONST("mips64x")},
        {STR_CONST("ppc64"), STR_CONST("ppc64x")},   {STR_CONST("ppc64le"), STR_CONST("ppc64x")},
    };
    for (isize i = 0; i < COUNT_OF(families); i++) {
        if (str_eq(arch, families[i].arch)) {
            return families[i].family;
        }
    }
    return (Str){0};
}

/* Whether src/runtime has the file for the architecture, or for its family. */
static bool has_runtime_file(const Doctor *d, Str before_arch)
{
    const Str names[] = {d->in->arch, family_of(d->in->arch)};
    for (isize i = 0; i < COUNT_OF(names); i++) {
        FileStat st;
        Err ignored;
        Str path = str_format(d->arena, "%.*s/src/runtime/%.*s%.*s.s", STR_ARG(d->in->goroot),
                              STR_ARG(before_arch), STR_ARG(names[i]));
        if (names[i].len > 0 && file_stat(FILE_CWD, path, &st, &ignored) == FILE_FOUND) {
            return true;
        }
    }
    return false;
}

/* How bad it is: a port that its Go calls broken, or whose architecture has no runtime at all,
 * cannot be built for. Any other one may have its start in a file of another name. */
static void find_no_start(Doctor *d, const Port *port, Str start)
{
    Str runtime = path_join(d->arena, d->in->goroot, S("src/runtime"));
    bool is_dead = port->is_broken || !has_runtime_file(d, S("asm_"));
    doctor_find(d,
                (Finding){
                    .severity = is_dead ? SEVERITY_ERROR : SEVERITY_INFO,
                    .title = str_format(d->arena, "%.*s has no %s for %.*s/%.*s",
                                        STR_ARG(doctor_go_name(d)),
                                        is_dead ? "runtime" : "rt0 file of its own",
                                        STR_ARG(port->os), STR_ARG(port->arch)),
                    .place = {.file = runtime},
                    .evidence = str_format(d->arena, "%.*s/%.*s%.*s.s is not there",
                                           STR_ARG(runtime), STR_ARG(start), STR_ARG(port->arch)),
                    .remedy = is_dead && !port->is_broken ? S("goward verify --repair") : (Str){0},
                });
}

static bool check_start_file(Doctor *d, Err *err)
{
    const PortList *ports = doctor_ports_of_go(d, err);
    if (ports == NULL) {
        return false;
    }
    const Port *port = portlist_find(ports, d->in->os, d->in->arch);
    Str start = str_format(d->arena, "rt0_%.*s_", STR_ARG(d->in->os));
    if (port != NULL && !has_runtime_file(d, start)) { /* no port: GWD008 says so */
        find_no_start(d, port, start);
    }
    return true;
}

/* ---- GWD011: levels ---- */

/* How a Go takes an invalid value, which depends on where it stands and whose it is. */
static void find_bad_level(Doctor *d, const ArchlevelSource *source, const Archlevel *level,
                           const Variable *v, Str values)
{
    bool is_of_target = archlevel_counts_for(level, d->in->arch);
    bool is_forgiven = archlevel_is_forgiven(source, level);
    bool is_read_early = v->got.origin == GOENV_ORIGIN_PROCESS && level->function.len > 0;
    Str instead = archlevel_default(source, level);
    if (is_forgiven && is_of_target) {
        doctor_find_variable(d, SEVERITY_ERROR, v, (Str){0},
                             "%.*s is no value of %.*s (%.*s); %.*s does not say so and builds for "
                             "%.*s",
                             STR_ARG(v->got.value), STR_ARG(v->name), STR_ARG(values),
                             STR_ARG(doctor_go_name(d)), STR_ARG(instead));
    } else if (is_of_target || (is_read_early && !is_forgiven)) {
        doctor_find_variable(d, SEVERITY_ERROR, v, (Str){0}, "%.*s is no value of %.*s (%.*s): %s",
                             STR_ARG(v->got.value), STR_ARG(v->name), STR_ARG(values),
                             is_of_target ? "builds fail"
                                          : "builds fail, for other architectures too");
    } else {
        doctor_find_variable(d, SEVERITY_INFO, v, (Str){0},
                             "%.*s is no value of %.*s (%.*s); it does not count for %.*s",
                             STR_ARG(v->got.value), STR_ARG(v->name), STR_ARG(values),
                             STR_ARG(d->in->arch));
    }
}

static void check_level(Doctor *d, const ArchlevelSource *source, const Archlevel *level)
{
    Variable v = doctor_variable(d, level->name);
    bool is_of_target = archlevel_counts_for(level, d->in->arch);
    Str values = {0};
    if (v.got.value.len == 0) {
        Str value = archlevel_default(source, level);
        if (is_of_target && str_eq(d->in->arch, S("arm")) && value.len > 0) {
            v.got.value = value;
            doctor_find_variable(d, SEVERITY_INFO, &v, value,
                                 "GOARM is not set: %.*s builds for GOARM=%.*s",
                                 STR_ARG(doctor_go_name(d)), STR_ARG(value));
        }
        return;
    }
    switch (archlevel_check(d->arena, source, level, v.got.value, &values)) {
    case ARCHLEVEL_VALID:
        break;
    case ARCHLEVEL_INVALID:
        find_bad_level(d, source, level, &v, values);
        break;
    case ARCHLEVEL_UNKNOWN:
        if (is_of_target) {
            doctor_find_variable(d, SEVERITY_WARN, &v, (Str){0}, "%.*s does not look at %.*s",
                                 STR_ARG(doctor_go_name(d)), STR_ARG(v.name));
        }
        break;
    }
}

static bool check_levels(Doctor *d, Err *err)
{
    ArchlevelSource source;
    const Archlevel *level;
    bool any = str_eq(d->in->arch, S("arm"));
    for (isize i = 0; (level = archlevel(i)) != NULL; i++) {
        any = any || goenv_value(d->in->env, level->name).len > 0;
    }
    if (!any) {
        return true;
    }
    if (!archlevels_read(d->arena, d->in->goroot, &source, err)) {
        return false;
    }
    for (isize i = 0; (level = archlevel(i)) != NULL; i++) {
        check_level(d, &source, level);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD004"),
                .title = STR_CONST("the runtime of this Go can start a program for the target"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "src/runtime/rt0_GOOS_GOARCH.s in the Go in use; for mips, mips64, ppc64 and "
                    "their little-endian kin the file of the family (mipsx, mips64x, ppc64x)"),
                .why = STR_CONST(
                    "A Go program begins in that file. Where src/runtime has nothing for the "
                    "architecture, or the port is listed as broken, builds fail: in the compiler, "
                    "or among undefined names of the runtime. A whole src/runtime that is missing "
                    "means that the Go was copied in part. Another port without a file of that "
                    "name may share one; that is only noted."),
                .cure = STR_CONST("goward verify --repair, or install the Go anew"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("src/runtime of each release"),
            },
        .run = check_start_file,
        .modes = MODE_MINIMAL,
        .item = 4,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD008"),
                .title = STR_CONST("GOOS and GOARCH are a port of this Go"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "GOOS and GOARCH, and the list in src/internal/platform/zosarch.go of the Go "
                    "in use (before 1.21 src/cmd/go/internal/cfg/zosarch.go)"),
                .why = STR_CONST(
                    "Ports come and go: linux/loong64 came with Go 1.19, windows/arm went with "
                    "1.26. For any other pair every build fails with \"unsupported GOOS/GOARCH "
                    "pair\". A port that is listed as broken builds, and what it builds is known "
                    "not to work."),
                .cure = STR_CONST("go tool dist list shows the pairs; unset GOOS GOARCH builds for "
                                  "this machine"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/wiki/PortingPolicy"),
            },
        .run = check_port,
        .modes = MODE_MINIMAL,
        .item = 8,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD011"),
                .title = STR_CONST("GOARM, GOAMD64 and their kin have values that this Go takes"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "GO386, GOAMD64, GOARM, GOARM64, GOMIPS, GOMIPS64, GOPPC64, GORISCV64 and "
                    "GOWASM; the values in src/internal/buildcfg/cfg.go of the Go in use, the "
                    "defaults in zbootstrap.go beside it"),
                .why = STR_CONST(
                    "They choose which processors a program runs on. An invalid one stops every "
                    "build, whatever the target, with two exceptions: since Go 1.23 an invalid "
                    "GOAMD64 or GOARM is passed over without a word, the program is built for the "
                    "default, and its build information shows the invalid value.\n\n"
                    "An unset GOARM depends on the release and on who built it (5, 6 and 7 have "
                    "all been defaults), so it is noted."),
                .cure = STR_CONST("go env -w GOARM=7, or the value that the processors need"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/wiki/MinimumRequirements, internal/buildcfg/cfg.go"),
            },
        .run = check_levels,
        .modes = MODE_MINIMAL,
        .item = 11,
    },
};

const CheckGroup doctor_ports = {rows, COUNT_OF(rows)};
