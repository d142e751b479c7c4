/*
 * Says for test/oracle/langversion.py what langversion_check finds: each line of standard input is
 * "MODULE TAG FILE", with the N of the module's Go 1.N and of the file's build line (-1: none).
 * After "== FILE" come lines "LINE:COLUMN: MESSAGE".
 */
#include "go/syntax/langversion.h"
#include "go/syntax/parser.h"
#include "go/syntax/position.h"
#include "go/syntax/source.h"

#include <stdio.h>

#define MAX_LINE 4096

static void check_file(long module, long tag, Str name, const NameTable *names,
                       const ParserInput *in)
{
    DiagnosticList errors = {.arena = in->arena};
    AstFile tree;
    Str text;
    Err err;
    printf("== %.*s\n", STR_ARG(name));
    if (source_read(in->arena, FILE_CWD, name, &text, &err) != FILE_FOUND) {
        return;
    }
    if (parser_parse(in, text, &tree, &errors) && errors.len == 0) {
        langversion_check(&tree, names, langversion_of(module, tag), &errors);
    }
    Positions positions = positions_of(in->arena, name, text, &tree.linedirs);
    PlacedList placed = positions_place(in->arena, &positions, &errors);
    for (isize i = 0; i < placed.len; i++) {
        printf("%td:%td: %.*s\n", placed.ptr[i].at.line, placed.ptr[i].at.column,
               STR_ARG(placed.ptr[i].what.message));
    }
}

int main(void)
{
    char line[MAX_LINE], name[MAX_LINE];
    long module, tag;
    Arena own = arena_init(MIB), cached = arena_init(MIB);
    NameTable *names = names_new();
    ParserRoom room = {.arena = &own};
    NameCache *cache = name_cache_new(&cached, names);
    while (fgets(line, (int)sizeof(line), stdin) != NULL &&
           sscanf(line, "%ld %ld %s", &module, &tag, name) == 3) {
        Arena each = arena_init(MIB);
        ParserInput in = {.arena = &each, .room = &room, .names = cache};
        check_file(module, tag, str_from_c(name), names, &in);
        arena_done(&each);
    }
    names_done(names);
    return 0;
}
