/* All ways through the program are followed at once: the state is the set of instructions that wait
 * for the next sign. */
#include "format/ere_program.h"
#include "format/utf8.h"

#define NO_RUNE 0x110000 /* the sign that a byte outside of UTF-8 is: this plus the byte */

uint32_t ere_next_sign(Str text, isize *at)
{
    uint32_t rune = 0;
    int len = utf8_decode(str_from(text, *at), &rune);
    if (len == 0) {
        rune = NO_RUNE + (uint8_t)text.ptr[*at];
        len = 1;
    }
    *at += len;
    return rune;
}

typedef struct {
    const Ere *ere;
    isize *waiting; /* instructions that take the next sign */
    isize n_waiting;
    isize *next, *stack;
    isize *seen; /* by instruction: the place at which it was reached last */
    isize place; /* between which two signs of the whole text, from 1 */
} Machine;

static void reach(Machine *m, isize step, isize *n_stack)
{
    if (m->seen[step] != m->place) {
        m->seen[step] = m->place;
        m->stack[(*n_stack)++] = step;
    }
}

/* Follows all that takes no sign from a step on. True when the end of the pattern is reached. */
static bool follow(Machine *m, isize from, bool is_begin, bool is_end)
{
    isize n_stack = 0;
    reach(m, from, &n_stack);
    while (n_stack > 0) {
        isize at = m->stack[--n_stack];
        const Instruction *step = &m->ere->program.ptr[at];
        switch (step->kind) {
        case STEP_FOUND:
            return true;
        case STEP_SIGN:
            m->waiting[m->n_waiting++] = at;
            break;
        case STEP_SPLIT:
            reach(m, step->or_to, &n_stack);
            reach(m, step->to, &n_stack);
            break;
        case STEP_JUMP:
            reach(m, step->to, &n_stack);
            break;
        case STEP_BEGIN:
        case STEP_END:
            if (step->kind == STEP_BEGIN ? is_begin : is_end) {
                reach(m, at + 1, &n_stack);
            }
            break;
        }
    }
    return false;
}

static bool takes(const SignSet *set, uint32_t sign)
{
    bool is_within = false;
    for (isize i = 0; i < set->ranges.len && !is_within; i++) {
        is_within = set->ranges.ptr[i].low <= sign && sign <= set->ranges.ptr[i].high;
    }
    return is_within != set->is_negated;
}

static bool search_line(Machine *m, Str line)
{
    isize at = 0;
    m->n_waiting = 0;
    m->place++;
    if (follow(m, 0, true, line.len == 0)) {
        return true;
    }
    while (at < line.len) {
        uint32_t sign = ere_next_sign(line, &at);
        isize n = m->n_waiting;
        isize *taken = m->waiting;
        m->waiting = m->next;
        m->next = taken;
        m->n_waiting = 0;
        m->place++;
        for (isize i = 0; i < n; i++) {
            if (takes(&m->ere->program.ptr[taken[i]].signs, sign) &&
                follow(m, taken[i] + 1, false, at == line.len)) {
                return true;
            }
        }
        if (follow(m, 0, false, at == line.len)) {
            return true;
        }
    }
    return false;
}

bool ere_search(Arena scratch, const Ere *ere, Str text)
{
    isize n = ere->program.len;
    Str line;
    Machine m = {.ere = ere,
                 .waiting = ARENA_ARRAY(&scratch, isize, n),
                 .next = ARENA_ARRAY(&scratch, isize, n),
                 .stack = ARENA_ARRAY(&scratch, isize, n),
                 .seen = ARENA_ARRAY(&scratch, isize, n)};
    if (text.len == 0) {
        return search_line(&m, text);
    }
    while (str_next_line(&text, &line)) {
        if (search_line(&m, line)) {
            return true;
        }
    }
    return false;
}
