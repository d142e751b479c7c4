/*
 * The libraries that #cgo pkg-config lines name, asked of pkg-config as the go command asks: one
 * run for all of them, and only when that fails one for each, to say which it is.
 */
#include "doctor/cgo_command.h"
#include "doctor/cgo_files.h"
#include "doctor/remedy.h"

#include "base/map.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "go/load/cgoline.h"
#include "os/file.h"
#include "os/spawn.h"

#define TIME_LIMIT_MS 5000    /* pkg-config reads some small files */
#define MAX_OUTPUT (64 * KIB) /* flags of a library take some hundred bytes */
#define MAX_MESSAGES (4 * KIB)
#define MAX_SHOWN_LINES 3
#define MAX_LIBRARIES 64 /* of one module */
#define MAX_ARGS (MAX_LIBRARIES + 16)

typedef struct {
    Str name;
    const CgoLine *line; /* the first that names it */
} Library;

typedef struct {
    Str program; /* absolute */
    CgoWords command;
    Library libraries[MAX_LIBRARIES];
    isize n_libraries;
} Question;

/* Flags such as --static are the go command's to pass on; they name no library. */
static void add_libraries(Doctor *d, Question *q, Map *seen, const CgoLine *line)
{
    CgoWords words = {0};
    bool is_new;
    if (!str_eq(line->verb, S("pkg-config")) || !cgoline_split(d->arena, line->text, &words)) {
        return;
    }
    for (isize i = 0; i < words.len && q->n_libraries < MAX_LIBRARIES; i++) {
        if (words.ptr[i].len == 0 || words.ptr[i].ptr[0] == '-') {
            continue;
        }
        map_put(seen, words.ptr[i], &is_new);
        if (is_new) {
            q->libraries[q->n_libraries++] = (Library){words.ptr[i], line};
        }
    }
}

/* False when there is nothing to ask, or nobody: GWD081 tells of that. */
static bool read_question(Doctor *d, const CgoPackages *packages, Question *ret)
{
    Question q = {.n_libraries = 0};
    Map seen = map_init(d->arena);
    for (isize p = 0; p < packages->len; p++) {
        for (isize i = 0; i < packages->ptr[p].lines.len; i++) {
            add_libraries(d, &q, &seen, &packages->ptr[p].lines.ptr[i]);
        }
    }
    Str set = goenv_value(d->in->env, S("PKG_CONFIG"));
    if (q.n_libraries == 0 ||
        !cgo_split(d->arena, set.len > 0 ? set : S("pkg-config"), &q.command) ||
        q.command.len == 0 || q.command.len > MAX_ARGS - MAX_LIBRARIES - 2 ||
        !cgo_find_program(d, q.command.ptr[0], &q.program)) {
        return false;
    }
    *ret = q;
    return true;
}

/* What pkg-config answers about n libraries: its exit code, and what it says. */
static bool ask(const Doctor *d, const Question *q, const Library *libraries, isize n,
                int *ret_code, Str *ret_messages, Err *err)
{
    AUTO_CLOSE int messages = -1;
    Str argv[MAX_ARGS], flags;
    isize argc = 0;
    for (isize i = 0; i < q->command.len; i++) {
        argv[argc++] = q->command.ptr[i];
    }
    argv[argc++] = S("--cflags");
    argv[argc++] = S("--");
    for (isize i = 0; i < n; i++) {
        argv[argc++] = libraries[i].name;
    }
    if (!file_create_memory(S("messages"), &messages, err)) {
        return false;
    }
    Environ env = environ_with(d->arena, d->in->env->environ, S("LC_ALL"), S("C"));
    Spawn s = {.path = q->program,
               .argv = argv,
               .argc = argc,
               .env = &env,
               .dir = path_dir(libraries[0].line->file),
               .in = -1,
               .out = -1,
               .err = messages,
               .extra = -1};
    if (!spawn_output(d->arena, &s, TIME_LIMIT_MS, MAX_OUTPUT, &flags, ret_code, err)) {
        return FAIL_IN(err, "asking %.*s", STR_ARG(q->program));
    }
    char *buf = ARENA_ARRAY(d->arena, char, MAX_MESSAGES);
    isize len = 0;
    if (!file_read_at(messages, 0, buf, MAX_MESSAGES, &len, err)) {
        return false;
    }
    *ret_messages = (Str){buf, len};
    return true;
}

/* ---- where it may be ---- */

/* A folder with NAME.pc in which this pkg-config does not look; empty when there is none. */
static Str folder_of(const Doctor *d, Str name)
{
    static const Str system[] = {STR_CONST("/usr/local/lib/pkgconfig"),
                                 STR_CONST("/usr/local/lib64/pkgconfig"),
                                 STR_CONST("/usr/local/share/pkgconfig"),
                                 STR_CONST("/usr/lib64/pkgconfig"),
                                 STR_CONST("/usr/lib/pkgconfig"),
                                 STR_CONST("/usr/share/pkgconfig"),
                                 STR_CONST("/usr/lib/x86_64-linux-gnu/pkgconfig"),
                                 STR_CONST("/usr/lib/aarch64-linux-gnu/pkgconfig"),
                                 STR_CONST("/home/linuxbrew/.linuxbrew/lib/pkgconfig")};
    Str file = str_format(d->arena, "%.*s.pc", STR_ARG(name));
    Str home = environ_value(d->in->env->environ, S("HOME"));
    FileStat st;
    Err ignored;
    if (str_index_byte(name, '/') >= 0) {
        return (Str){0};
    }
    if (path_is_absolute(home)) {
        Str dir = path_join(d->arena, home, S(".local/lib/pkgconfig"));
        if (file_stat(FILE_CWD, path_join(d->arena, dir, file), &st, &ignored) == FILE_FOUND) {
            return dir;
        }
    }
    for (isize i = 0; i < COUNT_OF(system); i++) {
        Str dir = doctor_system_path(d, system[i]);
        if (file_stat(FILE_CWD, path_join(d->arena, dir, file), &st, &ignored) == FILE_FOUND) {
            return dir;
        }
    }
    return (Str){0};
}

static Str library_remedy(const Doctor *d, Str name)
{
    Str ignored, dir = folder_of(d, name);
    Str path = environ_value(d->in->env->environ, S("PKG_CONFIG_PATH"));
    Str provided = remedy_word(d->arena, str_format(d->arena, "pkgconfig(%.*s)", STR_ARG(name)));
    if (dir.len > 0) {
        return str_format(d->arena, "export PKG_CONFIG_PATH=%.*s%s",
                          STR_ARG(remedy_word(d->arena, dir)),
                          path.len > 0 ? ":\"$PKG_CONFIG_PATH\"" : "");
    }
    if (cgo_find_program(d, S("dnf"), &ignored)) {
        return str_format(d->arena, "dnf install %.*s", STR_ARG(provided));
    }
    if (cgo_find_program(d, S("zypper"), &ignored)) {
        return str_format(d->arena, "zypper install %.*s", STR_ARG(provided));
    }
    if (cgo_find_program(d, S("apk"), &ignored)) {
        return str_format(
            d->arena, "apk add %.*s",
            STR_ARG(remedy_word(d->arena, str_format(d->arena, "pc:%.*s", STR_ARG(name)))));
    }
    return str_format(d->arena,
                      "install the -dev package that has %.*s.pc (apt-file search /%.*s.pc names "
                      "it), or export PKG_CONFIG_PATH to the folder of that file",
                      STR_ARG(name), STR_ARG(name));
}

/* ---- what is found ---- */

/* The library that is not there: the one that was asked for, or one that its .pc file needs, as in
 * "Package 'z', required by 'x', not found". */
static Str missing_name(Str messages, Str asked)
{
    Str line;
    while (str_next_line(&messages, &line)) {
        isize end = str_index(line, S("', required by '"));
        if (end > 0 && str_eat_prefix(&line, S("Package '"))) {
            return str_to(line, end - S("Package '").len);
        }
    }
    return asked;
}

static bool is_advice(Str line)
{
    return str_starts_with(line, S("Perhaps you should add")) ||
           str_starts_with(line, S("to the PKG_CONFIG_PATH"));
}

static void find_unknown(Doctor *d, const Question *q, const Library *library, int code,
                         Str messages)
{
    StrBuf b = strbuf_init(d->arena);
    Str line, name = missing_name(messages, library->name);
    bool is_own = str_eq(name, library->name);
    strbuf_add_format(&b, "%.*s --cflags -- %.*s: exit code %d", STR_ARG(q->program),
                      STR_ARG(library->name), code);
    for (int i = 0; i < MAX_SHOWN_LINES && str_next_line(&messages, &line);) {
        if (!is_advice(line)) {
            strbuf_add_format(&b, "\n%.*s", STR_ARG(line));
            i++;
        }
    }
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = str_format(d->arena,
                                           "pkg-config does not know the library %.*s%s%.*s: a "
                                           "package here does not build",
                                           STR_ARG(name), is_own ? "" : ", which is needed by ",
                                           STR_ARG(is_own ? (Str){0} : library->name)),
                       .place = {.file = library->line->file, .line = library->line->line},
                       .evidence = strbuf_str(&b),
                       .remedy = library_remedy(d, name),
                   });
}

static bool check_libraries(Doctor *d, Err *err)
{
    const CgoPackages *packages;
    Question q;
    Str messages;
    int code;
    if (cgo_state(d) != CGO_ON) {
        return true;
    }
    if (!cgo_module_packages(d, &packages, err)) {
        return false;
    }
    if (!read_question(d, packages, &q)) {
        return true;
    }
    if (!ask(d, &q, q.libraries, q.n_libraries, &code, &messages, err)) {
        return false;
    }
    for (isize i = 0; i < q.n_libraries && code != 0; i++) {
        int each;
        if (!ask(d, &q, &q.libraries[i], 1, &each, &messages, err)) {
            return false;
        }
        if (each != 0) {
            find_unknown(d, &q, &q.libraries[i], each, messages);
        }
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD122"),
                .title = STR_CONST("pkg-config knows the libraries that packages here ask it for"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "the #cgo pkg-config lines of the module's Go files that hold for the target, "
                    "and what pkg-config (PKG_CONFIG) says when it is asked for these libraries as "
                    "the go command asks. It gets 5 seconds and writes nothing"),
                .why = STR_CONST(
                    "The name in such a line is that of a .pc file, which comes with the -dev "
                    "package of a library, not with the library. Where it is missing, or lies in a "
                    "folder in which pkg-config does not look (/usr/local on some systems, a home, "
                    "the tree of a package manager), the build stops with \"Package NAME was not "
                    "found in the pkg-config search path\"."),
                .cure = STR_CONST("install the -dev (-devel) package of the library, or export "
                                  "PKG_CONFIG_PATH=DIR with the .pc file in it"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("pkg.go.dev/cmd/cgo, cmd/go/internal/work/exec.go"),
            },
        .run = check_libraries,
        .cost = COST_PROCESS,
        .shares_tree = true,
    },
};

const CheckGroup doctor_cgo_libraries = {rows, COUNT_OF(rows)};
