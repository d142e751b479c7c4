/*
 * Prints trees and errors of Go files for test/oracle/syntax.py: the lines of standard input are
 * the names of files. After "== NAME" comes what `goward debug ast` prints, then "error
 * LINE:COLUMN: MESSAGE" for each error.
 */
#include "go/syntax/ast_dump.h"
#include "go/syntax/lines.h"
#include "go/syntax/parser.h"
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
    if (parser_parse(in, text, &tree, &errors)) {
        StrBuf out = strbuf_init(&dumped);
        ast_dump(&tree, names, &out);
        fwrite(out.ptr, 1, (size_t)out.len, stdout);
    }
    Lines lines = lines_of(in->arena, text);
    for (isize i = 0; i < errors.len; i++) {
        LinePos at = lines_at(&lines, errors.ptr[i].pos);
        printf("error %td:%td: %.*s\n", at.line, at.column, STR_ARG(errors.ptr[i].message));
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
