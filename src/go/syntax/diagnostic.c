#include "go/syntax/diagnostic.h"

#include "base/sort.h"
#include "base/strbuf.h"

void diagnostic_add_args(DiagnosticList *list, SourcePos pos, const char *format, va_list args)
{
    if (list->max > 0 && list->len == list->max) {
        list->n_dropped++;
        return;
    }
    Str message = str_vformat(list->arena, format, args);
    *VEC_PUSH(list->arena, list) = (Diagnostic){pos, message};
}

void diagnostic_add(DiagnosticList *list, SourcePos pos, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diagnostic_add_args(list, pos, format, args);
    va_end(args);
}

static int compare(const void *x, const void *y)
{
    const Diagnostic *a = x, *b = y;
    return a->pos != b->pos ? (a->pos > b->pos) - (a->pos < b->pos)
                            : str_compare(a->message, b->message);
}

void diagnostic_sort(DiagnosticList *list)
{
    sort_array(list->ptr, list->len, (isize)sizeof(Diagnostic), compare);
}
