#include "go/root/defaultcc.h"

#include "go/root/gosource.h"

/* What a function of zdefaultcc.go returns for the target: up to the first return that is not in
 * another target's case. */
static Str default_of(Arena *a, Str goroot, Str function, Str os, Str arch, Str otherwise)
{
    Str text, body, line, word;
    Err ignored;
    Str pair = str_format(a, "%.*s/%.*s", STR_ARG(os), STR_ARG(arch));
    if (!gosource_read(a, goroot, S("cmd/go/internal/cfg/zdefaultcc.go"), &text, &ignored) ||
        !gosource_next_block(&text, function, &body)) {
        return otherwise;
    }
    bool is_others = false;
    while (gosource_next_line(&body, &line)) {
        if (str_starts_with(line, S("case "))) {
            is_others = !gosource_has_quoted(line, pair) && !gosource_has_quoted(line, os);
        } else if (str_starts_with(line, S("}"))) {
            is_others = false;
        } else if (str_starts_with(line, S("return ")) && !is_others &&
                   gosource_next_quoted(&line, &word)) {
            return word;
        }
    }
    return otherwise;
}

Str defaultcc_read(Arena *a, Str goroot, Str os, Str arch)
{
    return default_of(a, goroot, S("func DefaultCC("), os, arch, S("gcc"));
}

Str defaultcc_read_cxx(Arena *a, Str goroot, Str os, Str arch)
{
    return default_of(a, goroot, S("func DefaultCXX("), os, arch, S("g++"));
}
