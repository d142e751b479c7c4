/* go/build parses without AllErrors: of what the parser itself complains of, one error of a line
 * counts, and after more than ten it gives up. */
#include "go/load/filehead_parts.h"
#include "go/syntax/parser.h"

#define MAX_FAULTS 11

HeadPos headpos_at(const Positions *positions, SourcePos pos)
{
    Position at = position_at(positions, pos);
    return (HeadPos){at.file, (isize)pos, at.line, at.column};
}

Str headtext_padded(Arena *a, Str text)
{
    char *padded = arena_alloc(a, text.len + SCANNER_PADDING, 1, 1);
    memcpy(padded, text.ptr, (size_t)text.len);
    return (Str){padded, text.len};
}

/* All "//line" directives of a text, also behind what the parser gave up at. */
static LineDirList directives_of(Arena *a, Str text)
{
    DiagnosticList ignored = {.arena = a};
    Scanner s;
    scanner_init(&s, a, text, &ignored);
    while (scanner_next(&s) != TOKEN_EOF) {
    }
    return s.linedirs;
}

static void add_faults(Arena *a, Str path, Str text, const DiagnosticList *errors, FileHead *head)
{
    LineDirList dirs = directives_of(a, text);
    Positions positions = positions_of(a, path, text, &dirs);
    PlacedList placed = positions_place(a, &positions, errors);
    for (isize i = 0; i < placed.len; i++) {
        *VEC_PUSH(a, &head->faults) =
            (HeadFault){headpos_at(&positions, placed.ptr[i].what.pos), placed.ptr[i].what.message};
    }
}

void headfaults_find(Arena *a, Str path, Str header, FileHead *head)
{
    if (header.len > SCANNER_MAX_TEXT) {
        return;
    }
    Str text = headtext_padded(a, header);
    DiagnosticList errors = {.arena = a, .max = MAX_FAULTS};
    NameTable *names = names_new();
    Arena own = arena_init(0);
    ParserRoom room = {.arena = &own};
    ParserInput in = {.arena = a,
                      .room = &room,
                      .names = name_cache_new(a, names),
                      .extent = PARSER_IMPORTS,
                      .is_brief = true};
    AstFile file;
    if (!parser_parse(&in, text, &file, &errors) || errors.n_dropped > 0) {
        head->package = (Str){0};
        head->doc = (Str){0};
    }
    arena_done(&own);
    names_done(names);
    if (errors.len > 0) {
        add_faults(a, path, text, &errors, head);
    }
}
