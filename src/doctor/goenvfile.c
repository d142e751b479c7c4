/*
 * GWD047: values with bytes that nobody wanted there. The go command takes what stands after '=' to
 * the end of the line as it is: a carriage return of a file that was written on Windows, quotes as
 * for a shell, a space at the end. The same comes out of --env-file and scripts into the
 * environment.
 */
#include "doctor/goenvfile.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "doctor/remedy.h"
#include "go/mod/quote.h"

#define MAX_FOUND 16 /* findings about one file: more are noise */
#define BYTE_ORDER_MARK S("\xEF\xBB\xBF")

/* Variables whose values are split at white space, or may have quotes: nothing is wrong there. */
static bool is_list(Str name)
{
    static const Str names[] = {STR_CONST("GOFLAGS"),     STR_CONST("CC"),
                                STR_CONST("CXX"),         STR_CONST("GOAUTH"),
                                STR_CONST("GOCACHEPROG"), STR_CONST("GOTELEMETRY")};
    for (isize i = 0; i < COUNT_OF(names); i++) {
        if (str_eq(names[i], name)) {
            return true;
        }
    }
    return str_ends_with(name, S("FLAGS"));
}

/* What is wrong with the value; NULL when nothing is, or this Go does not read it. */
static const char *fault_of(const Doctor *d, Str name, Str value)
{
    bool is_unread = str_eq(name, S("GOTOOLCHAIN")) && doctor_go_is_before(d, S("1.21"));
    if (value.len == 0 || is_list(name) || is_unread) {
        return NULL;
    }
    char first = value.ptr[0], last = value.ptr[value.len - 1];
    if (str_index_byte(value, '\r') >= 0) {
        return "holds a carriage return";
    }
    if (first == ' ' || first == '\t' || last == ' ' || last == '\t') {
        return "begins or ends with white space";
    }
    bool is_quoted = value.len > 1 && first == last && (first == '"' || first == '\'');
    return is_quoted ? "has quotes that are part of it" : NULL;
}

/* The value as it was meant. */
static Str clean(Str value)
{
    Str trimmed = str_trim(value);
    bool is_quoted = trimmed.len > 1 && trimmed.ptr[0] == trimmed.ptr[trimmed.len - 1] &&
                     (trimmed.ptr[0] == '"' || trimmed.ptr[0] == '\'');
    return is_quoted ? str_slice(trimmed, 1, trimmed.len - 1) : trimmed;
}

/* ---- the go env file ---- */

/* Like str_next_line, but the carriage return stays. */
static bool next_raw_line(Str *rest, Str *ret)
{
    if (rest->len == 0) {
        return false;
    }
    StrCut cut = str_cut(*rest, '\n');
    *ret = cut.head;
    *rest = cut.tail;
    return true;
}

static bool is_name(Str name)
{
    for (isize i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              c == '_')) {
            return false;
        }
    }
    return name.len > 0;
}

/* The file with all its lines as they were meant. */
static Str clean_file(const Doctor *d, Str text)
{
    StrBuf b = strbuf_init(d->arena);
    Str line;
    str_eat_prefix(&text, BYTE_ORDER_MARK);
    while (next_raw_line(&text, &line)) {
        StrCut cut = str_cut(line, '=');
        str_eat_suffix(&line, S("\r"));
        if (cut.found && is_name(cut.head) && fault_of(d, cut.head, cut.tail) != NULL) {
            strbuf_add_format(&b, "%.*s=%.*s\n", STR_ARG(cut.head), STR_ARG(clean(cut.tail)));
        } else {
            strbuf_add_format(&b, "%.*s\n", STR_ARG(line));
        }
    }
    return strbuf_str(&b);
}

/* The sed command that corrects the line. */
static Str correct_line(const Doctor *d, isize number, Str line)
{
    StrBuf script = strbuf_init(d->arena);
    StrCut cut = str_cut(line, '=');
    if (str_ends_with(line, S("\r"))) {
        strbuf_add(&script, S("s/\\r$//"));
    } else if (is_name(cut.head)) {
        Str value = clean(cut.tail);
        strbuf_add_format(&script, "%tds/=.*/=", number);
        for (isize i = 0; i < value.len; i++) {
            bool is_special = str_index_byte(S("/&\\"), value.ptr[i]) >= 0;
            strbuf_add(&script, is_special ? S("\\") : (Str){0});
            strbuf_add_byte(&script, value.ptr[i]);
        }
        strbuf_add_byte(&script, '/');
    } else if (str_starts_with(line, S("export "))) {
        strbuf_add_format(&script, "%tds/^export  *//", number);
    } else {
        strbuf_add_format(&script, "%tdd", number);
    }
    return str_format(d->arena, "sed -i %.*s %.*s",
                      STR_ARG(remedy_word(d->arena, strbuf_str(&script))),
                      STR_ARG(remedy_word(d->arena, d->in->env->user_path)));
}

static void find_in_file(Doctor *d, Severity severity, isize number, Str line, Str title)
{
    Str path = d->in->env->user_path;
    doctor_find(d, (Finding){
                       .severity = severity,
                       .title = title,
                       .place = {.file = path, .line = number},
                       .evidence = quote_go(d->arena, line),
                       .remedy = correct_line(d, number, line),
                   });
}

static void check_file_line(Doctor *d, isize number, Str line)
{
    StrCut cut = str_cut(line, '=');
    const char *fault = fault_of(d, cut.head, cut.tail);
    if (!cut.found || str_starts_with(line, S("#"))) {
        return;
    }
    if (!is_name(cut.head)) {
        find_in_file(
            d, SEVERITY_WARN, number, line,
            S("a line of the go env file does nothing: what stands before '=' is no name"));
    } else if (fault != NULL) {
        find_in_file(d, SEVERITY_ERROR, number, line,
                     str_format(d->arena, "the value of %.*s in the go env file %s",
                                STR_ARG(cut.head), fault));
    }
}

static void check_file(Doctor *d)
{
    const GoEnv *env = d->in->env;
    Str rest = env->user_text, line;
    isize before = d->findings.len;
    for (isize number = 1; d->findings.len - before < MAX_FOUND && next_raw_line(&rest, &line);
         number++) {
        check_file_line(d, number, line);
    }
    Str cleaned = clean_file(d, env->user_text);
    if (d->findings.len > before && !str_eq(cleaned, env->user_text)) {
        Str path = path_absolute(d->arena, d->in->dir, env->user_path);
        doctor_fix(d, (Fix){.kind = FIX_WRITE,
                            .path = path,
                            .value = cleaned,
                            .says = str_format(d->arena, "write %.*s without what is not meant",
                                               STR_ARG(path))});
    }
}

/* ---- the environment ---- */

static bool is_of_go(Str name)
{
    return (str_starts_with(name, S("GO")) && !str_starts_with(name, S("GOOGLE")) &&
            !str_starts_with(name, S("GOWARD"))) ||
           str_starts_with(name, S("CGO_"));
}

static void check_environment(Doctor *d)
{
    const Environ *environ = d->in->env->environ;
    isize before = d->findings.len;
    for (isize i = 0; i < environ->len && d->findings.len - before < MAX_FOUND; i++) {
        StrCut pair = str_cut(environ->entries[i], '=');
        const char *fault = fault_of(d, pair.head, pair.tail);
        if (is_of_go(pair.head) && fault != NULL) {
            Str value = clean(pair.tail);
            doctor_find(
                d,
                (Finding){
                    .severity = SEVERITY_ERROR,
                    .title =
                        str_format(d->arena, "the value of %.*s %s", STR_ARG(pair.head), fault),
                    .evidence = str_format(d->arena, "%.*s=%.*s (environment)", STR_ARG(pair.head),
                                           STR_ARG(quote_go(d->arena, pair.tail))),
                    .remedy = str_format(d->arena, "export %.*s=%.*s", STR_ARG(pair.head),
                                         STR_ARG(remedy_word(d->arena, value))),
                });
        }
    }
}

static bool check_bytes(Doctor *d, Err *err)
{
    (void)err;
    check_file(d);
    check_environment(d);
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD047"),
                .title = STR_CONST("the values of Go's variables hold nothing but what is meant"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("every line of the go env file, and the variables GO... and "
                                      "CGO_... of the environment"),
                .why = STR_CONST(
                    "The go command takes the bytes after '=' as they are. A file with Windows "
                    "line ends gives every value a carriage return, which no terminal shows: "
                    "'invalid GOTOOLCHAIN \"local\\r\"'. Quotes that a shell would take away "
                    "become part of an address or a path. A line 'export GOPROXY=...' sets a "
                    "variable that nobody asks for."),
                .cure = STR_CONST("sed -i 's/\\r$//' \"$(go env GOENV)\"; values without quotes"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("func initEnvCache of cmd/go/internal/cfg"),
            },
        .run = check_bytes,
    },
};

const CheckGroup doctor_goenvfile = {rows, COUNT_OF(rows)};

bool goenvfile_explains(const Doctor *d, const Variable *v)
{
    bool is_looked_at = v->got.origin == GOENV_ORIGIN_USER_FILE ||
                        (v->got.origin == GOENV_ORIGIN_PROCESS && is_of_go(v->name));
    return is_looked_at && fault_of(d, v->name, v->got.value) != NULL &&
           doctor_wants(d->in, &rows[0]);
}
