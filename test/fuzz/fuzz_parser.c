/* Scanner and parser: they come to an end, every node lies behind its children and within the tree,
 * every place within the text, and the tree is not many times as large as the text. Of each input a
 * mutant is tried as well, whose tokens or lines are changed: bytes alone rarely make Go. */
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

/* With the zeros behind it that a scanner needs. */
static char *padded(Arena *a, Str source)
{
    char *text = ARENA_ARRAY(a, char, source.len + SCANNER_PADDING);
    if (source.len > 0) {
        memcpy(text, source.ptr, (size_t)source.len);
    }
    return text;
}

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

/* ---- mutants: whole tokens and lines of a text changed ---- */

#define MAX_PARTS 4096 /* of a text; the rest stays one */
#define MAX_CHANGES 6

typedef struct {
    Str ptr[2 * MAX_PARTS];
    isize len;
} Parts;

/* SplitMix64. */
static isize next_below(uint64_t *random, isize n)
{
    *random += 0x9e3779b97f4a7c15u;
    uint64_t x = *random;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return (isize)((x ^ (x >> 31)) % (uint64_t)n);
}

/* Each token with what stands before it. */
static void split_tokens(Arena *a, Str source, Parts *ret)
{
    DiagnosticList errors = {.arena = a};
    char *text = padded(a, source);
    Arena comments = arena_init(0);
    Scanner s;
    isize end = 0;
    scanner_init(&s, &comments, (Str){text, source.len}, &errors);
    ret->len = 0;
    while (ret->len < MAX_PARTS && scanner_next(&s) != TOKEN_EOF) {
        isize next = MIN((isize)s.end, source.len);
        ret->ptr[ret->len++] = str_slice(source, end, MAX(end, next));
        end = MAX(end, next);
    }
    ret->ptr[ret->len++] = str_from(source, end);
    arena_done(&comments);
}

static void split_lines(Str source, Parts *ret)
{
    ret->len = 0;
    while (ret->len < MAX_PARTS && source.len > 0) {
        isize at = str_index_byte(source, '\n');
        isize n = at < 0 ? source.len : at + 1;
        ret->ptr[ret->len++] = str_to(source, n);
        source = str_from(source, n);
    }
    ret->ptr[ret->len++] = source;
}

static void change(Parts *p, uint64_t *random)
{
    isize at = next_below(random, p->len), other = next_below(random, p->len);
    Str part = p->ptr[at];
    switch (next_below(random, 5)) {
    case 0: /* left out */
        p->ptr[at] = (Str){0};
        break;
    case 1: /* exchanged */
        p->ptr[at] = p->ptr[other];
        p->ptr[other] = part;
        break;
    case 2: /* put there again */
        p->ptr[at] = p->ptr[other];
        break;
    case 3: /* some other token */
        p->ptr[at] = token_text((Token)next_below(random, TOKEN_COUNT));
        break;
    case 4: /* the end */
        p->len = MAX(at, 1);
        break;
    }
}

static void check_mutant(Str source)
{
    static Parts parts;
    uint64_t random = str_hash(source);
    Arena a = arena_init(64 * KIB);
    if (next_below(&random, 3) == 0) {
        split_lines(source, &parts);
    } else {
        split_tokens(&a, source, &parts);
    }
    for (isize n = 1 + next_below(&random, MAX_CHANGES); n > 0; n--) {
        change(&parts, &random);
    }
    StrBuf text = strbuf_init(&a);
    for (isize i = 0; i < parts.len; i++) {
        strbuf_add(&text, parts.ptr[i]);
    }
    check_text(strbuf_str(&text));
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
