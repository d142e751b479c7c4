/*
 * The syntax tree of a Go file.
 *
 * A tree is one array of 32-bit words. A node is the index of its first word, which holds its kind;
 * the fields follow as the struct of that kind lays them out, children before their parents. So a
 * tree has no pointers, takes less than two bytes for a byte of source, and is freed as one block:
 *
 *   const AstBinaryExpr *e = ast_binary_expr(file, node);
 *   check(file, e->x);
 *
 * Kinds, structs and fields have the names of go/ast (ast.def lists them all).
 */
#ifndef GO_SYNTAX_AST_H
#define GO_SYNTAX_AST_H

#include "base/panic.h"
#include "go/syntax/names.h"
#include "go/syntax/scanner.h"

typedef uint32_t AstNode; /* 0: none */

typedef enum {
    AST_NONE,
#define AST(kind, type, name, fields) AST_##kind,
#include "go/syntax/ast.def"
#undef AST
    AST_COUNT,
} AstKind;

/* The first word of a node. What is behind the kind is a number in two kinds: the name of an
 * AstIdent, and how many elements follow an AstList; AST_LONG_LIST or more: that is in the next
 * word. */
typedef struct {
    uint8_t kind; /* AstKind */
    uint8_t tok;  /* Token: the operator, the keyword, the kind of a literal; else 0 */
    uint8_t flags;
    uint8_t unused;
} AstHead;

#define AST_LONG_LIST ((1 << 24) - 1)

enum {
    AST_SEND = 1, /* of a ChanType: directions, or-ed */
    AST_RECV = 2,
    AST_IMPLICIT = 1, /* of an EmptyStmt: no semicolon stands in the source */
};

#define NODE(field, name) AstNode field;
#define LIST(field, name) AstNode field;
#define POS(field, name) SourcePos field;
#define AST(kind, type, name, fields) \
    typedef struct {                  \
        AstHead head;                 \
        fields                        \
    } type;
#include "go/syntax/ast.def"
#undef AST
#undef NODE
#undef LIST
#undef POS

/* A file that was parsed, errors or not. */
typedef struct {
    Str text;              /* the caller's */
    const uint32_t *words; /* the tree; words[0] is no node */
    isize n_words;
    SourcePos package; /* of the keyword */
    AstNode name;      /* AstIdent of the package; 0: it has no package clause that can be read */
    AstNode decls;     /* list */
    CommentList comments;
    LineDirList linedirs; /* on the arena of the errors */
    isize n_mild; /* errors that cmd/compile checks types beside; see ParserInput.is_compiler */
} AstFile;

static inline AstKind ast_kind(const AstFile *f, AstNode n)
{
    return (AstKind)(f->words[n] & 0xff);
}

static inline Token ast_tok(const AstFile *f, AstNode n)
{
    return (Token)(f->words[n] >> 8 & 0xff);
}

static inline unsigned ast_flags(const AstFile *f, AstNode n)
{
    return f->words[n] >> 16 & 0xff;
}

/* The number behind the kind. */
static inline uint32_t ast_number(const AstFile *f, AstNode n)
{
    return f->words[n] >> 8;
}

/* The struct of a node, which must be of that kind. */
static inline const void *ast_get(const AstFile *f, AstNode n, AstKind kind)
{
    ASSERT(ast_kind(f, n) == kind);
    return f->words + n;
}

#define AST_GETTER(function, KIND, Type)                            \
    static inline const Type *function(const AstFile *f, AstNode n) \
    {                                                               \
        return ast_get(f, n, KIND);                                 \
    }
AST_GETTER(ast_bad_expr, AST_BAD_EXPR, AstBadExpr)
AST_GETTER(ast_ident, AST_IDENT, AstIdent)
AST_GETTER(ast_ellipsis, AST_ELLIPSIS, AstEllipsis)
AST_GETTER(ast_basic_lit, AST_BASIC_LIT, AstBasicLit)
AST_GETTER(ast_func_lit, AST_FUNC_LIT, AstFuncLit)
AST_GETTER(ast_composite_lit, AST_COMPOSITE_LIT, AstCompositeLit)
AST_GETTER(ast_paren_expr, AST_PAREN_EXPR, AstParenExpr)
AST_GETTER(ast_selector_expr, AST_SELECTOR_EXPR, AstSelectorExpr)
AST_GETTER(ast_index_expr, AST_INDEX_EXPR, AstIndexExpr)
AST_GETTER(ast_index_list_expr, AST_INDEX_LIST_EXPR, AstIndexListExpr)
AST_GETTER(ast_slice_expr, AST_SLICE_EXPR, AstSliceExpr)
AST_GETTER(ast_type_assert_expr, AST_TYPE_ASSERT_EXPR, AstTypeAssertExpr)
AST_GETTER(ast_call_expr, AST_CALL_EXPR, AstCallExpr)
AST_GETTER(ast_star_expr, AST_STAR_EXPR, AstStarExpr)
AST_GETTER(ast_unary_expr, AST_UNARY_EXPR, AstUnaryExpr)
AST_GETTER(ast_binary_expr, AST_BINARY_EXPR, AstBinaryExpr)
AST_GETTER(ast_key_value_expr, AST_KEY_VALUE_EXPR, AstKeyValueExpr)
AST_GETTER(ast_array_type, AST_ARRAY_TYPE, AstArrayType)
AST_GETTER(ast_struct_type, AST_STRUCT_TYPE, AstStructType)
AST_GETTER(ast_func_type, AST_FUNC_TYPE, AstFuncType)
AST_GETTER(ast_interface_type, AST_INTERFACE_TYPE, AstInterfaceType)
AST_GETTER(ast_map_type, AST_MAP_TYPE, AstMapType)
AST_GETTER(ast_chan_type, AST_CHAN_TYPE, AstChanType)
AST_GETTER(ast_field, AST_FIELD, AstField)
AST_GETTER(ast_field_list, AST_FIELD_LIST, AstFieldList)
AST_GETTER(ast_decl_stmt, AST_DECL_STMT, AstDeclStmt)
AST_GETTER(ast_labeled_stmt, AST_LABELED_STMT, AstLabeledStmt)
AST_GETTER(ast_expr_stmt, AST_EXPR_STMT, AstExprStmt)
AST_GETTER(ast_send_stmt, AST_SEND_STMT, AstSendStmt)
AST_GETTER(ast_inc_dec_stmt, AST_INC_DEC_STMT, AstIncDecStmt)
AST_GETTER(ast_assign_stmt, AST_ASSIGN_STMT, AstAssignStmt)
AST_GETTER(ast_go_stmt, AST_GO_STMT, AstGoStmt)
AST_GETTER(ast_defer_stmt, AST_DEFER_STMT, AstDeferStmt)
AST_GETTER(ast_return_stmt, AST_RETURN_STMT, AstReturnStmt)
AST_GETTER(ast_branch_stmt, AST_BRANCH_STMT, AstBranchStmt)
AST_GETTER(ast_block_stmt, AST_BLOCK_STMT, AstBlockStmt)
AST_GETTER(ast_if_stmt, AST_IF_STMT, AstIfStmt)
AST_GETTER(ast_case_clause, AST_CASE_CLAUSE, AstCaseClause)
AST_GETTER(ast_switch_stmt, AST_SWITCH_STMT, AstSwitchStmt)
AST_GETTER(ast_type_switch_stmt, AST_TYPE_SWITCH_STMT, AstTypeSwitchStmt)
AST_GETTER(ast_comm_clause, AST_COMM_CLAUSE, AstCommClause)
AST_GETTER(ast_select_stmt, AST_SELECT_STMT, AstSelectStmt)
AST_GETTER(ast_for_stmt, AST_FOR_STMT, AstForStmt)
AST_GETTER(ast_range_stmt, AST_RANGE_STMT, AstRangeStmt)
AST_GETTER(ast_import_spec, AST_IMPORT_SPEC, AstImportSpec)
AST_GETTER(ast_value_spec, AST_VALUE_SPEC, AstValueSpec)
AST_GETTER(ast_type_spec, AST_TYPE_SPEC, AstTypeSpec)
AST_GETTER(ast_gen_decl, AST_GEN_DECL, AstGenDecl)
AST_GETTER(ast_func_decl, AST_FUNC_DECL, AstFuncDecl)
#undef AST_GETTER

/* The name of an AstIdent. */
static inline Name ast_name(const AstFile *f, AstNode n)
{
    ASSERT(ast_kind(f, n) == AST_IDENT);
    return ast_number(f, n);
}

typedef struct {
    const AstNode *ptr;
    isize len;
} AstNodes;

/* The nodes of a list: ast_list(file, &call->args). They lie in the tree, or, one alone, in *list.
 */
static inline AstNodes ast_list(const AstFile *f, const AstNode *list)
{
    AstNode n = *list;
    if (n == 0 || ast_kind(f, n) != AST_LIST) {
        return (AstNodes){list, n != 0};
    }
    uint32_t len = ast_number(f, n);
    return len < AST_LONG_LIST ? (AstNodes){f->words + n + 1, (isize)len}
                               : (AstNodes){f->words + n + 2, (isize)f->words[n + 1]};
}

/* Where a node begins, and the place behind its last byte; as Pos and End of go/ast. */
SourcePos ast_pos(const AstFile *f, AstNode n);
SourcePos ast_end(const AstFile *f, AstNode n);

/* x without parentheses around it. */
AstNode ast_unparen(const AstFile *f, AstNode x);

/* What a receiver's type is made of (unpackRecv of go/types). */
typedef struct {
    bool is_pointer;
    AstNode base;     /* without type parameters; of erroneous programs it may be no name */
    AstNodes tparams; /* as they are written: no names where an error is to be told */
} AstReceiver;
AstReceiver ast_receiver(const AstFile *f, AstNode type);

/* The name of the type that an AstFuncDecl is a method of; 0: none, or none that has a name. */
Name ast_method_base(const AstFile *f, AstNode func_decl);

/* ---- what every kind has ---- */

typedef enum { AST_FIELD_NODE, AST_FIELD_NODES, AST_FIELD_POS } AstFieldKind;

typedef struct {
    Str name;
    AstFieldKind kind;
} AstFieldInfo;

typedef struct {
    Str name;
    const AstFieldInfo *fields; /* in the order of the words behind the first */
    isize n_fields;
} AstInfo;

extern const AstInfo ast_infos[AST_COUNT];

/* All nodes in the order in which they lie, children before their parents; 0 behind the last. Some
 * are in no tree: the parser made something else of them. */
static inline AstNode ast_first(const AstFile *f)
{
    return f->n_words > 1 ? 1 : 0;
}

static inline AstNode ast_next(const AstFile *f, AstNode n)
{
    isize next = (isize)n + 1 + ast_infos[ast_kind(f, n)].n_fields;
    if (ast_kind(f, n) == AST_LIST) {
        AstNodes elements = ast_list(f, &n);
        next = elements.ptr + elements.len - f->words;
    }
    return next < f->n_words ? (AstNode)next : 0;
}

#endif
