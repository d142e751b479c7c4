#include "go/syntax/position.h"

#include "base/path.h"
#include "base/sort.h"
#include "base/strbuf.h"

/* The file that a directive means; `before` is the one until then. */
static Str name_of(Arena *a, const LineDir *dir, Str folder, Str before)
{
    if (dir->keeps_name) {
        return before;
    }
    if (dir->name.len == 0) {
        return (Str){0};
    }
    return path_clean(a, path_is_absolute(dir->name) ? dir->name : path_join(a, folder, dir->name));
}

Positions positions_of(Arena *a, Str path, Str text, const LineDirList *dirs)
{
    isize slash = str_last_index_byte(path, '/');
    Str folder = str_to(path, slash + 1), before = path;
    Str *names = ARENA_ARRAY(a, Str, dirs->len);
    for (isize i = 0; i < dirs->len; i++) {
        before = names[i] = name_of(a, &dirs->ptr[i], folder, before);
    }
    return (Positions){path, lines_of(a, text), dirs->ptr, names, dirs->len};
}

/* The last directive before pos, or -1. */
static isize find_dir(const Positions *p, SourcePos pos)
{
    isize low = 0, high = p->n_dirs; /* those below low begin before pos, none from high on does */
    while (low < high) {
        isize middle = low + (high - low) / 2;
        if (p->dirs[middle].from <= pos) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - 1;
}

Position position_at(const Positions *p, SourcePos pos)
{
    LinePos own = lines_at(&p->lines, pos);
    isize i = find_dir(p, pos);
    if (i < 0) {
        return (Position){p->path, own.line, own.column};
    }
    const LineDir *dir = &p->dirs[i];
    isize below = own.line - lines_at(&p->lines, dir->from).line;
    Position at = {p->names[i], dir->line + below, own.column};
    if (dir->column == 0) {
        at.column = 0;
    } else if (below == 0) {
        at.column = dir->column + (isize)(pos - dir->from);
    }
    return at;
}

Str position_format(Arena *a, Position at)
{
    StrBuf b = strbuf_init(a);
    if (at.file.len > 0) {
        strbuf_add_format(&b, "%.*s:", STR_ARG(at.file));
    }
    strbuf_add_format(&b, "%td", at.line);
    if (at.column > 0) {
        strbuf_add_format(&b, ":%td", at.column);
    }
    return strbuf_str(&b);
}

static int compare(const void *x, const void *y)
{
    const Placed *a = x, *b = y;
    if (!str_eq(a->at.file, b->at.file)) {
        return str_compare(a->at.file, b->at.file);
    }
    if (a->at.line != b->at.line) {
        return a->at.line < b->at.line ? -1 : 1;
    }
    if (a->at.column != b->at.column) {
        return a->at.column < b->at.column ? -1 : 1;
    }
    return str_compare(a->what.message, b->what.message);
}

PlacedList positions_place(Arena *a, const Positions *p, const DiagnosticList *list)
{
    Placed *placed = ARENA_ARRAY(a, Placed, list->len);
    for (isize i = 0; i < list->len; i++) {
        placed[i] = (Placed){position_at(p, list->ptr[i].pos), list->ptr[i]};
    }
    sort_array(placed, list->len, (isize)sizeof(Placed), compare);
    return (PlacedList){placed, list->len};
}

void positions_thin(PlacedList *list)
{
    isize n = 0;
    for (isize i = 0; i < list->len; i++) {
        Position at = list->ptr[i].at;
        if (n == 0 || at.line != list->ptr[n - 1].at.line ||
            !str_eq(at.file, list->ptr[n - 1].at.file)) {
            list->ptr[n++] = list->ptr[i];
        }
    }
    list->len = n;
}
