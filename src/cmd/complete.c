#include "cmd/complete.h"

#include "base/panic.h"
#include "base/path.h"
#include "cmd/explain.h"
#include "cmd/help.h"
#include "cmd/parse.h"
#include "cmd/table.h"
#include "os/dir.h"
#include "store/store.h"

static const Str shell_names[SHELL_COUNT] = {
    [SHELL_BASH] = STR_CONST("bash"),
    [SHELL_ZSH] = STR_CONST("zsh"),
    [SHELL_FISH] = STR_CONST("fish"),
};

/* Fixed candidates of a kind; what only the store or another table knows is added by add_kind. */
static const char *const fixed_words[COMPLETION_COUNT] = {
    [COMPLETION_SPEC] = "latest stable oldstable",
    [COMPLETION_VERIFY] = "all",
    /* What Go is published for and people build for; --platform takes others as well. */
    [COMPLETION_PLATFORM] = "linux/amd64 linux/arm64 linux/386 linux/armv6l linux/loong64 "
                            "linux/ppc64le linux/riscv64 linux/s390x darwin/amd64 darwin/arm64 "
                            "freebsd/amd64 freebsd/arm64 windows/amd64 windows/arm64",
    [COMPLETION_SHELL] = "bash zsh fish",
    [COMPLETION_SOURCE] = "proxy dl",
    [COMPLETION_TOOL] = "go gofmt",
};

typedef struct {
    Arena *arena;
    const Environ *env;
    Completions *ret;
    Str word;   /* what the candidates must begin with */
    Str before; /* what stands before them in the word: "--from=" */

    /* What the words before the last one said. */
    const Command *command;
    Str group;
    OptionId pending; /* the last word is the value of this option */
    bool only_args;
    isize n_args;
    isize program_at; /* index of the word where another command line starts, -1 for none */
} Completer;

Shell shell_find(Str name)
{
    for (int shell = SHELL_NONE + 1; shell < SHELL_COUNT; shell++) {
        if (str_eq(shell_names[shell], name)) {
            return (Shell)shell;
        }
    }
    return SHELL_NONE;
}

Str shell_name(Shell shell)
{
    return shell_names[shell];
}

/* ---- candidates ---- */

static void add(Completer *c, Str text, Str help)
{
    if (str_starts_with(text, c->word)) {
        Str whole = c->before.len == 0 ? text : str_concat(c->arena, c->before, text);
        *VEC_PUSH(c->arena, &c->ret->candidates) = (Candidate){whole, help};
    }
}

static void add_words(Completer *c, Str words)
{
    Str word;
    while (str_next_field(&words, &word)) {
        add(c, word, (Str){0});
    }
}

/* Names in a folder of the store; none when it cannot be read. */
static DirList list_store(Completer *c, Str folder)
{
    DirList list = {0};
    Err unheard;
    Str home;
    int fd = -1;
    if (command_home(c->arena, c->env, &home, &unheard) &&
        dir_open(FILE_CWD, path_join(c->arena, home, folder), &fd, &unheard) == FILE_FOUND &&
        !dir_list(c->arena, fd, &list, &unheard)) {
        list = (DirList){0};
    }
    file_close(&fd);
    return list;
}

/* Installed versions without their "go", each once whatever its platforms. */
static void add_versions(Completer *c)
{
    DirList list = list_store(c, S("trees"));
    Str last = {0};
    for (isize i = 0; i < list.len; i++) {
        Str version, platform;
        if (store_id_split(list.ptr[i].name, &version, &platform) && !str_eq(version, last)) {
            last = version;
            str_eat_prefix(&version, S("go"));
            add(c, version, S("installed"));
        }
    }
}

static void add_generations(Completer *c)
{
    DirList list = list_store(c, S("generations"));
    for (isize i = 0; i < list.len; i++) {
        int64_t number;
        if (str_parse_decimal(list.ptr[i].name, INT64_MAX, &number)) {
            add(c, list.ptr[i].name, (Str){0});
        }
    }
}

static void add_ids(Completer *c)
{
    const Explanation *row;
    for (isize i = 0; (row = explain_row(i)) != NULL; i++) {
        add(c, row->id, row->title);
    }
}

/* "export, check" for "proof". */
static Str list_group(Arena *a, Str group)
{
    StrBuf b = strbuf_init(a);
    const Command *command = NULL;
    while ((command = help_next_command(command, GROUP_NONE)) != NULL) {
        StrCut cut = str_cut(command->name, ' ');
        if (cut.found && str_eq(cut.head, group)) {
            strbuf_add(&b, b.len > 0 ? S(", ") : S(""));
            strbuf_add(&b, cut.tail);
        }
    }
    return strbuf_str(&b);
}

/* Commands, or the second words of a group. A group itself is offered once. */
static void add_commands(Completer *c)
{
    Str last_group = {0};
    const Command *command = NULL;
    while ((command = help_next_command(command, GROUP_NONE)) != NULL) {
        StrCut cut = str_cut(command->name, ' ');
        if (c->group.len > 0) {
            if (cut.found && str_eq(cut.head, c->group)) {
                add(c, cut.tail, command->summary);
            }
        } else if (!cut.found) {
            add(c, command->name, command->summary);
        } else if (!str_eq(cut.head, last_group) && command_find(cut.head) == NULL) {
            add(c, cut.head, list_group(c->arena, cut.head));
            last_group = cut.head;
        }
    }
}

/* The last element of a list with commas: those before it are part of every candidate. */
static void add_fields(Completer *c)
{
    StrCut cut = str_cut_last(c->word, ',');
    Str chosen = cut.found ? cut.head : (Str){0};
    if (cut.found) {
        c->before = str_concat(c->arena, c->before, str_to(c->word, chosen.len + 1));
        c->word = cut.tail;
    }
    Str rest = c->command == NULL ? (Str){0} : c->command->fields;
    while (rest.len > 0) {
        StrCut field = str_cut(rest, ',');
        if (!str_list_has(chosen, field.head)) {
            add(c, field.head, (Str){0});
        }
        rest = field.tail;
    }
    c->ret->is_open_list = true;
}

/* Whether what is typed can only be a path, where words are possible too. */
static bool looks_like_path(Str word)
{
    return str_index_byte(word, '/') >= 0 || str_starts_with(word, S(".")) ||
           str_starts_with(word, S("~"));
}

static void add_kind(Completer *c, Completion kind)
{
    if (fixed_words[kind] != NULL) {
        add_words(c, str_from_c(fixed_words[kind]));
    }
    switch (kind) {
    case COMPLETION_FILE:
        c->ret->offer = OFFER_FILES;
        break;
    case COMPLETION_DIR:
        c->ret->offer = OFFER_DIRS;
        break;
    case COMPLETION_SPEC:
    case COMPLETION_VERIFY:
        add_versions(c);
        c->ret->offer = looks_like_path(c->word) ? OFFER_FILES : OFFER_NOTHING;
        break;
    case COMPLETION_SOURCE:
        c->ret->offer = looks_like_path(c->word) ? OFFER_FILES : OFFER_NOTHING;
        break;
    case COMPLETION_INSTALLED:
        add_versions(c);
        break;
    case COMPLETION_GENERATION:
        add_generations(c);
        break;
    case COMPLETION_ID:
        add_ids(c);
        break;
    case COMPLETION_COMMAND:
        add_commands(c);
        break;
    case COMPLETION_FIELDS:
        add_fields(c);
        break;
    case COMPLETION_NONE:
    case COMPLETION_PLATFORM:
    case COMPLETION_PROGRAM:
    case COMPLETION_SHELL:
    case COMPLETION_TOOL:
    case COMPLETION_COUNT:
        break;
    }
}

static void add_option_values(Completer *c, OptionId id)
{
    for (int i = 0; i < options[id].n_choices; i++) {
        add(c, options[id].choices[i], (Str){0});
    }
    add_kind(c, options[id].completes);
}

static void add_options(Completer *c)
{
    OptionId id = OPTION_NONE;
    while ((id = command_next_option(c->command, id)) != OPTION_NONE) {
        add(c, str_concat(c->arena, S("--"), options[id].name), options[id].help);
        if (options[id].letter != 0 && c->word.len < 2) {
            add(c, str_format(c->arena, "-%c", options[id].letter), options[id].help);
        }
    }
}

/* ---- the words before the last one ---- */

static bool wants_next_word(OptionId id)
{
    return id != OPTION_NONE && options[id].type != OPTION_FLAG &&
           options[id].type != OPTION_OPTIONAL;
}

/* An option without its value makes the next word the value. */
static void pass_option(Completer *c, Str word)
{
    if (str_starts_with(word, S("--"))) {
        OptionId id = command_find_long(c->command, str_from(word, 2));
        c->pending = wants_next_word(id) ? id : OPTION_NONE;
        return;
    }
    for (isize i = 1; i < word.len; i++) {
        OptionId id = command_find_short(c->command, word.ptr[i]);
        if (wants_next_word(id)) {
            c->pending = i + 1 == word.len ? id : OPTION_NONE;
            return;
        }
    }
}

/* "env capture" after "env", which is a command by itself as well. */
static const Command *find_narrower(const Completer *c, Str word)
{
    return c->command == NULL || c->n_args > 0 || !command_is_group(c->command->name)
               ? NULL
               : command_find(
                     str_format(c->arena, "%.*s %.*s", STR_ARG(c->command->name), STR_ARG(word)));
}

static void pass_word(Completer *c, Str word, isize at)
{
    const Command *narrower = find_narrower(c, word);
    if (narrower != NULL) {
        c->command = narrower;
    } else if (c->command != NULL) {
        c->n_args++;
        if (c->command->completes == COMPLETION_COMMAND && command_is_group(word)) {
            c->group = word;
        }
        if (c->command->completes == COMPLETION_PROGRAM && c->program_at < 0) {
            c->program_at = at;
        }
    } else if (c->group.len == 0 && command_is_group(word) && command_find(word) == NULL) {
        c->group = word;
    } else {
        Str name = c->group.len == 0
                       ? word
                       : str_format(c->arena, "%.*s %.*s", STR_ARG(c->group), STR_ARG(word));
        c->command = command_find(name);
        c->group = (Str){0};
        c->n_args += c->command == NULL; /* an unknown command: nothing can follow */
    }
}

static void pass(Completer *c, Str word, isize at)
{
    if (c->pending != OPTION_NONE) {
        c->pending = OPTION_NONE;
    } else if (!c->only_args && str_eq(word, S("--"))) {
        c->only_args = true;
    } else if (!c->only_args && c->program_at < 0 && str_starts_with(word, S("-"))) {
        pass_option(c, word);
    } else {
        pass_word(c, word, at);
    }
}

/* ---- the last word ---- */

static void complete_argument(Completer *c, isize at)
{
    const Command *command = c->command;
    if (command == NULL) {
        if (c->n_args == 0) {
            add_commands(c);
        }
    } else if (command->completes == COMPLETION_PROGRAM) {
        c->ret->offer = OFFER_PROGRAM;
        c->ret->n_skipped = c->program_at >= 0 ? c->program_at : at;
    } else if (command->completes == COMPLETION_COMMAND && c->n_args > 0 && c->group.len == 0) {
        return; /* `help up`: nothing follows */
    } else if (command->max_args < 0 || c->n_args < command->max_args) {
        if (c->n_args == 0 && command_is_group(command->name)) {
            c->group = command->name;
            add_commands(c);
        }
        add_kind(c, command->completes);
    }
}

static void complete_last(Completer *c, isize at)
{
    bool may_be_option = !c->only_args && c->program_at < 0 && str_starts_with(c->word, S("-"));
    StrCut cut = str_cut(c->word, '=');
    if (c->pending != OPTION_NONE) {
        add_option_values(c, c->pending);
    } else if (may_be_option && str_starts_with(c->word, S("--")) && cut.found) {
        OptionId id = command_find_long(c->command, str_from(cut.head, 2));
        c->before = str_to(c->word, cut.head.len + 1);
        c->word = cut.tail;
        if (id != OPTION_NONE) {
            add_option_values(c, id);
        }
    } else if (may_be_option) {
        add_options(c);
    } else {
        complete_argument(c, at);
    }
}

/* ---- the whole ---- */

/* Puts "--name", "=", "value" together again; gives the number of words. *ret_is_split: the last
 * one was in parts. */
static isize join_split(Arena *a, const Str *words, isize n, Str *ret, bool *ret_is_split)
{
    isize n_joined = 0;
    bool wants_value = false;
    *ret_is_split = false;
    for (isize i = 0; i < n; i++) {
        bool is_sign = str_eq(words[i], S("=")) && n_joined > 0 &&
                       str_starts_with(ret[n_joined - 1], S("--")) &&
                       str_index_byte(ret[n_joined - 1], '=') < 0;
        *ret_is_split = is_sign || wants_value;
        if (*ret_is_split) {
            ret[n_joined - 1] = str_concat(a, ret[n_joined - 1], words[i]);
        } else {
            ret[n_joined++] = words[i];
        }
        wants_value = is_sign;
    }
    return n_joined;
}

void complete_line(Arena *a, const Environ *env, Shell shell, const Str *words, isize n,
                   Completions *ret)
{
    *ret = (Completions){0};
    Str *joined = ARENA_ARRAY(a, Str, MAX(n, 1));
    bool is_split = false;
    if (shell == SHELL_BASH) {
        n = join_split(a, words, n, joined, &is_split);
        words = joined;
    }
    if (n == 0) {
        words = joined; /* one empty word */
        n = 1;
    }
    Completer c = {.arena = a, .env = env, .ret = ret, .program_at = -1};
    for (isize i = 0; i + 1 < n; i++) {
        pass(&c, words[i], i);
    }
    c.word = words[n - 1];
    complete_last(&c, n - 1);
    if (is_split && str_starts_with(c.before, S("--"))) {
        Str name = str_to(c.before, str_index_byte(c.before, '=') + 1);
        for (isize i = 0; i < ret->candidates.len; i++) {
            str_eat_prefix(&ret->candidates.ptr[i].text, name);
        }
    }
}

/* ---- the command ---- */

static void print_completions(Report *r, const Completions *found)
{
    for (isize i = 0; i < found->candidates.len; i++) {
        const Candidate *candidate = &found->candidates.ptr[i];
        if (candidate->help.len == 0) {
            report_line(r, "%.*s", STR_ARG(candidate->text));
        } else {
            report_raw(r, candidate->text);
            report_raw(r, S("\t"));
            report_raw(r, candidate->help);
            report_raw(r, S("\n"));
        }
    }
    switch (found->offer) {
    case OFFER_NOTHING:
        break;
    case OFFER_FILES:
        report_raw(r, S(":files\n"));
        break;
    case OFFER_DIRS:
        report_raw(r, S(":dirs\n"));
        break;
    case OFFER_PROGRAM:
        report_line(r, ":program %td", found->n_skipped);
        break;
    }
    if (found->is_open_list) {
        report_raw(r, S(":list\n"));
    }
}

bool cmd_complete(Invocation *inv, int *ret_code, Err *err)
{
    (void)ret_code;
    Completions found = {0};
    Completer all = {.arena = inv->arena, .env = inv->env, .ret = &found};
    Str what = inv->args[0];
    Shell shell = shell_find(what);
    if (shell != SHELL_NONE) {
        complete_line(inv->arena, inv->env, shell, inv->args + 1, inv->n_args - 1, &found);
    } else if (str_eq(what, S("versions"))) {
        add_versions(&all);
    } else if (str_eq(what, S("generations"))) {
        add_generations(&all);
    } else {
        return FAIL(err, ERR_USAGE, "there are no candidates of the kind '%.*s'", STR_ARG(what));
    }
    if (shell == SHELL_NONE) {
        for (isize i = 0; i < found.candidates.len; i++) {
            found.candidates.ptr[i].help = (Str){0};
        }
    }
    print_completions(inv->report, &found);
    return true;
}
