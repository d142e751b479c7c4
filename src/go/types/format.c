/*
 * Texts of messages. A format is a C string in which
 *
 *   %s const Str *       as it is            %q const Str *       quoted as Go does
 *   %t Type *            a type              %o const Operand *   an operand
 *   %x AstNode           an expression       %O const Object *    an object
 *   %n Name              a name              %v const Constant *  a constant
 *   %d int, %l int64_t   in decimal          %%                   a percent sign
 *   %T const TypeArgs *, %P const TypeParams *   types in brackets
 *
 * Expressions are of the file of the environment.
 */
#include "go/types/format.h"

static const Str nil = STR_CONST("<nil>");

Str format_quoted(Arena *a, Str s)
{
    return constant_format_exact(a, constant_of_string(a, s));
}

/* ---- packages ---- */

/* In Checker.package_paths a name has the package that bears it, or 1 where several do. */
#define SEVERAL 1

static void add_path(Map *paths, TypePackage *pkg)
{
    if (pkg->name.len == 0) {
        return;
    }
    isize *value = map_put(paths, pkg->name, NULL);
    if (*value == 0) {
        *value = (isize)pkg;
    } else if (*value != SEVERAL && !str_eq(((const TypePackage *)*value)->path, pkg->path)) {
        *value = SEVERAL;
    }
}

/* The packages that pkg depends on, itself among them (markImports). */
static Map *paths_of(Arena *a, TypePackage *pkg)
{
    Map *paths = ARENA_NEW(a, Map);
    *paths = map_init(a);
    Map seen = map_init(a);
    VEC(TypePackage *) todo = {0};
    *VEC_PUSH(a, &todo) = pkg;
    while (todo.len > 0) {
        TypePackage *next = todo.ptr[--todo.len];
        bool is_new;
        const char *key = arena_copy(a, &next, (isize)sizeof(next), _Alignof(TypePackage *));
        map_put(&seen, (Str){key, (isize)sizeof(next)}, &is_new);
        if (is_new) {
            add_path(paths, next);
            for (isize i = 0; i < next->n_imports; i++) {
                *VEC_PUSH(a, &todo) = next->imports[i];
            }
        }
    }
    return paths;
}

Str package_qualifier(Checker *c, const TypePackage *pkg)
{
    if (pkg == c->pkg) {
        return (Str){0};
    }
    if (c->pkg == NULL) { /* a checker of no package tells nothing */
        return pkg->name;
    }
    if (c->package_paths == NULL) {
        c->package_paths = paths_of(c->scratch, c->pkg);
    }
    const isize *value = map_get(c->package_paths, pkg->name);
    return value != NULL && *value == SEVERAL ? format_quoted(c->scratch, pkg->path) : pkg->name;
}

/* ---- the formatter ---- */

static void add_object(Checker *c, StrBuf *b, const Object *o)
{
    strbuf_add(b, o == NULL ? nil : object_string(c, c->scratch, o));
}

static void add_expr(Checker *c, StrBuf *b, AstNode e)
{
    expr_write(b, c->program, &c->program->files[c->env.file].ast, e);
}

static void add_types(Checker *c, StrBuf *b, Type *const *types, isize n)
{
    strbuf_add_byte(b, '[');
    for (isize i = 0; i < n; i++) {
        strbuf_add(b, i > 0 ? S(", ") : (Str){0});
        type_write(b, types[i], c);
    }
    strbuf_add_byte(b, ']');
}

static void add_params(Checker *c, StrBuf *b, const TypeParams *params)
{
    strbuf_add_byte(b, '[');
    for (isize i = 0; i < params->len; i++) {
        strbuf_add(b, i > 0 ? S(", ") : (Str){0});
        type_write(b, (Type *)params->ptr[i], c);
    }
    strbuf_add_byte(b, ']');
}

/* What is behind a pointer. */
static void add_pointed(Checker *c, StrBuf *b, char letter, const void *arg)
{
    if (arg == NULL) {
        strbuf_add(b, nil);
        return;
    }
    switch (letter) {
    case 's':
        strbuf_add(b, *(const Str *)arg);
        break;
    case 'q':
        strbuf_add(b, format_quoted(c->scratch, *(const Str *)arg));
        break;
    case 'o':
        strbuf_add(b, operand_string(c, c->scratch, arg));
        break;
    case 'O':
        add_object(c, b, arg);
        break;
    case 'v':
        strbuf_add(b, constant_format(c->scratch, *(const Constant *)arg));
        break;
    case 'T':
        add_types(c, b, ((const TypeArgs *)arg)->ptr, ((const TypeArgs *)arg)->len);
        break;
    case 'P':
        add_params(c, b, arg);
        break;
    default:
        UNREACHABLE("a letter that no format has");
    }
}

/* Holds the arguments, so that their list can be passed by address. */
typedef struct {
    va_list list;
} Args;

static void add_arg(Checker *c, StrBuf *b, char letter, Args *args)
{
    switch (letter) {
    case '%':
        strbuf_add_byte(b, '%');
        break;
    case 'd':
        strbuf_add_format(b, "%d", va_arg(args->list, int));
        break;
    case 'l':
        strbuf_add_format(b, "%lld", (long long)va_arg(args->list, int64_t));
        break;
    case 'n':
        strbuf_add(b, name_text(c->program->names, va_arg(args->list, Name)));
        break;
    case 'x':
        add_expr(c, b, va_arg(args->list, AstNode));
        break;
    case 't':
        type_write(b, va_arg(args->list, Type *), c);
        break;
    default:
        add_pointed(c, b, letter, va_arg(args->list, const void *));
    }
}

Str check_format_args(Checker *c, Arena *a, const char *format, va_list list)
{
    Args args;
    va_copy(args.list, list);
    StrBuf b = strbuf_init(c->scratch);
    Str rest = str_from_c(format);
    for (isize at; (at = str_index_byte(rest, '%')) >= 0;) {
        ASSERT(at + 1 < rest.len);
        strbuf_add(&b, str_to(rest, at));
        add_arg(c, &b, rest.ptr[at + 1], &args);
        rest = str_from(rest, at + 2);
    }
    va_end(args.list);
    strbuf_add(&b, rest);
    c->n_formatted += b.len;
    return a == c->scratch ? strbuf_str(&b) : str_copy(a, strbuf_str(&b));
}

Str check_format(Checker *c, Arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str text = check_format_args(c, a, format, args);
    va_end(args);
    return text;
}

/* ---- marks ---- */

/* U+2080 to U+2089 in UTF-8. */
static bool is_subscript(Str s)
{
    return s.len >= 3 && memcmp(s.ptr, "\xe2\x82", 2) == 0 && (s.ptr[2] & 0xff) >= 0x80 &&
           (s.ptr[2] & 0xff) <= 0x89;
}

Str format_without_subscripts(Arena *a, Str s)
{
    if (str_index(s, S("\xe2\x82")) < 0) {
        return s;
    }
    StrBuf b = strbuf_init(a);
    while (s.len > 0) {
        bool is = is_subscript(s);
        strbuf_add(&b, is ? (Str){0} : str_to(s, 1));
        s = str_from(s, is ? 3 : 1);
    }
    return strbuf_str(&b);
}

Str format_without_unknown(Arena *a, Str s)
{
    StrBuf b = strbuf_init(a);
    for (isize at; (at = str_index(s, FORMAT_UNKNOWN)) >= 0;) {
        strbuf_add(&b, str_to(s, at));
        s = str_from(s, at + FORMAT_UNKNOWN.len);
    }
    strbuf_add(&b, s);
    return strbuf_str(&b);
}
