/*
 * An expression of a "//go:build" line is read by descent: || binds less than &&, and both less
 * than "!". Its size is limited, and so is how deep it nests. A "// +build" line is a list of lists
 * of words.
 */
#include "go/load/constraint.h"

#include "base/strbuf.h"
#include "format/unicode.h"
#include "format/utf8.h"
#include "go/load/space.h"

/* ---- which lines are constraints ---- */

/* What stands behind a word and white space, without the white space around it. */
static bool split_line(Str line, Str word, Str *ret_text)
{
    str_eat_suffix(&line, S("\n"));
    if (str_index_byte(line, '\n') >= 0 || !str_eat_prefix(&line, word)) {
        return false;
    }
    if (line.len > 0 && space_len(line) == 0) {
        return false;
    }
    *ret_text = space_trim(line);
    return true;
}

static bool split_go_build(Str line, Str *ret_text)
{
    return split_line(line, S("//go:build"), ret_text);
}

static bool split_plus_build(Str line, Str *ret_text)
{
    str_eat_suffix(&line, S("\n"));
    if (str_index_byte(line, '\n') >= 0 || !str_eat_prefix(&line, S("//"))) {
        return false;
    }
    return split_line(space_trim(line), S("+build"), ret_text);
}

bool constraint_is_go_build(Str line)
{
    Str text;
    return split_go_build(line, &text);
}

bool constraint_is_plus_build(Str line)
{
    Str text;
    return split_plus_build(line, &text);
}

/* ---- trees ---- */

static const Constraint *new_node(Arena *a, ConstraintKind kind, const Constraint *x,
                                  const Constraint *y)
{
    Constraint *node = ARENA_NEW(a, Constraint);
    *node = (Constraint){.kind = kind, .x = x, .y = y};
    return node;
}

static const Constraint *new_tag(Arena *a, Str tag)
{
    Constraint *node = ARENA_NEW(a, Constraint);
    *node = (Constraint){.kind = CONSTRAINT_TAG, .tag = tag};
    return node;
}

/* Of a letter, digit, "_" or "."; 0 for any other sign. */
static isize tag_rune_len(Str s)
{
    uint32_t rune;
    int len = utf8_decode(s, &rune);
    bool is_part = len > 0 && (unicode_is_letter(rune) || unicode_is_digit(rune) || rune == '_' ||
                               rune == '.');
    return is_part ? len : 0;
}

static isize tag_len(Str s)
{
    isize n = 0, len;
    while (n < s.len && (len = tag_rune_len(str_from(s, n))) > 0) {
        n += len;
    }
    return n;
}

/* ---- "//go:build" ---- */

typedef struct {
    Arena *arena;
    Str text;
    isize at;    /* read next */
    Str tok;     /* empty: the end */
    isize pos;   /* of tok */
    bool is_tag; /* of tok */
    isize size;
    bool is_wrong, is_at_end; /* at_end: wrong because the text ended */
    Diagnostic wrong;
} Parser;

static const Constraint *fail(Parser *p, isize pos, Str what, Str detail)
{
    if (!p->is_wrong) {
        p->is_wrong = true;
        p->wrong = (Diagnostic){(SourcePos)pos, str_concat(p->arena, what, detail)};
    }
    return NULL;
}

/* One sign as Go writes it: what is no UTF-8 becomes U+FFFD. */
static Str sign_at(const Parser *p)
{
    uint32_t rune;
    Str rest = str_from(p->text, p->at);
    int len = utf8_decode(rest, &rune);
    return len > 0 ? str_to(rest, len) : S("\xef\xbf\xbd");
}

static void take(Parser *p, isize n, bool is_tag)
{
    p->pos = p->at;
    p->tok = str_slice(p->text, p->at, p->at + n);
    p->at += n;
    p->is_tag = is_tag;
}

static void lex(Parser *p)
{
    while (p->at < p->text.len && (p->text.ptr[p->at] == ' ' || p->text.ptr[p->at] == '\t')) {
        p->at++;
    }
    Str rest = str_from(p->text, p->at);
    if (rest.len == 0) {
        take(p, 0, false);
        return;
    }
    char byte = rest.ptr[0];
    if (byte == '(' || byte == ')' || byte == '!') {
        take(p, 1, false);
    } else if ((byte == '&' || byte == '|') && rest.len > 1 && rest.ptr[1] == byte) {
        take(p, 2, false);
    } else if (tag_len(rest) > 0) {
        take(p, tag_len(rest), true);
    } else {
        fail(p, p->at, S("invalid syntax at "), sign_at(p));
        p->tok = (Str){0};
    }
}

static const Constraint *parse_or(Parser *p);

static const Constraint *parse_parens(Parser *p)
{
    isize pos = p->pos;
    const Constraint *x = parse_or(p);
    if (p->is_wrong) {
        if (p->is_at_end) {
            p->wrong.message = S("missing close paren");
        }
        return NULL;
    }
    if (!str_eq(p->tok, S(")"))) {
        return fail(p, pos, S("missing close paren"), (Str){0});
    }
    lex(p);
    return x;
}

static const Constraint *parse_atom(Parser *p)
{
    if (p->is_wrong) {
        return NULL;
    }
    if (str_eq(p->tok, S("("))) {
        return parse_parens(p);
    }
    if (p->is_tag) {
        const Constraint *x = new_tag(p->arena, p->tok);
        lex(p);
        return x;
    }
    if (p->tok.len == 0) {
        p->is_at_end = true;
        return fail(p, p->pos, S("unexpected end of expression"), (Str){0});
    }
    return fail(p, p->pos, S("unexpected token "), p->tok);
}

static const Constraint *parse_not(Parser *p)
{
    if (++p->size > CONSTRAINT_MAX_SIZE) {
        return fail(p, p->pos, S("build expression too large"), (Str){0});
    }
    lex(p);
    if (p->is_wrong || !str_eq(p->tok, S("!"))) {
        return parse_atom(p);
    }
    lex(p);
    if (!p->is_wrong && str_eq(p->tok, S("!"))) {
        return fail(p, p->pos, S("double negation not allowed"), (Str){0});
    }
    return new_node(p->arena, CONSTRAINT_NOT, parse_atom(p), NULL);
}

static const Constraint *parse_and(Parser *p)
{
    const Constraint *x = parse_not(p);
    while (!p->is_wrong && str_eq(p->tok, S("&&"))) {
        x = new_node(p->arena, CONSTRAINT_AND, x, parse_not(p));
    }
    return x;
}

static const Constraint *parse_or(Parser *p)
{
    const Constraint *x = parse_and(p);
    while (!p->is_wrong && str_eq(p->tok, S("||"))) {
        x = new_node(p->arena, CONSTRAINT_OR, x, parse_and(p));
    }
    return x;
}

static bool parse_expression(Arena *a, Str text, const Constraint **ret, Diagnostic *ret_wrong)
{
    Parser p = {.arena = a, .text = text};
    const Constraint *x = parse_or(&p);
    if (!p.is_wrong && p.tok.len > 0) {
        fail(&p, p.pos, S("unexpected token "), p.tok);
    }
    if (p.is_wrong) {
        *ret_wrong = p.wrong;
        return false;
    }
    *ret = x;
    return true;
}

/* ---- "// +build" ---- */

/* A word, perhaps with a "!" before it; what is no tag is one that nobody sets. */
static const Constraint *parse_literal(Arena *a, Str word)
{
    if (str_starts_with(word, S("!!")) || str_eq(word, S("!"))) {
        return new_tag(a, S("ignore"));
    }
    bool is_not = str_eat_prefix(&word, S("!"));
    bool is_tag = word.len > 0 && tag_len(word) == word.len;
    const Constraint *x = new_tag(a, is_tag ? word : S("ignore"));
    return is_not ? new_node(a, CONSTRAINT_NOT, x, NULL) : x;
}

/* Adds one more operand; counts the operator. */
static const Constraint *join(Arena *a, ConstraintKind kind, const Constraint *x,
                              const Constraint *y, isize *size)
{
    *size += x != NULL;
    return x != NULL ? new_node(a, kind, x, y) : y;
}

static bool parse_plus(Arena *a, Str text, const Constraint **ret, Diagnostic *ret_wrong)
{
    const Constraint *x = NULL;
    Str clause;
    isize size = 0;
    while (space_next_field(&text, &clause)) {
        const Constraint *y = NULL;
        StrCut cut = {.tail = clause, .found = true};
        while (cut.found && size <= CONSTRAINT_MAX_PLUS_SIZE) {
            cut = str_cut(cut.tail, ',');
            y = join(a, CONSTRAINT_AND, y, parse_literal(a, cut.head), &size);
        }
        x = join(a, CONSTRAINT_OR, x, y, &size);
        if (size > CONSTRAINT_MAX_PLUS_SIZE) {
            *ret_wrong = (Diagnostic){0, S("expression too complex for // +build lines")};
            return false;
        }
    }
    *ret = x != NULL ? x : new_tag(a, S("ignore"));
    return true;
}

bool constraint_parse(Arena *a, Str line, const Constraint **ret, Diagnostic *ret_wrong)
{
    Str text;
    if (split_go_build(line, &text)) {
        return parse_expression(a, text, ret, ret_wrong);
    }
    if (split_plus_build(line, &text)) {
        return parse_plus(a, text, ret, ret_wrong);
    }
    *ret_wrong = (Diagnostic){0, S("not a build constraint")};
    return false;
}

const Constraint *constraint_parse_word(Arena *a, Str word)
{
    const Constraint *x = NULL;
    Diagnostic wrong;
    bool is_expression = false;
    for (isize i = 0; i < word.len; i++) {
        char byte = word.ptr[i];
        is_expression = is_expression || byte == '&' || byte == '|' || byte == '(' || byte == ')';
    }
    bool ok = is_expression ? parse_expression(a, space_trim(word), &x, &wrong)
                            : parse_plus(a, word, &x, &wrong);
    return ok ? x : NULL;
}

/* ---- what holds ---- */

bool constraint_holds(const Constraint *x, ConstraintTag holds, void *context)
{
    bool left =
        x->kind == CONSTRAINT_TAG ? holds(context, x->tag) : constraint_holds(x->x, holds, context);
    if (x->kind == CONSTRAINT_NOT) {
        return !left;
    }
    if (x->y == NULL) {
        return left;
    }
    bool right = constraint_holds(x->y, holds, context);
    return x->kind == CONSTRAINT_AND ? left && right : left || right;
}

const Constraint *constraint_blamed(const Constraint *x, ConstraintTag holds, void *context)
{
    while (x->kind == CONSTRAINT_AND) {
        x = constraint_holds(x->x, holds, context) ? x->y : x->x;
    }
    return x;
}

static void add(StrBuf *b, const Constraint *x, ConstraintKind outer)
{
    bool is_other = x->kind == CONSTRAINT_AND || x->kind == CONSTRAINT_OR;
    bool has_parens = is_other && outer != CONSTRAINT_NONE && outer != x->kind;
    strbuf_add(b, has_parens ? S("(") : S(""));
    if (x->kind == CONSTRAINT_TAG) {
        strbuf_add(b, x->tag);
    } else if (x->kind == CONSTRAINT_NOT) {
        strbuf_add_byte(b, '!');
        add(b, x->x, CONSTRAINT_NOT);
    } else {
        add(b, x->x, x->kind);
        strbuf_add(b, x->kind == CONSTRAINT_AND ? S(" && ") : S(" || "));
        add(b, x->y, x->kind);
    }
    strbuf_add(b, has_parens ? S(")") : S(""));
}

Str constraint_format(Arena *a, const Constraint *x)
{
    StrBuf b = strbuf_init(a);
    add(&b, x, CONSTRAINT_NONE);
    return strbuf_str(&b);
}

/* ---- any build ---- */

/* Whether x, or !x, may hold. "ignore" never does, and its opposite always. */
static bool may_hold(const Constraint *x, bool is_negated)
{
    if (x->kind == CONSTRAINT_TAG) {
        return is_negated || !str_eq(x->tag, S("ignore"));
    }
    if (x->kind == CONSTRAINT_NOT) {
        return may_hold(x->x, !is_negated);
    }
    bool left = may_hold(x->x, is_negated), right = may_hold(x->y, is_negated);
    return (x->kind == CONSTRAINT_AND) != is_negated ? left && right : left || right;
}

bool constraint_may_hold(const Constraint *x)
{
    return may_hold(x, false);
}

/* ---- the release that an expression needs ---- */

static isize minor_of_tag(Str tag)
{
    if (str_eq(tag, S("go1"))) {
        return 0;
    }
    isize at = str_index(tag, S("go1."));
    if (at < 0 || at + 4 == tag.len) {
        return -1;
    }
    int64_t n = 0;
    for (isize i = at + 4; i < tag.len; i++) {
        char byte = tag.ptr[i];
        if (byte < '0' || byte > '9' || n > INT64_MAX / 10 - 1) {
            return -1;
        }
        n = n * 10 + (byte - '0');
    }
    return (isize)n;
}

/* Of x, or of !x. */
static isize minor_of(const Constraint *x, bool is_negated)
{
    if (x->kind == CONSTRAINT_TAG) {
        return is_negated ? -1 : minor_of_tag(x->tag);
    }
    if (x->kind == CONSTRAINT_NOT) {
        return minor_of(x->x, !is_negated);
    }
    isize left = minor_of(x->x, is_negated), right = minor_of(x->y, is_negated);
    return (x->kind == CONSTRAINT_AND) != is_negated ? MAX(left, right) : MIN(left, right);
}

isize constraint_go_minor(const Constraint *x)
{
    return minor_of(x, false);
}
