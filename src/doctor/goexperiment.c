/*
 * GOEXPERIMENT is a list of words parted by commas. An empty word is skipped, "none" turns all off,
 * "no" before a name turns that one off ("nosuch" is therefore the experiment "such", off), and
 * "regabi" stands for two. One word that the Go does not know, and every go command refuses to run,
 * `go version` too: the rule is ParseGOEXPERIMENT of internal/buildcfg.
 *
 * A word that some other release knew is not a mistake in typing but an old setting. GWD010 speaks
 * of those that are gone, GWD001 of all others, never both of the same word.
 */
#include "doctor/context.h"

#include "go/mod/version.h"

typedef struct {
    Str word; /* as written */
    Str name; /* without "no" */
    bool is_off;
} Token;

/* Takes the next word that names an experiment off *rest; *ret_all_off is set by "none". */
static bool next_token(Str *rest, Token *ret, bool *ret_all_off)
{
    while (rest->len > 0) {
        StrCut cut = str_cut(*rest, ',');
        *rest = cut.tail;
        if (str_eq(cut.head, S("none"))) {
            *ret_all_off = true;
        } else if (cut.head.len > 0) {
            Token token = {.word = cut.head, .name = cut.head};
            token.is_off = str_eat_prefix(&token.name, S("no"));
            *ret = token;
            return true;
        }
    }
    return false;
}

static bool is_known(const ExperimentList *list, Str name)
{
    return str_eq(name, S("regabi")) || experiments_find(list, name) != NULL;
}

/* Whether the name belongs to releases before the one in use. */
static bool is_gone(const Doctor *d, Str name)
{
    const ExperimentHistory *history = experiment_history(name);
    return history != NULL && history->until.len > 0 && !doctor_go_is_before(d, history->until);
}

/* The list without one of its words, for the remedy. */
static Str without_word(Arena *a, Str list, Str word)
{
    Str kept = {0};
    while (list.len > 0) {
        StrCut cut = str_cut(list, ',');
        list = cut.tail;
        if (cut.head.len > 0 && !str_eq(cut.head, word)) {
            kept = kept.len == 0 ? cut.head
                                 : str_format(a, "%.*s,%.*s", STR_ARG(kept), STR_ARG(cut.head));
        }
    }
    return kept;
}

/* The list with one of its words replaced. */
static Str with_word(Arena *a, Str list, Str word, const Token *token, Str name)
{
    Str others = without_word(a, list, word);
    return str_format(a, "%.*s%s%s%.*s", STR_ARG(others), others.len > 0 ? "," : "",
                      token->is_off ? "no" : "", STR_ARG(name));
}

/* The experiment whose name is most like it; empty when none is. */
static Str nearest_name(const ExperimentList *list, Str name)
{
    Str nearest = {0};
    for (isize i = 0; i < list->len; i++) {
        Str candidate = list->ptr[i].name;
        if (str_is_near(name, candidate) &&
            (nearest.len == 0 || str_distance(name, candidate) < str_distance(name, nearest))) {
            nearest = candidate;
        }
    }
    return nearest;
}

static void find_unknown(Doctor *d, const Variable *v, const ExperimentList *list,
                         const Token *token)
{
    const ExperimentHistory *history = experiment_history(token->name);
    Str go = doctor_go_name(d);
    Str without = without_word(d->arena, v->got.value, token->word);
    if (history != NULL && history->since.len > 0 && doctor_go_is_before(d, history->since)) {
        doctor_find_variable(d, SEVERITY_ERROR, v, without,
                             "%.*s has no experiment %.*s: it comes with Go %.*s", STR_ARG(go),
                             STR_ARG(token->name), STR_ARG(history->since));
        return;
    }
    Str nearest = nearest_name(list, token->name);
    if (nearest.len > 0) {
        Str better = with_word(d->arena, v->got.value, token->word, token, nearest);
        doctor_find_variable(d, SEVERITY_ERROR, v, better,
                             "%.*s has no experiment %.*s; its name is %.*s", STR_ARG(go),
                             STR_ARG(token->name), STR_ARG(nearest));
        return;
    }
    doctor_find_variable(d, SEVERITY_ERROR, v, without, "%.*s has no experiment '%.*s'%s",
                         STR_ARG(go), STR_ARG(token->name),
                         token->is_off ? " (\"no\" before a name turns it off)" : "");
}

/* A word that asks for what is so anyway. */
static void find_idle(Doctor *d, const Variable *v, const Experiment *experiment,
                      const Token *token)
{
    bool is_on = experiment->by_default == EXPERIMENT_ON;
    if (experiment->by_default == EXPERIMENT_DEPENDS || is_on == token->is_off) {
        return;
    }
    doctor_find_variable(d, SEVERITY_INFO, v, without_word(d->arena, v->got.value, token->word),
                         "%.*s changes nothing: %.*s is %s by default in %.*s",
                         STR_ARG(token->word), STR_ARG(token->name), is_on ? "on" : "off",
                         STR_ARG(doctor_go_name(d)));
}

/* What the words leave of the two halves of regabi, which cannot be split in every way. */
typedef struct {
    bool wrappers, args;
} Regabi;

static void apply_to_regabi(Regabi *regabi, const Token *token)
{
    bool both = str_eq(token->name, S("regabi"));
    if (both || str_eq(token->name, S("regabiwrappers"))) {
        regabi->wrappers = !token->is_off;
    }
    if (both || str_eq(token->name, S("regabiargs"))) {
        regabi->args = !token->is_off;
    }
}

static void check_regabi(Doctor *d, const Variable *v, const ExperimentList *list)
{
    Regabi regabi = {list->regabi_supported, list->regabi_supported};
    Str rest = v->got.value;
    Token token;
    for (;;) {
        bool all_off = false;
        bool more = next_token(&rest, &token, &all_off);
        if (all_off) {
            regabi = (Regabi){false, false};
        }
        if (!more) {
            break;
        }
        apply_to_regabi(&regabi, &token);
    }
    if (list->regabi_supported && !list->regabi_always_on && regabi.args && !regabi.wrappers) {
        doctor_find_variable(d, SEVERITY_ERROR, v, (Str){0},
                             "regabiargs cannot be on without regabiwrappers on %.*s",
                             STR_ARG(d->in->arch));
    }
}

static bool check_names(Doctor *d, Err *err)
{
    Variable v = doctor_variable(d, S("GOEXPERIMENT"));
    if (v.got.value.len == 0) {
        return true;
    }
    const ExperimentList *list = doctor_experiments_of_go(d, err);
    if (list == NULL) {
        return false;
    }
    Str rest = v.got.value;
    Token token;
    bool all_off = false, all_known = true;
    while (next_token(&rest, &token, &all_off)) {
        const Experiment *experiment = experiments_find(list, token.name);
        if (!is_known(list, token.name)) {
            all_known = false;
            if (!is_gone(d, token.name)) {
                find_unknown(d, &v, list, &token);
            }
        } else if (experiment != NULL && !all_off) {
            find_idle(d, &v, experiment, &token);
        }
    }
    if (all_known) {
        check_regabi(d, &v, list);
    }
    return true;
}

static bool check_gone(Doctor *d, Err *err)
{
    Variable v = doctor_variable(d, S("GOEXPERIMENT"));
    if (v.got.value.len == 0) {
        return true;
    }
    const ExperimentList *list = doctor_experiments_of_go(d, err);
    if (list == NULL) {
        return false;
    }
    Str rest = v.got.value;
    Token token;
    bool all_off;
    while (next_token(&rest, &token, &all_off)) {
        if (is_known(list, token.name) || !is_gone(d, token.name)) {
            continue;
        }
        const ExperimentHistory *history = experiment_history(token.name);
        doctor_find_variable(d, SEVERITY_ERROR, &v, without_word(d->arena, v.got.value, token.word),
                             "the experiment %.*s is gone since Go %.*s: %.*s", STR_ARG(token.name),
                             STR_ARG(history->until), STR_ARG(history->became));
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD001"),
                .title = STR_CONST("GOEXPERIMENT names experiments of this Go"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST(
                    "GOEXPERIMENT, from the environment, the go env file or go.env; the names in "
                    "src/internal/goexperiment/flags.go of the Go in use, and what is on by "
                    "default in src/internal/buildcfg/exp.go"),
                .why = STR_CONST(
                    "One name that this Go does not know, and every go command stops with "
                    "\"unknown "
                    "GOEXPERIMENT\", go version included. Names change between releases: the arena "
                    "package needs arenas, not arena. A \"no\" at the beginning of a word is read "
                    "as "
                    "\"turn off\", so that nosuch is the unknown experiment such.\n\n"
                    "A word that asks for what is on (or off) by default changes nothing. It is "
                    "noted because it will be an error once the experiment has ended."),
                .cure = STR_CONST("write the name as this Go has it, or take the word away: unset "
                                  "GOEXPERIMENT, or go env -u GOEXPERIMENT"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("internal/buildcfg, func ParseGOEXPERIMENT"),
            },
        .run = check_names,
        .modes = MODE_MINIMAL,
        .item = 1,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD010"),
                .title = STR_CONST("GOEXPERIMENT names no experiment that has ended"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOEXPERIMENT, the names in flags.go of the Go in use, and "
                                      "the names that Go 1.19 to 1.27 have had"),
                .why = STR_CONST(
                    "An experiment ends by becoming ordinary or by being dropped. Its name is then "
                    "removed, and a setting that was right for years stops every go command of the "
                    "next release: unified was known up to Go 1.20, rangefunc up to 1.25."),
                .cure = STR_CONST("take the word away: unset GOEXPERIMENT, or go env -u "
                                  "GOEXPERIMENT"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("internal/goexperiment/flags.go of each release"),
            },
        .run = check_gone,
        .modes = MODE_MINIMAL,
        .item = 10,
    },
};

const CheckGroup doctor_goexperiment = {rows, COUNT_OF(rows)};
