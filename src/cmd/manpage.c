#include "cmd/manpage.h"

#include "base/panic.h"
#include "cmd/help.h"
#include "cmd/parse.h"
#include "cmd/version.h"

/* Appends text that roff must not interpret. A hyphen stays one, so that what is copied from a page
 * can be pasted into a shell. */
static void add_text(StrBuf *b, Str text)
{
    for (isize i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_line_start = b->len == 0 || b->ptr[b->len - 1] == '\n';
        if (is_line_start && (c == '.' || c == '\'')) {
            strbuf_add(b, S("\\&"));
        }
        switch (c) {
        case '\\':
            strbuf_add(b, S("\\e"));
            break;
        case '-':
            strbuf_add(b, S("\\-"));
            break;
        case '~':
            strbuf_add(b, S("\\(ti"));
            break;
        case '^':
            strbuf_add(b, S("\\(ha"));
            break;
        case '\'':
            strbuf_add(b, S("\\(aq"));
            break;
        case '`':
            strbuf_add(b, S("\\(ga"));
            break;
        case '"':
            strbuf_add(b, S("\\(dq"));
            break;
        default:
            strbuf_add_byte(b, c);
        }
    }
}

static void add_line(StrBuf *b, Str text)
{
    add_text(b, text);
    strbuf_add_byte(b, '\n');
}

static void add_section(StrBuf *b, Str title)
{
    strbuf_add_format(b, ".SH %.*s\n", STR_ARG(title));
}

/* Paragraphs of s, parted by empty lines. */
static void add_paragraphs(StrBuf *b, Str s)
{
    isize gap;
    while ((gap = str_index(s, S("\n\n"))) >= 0) {
        add_line(b, str_to(s, gap));
        strbuf_add(b, S(".PP\n"));
        s = str_from(s, gap + 2);
    }
    add_line(b, s);
}

/* A term in bold with its explanation. */
static void add_item(StrBuf *b, Str term, Str text)
{
    strbuf_add(b, S(".TP\n\\fB"));
    add_text(b, term);
    strbuf_add(b, S("\\fR\n"));
    add_line(b, text);
}

static void add_option(StrBuf *b, Arena scratch, OptionId id)
{
    const Option *option = &options[id];
    OptionSpelling s = help_spell_option(&scratch, id);
    strbuf_add(b, S(".TP\n"));
    if (s.letter.len > 0) {
        strbuf_add(b, S("\\fB"));
        add_text(b, s.letter);
        strbuf_add(b, S("\\fR, "));
    }
    strbuf_add(b, S("\\fB"));
    add_text(b, s.name);
    strbuf_add(b, S("\\fR"));
    if (s.value.len > 0) {
        strbuf_add(b, S("\\fI"));
        add_text(b, s.value);
        strbuf_add(b, S("\\fR"));
    }
    strbuf_add_byte(b, '\n');
    add_text(b, option->help);
    if (option->variable.len > 0) {
        strbuf_add(b, S("\n(also: \\fB"));
        add_text(b, option->variable);
        strbuf_add(b, S("\\fR)"));
    }
    strbuf_add_byte(b, '\n');
}

/* Of one command beside the global ones, or (NULL) the global ones. */
static void add_options(StrBuf *b, Arena scratch, const Command *command)
{
    bool has_any = false;
    OptionId id = OPTION_NONE;
    while ((id = command_next_option(command, id)) != OPTION_NONE) {
        if (options[id].is_global == (command == NULL)) {
            if (!has_any) {
                add_section(b, S("OPTIONS"));
                has_any = true;
            }
            add_option(b, scratch, id);
        }
    }
    if (command != NULL) {
        strbuf_add(b, has_any ? S(".PP\n") : S(".SH OPTIONS\n"));
        strbuf_add(b, S("The options that every command takes are in\n.BR goward (1).\n"));
    }
}

static void add_exit_codes(StrBuf *b, Arena scratch, const Command *command)
{
    add_section(b, S("EXIT STATUS"));
    for (isize i = 0; i < n_help_exit_codes; i++) {
        int code = help_exit_codes[i].code;
        Str when = command == NULL ? help_exit_codes[i].when : help_exit_text(command, code);
        if (when.len > 0) {
            add_item(b, str_format(&scratch, "%d", code), when);
        }
    }
}

static void add_examples(StrBuf *b, const Command *command)
{
    add_section(b, S("EXAMPLES"));
    for (isize i = 0; i < COMMAND_MAX_EXAMPLES && command->examples[i].line.len > 0; i++) {
        add_item(b, command->examples[i].line, command->examples[i].says);
    }
}

static void add_fields(StrBuf *b, const Command *command)
{
    if (command->fields.len == 0) {
        return;
    }
    add_section(b, S("JSON"));
    strbuf_add(b, S("With \\fB\\-\\-json\\fR one object with the fields\n\\fBschema\\fR"));
    strbuf_add(b, S(", \\fBversion\\fR"));
    StrCut cut = {.tail = command->fields};
    do {
        cut = str_cut(cut.tail, ',');
        strbuf_add(b, cut.found ? S(", \\fB") : S(" and \\fB"));
        add_text(b, cut.head);
        strbuf_add(b, S("\\fR"));
    } while (cut.found);
    strbuf_add(b, S(".\n"));
}

Str manpage_name(Arena *a, const Command *command)
{
    if (command == NULL) {
        return S("goward");
    }
    StrBuf b = strbuf_init(a);
    strbuf_add(&b, S("goward-"));
    for (isize i = 0; i < command->name.len; i++) {
        char c = command->name.ptr[i];
        strbuf_add_byte(&b, c == ' ' ? '-' : c);
    }
    return strbuf_str(&b);
}

static void add_title(StrBuf *b, Str name, Str summary)
{
    strbuf_add(b, S(".\\\" From the command tables: goward help --man. Do not edit.\n.TH "));
    for (isize i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        strbuf_add_byte(b, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
    strbuf_add(b, S(" 1 " GOWARD_RELEASED " \"goward " GOWARD_VERSION "\" \"goward manual\"\n"));
    add_section(b, S("NAME"));
    add_text(b, name);
    strbuf_add(b, S(" \\- "));
    add_line(b, summary);
}

static void add_command_list(StrBuf *b, Arena scratch)
{
    add_section(b, S("COMMANDS"));
    for (int group = GROUP_NONE + 1; group < GROUP_COUNT; group++) {
        strbuf_add_format(b, ".SS %.*s\n", STR_ARG(help_groups[group]));
        const Command *c = NULL;
        while ((c = help_next_command(c, (CommandGroup)group)) != NULL) {
            Str name = c->arguments.len == 0 ? c->name
                                             : str_format(&scratch, "%.*s %.*s", STR_ARG(c->name),
                                                          STR_ARG(c->arguments));
            add_item(b, name, c->summary);
        }
    }
}

static void add_environment(StrBuf *b)
{
    static const struct {
        Str name, text;
    } variables[] = {
        {STR_CONST("GOWARD_HOME"),
         STR_CONST("where goward keeps everything; an absolute path. Default: "
                   "$XDG_DATA_HOME/goward, else ~/.local/share/goward.")},
        {STR_CONST("GOPROXY, GOSUMDB, GOTOOLCHAIN, GOWORK, GOENV ..."),
         STR_CONST("mean what they mean to the go command.")},
        {STR_CONST("NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, NO_HYPERLINKS"),
         STR_CONST("switch colour and links off and on; --color comes first.")},
        {STR_CONST("GOWARD_STRICT"),
         STR_CONST("when set, Go never downloads a toolchain by itself; so it is in CI.")},
    };
    add_section(b, S("ENVIRONMENT"));
    for (isize i = 0; i < COUNT_OF(variables); i++) {
        add_item(b, variables[i].name, variables[i].text);
    }
    strbuf_add(b, S(".PP\nEach option that names a variable takes its default from it.\n"));
}

static void add_overview(StrBuf *b, Arena scratch)
{
    add_title(b, S("goward"), S("the right Go for each project, proved, and undone at once"));
    add_section(b, S("SYNOPSIS"));
    strbuf_add(b, S("\\fBgoward\\fR [\\fIcommand\\fR] [\\fIoptions\\fR] [\\fIarguments\\fR]\n"));
    add_section(b, S("DESCRIPTION"));
    add_paragraphs(
        b, S("goward finds out which Go a project wants, gets it, proves it against the public "
             "checksum database with a client of its own, keeps it in a store that survives "
             "crashes, and makes it the one that runs.\n\n"
             "Called as go or gofmt (through a link of that name) it finds the Go of the current "
             "directory and becomes it.\n\n"
             "Results go to standard output, all else to standard error. With --json every command "
             "prints one object, errors included."));
    add_command_list(b, scratch);
    add_options(b, scratch, NULL);
    add_exit_codes(b, scratch, NULL);
    add_environment(b);
    add_section(b, S("SEE ALSO"));
    strbuf_add(b, S(".BR goward\\-up (1),\n.BR goward\\-verify (1),\n.BR goward\\-why (1),\n"
                    ".BR goward\\-rollback (1)\n"));
}

static void add_command(StrBuf *b, Arena scratch, const Command *command)
{
    add_title(b, manpage_name(&scratch, command), command->summary);
    add_section(b, S("SYNOPSIS"));
    strbuf_add(b, S("\\fBgoward "));
    add_text(b, command->name);
    strbuf_add(b, S("\\fR [\\fIoptions\\fR]"));
    strbuf_add(b, command->arguments.len > 0 ? S(" ") : S(""));
    add_line(b, command->arguments);
    add_section(b, S("DESCRIPTION"));
    add_paragraphs(b, command->description);
    add_options(b, scratch, command);
    add_fields(b, command);
    add_exit_codes(b, scratch, command);
    add_examples(b, command);
    add_section(b, S("SEE ALSO"));
    strbuf_add(b, S(".BR goward (1)\n"));
}

Str manpage_render(Arena *a, const Command *command)
{
    Arena scratch = arena_init(0);
    StrBuf b = strbuf_init(a);
    if (command == NULL) {
        add_overview(&b, scratch);
    } else {
        add_command(&b, scratch, command);
    }
    arena_done(&scratch);
    return strbuf_str(&b);
}
