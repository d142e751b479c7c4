/*
 * Does the code here need cgo where cgo is off?
 *
 * cmd/go says nothing when it turns cgo off: files that import "C" are left out as if they were
 * not there. What follows is one of three: the package has nothing left ("build constraints exclude
 * all Go files"), names are missing, or a stand-in (a file with "!cgo") is built, which may fail
 * only when the program runs. The first two are seen in the files of the module, and count where
 * another package of it imports them, or they are those of the working directory; modules that are
 * known for the last stand in a table.
 */
#include "doctor/cgo_command.h"
#include "doctor/cgo_files.h"
#include "doctor/sources.h"

#include "base/path.h"
#include "go/env/workdir.h"
#include "go/mod/gomod.h"
#include "os/file.h"

#define MAX_FOUND 5 /* packages that are told of: one is enough to act on */

/* ---- modules that are nothing without cgo ---- */

/* Each was built with CGO_ENABLED=0, or says so in its own documentation. */
static const struct {
    Str path; /* of any major version */
    Str what;
    Severity severity;
} modules[] = {
    {STR_CONST("github.com/mattn/go-sqlite3"),
     STR_CONST("builds, and every database then fails to open: \"Binary was compiled with "
               "'CGO_ENABLED=0', go-sqlite3 requires cgo to work. This is a stub\""),
     SEVERITY_WARN},
    {STR_CONST("github.com/confluentinc/confluent-kafka-go"),
     STR_CONST("does not build: its types are undefined"), SEVERITY_ERROR},
    {STR_CONST("github.com/DataDog/zstd"),
     STR_CONST("does not build: \"build constraints exclude all Go files\""), SEVERITY_ERROR},
    {STR_CONST("github.com/valyala/gozstd"),
     STR_CONST("does not build: \"undefined: DefaultCompressionLevel\""), SEVERITY_ERROR},
    {STR_CONST("github.com/godror/godror"), STR_CONST("does not build: \"undefined: VersionInfo\""),
     SEVERITY_ERROR},
    {STR_CONST("github.com/smacker/go-tree-sitter"),
     STR_CONST("does not build: \"undefined: Node\""), SEVERITY_ERROR},
    {STR_CONST("github.com/miekg/pkcs11"),
     STR_CONST("builds as a package without its functions: what calls them does not build"),
     SEVERITY_ERROR},
    {STR_CONST("github.com/linxGnu/grocksdb"),
     STR_CONST("builds as a package without its functions: what calls them does not build"),
     SEVERITY_ERROR},
    {STR_CONST("github.com/marcboeker/go-duckdb"),
     STR_CONST("does not build: its C library cannot be linked"), SEVERITY_ERROR},
};

/* "github.com/x/y" and "github.com/x/y/v2". */
static bool is_module(Str path, Str known)
{
    Str major = path;
    int64_t number;
    return str_eq(path, known) ||
           (str_eat_prefix(&major, known) && str_eat_prefix(&major, S("/v")) &&
            str_parse_decimal(major, 1000, &number));
}

/* ---- what is found ---- */

typedef struct {
    CgoState state;
    Variable enabled;
    Str why; /* cgo is off, as the end of a sentence */
    Str remedy;
} Off;

static Off describe(Doctor *d, CgoState state)
{
    Off off = {.state = state, .enabled = doctor_variable(d, S("CGO_ENABLED"))};
    const DoctorInput *in = d->in;
    Str cc = cgo_default_cc(d);
    switch (state) {
    case CGO_OFF_SET:
        off.why = S("CGO_ENABLED=0 turns cgo off");
        off.remedy = variable_remedy(d->arena, &off.enabled, S("1"));
        break;
    case CGO_OFF_CROSS:
        off.why = str_format(d->arena, "cgo is off for another target, %.*s/%.*s, unless asked for",
                             STR_ARG(in->os), STR_ARG(in->arch));
        off.remedy = S("export CGO_ENABLED=1 and CC, a compiler for the target");
        break;
    case CGO_OFF_NO_COMPILER:
        off.why =
            str_format(d->arena, "cgo turned itself off: there is no %.*s in PATH", STR_ARG(cc));
        off.remedy = str_format(d->arena, "install %.*s, or export CC to a compiler that is there",
                                STR_ARG(cc));
        break;
    case CGO_OFF_PORT:
        off.why = str_format(d->arena, "%.*s/%.*s has no cgo", STR_ARG(in->os), STR_ARG(in->arch));
        off.remedy = S("build for another target, or without the packages that need cgo");
        break;
    case CGO_UNKNOWN:
    case CGO_ON:
        break;
    }
    return off;
}

static void find_need(Doctor *d, const Off *off, Severity severity, Str title, Place place)
{
    Str evidence = off->why;
    if (off->state == CGO_OFF_SET) {
        evidence = variable_evidence(d->arena, &off->enabled);
    } else if (off->state == CGO_OFF_NO_COMPILER) {
        evidence = str_format(d->arena, "%.*s\nPATH=%.*s", STR_ARG(off->why),
                              STR_ARG(environ_value(d->in->env->environ, S("PATH"))));
    }
    doctor_find(d, (Finding){.severity = severity,
                             .title = title,
                             .place = place,
                             .evidence = evidence,
                             .remedy = off->remedy});
}

/* What cgo takes away from a package. */
typedef struct {
    isize n_lost, n_left;   /* files */
    const CgoFile *example; /* a lost one with import "C"; NULL: nothing that matters is lost */
} Loss;

static Loss loss_of(const CgoPackage *package)
{
    Loss loss = {0};
    for (isize i = 0; i < package->files.len; i++) {
        const CgoFile *file = &package->files.ptr[i];
        if (file->is_test) {
            continue;
        }
        bool is_left = file->builds_without && !file->imports_c;
        if (is_left && !file->builds_with) {
            return (Loss){0}; /* a stand-in */
        }
        loss.n_left += is_left;
        if (file->builds_with && !is_left) {
            loss.n_lost++;
            loss.example = loss.example == NULL && file->imports_c ? file : loss.example;
        }
    }
    return loss;
}

static void check_package(Doctor *d, const Off *off, const CgoPackage *package)
{
    Loss loss = loss_of(package);
    Str importer = {0};
    if (loss.example == NULL) {
        return;
    }
    bool is_own = str_eq(package->dir, d->in->dir);
    bool is_used = is_own || (importer = sources_importer_of(d, package->dir)).len > 0;
    Str name = path_base(package->dir);
    Place place = {.file = loss.example->path, .line = loss.example->import_line};
    if (is_own && loss.n_left == 0) {
        find_need(d, off, SEVERITY_ERROR,
                  S("every Go file here needs cgo, and cgo is off: the build stops with \"build "
                    "constraints exclude all Go files\""),
                  place);
    } else if (loss.n_left == 0) {
        find_need(d, off, is_used ? SEVERITY_ERROR : SEVERITY_INFO,
                  is_used ? str_format(d->arena,
                                       "every Go file of the package %.*s needs cgo, and cgo is "
                                       "off: what imports it (%.*s) stops with \"build constraints "
                                       "exclude all Go files\"",
                                       STR_ARG(name), STR_ARG(path_base(importer)))
                          : str_format(d->arena,
                                       "every Go file of the package %.*s needs cgo, and cgo is "
                                       "off: go build ./... leaves it out without a word",
                                       STR_ARG(name)),
                  place);
    } else {
        find_need(d, off, is_used ? SEVERITY_WARN : SEVERITY_INFO,
                  str_format(d->arena,
                             "cgo is off, and %td of the %td Go files %s%.*s are left out of the "
                             "build without a word",
                             loss.n_lost, loss.n_lost + loss.n_left, is_own ? "here" : "of ",
                             STR_ARG(is_own ? (Str){0} : name)),
                  place);
    }
}

static void check_requirement(Doctor *d, const Off *off, Str gomod, const GoModRequire *require)
{
    for (isize i = 0; i < COUNT_OF(modules); i++) {
        if (is_module(require->path, modules[i].path)) {
            find_need(d, off, require->is_indirect ? SEVERITY_INFO : modules[i].severity,
                      str_format(d->arena, "cgo is off, and without it %.*s %.*s",
                                 STR_ARG(require->path), STR_ARG(modules[i].what)),
                      (Place){.file = gomod, .line = require->pos.line});
            return;
        }
    }
}

/* A go.mod that cannot be read is GWD005's. */
static void check_requirements(Doctor *d, const Off *off)
{
    Str path, text;
    GoMod module;
    Err ignored;
    if (!gomod_find(d->arena, d->in->dir, workdir_temp(d->in->env->environ), &path) ||
        file_read_all(d->arena, FILE_CWD, path, GOMOD_MAX_FILE, &text, &ignored) != FILE_FOUND ||
        !gomod_parse(d->arena, path, text, GOMOD_STRICT, &module, &ignored)) {
        return;
    }
    for (isize i = 0; i < module.requires.len; i++) {
        check_requirement(d, off, path, &module.requires.ptr[i]);
    }
}

static bool check_need(Doctor *d, Err *err)
{
    const CgoPackages *packages;
    CgoState state = cgo_state(d);
    if (state == CGO_ON || state == CGO_UNKNOWN) {
        return true;
    }
    if (!cgo_module_packages(d, &packages, err)) {
        return false;
    }
    Off off = describe(d, state);
    isize most = d->findings.len + MAX_FOUND;
    for (isize i = 0; i < packages->len && d->findings.len < most; i++) {
        check_package(d, &off, &packages->ptr[i]);
    }
    check_requirements(d, &off);
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD080"),
                .title = STR_CONST("cgo is on where the code here needs it"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "whether cgo is on (CGO_ENABLED, GOOS, GOARCH, CC, the default compiler in "
                    "PATH); import \"C\" and the build constraints of the module's Go files; the "
                    "requirements of go.mod, against a table of modules that are "
                    "nothing without cgo"),
                .why = STR_CONST(
                    "Since Go 1.20 cgo turns itself off without a message where CC is not set and "
                    "the default compiler is not in PATH; for another target it always is, unless "
                    "CGO_ENABLED=1. Files that import \"C\" are then left out. What is left "
                    "fails with \"build constraints exclude all Go files\", or with undefined "
                    "names that have nothing to do with the cause; or it builds, and fails when it "
                    "runs, as go-sqlite3 does. So it happens in slim container images, and when a "
                    "build moves to one.\n\n"
                    "A package that has a file for \"!cgo\" is ready for this, and is not "
                    "reported. A requirement marked \"// indirect\" may be unused; it is noted."),
                .cure = STR_CONST("install gcc, export CGO_ENABLED=1, or for another target export "
                                  "CC as well"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/go1.20#cgo, cmd/go/internal/cfg (defaultContext)"),
            },
        .run = check_need,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_cgo_need = {rows, COUNT_OF(rows)};
