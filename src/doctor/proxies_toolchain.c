/* The Go that go.mod asks for: is it here, and if not, can it be had? */
#include "doctor/modcache.h"
#include "doctor/proxies.h"
#include "doctor/variables.h"
#include "doctor/which_gos.h"
#include "go/env/workdir.h"
#include "go/mod/pattern.h"
#include "go/mod/version.h"
#include "os/spawn.h"

typedef struct {
    Str needs;  /* the go line: "1.27.3" */
    Str wants;  /* the toolchain line where that is newer, else as needs */
    Str file;   /* that asks for it */
    isize line; /* of the go line */
} WantedGo;

/* The go and toolchain lines of go.work, else of go.mod, as at the start of Go. */
static bool find_wanted(const Doctor *d, WantedGo *ret)
{
    Str file, text;
    Err ignored;
    Str temp = workdir_temp(d->in->env->environ);
    bool found = gowork_find(d->arena, d->in->env, d->in->dir, &file) == GOWORK_FOUND ||
                 gomod_find(d->arena, d->in->dir, temp, &file);
    if (!found ||
        file_read_all(d->arena, FILE_CWD, file, GOMOD_MAX_FILE, &text, &ignored) != FILE_FOUND) {
        return false;
    }
    GoModValue go = gomod_lookup(text, S("go"));
    Str of_toolchain = goversion_of_toolchain(gomod_lookup(text, S("toolchain")).value);
    bool is_newer = goversion_compare(of_toolchain, go.value) > 0;
    *ret = (WantedGo){go.value, is_newer ? of_toolchain : go.value, file, go.line};
    return goversion_is_valid(go.value);
}

typedef struct {
    Str at_least;    /* the Go that starts, or the one that GOTOOLCHAIN names */
    bool may_switch; /* to what go.mod wants */
    bool may_download;
} Switching;

/* False for what is no GOTOOLCHAIN. Without any value Go does not switch. */
static bool read_gotoolchain(Str value, Str local, Switching *ret)
{
    StrCut cut = str_cut(value, '+');
    Str mode = cut.found ? cut.tail : value;
    *ret = (Switching){.at_least = local};
    if (str_starts_with(cut.head, S("go"))) {
        ret->at_least = goversion_of_toolchain(cut.head);
        mode = cut.tail;
        ret->may_download = !cut.found;
    }
    if (str_eq(mode, S("auto")) || str_eq(mode, S("path"))) {
        ret->may_switch = true;
        ret->may_download = str_eq(mode, S("auto"));
        return true;
    }
    return mode.len == 0 || str_eq(mode, S("local"));
}

/* Whether that Go is in PATH or unpacked in the module cache. */
static bool is_there(const Doctor *d, Str name)
{
    Str found;
    Str version = str_format(d->arena, "v0.0.1-%.*s.%.*s-%.*s", STR_ARG(name),
                             STR_ARG(d->in->host_os), STR_ARG(d->in->host_arch));
    return spawn_find(d->arena, d->in->env->environ, name, &found) ||
           modcache_has(d, S("golang.org/toolchain"), version);
}

/* Which variable keeps toolchains from being downloaded, and why; NULL when none does. */
static const char *why_no_download(const Doctor *d, Variable *ret)
{
    ProxyList list;
    Err ignored;
    *ret = doctor_variable(d, S("GONOPROXY"));
    if (pattern_list_matches(ret->got.value, S("golang.org/toolchain"))) {
        return "GONOPROXY (or GOPRIVATE) takes in golang.org/toolchain, which has no repository";
    }
    *ret = doctor_variable(d, S("GOSUMDB"));
    Str proxies = goenv_value(d->in->env, S("GOPROXY"));
    bool is_exempt = str_starts_with(proxies, S("file://")) && str_index_byte(proxies, ',') < 0 &&
                     str_index_byte(proxies, '|') < 0;
    if (str_eq(ret->got.value, S("off")) && !is_exempt) { /* modfetch, useSumDB */
        return "GOSUMDB=off forbids it";
    }
    *ret = doctor_variable(d, S("GOPROXY"));
    if (ret->got.value.len == 0 || !proxy_list_parse(d->arena, ret->got.value, &list, &ignored)) {
        return NULL; /* that is what GWD050 tells */
    }
    return list.ptr[0].kind == PROXY_OFF      ? "GOPROXY=off forbids it"
           : list.ptr[0].kind == PROXY_DIRECT ? "GOPROXY=direct asks no proxy, and toolchains have "
                                                "no repository"
                                              : NULL;
}

/* The command that brings the one toolchain although the settings keep all from being downloaded:
 * it takes them back for itself alone, and leaves what they are for in force. */
static Str download_once(const Doctor *d, Str name)
{
    StrBuf b = strbuf_init(d->arena);
    ProxyList list;
    Err ignored;
    Str proxies = goenv_value(d->in->env, S("GOPROXY"));
    bool has_proxy = proxy_list_parse(d->arena, proxies, &list, &ignored) && list.len > 0 &&
                     (list.ptr[0].kind == PROXY_URL || list.ptr[0].kind == PROXY_FILE);
    if (!has_proxy) {
        strbuf_add_format(&b, "GOPROXY=%.*s ",
                          STR_ARG(variables_default(d->in, d->arena, S("GOPROXY"))));
    }
    if (pattern_list_matches(goenv_value(d->in->env, S("GONOPROXY")), S("golang.org/toolchain"))) {
        strbuf_add(&b, S("GONOPROXY=none "));
    }
    if (str_eq(goenv_value(d->in->env, S("GOSUMDB")), S("off"))) {
        strbuf_add_format(&b, "GOSUMDB=%.*s ",
                          STR_ARG(variables_default(d->in, d->arena, S("GOSUMDB"))));
    }
    strbuf_add_format(&b, "GOTOOLCHAIN=%.*s go version", STR_ARG(name));
    return strbuf_str(&b);
}

static void find_unobtainable(Doctor *d, const WantedGo *wanted, Str title, Str evidence,
                              Str remedy)
{
    doctor_find(d, (Finding){
                       .severity = SEVERITY_ERROR,
                       .title = title,
                       .place = {.file = wanted->file, .line = wanted->line},
                       .evidence = evidence,
                       .remedy = remedy,
                   });
}

static void check_switch(Doctor *d, const WantedGo *wanted, const Variable *v, const Switching *s)
{
    bool switches = goversion_compare(wanted->wants, s->at_least) > 0 && s->may_switch;
    Str version = switches ? wanted->wants : s->at_least;
    Str name = goversion_toolchain_name(d->arena, version);
    Variable reason;
    if ((switches && !s->may_download) || /* that is what GWD033 tells */
        goversion_compare(version, d->in->version) == 0 || is_there(d, name) ||
        which_fits_later(d, version)) {
        return;
    }
    const char *why =
        s->may_download ? why_no_download(d, &reason) : "only PATH is searched for it";
    if (why == NULL) {
        return;
    }
    reason = s->may_download ? reason : *v;
    find_unobtainable(
        d, wanted,
        str_format(d->arena, "%.*s is needed, is not here, and cannot be downloaded: %s",
                   STR_ARG(name), why),
        proxies_hide(d->arena, variable_evidence(d->arena, &reason)),
        s->may_download
            ? download_once(d, name)
            : variable_remedy(d->arena, v, str_format(d->arena, "%.*s+auto", STR_ARG(name))));
}

static bool check_toolchain(Doctor *d, Err *err)
{
    (void)err;
    WantedGo wanted;
    Switching s;
    Variable v = doctor_variable(d, S("GOTOOLCHAIN"));
    if (!doctor_go_is_at_least(d, S("1.21")) || !find_wanted(d, &wanted) ||
        !read_gotoolchain(v.got.value, d->in->version, &s) || !goversion_is_valid(s.at_least)) {
        return true;
    }
    /* One that may not switch, and is too old for go.mod, is GWD033's. */
    if (s.may_switch || goversion_compare(wanted.needs, s.at_least) <= 0) {
        check_switch(d, &wanted, &v, &s);
    }
    return true;
}

Str proxies_switches_to(const Doctor *d)
{
    WantedGo wanted;
    Switching s;
    Str value = doctor_variable(d, S("GOTOOLCHAIN")).got.value;
    if (!doctor_go_is_at_least(d, S("1.21")) || !read_gotoolchain(value, d->in->version, &s) ||
        !goversion_is_valid(s.at_least)) {
        return (Str){0};
    }
    Str version = s.at_least;
    if (s.may_switch && find_wanted(d, &wanted) && goversion_compare(wanted.wants, version) > 0) {
        version = wanted.wants;
    }
    return goversion_compare(version, d->in->version) == 0
               ? (Str){0}
               : goversion_toolchain_name(d->arena, version);
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD055"),
                .title = STR_CONST("the Go that go.mod asks for is here, or can be had"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("the go and toolchain lines of go.work or go.mod, "
                                      "GOTOOLCHAIN, the Go in use, programs such as go1.27.3 in "
                                      "PATH, toolchains in the module cache; GOPROXY, GONOPROXY "
                                      "and GOSUMDB"),
                .why = STR_CONST(
                    "Since Go 1.21 the go command downloads a newer Go when go.mod asks for one. "
                    "It is a module without a repository: with GOPROXY=off or direct, or a "
                    "GOPRIVATE "
                    "of *, there is no way to get it (`toolchain not available`), and without the "
                    "checksum database it is refused."),
                .cure = STR_CONST("download it once: GONOPROXY=none GOTOOLCHAIN=go1.27.3 go "
                                  "version; or goward install VERSION"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/toolchain"),
            },
        .run = check_toolchain,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_proxies_toolchain = {rows, COUNT_OF(rows)};
