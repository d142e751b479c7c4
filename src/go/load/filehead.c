/*
 * One pass over the bytes. What go/parser would complain of, and the few forms that go/build's own
 * reader and go/parser read differently (empty statements, "important := 1"), make the head
 * doubtful; then the whole file is skimmed as go/build does it, and go/syntax says what is wrong.
 * If it finds nothing, what was read until the doubt is what go/parser would have seen, too.
 *
 * The semicolons that the scanner of Go puts in are not made: it is enough to know whether a line
 * ended since the last token. Comments are grouped as go/parser groups them, because the group
 * right above an import may hold #cgo lines.
 */
#include "go/load/filehead.h"

#include "format/unicode.h"
#include "format/utf8.h"
#include "go/load/commenttext.h"
#include "go/load/filehead_parts.h"
#include "go/load/gostring.h"
#include "go/load/space.h"
#include "go/syntax/token.h"

#define BOM S("\xef\xbb\xbf")

typedef struct {
    Arena *arena;
    Str path, text;
    bool is_whole;
    FileHead *head;
    isize at;
    isize line, line_start; /* of at */
    isize token_line;       /* of the last token; 0: there was none */
    bool has_newline;       /* since the last token */
    Str lead;               /* the comment group that ends on the line above `at` */
    bool is_short;          /* the text ended too early */
    bool is_doubtful;
    bool imports_embed;
    HeadFault bad_path; /* the first import path that is none; message empty: there is none */
    CommentList moves;  /* comments that may be "//line" */
} Reader;

/* A comment group while it is read. */
typedef struct {
    isize start, end; /* start -1: none */
    isize end_line;
    bool is_behind; /* on the line of the last token: it is about what is before it */
} Group;

static void doubt(Reader *r)
{
    r->is_doubtful = true;
}

static bool is_stopped(const Reader *r)
{
    return r->is_doubtful || r->is_short;
}

/* At the end of the text: either all has been read, or more is needed. */
static bool is_at_end(Reader *r)
{
    bool is_end = r->at >= r->text.len;
    r->is_short = r->is_short || (is_end && !r->is_whole);
    return is_end;
}

static char peek(const Reader *r)
{
    return r->at < r->text.len ? r->text.ptr[r->at] : '\0';
}

static HeadPos pos_here(const Reader *r)
{
    return (HeadPos){r->path, r->at, r->line, r->at - r->line_start + 1};
}

/* Goes to `end`, counting the lines until there. */
static void go_to(Reader *r, isize end)
{
    const char *p;
    while ((p = memchr(r->text.ptr + r->at, '\n', (size_t)(end - r->at))) != NULL) {
        r->at = p - r->text.ptr + 1;
        r->line++;
        r->line_start = r->at;
    }
    r->at = end;
}

/* ---- comments ---- */

static void join_group(const Reader *r, Group *g, isize start, isize start_line)
{
    bool is_first = g->start < 0;
    bool is_behind = is_first && start_line == r->token_line;
    bool joins = !is_first && start_line <= g->end_line + (g->is_behind ? 0 : 1);
    if (!joins) {
        g->start = start;
        g->is_behind = is_behind;
    }
    g->end = r->at;
    g->end_line = r->line;
}

static void note_comment(Reader *r, isize start, HeadPos pos)
{
    Str comment = str_slice(r->text, start, r->at);
    if (comment.len > 7 && linedir_may_be(comment.ptr, (SourcePos)start)) {
        *VEC_PUSH(r->arena, &r->moves) = (Comment){(SourcePos)start, (SourcePos)r->at};
    }
    if (r->head->package.len == 0 && str_starts_with(comment, S("//go:"))) {
        *VEC_PUSH(r->arena, &r->head->directives) =
            (HeadText){commenttext_clean(r->arena, comment), pos};
    }
}

/* At a slash. */
static void take_comment(Reader *r, Group *g)
{
    Str rest = str_from(r->text, r->at);
    bool is_block = rest.len > 1 && rest.ptr[1] == '*';
    if (rest.len < 2 || (!is_block && rest.ptr[1] != '/')) {
        r->is_short = rest.len < 2 && !r->is_whole;
        doubt(r);
        return;
    }
    isize n = is_block ? str_index(str_from(rest, 2), S("*/")) : str_index_byte(rest, '\n');
    if (n < 0) {
        r->is_short = !r->is_whole;
        r->is_doubtful = r->is_doubtful || is_block;
        n = rest.len;
    } else {
        n += is_block ? 4 : 0;
    }
    isize start = r->at, start_line = r->line;
    HeadPos pos = pos_here(r);
    go_to(r, start + n);
    r->has_newline = r->has_newline || !is_block || r->line > start_line;
    join_group(r, g, start, start_line);
    note_comment(r, start, pos);
}

/* Goes to the next token. */
static void skip(Reader *r)
{
    Group g = {.start = -1};
    r->has_newline = false;
    r->lead = (Str){0};
    while (!is_stopped(r) && !is_at_end(r)) {
        char byte = r->text.ptr[r->at];
        if (byte == '\n') {
            r->at++;
            r->line++;
            r->line_start = r->at;
            r->has_newline = true;
        } else if (byte == ' ' || byte == '\t' || byte == '\r') {
            r->at++;
        } else if (byte == '/') {
            take_comment(r, &g);
        } else {
            r->is_doubtful = r->is_doubtful || byte == '\f'; /* white space to go/build alone */
            break;
        }
    }
    r->has_newline = r->has_newline || (r->is_whole && r->at >= r->text.len);
    if (g.start >= 0 && !g.is_behind && g.end_line + 1 == r->line) {
        r->lead = str_slice(r->text, g.start, g.end);
    }
}

/* ---- tokens ---- */

static bool is_name_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || (byte & 0x80) != 0;
}

static bool is_keyword(Str word)
{
    for (int tok = TOKEN_BREAK; tok <= TOKEN_VAR; tok++) {
        if (str_eq(token_text((Token)tok), word)) {
            return true;
        }
    }
    return false;
}

static bool is_identifier(Str word)
{
    for (isize i = 0, len; i < word.len; i += len) {
        uint32_t rune = (unsigned char)word.ptr[i];
        len = rune < 0x80 ? 1 : utf8_decode(str_from(word, i), &rune);
        if (len == 0 ||
            (rune != '_' && !unicode_is_letter(rune) && (i == 0 || !unicode_is_digit(rune)))) {
            return false;
        }
    }
    return word.len > 0 && !is_keyword(word);
}

/* Takes what looks like a word; empty when nothing does. */
static Str take_word(Reader *r)
{
    isize start = r->at;
    while (is_name_byte(peek(r))) {
        r->at++;
    }
    is_at_end(r);
    r->token_line = r->line;
    return str_slice(r->text, start, r->at);
}

static Str take_identifier(Reader *r)
{
    Str word = take_word(r);
    if (!r->is_short && !is_identifier(word)) {
        doubt(r);
    }
    return word;
}

/* Up to the quote that ends the string that begins here; false: it does not end as it should. */
static bool find_quote(Reader *r, isize *ret_end)
{
    char quote = peek(r);
    for (isize i = r->at + 1; i < r->text.len; i++) {
        char byte = r->text.ptr[i];
        if (byte == quote) {
            *ret_end = i + 1;
            return true;
        }
        if (quote == '"' && byte == '\n') {
            doubt(r);
            return false;
        }
        i += quote == '"' && byte == '\\';
    }
    r->is_short = !r->is_whole;
    doubt(r);
    return false;
}

static Str take_string(Reader *r)
{
    Str value = {0};
    isize end;
    char byte = peek(r);
    if (is_at_end(r) || (byte != '"' && byte != '`')) {
        doubt(r);
    } else if (find_quote(r, &end)) {
        Str quoted = str_slice(r->text, r->at, end);
        if (byte == '"' && str_index_byte(quoted, '\\') < 0) {
            value = str_slice(quoted, 1, quoted.len - 1);
        } else if (!gostring_unquote(r->arena, quoted, &value)) {
            doubt(r);
        }
        r->token_line = r->line;
        go_to(r, end);
    }
    return value;
}

/* The semicolon behind a clause: one that is written, or that the end of a line stands for. In
 * front of a closing bracket there is none; two in a row end what go/parser reads of imports. */
static bool take_semi(Reader *r)
{
    skip(r);
    if (is_stopped(r) || peek(r) != ';' || is_at_end(r)) {
        return r->has_newline;
    }
    if (r->has_newline) {
        doubt(r);
        return true;
    }
    r->token_line = r->line;
    r->at++;
    skip(r);
    if (peek(r) == ';') {
        doubt(r);
    }
    return true;
}

/* ---- imports ---- */

/* Which of ASCII may stand in an import path: + - . / 0-9 @ A-Z _ a-z ~ */
static bool is_path_ascii(unsigned char byte)
{
    static const uint64_t allowed[2] = {0x03FFE80000000000, 0x47FFFFFE87FFFFFF};
    return (allowed[byte >> 6] >> (byte & 63) & 1) != 0;
}

/* As go/build's isValidImport, but that all signs beyond ASCII count as graphic. */
static bool is_import_path(Str path)
{
    for (isize i = 0, len; i < path.len; i += len) {
        uint32_t rune;
        len = 1;
        if ((path.ptr[i] & 0x80) != 0) {
            len = utf8_decode(str_from(path, i), &rune);
            if (len == 0 || rune == UTF8_REPLACEMENT || rune < 0xA0 || space_is(rune)) {
                return false;
            }
        } else if (!is_path_ascii((unsigned char)path.ptr[i])) {
            return false;
        }
    }
    return path.len > 0;
}

/* Nearly every import is a string of signs that a path may have: that is seen on the way to its
 * end. Empty, and nothing was taken: it is another. */
static Str take_plain_path(Reader *r)
{
    isize from = r->at + 1, end = from;
    if (peek(r) != '"') {
        return (Str){0};
    }
    while (end < r->text.len && (r->text.ptr[end] & 0x80) == 0 &&
           is_path_ascii((unsigned char)r->text.ptr[end])) {
        end++;
    }
    if (end == r->text.len || end == from || r->text.ptr[end] != '"') {
        return (Str){0};
    }
    r->token_line = r->line;
    r->at = end + 1;
    return str_slice(r->text, from, end);
}

static Str take_path(Reader *r, HeadPos pos)
{
    Str path = take_plain_path(r);
    if (path.len > 0) {
        return path;
    }
    path = take_string(r);
    if (!is_stopped(r) && r->bad_path.message.len == 0 && !is_import_path(path)) {
        r->bad_path = (HeadFault){pos, str_concat(r->arena, S("invalid import path: "), path)};
    }
    return path;
}

static void take_import(Reader *r, Str doc)
{
    HeadPos pos = pos_here(r);
    char byte = peek(r);
    if (byte == '.') {
        r->at++;
        r->token_line = r->line;
        skip(r);
    } else if (is_name_byte(byte)) {
        take_identifier(r);
        skip(r);
        if (r->has_newline) {
            doubt(r);
        }
    }
    Str path = is_stopped(r) ? (Str){0} : take_path(r, pos);
    if (is_stopped(r)) {
        return;
    }
    r->imports_embed = r->imports_embed || str_eq(path, S("embed"));
    *VEC_PUSH(r->arena, &r->head->imports) = (HeadImport){path, pos, doc};
}

/* Behind the parenthesis that opens it. */
static void take_group(Reader *r, Str doc)
{
    isize first = r->head->imports.len;
    skip(r);
    while (!is_stopped(r) && peek(r) != ')') {
        take_import(r, r->lead);
        if (is_stopped(r)) {
            return;
        }
        if (!take_semi(r) && peek(r) != ')') {
            doubt(r);
        }
        if (is_at_end(r)) {
            doubt(r);
        }
    }
    if (is_stopped(r) || is_at_end(r)) {
        return;
    }
    r->token_line = r->line;
    r->at++;
    if (r->head->imports.len == first + 1 && r->head->imports.ptr[first].doc.len == 0) {
        r->head->imports.ptr[first].doc = doc;
    }
}

static void take_declaration(Reader *r)
{
    Str doc = r->lead;
    skip(r);
    if (is_stopped(r)) {
        return;
    }
    if (peek(r) != '(') {
        take_import(r, doc);
        return;
    }
    r->token_line = r->line;
    r->at++;
    take_group(r, doc);
}

static void read_imports(Reader *r)
{
    bool has_semi = take_semi(r);
    while (!is_stopped(r) && peek(r) == 'i') {
        isize start = r->at;
        if (!str_eq(take_word(r), S("import")) || !has_semi) {
            r->at = start;
            doubt(r);
            return;
        }
        take_declaration(r);
        if (is_stopped(r)) {
            return;
        }
        has_semi = take_semi(r);
    }
}

static void read_clause(Reader *r)
{
    skip(r);
    Str doc = r->lead;
    if (is_stopped(r) || !str_eq(take_word(r), S("package"))) {
        doubt(r);
        return;
    }
    skip(r);
    Str name = is_stopped(r) ? (Str){0} : take_identifier(r);
    if (is_stopped(r)) {
        return;
    }
    r->head->doc = doc;
    r->head->package = name;
    read_imports(r);
}

/* ---- the whole ---- */

/* Whether go/scanner would have nothing against the bytes, and go/build's reader neither, which
 * also sees the byte behind the header. */
static bool is_clean(Str text, isize header_len)
{
    Str header = str_to(text, header_len);
    Str seen = str_to(text, MIN(text.len, header_len + 1));
    return str_index_byte(seen, '\0') < 0 &&
           (utf8_is_ascii(header) || (utf8_is_valid(header) && str_index(header, BOM) < 0));
}

/* Moves places to where "//line" comments say they are; a wrong one is a doubt. */
static void move_places(Reader *r)
{
    DiagnosticList errors = {.arena = r->arena};
    LineDirList dirs = {0};
    FileHead *head = r->head;
    for (isize i = 0; i < r->moves.len; i++) {
        linedir_read(&dirs, head->header, r->moves.ptr[i], &errors);
    }
    r->is_doubtful = r->is_doubtful || errors.len > 0;
    Positions positions = positions_of(r->arena, r->path, head->header, &dirs);
    for (isize i = 0; i < head->imports.len; i++) {
        HeadPos *pos = &head->imports.ptr[i].pos;
        *pos = headpos_at(&positions, (SourcePos)pos->offset);
    }
    for (isize i = 0; i < head->directives.len; i++) {
        HeadPos *pos = &head->directives.ptr[i].pos;
        *pos = headpos_at(&positions, (SourcePos)pos->offset);
    }
    r->bad_path.pos = headpos_at(&positions, (SourcePos)r->bad_path.pos.offset);
}

static void drop_contents(FileHead *head)
{
    head->imports.len = 0;
    head->directives.len = 0;
}

/* A head that is complete, and has no fault that go/parser sees. */
static FileHeadOutcome finish(Reader *r)
{
    FileHead *head = r->head;
    if (r->bad_path.message.len > 0) {
        drop_contents(head);
        *VEC_PUSH(r->arena, &head->faults) = r->bad_path;
        head->is_bad_path = true;
    } else if (r->imports_embed && !r->is_whole) {
        return FILEHEAD_MORE;
    } else if (r->imports_embed) {
        headembed_find(r->arena, r->path, r->text, head);
    }
    return FILEHEAD_READ;
}

static FileHeadOutcome read_doubtful(Reader *r)
{
    FileHead *head = r->head;
    isize len = 0;
    switch (headskim(r->text, &len)) {
    case HEADSKIM_NUL:
        head->header = str_to(r->text, len);
        return FILEHEAD_NUL;
    case HEADSKIM_SYNTAX:
        head->header = r->text;
        break;
    case HEADSKIM_FINE:
        head->header = str_to(r->text, len);
        break;
    }
    headfaults_find(r->arena, r->path, head->header, head);
    if (head->faults.len > 0) {
        drop_contents(head);
        return FILEHEAD_READ;
    }
    if (r->moves.len > 0) {
        move_places(r);
    }
    return finish(r);
}

FileHeadOutcome filehead_read(Arena *a, Str path, Str text, bool is_whole, FileHead *ret)
{
    str_eat_prefix(&text, BOM);
    *ret = (FileHead){0};
    Reader r = {
        .arena = a, .path = path, .text = text, .is_whole = is_whole, .head = ret, .line = 1};
    bool has_second_mark = str_starts_with(text, BOM); /* fine with go/parser, not with go/build */
    r.at = has_second_mark ? BOM.len : 0;
    read_clause(&r);
    r.is_doubtful = r.is_doubtful || has_second_mark;
    if (r.is_short) {
        return FILEHEAD_MORE;
    }
    if (!r.is_doubtful) {
        ret->header = str_to(text, r.at);
        r.is_doubtful = !is_clean(text, r.at);
    }
    if (!r.is_doubtful && r.moves.len > 0) {
        move_places(&r);
    }
    if (r.is_doubtful) {
        return is_whole ? read_doubtful(&r) : FILEHEAD_MORE;
    }
    return finish(&r);
}
