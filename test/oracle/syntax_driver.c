/*
 * Prints trees and errors of Go files for test/oracle/syntax.py: the lines of standard input are
 * the names of files. After "== NAME" comes what `goward debug ast` prints, then "comment
 * LINE:COLUMN POSITION" for each comment and "error LINE:COLUMN POSITION: MESSAGE" for each error;
 * POSITION is that with //line directives applied.
 */
#include "go/syntax/ast_dump.h"
#include "go/syntax/parser.h"
#include "go/syntax/position.h"
#include "go/syntax/source.h"

#include <stdio.h>

#define MAX_NAME 4096

static void dump_file(Str name, const NameTable *names, const ParserInput *in)
{
    Arena dumped = arena_init(MIB);
    DiagnosticList errors = {.arena = in->arena};
    AstFile tree;
    Str text;
    Err err;
    printf("== %.*s\n", STR_ARG(name));
    if (source_read(in->arena, FILE_CWD, name, &text, &err) != FILE_FOUND) {
        arena_done(&dumped);
        return;
    }
    bool is_go = parser_parse(in, text, &tree, &errors);
    if (is_go) {
        StrBuf out = strbuf_init(&dumped);
        ast_dump(&tree, names, &out);
        fwrite(out.ptr, 1, (size_t)out.len, stdout);
    }
    Positions positions = positions_of(in->arena, name, text, &tree.linedirs);
    for (isize i = 0; is_go && i < tree.comments.len; i++) {
        LinePos own = lines_at(&positions.lines, tree.comments.ptr[i].pos);
        Str at = position_format(in->arena, position_at(&positions, tree.comments.ptr[i].pos));
        printf("comment %td:%td %.*s\n", own.line, own.column, STR_ARG(at));
    }
    PlacedList placed = positions_place(in->arena, &positions, &errors);
    for (isize i = 0; i < placed.len; i++) {
        LinePos own = lines_at(&positions.lines, placed.ptr[i].what.pos);
        Str at = position_format(in->arena, placed.ptr[i].at);
        printf("error %td:%td %.*s: %.*s\n", own.line, own.column, STR_ARG(at),
               STR_ARG(placed.ptr[i].what.message));
    }
    arena_done(&dumped);
}

int main(void)
{
    char name[MAX_NAME];
    Arena own = arena_init(MIB), cached = arena_init(MIB);
    NameTable *names = names_new();
    ParserRoom room = {.arena = &own};
    NameCache *cache = name_cache_new(&cached, names);
    while (fgets(name, (int)sizeof(name), stdin) != NULL) {
        Arena each = arena_init(MIB);
        ParserInput in = {.arena = &each, .room = &room, .names = cache};
        dump_file(str_trim(str_from_c(name)), names, &in);
        arena_done(&each);
    }
    names_done(names);
    return 0;
}
