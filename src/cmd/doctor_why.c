/*
 * goward doctor why: from an error message, or a build log on standard input, to the cause and the
 * cure. What confirms a cause on this machine are the checks that its row names, which are made
 * here and no others, and the variables that decide about it, with the place where each is set.
 */
#include "cmd/checks.h"
#include "cmd/explain.h"
#include "cmd/inuse.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "doctor/diagnose.h"
#include "report/human.h"
#include "toolchain/selected.h"

#define MAX_LOG (64 * MIB)   /* of a log; what follows is not read */
#define READ_SIZE (64 * KIB) /* bytes at a time */
#define STANDARD_INPUT 0

/* A variable that decides about a cause, and where it is set. */
typedef struct {
    Str name, value;
    Place place; /* file empty: the environment */
} Setting;

typedef VEC(Setting) SettingList;

typedef struct {
    Cause cause;
    SettingList settings;
    FindingList findings;
} Told;

typedef struct {
    CauseList causes;
    Told *told; /* of each cause */
    const ErrorRow *nearest[ERRORS_NEAREST];
    isize n_nearest; /* only when there is no cause */
    int64_t n_lines;
    bool is_cut; /* the log went on after MAX_LOG */
} Why;

/* ---- what was said ---- */

static bool read_log(Invocation *inv, Why *ret, Err *err)
{
    Diagnosis *d = NULL;
    char *buf = ARENA_ARRAY(inv->arena, char, READ_SIZE);
    char *other = ARENA_ARRAY(inv->arena, char, READ_SIZE);
    Str tail = {0}; /* the end of the log, which an unknown message mostly stands at */
    isize total = 0;
    isize n = READ_SIZE;
    while (n == READ_SIZE && total < MAX_LOG) {
        if (!file_read(STANDARD_INPUT, buf, READ_SIZE, &n, err)) {
            return FAIL_IN(err, "reading standard input");
        }
        Str part = {buf, n};
        if (d == NULL && n < READ_SIZE) {
            d = diagnosis_of(inv->arena, part); /* there is no more */
        } else {
            d = d == NULL ? diagnosis_new(inv->arena) : d;
            diagnosis_feed(d, part);
        }
        total += n;
        if (n > 0) {
            tail = part;
            char *read = buf;
            buf = other;
            other = read;
        }
    }
    ret->causes = diagnosis_end(d);
    ret->n_lines = diagnosis_lines(d);
    ret->is_cut = n == READ_SIZE && total >= MAX_LOG;
    if (ret->causes.len == 0) {
        ret->n_nearest = errors_nearest(*inv->arena, tail, ret->nearest);
    }
    return true;
}

static void read_words(Invocation *inv, Why *ret)
{
    StrBuf text = strbuf_init(inv->arena);
    for (isize i = 0; i < inv->n_args; i++) {
        strbuf_add(&text, i > 0 ? S(" ") : S(""));
        strbuf_add(&text, inv->args[i]);
    }
    ret->causes = diagnose_text(inv->arena, strbuf_str(&text));
    ret->n_lines = 1;
    if (ret->causes.len == 0) {
        ret->n_nearest = errors_nearest(*inv->arena, strbuf_str(&text), ret->nearest);
    }
}

/* ---- what confirms it here ---- */

/* What go.env of every Go has. */
static bool is_default(Str value)
{
    return str_eq(value, S("https://proxy.go"
                           "lang.org,direct")) ||
           str_eq(value, S("sum.golang.org")) || str_eq(value, S("auto"));
}

/* Adds the variable that word names ("GOFLAGS=-mod"), when somebody set it so. */
static void add_setting(Arena *a, const GoEnv *env, Str word, SettingList *list)
{
    StrCut cut = str_cut(word, '=');
    GoEnvValue got = goenv_get(env, cut.head);
    bool is_set = got.origin == GOENV_ORIGIN_PROCESS || got.origin == GOENV_ORIGIN_USER_FILE ||
                  (got.origin == GOENV_ORIGIN_GOROOT_FILE && !is_default(got.value));
    if (is_set && got.value.len > 0 && str_contains(got.value, cut.tail)) {
        *VEC_PUSH(a, list) = (Setting){.name = cut.head,
                                       .value = diagnose_hide_passwords(a, got.value),
                                       .place = {got.file, got.line}};
    }
}

static bool read_settings(Invocation *inv, Str goroot, Why *why, Err *err)
{
    GoEnv env;
    if (!goenv_load(inv->arena, inv->env, goroot, &env, err)) {
        return false;
    }
    for (isize i = 0; i < why->causes.len; i++) {
        Str rest = why->causes.ptr[i].row->variables;
        Str word;
        while (str_next_field(&rest, &word)) {
            add_setting(inv->arena, &env, word, &why->told[i].settings);
        }
    }
    return true;
}

static bool names(Str words, Str id)
{
    Str word;
    while (str_next_field(&words, &word)) {
        if (str_eq(word, id)) {
            return true;
        }
    }
    return false;
}

/* Makes the checks of all causes, and gives each cause what its own found. */
static bool run_checks(Invocation *inv, ToolchainContext *c, Str goroot, Str version, Why *why,
                       Err *err)
{
    VEC(Str) ids = {0};
    for (isize i = 0; i < why->causes.len; i++) {
        Str rest = why->causes.ptr[i].row->checks;
        Str id;
        while (str_next_field(&rest, &id)) {
            *VEC_PUSH(inv->arena, &ids) = id;
        }
    }
    if (ids.len == 0) {
        return true;
    }
    Checks checks;
    DoctorInput choice = {.may_run = true, .only = ids.ptr, .n_only = ids.len};
    if (!checks_run_chosen(inv, c, goroot, version, &choice, &checks, err)) {
        return false;
    }
    for (isize k = 0; k < checks.result.findings.len; k++) {
        const Finding *finding = &checks.result.findings.ptr[k];
        for (isize i = 0; i < why->causes.len; i++) {
            if (names(why->causes.ptr[i].row->checks, finding->id)) {
                *VEC_PUSH(inv->arena, &why->told[i].findings) = *finding;
            }
        }
    }
    return true;
}

static bool confirm(Invocation *inv, ToolchainContext *c, Why *why, Err *err)
{
    Str root, version;
    why->told = ARENA_ARRAY(inv->arena, Told, why->causes.len);
    for (isize i = 0; i < why->causes.len; i++) {
        why->told[i].cause = why->causes.ptr[i];
    }
    return inuse_go(inv, c, &root, &version, err) && read_settings(inv, root, why, err) &&
           run_checks(inv, c, root, version, why, err);
}

/* ---- telling ---- */

static void print_here(Invocation *inv, const Told *told)
{
    for (isize i = 0; i < told->settings.len; i++) {
        const Setting *s = &told->settings.ptr[i];
        Str place = report_place(inv->report, inv->arena, s->place);
        explain_field(inv->report, S("here"),
                      str_format(inv->arena, "%.*s=%.*s is set in %.*s", STR_ARG(s->name),
                                 STR_ARG(s->value),
                                 STR_ARG(place.len > 0 ? place : S("the environment"))));
    }
    if (told->settings.len == 0 && told->findings.len == 0) {
        explain_field(inv->report, S("here"), S("not seen on this machine now"));
    }
}

static void print_cause(Invocation *inv, const Told *told)
{
    Report *r = inv->report;
    const Cause *cause = &told->cause;
    const Explanation *about = &cause->row->about;
    report_verdict(r, REPORT_DATA, INK_STRONG, "%.*s: %.*s", STR_ARG(about->id),
                   STR_ARG(about->title));
    Str times = human_plural(inv->arena, cause->count, S("line"), S("lines"));
    explain_field(r, S("seen"),
                  str_format(inv->arena, "line %lld, %.*s: %.*s", (long long)cause->line,
                             STR_ARG(times), STR_ARG(cause->text)));
    if (cause->follows != NULL) {
        explain_field(r, S("after"),
                      str_format(inv->arena, "may come from %.*s: cure that first",
                                 STR_ARG(cause->follows->about.id)));
    }
    explain_field(r, S("means"), about->why);
    print_here(inv, told);
    explain_field(r, S("cure"), about->cure);
    explain_field(r, S("source"), about->source);
    findings_print(r, REPORT_DATA, &told->findings);
}

static void print_unknown(Invocation *inv, const Why *why)
{
    report_verdict(inv->report, REPORT_DATA, INK_WARN, "none of the messages that goward knows");
    for (isize i = 0; i < why->n_nearest; i++) {
        const Explanation *about = &why->nearest[i]->about;
        explain_field(
            inv->report, i == 0 ? S("nearest") : S(""),
            str_format(inv->arena, "%.*s: %.*s", STR_ARG(about->id), STR_ARG(about->title)));
    }
}

static void print_text(Invocation *inv, const Why *why)
{
    for (isize i = 0; i < why->causes.len; i++) {
        if (i > 0) {
            report_line(inv->report, "%s", "");
        }
        print_cause(inv, &why->told[i]);
    }
    if (why->causes.len == 0) {
        print_unknown(inv, why);
    }
}

static void write_cause(JsonWriter *w, const Told *told)
{
    const Cause *cause = &told->cause;
    const Explanation *about = &cause->row->about;
    json_begin_object(w);
    json_key_str(w, S("id"), about->id);
    json_key_str(w, S("title"), about->title);
    json_key_number(w, S("line"), cause->line);
    json_key_number(w, S("count"), cause->count);
    json_key_str(w, S("text"), cause->text);
    json_key_str_or_null(w, S("follows"),
                         cause->follows == NULL ? (Str){0} : cause->follows->about.id);
    json_key_str(w, S("explanation"), about->why);
    json_key_str(w, S("cure"), about->cure);
    json_key_str_or_null(w, S("go"), cause->row->go);
    json_key_str(w, S("source"), about->source);
    json_key_array(w, S("settings"));
    for (isize i = 0; i < told->settings.len; i++) {
        json_begin_object(w);
        json_key_str(w, S("name"), told->settings.ptr[i].name);
        json_key_str(w, S("value"), told->settings.ptr[i].value);
        report_json_place(w, S("place"), told->settings.ptr[i].place);
        json_end(w);
    }
    json_end(w);
    findings_json(w, S("findings"), &told->findings);
    json_end(w);
}

static void print_json(Invocation *inv, const Why *why)
{
    JsonWriter *w = report_json_begin(inv->report, S("doctor-why"), 1);
    json_key_array(w, S("causes"));
    for (isize i = 0; i < why->causes.len; i++) {
        write_cause(w, &why->told[i]);
    }
    json_end(w);
    json_key_array(w, S("nearest"));
    for (isize i = 0; i < why->n_nearest; i++) {
        json_begin_object(w);
        json_key_str(w, S("id"), why->nearest[i]->about.id);
        json_key_str(w, S("title"), why->nearest[i]->about.title);
        json_end(w);
    }
    json_end(w);
    json_key_number(w, S("lines"), why->n_lines);
    json_key_bool(w, S("cut"), why->is_cut);
    report_json_end(inv->report);
}

static bool answer(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    Why why = {0};
    bool is_log = inv->n_args == 1 && str_eq(inv->args[0], S("-"));
    if (is_log && !read_log(inv, &why, err)) {
        return false;
    }
    if (!is_log) {
        read_words(inv, &why);
    }
    if (why.is_cut) {
        report_warn(inv->report, "only the first %d MiB were read", (int)(MAX_LOG / MIB));
    }
    if (!confirm(inv, c, &why, err)) {
        return false;
    }
    if (inv->wants_json) {
        print_json(inv, &why);
    } else {
        print_text(inv, &why);
    }
    *ret_code = why.causes.len > 0 ? EXIT_OK : EXIT_NOTHING;
    return true;
}

bool cmd_doctor_why(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, answer, ret_code, err);
}
