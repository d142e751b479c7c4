/* What a name denotes: go/types' Object and its kinds. */
#ifndef GO_TYPES_OBJECT_H
#define GO_TYPES_OBJECT_H

#include "go/types/constant.h"
#include "go/types/type.h"

/* A place in a file of the program. */
typedef struct {
    uint32_t file; /* index in Program.files; 0: none, as of what the universe declares */
    SourcePos pos;
} ObjectPos;

typedef enum {
    OBJECT_BAD,
    OBJECT_PKG_NAME,
    OBJECT_CONST,
    OBJECT_TYPE_NAME,
    OBJECT_VAR,
    OBJECT_FUNC,
    OBJECT_LABEL,
    OBJECT_BUILTIN,
    OBJECT_NIL,
} ObjectKind;

typedef enum {
    VAR_PACKAGE = 1,
    VAR_LOCAL,
    VAR_RECV,
    VAR_PARAM,
    VAR_RESULT,
    VAR_FIELD,
} VarKind;

struct Object {
    uint8_t kind;     /* ObjectKind */
    uint8_t var_kind; /* VarKind */
    bool is_used;
    bool is_embedded : 1; /* a field */
    bool has_ptr_recv : 1;
    bool is_pending : 1; /* on the path of its checker: its type is being found */
    bool minds_word : 1; /* its declaration may mean something else with words of another size */
    Name name;
    Type *type; /* NULL: not known yet */
    TypePackage *pkg;
    struct Scope *parent;
    ObjectPos pos;
    SourcePos scope_pos; /* from where on it is seen; 0: everywhere in its scope */
    uint32_t order;      /* of appearance among the objects of a package, from 1 */
    union {
        Constant value;        /* of a const */
        TypePackage *imported; /* of a package name */
        Object *origin;        /* of a var or func: what it was instantiated from */
        uint32_t builtin;
        uint32_t label; /* of a label: its index in the function, see labels.c */
    };
};

#endif
