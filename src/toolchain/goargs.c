/*
 * See goargs.h. cmd/go looks at its arguments twice before it parses flags: for -C, which must come
 * right behind "go" or behind the command's name, and for the package of `go install` and `go run`.
 * Both need the names of commands and flags, which are the two tables here.
 */
#include "toolchain/goargs.h"

#include "base/path.h"
#include "go/mod/version.h"

/* Commands of the go command; a name with a space is one of a group. */
static const Str commands[] = {
    STR_CONST("bug"),       STR_CONST("build"),      STR_CONST("clean"),
    STR_CONST("doc"),       STR_CONST("env"),        STR_CONST("fix"),
    STR_CONST("fmt"),       STR_CONST("generate"),   STR_CONST("get"),
    STR_CONST("install"),   STR_CONST("list"),       STR_CONST("mod download"),
    STR_CONST("mod edit"),  STR_CONST("mod graph"),  STR_CONST("mod init"),
    STR_CONST("mod tidy"),  STR_CONST("mod vendor"), STR_CONST("mod verify"),
    STR_CONST("mod why"),   STR_CONST("run"),        STR_CONST("telemetry"),
    STR_CONST("test"),      STR_CONST("tool"),       STR_CONST("version"),
    STR_CONST("vet"),       STR_CONST("work edit"),  STR_CONST("work init"),
    STR_CONST("work sync"), STR_CONST("work use"),   STR_CONST("work vendor"),
};

/* Flags of `go run`, by which cmd/go tells whether the next argument is a value. */
static const struct Flag {
    Str name;
    bool takes_value;
    Str since;
} run_flags[] = {
    {STR_CONST("C"), true, STR_CONST("1.21")},
    {STR_CONST("a"), false, STR_CONST("1.21")},
    {STR_CONST("asan"), false, STR_CONST("1.21")},
    {STR_CONST("asmflags"), true, STR_CONST("1.21")},
    {STR_CONST("buildmode"), true, STR_CONST("1.21")},
    {STR_CONST("buildvcs"), false, STR_CONST("1.21")},
    {STR_CONST("compiler"), true, STR_CONST("1.21")},
    {STR_CONST("cover"), false, STR_CONST("1.21")},
    {STR_CONST("covermode"), true, STR_CONST("1.21")},
    {STR_CONST("coverpkg"), true, STR_CONST("1.21")},
    {STR_CONST("debug-actiongraph"), true, STR_CONST("1.21")},
    {STR_CONST("debug-runtime-trace"), true, STR_CONST("1.21")},
    {STR_CONST("debug-trace"), true, STR_CONST("1.21")},
    {STR_CONST("exec"), true, STR_CONST("1.21")},
    {STR_CONST("gccgoflags"), true, STR_CONST("1.21")},
    {STR_CONST("gcflags"), true, STR_CONST("1.21")},
    {STR_CONST("installsuffix"), true, STR_CONST("1.21")},
    {STR_CONST("json"), false, STR_CONST("1.24")},
    {STR_CONST("ldflags"), true, STR_CONST("1.21")},
    {STR_CONST("linkshared"), false, STR_CONST("1.21")},
    {STR_CONST("mod"), true, STR_CONST("1.21")},
    {STR_CONST("modfile"), true, STR_CONST("1.21")},
    {STR_CONST("msan"), false, STR_CONST("1.21")},
    {STR_CONST("n"), false, STR_CONST("1.21")},
    {STR_CONST("overlay"), true, STR_CONST("1.21")},
    {STR_CONST("p"), true, STR_CONST("1.21")},
    {STR_CONST("pgo"), true, STR_CONST("1.21")},
    {STR_CONST("pkgdir"), true, STR_CONST("1.21")},
    {STR_CONST("race"), false, STR_CONST("1.21")},
    {STR_CONST("tags"), true, STR_CONST("1.21")},
    {STR_CONST("toolexec"), true, STR_CONST("1.21")},
    {STR_CONST("trimpath"), false, STR_CONST("1.21")},
    {STR_CONST("v"), false, STR_CONST("1.21")},
    {STR_CONST("work"), false, STR_CONST("1.21")},
    {STR_CONST("x"), false, STR_CONST("1.21")},
};

/* Whether the arguments from argv[1] on begin with the words of name. */
static bool begins_with(const Str *argv, isize argc, Str name, isize *ret_n_words)
{
    isize n = 0;
    bool more = true;
    while (more) {
        StrCut cut = str_cut(name, ' ');
        name = cut.tail;
        more = cut.found;
        if (n + 1 >= argc || !str_eq(argv[n + 1], cut.head)) {
            return false;
        }
        n++;
    }
    *ret_n_words = n;
    return true;
}

/* How many arguments name the command; a group without a known command counts as its one word. */
static isize command_words(const Str *argv, isize argc)
{
    isize n;
    for (isize i = 0; i < COUNT_OF(commands); i++) {
        if (begins_with(argv, argc, commands[i], &n)) {
            return n;
        }
    }
    bool is_group = argc > 1 && (str_eq(argv[1], S("mod")) || str_eq(argv[1], S("work")));
    return is_group ? 1 : 0;
}

static GoArgs without(Arena *a, const Str *argv, isize argc, isize at, isize n, Str dir)
{
    Str *rest = ARENA_ARRAY(a, Str, argc);
    isize len = 0;
    for (isize i = 0; i < argc; i++) {
        if (i < at || i >= at + n) {
            rest[len++] = argv[i];
        }
    }
    return (GoArgs){.argv = rest, .argc = len, .has_dir = true, .dir = dir};
}

GoArgs goargs_read(Arena *a, const Str *argv, isize argc)
{
    isize at = 1 + command_words(argv, argc);
    if (at < argc) {
        Str flag = argv[at];
        if (str_eq(flag, S("-C")) || str_eq(flag, S("--C"))) {
            if (at + 1 < argc) {
                return without(a, argv, argc, at, 2, argv[at + 1]);
            }
        } else if (str_eat_prefix(&flag, S("-C=")) || str_eat_prefix(&flag, S("--C="))) {
            return without(a, argv, argc, at, 1, flag);
        }
    }
    return (GoArgs){.argv = argv, .argc = argc};
}

static bool is_since(Str base_version, Str since)
{
    return goversion_compare(base_version, since) >= 0;
}

bool goargs_is_exempt(const GoArgs *args, Str base_version)
{
    const Str *argv = args->argv;
    if (args->argc < 3 || !str_eq(argv[1], S("env"))) {
        return false;
    }
    if (args->argc == 4) {
        return str_eq(argv[2], S("-w")) && str_starts_with(argv[3], S("GOTOOLCHAIN="));
    }
    if (args->argc != 3) {
        return false;
    }
    bool is_file = str_eq(argv[2], S("GOMOD")) || str_eq(argv[2], S("GOWORK"));
    return str_eq(argv[2], S("GOTOOLCHAIN")) || (is_file && is_since(base_version, S("1.23")));
}

static const struct Flag *find_flag(Str name, bool is_install, Str base_version)
{
    if (is_install && str_eq(name, S("exec")) && is_since(base_version, S("1.27"))) {
        return NULL; /* since then `go install` is asked about its own flags, and has no -exec */
    }
    for (isize i = 0; i < COUNT_OF(run_flags); i++) {
        if (str_eq(run_flags[i].name, name) && is_since(base_version, run_flags[i].since)) {
            return &run_flags[i];
        }
    }
    return NULL;
}

/* What strconv.ParseBool takes. */
static bool is_bool_text(Str s)
{
    static const Str texts[] = {
        STR_CONST("1"),    STR_CONST("0"),    STR_CONST("t"),     STR_CONST("f"),
        STR_CONST("T"),    STR_CONST("F"),    STR_CONST("true"),  STR_CONST("false"),
        STR_CONST("TRUE"), STR_CONST("True"), STR_CONST("FALSE"), STR_CONST("False"),
    };
    for (isize i = 0; i < COUNT_OF(texts); i++) {
        if (str_eq(texts[i], s)) {
            return true;
        }
    }
    return false;
}

/* Behind an unknown flag of `go install`: the last argument is taken for the package, unless
 * -modcacherw comes first, where flags are read on from. */
static isize skip_unknown(const GoArgs *args, isize at, Str *package)
{
    for (; at < args->argc; at++) {
        Str arg = args->argv[at];
        Str name = str_cut(arg, '=').head;
        if (str_eq(name, S("-modcacherw")) || str_eq(name, S("--modcacherw"))) {
            return at;
        }
        if (at + 1 == args->argc && !str_starts_with(arg, S("-"))) {
            *package = arg;
        }
    }
    return at;
}

typedef enum { FLAG_READ, FLAG_UNKNOWN, FLAG_BAD } FlagOutcome;

/* The flag at *at, without its dashes; *at goes behind it and its value. */
static FlagOutcome read_flag(Str flag, bool is_install, Str base_version, isize *at)
{
    ++*at;
    StrCut cut = str_cut(flag, '=');
    if (str_eq(cut.head, S("modcacherw"))) {
        return !cut.found || is_bool_text(cut.tail) ? FLAG_READ : FLAG_BAD;
    }
    if (cut.found) {
        return FLAG_READ;
    }
    const struct Flag *known = find_flag(flag, is_install, base_version);
    if (known == NULL) {
        return FLAG_UNKNOWN;
    }
    *at += known->takes_value;
    return FLAG_READ;
}

/* The first argument that is no flag; empty when there is none, or it cannot be told. */
static Str find_package(const GoArgs *args, bool is_install, Str base_version)
{
    Str package = {0};
    for (isize at = 2; at < args->argc;) {
        Str arg = args->argv[at];
        if (str_eq(arg, S("--"))) {
            return at + 1 < args->argc ? args->argv[at + 1] : S("");
        }
        if (!str_eat_prefix(&arg, S("-"))) {
            return arg;
        }
        str_eat_prefix(&arg, S("-"));
        switch (read_flag(arg, is_install, base_version, &at)) {
        case FLAG_READ:
            break;
        case FLAG_BAD:
            return S("");
        case FLAG_UNKNOWN:
            if (!is_install) {
                return S("");
            }
            at = skip_unknown(args, at, &package);
            break;
        }
    }
    return package;
}

static bool is_local_path(Str package)
{
    return str_eq(package, S(".")) || str_eq(package, S("..")) ||
           str_starts_with(package, S("./")) || str_starts_with(package, S("../")) ||
           path_is_absolute(package);
}

GoArgsQuery goargs_query(const GoArgs *args, Str base_version, Str *ret)
{
    bool is_install = args->argc >= 3 && str_eq(args->argv[1], S("install"));
    bool is_run = args->argc >= 3 && str_eq(args->argv[1], S("run"));
    if (!is_install && !is_run) {
        return GOARGS_QUERY_NONE;
    }
    Str package = find_package(args, is_install, base_version);
    StrCut cut = str_cut(package, '@');
    if (!cut.found || is_local_path(package)) {
        return GOARGS_QUERY_NONE;
    }
    bool is_odd = str_starts_with(cut.tail, S("-")) || str_starts_with(cut.tail, S("/"));
    if (is_odd && is_since(base_version, S("1.24"))) {
        *ret = cut.tail;
        return GOARGS_QUERY_INVALID;
    }
    bool is_virtual = str_eq(cut.head, S("go")) || str_eq(cut.head, S("toolchain"));
    if (cut.head.len == 0 || cut.tail.len == 0 || is_virtual) {
        return GOARGS_QUERY_NONE;
    }
    *ret = package;
    return GOARGS_QUERY_FOUND;
}
