/*
 * goward api: the exported API of packages as text.
 *
 * Each target is one round: its packages are loaded, checked without the bodies of their functions,
 * and told by the threads that check them, while the trees are still there. A feature that all
 * targets have is one line; any other is a line for each target that has it.
 */
#include "base/sort.h"
#include "cmd/buildcontext.h"
#include "cmd/errorplace.h"
#include "cmd/namedgo.h"
#include "cmd/table.h"
#include "cmd/targetword.h"
#include "go/api/features.h"
#include "go/api/visible.h"
#include "go/load/load.h"
#include "go/mod/platform.h"
#include "go/root/portlist.h"
#include "go/types/units.h"

#define MAX_TARGETS 200      /* of one run; Go has some 50 ports, each with and without cgo */
#define MAX_KEPT (512 * MIB) /* of texts and trees, from one round to the next */

/* What all rounds share that have cgo set alike. */
typedef struct {
    Invocation inv; /* with that setting in its environment */
    Environ env;
    BuildContext go; /* without a target */
    MainMods mains;
    const MainMods *found_mains; /* NULL: there are none */
    bool is_found;
} Side;

/* One target while it is looked at; everything on its arena. */
typedef struct {
    Arena arena;
    BuildContext build;
    Loaded loaded;
    bool is_loaded;
    TypecheckUnits units;
    Arena workers[TYPECHECK_MAX_WORKERS]; /* hold the features */
    FeatureList *features;                /* by unit */
} Round;

/* A package that was asked for. */
typedef struct {
    Str path;
    Str fault;     /* what is wrong with it first */
    bool is_there; /* a target has files of it */
} Met;

typedef struct {
    Str package, text;
    bool *targets; /* by target: whether it has it */
    isize n_targets;
} Feature;

typedef enum {
    CGO_AS_SET, /* as the environment has it */
    CGO_OFF,
    CGO_ON,
    CGO_COUNT,
} CgoWish;

typedef struct {
    Platform platform; /* empty: what the environment says */
    CgoWish cgo;
} Wanted;

typedef struct {
    Invocation *inv;
    Str goroot, go_version;
    Str tags;
    Side sides[CGO_COUNT];
    Arena arena;      /* of one round after the other */
    LoadCache *cache; /* of all of them, like the room; NULL: there is one alone */
    TypecheckRoom *room;
    VEC(Met) met;         /* packages that were asked for */
    Map met_at;           /* path -> 1 + index */
    bool has_any;         /* one of them could be looked at */
    bool is_warned_of_go; /* that it is too old */
    VEC(Wanted) wanted;
    Strs names; /* of these: "linux-amd64-cgo" */
    VEC(Feature) features;
    Map by_text; /* package, line end, text -> 1 + index */
} Api;

/* ---- what is asked for ---- */

static bool add_target(Api *api, Wanted target, Err *err)
{
    for (isize i = 0; i < api->wanted.len; i++) {
        const Wanted *other = &api->wanted.ptr[i];
        if (platform_eq(other->platform, target.platform) && other->cgo == target.cgo) {
            return true;
        }
    }
    if (api->wanted.len == MAX_TARGETS) {
        return FAIL(err, ERR_LIMIT, "more than %d targets are asked for", MAX_TARGETS);
    }
    *VEC_PUSH(api->inv->arena, &api->wanted) = target;
    return true;
}

/* A word that means ports, with "/cgo" or "/nocgo". */
static bool add_word(Api *api, const PortList *ports, Str word, Err *err)
{
    CgoWish cgo = str_eat_suffix(&word, S("/nocgo")) ? CGO_OFF
                  : str_eat_suffix(&word, S("/cgo")) ? CGO_ON
                                                     : CGO_AS_SET;
    bool is_found = false;
    for (isize i = 0; i < ports->len; i++) {
        const Port *port = &ports->ptr[i];
        if (targetword_means(word, port)) {
            is_found = true;
            if (!add_target(api, (Wanted){{port->os, port->arch}, cgo}, err)) {
                return false;
            }
        }
    }
    return is_found || targetword_refuse(word, err);
}

static bool find_side(Api *api, ToolchainContext *c, CgoWish cgo, Side **ret, int *ret_code,
                      Err *err)
{
    static const Str values[CGO_COUNT] = {
        [CGO_AS_SET] = STR_CONST(""), [CGO_OFF] = STR_CONST("0"), [CGO_ON] = STR_CONST("1")};
    Side *s = &api->sides[cgo];
    *ret = s;
    if (s->is_found) {
        return true;
    }
    s->inv = *api->inv;
    if (cgo != CGO_AS_SET) {
        s->env = environ_with(s->inv.arena, s->inv.env, S("CGO_ENABLED"), values[cgo]);
        s->inv.env = &s->env;
    }
    s->is_found = buildcontext_find_go(&s->inv, c, api->goroot, api->go_version, &s->go, err) &&
                  buildcontext_find_mains(&s->inv, &s->go, c->dir, &s->mains, &s->found_mains, err);
    if (s->is_found && s->found_mains != NULL && !api->is_warned_of_go) {
        buildcontext_warn_of_newer_go(&s->inv, &s->go, &s->mains, ret_code);
        api->is_warned_of_go = true;
    }
    return s->is_found;
}

static bool find_go(Api *api, ToolchainContext *c, int *ret_code, Err *err)
{
    Invocation *inv = api->inv;
    Side *side;
    if (option_is_set(inv, OPTION_GO)) {
        return namedgo_find(inv, c, option_text(inv, OPTION_GO), &api->goroot, &api->go_version,
                            err);
    }
    if (!find_side(api, c, CGO_AS_SET, &side, ret_code, err)) {
        return false;
    }
    api->goroot = side->go.goroot;
    api->go_version = side->go.go_version;
    return true;
}

static bool read_targets(Api *api, Err *err)
{
    PortList ports;
    StrCut cut = {.tail = option_text(api->inv, OPTION_TARGETS), .found = true};
    if (!option_is_set(api->inv, OPTION_TARGETS)) {
        return add_target(api, (Wanted){0}, err);
    }
    bool ok = portlist_read(api->inv->arena, api->goroot, &ports, err);
    while (ok && cut.found) {
        cut = str_cut(cut.tail, ',');
        ok = add_word(api, &ports, str_trim(cut.head), err);
    }
    return ok;
}

static bool find_build(Api *api, const Side *side, const Wanted *wanted, Round *r, Err *err)
{
    TargetWish wish = {.os = wanted->platform.os,
                       .arch = wanted->platform.arch,
                       .tags = option_is_set(api->inv, OPTION_TAGS) ? &api->tags : NULL};
    return buildcontext_aim(&r->arena, &side->go, &wish, &r->build, err);
}

/* ---- a round ---- */

static void take_features(void *context, Checker *c, isize unit, isize worker)
{
    Round *r = context;
    if (visible_is_told(r->loaded.all.ptr[unit])) {
        r->features[unit] = features_of_package(c, &r->workers[worker]);
    }
}

static Met *met_of(Api *api, Str path)
{
    bool is_new;
    isize *at = map_put(&api->met_at, str_copy(api->inv->arena, path), &is_new);
    if (is_new) {
        *VEC_PUSH(api->inv->arena, &api->met) = (Met){.path = str_copy(api->inv->arena, path)};
        *at = api->met.len;
    }
    return &api->met.ptr[*at - 1];
}

/* Notes what is wrong with it for a target. That a target has no file of it counts where none has
 * any. */
static void note_package(Api *api, const TypecheckUnit *unit, const UnitResult *result)
{
    Met *met = met_of(api, unit->path);
    bool is_there = unit->n_files > 0;
    if (is_there && !met->is_there) {
        met->is_there = true;
        met->fault = (Str){0};
    }
    if (result->errors.len > 0 && met->fault.len == 0 && is_there == met->is_there) {
        const DiagnosisPart *first = &result->errors.ptr[0].main;
        met->fault = errorplace_line(api->inv->report, api->inv->arena, first);
    }
    api->has_any = api->has_any || result->is_checked;
}

/* What is wrong with packages is another command's to tell: here it is a warning, or the reason why
 * there is nothing to tell of. */
static bool warn_of_faults(const Api *api, int *ret_code, Err *err)
{
    Str words = S("there is no package to tell of");
    for (isize i = 0; i < api->met.len; i++) {
        const Met *met = &api->met.ptr[i];
        words = met->fault.len > 0 ? met->fault : words;
        if (api->has_any && met->fault.len > 0) {
            report_warn(api->inv->report, "%.*s has errors, and its API may be told wrongly: %.*s",
                        STR_ARG(met->path), STR_ARG(met->fault));
            *ret_code = EXIT_FINDINGS;
        }
    }
    return api->has_any || FAIL(err, ERR_NOT_FOUND, "%.*s", STR_ARG(words));
}

static bool check_round(Api *api, Round *r, Err *err)
{
    UnitsWish wish = {.takes_c = true};
    Typecheck *checked = NULL;
    units_of_loaded(&r->arena, &r->loaded, &wish, &r->units);
    for (isize i = 0; i < r->units.len; i++) {
        r->units.ptr[i].ignores_bodies = true;
    }
    r->features = ARENA_ARRAY(&r->arena, FeatureList, r->units.len);
    TypecheckOptions o = {.units = &r->units,
                          .arch = r->build.target.arch,
                          .go_minor = (int)r->build.target.go_minor,
                          .jobs = MIN(api->inv->jobs, TYPECHECK_MAX_WORKERS),
                          .room = api->room,
                          .witness = take_features,
                          .witness_context = r};
    bool ok = typecheck_run(&r->arena, &o, &checked, err);
    for (isize i = 0; ok && i < r->units.len; i++) {
        if (r->units.ptr[i].is_asked_for) {
            note_package(api, &r->units.ptr[i], typecheck_result(checked, i));
        }
    }
    if (checked != NULL) {
        typecheck_done(checked);
    }
    return ok;
}

static bool load_round(Api *api, ToolchainContext *c, Round *r, const MainMods *mains, Err *err)
{
    Invocation *inv = api->inv;
    LoadOptions o = {.dir = c->dir,
                     .env = &r->build.env,
                     .goroot = r->build.goroot,
                     .go_version = r->build.go_version,
                     .target = &r->build.target,
                     .mains = mains,
                     .ignores_profiles = true,
                     .jobs = inv->jobs,
                     .cache = api->cache};
    r->is_loaded = true;
    return load_packages(&r->arena, &o, inv->args, inv->n_args, &r->loaded, err);
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

static void close_round(Round *r)
{
    for (isize i = 0; i < TYPECHECK_MAX_WORKERS; i++) {
        arena_done(&r->workers[i]);
    }
    if (r->is_loaded) {
        load_done(&r->loaded);
    }
}

static bool run_round(Api *api, ToolchainContext *c, isize round, int *ret_code, Err *err)
{
    Arena *a = api->inv->arena;
    const Wanted *wanted = &api->wanted.ptr[round];
    Side *side;
    Round *r = ARENA_NEW(a, Round);
    r->arena = api->arena; /* its cursor: the next round begins there, too */
    if (!find_side(api, c, wanted->cgo, &side, ret_code, err) ||
        !find_build(api, side, wanted, r, err)) {
        return false;
    }
    const Target *t = &r->build.target;
    *VEC_PUSH(a, &api->names) =
        str_format(a, "%.*s-%.*s%s", STR_ARG(t->os), STR_ARG(t->arch), t->has_cgo ? "-cgo" : "");
    for (isize i = 0; i < TYPECHECK_MAX_WORKERS; i++) {
        r->workers[i] = arena_init(KIB);
    }
    bool ok = load_round(api, c, r, side->found_mains, err) && check_round(api, r, err);
    if (ok) {
        gather(api, r, round);
    }
    close_round(r);
    return ok;
}

/* A cache and a room are for the second round, and each after it. */
static bool run_rounds(Api *api, ToolchainContext *c, int *ret_code, Err *err)
{
    bool ok = true, are_several = api->wanted.len > 1;
    api->arena = arena_init(MIB);
    if (are_several) {
        TreesOptions files = {.n_workers = MIN(api->inv->jobs, TYPECHECK_MAX_WORKERS),
                              .as_compiler = true,
                              .max_kept = MAX_KEPT};
        api->cache = loadcache_new();
        api->room = typecheck_room_new(&files);
    }
    for (isize i = 0; ok && i < api->wanted.len; i++) {
        ok = run_round(api, c, i, ret_code, err);
    }
    if (are_several) {
        typecheck_room_done(api->room);
        loadcache_done(api->cache);
    }
    arena_done(&api->arena);
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
    Api api = {.inv = inv,
               .tags = option_text(inv, OPTION_TAGS),
               .by_text = map_init(inv->arena),
               .met_at = map_init(inv->arena)};
    if (!find_go(&api, c, ret_code, err) || !read_targets(&api, err) ||
        !run_rounds(&api, c, ret_code, err) || !warn_of_faults(&api, ret_code, err)) {
        return false;
    }
    sort_array(api.features.ptr, api.features.len, sizeof *api.features.ptr, compare);
    if (inv->wants_json) {
        tell_json(&api);
    } else {
        tell_text(&api);
    }
    if (api.features.len == 0) {
        report_talk(inv->report, "no feature: programs are left out, and so are internal packages");
    }
    return true;
}

bool cmd_api(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, api, ret_code, err);
}
