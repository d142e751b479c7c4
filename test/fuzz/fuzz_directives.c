/* Directives of a file as cmd/compile reads it: each lies in the text, and belongs to a declaration
 * of the tree or to nothing. Of each input a mutant is tried as well. */
#include "go_mutant.h"

#include "base/panic.h"
#include "go/syntax/parser.h"
#include "go/types/compiler.h"

#define MAX_TEXT (64 * KIB)

static void check_directive(const AstFile *f, const Directive *d)
{
    ASSERT(d->text.ptr == f->text.ptr + d->pos && d->text.len <= f->text.len - (isize)d->pos);
    ASSERT(str_starts_with(d->text, S("go:")));
    ASSERT((d->place == DIRECTIVE_OF_DECL) == (d->owner != 0));
    if (d->owner != 0) {
        AstKind kind = ast_kind(f, d->owner);
        ASSERT(kind == AST_FUNC_DECL || kind == AST_IMPORT_SPEC || kind == AST_VALUE_SPEC ||
               kind == AST_TYPE_SPEC);
    }
}

static void check_text(Str source)
{
    Arena a = arena_init(64 * KIB), own = arena_init(64 * KIB);
    NameTable *names = names_new();
    char *text = padded(&a, source);
    ParserRoom room = {.arena = &own};
    ParserInput in = {.arena = &a,
                      .room = &room,
                      .names = name_cache_new(&a, names),
                      .is_brief = true,
                      .is_compiler = true};
    DiagnosticList errors = {.arena = &a};
    AstFile file;
    bool is_go = parser_parse(&in, (Str){text, source.len}, &file, &errors);
    ASSERT(file.n_mild <= errors.len);
    if (is_go && errors.len == file.n_mild) {
        Directives list = directives_of(&a, &file);
        for (isize i = 0; i < list.len; i++) {
            check_directive(&file, &list.ptr[i]);
        }
        GcArch arch = gcarch_of(S("wasm"));
        compiler_check_directives(&arch, (int)(source.len % 30), &list, &errors);
    }
    names_done(names);
    arena_done(&own);
    arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return check_with_mutant(data, size, MAX_TEXT, check_text);
}
