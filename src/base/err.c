#include "base/err.h"

#include "base/panic.h"
#include "base/strbuf.h"

#include <stdarg.h>
#include <stdio.h>

static const Str kind_names[ERR_KIND_COUNT] = {
    [ERR_NONE] = STR_CONST("none"),           [ERR_USAGE] = STR_CONST("usage"),
    [ERR_NOT_FOUND] = STR_CONST("not-found"), [ERR_IO] = STR_CONST("io"),
    [ERR_NET] = STR_CONST("network"),         [ERR_FORMAT] = STR_CONST("format"),
    [ERR_VERIFY] = STR_CONST("not-verified"), [ERR_CONFLICT] = STR_CONST("conflict"),
    [ERR_LIMIT] = STR_CONST("limit"),         [ERR_UNSUPPORTED] = STR_CONST("unsupported"),
    [ERR_BUG] = STR_CONST("internal"),
};

bool err_set(Err *err, ErrKind kind, int errnum, const char *format, ...)
{
    /* Into a local first: an argument may be the old text. */
    char text[ERR_MAX_TEXT];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    err->kind = kind;
    err->errnum = errnum;
    err->n_frames = 0;
    err->hint[0] = '\0';
    memcpy(err->text, text, sizeof(text));
    return false;
}

bool err_frame(Err *err, const char *format, ...)
{
    if (err->n_frames < ERR_MAX_FRAMES) {
        va_list args;
        va_start(args, format);
        vsnprintf(err->frames[err->n_frames++], ERR_MAX_FRAME, format, args);
        va_end(args);
    }
    return false;
}

bool err_hint(Err *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(err->hint, sizeof(err->hint), format, args);
    va_end(args);
    return false;
}

Str err_format(Arena *a, const Err *err)
{
    StrBuf b = strbuf_init(a);
    for (int i = err->n_frames - 1; i >= 0; i--) {
        strbuf_add_format(&b, "%s: ", err->frames[i]);
    }
    strbuf_add(&b, str_from_c(err->text));
    if (err->errnum != 0) {
        strbuf_add_format(&b, ": %s", strerror(err->errnum));
    }
    return strbuf_str(&b);
}

Str err_kind_name(ErrKind kind)
{
    ASSERT(kind >= 0 && kind < ERR_KIND_COUNT);
    return kind_names[kind];
}
