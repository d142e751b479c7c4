/* Objects: which of them are the same to others, and how messages call them. */
#include "format/unicode.h"
#include "format/utf8.h"
#include "go/types/checker.h"

/* ---- names ---- */

static bool is_exported(Str name)
{
    if (name.len == 0 || (name.ptr[0] & 0x80) == 0) {
        return name.len > 0 && name.ptr[0] >= 'A' && name.ptr[0] <= 'Z';
    }
    uint32_t rune;
    return utf8_decode(name, &rune) > 0 && unicode_is_upper(rune);
}

bool name_is_exported(const Program *p, Name name)
{
    return is_exported(name_text(p->names, name));
}

/* Takes the next rune off *rest, or a byte that begins none. */
static uint32_t next_rune(Str *rest)
{
    uint32_t rune = UTF8_REPLACEMENT;
    *rest = str_from(*rest, MAX(utf8_decode(*rest, &rune), 1));
    return rune;
}

static char to_lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool is_equal_folded(Str a, Str b)
{
    while (a.len > 0 && b.len > 0) {
        char x = a.ptr[0], y = b.ptr[0];
        if (((x | y) & 0x80) == 0) {
            if (to_lower(x) != to_lower(y)) {
                return false;
            }
            a = str_from(a, 1);
            b = str_from(b, 1);
        } else if (unicode_fold(next_rune(&a)) != unicode_fold(next_rune(&b))) {
            return false;
        }
    }
    return a.len == 0 && b.len == 0;
}

bool name_equal_folded(const Program *p, Name a, Name b)
{
    return a == b || is_equal_folded(name_text(p->names, a), name_text(p->names, b));
}

/* ---- identity and order ---- */

bool package_same(const TypePackage *a, const TypePackage *b)
{
    return a == b || (a != NULL && b != NULL && str_eq(a->path, b->path));
}

/* What has no package belongs to the universe, where only a method, Error, is exported. */
bool object_is_exported(const Object *o)
{
    return o->pkg == NULL ? o->kind == OBJECT_FUNC : name_is_exported(o->pkg->program, o->name);
}

bool object_same_id(const Object *o, const TypePackage *pkg, Name name, bool folds)
{
    const TypePackage *any = o->pkg != NULL ? o->pkg : pkg;
    if (folds && any != NULL && name_equal_folded(any->program, o->name, name)) {
        return true;
    }
    return o->name == name && (package_same(o->pkg, pkg) || object_is_exported(o));
}

int object_compare(const Object *a, const Object *b)
{
    bool is_first = object_is_exported(a), is_second = object_is_exported(b);
    if (is_first != is_second) {
        return is_first ? -1 : 1;
    }
    const TypePackage *pkg = a->pkg != NULL ? a->pkg : b->pkg;
    if (a == b || pkg == NULL) {
        return 0;
    }
    if (a->name != b->name) {
        const NameTable *names = pkg->program->names;
        return str_compare(name_text(names, a->name), name_text(names, b->name));
    }
    if (is_first || a->pkg == NULL || b->pkg == NULL) {
        return 0;
    }
    return str_compare(a->pkg->path, b->pkg->path);
}

/* ---- kinds ---- */

bool object_is_alias(const Object *o)
{
    if (o->type == NULL) {
        return false;
    }
    switch ((int)type_kind(o->type)) {
    case TYPE_BASIC: {
        Str name = ((const Basic *)o->type)->name;
        if (o->pkg != NULL) {
            return o->pkg != o->pkg->program->unsafe;
        }
        return str_eq(name, S("byte")) || str_eq(name, S("rune"));
    }
    case TYPE_NAMED:
        return ((const Named *)o->type)->obj != o;
    case TYPE_PARAM:
        return ((const TypeParam *)o->type)->obj != o;
    default:
        return true;
    }
}

static bool is_of_kind(const Type *t, TypeKind kind)
{
    return t != NULL && type_kind(t) == kind;
}

static Str kind_of_type_name(const Object *o)
{
    if (object_is_alias(o)) {
        return S("type alias");
    }
    return is_of_kind(o->type, TYPE_PARAM) ? S("type parameter") : S("defined type");
}

static Str kind_of_var(const Object *o)
{
    static const Str kinds[] = {
        [0] = STR_CONST("unknown symbol"),
        [VAR_PACKAGE] = STR_CONST("package-level variable"),
        [VAR_LOCAL] = STR_CONST("local variable"),
        [VAR_RECV] = STR_CONST("receiver"),
        [VAR_PARAM] = STR_CONST("parameter"),
        [VAR_RESULT] = STR_CONST("result variable"),
        [VAR_FIELD] = STR_CONST("struct field"),
    };
    return kinds[o->var_kind];
}

Str object_kind(const Object *o)
{
    switch ((ObjectKind)o->kind) {
    case OBJECT_PKG_NAME:
        return S("package name");
    case OBJECT_CONST:
        return S("constant");
    case OBJECT_TYPE_NAME:
        return kind_of_type_name(o);
    case OBJECT_VAR:
        return kind_of_var(o);
    case OBJECT_FUNC:
        return is_of_kind(o->type, TYPE_SIGNATURE) && ((const Signature *)o->type)->recv != NULL
                   ? S("method")
                   : S("function");
    case OBJECT_LABEL:
        return S("label");
    case OBJECT_BUILTIN:
        return S("built-in function");
    case OBJECT_NIL:
        return S("untyped nil");
    case OBJECT_BAD:
        break;
    }
    return S("unknown symbol");
}

/* ---- text ---- */

static void write_name(StrBuf *b, const Object *o, Checker *c)
{
    strbuf_add(b, name_text(c->program->names, o->name));
}

static void write_prefix(StrBuf *b, const TypePackage *pkg, Checker *c)
{
    Str prefix = pkg == NULL ? (Str){0} : package_qualifier(c, pkg);
    strbuf_add(b, prefix);
    strbuf_add(b, prefix.len > 0 ? S(".") : (Str){0});
}

static void write_pkg_name(StrBuf *b, const Object *o, Checker *c)
{
    Str path = o->imported == NULL ? (Str){0} : o->imported->path;
    strbuf_add(b, S("package "));
    write_name(b, o, c);
    if (path.len > 0 && !str_eq(path, name_text(c->program->names, o->name))) {
        Str text = check_format(c, c->scratch, " (%q)", &path);
        strbuf_add(b, text);
    }
}

/* The type is that of an interface where it was not declared with a name. */
static void write_receiver(StrBuf *b, Type *t, Checker *c)
{
    strbuf_add(b, S("("));
    if (is_of_kind(t, TYPE_INTERFACE)) {
        strbuf_add(b, S("interface"));
    } else {
        type_write(b, t, c);
    }
    strbuf_add(b, S(")."));
}

static void write_func(StrBuf *b, const Object *o, Checker *c)
{
    const Signature *sig = is_of_kind(o->type, TYPE_SIGNATURE) ? (Signature *)o->type : NULL;
    strbuf_add(b, S("func "));
    if (sig != NULL && sig->recv != NULL) {
        write_receiver(b, sig->recv->type, c);
    } else if (sig != NULL) {
        write_prefix(b, o->pkg, c);
    }
    write_name(b, o, c);
    if (sig != NULL) {
        signature_write(b, sig, c);
    }
}

static TypeParams params_of(Type *t)
{
    if (type_kind(t) == TYPE_NAMED) {
        return named_params((Named *)t);
    }
    return type_kind(t) == TYPE_ALIAS ? ((const Alias *)t)->tparams : (TypeParams){0};
}

/* What a type name stands for. */
static Type *type_behind(const Object *o)
{
    if (object_is_alias(o)) {
        return type_kind(o->type) == TYPE_ALIAS ? ((Alias *)o->type)->from_rhs : o->type;
    }
    return type_kind(o->type) == TYPE_PARAM ? ((TypeParam *)o->type)->bound : type_under(o->type);
}

static void write_behind(StrBuf *b, const Object *o, Checker *c)
{
    if (type_kind(o->type) == TYPE_BASIC) {
        return;
    }
    TypeParams params = params_of(o->type);
    if (params.len > 0) {
        type_params_write(b, params, c);
    }
    strbuf_add(b, object_is_alias(o) ? S(" = ") : S(" "));
    type_write(b, type_behind(o), c);
}

static Str word_of(const Object *o)
{
    switch ((int)o->kind) {
    case OBJECT_CONST:
        return S("const ");
    case OBJECT_TYPE_NAME:
        return type_is_param(o->type) ? S("type parameter ") : S("type ");
    case OBJECT_VAR:
        return o->var_kind == VAR_FIELD ? S("field ") : S("var ");
    case OBJECT_LABEL:
        return S("label ");
    case OBJECT_BUILTIN:
        return S("builtin ");
    default:
        return (Str){0};
    }
}

/* A const, type, var, label or builtin. */
static void write_plain(StrBuf *b, const Object *o, Checker *c)
{
    strbuf_add(b, word_of(o));
    if (o->pkg != NULL && scope_lookup(o->pkg->scope, o->name) == o) {
        write_prefix(b, o->pkg, c);
    }
    write_name(b, o, c);
    if (o->type == NULL || o->kind == OBJECT_LABEL || o->kind == OBJECT_BUILTIN) {
        return;
    }
    if (o->kind == OBJECT_TYPE_NAME) {
        write_behind(b, o, c);
    } else {
        strbuf_add(b, S(" "));
        type_write(b, o->type, c);
    }
}

Str object_string(Checker *c, Arena *a, const Object *o)
{
    StrBuf b = strbuf_init(a);
    if (o->kind == OBJECT_NIL) {
        strbuf_add(&b, S("nil"));
    } else if (o->kind == OBJECT_PKG_NAME) {
        write_pkg_name(&b, o, c);
    } else if (o->kind == OBJECT_FUNC) {
        write_func(&b, o, c);
    } else {
        write_plain(&b, o, c);
    }
    return strbuf_str(&b);
}
