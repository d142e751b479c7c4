/*
 * Equal lines at both ends are set aside; for what lies between, the longest common subsequence is
 * found with a table of lengths, which is plenty for files of settings. The edit script is a list
 * of lines with a sign; hunks are cut out of it.
 */
#include "doctor/fixer_diff.h"

#include "base/strbuf.h"
#include "base/vec.h"

#define CONTEXT 3
#define MAX_CELLS (4 * MIB) /* of the table of lengths */

typedef VEC(Str) LineList;

typedef struct {
    char sign; /* ' ', '-', '+' */
    Str line;
} Edit;

typedef VEC(Edit) EditList;

static LineList split_lines(Arena *a, Str text)
{
    LineList lines = {0};
    while (text.len > 0) {
        isize newline = str_index_byte(text, '\n');
        isize len = newline < 0 ? text.len : newline + 1;
        *VEC_PUSH(a, &lines) = str_to(text, len);
        text = str_from(text, len);
    }
    if (lines.len == 0) {
        lines.ptr = ARENA_NEW(a, Str); /* an address to count from */
    }
    return lines;
}

static void add(Arena *a, EditList *edits, char sign, const Str *lines, isize n)
{
    for (isize i = 0; i < n; i++) {
        *VEC_PUSH(a, edits) = (Edit){sign, lines[i]};
    }
}

/* table[i][k]: how many lines the rests x[i..] and y[k..] have in common. */
static void add_shortest(Arena *a, EditList *edits, const Str *x, isize n_x, const Str *y,
                         isize n_y)
{
    isize width = n_y + 1;
    int32_t *table = ARENA_ARRAY(a, int32_t, (n_x + 1) * width);
    for (isize i = n_x - 1; i >= 0; i--) {
        for (isize k = n_y - 1; k >= 0; k--) {
            table[i * width + k] = str_eq(x[i], y[k])
                                       ? table[(i + 1) * width + k + 1] + 1
                                       : MAX(table[(i + 1) * width + k], table[i * width + k + 1]);
        }
    }
    isize i = 0, k = 0;
    while (i < n_x && k < n_y) {
        if (str_eq(x[i], y[k])) {
            add(a, edits, ' ', &x[i++], 1);
            k++;
        } else if (table[(i + 1) * width + k] >= table[i * width + k + 1]) {
            add(a, edits, '-', &x[i++], 1);
        } else {
            add(a, edits, '+', &y[k++], 1);
        }
    }
    add(a, edits, '-', x + i, n_x - i);
    add(a, edits, '+', y + k, n_y - k);
}

static EditList make_edits(Arena *a, const LineList *x, const LineList *y)
{
    EditList edits = {0};
    isize n_head = 0, n_tail = 0, shorter = MIN(x->len, y->len);
    while (n_head < shorter && str_eq(x->ptr[n_head], y->ptr[n_head])) {
        n_head++;
    }
    while (n_tail < shorter - n_head &&
           str_eq(x->ptr[x->len - 1 - n_tail], y->ptr[y->len - 1 - n_tail])) {
        n_tail++;
    }
    isize n_x = x->len - n_head - n_tail, n_y = y->len - n_head - n_tail;
    add(a, &edits, ' ', x->ptr, n_head);
    if ((n_x + 1) <= MAX_CELLS / (n_y + 1)) {
        add_shortest(a, &edits, x->ptr + n_head, n_x, y->ptr + n_head, n_y);
    } else {
        add(a, &edits, '-', x->ptr + n_head, n_x);
        add(a, &edits, '+', y->ptr + n_head, n_y);
    }
    add(a, &edits, ' ', x->ptr + x->len - n_tail, n_tail);
    return edits;
}

/* ---- hunks ---- */

static isize next_difference(const EditList *edits, isize from)
{
    while (from < edits->len && edits->ptr[from].sign == ' ') {
        from++;
    }
    return from;
}

/* The end of the hunk that begins with the difference at `from`: differences that have at most
 * twice the context between them share one. */
static isize hunk_end(const EditList *edits, isize from)
{
    isize end = from;
    while (end < edits->len) {
        isize same = end;
        while (same < edits->len && edits->ptr[same].sign != ' ') {
            same++;
        }
        isize next = next_difference(edits, same);
        if (next == edits->len || next - same > 2 * CONTEXT) {
            return MIN(edits->len, same + CONTEXT);
        }
        end = next;
    }
    return end;
}

static isize count_without(const EditList *edits, isize from, isize to, char sign)
{
    isize n = 0;
    for (isize i = from; i < to; i++) {
        n += edits->ptr[i].sign != sign;
    }
    return n;
}

/* "-1,3": the first line and how many; of no lines the line before them. */
static void add_range(StrBuf *b, const EditList *edits, isize from, isize to, char sign)
{
    char other = sign == '-' ? '+' : '-';
    isize first = count_without(edits, 0, from, other);
    isize n = count_without(edits, from, to, other);
    strbuf_add_format(b, "%c%td", sign, n == 0 ? first : first + 1);
    if (n != 1) {
        strbuf_add_format(b, ",%td", n);
    }
}

static void add_hunk(StrBuf *b, const EditList *edits, isize from, isize to)
{
    strbuf_add(b, S("@@ "));
    add_range(b, edits, from, to, '-');
    strbuf_add_byte(b, ' ');
    add_range(b, edits, from, to, '+');
    strbuf_add(b, S(" @@\n"));
    for (isize i = from; i < to; i++) {
        const Edit *edit = &edits->ptr[i];
        strbuf_add_byte(b, edit->sign);
        strbuf_add(b, edit->line);
        if (!str_ends_with(edit->line, S("\n"))) {
            strbuf_add(b, S("\n\\ No newline at end of file\n"));
        }
    }
}

Str fixer_diff(Arena *a, Str before, Str after)
{
    LineList x = split_lines(a, before), y = split_lines(a, after);
    EditList edits = make_edits(a, &x, &y);
    StrBuf b = strbuf_init(a);
    isize from = next_difference(&edits, 0);
    while (from < edits.len) {
        isize end = hunk_end(&edits, from);
        add_hunk(&b, &edits, MAX(0, from - CONTEXT), end);
        from = next_difference(&edits, end);
    }
    return strbuf_str(&b);
}
