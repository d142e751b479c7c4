/* goward env: what exec would change, in the syntax of a shell or a CI system. */
#include "cmd/session.h"
#include "cmd/table.h"
#include "toolchain/selected.h"

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

static bool print_env(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    Selected s;
    ChildChanges changes;
    EnvFormat format = (EnvFormat)option_choice(inv, OPTION_ENV_FORMAT);
    if (!selected_find(c, inv->arena, option_text(inv, OPTION_GO), NULL, 0, false, &s, err) ||
        !selected_require(&s, err) || !selected_environment(c, inv->arena, &s, &changes, err)) {
        return false;
    }
    if (inv->wants_json || format == ENV_FORMAT_JSON) {
        print_json(inv, &s, &changes);
    } else {
        print_script(inv, format, &changes);
    }
    return true;
}

bool cmd_env(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, print_env, ret_code, err);
}
