#include "doctor/errors_match.h"

#include "base/panic.h"
#include "base/vec.h"

/* A state is known by the place of its row in the table, so that a byte costs no multiplication. */
#define HAS_PIECE 0x80000000u /* of a state in the table: a piece ends there */
#define MAX_STATES 0x10000
#define CLASS_STOP 0    /* a byte that is not text */
#define CLASS_SKIPPED 1 /* NUL */
#define CLASS_OTHER 2   /* a byte that is in no piece */
#define N_BYTES 256

/* The runs of four bytes that a text has, by hash: a pattern with another one is not in it. */
#define GRAM 4
#define GRAM_BITS 16
#define LINE_BEGINS 0x20202020u /* as after spaces */
#define HASH_FACTOR 0x9e3779b1u /* odd, and its bits are mixed: 2^32 / the golden ratio */

typedef struct {
    uint64_t bits[(1 << GRAM_BITS) / 64];
    uint32_t last; /* the last four bytes of this line */
} Grams;

/* That a pattern waits for a piece. */
typedef struct Use Use;
struct Use {
    const Use *next; /* of the same piece */
    uint16_t pattern;
    uint16_t at; /* the how-manieth piece of the pattern */
    uint16_t len;
};

typedef struct {
    const Use *uses;         /* of the piece that ends here; NULL: none does */
    uint16_t shorter;        /* the longest other end of a piece that is a suffix of this, or 0 */
    uint16_t child, sibling; /* of the tree of all pieces; 0: none */
    uint16_t back;           /* the longest state that is a suffix of this one */
    uint8_t class;           /* of the byte that leads here */
} State;

typedef struct {
    const ErrorRow *row;
    uint16_t n_pieces, weight;
    uint16_t n_met;  /* in the line `line` */
    uint32_t line;   /* the last one in which a piece was met */
    int64_t from;    /* where the first piece begins */
    int64_t free_at; /* where the next piece may begin */
} Pattern;

struct ErrorMatcher {
    Grams *grams;   /* of the text that is met; NULL: all patterns are looked for */
    bool is_noting; /* the text is only looked at: nothing matches */
    uint8_t class_of[N_BYTES];
    isize n_classes;
    uint32_t *table; /* n_states rows of n_classes next states */
    State *states;
    isize n_states;
    Pattern *patterns;
    isize n_patterns;

    uint32_t line;
    uint32_t state, start; /* now, and where a line begins */
    int64_t at;            /* bytes of the line so far that count */
    ErrorMatch best;
};

/* ---- building ---- */

static char folded(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c == '\t' ? ' ' : c);
}

/* Takes the next literal piece of a pattern off *rest. */
static bool next_piece(Str *rest, Str *ret)
{
    while (rest->len > 0) {
        StrCut cut = str_cut(*rest, '*');
        *rest = cut.tail;
        if (cut.head.len > 0) {
            *ret = cut.head;
            return true;
        }
    }
    return false;
}

static uint32_t gram_hash(uint32_t gram)
{
    return (gram * HASH_FACTOR) >> (32 - GRAM_BITS);
}

/* Whether a text with these grams can have the piece. */
static bool can_have(const Grams *grams, Str piece)
{
    uint32_t gram = 0;
    for (isize i = 0; i < piece.len; i++) {
        gram = gram << 8 | (uint8_t)folded(piece.ptr[i]);
        uint32_t hash = gram_hash(gram);
        if (i >= GRAM - 1 && (grams->bits[hash / 64] >> hash % 64 & 1) == 0) {
            return false;
        }
    }
    return true;
}

/* Takes the next pattern off *rest that the text can have. */
static bool next_pattern(const ErrorMatcher *m, Str *rest, Str *ret)
{
    while (errors_next_pattern(rest, ret)) {
        Str pieces = *ret;
        Str piece;
        bool is_possible = true;
        while (m->grams != NULL && is_possible && next_piece(&pieces, &piece)) {
            is_possible = can_have(m->grams, piece);
        }
        if (is_possible) {
            return true;
        }
    }
    return false;
}

typedef struct {
    const ErrorRow *row;
    Str text;
} Chosen;

typedef VEC(Chosen) ChosenList;

static ChosenList choose_patterns(const ErrorMatcher *m, Arena *a)
{
    ChosenList list = {0};
    const ErrorRow *row;
    for (isize r = 0; (row = errors_row(r)) != NULL; r++) {
        Str rest = row->about.looks_at;
        Str text;
        while (next_pattern(m, &rest, &text)) {
            *VEC_PUSH(a, &list) = (Chosen){row, text};
        }
    }
    return list;
}

/* Numbers the bytes that pieces are made of; gives how many bytes the pieces have together. */
static isize classify(ErrorMatcher *m, ChosenList chosen)
{
    isize n_bytes = 0;
    m->n_classes = CLASS_OTHER + 1;
    for (isize k = 0; k < chosen.len; k++) {
        Str text = chosen.ptr[k].text;
        n_bytes += text.len;
        for (isize i = 0; i < text.len; i++) {
            uint8_t byte = (uint8_t)folded(text.ptr[i]);
            if (byte != '*' && m->class_of[byte] == CLASS_OTHER) {
                m->class_of[byte] = (uint8_t)m->n_classes++;
            }
        }
    }
    return n_bytes;
}

/* Gives each byte the class of what it is folded to. */
static void fold_classes(ErrorMatcher *m)
{
    static const char stops[] = {'\n', '\r', '\x1b', '\\'};
    for (int byte = 0; byte < N_BYTES; byte++) {
        m->class_of[byte] = m->class_of[(uint8_t)folded((char)byte)];
    }
    m->class_of['\0'] = CLASS_SKIPPED;
    for (isize i = 0; i < COUNT_OF(stops); i++) {
        m->class_of[(uint8_t)stops[i]] = CLASS_STOP;
    }
}

/* The state that the byte leads to from this one; a new one if there is none. */
static isize child_of(ErrorMatcher *m, isize state, uint8_t class)
{
    isize child = m->states[state].child;
    while (child != 0 && m->states[child].class != class) {
        child = m->states[child].sibling;
    }
    if (child == 0) {
        ASSERT(m->n_states < MAX_STATES);
        child = m->n_states++;
        m->states[child].class = class;
        m->states[child].sibling = m->states[state].child;
        m->states[state].child = (uint16_t)child;
    }
    return child;
}

static void add_piece(ErrorMatcher *m, Arena *a, Str piece, const Pattern *pattern)
{
    isize state = 0;
    for (isize i = 0; i < piece.len; i++) {
        state = child_of(m, state, m->class_of[(uint8_t)piece.ptr[i]]);
    }
    Use *use = ARENA_NEW(a, Use);
    *use = (Use){.next = m->states[state].uses,
                 .pattern = (uint16_t)(pattern - m->patterns),
                 .at = pattern->n_pieces,
                 .len = (uint16_t)piece.len};
    m->states[state].uses = use;
}

static void add_pattern(ErrorMatcher *m, Arena *a, const ErrorRow *row, Str text)
{
    Pattern *pattern = &m->patterns[m->n_patterns++];
    *pattern = (Pattern){.row = row};
    Str piece;
    while (next_piece(&text, &piece)) {
        add_piece(m, a, piece, pattern);
        pattern->n_pieces++;
        pattern->weight = (uint16_t)(pattern->weight + piece.len);
    }
}

static uint32_t *row_of(const ErrorMatcher *m, isize state)
{
    return &m->table[state * m->n_classes];
}

/* Settles where the state falls back to; gives how the table names it. */
static uint32_t settle(ErrorMatcher *m, isize state, isize back)
{
    State *s = &m->states[state];
    s->back = (uint16_t)back;
    s->shorter = m->states[back].uses != NULL ? s->back : m->states[back].shorter;
    bool has_piece = s->uses != NULL || s->shorter != 0;
    return (uint32_t)(state * m->n_classes) | (has_piece ? HAS_PIECE : 0);
}

static isize state_of(const ErrorMatcher *m, uint32_t name)
{
    return (isize)(name & ~HAS_PIECE) / m->n_classes;
}

/* Fills the table, shorter states first: where no piece goes on, the longest suffix that goes on
 * does. */
static void fill_table(ErrorMatcher *m, Arena scratch)
{
    uint16_t *queue = ARENA_ARRAY(&scratch, uint16_t, m->n_states);
    isize end = 1; /* the root stands first */
    for (isize i = 0; i < end; i++) {
        isize state = queue[i];
        uint32_t *row = row_of(m, state);
        const uint32_t *instead = row_of(m, m->states[state].back);
        if (state != 0) {
            memcpy(row, instead, (size_t)m->n_classes * sizeof(*row));
        }
        for (isize child = m->states[state].child; child != 0; child = m->states[child].sibling) {
            uint8_t class = m->states[child].class;
            row[class] = settle(m, child, state == 0 ? 0 : state_of(m, instead[class]));
            queue[end++] = (uint16_t)child;
        }
    }
}

/* The automaton of the patterns that are looked for. */
static void build(ErrorMatcher *m, Arena *a)
{
    ChosenList chosen = choose_patterns(m, a);
    memset(m->class_of, CLASS_OTHER, sizeof(m->class_of));
    isize n_bytes = classify(m, chosen);
    fold_classes(m);
    m->n_states = 1; /* the root */
    m->states = ARENA_ARRAY(a, State, n_bytes + 1);
    m->patterns = ARENA_ARRAY(a, Pattern, chosen.len);
    for (isize i = 0; i < chosen.len; i++) {
        add_pattern(m, a, chosen.ptr[i].row, chosen.ptr[i].text);
    }
    m->table = ARENA_ARRAY(a, uint32_t, m->n_states * m->n_classes);
    fill_table(m, *a);
    m->start = m->table[m->class_of[' ']];
}

ErrorMatcher *error_matcher_new(Arena *a)
{
    ErrorMatcher *m = ARENA_NEW(a, ErrorMatcher);
    build(m, a);
    return m;
}

ErrorMatcher *error_matcher_noting(Arena *a)
{
    ErrorMatcher *m = ARENA_NEW(a, ErrorMatcher);
    memset(m->class_of, CLASS_OTHER, sizeof(m->class_of));
    fold_classes(m);
    m->grams = ARENA_NEW(a, Grams);
    m->is_noting = true;
    return m;
}

void error_matcher_choose(ErrorMatcher *m, Arena *a)
{
    ASSERT(m->is_noting);
    m->is_noting = false;
    build(m, a);
}

/* ---- matching ---- */

static bool is_better(const ErrorMatch *best, const Pattern *pattern)
{
    if (best->row == NULL || best->row->depth != pattern->row->depth) {
        return best->row == NULL || pattern->row->depth > best->row->depth;
    }
    return pattern->weight > best->weight;
}

/* A piece of this pattern ends at `end`. */
static void meet(ErrorMatcher *m, const Use *use, int64_t end)
{
    Pattern *pattern = &m->patterns[use->pattern];
    if (pattern->line != m->line) {
        pattern->line = m->line;
        pattern->n_met = 0;
        pattern->free_at = -1; /* where the space before the line is */
    }
    int64_t from = end - use->len;
    if (pattern->n_met != use->at || from < pattern->free_at) {
        return;
    }
    pattern->from = use->at == 0 ? from : pattern->from;
    pattern->free_at = end;
    pattern->n_met++;
    if (pattern->n_met == pattern->n_pieces && is_better(&m->best, pattern)) {
        m->best = (ErrorMatch){pattern->row, pattern->weight, pattern->from};
    }
}

static void meet_all(ErrorMatcher *m, isize state, int64_t end)
{
    for (isize at = state; at != 0; at = m->states[at].shorter) {
        for (const Use *use = m->states[at].uses; use != NULL; use = use->next) {
            meet(m, use, end);
        }
    }
}

/* As error_matcher_feed, of a text that is only looked at. */
static isize note(ErrorMatcher *m, Str bytes)
{
    Grams *grams = m->grams;
    isize i = 0;
    for (; i < bytes.len && m->class_of[(uint8_t)bytes.ptr[i]] != CLASS_STOP; i++) {
        if (bytes.ptr[i] != '\0') {
            grams->last = grams->last << 8 | (uint8_t)folded(bytes.ptr[i]);
            uint32_t hash = gram_hash(grams->last);
            grams->bits[hash / 64] |= (uint64_t)1 << hash % 64;
        }
    }
    return i;
}

isize error_matcher_feed(ErrorMatcher *m, Str bytes)
{
    if (m->is_noting) {
        return note(m, bytes);
    }
    const uint32_t *table = m->table;
    uint32_t state = m->state;
    int64_t at = m->at;
    isize i = 0;
    for (; i < bytes.len; i++) {
        uint8_t class = m->class_of[(uint8_t)bytes.ptr[i]];
        if (class <= CLASS_SKIPPED) {
            if (class == CLASS_STOP) {
                break;
            }
            continue;
        }
        state = table[(state & ~HAS_PIECE) + class];
        at++;
        if ((state & HAS_PIECE) != 0) {
            meet_all(m, state_of(m, state), at);
        }
    }
    m->state = state;
    m->at = at;
    return i;
}

void error_matcher_begin(ErrorMatcher *m)
{
    if (m->is_noting) {
        m->grams->last = LINE_BEGINS;
    }
    m->line++;
    m->best = (ErrorMatch){0};
    m->state = m->start; /* as after a space */
    m->at = 0;
}

ErrorMatch error_matcher_end(ErrorMatcher *m)
{
    error_matcher_feed(m, S(" "));
    return m->best;
}
