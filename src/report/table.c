#include "report/table.h"

#include "base/panic.h"
#include "report/text.h"

#define GAP 2       /* spaces between columns */
#define MIN_WIDTH 8 /* a cut column keeps at least this much: less says nothing */

Table table_init(Arena *a, const Column *columns, isize n_columns)
{
    ASSERT(n_columns > 0 && n_columns <= TABLE_MAX_COLUMNS);
    return (Table){.arena = a, .columns = columns, .n_columns = n_columns};
}

Row *table_add(Table *t)
{
    return VEC_PUSH(t->arena, &t->rows);
}

/* Columns of the cleaned text. */
static isize columns_of(Arena scratch, Str text)
{
    return text_columns(text_clean(&scratch, text));
}

static void measure(Arena scratch, const Table *t, isize widths[static TABLE_MAX_COLUMNS])
{
    for (isize c = 0; c < t->n_columns; c++) {
        widths[c] = columns_of(scratch, t->columns[c].head);
        for (isize i = 0; i < t->rows.len; i++) {
            widths[c] = MAX(widths[c], columns_of(scratch, t->rows.ptr[i].cells[c].text));
        }
    }
}

/* The widest column that may still be cut, or -1. */
static isize find_widest(const Table *t, const isize *widths)
{
    isize widest = -1;
    for (isize c = 0; c < t->n_columns; c++) {
        if (t->columns[c].may_cut && widths[c] > MIN_WIDTH &&
            (widest < 0 || widths[c] > widths[widest])) {
            widest = c;
        }
    }
    return widest;
}

static void fit(const Table *t, isize screen, isize *widths)
{
    isize total = GAP * (t->n_columns - 1);
    for (isize c = 0; c < t->n_columns; c++) {
        total += widths[c];
    }
    isize widest;
    while (screen > 0 && total > screen && (widest = find_widest(t, widths)) >= 0) {
        widths[widest]--;
        total--;
    }
}

static void print_row(Report *r, ReportStream stream, const Table *t, const Row *row,
                      const isize *widths)
{
    const Style *style = &r->styles[stream];
    Arena cells = arena_init(0);
    Arena scratch = r->scratch;
    StrBuf line = strbuf_init(&scratch);
    isize owed = 0; /* spaces that the next cell which is not empty wants before it */
    for (isize c = 0; c < t->n_columns; c++) {
        const Cell *cell = &row->cells[c];
        Str text =
            text_cut(&cells, text_clean(&cells, cell->text), widths[c], style_ellipsis(style));
        isize pad = widths[c] - text_columns(text);
        if (text.len > 0) {
            text_add_spaces(&line, owed + (t->columns[c].is_number ? pad : 0));
            style_add(&line, style, cell->ink, text);
            owed = t->columns[c].is_number ? GAP : pad + GAP;
        } else {
            owed += pad + GAP;
        }
    }
    report_add_line(r, stream, &line);
    arena_done(&cells);
}

void table_print(Report *r, ReportStream stream, const Table *t)
{
    if (t->rows.len == 0 || report_is_silent(r, stream)) {
        return;
    }
    isize widths[TABLE_MAX_COLUMNS];
    measure(r->scratch, t, widths);
    fit(t, r->styles[stream].width, widths);
    if (!r->is_quiet) {
        Row heads = {0};
        for (isize c = 0; c < t->n_columns; c++) {
            heads.cells[c] = (Cell){t->columns[c].head, INK_DIM};
        }
        print_row(r, stream, t, &heads, widths);
    }
    for (isize i = 0; i < t->rows.len; i++) {
        print_row(r, stream, t, &t->rows.ptr[i], widths);
    }
}
