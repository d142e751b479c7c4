/*
 * The tree of the Go in use, by its labels: are its parts of one release, and are they there? The
 * proof of every byte is `goward verify`; this costs a few small reads and needs no log.
 */
#include "doctor/which_tree.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "doctor/remedy.h"
#include "doctor/which_gos.h"
#include "doctor/which_library.h"
#include "go/mod/version.h"

#define MAX_VERSION_FILE (4 * KIB)
#define MAX_SOURCE (64 * KIB)
#define NEWEST 9999 /* minor release without end */

static Str in_root(const Doctor *d, Str root, Str path)
{
    return path_join(d->arena, root, path);
}

static Str tool_dir(const Doctor *d, Str root)
{
    return str_format(d->arena, "%.*s/pkg/tool/%.*s_%.*s", STR_ARG(root), STR_ARG(d->in->host_os),
                      STR_ARG(d->in->host_arch));
}

static void find_broken(Doctor *d, Severity severity, Str title, Str evidence, Str root)
{
    doctor_find(d, (Finding){
                       .severity = severity,
                       .title = title,
                       .evidence = evidence,
                       .remedy = remedy_repair(d->arena, root),
                   });
}

/* ---- GWD022: one release ---- */

typedef struct {
    Str root;
    Str go; /* version of bin/go */
} Tree;

static void check_tool_version(Doctor *d, const Tree *t, Str name, Str so)
{
    BuildInfo info;
    Err ignored;
    Str path = path_join(d->arena, tool_dir(d, t->root), name);
    if (buildinfo_read_file(d->arena, path, &info, &ignored) != BUILDINFO_FOUND) {
        return;
    }
    Str version = buildinfo_version(&info);
    if (version.len > 0 && !str_eq(version, t->go)) {
        find_broken(d, SEVERITY_ERROR,
                    str_format(d->arena, "bin/go is of Go %.*s and %.*s of Go %.*s: %.*s",
                               STR_ARG(t->go), STR_ARG(name), STR_ARG(version), STR_ARG(so)),
                    path, t->root);
    }
}

static void check_version_file(Doctor *d, const Tree *t)
{
    Str text, line;
    Err ignored;
    Str path = in_root(d, t->root, S("VERSION"));
    if (file_read_all(d->arena, FILE_CWD, path, MAX_VERSION_FILE, &text, &ignored) != FILE_FOUND ||
        !str_next_line(&text, &line)) {
        return;
    }
    Str version = goversion_of_toolchain(line);
    if (version.len > 0 && !str_eq(version, t->go)) {
        find_broken(d, SEVERITY_WARN,
                    str_format(d->arena, "bin/go is of Go %.*s, and VERSION says %.*s",
                               STR_ARG(t->go), STR_ARG(version)),
                    path, t->root);
    }
}

/* The minor release of the standard library, from internal/goversion; -1 when it does not say. */
static int64_t minor_of_library(const Doctor *d, Str root)
{
    static const Str before = STR_CONST("\nconst Version = ");
    Str text, word;
    Err ignored;
    int64_t minor;
    Str path = in_root(d, root, S("src/internal/goversion/goversion.go"));
    if (file_read_all(d->arena, FILE_CWD, path, MAX_SOURCE, &text, &ignored) != FILE_FOUND) {
        return -1;
    }
    isize at = str_index(text, before);
    if (at < 0) {
        return -1;
    }
    Str rest = str_from(text, at + before.len);
    return str_next_field(&rest, &word) && str_parse_decimal(word, NEWEST, &minor) ? minor : -1;
}

static void check_library(Doctor *d, const Tree *t)
{
    static const struct {
        Str dir;
        int64_t gone_in; /* minor release that no longer has it */
    } moved[] = {
        {STR_CONST("src/runtime/internal/atomic"), 23},
        {STR_CONST("src/runtime/internal/math"), 24},
        {STR_CONST("src/runtime/internal/sys"), 24},
    };
    int64_t of_go = which_minor(t->go), of_library = minor_of_library(d, t->root);
    if (of_go < 0 || of_library < 0) {
        return;
    }
    if (of_go != of_library) {
        find_broken(d, SEVERITY_ERROR,
                    str_format(d->arena,
                               "bin/go is of Go %.*s and the standard library of Go 1.%td: builds "
                               "fail",
                               STR_ARG(t->go), (isize)of_library),
                    in_root(d, t->root, S("src/internal/goversion/goversion.go")), t->root);
        return;
    }
    for (isize i = 0; i < COUNT_OF(moved); i++) {
        Str dir = in_root(d, t->root, moved[i].dir);
        if (of_go >= moved[i].gone_in && file_is_dir(FILE_CWD, dir)) {
            find_broken(d, SEVERITY_WARN,
                        str_format(d->arena,
                                   "the tree of Go %.*s holds files of an older Go: it was "
                                   "unpacked over that one",
                                   STR_ARG(t->go)),
                        dir, t->root);
            return;
        }
    }
}

static void check_programs(Doctor *d, const Tree *t)
{
    static const struct {
        Str name, so;
    } tools[] = {
        {STR_CONST("compile"), STR_CONST("builds fail")},
        {STR_CONST("asm"), STR_CONST("builds fail")},
        {STR_CONST("link"), STR_CONST("builds fail")},
        {STR_CONST("cgo"), STR_CONST("builds with C fail, or come out wrong")},
        {STR_CONST("vet"), STR_CONST("go vet and go test judge by the rules of that one, or fail")},
    };
    for (isize i = 0; i < COUNT_OF(tools); i++) {
        check_tool_version(d, t, tools[i].name, tools[i].so);
    }
    check_library(d, t);
}

/* False without a go command that says what it is. */
static bool read_tree(const Doctor *d, Tree *ret)
{
    Tree t = {.root = which_root(d)};
    t.go = t.root.len > 0 ? which_look(d, in_root(d, t.root, S("bin/go"))).version : (Str){0};
    *ret = t;
    return t.go.len > 0;
}

static bool check_one_release(Doctor *d, Err *err)
{
    (void)err;
    Tree t;
    if (read_tree(d, &t)) {
        check_programs(d, &t);
        check_version_file(d, &t);
    }
    return true;
}

/* ---- GWD023: the tools ---- */

typedef struct {
    Str name;
    int64_t from, to; /* minor releases that ship it as a file; later ones build it when asked */
    bool is_needed;   /* go build, go test or go vet runs it */
} Tool;

/* As in pkg/tool of 1.19 to 1.27, without dist, which distributions leave out. */
static const Tool tools_of_go[] = {
    {STR_CONST("asm"), 19, NEWEST, true},
    {STR_CONST("cgo"), 19, NEWEST, true},
    {STR_CONST("compile"), 19, NEWEST, true},
    {STR_CONST("link"), 19, NEWEST, true},
    {STR_CONST("vet"), 19, NEWEST, true},
    {STR_CONST("cover"), 19, NEWEST, false},
    {STR_CONST("preprofile"), 23, NEWEST, false},
    {STR_CONST("fix"), 19, 24, false},
    {STR_CONST("fix"), 26, NEWEST, false},
    {STR_CONST("addr2line"), 19, 24, false},
    {STR_CONST("buildid"), 19, 24, false},
    {STR_CONST("covdata"), 20, 24, false},
    {STR_CONST("doc"), 19, 24, false},
    {STR_CONST("nm"), 19, 24, false},
    {STR_CONST("objdump"), 19, 24, false},
    {STR_CONST("pack"), 19, 24, false},
    {STR_CONST("pprof"), 19, 24, false},
    {STR_CONST("test2json"), 19, 24, false},
    {STR_CONST("trace"), 19, 24, false},
};

typedef struct {
    StrBuf needed, others; /* names of those that are missing */
    StrBuf not_executable, cut_off;
} ToolFaults;

static void note(StrBuf *names, Str name)
{
    strbuf_add(names, names->len > 0 ? S(", ") : (Str){0});
    strbuf_add(names, name);
}

static void look_at_tool(const Doctor *d, Str dir, const Tool *tool, ToolFaults *faults)
{
    FileStat st;
    Err ignored;
    Str path = path_join(d->arena, dir, tool->name);
    if (file_stat(FILE_CWD, path, &st, &ignored) == FILE_ABSENT) {
        note(tool->is_needed ? &faults->needed : &faults->others, tool->name);
    } else if (!file_may_execute(FILE_CWD, path)) {
        note(&faults->not_executable, tool->name);
    } else if (which_is_cut_off(d, path)) {
        note(&faults->cut_off, tool->name);
    }
}

static void find_not_executable(Doctor *d, Str dir, Str names)
{
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = str_format(d->arena, "not executable: %.*s of %.*s", STR_ARG(names),
                                           STR_ARG(doctor_go_name(d))),
                       .evidence = dir,
                       .remedy = str_format(d->arena, "chmod 755 %.*s/*",
                                            STR_ARG(remedy_word(d->arena, dir))),
                   });
    while (names.len > 0) {
        StrCut cut = str_cut(names, ',');
        Str path = path_join(d->arena, dir, str_trim(cut.head));
        doctor_fix(d, (Fix){.kind = FIX_MODE,
                            .path = path,
                            .mode = 0755,
                            .says = str_format(d->arena, "make %.*s executable", STR_ARG(path))});
        names = cut.tail;
    }
}

static void find_missing(Doctor *d, Severity severity, Str root, Str dir, Str names, Str so)
{
    if (names.len > 0) {
        find_broken(d, severity,
                    str_format(d->arena, "%.*s lacks %.*s: %.*s", STR_ARG(doctor_go_name(d)),
                               STR_ARG(names), STR_ARG(so)),
                    dir, root);
    }
}

static bool check_tools(Doctor *d, Err *err)
{
    (void)err;
    Str root = which_root(d);
    Str dir = tool_dir(d, root);
    Str version = d->in->version;
    if (root.len > 0 && version.len == 0) {
        version = which_look(d, in_root(d, root, S("bin/go"))).version;
    }
    int64_t minor = which_minor(version);
    /* A directory that holds no go command is read for its files, not run. */
    if (minor < 0 || !file_is_dir(FILE_CWD, in_root(d, root, S("pkg/tool"))) ||
        which_look(d, in_root(d, root, S("bin/go"))).kind != WHICH_GO) {
        return true;
    }
    ToolFaults faults = {strbuf_init(d->arena), strbuf_init(d->arena), strbuf_init(d->arena),
                         strbuf_init(d->arena)};
    for (isize i = 0; i < COUNT_OF(tools_of_go); i++) {
        const Tool *tool = &tools_of_go[i];
        if (minor >= tool->from && minor <= tool->to) {
            look_at_tool(d, dir, tool, &faults);
        }
    }
    find_missing(d, SEVERITY_ERROR, root, dir, strbuf_str(&faults.needed),
                 S("go build, go test and go vet need them"));
    find_missing(d, SEVERITY_WARN, root, dir, strbuf_str(&faults.others),
                 S("go tool cannot run them"));
    if (faults.cut_off.len > 0) {
        find_broken(d, SEVERITY_ERROR,
                    str_format(d->arena, "cut off, the end of the file is missing: %.*s of %.*s",
                               STR_ARG(strbuf_str(&faults.cut_off)), STR_ARG(doctor_go_name(d))),
                    dir, root);
    }
    if (faults.not_executable.len > 0) {
        find_not_executable(d, dir, strbuf_str(&faults.not_executable));
    }
    return true;
}

/* ---- GWD024: the parts ---- */

/* A Go with its tree: the same release before another one. */
static WhichGo find_whole(const Doctor *d, Str version)
{
    WhichGos lists[] = {
        which_along(d, environ_value(d->in->env->environ, S("PATH")), S("go")),
        which_on_machine(d),
    };
    WhichGo best = {0};
    for (isize list = 0; list < COUNT_OF(lists); list++) {
        for (isize i = 0; i < lists[list].len; i++) {
            WhichGo go = lists[list].ptr[i];
            bool is_better = best.kind == WHICH_NONE ||
                             (str_eq(go.version, version) && !str_eq(best.version, version));
            if (go.kind == WHICH_GO && is_better &&
                file_is_dir(FILE_CWD, in_root(d, go.root, S("pkg/tool")))) {
                best = go;
            }
        }
    }
    return best;
}

/* What makes a go that was copied away start in a tree. */
static Str lead_to_tree(const Doctor *d, const WhichGo *copy)
{
    WhichGo whole = find_whole(d, copy->version);
    return whole.kind == WHICH_NONE
               ? str_format(d->arena, "goward install %.*s", STR_ARG(copy->version))
               : str_format(d->arena, "ln -sf %.*s %.*s",
                            STR_ARG(remedy_word(d->arena, whole.path)),
                            STR_ARG(remedy_word(d->arena, copy->real)));
}

/* cmd/go takes the directory above its bin for the GOROOT when that has pkg/tool. */
static void check_place_of_go(Doctor *d, const WhichGo *go)
{
    Variable goroot = doctor_variable(d, S("GOROOT"));
    bool is_ours = str_eq(go->info.arch, d->in->host_arch); /* GWD028 */
    if (variable_is_set(&goroot) || !is_ours ||
        file_is_dir(FILE_CWD, in_root(d, go->root, S("pkg/tool")))) {
        return;
    }
    bool is_trimmed = which_minor(go->version) >= 21; /* older ones have a GOROOT built in */
    bool has_rest = file_is_dir(FILE_CWD, in_root(d, go->root, S("src/runtime")));
    doctor_find(
        d, (Finding){
               .severity = is_trimmed ? SEVERITY_ERROR : SEVERITY_WARN,
               .title = str_format(d->arena, "%.*s is a go without its tree: it finds no GOROOT",
                                   STR_ARG(go->path)),
               .evidence = str_format(d->arena, "%.*s/pkg/tool is missing", STR_ARG(go->root)),
               .remedy = has_rest ? remedy_repair(d->arena, go->root) : lead_to_tree(d, go),
           });
}

/* Directories of src that 1.19 to 1.27 have, as far as builds need them; and, when they are all
 * there, the packages in them. */
static void check_library_dirs(Doctor *d, Str root)
{
    static const Str dirs[] = {
        STR_CONST("bufio"),   STR_CONST("bytes"),    STR_CONST("cmd"),     STR_CONST("compress"),
        STR_CONST("context"), STR_CONST("crypto"),   STR_CONST("debug"),   STR_CONST("encoding"),
        STR_CONST("errors"),  STR_CONST("fmt"),      STR_CONST("go"),      STR_CONST("hash"),
        STR_CONST("html"),    STR_CONST("internal"), STR_CONST("io"),      STR_CONST("log"),
        STR_CONST("math"),    STR_CONST("net"),      STR_CONST("os"),      STR_CONST("path"),
        STR_CONST("reflect"), STR_CONST("regexp"),   STR_CONST("runtime"), STR_CONST("sort"),
        STR_CONST("strconv"), STR_CONST("strings"),  STR_CONST("sync"),    STR_CONST("syscall"),
        STR_CONST("testing"), STR_CONST("text"),     STR_CONST("time"),    STR_CONST("unicode"),
        STR_CONST("unsafe"),  STR_CONST("vendor"),
    };
    StrBuf missing = strbuf_init(d->arena);
    Str src = in_root(d, root, S("src"));
    for (isize i = 0; i < COUNT_OF(dirs); i++) {
        if (!file_is_dir(FILE_CWD, path_join(d->arena, src, dirs[i]))) {
            note(&missing, dirs[i]);
        }
    }
    if (missing.len == 0) {
        which_library_missing(d, src, &missing);
    }
    if (missing.len > 0) {
        find_broken(d, SEVERITY_ERROR,
                    S("the standard library is not whole: builds find packages missing"),
                    str_format(d->arena, "missing in %.*s: %.*s", STR_ARG(src),
                               STR_ARG(strbuf_str(&missing))),
                    root);
    }
}

static bool check_parts(Doctor *d, Err *err)
{
    (void)err;
    WhichGo go = which_in_use(d);
    Str root = which_root(d);
    if (go.kind == WHICH_GO) {
        check_place_of_go(d, &go);
    }
    bool is_tree = root.len > 0 && file_is_dir(FILE_CWD, in_root(d, root, S("pkg/tool"))) &&
                   which_look(d, in_root(d, root, S("bin/go"))).kind == WHICH_GO;
    if (is_tree) {
        check_library_dirs(d, root);
    }
    return true;
}

/* That a tool may not be run is about its mode, not about what it is. */
static bool is_about_content(const Finding *f)
{
    return !str_starts_with(f->title, S("not executable"));
}

WhichTreeTold which_tree_told(const Doctor *d)
{
    Doctor own = *d;
    Err ignored = {0};
    WhichTreeTold ret = {0};
    own.findings = (FindingList){0};
    own.fixes = (FixList){0};
    Tree t;
    if (read_tree(&own, &t)) {
        check_version_file(&own, &t);
        ret.is_version = own.findings.len > 0;
        check_programs(&own, &t);
    }
    check_tools(&own, &ignored);
    check_parts(&own, &ignored);
    for (isize i = ret.is_version; i < own.findings.len; i++) {
        ret.is_tree = ret.is_tree || is_about_content(&own.findings.ptr[i]);
    }
    return ret;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD022"),
                .title = STR_CONST("the parts of the Go are of one release"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "the build information of bin/go, compile, asm and link, VERSION, "
                    "src/internal/goversion, and directories that newer releases no longer have"),
                .why = STR_CONST(
                    "A new archive unpacked over an old tree, or a copy that stopped half way, "
                    "leaves parts of two releases. go version shows only what bin/go is; builds "
                    "say that the compiler does not match, that an object header does not match, "
                    "or that names are declared twice."),
                .cure = STR_CONST("remove the tree and unpack the archive into an empty place, or "
                                  "goward install"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/install"),
            },
        .run = check_one_release,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD023"),
                .title = STR_CONST("the tools of the Go are there and can be run"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("pkg/tool of the Go in use, and the tools that its release "
                                      "ships: 18 in Go 1.20, 8 in Go 1.26"),
                .why = STR_CONST(
                    "Without one of them the go command says no such tool \"compile\", or "
                    "fork/exec "
                    "... permission denied where the mode was lost, as by a copy through an "
                    "archive or a file system that keeps none. Since Go 1.25 the tools that builds "
                    "do not need are built when they are asked for."),
                .cure = STR_CONST("chmod 755 pkg/tool/*/*; install the Go anew where one is gone"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/go1.25#go-command"),
            },
        .run = check_tools,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD024"),
                .title = STR_CONST("the Go has its tree and its standard library"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("pkg/tool beside the bin of the first go on PATH, symlinks "
                                      "resolved, and the packages of src that "
                                      "src/go/build/deps_test.go lists"),
                .why = STR_CONST(
                    "The go command is of no use alone: copied away from its tree it says cannot "
                    "find GOROOT directory: 'go' binary is trimmed and GOROOT is not set. With "
                    "part of src gone, each build that needs it says cannot find package."),
                .cure = STR_CONST("a symlink instead of the copy; the Go installed anew"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("cmd/go/internal/cfg, findGOROOT"),
            },
        .run = check_parts,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_which_tree = {rows, COUNT_OF(rows)};
