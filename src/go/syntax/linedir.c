#include "go/syntax/linedir.h"

#include "base/vec.h"

#define PREFIX 7                             /* "//line " */
#define MAX_DIGITS S("18446744073709551615") /* more is no number to go/scanner */

/* What stands behind a colon. */
typedef struct {
    Str before; /* the colon */
    Str digits;
    int64_t value; /* 0: not a number, or one that is no line and no column */
    bool is_number;
    bool has_colon;
} Tail;

static Tail tail_of(Str text)
{
    StrCut cut = str_cut_last(text, ':');
    Tail tail = {.before = cut.head, .digits = cut.tail, .has_colon = cut.found};
    Str digits = cut.tail;
    while (digits.len > 1 && digits.ptr[0] == '0') {
        digits = str_from(digits, 1);
    }
    tail.is_number = cut.found && digits.len > 0 &&
                     (digits.len < MAX_DIGITS.len ||
                      (digits.len == MAX_DIGITS.len && str_compare(digits, MAX_DIGITS) <= 0));
    for (isize i = 0; i < digits.len; i++) {
        tail.is_number = tail.is_number && digits.ptr[i] >= '0' && digits.ptr[i] <= '9';
    }
    if (tail.is_number && !str_parse_decimal(digits, LINEDIR_MAX_NUMBER, &tail.value)) {
        tail.value = 0;
    }
    return tail;
}

static void complain(DiagnosticList *errors, Str text, const char *what, Str rest)
{
    diagnostic_add(errors, (SourcePos)(rest.ptr - text.ptr), "invalid %s number: %.*s", what,
                   STR_ARG(rest));
}

/* From the first byte of `part` to the end of the directive. */
static Str rest_from(Str part, const char *end)
{
    return (Str){part.ptr, end - part.ptr};
}

void linedir_read(LineDirList *list, Str text, Comment c, DiagnosticList *errors)
{
    Str said = str_slice(text, c.pos + PREFIX, c.end);
    bool is_block = text.ptr[c.pos + 1] == '*';
    if (is_block) {
        said.len -= 2;
    } else {
        str_eat_suffix(&said, S("\r"));
    }
    Tail last = tail_of(said);
    if (!last.has_colon) {
        return;
    }
    const char *end = said.ptr + said.len;
    if (!last.is_number) {
        complain(errors, text, "line", rest_from(last.digits, end));
        return;
    }
    Tail line = tail_of(last.before);
    bool has_column = line.is_number;
    if (has_column && last.value == 0) {
        complain(errors, text, "column", rest_from(last.digits, end));
        return;
    }
    if (!has_column) {
        line = last;
    } else {
        end = last.digits.ptr - 1;
    }
    if (line.value == 0) {
        complain(errors, text, "line", rest_from(line.digits, end));
        return;
    }
    SourcePos from = c.end + (!is_block && (isize)c.end < text.len);
    bool is_later = list->len == 0 || list->ptr[list->len - 1].from < from;
    if (is_later && (isize)from < text.len) {
        *VEC_PUSH(errors->arena, list) = (LineDir){.from = from,
                                                   .name = line.before,
                                                   .keeps_name = has_column && line.before.len == 0,
                                                   .line = line.value,
                                                   .column = has_column ? last.value : 0};
    }
}
