/* Scanner and parser: they come to an end, every node lies behind its children and within the tree,
 * every place within the text, and the tree is not many times as large as the text. Of each input a
 * mutant is tried as well, whose tokens or lines are changed: bytes alone rarely make Go. */
#include "go_mutant.h"

#include "base/panic.h"
#include "go/syntax/ast_dump.h"
#include "go/syntax/langversion.h"
#include "go/syntax/parser.h"
#include "go/syntax/position.h"

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
            ASSERT(word <= (uint32_t)f->text.len + 1);
            break;
        }
    }
    ASSERT(ast_kind(f, n) != AST_IDENT || ast_name(f, n) != 0);
    AstNodes elements = ast_kind(f, n) == AST_LIST ? ast_list(f, &n) : (AstNodes){0};
    ASSERT(elements.len == 0 ||
           (elements.len > 1 && elements.ptr + elements.len <= f->words + f->n_words));
    for (isize i = 0; i < elements.len; i++) {
        AstNode element = elements.ptr[i];
        ASSERT(element > 0 && element < n && ast_kind(f, element) != AST_LIST);
    }
    ASSERT(ast_kind(f, n) == AST_LIST || ast_end(f, n) <= f->text.len + 8);
}

static void check_tree(const AstFile *f)
{
    for (AstNode n = ast_first(f); n != 0; n = ast_next(f, n)) {
        ASSERT(ast_kind(f, n) > AST_NONE && ast_kind(f, n) < AST_COUNT);
        check_node(f, n);
    }
}

/* What a byte of source may cost: a chain of additions makes 28 bytes of tree for two. */
#define MAX_TREE_PER_BYTE 32
#define MAX_TREE_OF_NOTHING 256

/* Of the whole run: a cache of its own for each input would take most of the time. */
static NameTable *names;
static NameCache *cache;

static void check_text(Str source)
{
    Arena a = arena_init(64 * KIB), own = arena_init(64 * KIB);
    char *text = padded(&a, source);
    ParserRoom room = {.arena = &own};
    ParserInput in = {.arena = &a, .room = &room, .names = cache};
    DiagnosticList errors = {.arena = &a};
    AstFile file;
    bool is_go = parser_parse(&in, (Str){text, source.len}, &file, &errors);
    ASSERT(is_go || errors.len > 0);
    check_tree(&file);
    ASSERT(file.n_words * 4 <= source.len * MAX_TREE_PER_BYTE + MAX_TREE_OF_NOTHING);
    for (isize i = 0; i < errors.len; i++) {
        ASSERT(errors.ptr[i].pos <= (SourcePos)source.len && errors.ptr[i].message.len > 0);
    }
    if (is_go && errors.len == 0) {
        langversion_check(&file, names, langversion_of(0, LANGVERSION_NONE), &errors);
    }
    Positions positions = positions_of(&a, S("d/f.go"), file.text, &file.linedirs);
    PlacedList placed = positions_place(&a, &positions, &errors);
    positions_thin(&placed);
    if (is_go) {
        Arena dumped = arena_init(64 * KIB);
        StrBuf out = strbuf_init(&dumped);
        ast_dump(&file, names, &out);
        arena_done(&dumped);
    }
    arena_done(&own);
    arena_done(&a);
}

static void check_mutant(Str source)
{
    Arena a = arena_init(64 * KIB);
    check_text(mutant_of(&a, source));
    arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Arena cached;
    if (names == NULL) {
        cached = arena_init(MIB);
        names = names_new();
        cache = name_cache_new(&cached, names);
    }
    Str source = {(const char *)data, MIN((isize)size, MAX_TEXT)};
    check_text(source);
    check_mutant(source);
    return 0;
}
