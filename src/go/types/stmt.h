/* Statements, for the files that go over them. */
#ifndef GO_TYPES_STMT_H
#define GO_TYPES_STMT_H

#include "go/types/decl.h"

/* What may stand in a statement, and what is around it: the context of check_stmt, or-ed. */
enum {
    STMT_BREAK_OK = 1 << 0,
    STMT_CONTINUE_OK = 1 << 1,
    STMT_FALLTHROUGH_OK = 1 << 2,
    STMT_FINAL_CASE = 1 << 3, /* the last clause of a switch */
    STMT_IN_TYPE_SWITCH = 1 << 4,
};

/* The block of a for, range, switch, type switch or select statement; 0: s is another one. */
AstNode stmt_breakable_body(const AstFile *f, AstNode s);

void check_simple_stmt(Checker *c, AstNode s); /* or 0 */
void check_multiple_defaults(Checker *c, AstNodes clauses);

/* switch.c, select.c */
void check_switch_stmt(Checker *c, unsigned context, AstNode s);
void check_type_switch_stmt(Checker *c, unsigned context, AstNode s);
void check_select_stmt(Checker *c, unsigned context, AstNode s);

#endif
