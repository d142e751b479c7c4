#include "go/load/target.h"

#include "go/root/gosource.h"

/* ---- names ---- */

/* The words of a table, by either name that it has had. */
static bool parse_table(Arena *a, Str text, Str head, Str old_head, Strs *ret)
{
    Str rest = text, body, line, word;
    if (!gosource_next_block(&rest, head, &body)) {
        rest = text;
        if (!gosource_next_block(&rest, old_head, &body)) {
            return false;
        }
    }
    while (gosource_next_line(&body, &line)) {
        if (gosource_next_quoted(&line, &word)) {
            *VEC_PUSH(a, ret) = word;
        }
    }
    return ret->len > 0;
}

bool target_names_parse(Arena *a, Str text, TargetNames *ret, Err *err)
{
    TargetNames names = {0};
    if (!parse_table(a, text, S("var KnownOS = "), S("var knownOS = "), &names.os) ||
        !parse_table(a, text, S("var KnownArch = "), S("var knownArch = "), &names.arch)) {
        return FAIL(err, ERR_FORMAT, "no names of systems can be seen in syslist.go");
    }
    parse_table(a, text, S("var UnixOS = "), S("var unixOS = "), &names.unix_os);
    *ret = names;
    return true;
}

/* ---- tags ---- */

bool target_is_os(const Target *t, Str word)
{
    return strs_has(&t->names.os, word);
}

bool target_is_arch(const Target *t, Str word)
{
    return strs_has(&t->names.arch, word);
}

/* Systems that are another one, too. */
static const struct {
    Str os, tag;
} kin[] = {
    {STR_CONST("android"), STR_CONST("linux")},
    {STR_CONST("illumos"), STR_CONST("solaris")},
    {STR_CONST("ios"), STR_CONST("darwin")},
};

static bool is_kin(Str os, Str tag)
{
    for (isize i = 0; i < COUNT_OF(kin); i++) {
        if (str_eq(kin[i].os, os) && str_eq(kin[i].tag, tag)) {
            return true;
        }
    }
    return false;
}

static bool is_release(const Target *t, Str tag)
{
    int64_t minor;
    return str_eat_prefix(&tag, S("go1.")) && str_parse_decimal(tag, t->go_minor, &minor) &&
           minor > 0;
}

bool target_holds(const Target *t, Str tag)
{
    if ((t->has_cgo && str_eq(tag, S("cgo"))) || str_eq(tag, t->os) || str_eq(tag, t->arch) ||
        str_eq(tag, t->compiler) || is_kin(t->os, tag)) {
        return true;
    }
    if (str_eq(tag, S("unix")) && strs_has(&t->names.unix_os, t->os)) {
        return true;
    }
    if (str_eq(tag, S("boringcrypto"))) {
        tag = S("goexperiment.boringcrypto"); /* its name of today */
    }
    return is_release(t, tag) || strs_has(&t->tags, tag) || strs_has(&t->tool_tags, tag);
}

TargetName target_name_of(const Target *t, Str file_name)
{
    Str stem = str_cut(file_name, '.').head;
    isize at = str_index_byte(stem, '_');
    if (at < 0) {
        return (TargetName){.is_for = true}; /* "linux.go" is for all */
    }
    stem = str_from(stem, at);
    str_eat_suffix(&stem, S("_test"));
    StrCut cut = str_cut_last(stem, '_');
    Str last = cut.tail, before = str_cut_last(cut.head, '_').tail;
    TargetName name = {.is_for = true};
    if (!cut.found) {
        return name;
    }
    if (target_is_arch(t, last)) {
        name.arch = last;
        name.os = target_is_os(t, before) ? before : name.os;
    } else if (target_is_os(t, last)) {
        name.os = last;
    }
    name.is_for = (name.os.len == 0 || target_holds(t, name.os)) &&
                  (name.arch.len == 0 || target_holds(t, name.arch));
    return name;
}
