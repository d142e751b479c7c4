/* A pattern becomes a small program; the search tries the ways through it in their order of
 * preference and never the same place in program and subject twice, so that it ends in time that
 * grows with the product of both. */
#include "doctor/cgo_pattern.h"

#include "base/vec.h"

#define MAX_NESTING 20 /* of groups */

typedef enum {
    OP_CLASS, /* one byte of the set */
    OP_SPLIT, /* first x, then y */
    OP_JUMP,  /* x */
    OP_BEGIN, /* only at the beginning */
    OP_END,   /* only at the end */
    OP_MATCH,
} Op;

typedef struct {
    Op op;
    isize x, y;      /* relative to this instruction */
    uint64_t set[4]; /* of OP_CLASS, a bit for each byte */
} Inst;

typedef VEC(Inst) Code;

typedef struct {
    Arena *arena;
    Str rest;
    Code code;
    int depth;
    bool is_unknown;
} Compiler;

static void set_add(uint64_t set[4], int from, int to)
{
    for (int byte = from; byte <= to; byte++) {
        set[byte / 64] |= (uint64_t)1 << (byte % 64);
    }
}

static void set_invert(uint64_t set[4])
{
    for (int i = 0; i < 4; i++) {
        set[i] = ~set[i];
    }
}

static bool set_has(const uint64_t set[4], unsigned char byte)
{
    return (set[byte / 64] >> (byte % 64) & 1) != 0;
}

static void emit(Compiler *c, Inst inst)
{
    *VEC_PUSH(c->arena, &c->code) = inst;
}

/* What is there from `at` on moves up by one; jumps within it stay right, being relative. */
static void insert(Compiler *c, isize at, Inst inst)
{
    emit(c, inst);
    for (isize i = c->code.len - 1; i > at; i--) {
        c->code.ptr[i] = c->code.ptr[i - 1];
    }
    c->code.ptr[at] = inst;
}

static bool eat(Compiler *c, char byte)
{
    if (c->rest.len == 0 || c->rest.ptr[0] != byte) {
        return false;
    }
    c->rest = str_from(c->rest, 1);
    return true;
}

static int take_byte(Compiler *c)
{
    if (c->rest.len == 0) {
        c->is_unknown = true;
        return 0;
    }
    int byte = (unsigned char)c->rest.ptr[0];
    c->rest = str_from(c->rest, 1);
    return byte;
}

static bool is_word_byte(int byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_';
}

/* After a backslash. The byte it stands for; -1 for a class, which is then in the set. */
static int read_escape(Compiler *c, uint64_t set[4])
{
    int byte = take_byte(c);
    switch (byte) {
    case 'd':
        set_add(set, '0', '9');
        return -1;
    case 'w':
        set_add(set, 'a', 'z');
        set_add(set, 'A', 'Z');
        set_add(set, '0', '9');
        set_add(set, '_', '_');
        return -1;
    case 's':
        set_add(set, '\t', '\n');
        set_add(set, '\f', '\r');
        set_add(set, ' ', ' ');
        return -1;
    default:
        c->is_unknown = c->is_unknown || is_word_byte(byte) || byte >= 0x80;
        return byte;
    }
}

static int read_class_byte(Compiler *c, uint64_t set[4])
{
    int byte = take_byte(c);
    if (byte == '\\') {
        return read_escape(c, set);
    }
    c->is_unknown = c->is_unknown || byte >= 0x80 || (byte == '[' && eat(c, ':'));
    return byte;
}

/* After "[". */
static void read_class(Compiler *c)
{
    Inst inst = {.op = OP_CLASS};
    bool is_negated = eat(c, '^');
    bool is_first = true;
    while (!c->is_unknown && (is_first || !eat(c, ']'))) {
        is_first = false;
        int from = read_class_byte(c, inst.set);
        if (from < 0) {
            continue;
        }
        int to = from;
        if (c->rest.len > 1 && c->rest.ptr[0] == '-' && c->rest.ptr[1] != ']') {
            take_byte(c);
            to = read_class_byte(c, inst.set);
            c->is_unknown = c->is_unknown || to < from;
        }
        set_add(inst.set, from, to);
    }
    if (is_negated) {
        set_invert(inst.set);
    }
    emit(c, inst);
}

static void read_alternatives(Compiler *c);

/* After "(". */
static void read_group(Compiler *c)
{
    if (str_eat_prefix(&c->rest, S("?:"))) {
        /* a group all the same */
    } else if (c->rest.len > 0 && c->rest.ptr[0] == '?') {
        c->is_unknown = true;
    }
    if (++c->depth > MAX_NESTING) {
        c->is_unknown = true;
    }
    if (!c->is_unknown) {
        read_alternatives(c);
        c->is_unknown = c->is_unknown || !eat(c, ')');
    }
    c->depth--;
}

static void read_atom(Compiler *c)
{
    Inst inst = {.op = OP_CLASS};
    int byte = take_byte(c);
    switch (byte) {
    case '(':
        read_group(c);
        return;
    case '[':
        read_class(c);
        return;
    case '^':
        inst.op = OP_BEGIN;
        break;
    case '$':
        inst.op = OP_END;
        break;
    case '.':
        set_add(inst.set, '\n', '\n');
        set_invert(inst.set);
        break;
    case '{':
    case '*':
    case '+':
    case '?':
        c->is_unknown = true;
        break;
    case '\\':
        byte = read_escape(c, inst.set);
        if (byte >= 0) {
            set_add(inst.set, byte, byte);
        }
        break;
    default:
        set_add(inst.set, byte, byte);
        break;
    }
    emit(c, inst);
}

/* An atom and what says how often. */
static void read_repeated(Compiler *c)
{
    isize at = c->code.len;
    read_atom(c);
    isize len = c->code.len - at;
    if (eat(c, '?')) {
        insert(c, at, (Inst){.op = OP_SPLIT, .x = 1, .y = len + 1});
    } else if (eat(c, '*')) {
        insert(c, at, (Inst){.op = OP_SPLIT, .x = 1, .y = len + 2});
        emit(c, (Inst){.op = OP_JUMP, .x = -(len + 1)});
    } else if (eat(c, '+')) {
        emit(c, (Inst){.op = OP_SPLIT, .x = -len, .y = 1});
    } else {
        return;
    }
    bool is_more = c->rest.len > 0 &&
                   (c->rest.ptr[0] == '?' || c->rest.ptr[0] == '*' || c->rest.ptr[0] == '+');
    c->is_unknown = c->is_unknown || is_more; /* "*?" prefers otherwise */
}

static void read_alternatives(Compiler *c)
{
    isize at = c->code.len;
    while (!c->is_unknown && c->rest.len > 0 && c->rest.ptr[0] != '|' && c->rest.ptr[0] != ')') {
        read_repeated(c);
    }
    if (!c->is_unknown && eat(c, '|')) {
        isize len = c->code.len - at;
        insert(c, at, (Inst){.op = OP_SPLIT, .x = 1, .y = len + 2});
        isize jump = c->code.len;
        emit(c, (Inst){.op = OP_JUMP});
        read_alternatives(c);
        c->code.ptr[jump].x = c->code.len - jump;
    }
}

/* ---- the search ---- */

typedef struct {
    isize pc, pos;
} State;

typedef VEC(State) StateStack;

/* Where the preferred match at the beginning ends; -1: there is none. */
static isize run(Arena *a, const Code *code, Str subject)
{
    isize n_places = subject.len + 1;
    bool *was_there = ARENA_ARRAY(a, bool, code->len *n_places);
    StateStack stack = {0};
    *VEC_PUSH(a, &stack) = (State){0};
    while (stack.len > 0) {
        State s = stack.ptr[--stack.len];
        const Inst *inst = &code->ptr[s.pc];
        if (was_there[s.pc * n_places + s.pos]) {
            continue;
        }
        was_there[s.pc * n_places + s.pos] = true;
        switch (inst->op) {
        case OP_MATCH:
            return s.pos;
        case OP_SPLIT:
            *VEC_PUSH(a, &stack) = (State){s.pc + inst->y, s.pos};
            *VEC_PUSH(a, &stack) = (State){s.pc + inst->x, s.pos};
            continue;
        case OP_JUMP:
            *VEC_PUSH(a, &stack) = (State){s.pc + inst->x, s.pos};
            continue;
        case OP_CLASS:
            if (s.pos < subject.len && set_has(inst->set, (unsigned char)subject.ptr[s.pos])) {
                *VEC_PUSH(a, &stack) = (State){s.pc + 1, s.pos + 1};
            }
            continue;
        case OP_BEGIN:
        case OP_END:
            if (s.pos == (inst->op == OP_BEGIN ? 0 : subject.len)) {
                *VEC_PUSH(a, &stack) = (State){s.pc + 1, s.pos};
            }
            continue;
        }
    }
    return -1;
}

CgoMatch cgo_pattern_match(Arena scratch, Str pattern, Str subject)
{
    Compiler c = {.arena = &scratch, .rest = pattern};
    if (pattern.len > CGO_PATTERN_MAX || subject.len > CGO_SUBJECT_MAX) {
        return CGO_MATCH_UNKNOWN;
    }
    read_alternatives(&c);
    if (c.is_unknown || c.rest.len > 0) {
        return CGO_MATCH_UNKNOWN;
    }
    emit(&c, (Inst){.op = OP_MATCH});
    return run(&scratch, &c.code, subject) == subject.len ? CGO_MATCH_YES : CGO_MATCH_NO;
}
