#include "doctor/cifiles_shell.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "base/vec.h"

typedef struct {
    Arena *arena;
    const YamlNode *node;
    Str text;
    isize at;
    isize line;     /* of the text, from 0 */
    Str heredoc;    /* word that ends a here-document which begins with the next line; or empty */
    VEC(Str) words; /* of the command that is being read */
    VEC(ShellCommand) commands;
} ShellReader;

static char peek(const ShellReader *r, isize ahead)
{
    return r->at + ahead < r->text.len ? r->text.ptr[r->at + ahead] : '\0';
}

/* ---- words before the program ---- */

bool shell_is_among(Str word, const Str *list, isize n)
{
    for (isize i = 0; i < n; i++) {
        if (str_eq(word, list[i])) {
            return true;
        }
    }
    return false;
}

/* NAME=value */
static bool is_assignment(Str word)
{
    isize at = str_index_byte(word, '=');
    for (isize i = 0; i < at; i++) {
        char c = word.ptr[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              c == '_')) {
            return false;
        }
    }
    return at > 0;
}

static void find_program(ShellCommand *command)
{
    static const Str asking[] = {STR_CONST("if"), STR_CONST("elif"), STR_CONST("while"),
                                 STR_CONST("until"), STR_CONST("!")};
    static const Str passed_over[] = {
        STR_CONST("then"), STR_CONST("else"), STR_CONST("do"),      STR_CONST("time"),
        STR_CONST("sudo"), STR_CONST("env"),  STR_CONST("command"), STR_CONST("exec"),
        STR_CONST("{"),    STR_CONST("}"),
    };
    isize i = 0;
    for (; i < command->n_words; i++) {
        bool is_question = shell_is_among(command->words[i], asking, COUNT_OF(asking));
        command->is_asked = command->is_asked || is_question;
        if (!is_question && !is_assignment(command->words[i]) &&
            !shell_is_among(command->words[i], passed_over, COUNT_OF(passed_over))) {
            break;
        }
    }
    command->program = i;
}

/* ---- reading ---- */

static void end_command(ShellReader *r, ShellJoin then, isize line)
{
    if (r->words.len == 0) {
        return;
    }
    if (r->commands.len < SHELL_MAX_COMMANDS) {
        ShellCommand command = {
            .words = r->words.ptr,
            .n_words = r->words.len,
            .line = yaml_line_of(r->node, line),
            .then = then,
        };
        find_program(&command);
        *VEC_PUSH(r->arena, &r->commands) = command;
    }
    r->words.ptr = NULL;
    r->words.len = r->words.cap = 0;
}

/* Past what stands between quotes; its text goes to the word. */
static void read_quoted(ShellReader *r, StrBuf *word)
{
    char quote = peek(r, 0);
    for (r->at++; r->at < r->text.len && peek(r, 0) != quote; r->at++) {
        if (peek(r, 0) == '\\' && quote == '"') {
            r->at++;
        }
        r->line += peek(r, 0) == '\n';
        strbuf_add_byte(word, peek(r, 0));
    }
    r->at++;
}

/* Past $( ... ) or ${ ... }, which stays in the word as it is. */
static void read_expansion(ShellReader *r, StrBuf *word)
{
    int depth = 0;
    while (r->at < r->text.len) {
        char c = peek(r, 0);
        depth += (c == '(' || c == '{') - (c == ')' || c == '}');
        r->line += c == '\n';
        strbuf_add_byte(word, c);
        r->at++;
        if (depth == 0 && c != '$') {
            return;
        }
    }
}

static bool ends_word(char c)
{
    return c == '\0' || c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' || c == '|' ||
           c == '&' || c == '(' || c == ')';
}

static void add_word(ShellReader *r, Str word)
{
    if (r->words.len < SHELL_MAX_WORDS) {
        *VEC_PUSH(r->arena, &r->words) = word;
    }
}

static void read_word(ShellReader *r)
{
    StrBuf word = strbuf_init(r->arena);
    isize from = r->at;
    while (r->at < r->text.len && !ends_word(peek(r, 0))) {
        char c = peek(r, 0);
        if (c == '\'' || c == '"') {
            read_quoted(r, &word);
        } else if (c == '$' && (peek(r, 1) == '(' || peek(r, 1) == '{')) {
            read_expansion(r, &word);
        } else if (c == '>' && peek(r, 1) == '&') {
            strbuf_add(&word, S(">&"));
            r->at += 2;
        } else if (c == '\\' && peek(r, 1) != '\0') {
            strbuf_add_byte(&word, peek(r, 1));
            r->at += 2;
        } else {
            strbuf_add_byte(&word, c);
            r->at++;
        }
    }
    if (r->at == from) {
        r->at++; /* a byte that is none of the shell's: passed over */
    } else {
        add_word(r, strbuf_str(&word));
    }
}

/* "<<EOF", "<<-'EOF'", "<< EOF": a here-document begins with the next line. */
static bool takes_heredoc_mark(ShellReader *r)
{
    if (peek(r, 0) != '<' || peek(r, 1) != '<' || peek(r, 2) == '<') {
        return false;
    }
    r->at += peek(r, 2) == '-' ? 3 : 2;
    while (peek(r, 0) == ' ') {
        r->at++;
    }
    StrBuf mark = strbuf_init(r->arena);
    while (!ends_word(peek(r, 0))) {
        if (peek(r, 0) != '\'' && peek(r, 0) != '"' && peek(r, 0) != '\\') {
            strbuf_add_byte(&mark, peek(r, 0));
        }
        r->at++;
    }
    r->heredoc = strbuf_str(&mark);
    return true;
}

static void skip_heredoc(ShellReader *r)
{
    Str rest = str_from(r->text, r->at);
    Str line;
    while (str_next_line(&rest, &line)) {
        r->line++;
        if (str_eq(str_trim(line), r->heredoc)) {
            break;
        }
    }
    r->at = r->text.len - rest.len;
    r->heredoc = (Str){0};
}

static void end_line(ShellReader *r)
{
    end_command(r, SHELL_END, r->line);
    r->at++;
    r->line++;
    if (r->heredoc.len > 0) {
        skip_heredoc(r);
    }
}

/* What stands between words. False when it is a word. */
static bool read_separator(ShellReader *r)
{
    char c = peek(r, 0);
    if (c == '\n') {
        end_line(r);
    } else if (c == ' ' || c == '\t' || c == '\r') {
        r->at++;
    } else if (c == '\\' && (peek(r, 1) == '\n' || peek(r, 1) == '\r')) {
        r->at += peek(r, 1) == '\r' ? 3 : 2;
        r->line++;
    } else if (c == '#') {
        isize to = str_index_byte(str_from(r->text, r->at), '\n');
        r->at = to < 0 ? r->text.len : r->at + to;
    } else if (c == '&' && peek(r, 1) == '>') {
        r->at += 2;
    } else if (c == '|' || c == '&') {
        bool is_double = peek(r, 1) == c;
        end_command(
            r, is_double ? (c == '|' ? SHELL_OR : SHELL_AND) : (c == '|' ? SHELL_PIPE : SHELL_END),
            r->line);
        r->at += is_double || (c == '|' && peek(r, 1) == '&') ? 2 : 1;
    } else if (c == ';' || c == '(' || c == ')') {
        end_command(r, SHELL_END, r->line);
        r->at++;
    } else {
        return takes_heredoc_mark(r);
    }
    return true;
}

ShellScript shell_read(Arena *a, const YamlNode *script)
{
    ShellReader r = {.arena = a, .node = script, .text = script->text};
    while (r.at < r.text.len) {
        if (!read_separator(&r)) {
            read_word(&r);
        }
    }
    end_command(&r, SHELL_END, r.line);
    return (ShellScript){r.commands.ptr, r.commands.len};
}

/* ---- asking ---- */

Str shell_word(const ShellCommand *command, isize i)
{
    isize at = command->program + i;
    if (at >= command->n_words) {
        return (Str){0};
    }
    return i == 0 ? path_base(command->words[at]) : command->words[at];
}

Str shell_go_verb(const ShellCommand *command, isize *ret_args)
{
    if (!str_eq(shell_word(command, 0), S("go"))) {
        return (Str){0};
    }
    isize i = 1;
    while (str_starts_with(shell_word(command, i), S("-"))) {
        i += str_eq(shell_word(command, i), S("-C")) ? 2 : 1;
    }
    *ret_args = i + 1;
    return shell_word(command, i);
}

bool shell_has_word(const ShellCommand *command, Str word)
{
    for (isize i = command->program + 1; i < command->n_words; i++) {
        if (str_eq(command->words[i], word)) {
            return true;
        }
    }
    return false;
}
