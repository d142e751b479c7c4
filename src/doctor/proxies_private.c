/* Which modules are private: GOPRIVATE, GONOPROXY, GONOSUMDB, GOINSECURE. */
#include "doctor/proxies.h"
#include "go/mod/pattern.h"

/* ---- globs ---- */

/* What no glob over module paths holds. */
static const struct {
    Str sign;
    const char *because;
} bad_signs[] = {
    {STR_CONST("://"), "module paths have no scheme"},
    {STR_CONST(" "), "patterns are parted by commas alone, spaces count"},
    {STR_CONST(";"), "patterns are parted by commas"},
    {STR_CONST("|"), "patterns are parted by commas"},
    {STR_CONST("@"), "module paths have neither users nor versions here"},
    {STR_CONST("..."), "a pattern takes in all below it by itself"},
    {STR_CONST(":"), "module paths have no port"},
    {STR_CONST("\r"), "the line ends with a carriage return"},
};

/* Why a glob can match no module path; NULL when it can. */
static const char *why_useless(Str glob)
{
    for (isize i = 0; i < COUNT_OF(bad_signs); i++) {
        if (str_contains(glob, bad_signs[i].sign)) {
            return bad_signs[i].because;
        }
    }
    Str host = str_cut(glob, '/').head;
    if (str_starts_with(glob, S("."))) {
        return "no module path begins with a dot; *.example.com takes in the hosts below it";
    }
    if (str_index_byte(glob, '[') >= 0 && str_index_byte(glob, ']') < 0) {
        return "its [ is never closed";
    }
    for (isize i = 0; i < host.len; i++) {
        if (host.ptr[i] >= 'A' && host.ptr[i] <= 'Z') {
            return "hosts in module paths have small letters";
        }
    }
    return str_ends_with(glob, S("\\")) ? "it ends with a backslash" : NULL;
}

static void check_globs(Doctor *d, const Variable *v)
{
    for (StrCut cut = {.tail = v->got.value, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, ',');
        const char *why = why_useless(cut.head);
        if (why != NULL) {
            Str glob = proxies_hide(d->arena, cut.head);
            proxies_find(d, SEVERITY_WARN, v, (Str){0},
                         str_format(d->arena, "\"%.*s\" in %.*s matches no module: %s",
                                    STR_ARG(glob), STR_ARG(v->name), why));
            return;
        }
    }
}

/* What a variable does to the modules that it takes in. */
static const struct {
    Str name;
    const char *effect;
} private_variables[] = {
    {STR_CONST("GOPRIVATE"), "come without a proxy and are not checked against the checksum "
                             "database"},
    {STR_CONST("GONOPROXY"), "come without a proxy, straight from their repositories"},
    {STR_CONST("GONOSUMDB"), "are not checked against the checksum database"},
    {STR_CONST("GOINSECURE"), "may come over connections that anybody can change"},
};

/* Hosts of public modules, each with a path that it could have. */
static const Str public_modules[] = {
    STR_CONST("github.com/a-name/a-module"),    STR_CONST("gitlab.com/a-name/a-module"),
    STR_CONST("bitbucket.org/a-name/a-module"), STR_CONST("golang.org/x/a-module"),
    STR_CONST("google.golang.org/a-module"),    STR_CONST("gopkg.in/a-module.v1")};

static void check_width(Doctor *d, const Variable *v, const char *effect)
{
    if (proxies_matches_all(v->got.value)) {
        proxies_find(
            d, SEVERITY_WARN, v, (Str){0},
            str_format(d->arena, "%.*s takes in every module: all %s", STR_ARG(v->name), effect));
        return;
    }
    for (isize i = 0; i < COUNT_OF(public_modules); i++) {
        if (pattern_list_matches(v->got.value, public_modules[i])) {
            Str host = str_cut(public_modules[i], '/').head;
            proxies_find(d, SEVERITY_WARN, v, (Str){0},
                         str_format(d->arena,
                                    "%.*s takes in all of %.*s: public modules from there %s",
                                    STR_ARG(v->name), STR_ARG(host), effect));
            return;
        }
    }
}

/* ---- GWD051 ---- */

/* Names that no Go reads, and what was meant. */
static const struct {
    Str name, meant;
} wrong_names[] = {
    {STR_CONST("GONOSUMCHECK"), STR_CONST("GONOSUMDB")},
    {STR_CONST("GONOVERIFY"), STR_CONST("GONOSUMDB")},
    {STR_CONST("GOSUMCHECK"), STR_CONST("GOSUMDB")},
    {STR_CONST("GO_PROXY"), STR_CONST("GOPROXY")},
    {STR_CONST("GO_PRIVATE"), STR_CONST("GOPRIVATE")},
    {STR_CONST("GOPROXIES"), STR_CONST("GOPROXY")},
    {STR_CONST("GO_SUMDB"), STR_CONST("GOSUMDB")},
    {STR_CONST("GO_NOSUMDB"), STR_CONST("GONOSUMDB")},
    {STR_CONST("GO_INSECURE"), STR_CONST("GOINSECURE")},
};

static bool check_private(Doctor *d, Err *err)
{
    (void)err;
    for (isize i = 0; i < COUNT_OF(private_variables); i++) {
        Variable v = doctor_variable(d, private_variables[i].name);
        if (v.got.value.len > 0 && v.got.origin != GOENV_ORIGIN_DEFAULT) {
            check_globs(d, &v);
            check_width(d, &v, private_variables[i].effect);
        }
    }
    for (isize i = 0; i < COUNT_OF(wrong_names); i++) {
        Variable v = doctor_variable(d, wrong_names[i].name);
        if (v.got.value.len > 0) {
            proxies_find(d, SEVERITY_WARN, &v, (Str){0},
                         str_format(d->arena, "no Go reads %.*s: %.*s is meant", STR_ARG(v.name),
                                    STR_ARG(wrong_names[i].meant)));
        }
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD051"),
                .title = STR_CONST("GOPRIVATE and its kin take in private modules, and no others"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("GOPRIVATE, GONOPROXY, GONOSUMDB, GOINSECURE, and names like "
                                      "them that no Go reads"),
                .why = STR_CONST(
                    "They are globs over module paths, parted by commas. One that is too wide (*) "
                    "takes proxies and the checksum database away from all modules, and with "
                    "GONOPROXY the go command cannot download Go toolchains any more. One that "
                    "matches nothing (a URL, a port, a space, a leading dot) sends the names of "
                    "private modules to public servers."),
                .cure = STR_CONST("go env -w GOPRIVATE=git.example.com,*.corp.example.com"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#private-modules"),
            },
        .run = check_private,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_proxies_private = {rows, COUNT_OF(rows)};
