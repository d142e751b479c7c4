/* Aligned columns. On a terminal that is too narrow the columns that may be cut are, widest first;
 * elsewhere, and when cutting is not enough, lines are simply longer than the screen. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "base/vec.h"
#include "report/report.h"

#define TABLE_MAX_COLUMNS 16

typedef struct {
    Str head;
    bool is_number; /* aligned at the right */
    bool may_cut;
} Column;

typedef struct {
    Str text;
    Ink ink;
} Cell;

typedef struct {
    Cell cells[TABLE_MAX_COLUMNS];
} Row;

typedef struct {
    Arena *arena;
    const Column *columns;
    isize n_columns;
    VEC(Row) rows;
} Table;

/* columns must outlive the table; at most TABLE_MAX_COLUMNS. */
Table table_init(Arena *a, const Column *columns, isize n_columns);
/* One more row; its cells are filled through the address, which the next call makes invalid. */
Row *table_add(Table *t);
/* With a line of heads, unless -q was given. An empty table prints nothing. */
void table_print(Report *r, ReportStream stream, const Table *t);

#endif
