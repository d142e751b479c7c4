/* What every Go program has without declaring it, and package unsafe. */
#include "go/types/builtins.h"

#include "go/syntax/scanner.h"

#define ARENA_BYTES (512 * KIB) /* for the names of one thread (name_cache_new) */
#define MAX_NAME 16             /* bytes of a predeclared name */

const BuiltinInfo builtin_infos[BUILTIN_COUNT] = {
#define BUILTIN(id, name, n_args, is_variadic, kind) \
    [BUILTIN_##id] = {STR_CONST(name), n_args, is_variadic, kind},
#include "go/types/builtins.def"
#undef BUILTIN
};

typedef struct {
    BasicKind kind;
    unsigned info;
    Str name;
} BasicInfo;

/* Those whose name has a blank have no place in a scope. */
static const BasicInfo basics[BASIC_ALL] = {
    {BASIC_INVALID, 0, STR_CONST("invalid type")},
    {BASIC_BOOL, IS_BOOLEAN, STR_CONST("bool")},
    {BASIC_INT, IS_INTEGER, STR_CONST("int")},
    {BASIC_INT8, IS_INTEGER, STR_CONST("int8")},
    {BASIC_INT16, IS_INTEGER, STR_CONST("int16")},
    {BASIC_INT32, IS_INTEGER, STR_CONST("int32")},
    {BASIC_INT64, IS_INTEGER, STR_CONST("int64")},
    {BASIC_UINT, IS_INTEGER | IS_UNSIGNED, STR_CONST("uint")},
    {BASIC_UINT8, IS_INTEGER | IS_UNSIGNED, STR_CONST("uint8")},
    {BASIC_UINT16, IS_INTEGER | IS_UNSIGNED, STR_CONST("uint16")},
    {BASIC_UINT32, IS_INTEGER | IS_UNSIGNED, STR_CONST("uint32")},
    {BASIC_UINT64, IS_INTEGER | IS_UNSIGNED, STR_CONST("uint64")},
    {BASIC_UINTPTR, IS_INTEGER | IS_UNSIGNED, STR_CONST("uintptr")},
    {BASIC_FLOAT32, IS_FLOAT, STR_CONST("float32")},
    {BASIC_FLOAT64, IS_FLOAT, STR_CONST("float64")},
    {BASIC_COMPLEX64, IS_COMPLEX, STR_CONST("complex64")},
    {BASIC_COMPLEX128, IS_COMPLEX, STR_CONST("complex128")},
    {BASIC_STRING, IS_STRING, STR_CONST("string")},
    {BASIC_UNSAFE_POINTER, 0, STR_CONST("Pointer")},
    {BASIC_UNTYPED_BOOL, IS_BOOLEAN | IS_UNTYPED, STR_CONST("untyped bool")},
    {BASIC_UNTYPED_INT, IS_INTEGER | IS_UNTYPED, STR_CONST("untyped int")},
    {BASIC_UNTYPED_RUNE, IS_INTEGER | IS_UNTYPED, STR_CONST("untyped rune")},
    {BASIC_UNTYPED_FLOAT, IS_FLOAT | IS_UNTYPED, STR_CONST("untyped float")},
    {BASIC_UNTYPED_COMPLEX, IS_COMPLEX | IS_UNTYPED, STR_CONST("untyped complex")},
    {BASIC_UNTYPED_STRING, IS_STRING | IS_UNTYPED, STR_CONST("untyped string")},
    {BASIC_UNTYPED_NIL, IS_UNTYPED, STR_CONST("untyped nil")},
    [BASIC_BYTE] = {BASIC_UINT8, IS_INTEGER | IS_UNSIGNED, STR_CONST("byte")},
    [BASIC_RUNE] = {BASIC_INT32, IS_INTEGER, STR_CONST("rune")},
};

typedef struct {
    Program *program;
    Arena *arena;
    NameCache *names;
} Universe;

/* ---- names, types, objects ---- */

static Name intern(Universe *u, Str text)
{
    char padded[MAX_NAME + SCANNER_PADDING] = {0};
    ASSERT(text.len <= MAX_NAME);
    memcpy(padded, text.ptr, (size_t)text.len);
    return name_intern(u->names, (Str){padded, text.len});
}

/* A type that was just made. */
static void *enter(Universe *u, void *t, TypeKind kind)
{
    Type *head = t;
    head->kind = (uint8_t)kind;
    program_enter(u->program, head);
    return t;
}

static Object *new_object(Universe *u, ObjectKind kind, Str name, Type *t)
{
    Object *o = ARENA_NEW(u->arena, Object);
    o->kind = (uint8_t)kind;
    o->name = name.len == 0 ? 0 : intern(u, name);
    o->type = t;
    return o;
}

static Object *new_var(Universe *u, VarKind kind, Type *t)
{
    Object *o = new_object(u, OBJECT_VAR, (Str){0}, t);
    o->var_kind = (uint8_t)kind;
    return o;
}

/* Exported names are those of package unsafe. */
static Object *define(Universe *u, ObjectKind kind, Str name, Type *t)
{
    Program *p = u->program;
    Object *o = new_object(u, kind, name, t);
    bool is_unsafe = name.ptr[0] >= 'A' && name.ptr[0] <= 'Z';
    o->pkg = is_unsafe ? p->unsafe : NULL;
    Object *other = scope_insert(u->arena, is_unsafe ? p->unsafe->scope : p->universe, o);
    ASSERT(other == NULL);
    return o;
}

static Interface *new_interface(Universe *u, Objects methods, bool is_comparable)
{
    TypeSet *set = ARENA_NEW(u->arena, TypeSet);
    *set = (TypeSet){methods, {.is_all = true}, is_comparable};
    Interface *t = enter(u, ARENA_NEW(u->arena, Interface), TYPE_INTERFACE);
    t->methods = methods;
    t->is_complete = true;
    t->set = set;
    return t;
}

static Objects one_object(Universe *u, Object *o)
{
    Object **list = ARENA_NEW(u->arena, Object *);
    *list = o;
    return (Objects){list, 1};
}

static Named *define_named(Universe *u, Str name)
{
    Named *t = enter(u, ARENA_NEW(u->arena, Named), TYPE_NAMED);
    t->obj = define(u, OBJECT_TYPE_NAME, name, &t->t);
    t->is_finite = true;
    return t;
}

/* ---- what is defined ---- */

static void define_basics(Universe *u)
{
    Program *p = u->program;
    for (isize i = 0; i < BASIC_ALL; i++) {
        Basic *t = enter(u, ARENA_NEW(u->arena, Basic), TYPE_BASIC);
        t->kind = (uint8_t)basics[i].kind;
        t->info = (uint8_t)basics[i].info;
        t->name = basics[i].name;
        p->basic[i] = t;
        if (str_index_byte(t->name, ' ') < 0) {
            define(u, OBJECT_TYPE_NAME, t->name, &t->t);
        }
    }
}

/* type error interface{ Error() string } */
static void define_error(Universe *u)
{
    Named *t = define_named(u, S("error"));
    Tuple *results = enter(u, ARENA_NEW(u->arena, Tuple), TYPE_TUPLE);
    Type *string = (Type *)u->program->basic[BASIC_STRING];
    results->vars = one_object(u, new_var(u, VAR_RESULT, string));
    Signature *sig = enter(u, ARENA_NEW(u->arena, Signature), TYPE_SIGNATURE);
    sig->recv = new_var(u, VAR_RECV, &t->t);
    sig->results = results;
    Object *method = new_object(u, OBJECT_FUNC, S("Error"), &sig->t);
    Interface *interface = new_interface(u, one_object(u, method), false);
    t->from_rhs = t->underlying = &interface->t;
    u->program->error = &t->t;
}

/* type any = interface{} */
static void define_any(Universe *u)
{
    Alias *t = enter(u, ARENA_NEW(u->arena, Alias), TYPE_ALIAS);
    t->obj = define(u, OBJECT_TYPE_NAME, S("any"), &t->t);
    t->orig = t;
    t->from_rhs = t->actual = &new_interface(u, (Objects){0}, false)->t;
    u->program->any = &t->t;
    u->program->any_object = t->obj;
}

/* type comparable interface{ all types that are strictly comparable } */
static void define_comparable(Universe *u)
{
    Named *t = define_named(u, S("comparable"));
    t->from_rhs = t->underlying = &new_interface(u, (Objects){0}, true)->t;
    u->program->comparable = &t->t;
    u->program->comparable_object = t->obj;
}

static Object *define_const(Universe *u, Str name, BasicKind kind, Constant value)
{
    Object *o = define(u, OBJECT_CONST, name, (Type *)u->program->basic[kind]);
    o->value = value;
    return o;
}

static void define_values(Universe *u)
{
    Program *p = u->program;
    define_const(u, S("true"), BASIC_UNTYPED_BOOL, constant_of_bool(true));
    define_const(u, S("false"), BASIC_UNTYPED_BOOL, constant_of_bool(false));
    p->iota = define_const(u, S("iota"), BASIC_UNTYPED_INT, constant_of_int(u->arena, 0));
    p->nil = define(u, OBJECT_NIL, S("nil"), (Type *)p->basic[BASIC_UNTYPED_NIL]);
}

static void define_builtins(Universe *u)
{
    Program *p = u->program;
    isize n = p->has_test_functions ? BUILTIN_COUNT : BUILTIN_FIRST_TEST;
    for (isize i = 0; i < n; i++) {
        Type *invalid = (Type *)p->basic[BASIC_INVALID];
        define(u, OBJECT_BUILTIN, builtin_infos[i].name, invalid)->builtin = (uint32_t)i;
    }
}

static void know_names(Universe *u)
{
    u->program->known = (KnownNames){
        .blank = NAME_BLANK,
        .init = intern(u, S("init")),
        .main = intern(u, S("main")),
        .error = intern(u, S("error")),
        .comparable = intern(u, S("comparable")),
        .any = intern(u, S("any")),
        .iota = intern(u, S("iota")),
        .nil = intern(u, S("nil")),
        .unsafe = intern(u, S("unsafe")),
        .c = intern(u, S("C")),
    };
}

void universe_define(Program *p, Arena *a)
{
    Arena scratch = arena_init(ARENA_BYTES);
    Universe u = {p, a, name_cache_new(&scratch, p->names)};
    know_names(&u);
    p->universe = scope_new(a, NULL);
    p->unsafe = package_new(p, a, S("unsafe"), S("unsafe"));
    p->unsafe->is_complete = true;
    define_basics(&u);
    define_error(&u);
    define_any(&u);
    define_comparable(&u);
    define_values(&u);
    define_builtins(&u);
    arena_done(&scratch);
}
