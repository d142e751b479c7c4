#include "cmd/errorplace.h"

#include "base/path.h"

Str errorplace_text(const Report *r, Arena *a, Position at)
{
    if (at.file.len == 0) {
        return (Str){0};
    }
    at.file = path_is_absolute(at.file) ? report_place(r, a, (Place){.file = at.file}) : at.file;
    Str place = at.line > 0 ? position_format(a, at) : at.file;
    return str_concat(a, place, S(": "));
}

Str errorplace_line(const Report *r, Arena *a, const DiagnosisPart *part)
{
    return str_concat(a, errorplace_text(r, a, part->at), str_cut(part->message, '\n').head);
}
