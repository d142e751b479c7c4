#include "doctor/lines.h"

#include "go/mod/gomod.h"
#include "os/file.h"

/* As FIX_LINE wants it: without its end of line, but with a carriage return before that. */
static bool read_line(const Doctor *d, Place place, Str *ret)
{
    Str text;
    Err ignored;
    if (file_read_all(d->arena, FILE_CWD, place.file, GOMOD_MAX_FILE, &text, &ignored) !=
        FILE_FOUND) {
        return false;
    }
    for (isize number = 1;; number++) {
        StrCut cut = str_cut(text, '\n');
        if (number == place.line) {
            *ret = cut.head;
            return true;
        }
        if (!cut.found) {
            return false;
        }
        text = cut.tail;
    }
}

void lines_fix_drop(Doctor *d, Place place)
{
    Str line;
    if (read_line(d, place, &line)) {
        doctor_fix(d,
                   (Fix){.kind = FIX_LINE,
                         .path = place.file,
                         .line = place.line,
                         .name = line,
                         .says = str_format(d->arena, "delete line %td of %.*s: %.*s", place.line,
                                            STR_ARG(place.file), STR_ARG(str_trim(line)))});
    }
}

void lines_fix_word(Doctor *d, Place place, Str word, Str better)
{
    Str line;
    if (!read_line(d, place, &line)) {
        return;
    }
    isize at = str_index(line, word);
    if (at < 0 || str_index(str_from(line, at + word.len), word) >= 0) {
        return;
    }
    Str value = str_format(d->arena, "%.*s%.*s%.*s", STR_ARG(str_to(line, at)), STR_ARG(better),
                           STR_ARG(str_from(line, at + word.len)));
    doctor_fix(
        d, (Fix){.kind = FIX_LINE,
                 .path = place.file,
                 .line = place.line,
                 .name = line,
                 .value = value,
                 .says = str_format(d->arena, "line %td of %.*s: %.*s instead of %.*s", place.line,
                                    STR_ARG(place.file), STR_ARG(better), STR_ARG(word))});
}
