/* What the front end makes of a file, as docs/formats/debug.md says. */
#include "cmd/table.h"
#include "go/mod/quote.h"
#include "go/syntax/ast_dump.h"
#include "go/syntax/parser.h"
#include "go/syntax/position.h"
#include "go/syntax/source.h"
#include "os/pool.h"

typedef struct {
    Invocation *inv;
    Str path, text;
    DiagnosticList errors;
    LineDirList linedirs; /* of a tree */
} DebugFile;

static bool open_file(Invocation *inv, Str path, DebugFile *ret, Err *err)
{
    Str text;
    FileOutcome outcome = source_read(inv->arena, FILE_CWD, path, &text, err);
    if (outcome == FILE_ABSENT) {
        return FAIL(err, ERR_NOT_FOUND, "there is no file '%.*s'", STR_ARG(path));
    }
    if (outcome == FILE_FAILED) {
        return false;
    }
    *ret = (DebugFile){.inv = inv, .path = path, .text = text, .errors = {.arena = inv->arena}};
    return true;
}

/* Errors go where people read, the dump where programs do. */
static void tell_errors(const DebugFile *f, const LineDirList *dirs, int *ret_code)
{
    Arena *a = f->inv->arena;
    Positions positions = positions_of(a, f->path, f->text, dirs);
    PlacedList placed = positions_place(a, &positions, &f->errors);
    for (isize i = 0; i < placed.len; i++) {
        report_talk(f->inv->report, "%.*s: %.*s", STR_ARG(position_format(a, placed.ptr[i].at)),
                    STR_ARG(placed.ptr[i].what.message));
        *ret_code = EXIT_FINDINGS;
    }
}

static void dump_token(const Lines *lines, const Scanner *s, StrBuf *out)
{
    LinePos at = lines_at(lines, s->pos);
    Str kind = token_text(s->tok), text = scanner_text(s);
    strbuf_add_format(out, "%td:%td\t%.*s", at.line, at.column, STR_ARG(kind));
    if (s->tok == TOKEN_SEMICOLON) {
        strbuf_add(out, s->is_newline ? S("\tnewline") : S(""));
    } else if (!str_eq(kind, text) && text.len > 0) {
        strbuf_add_format(out, "\t%.*s", STR_ARG(quote_go(out->arena, text)));
    }
    strbuf_add_byte(out, '\n');
}

bool cmd_debug_tokens(Invocation *inv, int *ret_code, Err *err)
{
    DebugFile f;
    if (!open_file(inv, inv->args[0], &f, err)) {
        return false;
    }
    Arena dumped = arena_init(64 * KIB);
    StrBuf out = strbuf_init(&dumped);
    Lines lines = lines_of(inv->arena, f.text);
    Scanner s;
    scanner_init(&s, inv->arena, f.text, &f.errors);
    do {
        Arena quoted = arena_init(0);
        StrBuf line = strbuf_init(&quoted);
        scanner_next(&s);
        dump_token(&lines, &s, &line);
        strbuf_add(&out, strbuf_str(&line));
        arena_done(&quoted);
    } while (s.tok != TOKEN_EOF);
    report_raw(inv->report, strbuf_str(&out));
    arena_done(&dumped);
    tell_errors(&f, &s.linedirs, ret_code);
    return true;
}

/* On a thread that has the stack for it. */
static bool dump_tree(void *context, isize unit, isize worker, Err *err)
{
    DebugFile *f = context;
    Arena own = arena_init(64 * KIB), dumped = arena_init(64 * KIB);
    NameTable *names = names_new();
    ParserRoom room = {.arena = &own};
    ParserInput in = {
        .arena = f->inv->arena, .room = &room, .names = name_cache_new(f->inv->arena, names)};
    AstFile tree;
    (void)unit;
    (void)worker;
    (void)err;
    if (parser_parse(&in, f->text, &tree, &f->errors)) {
        StrBuf out = strbuf_init(&dumped);
        ast_dump(&tree, names, &out);
        report_raw(f->inv->report, strbuf_str(&out));
    }
    f->linedirs = tree.linedirs;
    names_done(names);
    arena_done(&dumped);
    arena_done(&own);
    return true;
}

bool cmd_debug_ast(Invocation *inv, int *ret_code, Err *err)
{
    DebugFile f;
    if (!open_file(inv, inv->args[0], &f, err) || !pool_run_deep(1, 1, dump_tree, &f, err)) {
        return false;
    }
    tell_errors(&f, &f.linedirs, ret_code);
    return true;
}
