/*
 * One pass over the arguments. The first word that is no option names the command (for "proof" the
 * first two do); from then on its own options are understood beside the global ones.
 *
 * A mistake does not end the pass. The first one is reported, but what comes after it is still
 * read, because --json, -q and --color decide how it is reported.
 */
#include "cmd/parse.h"

#include "base/panic.h"
#include "base/strbuf.h"
#include "format/duration.h"

#define MAX_DISTANCE 2 /* letters between what was typed and what may have been meant */

typedef struct {
    Arena *arena;
    const Str *argv;
    isize argc;
    isize at;
    CommandLine *line;
    Str *args;
    bool is_lost;   /* the command is unknown: only global options mean anything */
    bool only_args; /* options have ended */
    Err *err;
} Parser;

/* ---- tables ---- */

OptionId command_next_option(const Command *command, OptionId id)
{
    for (int next = (int)id + 1; next < OPTION_COUNT; next++) {
        if (command_takes(command, (OptionId)next)) {
            return (OptionId)next;
        }
    }
    return OPTION_NONE;
}

bool command_takes(const Command *command, OptionId id)
{
    if (options[id].is_global) {
        return true;
    }
    for (isize i = 0; command != NULL && i < COMMAND_MAX_OPTIONS; i++) {
        if (command->options[i] == id && id != OPTION_NONE) {
            return true;
        }
    }
    return false;
}

bool command_is_group(Str word)
{
    for (isize i = 0; i < n_commands; i++) {
        StrCut cut = str_cut(commands[i].name, ' ');
        if (cut.found && str_eq(cut.head, word)) {
            return true;
        }
    }
    return false;
}

OptionId command_find_long(const Command *command, Str name)
{
    OptionId id = OPTION_NONE;
    while ((id = command_next_option(command, id)) != OPTION_NONE) {
        if (str_eq(options[id].name, name)) {
            break;
        }
    }
    return id;
}

OptionId command_find_short(const Command *command, char letter)
{
    OptionId id = OPTION_NONE;
    while ((id = command_next_option(command, id)) != OPTION_NONE) {
        if (options[id].letter == letter) {
            break;
        }
    }
    return id;
}

/* ---- what may have been meant ---- */

static bool is_like(Str typed, Str name)
{
    bool is_beginning = typed.len >= 2 && str_starts_with(name, typed);
    return is_beginning || (str_distance(typed, name) <= MAX_DISTANCE &&
                            str_distance(typed, name) < MIN(typed.len, name.len));
}

/* The nearest of two candidates; an empty one counts for nothing. */
static Str nearer(Str typed, Str best, Str name)
{
    if (!is_like(typed, name) ||
        (best.len > 0 && str_distance(typed, best) <= str_distance(typed, name))) {
        return best;
    }
    return name;
}

Str command_suggest(Str typed)
{
    Str best = {0};
    for (isize i = 0; i < n_commands; i++) {
        if (!commands[i].is_hidden) {
            best = nearer(typed, best, commands[i].name);
        }
    }
    return best;
}

static Str suggest_option(const Command *command, Str typed)
{
    Str best = {0};
    OptionId id = OPTION_NONE;
    while ((id = command_next_option(command, id)) != OPTION_NONE) {
        best = nearer(typed, best, options[id].name);
    }
    return best;
}

static Str suggest_choice(const Option *option, Str typed)
{
    Str best = {0};
    for (int i = 0; i < option->n_choices; i++) {
        best = nearer(typed, best, option->choices[i]);
    }
    return best;
}

/* "goward", or "goward up". */
static Str spoken_name(Arena *a, const Command *command)
{
    return command == NULL ? S("goward") : str_concat(a, S("goward "), command->name);
}

/* A command that has an option which this one lacks, or NULL. */
static const Command *find_owner(Str name)
{
    for (isize i = 0; i < n_commands; i++) {
        if (!commands[i].is_hidden && command_find_long(&commands[i], name) != OPTION_NONE) {
            return &commands[i];
        }
    }
    return NULL;
}

static bool fail_unknown_option(Parser *p, Str shown, Str name)
{
    if (p->is_lost) {
        return false; /* the command was the mistake, and is reported */
    }
    Str self = spoken_name(p->arena, p->line->command);
    Str nearest = suggest_option(p->line->command, name);
    const Command *owner = find_owner(name);
    FAIL(p->err, ERR_USAGE, "'%.*s' has no option '%.*s'", STR_ARG(self), STR_ARG(shown));
    if (owner != NULL) {
        return err_hint(p->err, "goward %.*s --%.*s", STR_ARG(owner->name), STR_ARG(name));
    }
    if (nearest.len > 0) {
        return err_hint(p->err, "%.*s --%.*s", STR_ARG(self), STR_ARG(nearest));
    }
    return err_hint(p->err, "%.*s --help", STR_ARG(self));
}

/* ---- values ---- */

static Str join_choices(Arena *a, const Option *option)
{
    StrBuf b = strbuf_init(a);
    for (int i = 0; i < option->n_choices; i++) {
        Str between = i == 0 ? S("") : i + 1 < option->n_choices ? S(", ") : S(" or ");
        strbuf_add(&b, between);
        strbuf_add(&b, option->choices[i]);
    }
    return strbuf_str(&b);
}

static bool read_choice(Arena *a, const Option *option, Str shown, Str text, int64_t *ret, Err *err)
{
    for (int i = 0; i < option->n_choices; i++) {
        if (str_eq(option->choices[i], text)) {
            *ret = i;
            return true;
        }
    }
    Str choices = join_choices(a, option);
    Str nearest = suggest_choice(option, text);
    FAIL(err, ERR_USAGE, "%.*s is '%.*s': it can be %.*s", STR_ARG(shown), STR_ARG(text),
         STR_ARG(choices));
    return nearest.len == 0 ? false : err_hint(err, "%.*s=%.*s", STR_ARG(shown), STR_ARG(nearest));
}

/* The value of an option, or of the variable that stands in for it: shown is the name of either. */
static bool read_value(Arena *a, const Option *option, Str shown, Str text, OptionValue *ret,
                       Err *err)
{
    OptionValue value = {.is_set = true, .text = text};
    switch (option->type) {
    case OPTION_FLAG:
    case OPTION_TEXT:
    case OPTION_OPTIONAL:
        break;
    case OPTION_NUMBER:
        if (!str_parse_decimal(text, option->max, &value.number) || value.number < option->min) {
            return FAIL(err, ERR_USAGE, "%.*s is '%.*s': it must be a number from %lld to %lld",
                        STR_ARG(shown), STR_ARG(text), (long long)option->min,
                        (long long)option->max);
        }
        break;
    case OPTION_DURATION:
        if (!duration_parse(text, &value.number) || value.number < option->min ||
            value.number > option->max) {
            return FAIL(err, ERR_USAGE,
                        "%.*s is '%.*s': it must be a time such as 500ms, 30s, 5m or 1h",
                        STR_ARG(shown), STR_ARG(text));
        }
        break;
    case OPTION_CHOICE:
        if (!read_choice(a, option, shown, text, &value.number, err)) {
            return false;
        }
        break;
    case OPTION_TYPE_COUNT:
        UNREACHABLE("option type");
    }
    *ret = value;
    return true;
}

/* Whether an environment variable that stands for a flag says yes. */
static bool read_flag_variable(Str name, Str text, bool *ret, Err *err)
{
    static const struct {
        Str word;
        bool means;
    } words[] = {
        {STR_CONST("1"), true},   {STR_CONST("true"), true}, {STR_CONST("yes"), true},
        {STR_CONST("on"), true},  {STR_CONST("0"), false},   {STR_CONST("false"), false},
        {STR_CONST("no"), false}, {STR_CONST("off"), false},
    };
    for (isize i = 0; i < COUNT_OF(words); i++) {
        if (str_eq_fold(text, words[i].word)) {
            *ret = words[i].means;
            return true;
        }
    }
    return FAIL(err, ERR_USAGE, "%.*s is '%.*s': it must be 1 or 0", STR_ARG(name), STR_ARG(text));
}

bool flag_variable_is_set(const Environ *env, OptionId id, bool *ret, Err *err)
{
    Str text = environ_value(env, options[id].variable);
    *ret = false;
    return text.len == 0 || read_flag_variable(options[id].variable, text, ret, err);
}

static bool apply_variable(Arena *a, const Environ *env, OptionId id, OptionValue *ret, Err *err)
{
    const Option *option = &options[id];
    Str text = environ_value(env, option->variable);
    if (text.len == 0) {
        return true;
    }
    if (option->type != OPTION_FLAG) {
        return read_value(a, option, option->variable, text, ret, err);
    }
    return read_flag_variable(option->variable, text, &ret->is_set, err);
}

/* Values for what was not given. */
static bool apply_defaults(Parser *p, const Environ *env)
{
    bool ok = true;
    OptionId id = OPTION_NONE;
    while ((id = command_next_option(p->line->command, id)) != OPTION_NONE) {
        OptionValue *value = &p->line->options[id];
        if (value->is_set) {
            continue;
        }
        value->number = options[id].fallback;
        Err ignored;
        if (options[id].variable.len > 0 &&
            !apply_variable(p->arena, env, id, value, ok ? p->err : &ignored)) {
            ok = false;
        }
    }
    return ok;
}

/* ---- arguments ---- */

/* The value that must follow: the rest of the argument, else the next one. */
static bool take_value(Parser *p, OptionId id, Str shown, bool has_rest, Str rest)
{
    Str value = rest;
    if (!has_rest) {
        if (p->at == p->argc) {
            return FAIL(p->err, ERR_USAGE, "%.*s needs a value: %.*s", STR_ARG(shown),
                        STR_ARG(options[id].value_name));
        }
        value = p->argv[p->at++];
    }
    if (value.len == 0) {
        return FAIL(p->err, ERR_USAGE, "%.*s needs a value that is not empty", STR_ARG(shown));
    }
    return read_value(p->arena, &options[id], shown, value, &p->line->options[id], p->err);
}

static bool read_long(Parser *p, Str arg)
{
    StrCut cut = str_cut(arg, '=');
    Str name = str_from(cut.head, 2);
    OptionId id = command_find_long(p->line->command, name);
    if (id == OPTION_NONE) {
        return fail_unknown_option(p, cut.head, name);
    }
    const Option *option = &options[id];
    if (option->type == OPTION_FLAG && cut.found) {
        return FAIL(p->err, ERR_USAGE, "%.*s takes no value", STR_ARG(cut.head));
    }
    if (option->type == OPTION_FLAG || (option->type == OPTION_OPTIONAL && !cut.found)) {
        p->line->options[id].is_set = true;
        return true;
    }
    return take_value(p, id, cut.head, cut.found, cut.tail);
}

/* "-qv", "-C DIR", "-CDIR". */
static bool read_cluster(Parser *p, Str arg)
{
    for (isize i = 1; i < arg.len; i++) {
        char shown_bytes[2] = {'-', arg.ptr[i]};
        Str shown = str_copy(p->arena, (Str){shown_bytes, 2});
        OptionId id = command_find_short(p->line->command, arg.ptr[i]);
        if (id == OPTION_NONE) {
            return fail_unknown_option(p, shown, str_from(shown, 1));
        }
        if (options[id].type != OPTION_FLAG) {
            return take_value(p, id, shown, i + 1 < arg.len, str_from(arg, i + 1));
        }
        p->line->options[id].is_set = true;
    }
    return true;
}

static bool fail_unknown_command(Parser *p, Str typed)
{
    Str nearest = command_suggest(typed);
    p->is_lost = true;
    p->line->command = NULL;
    FAIL(p->err, ERR_USAGE, "there is no command '%.*s'", STR_ARG(typed));
    if (nearest.len > 0) {
        return err_hint(p->err, "goward %.*s", STR_ARG(nearest));
    }
    return err_hint(p->err, "goward help");
}

/* A word of the command's name. */
static bool read_command(Parser *p, Str word)
{
    Str name = p->line->group.len == 0
                   ? word
                   : str_format(p->arena, "%.*s %.*s", STR_ARG(p->line->group), STR_ARG(word));
    if (p->line->group.len == 0 && command_is_group(word) && command_find(word) == NULL) {
        p->line->group = word;
        return true;
    }
    p->line->group = (Str){0};
    p->line->command = command_find(name);
    p->line->is_named = true;
    return p->line->command != NULL || fail_unknown_command(p, name);
}

/* "doctor list" of "doctor", which is a command by itself as well; NULL when there is none. */
static const Command *find_narrower(const Parser *p, const Command *command, Str word)
{
    return str_index_byte(command->name, ' ') >= 0 || !command_is_group(command->name)
               ? NULL
               : command_find(
                     str_format(p->arena, "%.*s %.*s", STR_ARG(command->name), STR_ARG(word)));
}

static bool read_word(Parser *p, Str word)
{
    bool is_settled = p->line->command != NULL || p->is_lost;
    if (!is_settled && !p->only_args) {
        return read_command(p, word);
    }
    const Command *command = p->line->command;
    if (command != NULL && p->line->is_named && !p->only_args && p->line->n_args == 0) {
        const Command *narrower = find_narrower(p, command, word);
        if (narrower != NULL) {
            p->line->command = narrower;
            return true;
        }
    }
    if (command != NULL && command->stops_at_argument) {
        p->only_args = true;
    }
    p->args[p->line->n_args++] = word;
    return true;
}

static bool read_arg(Parser *p, Str arg)
{
    if (p->only_args) {
        return read_word(p, arg);
    }
    if (str_eq(arg, S("--"))) {
        p->only_args = true;
        return true;
    }
    if (str_starts_with(arg, S("--"))) {
        return read_long(p, arg);
    }
    if (str_starts_with(arg, S("-")) && arg.len > 1) {
        return read_cluster(p, arg);
    }
    return read_word(p, arg);
}

/* ---- the whole ---- */

static bool check_group(Parser *p)
{
    if (p->line->group.len == 0) {
        return true;
    }
    StrBuf b = strbuf_init(p->arena);
    for (isize i = 0; i < n_commands; i++) {
        StrCut cut = str_cut(commands[i].name, ' ');
        if (cut.found && str_eq(cut.head, p->line->group)) {
            strbuf_add(&b, b.len > 0 ? S(" or ") : S(""));
            strbuf_add(&b, cut.tail);
        }
    }
    Str words = strbuf_str(&b);
    FAIL(p->err, ERR_USAGE, "'goward %.*s' needs a second word: %.*s", STR_ARG(p->line->group),
         STR_ARG(words));
    return err_hint(p->err, "goward help %.*s", STR_ARG(p->line->group));
}

static bool check_args(Parser *p)
{
    const Command *command = p->line->command;
    isize n = p->line->n_args;
    Str self = spoken_name(p->arena, command);
    if (n < command->min_args) {
        FAIL(p->err, ERR_USAGE, "'%.*s' needs %.*s", STR_ARG(self), STR_ARG(command->arguments));
        return err_hint(p->err, "%.*s", STR_ARG(command->examples[0].line));
    }
    if (command->max_args >= 0 && n > command->max_args) {
        Str extra = p->args[command->max_args];
        if (command->max_args == 0) {
            FAIL(p->err, ERR_USAGE, "'%.*s' takes no argument: what is '%.*s'?", STR_ARG(self),
                 STR_ARG(extra));
        } else {
            FAIL(p->err, ERR_USAGE, "'%.*s' takes only %.*s: what is '%.*s'?", STR_ARG(self),
                 STR_ARG(command->arguments), STR_ARG(extra));
        }
        return err_hint(p->err, "%.*s --help", STR_ARG(self));
    }
    return true;
}

static bool check_fields(Parser *p)
{
    const Command *command = p->line->command;
    StrCut cut = {.tail = p->line->options[OPTION_JSON].text};
    if (cut.tail.len == 0) {
        return true;
    }
    do {
        cut = str_cut(cut.tail, ',');
        if (!str_list_has(command->fields, cut.head)) {
            FAIL(p->err, ERR_USAGE, "the JSON of 'goward %.*s' has no field '%.*s'",
                 STR_ARG(command->name), STR_ARG(cut.head));
            return command->fields.len == 0
                       ? false
                       : err_hint(p->err, "--json=%.*s", STR_ARG(command->fields));
        }
    } while (cut.found);
    return true;
}

static bool check_line(Parser *p)
{
    const OptionValue *given = p->line->options;
    if (given[OPTION_HELP].is_set || given[OPTION_VERSION].is_set) {
        return true;
    }
    return check_group(p) && check_args(p) && check_fields(p);
}

bool command_line_parse(Arena *a, const Str *argv, isize argc, const Environ *env,
                        CommandLine *line, Err *err)
{
    *line = (CommandLine){0};
    Err later;
    bool ok = true;
    Parser p = {.arena = a, .argv = argv, .argc = argc, .line = line, .err = err};
    p.args = ARENA_ARRAY(a, Str, argc);
    line->args = p.args;
    while (p.at < argc) {
        p.err = ok ? err : &later;
        ok = read_arg(&p, argv[p.at++]) && ok;
    }
    p.err = ok ? err : &later;
    if (line->command == NULL && !p.is_lost && line->group.len == 0) {
        line->command = command_find(S("status"));
    }
    ok = apply_defaults(&p, env) && ok;
    return ok && check_line(&p);
}
