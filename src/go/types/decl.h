/* Declarations, for those who find them: the package level (resolver.c) and function bodies. */
#ifndef GO_TYPES_DECL_H
#define GO_TYPES_DECL_H

#include "go/syntax/position.h"
#include "go/types/checker.h"

/* A line of a const declaration, with what it takes over from the lines above. */
typedef struct {
    AstNode spec; /* AstValueSpec */
    int iota;
    AstNode type;
    AstNodes init;
    bool is_inherited;
} ConstSpec;

/* What is done with each declaration; on_import and on_func are NULL in function bodies, where
 * neither can stand. */
typedef struct {
    void (*on_import)(Checker *c, void *context, AstNode spec);
    void (*on_const)(Checker *c, void *context, const ConstSpec *spec);
    void (*on_var)(Checker *c, void *context, AstNode spec);
    void (*on_type)(Checker *c, void *context, AstNode spec);
    void (*on_func)(Checker *c, void *context, AstNode decl);
} DeclVisitor;

/* Calls the visitor for each spec of a declaration. Numbers of names and values that do not go
 * together are told here. */
void check_walk_decl(Checker *c, AstNode decl, const DeclVisitor *visitor, void *context);

/* Find the type, and the value of a const, of an object that has none. */
void check_const_decl(Checker *c, Object *o, AstNode name, const ConstSpec *spec, AstNode init);
void check_var_decl(Checker *c, Object *o, Objects lhs, AstNode type, AstNode init);
void check_type_decl(Checker *c, Object *o, AstNode spec);
void check_func_decl(Checker *c, Object *o, Declaration *d);

/* Gives a defined type the methods that were declared for it. */
void check_collect_methods(Checker *c, Object *o);

/* ---- what is asked of trees and objects everywhere ---- */

static inline const AstFile *check_ast(const Checker *c)
{
    return &c->file->ast;
}

static inline ObjectPos check_node_pos(const Checker *c, AstNode n)
{
    return check_pos(c, ast_pos(check_ast(c), n));
}

/* The part added last is about a whole node. */
static inline void check_set_end(const Checker *c, ErrorDesc *e, AstNode n)
{
    e->parts.ptr[e->parts.len - 1].end = check_pos(c, ast_end(check_ast(c), n));
}

/* How many fields a list declares, where one without a name counts, too (NumFields of go/ast). */
isize check_field_count(const Checker *c, AstNode field_list);

/* -1, 0 or 1: which place comes first in the program. */
static inline int object_pos_compare(ObjectPos x, ObjectPos y)
{
    if (x.file != y.file) {
        return x.file < y.file ? -1 : 1;
    }
    return (x.pos > y.pos) - (x.pos < y.pos);
}

/* Where something stands, with //line directives applied, while the tree of its file is there. */
Position check_place(const Checker *c, Arena *a, ObjectPos at);
/* The same as messages have it: "file:line:column". */
Str check_place_text(const Checker *c, Arena *a, ObjectPos at);
/* The line of that. */
isize check_place_line(const Checker *c, ObjectPos at);

#endif
