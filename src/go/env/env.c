/*
 * See env.h for the rules. The two files are kept as text and searched anew for each variable: they
 * are a few hundred bytes, and a run asks for a handful of names.
 */
#include "go/env/env.h"

#include "base/panic.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "go/env/goflags.h"
#include "os/file.h"
#include "os/proc.h"

/* Splits "NAME=value". False for what cmd/go passes over: comments, text without '=', names that do
 * not begin with A-Z. */
static bool split_assignment(Str line, Str *ret_name, Str *ret_value)
{
    StrCut cut = str_cut(line, '=');
    if (!cut.found || cut.head.len == 0 || cut.head.ptr[0] < 'A' || cut.head.ptr[0] > 'Z') {
        return false;
    }
    *ret_name = cut.head;
    *ret_value = cut.tail;
    return true;
}

typedef enum { FIRST_WINS, LAST_WINS } Precedence;

/* Finds name in the text of an env file. */
static bool find_in_file(Str text, Str name, Precedence precedence, Str *ret_value, isize *ret_line)
{
    bool found = false;
    for (isize line = 1; text.len > 0; line++) {
        StrCut cut = str_cut(text, '\n'); /* not str_next_line: a CR belongs to the value */
        text = cut.tail;
        Str key, value;
        if (split_assignment(cut.head, &key, &value) && str_eq(key, name)) {
            *ret_value = value;
            *ret_line = line;
            found = true;
            if (precedence == FIRST_WINS) {
                break;
            }
        }
    }
    return found;
}

/* os.UserConfigDir of Unix; empty when there is none. */
static Str user_config_dir(Arena *a, const Environ *environ)
{
    Str dir = environ_value(environ, S("XDG_CONFIG_HOME"));
    if (dir.len > 0) {
        return path_is_absolute(dir) ? dir : S("");
    }
    Str home = environ_value(environ, S("HOME"));
    return home.len == 0 ? S("") : str_concat(a, home, S("/.config"));
}

/* os.UserCacheDir of Unix; empty when there is none. */
static Str user_cache_dir(Arena *a, const Environ *environ)
{
    Str dir = environ_value(environ, S("XDG_CACHE_HOME"));
    if (dir.len > 0) {
        return path_is_absolute(dir) ? dir : S("");
    }
    Str home = environ_value(environ, S("HOME"));
    return home.len == 0 ? S("") : str_concat(a, home, S("/.cache"));
}

static Str user_file_path(Arena *a, const Environ *environ)
{
    Str path = environ_value(environ, S("GOENV"));
    if (str_eq(path, S("off"))) {
        return S("");
    }
    if (path.len > 0) {
        return path;
    }
    Str dir = user_config_dir(a, environ);
    return dir.len == 0 ? dir : path_clean(a, path_join(a, dir, S("go/env")));
}

/* Whether the failure is about the size of the file; any other leaves the file unread, silently, as
 * cmd/go does. */
static bool read_env_file(Arena *a, Str path, Str *ret, Err *err)
{
    *ret = S("");
    if (path.len == 0) {
        return true;
    }
    AUTO_CLOSE int fd = -1;
    Err ignored;
    if (file_open(FILE_CWD, path, &fd, &ignored) != FILE_FOUND) {
        return true;
    }
    Err failure;
    if (file_read_fd(a, fd, GOENV_MAX_FILE, ret, &failure) || failure.kind != ERR_LIMIT) {
        return true;
    }
    *err = failure;
    return FAIL_IN(err, "reading '%.*s'", STR_ARG(path));
}

/* The GOROOT whose go.env is read: of the user's file, else of the process, else of the binary. */
static Str goroot_of_files(Arena *a, const GoEnv *e)
{
    Str root = {0};
    isize line;
    find_in_file(e->user_text, S("GOROOT"), LAST_WINS, &root, &line);
    if (root.len == 0) {
        root = environ_value(e->environ, S("GOROOT"));
    }
    if (root.len == 0) {
        root = e->base_goroot;
    }
    return root.len == 0 ? root : path_clean(a, root);
}

bool goenv_load_user(Arena *a, const Environ *environ, GoEnv *ret, Err *err)
{
    GoEnv e = {.arena = a, .environ = environ, .user_path = user_file_path(a, environ)};
    if (!read_env_file(a, e.user_path, &e.user_text, err)) {
        return false;
    }
    *ret = e;
    return true;
}

bool goenv_load(Arena *a, const Environ *environ, Str base_goroot, GoEnv *ret, Err *err)
{
    GoEnv e;
    if (!goenv_load_user(a, environ, &e, err)) {
        return false;
    }
    e.base_goroot = base_goroot;
    Str root = goroot_of_files(a, &e);
    if (root.len > 0) {
        e.goroot_path = path_join(a, root, S("go.env"));
    }
    if (!read_env_file(a, e.goroot_path, &e.goroot_text, err)) {
        return false;
    }
    *ret = e;
    return true;
}

/* First element of the effective GOPATH with rel below it; empty where GOPATH is. */
static Str below_gopath(const GoEnv *e, Str rel)
{
    Str first = str_cut(goenv_value(e, S("GOPATH")), ':').head;
    return first.len == 0 ? first : path_clean(e->arena, path_join(e->arena, first, rel));
}

static Str default_gopath(const GoEnv *e)
{
    Str home = environ_value(e->environ, S("HOME"));
    if (home.len == 0) {
        return home;
    }
    Str path = path_clean(e->arena, path_join(e->arena, home, S("go")));
    Str goroot = environ_value(e->environ, S("GOROOT"));
    bool is_goroot = goroot.len > 0 && str_eq(path, path_clean(e->arena, goroot));
    return is_goroot ? S("") : path;
}

static Str default_gomodcache(const GoEnv *e)
{
    return below_gopath(e, S("pkg/mod"));
}

static Str default_gobin(const GoEnv *e)
{
    return below_gopath(e, S("bin"));
}

static Str default_gocache(const GoEnv *e)
{
    Str dir = user_cache_dir(e->arena, e->environ);
    return dir.len == 0 ? S("off") : path_clean(e->arena, path_join(e->arena, dir, S("go-build")));
}

static Str default_goenv(const GoEnv *e)
{
    return e->user_path.len == 0 ? S("off") : e->user_path;
}

static Str default_goroot(const GoEnv *e)
{
    return goroot_of_files(e->arena, e);
}

static Str default_goos(const GoEnv *e)
{
    (void)e;
    return proc_host().os;
}

static Str default_goarch(const GoEnv *e)
{
    (void)e;
    return proc_host().arch;
}

static Str default_goprivate(const GoEnv *e)
{
    return goenv_value(e, S("GOPRIVATE"));
}

static Str default_goauth(const GoEnv *e)
{
    (void)e;
    return S("netrc");
}

static const struct {
    Str name;
    Str (*compute)(const GoEnv *e);
} defaults[] = {
    {STR_CONST("GOARCH"), default_goarch},       {STR_CONST("GOAUTH"), default_goauth},
    {STR_CONST("GOBIN"), default_gobin},         {STR_CONST("GOCACHE"), default_gocache},
    {STR_CONST("GOENV"), default_goenv},         {STR_CONST("GOMODCACHE"), default_gomodcache},
    {STR_CONST("GONOPROXY"), default_goprivate}, {STR_CONST("GONOSUMDB"), default_goprivate},
    {STR_CONST("GOOS"), default_goos},           {STR_CONST("GOPATH"), default_gopath},
    {STR_CONST("GOROOT"), default_goroot},
};

static GoEnvValue default_value(const GoEnv *e, Str name)
{
    for (isize i = 0; i < COUNT_OF(defaults); i++) {
        if (str_eq(defaults[i].name, name)) {
            return (GoEnvValue){.value = defaults[i].compute(e), .origin = GOENV_ORIGIN_DEFAULT};
        }
    }
    return (GoEnvValue){.value = S(""), .origin = GOENV_ORIGIN_DEFAULT};
}

/* Of the two files. False when neither names it, or the one that does leaves it empty. */
static bool value_of_files(const GoEnv *e, Str name, GoEnvValue *ret)
{
    GoEnvValue v = {.origin = GOENV_ORIGIN_USER_FILE, .file = e->user_path};
    if (!find_in_file(e->user_text, name, LAST_WINS, &v.value, &v.line)) {
        v = (GoEnvValue){.origin = GOENV_ORIGIN_GOROOT_FILE, .file = e->goroot_path};
        if (!find_in_file(e->goroot_text, name, FIRST_WINS, &v.value, &v.line)) {
            return false;
        }
    }
    if (v.value.len == 0) {
        return false;
    }
    *ret = v;
    return true;
}

/* GOENV names the file itself, and GOROOT says where go.env is: neither is taken from there. */
static bool stands_in_files(Str name)
{
    return !str_eq(name, S("GOENV")) && !str_eq(name, S("GOROOT"));
}

GoEnvValue goenv_get(const GoEnv *e, Str name)
{
    GoEnvValue v = {.value = environ_value(e->environ, name), .origin = GOENV_ORIGIN_PROCESS};
    if (v.value.len > 0 || (stands_in_files(name) && value_of_files(e, name, &v))) {
        return v;
    }
    return default_value(e, name);
}

bool goenv_flag(const GoEnv *e, Str name, Str *ret)
{
    Str rest = goenv_value(e, S("GOFLAGS"));
    bool found = false;
    GoFlagWord word;
    while (goflags_next(&rest, true, &word) == GOFLAG_WORD) {
        if (str_eq(word.name, name)) {
            *ret = word.value;
            found = true;
        }
    }
    return found;
}

Str goenv_origin_text(Arena *a, Str name, const GoEnvValue *value)
{
    switch (value->origin) {
    case GOENV_ORIGIN_PROCESS:
        return str_concat(a, name, S(" (process)"));
    case GOENV_ORIGIN_USER_FILE:
    case GOENV_ORIGIN_GOROOT_FILE:
        return str_format(a, "%.*s:%td", STR_ARG(value->file), value->line);
    case GOENV_ORIGIN_DEFAULT:
        return str_concat(a, name, S(" (default)"));
    case GOENV_ORIGIN_NONE:
        return str_concat(a, name, S(" (not asked)"));
    case GOENV_ORIGIN_COUNT:
        break;
    }
    UNREACHABLE("a GoEnvValue without origin");
}

bool goenv_refuse(Err *err, const GoEnv *e, Str name, Str why)
{
    GoEnvValue value = goenv_get(e, name);
    if (value.origin == GOENV_ORIGIN_PROCESS) {
        FAIL(err, ERR_USAGE, "%.*s; %.*s is set in the environment", STR_ARG(why), STR_ARG(name));
        return err_hint(err, "unset %.*s", STR_ARG(name));
    }
    FAIL(err, ERR_USAGE, "%.*s; %.*s is set in '%.*s', line %td", STR_ARG(why), STR_ARG(name),
         STR_ARG(value.file), value.line);
    return value.origin == GOENV_ORIGIN_USER_FILE
               ? err_hint(err, "go env -u %.*s", STR_ARG(name))
               : err_hint(err, "without that line, or with another %.*s in the environment",
                          STR_ARG(name));
}

Str goenv_printable(Arena *a, Str value)
{
    StrBuf b = strbuf_init(a);
    for (;;) {
        isize at = str_index(value, S("://"));
        if (at < 0) {
            strbuf_add(&b, value);
            return strbuf_str(&b);
        }
        strbuf_add(&b, str_to(value, at + 3));
        value = str_from(value, at + 3);
        isize end = 0, user = -1;
        while (end < value.len && str_index_byte(S("/,| \t"), value.ptr[end]) < 0) {
            user = value.ptr[end] == '@' ? end : user;
            end++;
        }
        if (user >= 0) {
            strbuf_add(&b, S("***"));
            value = str_from(value, user);
        }
    }
}
