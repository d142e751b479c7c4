/* The predeclared functions: their ids and what is the same for all of them (builtins.def). */
#ifndef GO_TYPES_BUILTINS_H
#define GO_TYPES_BUILTINS_H

#include "go/types/checker.h"

typedef enum {
#define BUILTIN(id, name, n_args, is_variadic, kind) BUILTIN_##id,
#include "go/types/builtins.def"
#undef BUILTIN
    BUILTIN_COUNT,
} BuiltinId;

#define BUILTIN_FIRST_UNSAFE BUILTIN_ADD
#define BUILTIN_FIRST_TEST BUILTIN_ASSERT

typedef struct {
    Str name;
    uint8_t n_args; /* at least, if it is variadic */
    bool is_variadic;
    uint8_t kind; /* ExprKind of a call */
} BuiltinInfo;

extern const BuiltinInfo builtin_infos[BUILTIN_COUNT];

#endif
