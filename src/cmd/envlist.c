#include "cmd/envlist.h"

#include "base/sort.h"
#include "base/strbuf.h"
#include "format/json.h"
#include "format/sha256.h"

#define MAX_VARIABLES 1000 /* that a capture may hold */

/* Variables that are not Go's own and steer a build or its downloads. */
static const Str others[] = {
    STR_CONST("ALL_PROXY"),       STR_CONST("HTTPS_PROXY"),
    STR_CONST("HTTP_PROXY"),      STR_CONST("LD_LIBRARY_PATH"),
    STR_CONST("NO_PROXY"),        STR_CONST("PATH"),
    STR_CONST("PKG_CONFIG_PATH"), STR_CONST("SSL_CERT_DIR"),
    STR_CONST("SSL_CERT_FILE"),   STR_CONST("TMPDIR"),
    STR_CONST("http_proxy"),      STR_CONST("https_proxy"),
    STR_CONST("no_proxy"),        STR_CONST("GOMAXPROCS"),
    STR_CONST("GOMEMLIMIT"),      STR_CONST("GOGC"),
    STR_CONST("GOTRACEBACK"),     STR_CONST("SOURCE_DATE_EPOCH"),
};

static const Str places[] = {
    STR_CONST("GOBIN"),    STR_CONST("GOCACHE"),        STR_CONST("GOENV"),
    STR_CONST("GOMOD"),    STR_CONST("GOMODCACHE"),     STR_CONST("GOPATH"),
    STR_CONST("GOROOT"),   STR_CONST("GOTELEMETRYDIR"), STR_CONST("GOTELEMETRY"),
    STR_CONST("GOTMPDIR"), STR_CONST("GOTOOLDIR"),      STR_CONST("GOWORK"),
    STR_CONST("PATH"),     STR_CONST("SSL_CERT_DIR"),   STR_CONST("SSL_CERT_FILE"),
    STR_CONST("TMPDIR"),
};

bool envlist_is_place(Str name)
{
    for (isize i = 0; i < COUNT_OF(places); i++) {
        if (str_eq(places[i], name)) {
            return true;
        }
    }
    return false;
}

bool envlist_read(Invocation *inv, ToolchainContext *c, Selected *ret_selected, GoVariables *ret,
                  Err *err)
{
    Selected s;
    ChildChanges changes;
    GoEnv goenv;
    if (!selected_find(c, inv->arena, option_text(inv, OPTION_GO), NULL, 0, false, &s, err) ||
        !selected_require(&s, err) || !selected_environment(c, inv->arena, &s, &changes, err)) {
        return false;
    }
    Environ *child = ARENA_NEW(inv->arena, Environ);
    *child = childenv_apply(inv->arena, inv->env, &changes);
    if (!goenv_load(inv->arena, child, s.root, &goenv, err)) {
        return false;
    }
    DoctorInput in = {.env = &goenv,
                      .goroot = s.root,
                      .version = s.version,
                      .host_os = context_host_os(),
                      .host_arch = context_host_arch(),
                      .dir = c->dir};
    doctor_target(&goenv, &in.os, &in.arch);
    *ret_selected = s;
    return variables_list(&in, inv->arena, ret, err);
}

/* ---- captures ---- */

static int compare_captured(const void *x, const void *y)
{
    return str_compare(((const Captured *)x)->name, ((const Captured *)y)->name);
}

static Str fingerprint(Arena *a, const Capture *c)
{
    StrBuf b = strbuf_init(a);
    strbuf_add_format(&b, "%.*s %.*s\n", STR_ARG(c->go), STR_ARG(c->platform));
    for (isize i = 0; i < c->len; i++) {
        if (!envlist_is_place(c->ptr[i].name)) {
            strbuf_add_format(&b, "%.*s=%.*s\n", STR_ARG(c->ptr[i].name), STR_ARG(c->ptr[i].value));
        }
    }
    Sha256 digest = sha256_of(strbuf_str(&b));
    char hex[2 * SHA256_LEN];
    sha256_to_hex(&digest, hex);
    return str_copy(a, (Str){hex, (isize)sizeof(hex)});
}

Capture envlist_capture(Arena *a, const Selected *s, const GoVariables *list, const Environ *env)
{
    Capture c = {.go = s->name,
                 .platform = str_format(a, "%.*s/%.*s", STR_ARG(context_host_os()),
                                        STR_ARG(context_host_arch())),
                 .ptr = ARENA_ARRAY(a, Captured, list->len + COUNT_OF(others))};
    for (isize i = 0; i < list->len; i++) {
        const GoVariable *v = &list->ptr[i];
        c.ptr[c.len++] =
            (Captured){v->name, goenv_printable(a, v->value), variable_origin_text(a, v)};
    }
    for (isize i = 0; i < COUNT_OF(others); i++) {
        Str value;
        if (environ_lookup(env, others[i], &value)) {
            c.ptr[c.len++] = (Captured){others[i], goenv_printable(a, value), S("environment")};
        }
    }
    sort_array(c.ptr, c.len, (isize)sizeof(Captured), compare_captured);
    c.fingerprint = fingerprint(a, &c);
    return c;
}

Str capture_format(Arena *a, const Capture *c, Str taken_at)
{
    StrBuf b = strbuf_init(a);
    JsonWriter w = json_writer_init(&b, (Str){0});
    json_begin_object(&w);
    json_key_str(&w, S("schema"), S("goward/env-capture"));
    json_key_number(&w, S("version"), 1);
    json_key_str(&w, S("taken_at"), taken_at);
    json_key_str(&w, S("go"), c->go);
    json_key_str(&w, S("platform"), c->platform);
    json_key_str(&w, S("fingerprint"), c->fingerprint);
    json_key_object(&w, S("variables"));
    for (isize i = 0; i < c->len; i++) {
        json_key_object(&w, c->ptr[i].name);
        json_key_str(&w, S("value"), c->ptr[i].value);
        json_key_str(&w, S("origin"), c->ptr[i].origin);
        json_end(&w);
    }
    json_end(&w);
    json_end(&w);
    strbuf_add_byte(&b, '\n');
    return strbuf_str(&b);
}

static bool parse_variables(Arena *a, const JsonValue *object, Capture *ret, Err *err)
{
    ret->ptr = ARENA_ARRAY(a, Captured, MAX_VARIABLES);
    if (!json_is(object, JSON_OBJECT)) {
        return FAIL(err, ERR_FORMAT, "it has no variables");
    }
    for (const JsonValue *v = object->child; v != NULL; v = v->next) {
        if (ret->len == MAX_VARIABLES) {
            return FAIL(err, ERR_LIMIT, "more than %d variables", MAX_VARIABLES);
        }
        if (!json_is(v, JSON_OBJECT)) {
            return FAIL(err, ERR_FORMAT, "the variable '%.*s' is no object", STR_ARG(v->key));
        }
        ret->ptr[ret->len++] = (Captured){v->key, json_get_str(v, S("value"), (Str){0}),
                                          json_get_str(v, S("origin"), (Str){0})};
    }
    sort_array(ret->ptr, ret->len, (isize)sizeof(Captured), compare_captured);
    return true;
}

bool capture_parse(Arena *a, Str file, Str text, Capture *ret, Err *err)
{
    const JsonValue *doc;
    Capture c = {0};
    if (!json_parse(a, text, &doc, err)) {
        return FAIL_IN(err, "reading the capture '%.*s'", STR_ARG(file));
    }
    int64_t version;
    if (!str_eq(json_get_str(doc, S("schema"), (Str){0}), S("goward/env-capture")) ||
        !json_int(json_get(doc, S("version")), &version) || version != 1) {
        return FAIL(err, ERR_FORMAT, "'%.*s' is no capture of 'goward env capture'", STR_ARG(file));
    }
    c.go = json_get_str(doc, S("go"), (Str){0});
    c.platform = json_get_str(doc, S("platform"), (Str){0});
    if (!parse_variables(a, json_get(doc, S("variables")), &c, err)) {
        return FAIL_IN(err, "reading the capture '%.*s'", STR_ARG(file));
    }
    c.fingerprint = fingerprint(a, &c);
    *ret = c;
    return true;
}
