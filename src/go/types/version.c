/* The gates of go/syntax/langversion.def, where they need the types. */
#include "go/types/decl.h"
#include "go/types/format.h"

/* A version below 1 is none: then all is allowed. No Go knows more than its own language. */
bool check_allows(const Checker *c, LangFeature feature)
{
    int version = c->env.version;
    if (version == LANGVERSION_ANY && c->program->go_minor > 0) {
        version = c->program->go_minor;
    }
    return version <= 0 || version >= langversion_row(feature)->since;
}

bool check_uses(Checker *c, ObjectPos at, LangFeature feature)
{
    record_feature(c, at, feature);
    return check_allows(c, feature);
}

static void version_error(Checker *c, ObjectPos at, LangFeature feature, va_list args)
{
    const LangRow *row = langversion_row(feature);
    Str what = check_format_args(c, c->scratch, row->used, args);
    check_error_pos(c, at, CODE_UNSUPPORTED_FEATURE, "%s requires go1.%d or later", &what,
                    row->since);
}

bool check_verify_version(Checker *c, AstNode at, LangFeature feature, ...)
{
    record_feature(c, check_node_pos(c, at), feature);
    if (check_allows(c, feature)) {
        return true;
    }
    va_list args;
    va_start(args, feature);
    const LangRow *row = langversion_row(feature);
    Str what = check_format_args(c, c->scratch, row->used, args);
    va_end(args);
    check_error(c, at, CODE_UNSUPPORTED_FEATURE, "%s requires go1.%d or later", &what, row->since);
    return false;
}

bool check_verify_version_pos(Checker *c, ObjectPos at, LangFeature feature, ...)
{
    if (check_uses(c, at, feature)) {
        return true;
    }
    va_list args;
    va_start(args, feature);
    version_error(c, at, feature, args);
    va_end(args);
    return false;
}
