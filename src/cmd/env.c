/* goward env: what exec would change, in the syntax of a shell or a CI system; and every variable
 * of the selected Go, as `go env` would show it, with where it comes from. */
#include "base/path.h"
#include "cmd/envlist.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "os/clock.h"
#include "report/table.h"

/* 'text' for sh: a quote inside closes, escapes itself, and opens again. */
static void add_sh_quoted(StrBuf *b, Str text)
{
    strbuf_add_byte(b, '\'');
    for (isize i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'') {
            strbuf_add(b, S("'\\''"));
        } else {
            strbuf_add_byte(b, text.ptr[i]);
        }
    }
    strbuf_add_byte(b, '\'');
}

/* 'text' for fish, where backslash escapes quote and backslash inside quotes. */
static void add_fish_quoted(StrBuf *b, Str text)
{
    strbuf_add_byte(b, '\'');
    for (isize i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'' || text.ptr[i] == '\\') {
            strbuf_add_byte(b, '\\');
        }
        strbuf_add_byte(b, text.ptr[i]);
    }
    strbuf_add_byte(b, '\'');
}

/* "text" for .env files: what the readers of that format agree on. */
static void add_dotenv_quoted(StrBuf *b, Str text)
{
    strbuf_add_byte(b, '"');
    for (isize i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\' || text.ptr[i] == '$') {
            strbuf_add_byte(b, '\\');
        }
        strbuf_add_byte(b, text.ptr[i]);
    }
    strbuf_add_byte(b, '"');
}

static void add_sh(StrBuf *b, const ChildChange *change)
{
    if (change->is_removed) {
        strbuf_add_format(b, "unset %.*s\n", STR_ARG(change->name));
        return;
    }
    strbuf_add_format(b, "export %.*s=", STR_ARG(change->name));
    add_sh_quoted(b, change->value);
    strbuf_add_byte(b, '\n');
}

static void add_fish(StrBuf *b, const ChildChange *change)
{
    if (change->is_removed) {
        strbuf_add_format(b, "set -e %.*s;\n", STR_ARG(change->name));
        return;
    }
    strbuf_add_format(b, "set -gx %.*s", STR_ARG(change->name));
    /* fish keeps PATH as a list; one word a directory. */
    Str rest = change->value;
    bool is_list = str_eq(change->name, S("PATH"));
    bool more = true;
    while (more) {
        StrCut cut = is_list ? str_cut(rest, ':') : (StrCut){rest, {0}, false};
        strbuf_add_byte(b, ' ');
        add_fish_quoted(b, cut.head);
        rest = cut.tail;
        more = cut.found;
    }
    strbuf_add(b, S(";\n"));
}

static void add_dotenv(StrBuf *b, const ChildChange *change)
{
    strbuf_add_format(b, "%.*s=", STR_ARG(change->name));
    add_dotenv_quoted(
        b, change->value); /* the format cannot unset: empty is what Go takes for unset */
    strbuf_add_byte(b, '\n');
}

/* GITHUB_ENV and GitLab's dotenv reports take the rest of the line as it is. */
static void add_plain(StrBuf *b, const ChildChange *change)
{
    strbuf_add_format(b, "%.*s=%.*s\n", STR_ARG(change->name), STR_ARG(change->value));
}

#define CAPTURE_MAX_LEN (4 * MIB) /* of a capture file; a real one has 6 KiB */

static void print_json(Invocation *inv, const Selected *s, const ChildChanges *changes)
{
    JsonWriter *w = report_json_begin(inv->report, S("env"), 1);
    json_key_str(w, S("selected"), s->name);
    json_key_object(w, S("variables"));
    for (isize i = 0; i < changes->len; i++) {
        if (!changes->ptr[i].is_removed) {
            json_key_str(w, changes->ptr[i].name, changes->ptr[i].value);
        }
    }
    json_end(w);
    json_key_array(w, S("unset"));
    for (isize i = 0; i < changes->len; i++) {
        if (changes->ptr[i].is_removed) {
            json_str(w, changes->ptr[i].name);
        }
    }
    json_end(w);
    report_json_end(inv->report);
}

static void print_script(Invocation *inv, EnvFormat format, const ChildChanges *changes)
{
    static void (*const add[ENV_FORMAT_COUNT])(StrBuf *, const ChildChange *) = {
        [ENV_FORMAT_SH] = add_sh,         [ENV_FORMAT_FISH] = add_fish,
        [ENV_FORMAT_DOTENV] = add_dotenv, [ENV_FORMAT_GITHUB] = add_plain,
        [ENV_FORMAT_GITLAB] = add_plain,
    };
    StrBuf b = strbuf_init(inv->arena);
    for (isize i = 0; i < changes->len; i++) {
        add[format](&b, &changes->ptr[i]);
    }
    report_raw(inv->report, strbuf_str(&b));
}

static bool print_changes(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    Selected s;
    ChildChanges changes;
    if (!selected_find(c, inv->arena, option_text(inv, OPTION_GO), NULL, 0, false, &s, err) ||
        !selected_require(&s, err) || !selected_environment(c, inv->arena, &s, &changes, err)) {
        return false;
    }
    if (inv->wants_json) {
        print_json(inv, &s, &changes);
    } else {
        print_script(inv, (EnvFormat)option_choice(inv, OPTION_ENV_FORMAT), &changes);
    }
    return true;
}

/* ---- every variable ---- */

static const GoVariable *find_variable(const GoVariables *list, Str name)
{
    for (isize i = 0; i < list->len; i++) {
        if (str_eq(list->ptr[i].name, name)) {
            return &list->ptr[i];
        }
    }
    return NULL;
}

/* Those that are named, in that order; all without names. */
static bool choose(Invocation *inv, const GoVariables *all, GoVariables *ret, Err *err)
{
    if (inv->n_args == 0) {
        *ret = *all;
        return true;
    }
    *ret = (GoVariables){ARENA_ARRAY(inv->arena, GoVariable, inv->n_args), 0};
    for (isize i = 0; i < inv->n_args; i++) {
        const GoVariable *v = find_variable(all, inv->args[i]);
        if (v == NULL) {
            FAIL(err, ERR_USAGE, "'%.*s' is no variable of this Go", STR_ARG(inv->args[i]));
            return err_hint(err, "goward env --explain");
        }
        ret->ptr[ret->len++] = *v;
    }
    return true;
}

static void add_variable_json(JsonWriter *w, Arena *a, const GoVariable *v, bool explain)
{
    if (!explain) {
        json_key_str(w, v->name, v->value);
        return;
    }
    json_key_object(w, v->name);
    json_key_str(w, S("value"), v->value);
    json_key_str(w, S("origin"), variable_origin_text(a, v));
    json_end(w);
}

/* One object, as `go env -json` prints it: neither schema nor version. */
static void print_variables_json(Invocation *inv, const GoVariables *list, bool explain)
{
    StrBuf b = strbuf_init(inv->arena);
    JsonWriter w = json_writer_init(&b, (Str){0});
    json_begin_object(&w);
    for (isize i = 0; i < list->len; i++) {
        add_variable_json(&w, inv->arena, &list->ptr[i], explain);
    }
    json_end(&w);
    strbuf_add_byte(&b, '\n');
    report_raw(inv->report, strbuf_str(&b));
}

static void print_variables_text(Invocation *inv, const GoVariables *list, bool explain)
{
    static const Column columns[] = {
        {.head = STR_CONST("variable")},
        {.head = STR_CONST("value"), .may_cut = true},
        {.head = STR_CONST("from")},
    };
    Table table = table_init(inv->arena, columns, COUNT_OF(columns));
    for (isize i = 0; i < list->len; i++) {
        const GoVariable *v = &list->ptr[i];
        if (!explain) {
            report_line(inv->report, "%.*s", STR_ARG(v->value));
            continue;
        }
        Row *row = table_add(&table);
        row->cells[0].text = v->name;
        row->cells[1].text = v->value;
        row->cells[2].text = variable_origin_text(inv->arena, v);
    }
    table_print(inv->report, REPORT_DATA, &table);
}

static bool print_variables(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    Selected s;
    GoVariables all, chosen;
    if (!envlist_read(inv, c, &s, &all, err) || !choose(inv, &all, &chosen, err)) {
        return false;
    }
    bool explain = option_is_set(inv, OPTION_EXPLAIN);
    if (inv->wants_json) {
        JsonWriter *w = report_json_begin(inv->report, S("env"), 1);
        json_key_str(w, S("selected"), s.name);
        json_key_object(w, S("variables"));
        for (isize i = 0; i < chosen.len; i++) {
            add_variable_json(w, inv->arena, &chosen.ptr[i], explain);
        }
        json_end(w);
        report_json_end(inv->report);
    } else if ((EnvFormat)option_choice(inv, OPTION_ENV_FORMAT) == ENV_FORMAT_JSON) {
        print_variables_json(inv, &chosen, explain);
    } else {
        print_variables_text(inv, &chosen, explain);
    }
    return true;
}

bool cmd_env(Invocation *inv, int *ret_code, Err *err)
{
    bool wants_values = inv->n_args > 0 || option_is_set(inv, OPTION_EXPLAIN) ||
                        (EnvFormat)option_choice(inv, OPTION_ENV_FORMAT) == ENV_FORMAT_JSON;
    return session_run(inv, wants_values ? print_variables : print_changes, ret_code, err);
}

/* ---- goward env capture, goward env diff ---- */

static bool capture(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    Selected s;
    GoVariables list;
    Str file = path_absolute(inv->arena, inv->dir, inv->args[0]);
    if (!envlist_read(inv, c, &s, &list, err)) {
        return false;
    }
    Capture now = envlist_capture(inv->arena, &s, &list, inv->env);
    Str text = capture_format(inv->arena, &now, clock_format_utc(inv->arena, clock_wall_s()));
    if (!file_put(*inv->arena, file, text, 0644, err)) {
        return false;
    }
    if (inv->wants_json) {
        JsonWriter *w = report_json_begin(inv->report, S("env-capture"), 1);
        json_key_str(w, S("file"), file);
        json_key_str(w, S("fingerprint"), now.fingerprint);
        report_json_end(inv->report);
    } else {
        report_line(inv->report, "captured: %td variables, fingerprint %.*s", now.len,
                    STR_ARG(now.fingerprint));
    }
    return true;
}

bool cmd_env_capture(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, capture, ret_code, err);
}

static bool read_capture(Invocation *inv, Str name, Capture *ret, Err *err)
{
    Str text;
    Str path = path_absolute(inv->arena, inv->dir, name);
    FileOutcome found = file_read_all(inv->arena, FILE_CWD, path, CAPTURE_MAX_LEN, &text, err);
    if (found == FILE_ABSENT) {
        FAIL(err, ERR_NOT_FOUND, "there is no file '%.*s'", STR_ARG(name));
        return err_hint(err, "goward env capture %.*s", STR_ARG(name));
    }
    return found == FILE_FOUND && capture_parse(inv->arena, name, text, ret, err);
}

typedef struct {
    Str name;
    const Captured *a, *b; /* NULL: not there */
    bool is_place;
} Drift;

typedef VEC(Drift) DriftList;

static void add_drift(Arena *arena, DriftList *list, const Captured *a, const Captured *b)
{
    Str name = a != NULL ? a->name : b->name;
    if (a == NULL || b == NULL || !str_eq(a->value, b->value)) {
        *VEC_PUSH(arena, list) = (Drift){name, a, b, envlist_is_place(name)};
    }
}

/* Both are sorted by name. */
static DriftList compare_captures(Arena *arena, const Capture *a, const Capture *b)
{
    DriftList list = {0};
    isize i = 0, j = 0;
    while (i < a->len || j < b->len) {
        int order = i == a->len   ? 1
                    : j == b->len ? -1
                                  : str_compare(a->ptr[i].name, b->ptr[j].name);
        add_drift(arena, &list, order <= 0 ? &a->ptr[i] : NULL, order >= 0 ? &b->ptr[j] : NULL);
        i += order <= 0;
        j += order >= 0;
    }
    return list;
}

static void add_side(JsonWriter *w, Str key, const Captured *side)
{
    if (side == NULL) {
        json_key_null(w, key);
        return;
    }
    json_key_object(w, key);
    json_key_str(w, S("value"), side->value);
    json_key_str(w, S("origin"), side->origin);
    json_end(w);
}

static void print_drift_json(Invocation *inv, const DriftList *list, bool is_same)
{
    JsonWriter *w = report_json_begin(inv->report, S("env-diff"), 1);
    json_key_bool(w, S("same"), is_same);
    json_key_array(w, S("drift"));
    for (isize i = 0; i < list->len; i++) {
        json_begin_object(w);
        json_key_str(w, S("name"), list->ptr[i].name);
        json_key_bool(w, S("is_place"), list->ptr[i].is_place);
        add_side(w, S("a"), list->ptr[i].a);
        add_side(w, S("b"), list->ptr[i].b);
        json_end(w);
    }
    json_end(w);
    report_json_end(inv->report);
}

static Str side_text(Arena *a, const Captured *side)
{
    return side == NULL ? S("(not there)")
           : side->value.len == 0
               ? S("(empty)")
               : str_format(a, "%.*s  [%.*s]", STR_ARG(side->value), STR_ARG(side->origin));
}

static void print_drift_text(Invocation *inv, const DriftList *list, bool places)
{
    for (isize i = 0; i < list->len; i++) {
        const Drift *d = &list->ptr[i];
        if (d->is_place == places) {
            report_line(inv->report, "%.*s", STR_ARG(d->name));
            report_line(inv->report, "  - %.*s", STR_ARG(side_text(inv->arena, d->a)));
            report_line(inv->report, "  + %.*s", STR_ARG(side_text(inv->arena, d->b)));
        }
    }
}

bool cmd_env_diff(Invocation *inv, int *ret_code, Err *err)
{
    Capture a, b;
    if (!read_capture(inv, inv->args[0], &a, err) || !read_capture(inv, inv->args[1], &b, err)) {
        return false;
    }
    DriftList list = compare_captures(inv->arena, &a, &b);
    bool is_same = str_eq(a.fingerprint, b.fingerprint);
    *ret_code = is_same ? EXIT_OK : EXIT_FINDINGS;
    if (inv->wants_json) {
        print_drift_json(inv, &list, is_same);
        return true;
    }
    print_drift_text(inv, &list, false);
    print_drift_text(inv, &list, true);
    report_verdict(inv->report, REPORT_DATA, is_same ? INK_GOOD : INK_BAD, "%s",
                   is_same ? "the same settings (folders may differ)"
                           : "the settings differ: what one stage builds, the other may not");
    return true;
}
