#include "go/types/format.h"

/* A version below 1 is none: then all is allowed. */
bool check_allows(const Checker *c, int minor)
{
    return c->env.version <= 0 || c->env.version >= minor;
}

static void version_error(Checker *c, AstNode at, int minor, const char *format, va_list args)
{
    Str what = check_format_args(c, c->scratch, format, args);
    check_error(c, at, CODE_UNSUPPORTED_FEATURE, "%s requires go1.%d or later", &what, minor);
}

void check_version_error(Checker *c, AstNode at, int minor, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    version_error(c, at, minor, format, args);
    va_end(args);
}

bool check_verify_version(Checker *c, AstNode at, int minor, const char *format, ...)
{
    if (check_allows(c, minor)) {
        return true;
    }
    va_list args;
    va_start(args, format);
    version_error(c, at, minor, format, args);
    va_end(args);
    return false;
}
