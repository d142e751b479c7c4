#include "cmd/targetword.h"

bool targetword_means(Str word, const Port *port)
{
    Platform pair;
    bool is_first = str_eq(word, S("first-class"));
    if (is_first || str_eq(word, S("all")) || str_eq(word, port->os)) {
        return !port->is_broken && (port->is_first_class || !is_first);
    }
    return platform_parse(word, &pair) && platform_eq(pair, (Platform){port->os, port->arch});
}

bool targetword_refuse(Str word, Err *err)
{
    Platform pair;
    if (str_eq(word, S("first-class"))) {
        return FAIL(err, ERR_USAGE, "this Go does not say which of its ports are first class");
    }
    if (platform_parse(word, &pair)) {
        return FAIL(err, ERR_USAGE, "unsupported GOOS/GOARCH pair %.*s/%.*s", STR_ARG(pair.os),
                    STR_ARG(pair.arch));
    }
    FAIL(err, ERR_USAGE, "'%.*s' is no target", STR_ARG(word));
    return err_hint(err,
                    "os/arch as Go writes them: linux/amd64, js/wasm; linux, first-class, all");
}
