/* The pattern becomes a tree, the tree a program of Thompson's machine: tests of one sign, splits,
 * jumps. */
#include "format/ere_program.h"

#define NO_LIMIT (-1)

typedef enum {
    PIECE_SIGN,
    PIECE_BEGIN,
    PIECE_END,
    PIECE_ALL,
    PIECE_ANY_OF,
    PIECE_REPEAT
} PieceKind;

typedef struct Piece Piece;
struct Piece {
    PieceKind kind;
    SignSet signs;      /* SIGN */
    const Piece *child; /* ALL, ANY_OF: the first; REPEAT: the only one */
    const Piece *next;  /* sibling */
    isize least, most;  /* REPEAT; most NO_LIMIT: any number */
};

/* ---- from text to pieces ---- */

typedef struct {
    Arena *arena;
    Str pattern;
    isize at, depth;
    Err *err;
} Parser;

static bool fail_at(Parser *p, isize at, const char *what)
{
    return FAIL(p->err, ERR_FORMAT, "byte %td of '%.*s': %s", at + 1, STR_ARG(p->pattern), what);
}

static bool is_at(const Parser *p, char byte)
{
    return p->at < p->pattern.len && p->pattern.ptr[p->at] == byte;
}

static bool eat(Parser *p, char byte)
{
    bool is_there = is_at(p, byte);
    p->at += is_there;
    return is_there;
}

static Piece *new_piece(Parser *p, PieceKind kind)
{
    Piece *piece = ARENA_NEW(p->arena, Piece);
    piece->kind = kind;
    return piece;
}

static void add_range(Parser *p, SignSet *set, uint32_t low, uint32_t high)
{
    *VEC_PUSH(p->arena, &set->ranges) = (Range){low, high};
}

static const struct {
    Str name;
    Range ranges[4];
} classes[] = {
    {STR_CONST("alpha"), {{'A', 'Z'}, {'a', 'z'}}},
    {STR_CONST("digit"), {{'0', '9'}}},
    {STR_CONST("alnum"), {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
    {STR_CONST("upper"), {{'A', 'Z'}}},
    {STR_CONST("lower"), {{'a', 'z'}}},
    {STR_CONST("space"), {{'\t', '\r'}, {' ', ' '}}},
    {STR_CONST("blank"), {{'\t', '\t'}, {' ', ' '}}},
    {STR_CONST("punct"), {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
    {STR_CONST("print"), {{' ', '~'}}},
    {STR_CONST("graph"), {{'!', '~'}}},
    {STR_CONST("cntrl"), {{1, 31}, {127, 127}}},
    {STR_CONST("xdigit"), {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
};

/* "[:" was seen. */
static bool parse_class(Parser *p, SignSet *set)
{
    isize begun = p->at;
    Str rest = str_from(p->pattern, p->at + 2);
    isize len = str_index(rest, S(":]"));
    for (isize i = 0; len >= 0 && i < COUNT_OF(classes); i++) {
        if (str_eq(str_to(rest, len), classes[i].name)) {
            for (isize r = 0; r < COUNT_OF(classes[i].ranges) && classes[i].ranges[r].low > 0;
                 r++) {
                add_range(p, set, classes[i].ranges[r].low, classes[i].ranges[r].high);
            }
            p->at += 2 + len + 2;
            return true;
        }
    }
    return fail_at(p, begun, "there is no such class; [:alpha:], [:digit:] and [:space:] are some");
}

/* One sign or range within brackets. */
static bool parse_range(Parser *p, SignSet *set)
{
    isize begun = p->at;
    uint32_t low = ere_next_sign(p->pattern, &p->at);
    uint32_t high = low;
    Str rest = str_from(p->pattern, p->at);
    if (rest.len >= 2 && rest.ptr[0] == '-' && rest.ptr[1] != ']') {
        p->at++;
        if (rest.ptr[1] == '[' && rest.len > 2 && strchr(":.=", rest.ptr[2]) != NULL) {
            return fail_at(p, p->at, "a range ends with one sign");
        }
        high = ere_next_sign(p->pattern, &p->at);
    }
    if (low > high) {
        return fail_at(p, begun, "the range goes backwards");
    }
    add_range(p, set, low, high);
    return true;
}

/* After the opening bracket. */
static bool parse_brackets(Parser *p, SignSet *set)
{
    isize begun = p->at - 1;
    set->is_negated = eat(p, '^');
    isize first = p->at;
    while (p->at < p->pattern.len && (p->at == first || !is_at(p, ']'))) {
        Str rest = str_from(p->pattern, p->at);
        if (str_starts_with(rest, S("[.")) || str_starts_with(rest, S("[="))) {
            return fail_at(p, p->at, "collating elements and equivalence classes are not known");
        }
        if (str_starts_with(rest, S("[:")) ? !parse_class(p, set) : !parse_range(p, set)) {
            return false;
        }
    }
    return eat(p, ']') || fail_at(p, begun, "the bracket is not closed");
}

static bool parse_any(Parser *p, Piece **ret);

static bool parse_group(Parser *p, Piece **ret)
{
    isize begun = p->at - 1;
    if (++p->depth > ERE_MAX_DEPTH) {
        return FAIL(p->err, ERR_LIMIT, "more than %d parentheses lie in each other", ERE_MAX_DEPTH);
    }
    if (!parse_any(p, ret)) {
        return false;
    }
    p->depth--;
    return eat(p, ')') || fail_at(p, begun, "the parenthesis is not closed");
}

/* After the backslash. */
static bool parse_escape(Parser *p, Piece *piece)
{
    if (p->at == p->pattern.len) {
        return fail_at(p, p->at - 1, "nothing follows the backslash");
    }
    isize begun = p->at - 1;
    uint32_t sign = ere_next_sign(p->pattern, &p->at);
    bool is_word = (sign >= '0' && sign <= '9') || (sign >= 'A' && sign <= 'Z') ||
                   (sign >= 'a' && sign <= 'z');
    add_range(p, &piece->signs, sign, sign);
    return !is_word || fail_at(p, begun,
                               "a backslash stands before signs only: [0-9] for \\d, "
                               "[[:space:]] for \\s, [[:alnum:]_] for \\w");
}

static bool parse_atom(Parser *p, Piece **ret)
{
    if (eat(p, '(')) {
        return parse_group(p, ret);
    }
    if (is_at(p, ')')) {
        return fail_at(p, p->at, "this parenthesis was not opened; \\) is a plain one");
    }
    if (is_at(p, '*') || is_at(p, '+') || is_at(p, '?') || is_at(p, '{')) {
        return fail_at(p, p->at,
                       "there is nothing before it that could be repeated; a backslash "
                       "makes it a plain sign");
    }
    Piece *piece = new_piece(p, PIECE_SIGN);
    *ret = piece;
    if (eat(p, '^')) {
        piece->kind = PIECE_BEGIN;
    } else if (eat(p, '$')) {
        piece->kind = PIECE_END;
    } else if (eat(p, '.')) {
        add_range(p, &piece->signs, 0, UINT32_MAX);
    } else if (eat(p, '[')) {
        return parse_brackets(p, &piece->signs);
    } else if (eat(p, '\\')) {
        return parse_escape(p, piece);
    } else {
        uint32_t sign = ere_next_sign(p->pattern, &p->at);
        add_range(p, &piece->signs, sign, sign);
    }
    return true;
}

static bool parse_number(Parser *p, isize *ret)
{
    isize begun = p->at;
    int64_t number;
    while (p->at < p->pattern.len && p->pattern.ptr[p->at] >= '0' && p->pattern.ptr[p->at] <= '9') {
        p->at++;
    }
    if (!str_parse_decimal(str_slice(p->pattern, begun, p->at), ERE_MAX_COUNT, &number)) {
        return fail_at(p, begun, "a count from 0 to 255 belongs here; \\{ is a plain brace");
    }
    *ret = (isize)number;
    return true;
}

/* After the opening brace. */
static bool parse_counts(Parser *p, Piece *repeat)
{
    isize begun = p->at - 1;
    if (!parse_number(p, &repeat->least)) {
        return false;
    }
    repeat->most = repeat->least;
    if (eat(p, ',')) {
        repeat->most = NO_LIMIT;
        if (!is_at(p, '}') && !parse_number(p, &repeat->most)) {
            return false;
        }
    }
    if (!eat(p, '}') || (repeat->most != NO_LIMIT && repeat->most < repeat->least)) {
        return fail_at(p, begun, "this is no count such as {2}, {2,} or {2,5}");
    }
    return true;
}

static bool parse_repeated(Parser *p, Piece **ret)
{
    Piece *piece;
    if (!parse_atom(p, &piece)) {
        return false;
    }
    while (is_at(p, '*') || is_at(p, '+') || is_at(p, '?') || is_at(p, '{')) {
        Piece *repeat = new_piece(p, PIECE_REPEAT);
        char sign = p->pattern.ptr[p->at++];
        repeat->child = piece;
        repeat->least = sign == '+';
        repeat->most = sign == '?' ? 1 : NO_LIMIT;
        if (sign == '{' && !parse_counts(p, repeat)) {
            return false;
        }
        piece = repeat;
    }
    *ret = piece;
    return true;
}

/* One after the other. */
static bool parse_all(Parser *p, Piece **ret)
{
    Piece *all = new_piece(p, PIECE_ALL);
    const Piece **end = &all->child;
    while (p->at < p->pattern.len && !is_at(p, '|') && !(p->depth > 0 && is_at(p, ')'))) {
        Piece *piece;
        if (!parse_repeated(p, &piece)) {
            return false;
        }
        *end = piece;
        end = &piece->next;
    }
    *ret = all;
    return true;
}

/* One of several. */
static bool parse_any(Parser *p, Piece **ret)
{
    Piece *any = new_piece(p, PIECE_ANY_OF);
    const Piece **end = &any->child;
    do {
        Piece *piece;
        if (!parse_all(p, &piece)) {
            return false;
        }
        *end = piece;
        end = &piece->next;
    } while (eat(p, '|'));
    *ret = any;
    return true;
}

/* ---- from pieces to a program ---- */

typedef struct {
    Arena *arena;
    Ere *ere;
    isize n_written; /* pieces, counts written out: an empty one makes no instruction, but work */
} Writer;

static Instruction *write_step(Writer *w, StepKind kind)
{
    Instruction *step = VEC_PUSH(w->arena, &w->ere->program);
    step->kind = kind;
    return step;
}

static bool write_piece(Writer *w, const Piece *piece);

static bool write_any_of(Writer *w, const Piece *piece)
{
    VEC(isize) jumps = {0}; /* to what follows all of them */
    for (const Piece *child = piece->child; child != NULL; child = child->next) {
        isize split = w->ere->program.len;
        if (child->next != NULL) {
            write_step(w, STEP_SPLIT)->to = split + 1;
        }
        if (!write_piece(w, child)) {
            return false;
        }
        if (child->next != NULL) {
            *VEC_PUSH(w->arena, &jumps) = w->ere->program.len;
            write_step(w, STEP_JUMP);
            w->ere->program.ptr[split].or_to = w->ere->program.len;
        }
    }
    for (isize i = 0; i < jumps.len; i++) {
        w->ere->program.ptr[jumps.ptr[i]].to = w->ere->program.len;
    }
    return true;
}

/* What may be left out: one more time, or any number of times. */
static bool write_optional(Writer *w, const Piece *repeat)
{
    isize n = repeat->most == NO_LIMIT ? 1 : repeat->most - repeat->least;
    VEC(isize) splits = {0};
    for (isize i = 0; i < n; i++) {
        isize split = w->ere->program.len;
        *VEC_PUSH(w->arena, &splits) = split;
        write_step(w, STEP_SPLIT)->to = split + 1;
        if (!write_piece(w, repeat->child)) {
            return false;
        }
        if (repeat->most == NO_LIMIT) {
            write_step(w, STEP_JUMP)->to = split;
        }
    }
    for (isize i = 0; i < splits.len; i++) {
        w->ere->program.ptr[splits.ptr[i]].or_to = w->ere->program.len;
    }
    return true;
}

static bool write_repeat(Writer *w, const Piece *repeat)
{
    for (isize i = 0; i < repeat->least; i++) {
        if (!write_piece(w, repeat->child)) {
            return false;
        }
    }
    return write_optional(w, repeat);
}

/* False past the bound. */
static bool write_piece(Writer *w, const Piece *piece)
{
    if (++w->n_written > ERE_MAX_PROGRAM || w->ere->program.len > ERE_MAX_PROGRAM) {
        return false;
    }
    switch (piece->kind) {
    case PIECE_SIGN:
        write_step(w, STEP_SIGN)->signs = piece->signs;
        return true;
    case PIECE_BEGIN:
        write_step(w, STEP_BEGIN);
        return true;
    case PIECE_END:
        write_step(w, STEP_END);
        return true;
    case PIECE_ALL:
        for (const Piece *child = piece->child; child != NULL; child = child->next) {
            if (!write_piece(w, child)) {
                return false;
            }
        }
        return true;
    case PIECE_ANY_OF:
        return write_any_of(w, piece);
    case PIECE_REPEAT:
        return write_repeat(w, piece);
    }
    return false;
}

bool ere_compile(Arena *a, Str pattern, const Ere **ret, Err *err)
{
    Parser p = {.arena = a, .pattern = pattern, .err = err};
    Piece *piece;
    if (pattern.len > ERE_MAX_PATTERN) {
        return FAIL(err, ERR_LIMIT, "the pattern has %td bytes, at most %d are read", pattern.len,
                    ERE_MAX_PATTERN);
    }
    if (!parse_any(&p, &piece)) {
        return false;
    }
    Writer w = {.arena = a, .ere = ARENA_NEW(a, Ere)};
    if (!write_piece(&w, piece)) {
        return FAIL(err, ERR_LIMIT, "the pattern is too large with its counts written out");
    }
    write_step(&w, STEP_FOUND);
    *ret = w.ere;
    return true;
}
