#include "cmd/help.h"

#include "base/panic.h"
#include "cmd/manpage.h"
#include "cmd/parse.h"
#include "cmd/table.h"
#include "cmd/version.h"
#include "report/text.h"

#define DEFAULT_WIDTH 80
#define MAX_WIDTH 100 /* longer lines are hard to read */
#define COMMAND_COLUMN 16
#define OPTION_COLUMN 26
#define EXIT_COLUMN 7
#define MAX_EXAMPLE_COLUMN 46

const Str help_groups[GROUP_COUNT] = {
    [GROUP_DAILY] = STR_CONST("Every day"),       [GROUP_LOOK] = STR_CONST("Look"),
    [GROUP_CODE] = STR_CONST("Your code"),        [GROUP_TRUST] = STR_CONST("Trust"),
    [GROUP_UNDO] = STR_CONST("Undo and tidy up"), [GROUP_SELF] = STR_CONST("About goward"),
};

const ExitNote help_exit_codes[] = {
    {EXIT_OK, STR_CONST("done")},
    {EXIT_FINDINGS, STR_CONST("findings at or over --fail-on")},
    {EXIT_USAGE, STR_CONST("a wrong option, argument, file format or configuration")},
    {EXIT_INTERNAL,
     STR_CONST("reading or writing failed, or a limit was met; also goward's own faults")},
    {EXIT_NOTHING, STR_CONST("what was named does not exist, or there is nothing to work on")},
    {EXIT_NOT_VERIFIED, STR_CONST("not proved; no option hides this")},
    {EXIT_OFFLINE, STR_CONST("the network is needed and cannot be had")},
    {EXIT_BUSY, STR_CONST("somebody else holds or changed it")},
    {EXIT_TIMEOUT, STR_CONST("--timeout is over")},
};
const isize n_help_exit_codes = COUNT_OF(help_exit_codes);

/* ---- the tables, as help reads them ---- */

OptionSpelling help_spell_option(Arena *a, OptionId id)
{
    const Option *option = &options[id];
    OptionSpelling ret = {.name = str_concat(a, S("--"), option->name)};
    if (option->letter != 0) {
        ret.letter = str_format(a, "-%c", option->letter);
    }
    if (option->type == OPTION_OPTIONAL) {
        ret.value = str_format(a, "[=%.*s]", STR_ARG(option->value_name));
    } else if (option->type != OPTION_FLAG) {
        ret.value = str_concat(a, S(" "), option->value_name);
    }
    return ret;
}

const Command *help_next_command(const Command *after, CommandGroup group)
{
    for (isize i = after == NULL ? 0 : after - commands + 1; i < n_commands; i++) {
        if (!commands[i].is_hidden && (group == GROUP_NONE || commands[i].group == group)) {
            return &commands[i];
        }
    }
    return NULL;
}

Str help_exit_text(const Command *command, int code)
{
    for (isize i = 0; i < COMMAND_MAX_EXITS; i++) {
        if (command->exits[i].code == code && command->exits[i].when.len > 0) {
            return command->exits[i].when;
        }
    }
    bool is_common = code == EXIT_OK || code == EXIT_USAGE || code == EXIT_INTERNAL;
    for (isize i = 0; i < n_help_exit_codes; i++) {
        if (is_common && help_exit_codes[i].code == code) {
            return help_exit_codes[i].when;
        }
    }
    return (Str){0};
}

/* ---- text ---- */

typedef struct {
    StrBuf *out;
    const Style *style;
    Arena scratch;
    isize width;
} Page;

static void add_heading(Page *p, Str text)
{
    strbuf_add_byte(p->out, '\n');
    style_add(p->out, p->style, INK_STRONG, text);
    strbuf_add(p->out, S(":\n"));
}

static void add_paragraphs(Page *p, Str text)
{
    strbuf_add_byte(p->out, '\n');
    text_add_wrapped(p->out, text, p->width, 0);
    strbuf_add_byte(p->out, '\n');
}

/* "  name     text", the text wrapped in its column; below the name where that is too long. */
static void add_entry(Page *p, Str name, isize column, Str text)
{
    text_add_spaces(p->out, 2);
    strbuf_add(p->out, name);
    isize at = 2 + text_columns(name);
    if (at + 2 > column) {
        strbuf_add_byte(p->out, '\n');
        at = 0;
    }
    text_add_spaces(p->out, column - at);
    text_add_wrapped(p->out, text, p->width, column);
    strbuf_add_byte(p->out, '\n');
}

static void add_example(Page *p, const Example *example, isize column)
{
    add_entry(p, example->line, column, example->says);
}

static isize example_column(const Example *examples, isize n)
{
    isize column = 0;
    for (isize i = 0; i < n; i++) {
        column = MAX(column, examples[i].line.len + 4);
    }
    return MIN(column, MAX_EXAMPLE_COLUMN);
}

static void add_examples(Page *p, Str heading, const Example *examples, isize max)
{
    isize n = 0;
    while (n < max && examples[n].line.len > 0) {
        n++;
    }
    isize column = example_column(examples, n);
    add_heading(p, heading);
    for (isize i = 0; i < n; i++) {
        add_example(p, &examples[i], column);
    }
}

static void add_option(Page *p, OptionId id)
{
    Arena scratch = p->scratch;
    const Option *option = &options[id];
    OptionSpelling s = help_spell_option(&scratch, id);
    Str name = str_format(&scratch, "%*.*s%s%.*s%.*s", s.letter.len > 0 ? 0 : 4, STR_ARG(s.letter),
                          s.letter.len > 0 ? ", " : "", STR_ARG(s.name), STR_ARG(s.value));
    Str text =
        option->variable.len == 0
            ? option->help
            : str_format(&scratch, "%.*s [%.*s]", STR_ARG(option->help), STR_ARG(option->variable));
    add_entry(p, name, OPTION_COLUMN, text);
}

/* The options of one command beside the global ones, or (command NULL) the global ones. */
static void add_options(Page *p, Str heading, const Command *command)
{
    bool has_any = false;
    OptionId id = OPTION_NONE;
    while ((id = command_next_option(command, id)) != OPTION_NONE) {
        if (options[id].is_global != (command == NULL)) {
            continue;
        }
        if (!has_any) {
            add_heading(p, heading);
            has_any = true;
        }
        add_option(p, id);
    }
}

static void add_exit_codes(Page *p, const Command *command)
{
    add_heading(p, S("Exit codes"));
    for (isize i = 0; i < n_help_exit_codes; i++) {
        Arena scratch = p->scratch;
        int code = help_exit_codes[i].code;
        Str text = command == NULL ? help_exit_codes[i].when : help_exit_text(command, code);
        if (text.len > 0) {
            add_entry(p, str_format(&scratch, "%3d", code), EXIT_COLUMN + 2, text);
        }
    }
}

static void add_command_line(Page *p, const Command *command)
{
    add_entry(p, command->name, COMMAND_COLUMN, command->summary);
}

static void add_commands(Page *p)
{
    for (int group = GROUP_NONE + 1; group < GROUP_COUNT; group++) {
        add_heading(p, help_groups[group]);
        const Command *command = NULL;
        while ((command = help_next_command(command, (CommandGroup)group)) != NULL) {
            add_command_line(p, command);
        }
    }
}

static void add_overview(Page *p)
{
    static const Example start[] = {
        {STR_CONST("goward up"), STR_CONST("make this project ready to build")},
        {STR_CONST("goward"), STR_CONST("which Go runs here, and what to type next")},
        {STR_CONST("goward why"), STR_CONST("every file and variable that decided so")},
        {STR_CONST("goward verify /usr/local/go"),
         STR_CONST("is that Go what its makers published?")},
        {STR_CONST("goward rollback"), STR_CONST("undo the last change")},
    };
    style_add(p->out, p->style, INK_STRONG, S("goward " GOWARD_VERSION));
    strbuf_add(p->out, S(" - the right Go for each project, proved, and undone at once\n"));
    add_examples(p, S("Start here"), start, COUNT_OF(start));
    add_commands(p);
    add_options(p, S("Options of every command"), NULL);
    add_exit_codes(p, NULL);
    add_paragraphs(p,
                   S("goward help COMMAND says more about one command, goward explain ID about a "
                     "finding. Results go to standard output, all else to standard error."));
}

static void add_group(Page *p, Str group)
{
    style_add(p->out, p->style, INK_STRONG, S("goward "));
    style_add(p->out, p->style, INK_STRONG, group);
    strbuf_add(p->out, S(" has these commands:\n"));
    for (const Command *c = help_next_command(NULL, GROUP_NONE); c != NULL;
         c = help_next_command(c, GROUP_NONE)) {
        StrCut cut = str_cut(c->name, ' ');
        if (cut.found && str_eq(cut.head, group)) {
            add_command_line(p, c);
        }
    }
}

/* "goward verify [options] [all | SPEC | DIR]..." */
static void add_usage(Page *p, const Command *command)
{
    strbuf_add(p->out, S("\nUsage: goward "));
    strbuf_add(p->out, command->name);
    strbuf_add(p->out, S(" [options]"));
    strbuf_add(p->out, command->arguments.len > 0 ? S(" ") : S(""));
    strbuf_add(p->out, command->arguments);
    strbuf_add_byte(p->out, '\n');
}

static void add_json_fields(Page *p, const Command *command)
{
    if (command->fields.len == 0) {
        return;
    }
    add_heading(p, S("Fields of --json"));
    Arena scratch = p->scratch;
    StrBuf fields = strbuf_init(&scratch);
    StrCut cut = {.tail = command->fields};
    do {
        cut = str_cut(cut.tail, ',');
        strbuf_add(&fields, cut.head);
        strbuf_add(&fields, cut.found ? S(", ") : S(""));
    } while (cut.found);
    text_add_spaces(p->out, 2);
    text_add_wrapped(p->out, strbuf_str(&fields), p->width, 2);
    strbuf_add_byte(p->out, '\n');
}

static void add_command(Page *p, const Command *command)
{
    Arena scratch = p->scratch;
    Str name = str_concat(&scratch, S("goward "), command->name);
    style_add(p->out, p->style, INK_STRONG, name);
    strbuf_add(p->out, S(" - "));
    text_add_wrapped(p->out, command->summary, p->width, 2);
    strbuf_add_byte(p->out, '\n');
    add_usage(p, command);
    add_examples(p, S("Examples"), command->examples, COMMAND_MAX_EXAMPLES);
    add_paragraphs(p, command->description);
    add_options(p, S("Options"), command);
    add_json_fields(p, command);
    add_exit_codes(p, command);
    add_paragraphs(p, S("goward help lists the options that every command takes."));
}

static void print_text(Report *r, const Command *command, Str group)
{
    Arena text_arena = arena_init(0);
    StrBuf text = strbuf_init(&text_arena);
    const Style *style = &r->styles[REPORT_DATA];
    Page page = {
        .out = &text,
        .style = style,
        .scratch = r->scratch,
        .width = MIN(style->width > 0 ? style->width : DEFAULT_WIDTH, MAX_WIDTH),
    };
    if (command != NULL) {
        add_command(&page, command);
    } else if (group.len > 0) {
        add_group(&page, group);
    } else {
        add_overview(&page);
    }
    report_raw(r, strbuf_str(&text));
    arena_done(&text_arena);
}

/* ---- JSON ---- */

static void write_option(JsonWriter *w, OptionId id)
{
    const Option *option = &options[id];
    json_begin_object(w);
    json_key_str(w, S("name"), option->name);
    json_key_str_or_null(w, S("letter"), (Str){&option->letter, option->letter != 0});
    json_key_bool(w, S("global"), option->is_global);
    json_key_str_or_null(w, S("value"), option->value_name);
    json_key_array(w, S("choices"));
    for (int i = 0; i < option->n_choices; i++) {
        json_str(w, option->choices[i]);
    }
    json_end(w);
    json_key_str_or_null(w, S("variable"), option->variable);
    json_key_str(w, S("help"), option->help);
    json_end(w);
}

static void write_fields(JsonWriter *w, const Command *command)
{
    json_key_array(w, S("fields"));
    StrCut cut = {.tail = command->fields};
    do {
        cut = str_cut(cut.tail, ',');
        if (cut.head.len > 0) {
            json_str(w, cut.head);
        }
    } while (cut.found);
    json_end(w);
}

static void write_command(JsonWriter *w, const Command *command)
{
    json_begin_object(w);
    json_key_str(w, S("name"), command->name);
    json_key_str(w, S("summary"), command->summary);
    json_key_str_or_null(w, S("arguments"), command->arguments);
    json_key_array(w, S("options"));
    OptionId id = OPTION_NONE;
    while ((id = command_next_option(command, id)) != OPTION_NONE) {
        if (!options[id].is_global) {
            json_str(w, options[id].name);
        }
    }
    json_end(w);
    json_key_array(w, S("examples"));
    for (isize i = 0; i < COMMAND_MAX_EXAMPLES && command->examples[i].line.len > 0; i++) {
        json_begin_object(w);
        json_key_str(w, S("line"), command->examples[i].line);
        json_key_str(w, S("says"), command->examples[i].says);
        json_end(w);
    }
    json_end(w);
    json_key_str(w, S("description"), command->description);
    write_fields(w, command);
    json_key_array(w, S("exits"));
    for (isize i = 0; i < n_help_exit_codes; i++) {
        Str when = help_exit_text(command, help_exit_codes[i].code);
        if (when.len > 0) {
            json_begin_object(w);
            json_key_number(w, S("code"), help_exit_codes[i].code);
            json_key_str(w, S("when"), when);
            json_end(w);
        }
    }
    json_end(w);
    json_end(w);
}

static bool is_shown(const Command *candidate, const Command *command, Str group)
{
    if (command != NULL) {
        return candidate == command;
    }
    return group.len == 0 || str_eq(str_cut(candidate->name, ' ').head, group);
}

static void print_json(Report *r, const Command *command, Str group)
{
    JsonWriter *w = report_json_begin(r, S("help"), 1);
    json_key_array(w, S("commands"));
    for (const Command *c = help_next_command(NULL, GROUP_NONE); c != NULL;
         c = help_next_command(c, GROUP_NONE)) {
        if (is_shown(c, command, group)) {
            write_command(w, c);
        }
    }
    json_end(w);
    json_key_array(w, S("options"));
    for (int id = OPTION_NONE + 1; id < OPTION_COUNT; id++) {
        if (command == NULL || command_takes(command, (OptionId)id)) {
            write_option(w, (OptionId)id);
        }
    }
    json_end(w);
    report_json_end(r);
}

bool help_print(Report *r, const Command *command, Str group)
{
    if (r->wants_json) {
        print_json(r, command, group);
    } else {
        print_text(r, command, group);
    }
    return true;
}

/* ---- the command ---- */

bool cmd_help(Invocation *inv, int *ret_code, Err *err)
{
    (void)ret_code;
    Str name = inv->n_args == 0 ? (Str){0} : inv->args[0];
    if (inv->n_args == 2) {
        name = str_format(inv->arena, "%.*s %.*s", STR_ARG(name), STR_ARG(inv->args[1]));
    }
    const Command *command = name.len == 0 ? NULL : command_find(name);
    bool is_group = command == NULL && command_is_group(name);
    if (name.len > 0 && command == NULL && !is_group) {
        FAIL(err, ERR_USAGE, "there is no command '%.*s'", STR_ARG(name));
        Str nearest = command_suggest(name);
        return err_hint(err, "goward help%s%.*s", nearest.len > 0 ? " " : "", STR_ARG(nearest));
    }
    if (!option_is_set(inv, OPTION_MAN)) {
        return help_print(inv->report, command, is_group ? name : (Str){0});
    }
    if (is_group) {
        return FAIL(err, ERR_USAGE, "there is a manual page for each command of '%.*s'",
                    STR_ARG(name));
    }
    Str page = manpage_render(inv->arena, command);
    report_raw(inv->report, page);
    return true;
}
