/* Scanner and parser: they come to an end, every node lies behind its children and within the tree,
 * and every place within the text. */
#include "base/panic.h"
#include "go/syntax/ast_dump.h"
#include "go/syntax/langversion.h"
#include "go/syntax/parser.h"

#define MAX_TEXT (64 * KIB)

/* Children stand before their parents, but what was put into a node after it was made. */
static void check_node(const AstFile *f, AstNode n)
{
    const AstInfo *info = &ast_infos[ast_kind(f, n)];
    ASSERT(n > 0 && n + info->n_fields < f->n_words + (info->n_fields == 0));
    for (isize i = 0; i < info->n_fields; i++) {
        uint32_t word = f->words[n + 1 + i];
        switch (info->fields[i].kind) {
        case AST_FIELD_NODE:
        case AST_FIELD_NODES:
            ASSERT(word < (uint32_t)f->n_words && (word == 0 || ast_kind(f, word) < AST_COUNT));
            break;
        case AST_FIELD_POS:
            ASSERT(ast_kind(f, n) == AST_LIST || word <= (uint32_t)f->text.len + 1);
            break;
        case AST_FIELD_NAME:
            ASSERT(word != 0);
            break;
        }
    }
    ASSERT(ast_kind(f, n) != AST_LIST || n + 2 + ast_list(f, n).len <= f->n_words);
    ASSERT(ast_kind(f, n) == AST_LIST || ast_end(f, n) <= f->text.len + 8);
}

static void check_tree(const AstFile *f)
{
    for (AstNode n = ast_first(f); n != 0; n = ast_next(f, n)) {
        ASSERT(ast_kind(f, n) > AST_NONE && ast_kind(f, n) < AST_COUNT);
        check_node(f, n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static NameTable *names;
    isize len = MIN((isize)size, MAX_TEXT);
    names = names != NULL ? names : names_new();
    Arena a = arena_init(64 * KIB), own = arena_init(64 * KIB);
    char *text = ARENA_ARRAY(&a, char, len + SCANNER_PADDING);
    memcpy(text, data, (size_t)len);
    ParserRoom room = {.arena = &own};
    ParserInput in = {.arena = &a, .room = &room, .names = name_cache_new(&a, names)};
    DiagnosticList errors = {.arena = &a};
    AstFile file;
    bool is_go = parser_parse(&in, (Str){text, len}, &file, &errors);
    ASSERT(is_go || errors.len > 0);
    check_tree(&file);
    for (isize i = 0; i < errors.len; i++) {
        ASSERT(errors.ptr[i].pos <= (SourcePos)len && errors.ptr[i].message.len > 0);
    }
    if (is_go && errors.len == 0) {
        langversion_check(&file, names, langversion_of(0, LANGVERSION_NONE), &errors);
    }
    if (is_go) {
        Arena dumped = arena_init(64 * KIB);
        StrBuf out = strbuf_init(&dumped);
        ast_dump(&file, names, &out);
        arena_done(&dumped);
    }
    arena_done(&own);
    arena_done(&a);
    return 0;
}
