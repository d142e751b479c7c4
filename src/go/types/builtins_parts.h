/* The parts of the predeclared functions: what builtins.c gives to builtins_*.c. */
#ifndef GO_TYPES_BUILTINS_PARTS_H
#define GO_TYPES_BUILTINS_PARTS_H

#include "go/types/builtins.h"
#include "go/types/expr.h"

/* A call whose number of arguments is right. */
typedef struct {
    AstNode node;
    AstNode fun;
    BuiltinId id;
    Str name;
    bool has_dots;
    AstNodes exprs; /* the arguments as they are written */
    isize n_args;
    Operands args; /* all valid; empty for functions that evaluate theirs themselves */
} BuiltinCall;

/* Checks a call; x is its first argument (invalid if there is none, or it was not evaluated) and
 * becomes its result but for x->expr. False: an error was told, and x is anything. */
typedef bool (*CheckBuiltin)(Checker *c, Operand *x, const BuiltinCall *call);

#define BUILTIN_CHECK(name) bool name(Checker *c, Operand *x, const BuiltinCall *call)

/* ---- for recording ---- */

/* A signature of these types, untyped ones as their defaults; result may be NULL. */
Signature *builtin_signature(Checker *c, Type *result, Type *const *params, isize n_params);
/* Records what was called, where somebody wants to know; NULLs behind the last parameter. */
void builtin_record(Checker *c, const BuiltinCall *call, Type *result, Type *first, Type *second);

/* ---- types ---- */

/* interface{} */
Type *builtin_empty_interface(Checker *c);
Type *builtin_byte_slice(Checker *c);
Type *builtin_byte_pointer(Checker *c);
/* The array that t is a pointer to, else t. */
Type *builtin_deref_array(Type *t);

/* ---- the functions ---- */

BUILTIN_CHECK(builtin_append);
BUILTIN_CHECK(builtin_cap_len);
BUILTIN_CHECK(builtin_clear);
BUILTIN_CHECK(builtin_close);
BUILTIN_CHECK(builtin_complex);
BUILTIN_CHECK(builtin_copy);
BUILTIN_CHECK(builtin_delete);
BUILTIN_CHECK(builtin_real_imag);
BUILTIN_CHECK(builtin_make);
BUILTIN_CHECK(builtin_min_max);
BUILTIN_CHECK(builtin_new);
BUILTIN_CHECK(builtin_panic);
BUILTIN_CHECK(builtin_print);
BUILTIN_CHECK(builtin_recover);
BUILTIN_CHECK(builtin_add);
BUILTIN_CHECK(builtin_alignof);
BUILTIN_CHECK(builtin_offsetof);
BUILTIN_CHECK(builtin_sizeof);
BUILTIN_CHECK(builtin_slice);
BUILTIN_CHECK(builtin_slice_data);
BUILTIN_CHECK(builtin_string);
BUILTIN_CHECK(builtin_string_data);
BUILTIN_CHECK(builtin_assert);
BUILTIN_CHECK(builtin_trace);

#endif
