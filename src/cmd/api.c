/*
 * goward api: the exported API of packages as text.
 *
 * Each target is one round: its packages are loaded, checked without the bodies of their functions,
 * and told by the threads that check them, while the trees are still there. A feature that all
 * targets have is one line; any other is a line for each target that has it.
 */
#include "base/sort.h"
#include "cmd/buildcontext.h"
#include "cmd/namedgo.h"
#include "cmd/table.h"
#include "go/api/features.h"
#include "go/api/visible.h"
#include "go/load/load.h"
#include "go/mod/platform.h"
#include "go/root/portlist.h"
#include "go/types/units.h"

#define MAX_TARGETS 200 /* of one run; Go has some 50 ports, each with and without cgo */

/* One target while it is looked at. */
typedef struct {
    Loaded loaded;
    bool is_loaded;
    TypecheckUnits units;
    Arena workers[TYPECHECK_MAX_WORKERS]; /* hold the features */
    FeatureList *features;                /* by unit */
} Round;

typedef struct {
    Str package, text;
    bool *targets; /* by target: whether it has it */
    isize n_targets;
} Feature;

typedef struct {
    Platform platform; /* empty: what the environment says */
    Str cgo;           /* of CGO_ENABLED; empty: as the environment has it */
} Wanted;

typedef struct {
    Invocation *inv;
    Str goroot, go_version;
    VEC(Wanted) wanted;
    Strs names; /* of these: "linux-amd64-cgo" */
    VEC(Feature) features;
    Map by_text; /* package, line end, text -> 1 + index */
} Api;

/* ---- what is asked for ---- */

static bool add_target(Api *api, Platform platform, Str cgo, Err *err)
{
    if (api->wanted.len == MAX_TARGETS) {
        return FAIL(err, ERR_LIMIT, "more than %d targets are asked for", MAX_TARGETS);
    }
    *VEC_PUSH(api->inv->arena, &api->wanted) = (Wanted){platform, cgo};
    return true;
}

/* "linux/amd64", with "/cgo" or "/nocgo"; a system for its ports, "all", "first-class". */
static bool add_word(Api *api, const PortList *ports, Str word, Err *err)
{
    Platform pair;
    Str cgo = str_eat_suffix(&word, S("/nocgo")) ? S("0")
              : str_eat_suffix(&word, S("/cgo")) ? S("1")
                                                 : (Str){0};
    bool is_all = str_eq(word, S("all")), is_first = str_eq(word, S("first-class"));
    isize n_before = api->wanted.len;
    if (platform_parse(word, &pair)) {
        return add_target(api, pair, cgo, err);
    }
    for (isize i = 0; i < ports->len; i++) {
        const Port *port = &ports->ptr[i];
        if (!port->is_broken &&
            (is_all || (is_first && port->is_first_class) || str_eq(word, port->os)) &&
            !add_target(api, (Platform){port->os, port->arch}, cgo, err)) {
            return false;
        }
    }
    if (api->wanted.len > n_before) {
        return true;
    }
    FAIL(err, ERR_USAGE, "'%.*s' is no target", STR_ARG(word));
    return err_hint(err,
                    "os/arch as Go writes them: linux/amd64, js/wasm; linux, first-class, all");
}

static bool find_go(Api *api, ToolchainContext *c, Err *err)
{
    Invocation *inv = api->inv;
    if (option_is_set(inv, OPTION_GO)) {
        return namedgo_find(inv, c, option_text(inv, OPTION_GO), &api->goroot, &api->go_version,
                            err);
    }
    BuildContext base;
    bool ok = buildcontext_find(inv, c, &base, err);
    api->goroot = base.goroot;
    api->go_version = base.go_version;
    return ok;
}

static bool read_targets(Api *api, Err *err)
{
    PortList ports;
    StrCut cut = {.tail = option_text(api->inv, OPTION_TARGETS), .found = true};
    if (!option_is_set(api->inv, OPTION_TARGETS)) {
        return add_target(api, (Platform){0}, (Str){0}, err);
    }
    bool ok = portlist_read(api->inv->arena, api->goroot, &ports, err);
    while (ok && cut.found) {
        cut = str_cut(cut.tail, ',');
        ok = add_word(api, &ports, str_trim(cut.head), err);
    }
    return ok;
}

static bool find_build(Api *api, ToolchainContext *c, const Wanted *wanted, BuildContext *ret,
                       Err *err)
{
    Invocation own = *api->inv;
    Environ env;
    Str *tags = ARENA_NEW(own.arena, Str);
    *tags = option_text(&own, OPTION_TAGS);
    TargetWish wish = {.os = wanted->platform.os,
                       .arch = wanted->platform.arch,
                       .tags = option_is_set(&own, OPTION_TAGS) ? tags : NULL};
    if (wanted->cgo.len > 0) {
        env = environ_with(own.arena, own.env, S("CGO_ENABLED"), wanted->cgo);
        own.env = &env;
    }
    return buildcontext_find_for(&own, c, api->goroot, api->go_version, &wish, ret, err);
}

/* ---- a round ---- */

static void take_features(void *context, Checker *c, isize unit, isize worker)
{
    Round *r = context;
    if (visible_is_told(r->loaded.all.ptr[unit])) {
        r->features[unit] = features_of_package(c, &r->workers[worker]);
    }
}

/* What is wrong with packages that were asked for is another command's to tell. */
static void warn_of_errors(const Invocation *inv, const Round *r, const Typecheck *t, int *ret_code)
{
    for (isize i = 0; i < r->units.len; i++) {
        const UnitResult *result = typecheck_result(t, i);
        const TypecheckUnit *unit = &r->units.ptr[i];
        if (unit->is_asked_for && result->errors.len > 0) {
            const DiagnosisPart *first = &result->errors.ptr[0].main;
            report_warn(inv->report, "%.*s has errors, and its API may be told wrongly: %.*s",
                        STR_ARG(unit->path), STR_ARG(str_cut(first->message, '\n').head));
            *ret_code = EXIT_FINDINGS;
        }
    }
}

/* Whether there was anything to tell of; else says what stood in the way. */
static bool has_packages(const Round *r, const Typecheck *t, Err *err)
{
    Str words = S("there is no package to tell of");
    for (isize i = 0; i < r->units.len; i++) {
        const UnitResult *result = typecheck_result(t, i);
        if (r->units.ptr[i].is_asked_for && result->is_checked) {
            return true;
        }
        if (r->units.ptr[i].is_asked_for && result->errors.len > 0) {
            words = result->errors.ptr[0].main.message;
        }
    }
    return FAIL(err, ERR_NOT_FOUND, "%.*s", STR_ARG(words));
}

static bool check_round(Api *api, const BuildContext *build, Round *r, int *ret_code, Err *err)
{
    Invocation *inv = api->inv;
    UnitsWish wish = {.takes_c = true};
    Typecheck *checked = NULL;
    units_of_loaded(inv->arena, &r->loaded, &wish, &r->units);
    for (isize i = 0; i < r->units.len; i++) {
        r->units.ptr[i].ignores_bodies = true;
    }
    r->features = ARENA_ARRAY(inv->arena, FeatureList, r->units.len);
    TypecheckOptions o = {.units = &r->units,
                          .arch = build->target.arch,
                          .go_minor = (int)build->target.go_minor,
                          .jobs = inv->jobs,
                          .witness = take_features,
                          .witness_context = r};
    bool ok = typecheck_run(inv->arena, &o, &checked, err) && has_packages(r, checked, err);
    if (ok) {
        warn_of_errors(inv, r, checked, ret_code);
    }
    if (checked != NULL) {
        typecheck_done(checked);
    }
    return ok;
}

static bool load_round(Invocation *inv, ToolchainContext *c, BuildContext *build, Round *r,
                       int *ret_code, Err *err)
{
    MainMods *mains = ARENA_NEW(inv->arena, MainMods);
    LoadOptions o = {.dir = c->dir,
                     .env = &build->env,
                     .goroot = build->goroot,
                     .go_version = build->go_version,
                     .target = &build->target,
                     .ignores_profiles = true,
                     .jobs = inv->jobs};
    if (!buildcontext_find_mains(inv, &build->env, c->dir, mains, &o.mains, err)) {
        return false;
    }
    if (o.mains != NULL) {
        buildcontext_warn_of_newer_go(inv, build, mains, ret_code);
    }
    r->is_loaded = true;
    return load_packages(inv->arena, &o, inv->args, inv->n_args, &r->loaded, err);
}

/* ---- features of all rounds ---- */

static void add_feature(Api *api, Str package, Str text, isize round)
{
    Arena *a = api->inv->arena;
    bool is_new;
    Str key = str_format(a, "%.*s\n%.*s", STR_ARG(package), STR_ARG(text));
    isize *at = map_put(&api->by_text, key, &is_new);
    if (is_new) {
        *VEC_PUSH(a, &api->features) = (Feature){.package = str_to(key, package.len),
                                                 .text = str_from(key, package.len + 1),
                                                 .targets = ARENA_ARRAY(a, bool, api->wanted.len)};
        *at = api->features.len;
    }
    Feature *f = &api->features.ptr[*at - 1];
    f->n_targets += !f->targets[round];
    f->targets[round] = true;
}

static void gather(Api *api, const Round *r, isize round)
{
    for (isize i = 0; i < r->units.len; i++) {
        const FeatureList *list = &r->features[i];
        for (isize k = 0; k < list->len; k++) {
            add_feature(api, r->units.ptr[i].path, list->ptr[k], round);
        }
    }
}

static bool run_round(Api *api, ToolchainContext *c, isize round, int *ret_code, Err *err)
{
    Invocation *inv = api->inv;
    BuildContext *build = ARENA_NEW(inv->arena, BuildContext);
    Round *r = ARENA_NEW(inv->arena, Round);
    if (!find_build(api, c, &api->wanted.ptr[round], build, err)) {
        return false;
    }
    *VEC_PUSH(inv->arena, &api->names) =
        str_format(inv->arena, "%.*s-%.*s%s", STR_ARG(build->target.os),
                   STR_ARG(build->target.arch), build->target.has_cgo ? "-cgo" : "");
    for (isize i = 0; i < TYPECHECK_MAX_WORKERS; i++) {
        r->workers[i] = arena_init(KIB);
    }
    bool ok =
        load_round(inv, c, build, r, ret_code, err) && check_round(api, build, r, ret_code, err);
    if (ok) {
        gather(api, r, round);
    }
    for (isize i = 0; i < TYPECHECK_MAX_WORKERS; i++) {
        arena_done(&r->workers[i]);
    }
    if (r->is_loaded) {
        load_done(&r->loaded);
    }
    return ok;
}

/* ---- what is told ---- */

static int compare(const void *x, const void *y)
{
    const Feature *a = x, *b = y;
    int order = str_compare(a->package, b->package);
    return order != 0 ? order : str_compare(a->text, b->text);
}

static void tell_text(const Api *api)
{
    Report *report = api->inv->report;
    for (isize i = 0; i < api->features.len; i++) {
        const Feature *f = &api->features.ptr[i];
        if (f->n_targets == api->wanted.len) {
            report_line(report, "pkg %.*s, %.*s", STR_ARG(f->package), STR_ARG(f->text));
            continue;
        }
        for (isize k = 0; k < api->wanted.len; k++) {
            if (f->targets[k]) {
                report_line(report, "pkg %.*s (%.*s), %.*s", STR_ARG(f->package),
                            STR_ARG(api->names.ptr[k]), STR_ARG(f->text));
            }
        }
    }
}

static void add_feature_json(const Api *api, JsonWriter *w, const Feature *f)
{
    json_begin_object(w);
    json_key_str(w, S("package"), f->package);
    json_key_str(w, S("text"), f->text);
    json_key_array(w, S("targets"));
    for (isize k = 0; k < api->wanted.len; k++) {
        if (f->targets[k]) {
            json_str(w, api->names.ptr[k]);
        }
    }
    json_end(w);
    json_end(w);
}

static void tell_json(const Api *api)
{
    JsonWriter *w = report_json_begin(api->inv->report, S("api"), 1);
    json_key_array(w, S("targets"));
    for (isize i = 0; i < api->names.len; i++) {
        json_str(w, api->names.ptr[i]);
    }
    json_end(w);
    json_key_array(w, S("features"));
    for (isize i = 0; i < api->features.len; i++) {
        add_feature_json(api, w, &api->features.ptr[i]);
    }
    json_end(w);
    report_json_end(api->inv->report);
}

static bool api(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    Api api = {.inv = inv, .by_text = map_init(inv->arena)};
    bool ok = find_go(&api, c, err) && read_targets(&api, err);
    for (isize i = 0; ok && i < api.wanted.len; i++) {
        ok = run_round(&api, c, i, ret_code, err);
    }
    if (!ok) {
        return false;
    }
    sort_array(api.features.ptr, api.features.len, sizeof *api.features.ptr, compare);
    if (inv->wants_json) {
        tell_json(&api);
    } else {
        tell_text(&api);
    }
    return true;
}

bool cmd_api(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, api, ret_code, err);
}
