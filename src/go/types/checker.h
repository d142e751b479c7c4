/*
 * The checker of one package, as go/types' Checker: what its files share, and the functions by
 * which they call each other, file by file under the names that they have there.
 *
 * An AstNode is always one of env.file. What is put off (check_later) and what is declared
 * elsewhere (check_object) brings its own environment along and restores the one before.
 *
 * No function fails: an error is told once, and what depends on it becomes invalid (MODE_INVALID,
 * basic[BASIC_INVALID]), of which nothing more is said.
 */
#ifndef GO_TYPES_CHECKER_H
#define GO_TYPES_CHECKER_H

#include "base/map.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "go/syntax/langversion.h"
#include "go/syntax/nameindex.h"
#include "go/types/operand.h"
#include "go/types/program.h"

typedef enum {
#define ERRCODE(name, text, number) CODE_##name = (number),
#include "go/types/errcode.def"
#undef ERRCODE
} ErrCode;

/* The order in which go/types checks a package, where it is checked in another: all of a lower turn
 * comes before all of a higher one. What is declared has the turn 0; what is put off then has turns
 * of its own, and what is put off in these comes a round later, after all of the round before. */
typedef uint64_t CheckTurn;
#define TURN_ROUND ((CheckTurn)1 << 32)
#define TURN_LAST UINT64_MAX

/* ---- what is told ---- */

typedef struct {
    ObjectPos pos, end; /* end.pos 0: the token at pos */
    Str text;
} ErrorPart;

typedef struct {
    ErrCode code;
    bool is_soft;      /* the program could still be run: unused variables and imports */
    bool only_follows; /* says nothing where another error was told before */
    bool is_doubtful;  /* it is one only if operands that are unknown are not what it takes */
    CheckTurn turn;
    ErrorPart main;
    ErrorPart *related;
    isize n_related;
} TypeError;

typedef VEC(TypeError) TypeErrors;

/* An error with several parts, while it is put together (error_ of go/types). */
typedef struct {
    Checker *check;
    ErrCode code;
    bool is_soft;
    VEC(ErrorPart) parts;
} ErrorDesc;

/* ---- what is declared ---- */

typedef struct Declaration {
    uint32_t file; /* index in Program.files */
    Scope *scope;  /* of the file */
    int version;   /* of the file */
    Object **lhs;  /* of n:1 variables */
    isize n_lhs;
    AstNode vtype;         /* type of a const or var; 0: none */
    AstNode init;          /* its value, 0: none */
    bool is_inherited;     /* init is that of a const above */
    AstNode tdecl;         /* AstTypeSpec */
    AstNode fdecl;         /* AstFuncDecl */
    AstNode name;          /* AstIdent of a const */
    VEC(Object *) deps;    /* package-level objects that init or the body mention; some twice */
    VEC(Object *) methods; /* of tdecl: declared for it and not yet added to its type */
} Declaration;

/* The surroundings of what is being checked (environment of go/types). */
typedef struct {
    uint32_t file;
    Declaration *decl; /* package-level declaration whose init or body it is; or NULL */
    Scope *scope;
    int version;
    const Constant *iota; /* or NULL: not in a const declaration */
    AstNode errpos;       /* of an inherited constant: its name */
    bool in_tparam_list;
    Signature *sig; /* of the function around; NULL: outside */
    bool has_label;
    bool has_call_or_recv;
    int64_t n_untyped;   /* of the checker, at the begin of the function */
    VEC(AstNode) panics; /* calls of panic, ascending, for whether a function ends */
} Environment;

typedef void (*Later)(Checker *c, void *arg);

typedef struct {
    Later run;
    void *arg;
    uint32_t file; /* of the environment, like version */
    int version;
    CheckTurn turn;
} Action;

/* A body that is checked when what surrounds it is. */
typedef struct {
    Declaration *decl; /* that it belongs to */
    Signature *sig;
    AstNode body;
    const Constant *iota; /* or NULL */
} FuncBody;

/* What an untyped expression is, until its final type is known (exprInfo). */
typedef struct {
    bool is_lhs; /* of a shift whose check was put off */
    uint8_t mode;
    Basic *type;
    Constant value;
} Untyped;

/* A type as it is written out. */
typedef struct {
    uint32_t file; /* index in Program.files */
    AstNode at;
    Type *type;
} WrittenType;

/* What a file uses of langversion.def. */
typedef struct {
    ObjectPos at;
    LangFeature feature;
} UsedFeature;

struct Checker {
    Arena *arena;   /* of types and objects: lives as long as the program */
    Arena *scratch; /* of this check alone */
    Arena *lasting; /* of what the package as a whole needs; of declarations it is scratch */
    Arena *values;  /* of constants: lasting where they are recorded, else scratch */
    /* While bodies are checked, which several threads may do at once (bodies.c): the checker that
     * the declarations were checked with, which nobody changes meanwhile. Else NULL. */
    const Checker *declarer;
    Program *program;
    NameCache *names; /* of this thread: name_intern(c->names, ...) */
    TypePackage *pkg;
    Context *instances; /* of this package alone; NULL: none was made yet (context.h) */
    Environment env;
    TypeErrors errors;
    int64_t n_expressions, n_untyped; /* looked at; of which nothing is known */
    bool ignores_bodies;
    bool records;           /* what is found out of the files of pkg (recording.h) */
    bool is_declared;       /* the declarations are complete, and others may be reading them */
    bool is_compiler;       /* what go/types and cmd/compile do not agree in is as in cmd/compile */
    bool exported_only;     /* of the declarations those that others can mention are wanted, and
                               what they need */
    const NameIndex *parts; /* those that are wanted, with what they need; NULL: all */
    uintptr_t stack_floor;  /* calls nest down to here, and some steps more; 0: anywhere */

    VEC(Object *) objects;      /* package-level, and methods, in the order of the source */
    Declaration **declarations; /* by Object.order - 1 */
    VEC(Object *) path;         /* what is being declared, for cycles */
    VEC(Action) actions;
    VEC(Action) bodies; /* of functions, put off until the declarations are complete */
    CheckTurn turn;     /* of what is being checked */
    uint32_t n_turns;   /* that were given out */
    VEC(Type *) to_clean;
    VEC(Object *) package_names; /* of imports, for those not used */
    VEC(Object *) local_vars;    /* of the function that is checked */
    struct Mono *mono;
    TypeFile *file;                /* of env */
    struct UntypedTable *untyped;  /* untyped.c; NULL: none was yet */
    Map *package_paths;            /* of package_qualifier; NULL: not asked yet */
    isize n_formatted;             /* bytes of what check_format made */
    Type *empty_interface;         /* interface{} of builtins; NULL: not needed yet */
    struct TypeSetWork *type_sets; /* what is being computed: typeset.c */
    VEC(WrittenType) written;      /* arrays, channels, interfaces; only for a compiler */
    VEC(UsedFeature) features;     /* of files that are recorded, by place once bodies are joined */
};

/* Whether a type is this checker's alone, which has not cleaned it up yet: what is found out of it
 * may be noted in it. */
static inline bool check_owns(const Checker *c, const Named *n)
{
    return n->check == c;
}

/* Several bodies may use an import at once. */
static inline void object_mark_used(Object *o)
{
    if (!__atomic_load_n(&o->is_used, __ATOMIC_RELAXED)) {
        __atomic_store_n(&o->is_used, true, __ATOMIC_RELAXED);
    }
}

/* Whether what the source nests further must be refused. */
static inline bool check_is_too_deep(const Checker *c)
{
    return (uintptr_t)__builtin_frame_address(0) < c->stack_floor;
}

/* Tells that; Go's own checker ends here: its stack is used up. */
void check_refuse_deep(Checker *c, AstNode at, const char *message);

/* A place in the file of the environment. */
static inline ObjectPos check_pos(const Checker *c, SourcePos pos)
{
    return (ObjectPos){c->env.file, pos};
}

static inline Type *check_basic(const Checker *c, BasicKind kind)
{
    return (Type *)c->program->basic[kind];
}

/* A new type with a number; size is that of its struct: CHECK_NEW_TYPE(c, TYPE_STRUCT, Struct). */
static inline void *check_new_type(Checker *c, TypeKind kind, isize size)
{
    Type *t = arena_alloc(c->arena, 1, size, _Alignof(void *));
    t->kind = (uint8_t)kind;
    t->id = program_enter(c->program, t);
    return t;
}
#define CHECK_NEW_TYPE(c, kind, type) ((type *)check_new_type((c), (kind), sizeof(type)))

/* The parts of x[i] and x[i, j] (indexedExpr); false: e is neither. */
typedef struct {
    AstNode orig, x;
    SourcePos lbrack, rbrack;
    AstNodes indices;
} IndexedExpr;

static inline bool check_indexed(const Checker *c, AstNode e, IndexedExpr *ret)
{
    const AstFile *f = &c->file->ast;
    if (ast_kind(f, e) == AST_INDEX_EXPR) {
        const AstIndexExpr *i = ast_index_expr(f, e);
        *ret = (IndexedExpr){e, i->x, i->lbrack, i->rbrack, {&i->index, i->index != 0}};
        return true;
    }
    if (ast_kind(f, e) == AST_INDEX_LIST_EXPR) {
        const AstIndexListExpr *i = ast_index_list_expr(f, e);
        *ret = (IndexedExpr){e, i->x, i->lbrack, i->rbrack, ast_list(f, &i->indices)};
        return true;
    }
    return false;
}

/* ---- errors.c, format.c ---- */

/* In format: %s Str *, %t Type *, %o Operand *, %x AstNode (an expression), %n Name, %O Object *,
 * %d int, %q Str * quoted, %l int64_t, %v const Constant *, %T TypeArgs * and %P TypeParams * in
 * brackets, %%: see format.c. Pointers may be NULL ("<nil>"). */
void check_error(Checker *c, AstNode at, ErrCode code, const char *format, ...);
void check_error_pos(Checker *c, ObjectPos at, ErrCode code, const char *format, ...);
void check_soft_error(Checker *c, ObjectPos at, ErrCode code, const char *format, ...);
/* Whether what is unknown in the package is so for a fault of another one: an import cannot be had,
 * or the package has no error itself. What follows from that is not told, though go/types does. */
bool check_blames_others(const Checker *c);
ErrorDesc check_error_begin(Checker *c, ErrCode code);
void error_add(ErrorDesc *e, ObjectPos at, const char *format, ...);
void error_add_alt_decl(ErrorDesc *e, const Object *o);
void error_report(ErrorDesc *e);
Str check_format(Checker *c, Arena *a, const char *format, ...);

/* ---- version.c ---- */

/* Whether the version of the environment's file has what a row of langversion.def says. */
bool check_allows(const Checker *c, LangFeature feature);
/* The same, of what the file uses there, which is recorded. */
bool check_uses(Checker *c, ObjectPos at, LangFeature feature);
/* As check_uses, and tells an error in the words of the row when it is not allowed; behind feature
 * stands what the row's % takes. */
bool check_verify_version(Checker *c, AstNode at, LangFeature feature, ...);
bool check_verify_version_pos(Checker *c, ObjectPos at, LangFeature feature, ...);

/* ---- check.c ---- */

void check_later(Checker *c, Later run, void *arg);
void check_process_delayed(Checker *c, isize top);
/* Notes that what is just being found may come out otherwise with words of another size, in what is
 * being declared, or else in a body. Whatever depends on Program.word_size or max_align says so. */
void check_mind_word(const Checker *c);
void check_push(Checker *c, Object *o); /* sets o->is_pending, which check_pop clears */
Object *check_pop(Checker *c);
/* Checks a package whose files are parsed and whose imports are checked, but for the bodies of
 * functions. Afterwards others may import it, also while these are checked. */
void check_declarations(Checker *c);
/* Checks, after the bodies, what only the package as a whole shows. */
void check_whole(Checker *c);
/* What is found out lazily of the types that c made, now: c is not needed for them any more. */
void check_clean_up(Checker *c);
/* Puts off a body until the declarations are complete. */
void check_later_body(Checker *c, FuncBody *body);

/* ---- bodies.c ---- */

/* Bodies of functions, divided into parts that several threads may check at once. How they are
 * divided does not depend on how many do. */
typedef struct CheckBodies CheckBodies;

/* What a thread checks a part with. */
typedef struct {
    Arena *kept;   /* lives as long as the program */
    Arena scratch; /* only for the part; one part alone is checked on that of the declarations */
    NameCache *names;
    uintptr_t stack_floor;
} BodiesWorker;

/* The bodies that check_declarations put off with c, which must not change until they are joined.
 * bytes: of source that make a part. On c->scratch; release it with check_bodies_done, when the
 * package is done. */
CheckBodies *check_bodies_divide(Checker *c, isize bytes);
isize check_bodies_n_parts(const CheckBodies *b);
void check_bodies_part(CheckBodies *b, isize part, BodiesWorker worker);
/* Adds to c what was found in all parts, as if c had found it. */
void check_bodies_join(Checker *c, const CheckBodies *b);
void check_bodies_done(CheckBodies *b);

/* ---- predicates.c, under.c ---- */

Type *type_unalias(Type *t);
Type *type_under(Type *t); /* of a type parameter its constraint's interface */
Named *type_as_named(Type *t);
bool type_is_valid(Type *t);
/* Whether t is a name for a type of C, or for one of an import that cannot be had, or for such a
 * name: what it is underneath is not known. So it is of an interface that embeds such a type. */
bool type_is_unknown(Type *t);
bool type_is(Type *t, unsigned info);  /* a basic type with one of the infos, no type parameter */
bool type_all(Type *t, unsigned info); /* each type of its type set is */
bool type_is_typed(Type *t);
bool type_is_untyped_numeric(Type *t);
bool type_is_interface(Type *t);
bool type_is_param(Type *t);
bool type_is_non_param_interface(Type *t);
bool type_is_generic(Type *t);
bool type_has_name(Type *t);
bool type_has_nil(Type *t);
bool type_has_empty_set(Type *t);
bool type_is_comparable(Checker *c, Type *t, bool dynamic, Str *ret_cause);
bool type_identical(Type *x, Type *y);
bool type_identical_ignoring_tags(Type *x, Type *y);
/* Equal for identical types but arrays of unknown length; for tables that do not outlive the
 * program. */
uint64_t type_hash(Type *t);
/* Likewise of an instance, which has it in its own hash. */
uint64_t instance_hash(const Type *orig, TypeArgs targs);
Type *type_default(Checker *c, Type *t);
Type *type_max(Type *x, Type *y); /* of untyped numbers; NULL: they do not go together */

/* Calls f for t and its underlying type, or for each term of the type set of a type parameter
 * (NULL, NULL when that has none), while it is true. */
typedef bool (*EachType)(void *context, Type *t, Type *under);
bool type_each(Type *t, EachType f, void *context);
/* The underlying type that all types of the set have; NULL with a cause when there is none. */
typedef bool (*TypeCondition)(Checker *c, Type *t, Type *under, Str *ret_cause);
Type *type_common_under(Checker *c, Type *t, TypeCondition condition, Str *ret_cause);

/* ---- typeset.c, typeterm.c, termlist.c, union.c ---- */

typedef struct {
    Term *ptr;
    isize len;
    bool is_all; /* every type: ptr is not used */
} TermList;

typedef struct TypeSet {
    Objects methods; /* of all that is embedded, sorted by id */
    TermList terms;
    bool is_comparable; /* only when terms is_all */
} TypeSet;

/* c, which may be NULL, is the caller's: what memory is taken of when t's own is done. Without
 * either, of what has no set yet: typeset_top. A type that is made lazily of a complete
 * package's is given its set (by this, with a Checker) before other threads can see it. */
const TypeSet *interface_set(Checker *c, Interface *t);
bool typeset_is_empty(const TypeSet *s);
bool typeset_is_all(const TypeSet *s);
bool typeset_is_method_set(const TypeSet *s);
bool typeset_is_comparable(const TypeSet *s);
bool typeset_has_terms(const TypeSet *s);
bool typeset_subset_of(const TypeSet *x, const TypeSet *y);
extern const TypeSet typeset_top;                     /* of the empty interface */
Interface *param_interface(Checker *c, TypeParam *t); /* c may be NULL; typeparam.c */
Type *check_union(Checker *c, AstNode e);

/* ---- lookup.c, methodset.c ---- */

typedef struct {
    Object *object; /* NULL: nothing, or several (path is then that of one) */
    int32_t *path;  /* indices of fields, and last of the field or method */
    isize n_path;
    bool is_indirect; /* there was a pointer on the way; with no object: a method with a pointer
                         receiver is there */
    bool is_unknown;  /* with no object: what was looked through has an unknown type in it */
} Found_;

Found_ lookup_field_or_method(Checker *c, Type *t, bool is_addressable, TypePackage *pkg, Name name,
                              bool folds);
/* The first method of t that v lacks (NULL: none), and why in ret_cause. */
typedef bool (*SameType)(void *context, Type *x, Type *y);
Object *lookup_missing_method(Checker *c, Type *v, Type *t, bool is_static, SameType same,
                              void *context, Str *ret_cause);
bool lookup_has_all_methods(Checker *c, Type *v, Type *t, bool is_static, SameType same,
                            void *context, Str *ret_cause);
bool lookup_assertable(Checker *c, Type *v, Type *t, Str *ret_cause);
Type *type_deref(Type *t, bool *ret_was_pointer); /* ret may be NULL */
bool type_is_interface_ptr(Type *t);
Str lookup_interface_ptr_error(Checker *c, Arena *a, Type *t); /* of such a pointer */
/* "a.b.c" for a path of Found_ (fieldPath). */
Str lookup_field_path(const Checker *c, Arena *a, Type *t, const int32_t *path, isize n_path);
Type *type_deref_struct(Type *t); /* the struct that a pointer is of, else t: derefStructPtr */
/* Why there is no such field or method, where alt (or NULL) has it in other letters: errsupport. */
Str check_lookup_error(Checker *c, Type *t, Name sel, const Object *alt, bool is_struct_lit);
/* Among the methods of a type set, sorted by Id; NULL: none. ret_index may be NULL. */
Object *lookup_method(Objects methods, TypePackage *pkg, Name name, bool folds, isize *ret_index);
bool object_same_id(const Object *o, const TypePackage *pkg, Name name, bool folds);

/* ---- named.c, alias.c, typeparam.c, context.c, instantiate.c, subst.c ---- */

/* cleanup, of each in to_clean: what is found out when it is asked for is found out now, and t does
 * not need its checker any more. */
void check_clean_type(Checker *c, Type *t);
Named *check_new_named(Checker *c, Object *obj, Type *rhs);
Alias *check_new_alias(Checker *c, Object *obj, Type *rhs);
TypeParam *check_new_param(Checker *c, Object *obj, Type *bound);
TypeParams named_params(Named *n);
isize named_n_methods(Named *n);
Object *named_method(Named *n, isize i); /* of an instance, made when it is asked for */
Object *named_lookup(Named *n, TypePackage *pkg, Name name, bool folds, isize *ret_index);
Type *named_under(Named *n);
Type *check_instance(Checker *c, ObjectPos pos, Type *generic, TypeArgs targs, Named *expanding);
bool check_targ_count(Checker *c, ObjectPos pos, Str name, isize want, isize got);
/* Index of the first argument that does not satisfy its constraint, with the cause; -1: none. */
isize check_verify(Checker *c, ObjectPos pos, TypeParams params, TypeArgs targs, Str *ret_cause);
bool check_implements(Checker *c, Type *v, Type *t, bool is_constraint, Str *ret_cause);

typedef struct {
    TypeParam **from;
    Type **to;
    isize len;
} SubstMap;
Type *check_subst(Checker *c, ObjectPos pos, Type *t, SubstMap map, Named *expanding);

/* ---- unify.c, infer.c ---- */

typedef struct Unifier Unifier;
Unifier *unifier_new(Checker *c, Arena *a, TypeParams params, TypeArgs targs);
enum { UNIFY_ASSIGN = 1, UNIFY_EXACT = 2 };
bool unifier_unify(Unifier *u, Type *x, Type *y, unsigned mode);
/* Type arguments, or ptr NULL when they cannot be inferred: err then says why. */
TypeArgs check_infer(Checker *c, ObjectPos pos, TypeParams params, TypeArgs targs, Tuple *formals,
                     Operands args, bool is_reverse, ErrorDesc *err);
bool type_mentions(Type *t, Type *what);
bool type_is_parameterized(TypeParams params, Type *t);
TypeParams check_rename_params(Checker *c, ObjectPos pos, TypeParams params, Type **t);

/* ---- universe.c, typestring.c, exprstring.c, object.c, sizes.c ---- */

void universe_define(Program *p, Arena *a);
Str type_string(Checker *c, Arena *a, Type *t);
/* Packages by what is needed to tell them apart where c checks; its own is left out. */
void type_write(StrBuf *b, Type *t, Checker *c);
void signature_write(StrBuf *b, const Signature *s, Checker *c);
/* Without names of parameters. with_packages (pkgInfo): packages by their paths, and the first
 * unexported field marked with its. */
void signature_write_types(StrBuf *b, const Signature *s, Checker *c, bool with_packages);
void type_params_write(StrBuf *b, TypeParams params, Checker *c); /* "[P, Q any]" */
/* Packages by their paths. */
void type_write_paths(StrBuf *b, const Program *p, Type *t);
/* The same, but names of the package own have no prefix. */
void type_write_relative(StrBuf *b, const TypePackage *own, Type *t);
void expr_write(StrBuf *b, const Program *p, const AstFile *f, AstNode e);
Str object_string(Checker *c, Arena *a, const Object *o);
Str object_kind(const Object *o); /* "local variable": objectKind */
bool object_is_exported(const Object *o);
bool object_is_alias(const Object *o);                /* TypeName.IsAlias */
int object_compare(const Object *a, const Object *b); /* the order of methods: object.cmp */
bool package_same(const TypePackage *a, const TypePackage *b);
/* The name by which messages call a package; empty: that of the checker itself. */
Str package_qualifier(Checker *c, const TypePackage *pkg);
bool name_is_exported(const Program *p, Name name);
bool name_equal_folded(const Program *p, Name a, Name b); /* strings.EqualFold */
int64_t size_of(const Program *p, Type *t);               /* < 0: too large */
bool type_size_varies(Checker *c, Type *t); /* with a type parameter; builtins_unsafe.c */
int64_t align_of(const Program *p, Type *t);
int64_t offset_of(const Program *p, const Struct *s, isize field);

/* ---- resolver.c, decl.c, cycles.c, validtype.c, initorder.c, mono.c, labels.c, return.c ---- */

void check_collect_objects(Checker *c);
void check_package_objects(Checker *c);
/* With exported_only: checks the methods of types that turned out to be needed; whether there was
 * one. */
bool check_hidden_methods(Checker *c);
void check_unused_imports(Checker *c);
void check_object(Checker *c, Object *o); /* objDecl: its type is known afterwards */
void check_declare(Checker *c, Scope *s, AstNode ident, Object *o, SourcePos scope_pos);
void check_decl_stmt(Checker *c, AstNode decl);
void check_collect_params(Checker *c, AstNode field_list, TypeParams *ret);
/* receiver.c: declareTypeParam, in env.scope. at is the identifier, or with NAME_BLANK what
 * stands for it. */
TypeParam *check_declare_param(Checker *c, AstNode at, Name name, SourcePos scope_pos);
bool check_is_imported_constraint(Checker *c, Type *t); /* typeset.c; t may be NULL */
bool check_valid_type(Checker *c, Named *t);
void check_direct_cycles(Checker *c);
/* isComplete: whether t has an underlying type already; if not, its cycle is told. */
bool check_is_complete(Checker *c, Type *t);
void check_cycle_error(Checker *c, Object **cycle, isize n, isize start);
isize check_first_in_source(Object **path, isize n);
void check_init_order(Checker *c);
void check_monomorph(Checker *c);
/* Adds what was recorded with part, which checked bodies of the same package. */
void mono_join(Checker *c, const Checker *part);
void mono_record_canon(Checker *c, TypeParam *of_method, TypeParam *of_type);
/* xlist: the type arguments as they are written, for places. */
void mono_record_instance(Checker *c, SourcePos pos, TypeParams params, TypeArgs targs,
                          AstNodes xlist);
void check_labels(Checker *c, AstNode body);
bool check_is_terminating(Checker *c, AstNode stmt, Name label);
void check_func_body(Checker *c, void *func_body); /* a FuncBody */
void check_usage(Checker *c, isize first_var);     /* local variables that are not used */
void check_add_panic(Checker *c, AstNode call);    /* to env.panics */
void check_add_dependency(Checker *c, Object *to); /* addDeclDep: of env.decl */
/* The declaration of a package-level object or method of this package; NULL: it is another one. */
Declaration *check_declaration(const Checker *c, const Object *o);
/* An object of this package that stands in the file of the environment. */
Object *check_new_object(Checker *c, ObjectKind kind, SourcePos pos, Name name, Type *t);
Object *check_new_var(Checker *c, VarKind kind, SourcePos pos, Name name, Type *t);
/* Marks the dot-import used through which o, found in a scope that is not its parent, is seen. */
void check_use_dot_import(Checker *c, const Object *o);

void check_open_scope(Checker *c);
void check_close_scope(Checker *c);
/* The object that a name denotes here, and the scope where it was found (may be NULL). */
Object *check_lookup(const Checker *c, Name name, Scope **ret_scope);
/* The variable of this function, and no parameter, that a name denotes here: of these alone it is
 * known whether they are used. NULL: there is none. */
Object *check_local_var(const Checker *c, Name name);

/* ---- typexpr.c, struct.c, interface.c, signature.c ---- */

void check_ident(Checker *c, Operand *x, AstNode e, bool wants_type);
Type *check_type(Checker *c, AstNode e);
Type *check_var_type(Checker *c, AstNode e);
void check_valid_var_type(Checker *c, AstNode e, Type *t); /* typexpr.c: put off */
void check_note_written(Checker *c, AstNode e, Type *t);   /* typexpr.c: Checker.written */
Type *check_declared_type(Checker *c, AstNode e, Object *def);
Type *check_generic_type(Checker *c, AstNode e, Str *ret_cause);
TypeArgs check_type_list(Checker *c, AstNodes list); /* ptr NULL: one is invalid */
Type *check_instantiated_type(Checker *c, AstNode index_expr);
int64_t check_array_length(Checker *c, AstNode e); /* < 0: none */
void check_struct_type(Checker *c, Struct *t, AstNode e);
void check_interface_type(Checker *c, Interface *t, AstNode e, Object *def);
void check_func_type(Checker *c, Signature *t, AstNode recv, AstNode type);
Interface *check_new_interface(Checker *c); /* one that is cleaned in the end */
/* The interface that a constraint such as ~int or A|B is short for. */
Type *check_implicit_interface(Checker *c, AstNode e);

/* ---- expr.c and what expressions are made of ---- */

typedef enum { EXPR_CONVERSION, EXPR_EXPRESSION, EXPR_STATEMENT } ExprKind;

/* What an expression is assigned to, where that helps to infer its type arguments. */
typedef struct {
    Signature *sig;
    Str desc;
} Target;

/* NULL: t is not a function; t may be NULL. */
const Target *check_new_target(Checker *c, Type *t, Str desc);
ExprKind check_raw_expr(Checker *c, const Target *t, Operand *x, AstNode e, Type *hint,
                        bool allows_generic);
void check_expr(Checker *c, const Target *t, Operand *x, AstNode e); /* a single value */
void check_generic_expr(Checker *c, Operand *x, AstNode e);
Operands check_multi_expr(Checker *c, AstNode e, bool allows_comma_ok, bool *ret_is_comma_ok);
/* The same for an element of a composite literal, whose type is hint. */
void check_expr_with_hint(Checker *c, Operand *x, AstNode e, Type *hint);
void check_expr_or_type(Checker *c, Operand *x, AstNode e, bool allows_generic);
void check_exclude(Checker *c, Operand *x, unsigned modes);
void check_single_value(Checker *c, Operand *x);
void check_non_generic(Checker *c, const Target *t, Operand *x);
void check_update_expr_value(Checker *c, AstNode e, Constant value);
void check_update_expr_type(Checker *c, AstNode e, Type *t, bool is_final);
/* rhs 0: the untyped 1 that ++ and -- add. */
void check_binary(Checker *c, Operand *x, AstNode e, AstNode lhs, AstNode rhs, Token op,
                  SourcePos op_pos);
void check_comparison(Checker *c, Operand *x, Operand *y, Token op, bool is_switch_case);
void check_match_types(Checker *c, Operand *x, Operand *y);
Type *check_implicit_type(Checker *c, Operand *x, Type *target, Constant *ret_value,
                          ErrCode *ret_code);
void check_type_assertion(Checker *c, AstNode e, Operand *x, Type *t, bool is_type_switch);
Type *check_chan_elem(Checker *c, ObjectPos at, Operand *x, bool is_receive);

Str operand_string(Checker *c, Arena *a, const Operand *x);
Str operand_expr_text(Checker *c, Arena *a,
                      const Operand *x); /* of x->expr alone, or what is shown */
bool operand_is_nil(const Checker *c, const Operand *x);
bool operand_assignable(Checker *c, Operand *x, Type *t, Str *ret_cause, ErrCode *ret_code);
bool operand_convertible(Checker *c, Operand *x, Type *t, Str *ret_cause);
Str type_composite_kind(Type *t);

/* const.c */
void check_overflow(Checker *c, Operand *x, SourcePos op_pos);
bool constant_representable(const Checker *c, Constant x, const Basic *t, Constant *ret_rounded);
void check_representable(Checker *c, Operand *x, Basic *t);
void check_invalid_conversion(Checker *c, ErrCode code, Operand *x, Type *target);
void check_convert_untyped(Checker *c, Operand *x, Type *target);

/* conversions.c, index.c, literals.c, builtins.c, call.c */
void check_conversion(Checker *c, Operand *x, Type *t);
bool check_index_expr(Checker *c, Operand *x, AstNode e); /* true: of a generic function */
void check_slice_expr(Checker *c, Operand *x, AstNode e);
Type *check_index(Checker *c, AstNode e, int64_t max, int64_t *ret_value);
bool check_is_valid_index(Checker *c, Operand *x, ErrCode code, Str what, bool allows_negative);
void check_basic_lit(Checker *c, Operand *x, AstNode e);
void check_func_lit(Checker *c, Operand *x, AstNode e);
void check_composite_lit(Checker *c, Operand *x, AstNode e, Type *hint);
bool check_builtin(Checker *c, Operand *x, AstNode call, uint32_t id);
ExprKind check_call(Checker *c, Operand *x, AstNode call);
/* Whether the call of a function with these arguments is valid; what is told, and the
 * signature, are those of Checker.arguments without type arguments. */
Signature *check_builtin_arguments(Checker *c, AstNode call, Signature *sig, Operands args);
TypeArgs check_func_inst(Checker *c, const Target *t, SourcePos pos, Operand *x, AstNode index_expr,
                         bool infers);
Operands check_expr_list(Checker *c, AstNodes list);
void check_selector(Checker *c, Operand *x, AstNode e, bool wants_type);
bool check_use(Checker *c, const AstNode *list,
               isize n); /* evaluates, so that names count as used */
bool check_use_lhs(Checker *c, const AstNode *list, isize n);

/* assignments.c */
void check_assignment(Checker *c, Operand *x, Type *t, Str context);
void check_init_const(Checker *c, Object *lhs, Operand *x);
void check_init_var(Checker *c, Object *lhs, Operand *x, Str context);
void check_init_vars(Checker *c, Objects lhs, AstNodes rhs, AstNode return_stmt);
void check_assign_var(Checker *c, AstNode lhs, AstNode rhs, Operand *x, Str context);
void check_assign_vars(Checker *c, AstNodes lhs, AstNodes rhs);
void check_short_var_decl(Checker *c, SourcePos pos, AstNodes lhs, AstNodes rhs);
void check_assign_error(Checker *c, AstNodes rhs, isize l, isize r);
/* "(int, ...string)": variadic: the last type is that of a variadic parameter; NULL: unknown. */
Str check_types_summary(Checker *c, TypeArgs types, bool is_variadic, bool has_dots);

/* stmt.c, range.c */
void check_stmt_list(Checker *c, unsigned context, AstNodes list);
void check_stmt(Checker *c, unsigned context, AstNode s);
void check_range_stmt(Checker *c, unsigned context, AstNode s);

/* ---- recording.c; untyped.c ---- */

/* Checker.record: what x->expr was found to be, put off while its type is untyped (expr.c). */
void record_operand(Checker *c, const Operand *x);
/* An untyped expression has its final type, or there is none: it is not in recorded_untyped now. */
void record_forget_untyped(Checker *c, AstNode e);
/* Those that have no other type, once all that is checked together is. */
void record_rest_of_untyped(Checker *c);
void record_type(Checker *c, AstNode e, OperandMode mode, Type *t, const Constant *value);
void record_untyped(Checker *c, AstNode e, bool is_lhs, OperandMode mode, Basic *t, Constant value);
Untyped *recorded_untyped(const Checker *c, AstNode e); /* NULL: it has its type */
void record_def(Checker *c, AstNode ident, Object *o);
void record_use(Checker *c, AstNode ident, Object *o);
void record_implicit(Checker *c, AstNode n, Object *o);
void record_selection(Checker *c, AstNode e, unsigned kind, Type *recv, const Found_ *f);
void record_instance(Checker *c, AstNode e, TypeArgs targs, Type *t);
void record_builtin(Checker *c, AstNode fun, Signature *sig);
void record_feature(Checker *c, ObjectPos at, LangFeature feature);
void record_comma_ok(Checker *c, AstNode e, Operand *x, Type *second);

#endif
