/*
 * Types, as go/types has them: what a type expression of Go denotes.
 *
 * A type lives as long as the Program whose arenas it was made on, and never moves. It has a number
 * (id) by which tables refer to it in 32 bits; program_type gives the type of a number. Pointers,
 * slices, arrays, maps and channels of the same parts are one type wherever they are written
 * (hash-consed); all else has an identity of its own, and is compared by type_identical.
 *
 * A package's types may be read by several threads once its declarations are complete. Until then
 * they belong to the thread that checks it; those of a body always do.
 */
#ifndef GO_TYPES_TYPE_H
#define GO_TYPES_TYPE_H

#include "base/str.h"
#include "go/syntax/ast.h"
#include "go/types/basic.h"

typedef uint32_t TypeId; /* 0: none */

typedef struct Object Object;
typedef struct TypePackage TypePackage;
typedef struct Checker Checker;

typedef enum {
    TYPE_BASIC,
    TYPE_ARRAY,
    TYPE_SLICE,
    TYPE_STRUCT,
    TYPE_POINTER,
    TYPE_TUPLE,
    TYPE_SIGNATURE,
    TYPE_UNION,
    TYPE_INTERFACE,
    TYPE_MAP,
    TYPE_CHAN,
    TYPE_NAMED,
    TYPE_PARAM,
    TYPE_ALIAS,
} TypeKind;

/* What every type begins with. */
typedef struct {
    uint8_t kind; /* TypeKind */
    uint8_t flags;
    uint16_t unused;
    TypeId id;
} Type;

enum {
    IS_BOOLEAN = 1 << 0,
    IS_INTEGER = 1 << 1,
    IS_UNSIGNED = 1 << 2,
    IS_FLOAT = 1 << 3,
    IS_COMPLEX = 1 << 4,
    IS_STRING = 1 << 5,
    IS_UNTYPED = 1 << 6,
    IS_ORDERED = IS_INTEGER | IS_FLOAT | IS_STRING,
    IS_NUMERIC = IS_INTEGER | IS_FLOAT | IS_COMPLEX,
    IS_CONST_TYPE = IS_BOOLEAN | IS_NUMERIC | IS_STRING,
};

typedef struct {
    Type t;
    uint8_t kind; /* BasicKind; byte and rune have that of what they stand for */
    uint8_t info;
    Str name;
} Basic;

typedef struct {
    Type t;
    Type *elem;
    int64_t len; /* < 0: unknown, an error was told */
} Array;

typedef struct {
    Type t;
    Type *elem;
} Slice;

typedef struct {
    Type t;
    Type *elem;
} Pointer;

typedef struct {
    Type t;
    Type *key, *elem;
} MapType; /* base/map.h has the plain name */

typedef struct {
    Type t;
    uint8_t dir; /* AST_SEND, AST_RECV, or-ed */
    Type *elem;
} Chan;

typedef struct {
    Object **ptr;
    isize len;
} Objects;

typedef struct {
    Type t;
    Objects fields;
    Str *tags; /* NULL when no field has one */
} Struct;

typedef struct {
    Type t;
    Objects vars;
} Tuple;

typedef struct TypeParam TypeParam;
typedef struct {
    TypeParam **ptr;
    isize len;
} TypeParams;

typedef struct {
    Type **ptr;
    isize len;
} TypeArgs;

struct Scope;

typedef struct {
    Type t;
    bool is_variadic;
    TypeParams rparams; /* of the receiver */
    TypeParams tparams;
    struct Scope *scope; /* of parameters; NULL where there is no body */
    Object *recv;        /* or NULL */
    Object *recvold;     /* that selecting a method value dropped; or NULL */
    bool is_method_expr; /* the first parameter is the receiver of a method expression */
    Tuple *params;       /* NULL stands for the empty one */
    Tuple *results;
} Signature;

typedef struct {
    bool is_tilde;
    Type *type;
} Term;

typedef struct {
    Type t;
    Term *terms;
    isize n_terms;
    const struct TypeSet *set; /* once it was asked for */
} Union;

typedef struct {
    Type t;
    Checker *check;  /* while it is being set up */
    Objects methods; /* explicit, sorted by id once complete */
    Type **embeddeds;
    SourcePos *embed_pos; /* of each, in file; NULL once complete */
    isize n_embeddeds;
    uint32_t file;
    bool is_implicit; /* for a constraint such as ~int */
    bool is_complete;
    const struct TypeSet *set; /* NULL: not asked for yet; read it with interface_set */
} Interface;

typedef struct Named Named;

typedef struct MethodName {
    Name name;
    int32_t index; /* in methods */
} MethodName;

/* What an instance was made from. */
typedef struct {
    Named *orig;
    TypeArgs targs;
    isize n_expanded; /* methods that were */
    uint16_t depth;   /* instances whose expansion led to it, one in the other */
    uint64_t hash;    /* of both */
    struct Context *context;
} Instance;

struct Named {
    Type t;
    Checker *check; /* while its package is checked */
    Object *obj;
    Instance *inst; /* NULL: declared */
    uint8_t state;
    bool is_finite;   /* its size was found finite */
    uint8_t var_size; /* VarSize of builtins_unsafe.c; 0: not asked for yet */
    Type *from_rhs;
    TypeParams tparams;
    Type *underlying; /* NULL: not known yet */
    Objects methods;  /* declared; of an instance made when they are asked for: NULL before */
    const struct MethodName *by_name; /* of the declared methods, ascending; NULL: they are few */
};

struct TypeParam {
    Type t;
    Checker *check;
    uint64_t number; /* unique, for what is printed while debugging, and for order */
    Object *obj;
    int32_t index; /* < 0: not declared yet */
    Type *bound;
};

typedef struct Alias {
    Type t;
    Object *obj;
    struct Alias *orig;
    TypeParams tparams;
    TypeArgs targs;
    Type *from_rhs;
    Type *actual; /* what it stands for, no alias; NULL: not known yet */
} Alias;

static inline TypeKind type_kind(const Type *t)
{
    return (TypeKind)t->kind;
}

#endif
