/* Types, fields and parameters. Whether "T[P]" is an array or an instance, and whether "(a, b T)"
 * are names or types, is known only behind it: what is read is sorted out then. */
#include "go/syntax/parse.h"

AstNode parse_type(Parser *p)
{
    AstNode type = parse_try_ident_or_type(p);
    if (type != 0) {
        return type;
    }
    SourcePos pos = parse_pos(p);
    parse_error_expected(p, pos, "type");
    parse_advance(p, &parse_expr_end);
    return parse_bad_expr(p, pos, parse_pos(p));
}

/* ---- names and instances ---- */

/* A name or package.Name; ident may have been read. */
static AstNode parse_type_name(Parser *p, AstNode ident)
{
    ident = ident != 0 ? ident : parse_ident(p);
    if (!parse_got(p, TOKEN_PERIOD)) {
        return ident;
    }
    AstNode sel = parse_ident(p);
    return PARSE_NEW(p, AST_SELECTOR_EXPR, AstSelectorExpr, .x = ident, .sel = sel);
}

AstNode parse_pack_index(Parser *p, AstNode x, SourcePos lbrack, AstNode list, SourcePos rbrack)
{
    AstNodes args = ast_list(&p->file, &list);
    if (args.len == 1) {
        return PARSE_NEW(p, AST_INDEX_EXPR, AstIndexExpr, .x = x, .lbrack = lbrack,
                         .index = args.ptr[0], .rbrack = rbrack);
    }
    return PARSE_NEW(p, AST_INDEX_LIST_EXPR, AstIndexListExpr, .x = x, .lbrack = lbrack,
                     .indices = list, .rbrack = rbrack);
}

/* Types up to "]", which may follow a comma; what has been pushed stands before them. */
static void parse_type_arg_list(Parser *p)
{
    while (parse_tok(p) != TOKEN_RBRACK && parse_tok(p) != TOKEN_EOF) {
        parse_list_push(p, parse_type(p));
        if (!parse_at_comma(p, "type argument list", TOKEN_RBRACK)) {
            return;
        }
        parse_next(p);
    }
}

static AstNode parse_type_instance(Parser *p, AstNode type)
{
    SourcePos lbrack = parse_expect(p, TOKEN_LBRACK);
    isize begin = parse_list_begin(p);
    p->expr_level++;
    parse_type_arg_list(p);
    p->expr_level--;
    SourcePos rbrack = parse_expect_closing(p, TOKEN_RBRACK, "type argument list");
    AstNode list = parse_list_end(p, begin);
    if (list != 0) {
        return parse_pack_index(p, type, lbrack, list, rbrack);
    }
    parse_error_expected(p, rbrack, "type argument list");
    AstNode index = parse_bad_expr(p, lbrack + 1, rbrack);
    return PARSE_NEW(p, AST_INDEX_EXPR, AstIndexExpr, .x = type, .lbrack = lbrack, .index = index,
                     .rbrack = rbrack);
}

static AstNode parse_qualified_ident(Parser *p, AstNode ident)
{
    AstNode type = parse_type_name(p, ident);
    return parse_tok(p) == TOKEN_LBRACK ? parse_type_instance(p, type) : type;
}

/* ---- arrays ---- */

static AstNode parse_array_len(Parser *p)
{
    AstNode len = 0;
    p->expr_level++;
    if (parse_tok(p) == TOKEN_ELLIPSIS) {
        SourcePos pos = parse_expect(p, TOKEN_ELLIPSIS);
        len = PARSE_NEW(p, AST_ELLIPSIS, AstEllipsis, .pos = pos);
    } else if (parse_tok(p) != TOKEN_RBRACK) {
        len = parse_rhs(p);
    }
    p->expr_level--;
    return len;
}

/* The "[" and, when len is not 0, the length have been read. */
AstNode parse_array_type(Parser *p, SourcePos lbrack, AstNode len)
{
    len = len != 0 ? len : parse_array_len(p);
    if (parse_tok(p) == TOKEN_COMMA) {
        parse_error(p, parse_pos(p), "unexpected comma; expecting ]");
        parse_next(p);
    }
    parse_expect(p, TOKEN_RBRACK);
    AstNode elt = parse_type(p);
    return PARSE_NEW(p, AST_ARRAY_TYPE, AstArrayType, .lbrack = lbrack, .len = len, .elt = elt);
}

/* What follows a name: a field or parameter `x [n]T` and `x []T`, or the type `x[T1, T2]`, which
 * has no name: *name is then 0. */
static AstNode parse_array_or_instance(Parser *p, AstNode *name)
{
    SourcePos lbrack = parse_expect(p, TOKEN_LBRACK), trailing_comma = 0;
    isize begin = parse_list_begin(p);
    p->expr_level++;
    while (parse_tok(p) != TOKEN_RBRACK) {
        parse_list_push(p, parse_rhs(p));
        trailing_comma = parse_pos(p);
        if (!parse_got(p, TOKEN_COMMA)) {
            trailing_comma = 0;
            break;
        }
    }
    p->expr_level--;
    SourcePos rbrack = parse_expect(p, TOKEN_RBRACK);
    AstNode list = parse_list_end(p, begin);
    AstNodes args = ast_list(&p->file, &list);
    AstNode len = args.len > 0 ? args.ptr[0] : 0;
    AstNode elt = args.len == 0 ? parse_type(p) : args.len == 1 ? parse_try_ident_or_type(p) : 0;
    if (elt == 0) {
        AstNode x = *name;
        *name = 0;
        return parse_pack_index(p, x, lbrack, list, rbrack);
    }
    if (trailing_comma != 0) {
        parse_error(p, trailing_comma, "unexpected comma; expecting ]");
    }
    return PARSE_NEW(p, AST_ARRAY_TYPE, AstArrayType, .lbrack = lbrack, .len = len, .elt = elt);
}

/* ---- structs ---- */

static AstNode parse_tag(Parser *p)
{
    return parse_tok(p) == TOKEN_STRING ? parse_basic_lit(p) : 0;
}

/* A field that begins with a name; *names is 0 for an embedded one. */
static AstNode parse_named_field(Parser *p, AstNode *names)
{
    AstNode name = parse_ident(p);
    Token tok = parse_tok(p);
    *names = 0;
    if (tok == TOKEN_PERIOD) {
        return parse_qualified_ident(p, name);
    }
    if (tok == TOKEN_STRING || tok == TOKEN_SEMICOLON || tok == TOKEN_RBRACE) {
        return name;
    }
    isize begin = parse_list_begin(p);
    AstNode type;
    if (tok == TOKEN_LBRACK) {
        type = parse_array_or_instance(p, &name);
        if (name != 0) {
            parse_list_push(p, name);
        }
    } else {
        parse_list_push(p, name);
        while (parse_got(p, TOKEN_COMMA)) {
            parse_list_push(p, parse_ident(p));
        }
        type = parse_type(p);
    }
    *names = parse_list_end(p, begin);
    return type;
}

/* In parentheses, which are an error, with a "*" before or in them. */
static AstNode parse_parenthesized_field(Parser *p)
{
    parse_error(p, parse_pos(p), "cannot parenthesize embedded type");
    parse_next(p);
    SourcePos star = parse_pos(p);
    bool is_pointer = parse_got(p, TOKEN_MUL);
    AstNode type = parse_qualified_ident(p, 0);
    if (is_pointer) {
        type = PARSE_NEW(p, AST_STAR_EXPR, AstStarExpr, .star = star, .x = type);
    }
    parse_got(p, TOKEN_RPAREN);
    return type;
}

static AstNode parse_pointer_field(Parser *p)
{
    SourcePos star = parse_expect(p, TOKEN_MUL);
    AstNode type;
    if (parse_tok(p) == TOKEN_LPAREN) {
        parse_error(p, parse_pos(p), "cannot parenthesize embedded type");
        parse_next(p);
        type = parse_qualified_ident(p, 0);
        parse_got(p, TOKEN_RPAREN);
    } else {
        type = parse_qualified_ident(p, 0);
    }
    return PARSE_NEW(p, AST_STAR_EXPR, AstStarExpr, .star = star, .x = type);
}

static AstNode parse_field_decl(Parser *p)
{
    AstNode names = 0;
    AstNode type = parse_tok(p) == TOKEN_IDENT ? parse_named_field(p, &names)
                   : parse_tok(p) == TOKEN_MUL ? parse_pointer_field(p)
                                               : parse_parenthesized_field(p);
    AstNode tag = parse_tag(p);
    parse_expect_semi(p);
    return PARSE_NEW(p, AST_FIELD, AstField, .names = names, .type = type, .tag = tag);
}

static AstNode parse_struct_type(Parser *p)
{
    SourcePos pos = parse_expect(p, TOKEN_STRUCT);
    SourcePos lbrace = parse_expect(p, TOKEN_LBRACE);
    isize begin = parse_list_begin(p);
    while (parse_tok(p) == TOKEN_IDENT || parse_tok(p) == TOKEN_MUL ||
           parse_tok(p) == TOKEN_LPAREN) {
        parse_list_push(p, parse_field_decl(p));
    }
    SourcePos rbrace = parse_expect(p, TOKEN_RBRACE);
    AstNode list = parse_list_end(p, begin);
    AstNode fields = PARSE_NEW(p, AST_FIELD_LIST, AstFieldList, .opening = lbrace, .list = list,
                               .closing = rbrace);
    return PARSE_NEW(p, AST_STRUCT_TYPE, AstStructType, .pos = pos, .fields = fields);
}

/* ---- type sets ---- */

static AstNode parse_embedded_term(Parser *p)
{
    SourcePos pos = parse_pos(p);
    if (parse_got(p, TOKEN_TILDE)) {
        AstNode x = parse_type(p);
        return PARSE_NEW_TOK(p, AST_UNARY_EXPR, AstUnaryExpr, TOKEN_TILDE, .op_pos = pos, .x = x);
    }
    AstNode type = parse_try_ident_or_type(p);
    if (type != 0) {
        return type;
    }
    parse_error_expected(p, pos, "~ term or type");
    parse_advance(p, &parse_expr_end);
    return parse_bad_expr(p, pos, parse_pos(p));
}

/* A union of terms, the first of which may have been read. */
static AstNode parse_embedded_elem(Parser *p, AstNode x)
{
    x = x != 0 ? x : parse_embedded_term(p);
    while (parse_tok(p) == TOKEN_OR) {
        SourcePos pos = parse_expect(p, TOKEN_OR);
        AstNode y = parse_embedded_term(p);
        x = PARSE_NEW_TOK(p, AST_BINARY_EXPR, AstBinaryExpr, TOKEN_OR, .x = x, .op_pos = pos,
                          .y = y);
    }
    return x;
}

/* ---- parameters ---- */

/* What stands between two commas. A lone name is in `name`, whatever it means. */
typedef struct {
    AstNode name, type;
} Param;

/* What may follow the name of a parameter. */
static void parse_after_name(Parser *p, bool is_type_param, Param *par)
{
    switch ((int)parse_tok(p)) {
    case TOKEN_IDENT:
    case TOKEN_MUL:
    case TOKEN_ARROW:
    case TOKEN_FUNC:
    case TOKEN_CHAN:
    case TOKEN_MAP:
    case TOKEN_STRUCT:
    case TOKEN_INTERFACE:
    case TOKEN_LPAREN:
        par->type = parse_type(p);
        break;
    case TOKEN_LBRACK:
        par->type = parse_array_or_instance(p, &par->name);
        break;
    case TOKEN_PERIOD:
        par->type = parse_qualified_ident(p, par->name);
        par->name = 0;
        break;
    case TOKEN_TILDE:
        par->type = is_type_param ? parse_embedded_elem(p, 0) : 0;
        break;
    case TOKEN_OR:
        if (is_type_param) {
            par->type = parse_embedded_elem(p, par->name);
            par->name = 0;
        }
        break;
    }
}

static AstNode parse_dots_type(Parser *p)
{
    SourcePos pos = parse_expect(p, TOKEN_ELLIPSIS);
    AstNode elt = parse_type(p);
    return PARSE_NEW(p, AST_ELLIPSIS, AstEllipsis, .pos = pos, .elt = elt);
}

static bool begins_type(Token tok)
{
    return tok == TOKEN_MUL || tok == TOKEN_ARROW || tok == TOKEN_FUNC || tok == TOKEN_LBRACK ||
           tok == TOKEN_CHAN || tok == TOKEN_MAP || tok == TOKEN_STRUCT || tok == TOKEN_INTERFACE ||
           tok == TOKEN_LPAREN;
}

/* The name may have been read. */
static Param parse_param_decl(Parser *p, AstNode name, bool is_type_param)
{
    Param par = {.name = name};
    Token tok = parse_tok(p);
    if (name != 0 || tok == TOKEN_IDENT) {
        par.name = name != 0 ? name : parse_ident(p);
        if (parse_tok(p) == TOKEN_ELLIPSIS) {
            par.type = parse_dots_type(p);
            return par;
        }
        parse_after_name(p, is_type_param, &par);
    } else if (is_type_param && tok == TOKEN_TILDE) {
        par.type = parse_embedded_elem(p, 0);
    } else if (begins_type(tok)) {
        par.type = parse_type(p);
    } else if (tok == TOKEN_ELLIPSIS) {
        par.type = parse_dots_type(p);
        return par;
    } else {
        parse_error_expected(p, parse_pos(p), "')'");
        parse_advance(p, &parse_expr_end);
    }
    if (is_type_param && parse_tok(p) == TOKEN_OR && par.type != 0) {
        par.type = parse_embedded_elem(p, par.type);
    }
    return par;
}

/* A list of parameters while it is sorted out: on the stack a name and a type for each. */
typedef struct {
    isize begin, len;
    isize n_named; /* with a name and a type */
    isize n_typed; /* with a type */
    bool is_type_params;
    SourcePos pos; /* of the first */
} Params;

static Param param_at(const Parser *p, const Params *list, isize i)
{
    const AstNode *at = p->room->stack + list->begin + 2 * i;
    return (Param){at[0], at[1]};
}

static void set_param(Parser *p, const Params *list, isize i, Param par)
{
    AstNode *at = p->room->stack + list->begin + 2 * i;
    at[0] = par.name;
    at[1] = par.type;
}

static void add_param(Parser *p, Params *list, Param par)
{
    if (par.name == 0 && par.type == 0) {
        return;
    }
    parse_list_push(p, par.name);
    parse_list_push(p, par.type);
    list->len++;
    list->n_named += par.name != 0 && par.type != 0;
    list->n_typed += par.type != 0;
}

static void complain_of_names(Parser *p, const Params *list, SourcePos pos)
{
    bool lacks_types = list->n_named == list->n_typed; /* those at the end */
    if (lacks_types) {
        parse_error(p, parse_pos(p),
                    list->is_type_params ? "missing type constraint" : "missing parameter type");
    } else if (!list->is_type_params) {
        parse_error(p, pos, "missing parameter name");
    } else {
        parse_error(p, pos, "missing type parameter name%s",
                    list->len == 1 ? " or invalid array length" : "");
    }
}

/* None has a name and a type: all lone names are types. */
static void take_as_types(Parser *p, const Params *list)
{
    for (isize i = 0; i < list->len; i++) {
        Param par = param_at(p, list, i);
        if (par.name != 0) {
            set_param(p, list, i, (Param){0, par.name});
        }
    }
    if (list->is_type_params) {
        complain_of_names(p, list, list->pos);
    }
}

/* Some have both: each lone name is one, and has the type of the next that has one. */
static void distribute_types(Parser *p, const Params *list)
{
    SourcePos wrong = 0;
    bool is_wrong = false;
    AstNode type = 0;
    for (isize i = list->len - 1; i >= 0; i--) {
        Param par = param_at(p, list, i);
        if (par.type != 0) {
            type = par.type;
            if (par.name == 0) {
                is_wrong = true;
                wrong = ast_pos(&p->file, type);
                par.name = parse_blank(p, wrong);
            }
        } else if (type != 0) {
            par.type = type;
        } else {
            is_wrong = true;
            wrong = ast_pos(&p->file, par.name);
            par.type = parse_bad_expr(p, wrong, parse_pos(p));
        }
        set_param(p, list, i, par);
    }
    if (is_wrong) {
        complain_of_names(p, list, wrong);
    }
}

/* "..." counts only before the type of the last one, and not everywhere. */
static void check_dots(Parser *p, const Params *list, bool allows_dots)
{
    bool is_first = true;
    for (isize i = 0; i < list->len; i++) {
        Param par = param_at(p, list, i);
        if (!parse_is(p, par.type, AST_ELLIPSIS) || (allows_dots && i + 1 == list->len)) {
            continue;
        }
        SourcePos pos = ast_ellipsis(&p->file, par.type)->pos;
        if (is_first) {
            parse_mild_error(p, pos,
                             allows_dots ? "can only use ... with final parameter"
                                         : "invalid use of ...");
            is_first = false;
        }
        par.type = parse_bad_expr(p, pos, ast_end(&p->file, par.type));
        set_param(p, list, i, par);
    }
}

static AstNode new_field(Parser *p, AstNode names, AstNode type)
{
    return PARSE_NEW(p, AST_FIELD, AstField, .names = names, .type = type);
}

/* Fields on the stack: one for each type that stands in the source. */
static void push_fields(Parser *p, const Params *list)
{
    for (isize i = 0; i < list->len;) {
        AstNode type = param_at(p, list, i).type;
        isize begin = parse_list_begin(p);
        for (; i < list->len && param_at(p, list, i).type == type; i++) {
            AstNode name = param_at(p, list, i).name;
            if (name == 0) {
                i++;
                break; /* a type alone is a field of its own */
            }
            parse_list_push(p, name);
        }
        AstNode names = parse_list_end(p, begin);
        parse_list_push(p, new_field(p, names, type));
    }
}

AstNode parse_param_list(Parser *p, AstNode name0, AstNode type0, Token closing, bool allows_dots)
{
    Params list = {.begin = parse_list_begin(p),
                   .is_type_params = closing == TOKEN_RBRACK,
                   .pos = name0 != 0   ? ast_pos(&p->file, name0)
                          : type0 != 0 ? ast_pos(&p->file, type0)
                                       : parse_pos(p)};
    while (name0 != 0 || (parse_tok(p) != closing && parse_tok(p) != TOKEN_EOF)) {
        Param par = {name0, type0};
        if (type0 == 0) {
            par = parse_param_decl(p, name0, list.is_type_params);
        } else if (list.is_type_params) {
            par.type = parse_embedded_elem(p, type0);
        }
        name0 = type0 = 0;
        add_param(p, &list, par);
        if (!parse_at_comma(p, "parameter list", closing)) {
            break;
        }
        parse_next(p);
    }
    if (list.len > 0 && list.n_named == 0) {
        take_as_types(p, &list);
    } else if (list.n_named != list.len) {
        distribute_types(p, &list);
    }
    check_dots(p, &list, allows_dots);
    isize fields = parse_list_begin(p);
    push_fields(p, &list);
    AstNode result = parse_list_end(p, fields);
    p->stack_len = list.begin;
    return result;
}

AstNode parse_type_params(Parser *p)
{
    SourcePos lbrack = parse_expect(p, TOKEN_LBRACK);
    AstNode list =
        parse_tok(p) == TOKEN_RBRACK ? 0 : parse_param_list(p, 0, 0, TOKEN_RBRACK, false);
    SourcePos rbrack = parse_expect(p, TOKEN_RBRACK);
    if (list == 0) {
        parse_mild_error(p, rbrack, "empty type parameter list");
        return 0;
    }
    return PARSE_NEW(p, AST_FIELD_LIST, AstFieldList, .opening = lbrack, .list = list,
                     .closing = rbrack);
}

AstNode parse_params(Parser *p, bool is_result)
{
    if (is_result && parse_tok(p) != TOKEN_LPAREN) {
        AstNode type = parse_try_ident_or_type(p);
        if (type == 0) {
            return 0;
        }
        isize begin = parse_list_begin(p);
        parse_list_push(p, new_field(p, 0, type));
        AstNode list = parse_list_end(p, begin);
        return PARSE_NEW(p, AST_FIELD_LIST, AstFieldList, .list = list);
    }
    SourcePos lparen = parse_expect(p, TOKEN_LPAREN);
    AstNode list =
        parse_tok(p) == TOKEN_RPAREN ? 0 : parse_param_list(p, 0, 0, TOKEN_RPAREN, !is_result);
    SourcePos rparen = parse_expect(p, TOKEN_RPAREN);
    return PARSE_NEW(p, AST_FIELD_LIST, AstFieldList, .opening = lparen, .list = list,
                     .closing = rparen);
}

/* Parameters and results, behind what stands before them. */
static AstNode parse_signature(Parser *p, SourcePos func)
{
    AstNode params = parse_params(p, false);
    AstNode results = parse_params(p, true);
    return PARSE_NEW(p, AST_FUNC_TYPE, AstFuncType, .func = func, .params = params,
                     .results = results);
}

AstNode parse_func_type(Parser *p)
{
    SourcePos pos = parse_expect(p, TOKEN_FUNC);
    SourcePos lbrack = parse_pos(p);
    if (parse_tok(p) == TOKEN_LBRACK && parse_type_params(p) != 0) {
        parse_error(p, lbrack, "function type must have no type parameters");
    }
    return parse_signature(p, pos);
}

/* ---- interfaces ---- */

/* A method with type parameters, which it must not have; the first name of them has been read. */
static AstNode parse_generic_method(Parser *p, AstNode name, AstNode name0, SourcePos lbrack)
{
    isize begin = parse_list_begin(p);
    parse_param_list(p, name0, 0, TOKEN_RBRACK, false);
    parse_expect(p, TOKEN_RBRACK);
    parse_mild_error(p, lbrack, "interface method must have no type parameters");
    AstNode type = parse_signature(p, 0);
    parse_list_push(p, name);
    return new_field(p, parse_list_end(p, begin), type);
}

/* The instance of a generic type whose first argument has been read. */
static AstNode parse_embedded_instance(Parser *p, AstNode ident, AstNode arg, SourcePos lbrack)
{
    isize begin = parse_list_begin(p);
    parse_list_push(p, arg);
    if (parse_at_comma(p, "type argument list", TOKEN_RBRACK)) {
        p->expr_level++;
        parse_next(p);
        parse_type_arg_list(p);
        p->expr_level--;
    }
    SourcePos rbrack = parse_expect_closing(p, TOKEN_RBRACK, "type argument list");
    AstNode type = parse_pack_index(p, ident, lbrack, parse_list_end(p, begin), rbrack);
    return new_field(p, 0, type);
}

/* A name, and "[" behind it. */
static AstNode parse_method_or_instance(Parser *p, AstNode ident)
{
    SourcePos lbrack = parse_expect(p, TOKEN_LBRACK);
    p->expr_level++;
    AstNode x = parse_expr(p);
    p->expr_level--;
    bool is_method =
        parse_is(p, x, AST_IDENT) && parse_tok(p) != TOKEN_COMMA && parse_tok(p) != TOKEN_RBRACK;
    return is_method ? parse_generic_method(p, ident, x, lbrack)
                     : parse_embedded_instance(p, ident, x, lbrack);
}

/* A method, or an embedded type that begins with a name. */
static AstNode parse_method_spec(Parser *p)
{
    AstNode x = parse_type_name(p, 0);
    bool is_name = parse_is(p, x, AST_IDENT);
    if (parse_tok(p) == TOKEN_LBRACK) {
        return is_name ? parse_method_or_instance(p, x)
                       : new_field(p, 0, parse_type_instance(p, x));
    }
    if (!is_name || parse_tok(p) != TOKEN_LPAREN) {
        return new_field(p, 0, x);
    }
    AstNode type = parse_signature(p, 0);
    isize begin = parse_list_begin(p);
    parse_list_push(p, x);
    return new_field(p, parse_list_end(p, begin), type);
}

/* 0: none begins here. */
static AstNode parse_interface_elem(Parser *p)
{
    AstNode field;
    if (parse_tok(p) == TOKEN_IDENT) {
        field = parse_method_spec(p);
        if (ast_field(&p->file, field)->names == 0) {
            AstNode type = parse_embedded_elem(p, ast_field(&p->file, field)->type);
            ((AstField *)(void *)(p->room->words + field))->type = type;
        }
    } else if (parse_tok(p) == TOKEN_TILDE) {
        field = new_field(p, 0, parse_embedded_elem(p, 0));
    } else {
        AstNode type = parse_try_ident_or_type(p);
        if (type == 0) {
            return 0;
        }
        field = new_field(p, 0, parse_embedded_elem(p, type));
    }
    parse_expect_semi(p);
    return field;
}

static AstNode parse_interface_type(Parser *p)
{
    SourcePos pos = parse_expect(p, TOKEN_INTERFACE);
    SourcePos lbrace = parse_expect(p, TOKEN_LBRACE);
    isize begin = parse_list_begin(p);
    for (AstNode elem; (elem = parse_interface_elem(p)) != 0;) {
        parse_list_push(p, elem);
    }
    SourcePos rbrace = parse_expect(p, TOKEN_RBRACE);
    AstNode list = parse_list_end(p, begin);
    AstNode methods = PARSE_NEW(p, AST_FIELD_LIST, AstFieldList, .opening = lbrace, .list = list,
                                .closing = rbrace);
    return PARSE_NEW(p, AST_INTERFACE_TYPE, AstInterfaceType, .pos = pos, .methods = methods);
}

/* ---- the rest ---- */

static AstNode parse_pointer_type(Parser *p)
{
    SourcePos star = parse_expect(p, TOKEN_MUL);
    AstNode x = parse_type(p);
    return PARSE_NEW(p, AST_STAR_EXPR, AstStarExpr, .star = star, .x = x);
}

static AstNode parse_map_type(Parser *p)
{
    SourcePos pos = parse_expect(p, TOKEN_MAP);
    parse_expect(p, TOKEN_LBRACK);
    AstNode key = parse_type(p);
    parse_expect(p, TOKEN_RBRACK);
    AstNode value = parse_type(p);
    return PARSE_NEW(p, AST_MAP_TYPE, AstMapType, .pos = pos, .key = key, .value = value);
}

static AstNode parse_chan_type(Parser *p)
{
    AstChanType chan = {.head = {.kind = AST_CHAN_TYPE, .flags = AST_SEND | AST_RECV},
                        .begin = parse_pos(p)};
    if (parse_got(p, TOKEN_CHAN)) {
        SourcePos arrow = parse_pos(p);
        if (parse_got(p, TOKEN_ARROW)) {
            chan.arrow = arrow;
            chan.head.flags = AST_SEND;
        }
    } else {
        chan.arrow = parse_expect(p, TOKEN_ARROW);
        parse_expect(p, TOKEN_CHAN);
        chan.head.flags = AST_RECV;
    }
    chan.value = parse_type(p);
    return parse_add(p, &chan, (isize)sizeof(chan));
}

static AstNode parse_paren_type(Parser *p)
{
    SourcePos lparen = parse_expect(p, TOKEN_LPAREN);
    AstNode x = parse_type(p);
    SourcePos rparen = parse_expect(p, TOKEN_RPAREN);
    return PARSE_NEW(p, AST_PAREN_EXPR, AstParenExpr, .lparen = lparen, .x = x, .rparen = rparen);
}

static AstNode try_type(Parser *p)
{
    switch ((int)parse_tok(p)) {
    case TOKEN_IDENT:
        return parse_qualified_ident(p, 0);
    case TOKEN_LBRACK:
        return parse_array_type(p, parse_expect(p, TOKEN_LBRACK), 0);
    case TOKEN_STRUCT:
        return parse_struct_type(p);
    case TOKEN_MUL:
        return parse_pointer_type(p);
    case TOKEN_FUNC:
        return parse_func_type(p);
    case TOKEN_INTERFACE:
        return parse_interface_type(p);
    case TOKEN_MAP:
        return parse_map_type(p);
    case TOKEN_CHAN:
    case TOKEN_ARROW:
        return parse_chan_type(p);
    case TOKEN_LPAREN:
        return parse_paren_type(p);
    }
    return 0;
}

AstNode parse_try_ident_or_type(Parser *p)
{
    parse_enter(p);
    AstNode type = try_type(p);
    parse_leave(p);
    return type;
}
