/* Errors: from their parts to Checker.errors, or to nothing where they would only follow from what
 * was told before. */
#include "go/types/format.h"

static ErrorPart part_at(Checker *c, AstNode at, Str text)
{
    if (at == 0) {
        return (ErrorPart){.text = text};
    }
    const AstFile *f = &c->program->files[c->env.file].ast;
    return (ErrorPart){check_pos(c, ast_pos(f, at)), check_pos(c, ast_end(f, at)), text};
}

static bool is_known(ObjectPos at)
{
    return at.file != 0;
}

/* ---- an error of several parts ---- */

ErrorDesc check_error_begin(Checker *c, ErrCode code)
{
    ASSERT(code != 0);
    return (ErrorDesc){.check = c, .code = code};
}

static void add_part(ErrorDesc *e, ErrorPart part)
{
    *VEC_PUSH(e->check->scratch, &e->parts) = part;
}

void error_add(ErrorDesc *e, ObjectPos at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str text = check_format_args(e->check, e->check->scratch, format, args);
    va_end(args);
    add_part(e, (ErrorPart){.pos = at, .text = text});
}

void error_add_alt_decl(ErrorDesc *e, const Object *o)
{
    if (is_known(o->pos)) {
        error_add(e, o->pos, "other declaration of %n", o->name);
    }
}

/* ---- telling it ---- */

/* Whether it says no more than that an operand or a type is invalid, of which an error was told
 * before, if any was. */
static bool only_follows(const ErrorDesc *e)
{
    Str text = e->parts.ptr[0].text;
    return str_index(text, S("invalid operand")) > 0 || str_index(text, S("invalid type")) > 0;
}

/* Whether it is about a type that is not known. */
static bool is_of_unknown(const ErrorDesc *e)
{
    for (isize i = 0; i < e->parts.len; i++) {
        if (str_index(e->parts.ptr[i].text, FORMAT_UNKNOWN) >= 0) {
            return true;
        }
    }
    return false;
}

/* Whether one was told, or may have been by cgo, or of an import. */
static bool has_error(const Checker *c)
{
    return c->errors.len > 0 || package_has_unknown(c->pkg);
}

/* Whether it might not be one if all operands of the function were known. */
static bool is_doubtful(const Checker *c, ErrCode code)
{
    return c->n_untyped > c->env.n_untyped &&
           (code == CODE_UNUSED_VAR || code == CODE_MISSING_RETURN ||
            code == CODE_CANNOT_INFER_TYPE_ARGS);
}

bool check_blames_others(const Checker *c)
{
    if (c->pkg->lacks_imports || c->pkg->is_cgo) {
        return c->pkg->lacks_imports;
    }
    for (isize i = 0; i < c->errors.len; i++) {
        const TypeError *e = &c->errors.ptr[i];
        if (!e->is_soft && !e->only_follows && !e->is_doubtful) {
            return false;
        }
    }
    return true;
}

static bool has_places(const ErrorDesc *e)
{
    for (isize i = 1; i < e->parts.len; i++) {
        if (is_known(e->parts.ptr[i].pos)) {
            return true;
        }
    }
    return false;
}

/* The text of a part for those who read the errors, behind what is said first. */
static Str shown(Checker *c, Str first, Str text)
{
    text = format_without_subscripts(c->scratch, text);
    return first.len == 0 ? str_copy(c->arena, text) : str_concat(c->arena, first, text);
}

/* All parts as one text, which no other place belongs to. */
static Str joined(const ErrorDesc *e)
{
    StrBuf b = strbuf_init(e->check->scratch);
    for (isize i = 0; i < e->parts.len; i++) {
        strbuf_add(&b, i > 0 ? S("\n\t") : (Str){0});
        strbuf_add(&b, e->parts.ptr[i].text);
    }
    return strbuf_str(&b);
}

/* An error in the value that a constant takes over from one above stands at its name. */
static ErrorPart placed(Checker *c, ErrorPart part)
{
    return c->env.errpos == 0 ? part : part_at(c, c->env.errpos, part.text);
}

static void add_related(TypeError *error, const ErrorDesc *e)
{
    Checker *c = e->check;
    error->n_related = e->parts.len - 1;
    error->related = ARENA_ARRAY(c->arena, ErrorPart, error->n_related);
    for (isize i = 0; i < error->n_related; i++) {
        error->related[i] = placed(c, e->parts.ptr[i + 1]);
        error->related[i].text = shown(c, (Str){0}, error->related[i].text);
    }
}

void error_report(ErrorDesc *e)
{
    Checker *c = e->check;
    ASSERT(e->parts.len > 0);
    bool follows = only_follows(e);
    if ((!follows || !has_error(c)) && !is_of_unknown(e)) {
        Str first = e->code == CODE_INVALID_SYNTAX_TREE ? S("invalid syntax tree: ") : (Str){0};
        TypeError error = {
            .code = e->code,
            .is_soft = e->is_soft,
            .only_follows = follows,
            .is_doubtful = is_doubtful(c, e->code),
            .turn = c->turn,
        };
        error.main = placed(c, e->parts.ptr[0]);
        if (has_places(e)) {
            error.main.text = shown(c, first, e->parts.ptr[0].text);
            add_related(&error, e);
        } else {
            error.main.text = shown(c, first, joined(e));
        }
        *VEC_PUSH(c->arena, &c->errors) = error;
    }
    e->parts.len = 0;
}

/* ---- errors of one part ---- */

static void report_part(Checker *c, ErrCode code, bool is_soft, ErrorPart part)
{
    ErrorDesc e = check_error_begin(c, code);
    e.is_soft = is_soft;
    add_part(&e, part);
    error_report(&e);
}

void check_error(Checker *c, AstNode at, ErrCode code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str text = check_format_args(c, c->scratch, format, args);
    va_end(args);
    report_part(c, code, false, part_at(c, at, text));
}

void check_error_pos(Checker *c, ObjectPos at, ErrCode code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str text = check_format_args(c, c->scratch, format, args);
    va_end(args);
    report_part(c, code, false, (ErrorPart){.pos = at, .text = text});
}

void check_soft_error(Checker *c, ObjectPos at, ErrCode code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str text = check_format_args(c, c->scratch, format, args);
    va_end(args);
    report_part(c, code, true, (ErrorPart){.pos = at, .text = text});
}
