/*
 * GWD046: is GOTOOLCHAIN a word that the go command understands? The rule is Select of
 * cmd/go/internal/toolchain: auto, path, local, or a toolchain's name, the last two with +auto or
 * +path. Every go command in module mode stops at another word, but those that set it anew. Whether
 * the toolchain can be had is for other checks.
 */
#include "doctor/context.h"

#include "go/mod/quote.h"
#include "go/mod/version.h"

/* A name that go looks for in PATH, so it must look like one of Go's. */
static bool is_plausible(Str name)
{
    return str_starts_with(name, S("go1")) || str_contains(name, S("-go1"));
}

/* Whether Go takes the value; *ret_why otherwise. */
static bool check_value(const Doctor *d, Str value, Str *ret_why)
{
    StrCut cut = str_cut(value, '+');
    Str local = str_concat(d->arena, S("go"), d->in->version);
    if (str_eq(value, S("auto")) || str_eq(value, S("path"))) {
        return true;
    }
    if (!str_eq(cut.head, S("local")) && !str_eq(cut.head, local) &&
        (goversion_of_toolchain(cut.head).len == 0 || !is_plausible(cut.head))) {
        *ret_why = str_format(d->arena, "%.*s is no name of a toolchain",
                              STR_ARG(quote_go(d->arena, cut.head)));
        return false;
    }
    if (cut.found && !str_eq(cut.tail, S("auto")) && !str_eq(cut.tail, S("path"))) {
        *ret_why = S("only +auto and +path may follow the name");
        return false;
    }
    return true;
}

/* What was meant: a version without "go", a word in capitals; empty when that cannot be told. */
static Str guess(const Doctor *d, Str value)
{
    static const Str words[] = {STR_CONST("auto"), STR_CONST("local"), STR_CONST("path")};
    Str version = str_trim(value);
    for (isize i = 0; i < COUNT_OF(words); i++) {
        if (str_eq_fold(words[i], version) || str_distance(words[i], version) == 1) {
            return words[i];
        }
    }
    if (!str_eat_prefix(&version, S("go"))) {
        str_eat_prefix(&version, S("v"));
    }
    return goversion_is_valid(version) && str_starts_with(version, S("1."))
               ? goversion_toolchain_name(d->arena, version)
               : (Str){0};
}

static bool check_toolchain(Doctor *d, Err *err)
{
    (void)err;
    Variable v = doctor_variable(d, S("GOTOOLCHAIN"));
    Str why = {0};
    bool has_modules = !str_eq(goenv_value(d->in->env, S("GO111MODULE")), S("off"));
    if (v.got.value.len == 0 || doctor_go_is_before(d, S("1.21")) ||
        check_value(d, v.got.value, &why)) {
        return true;
    }
    doctor_find_variable(d, has_modules ? SEVERITY_ERROR : SEVERITY_WARN, &v, guess(d, v.got.value),
                         "%s: GOTOOLCHAIN is invalid, %.*s",
                         has_modules ? "no go command runs" : "go commands in modules cannot run",
                         STR_ARG(why));
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD046"),
                .title = STR_CONST("GOTOOLCHAIN is a word that Go understands"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOTOOLCHAIN, from the environment, the go env file or "
                                      "go.env"),
                .why = STR_CONST(
                    "It is auto, path, local, or the name of a toolchain (go1.26.8, not 1.26.8); "
                    "local and a name may be followed by +auto or +path. Since Go 1.21 every go "
                    "command stops at anything else: 'invalid GOTOOLCHAIN \"1.26.8\"'. go env -w "
                    "takes it without a word, and go env -w GOTOOLCHAIN=auto works even then."),
                .cure = STR_CONST("go env -w GOTOOLCHAIN=go1.26.8, or go env -u GOTOOLCHAIN"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/toolchain#select"),
            },
        .run = check_toolchain,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_gotoolchain = {rows, COUNT_OF(rows)};
