/* What a package shows, of any text that parses, with errors or without: every mention is of
 * something that is there, the same text has the same fingerprints, and what is kept of it is what
 * it was. Of each input a mutant is tried as well. */
#include "go_mutant.h"

#include "base/panic.h"
#include "go/preflight/surfacecode.h"

#define MAX_TEXT (64 * KIB)
#define N_IMPORTS 2

static void check_surface(const Surface *s)
{
    for (isize i = 0; i < s->n_decls; i++) {
        const SurfaceDecl *d = &s->decls[i];
        for (View v = VIEW_WHOLE; v < decl_views(d); v++) {
            for (isize k = 0; k < d->views[v].n_mentions; k++) {
                const Mention *m = &d->views[v].mentions[k];
                ASSERT(m->view < VIEW_COUNT);
                ASSERT((isize)m->target < (m->is_root ? s->n_roots : s->n_decls));
            }
        }
        ASSERT(d->name == NAME_BLANK || surface_find(s, d->name) != NULL);
    }
    for (isize i = 0; i < s->n_roots; i++) {
        ASSERT(s->roots[i].import < N_IMPORTS && s->roots[i].name != 0);
    }
}

/* As bytes, and back. */
static void check_code(Arena *a, Arena scratch, const Surface *s, const NameTable *names,
                       NameCache *cache)
{
    StrBuf b = strbuf_init(a), again = strbuf_init(a);
    surface_encode(scratch, &b, s, names);
    isize len = b.len;
    strbuf_add(&b, (Str){"\0\0\0\0\0\0\0", 8});
    const Surface *back = surface_decode(a, scratch, (Str){b.ptr, len}, N_IMPORTS, cache);
    ASSERT(back != NULL);
    check_surface(back);
    surface_encode(scratch, &again, back, names);
    ASSERT(str_eq((Str){b.ptr, len}, strbuf_str(&again)));
}

static void check_text(Str source)
{
    Arena a = arena_init(64 * KIB), own = arena_init(64 * KIB), scratch = arena_init(64 * KIB);
    NameTable *names = names_new();
    char *text = padded(&a, source);
    ParserRoom room = {.arena = &own};
    NameCache *cache = name_cache_new(&a, names);
    ParserInput in = {.arena = &a, .room = &room, .names = cache, .is_compiler = true};
    DiagnosticList errors = {.arena = &a};
    SourceTree tree = {.text = {text, source.len}};
    tree.is_go = parser_parse(&in, tree.text, &tree.ast, &errors);
    const SourceTree *files[] = {&tree};
    Str paths[N_IMPORTS] = {S("fmt"), S("example.com/p")};
    static const char fmt[16] = "fmt";
    Name qualifiers[N_IMPORTS] = {name_intern(cache, (Str){fmt, 3}), 0};
    SurfaceSource in_files = {.files = files,
                              .n_files = 1,
                              .import_paths = paths,
                              .import_names = qualifiers,
                              .n_imports = N_IMPORTS,
                              .names = names,
                              .of_files = &a,
                              .ignores_bodies = source.len % 2 == 0};
    const Surface *first = surface_of(&a, scratch, &in_files);
    const Surface *second = surface_of(&a, scratch, &in_files);
    check_surface(first);
    check_code(&a, scratch, first, names, cache);
    ASSERT(first->n_decls == second->n_decls && first->n_roots == second->n_roots);
    for (isize i = 0; i < first->n_decls; i++) {
        ASSERT(memcmp(&first->decls[i].views[0].text, &second->decls[i].views[0].text,
                      sizeof(Fingerprint)) == 0);
    }
    names_done(names);
    arena_done(&scratch);
    arena_done(&own);
    arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return check_with_mutant(data, size, MAX_TEXT, check_text);
}
