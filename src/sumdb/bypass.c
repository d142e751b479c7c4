#include "sumdb/bypass.h"

#include "base/vec.h"
#include "go/mod/version.h"

static const Bypass bypasses[] = {
    {STR_CONST("CVE-2026-94447"),
     STR_CONST("go.dev/issue/81834"),
     STR_CONST("a go.sum line for golang.org/toolchain replaces the checksum database"),
     true,
     {STR_CONST("1.26.9"), STR_CONST("1.27.2")}},
    {STR_CONST("CVE-2026-56865"),
     STR_CONST("go.dev/issue/80744"),
     STR_CONST("tiles of the checksum database are not checked against their parents"),
     false,
     {STR_CONST("1.25.13"), STR_CONST("1.26.6"), STR_CONST("1.27rc3")}},
    {STR_CONST("CVE-2026-56864"),
     STR_CONST("go.dev/issue/80745"),
     STR_CONST("hash lines outside the authenticated record are used"),
     false,
     {STR_CONST("1.25.13"), STR_CONST("1.26.6"), STR_CONST("1.27rc3")}},
    {STR_CONST("CVE-2026-42501"),
     STR_CONST("go.dev/issue/79070"),
     STR_CONST("an answer without a line for the module counts as proof"),
     false,
     {STR_CONST("1.25.10"), STR_CONST("1.26.3"), STR_CONST("1.27rc1")}},
};

static bool has_flaw(const Bypass *b, Str version)
{
    Str lang = goversion_lang(version);
    Str newest_lang = {0};
    for (isize i = 0; i < COUNT_OF(b->fixed_in) && b->fixed_in[i].len > 0; i++) {
        newest_lang = goversion_lang(b->fixed_in[i]);
        if (str_eq(lang, newest_lang)) {
            return goversion_compare(version, b->fixed_in[i]) < 0;
        }
    }
    return goversion_compare(lang, newest_lang) < 0;
}

const Bypass *const *bypass_of(Arena *a, Str version, isize *ret_n)
{
    VEC(const Bypass *) flaws = {0};
    for (isize i = 0; i < COUNT_OF(bypasses); i++) {
        if (has_flaw(&bypasses[i], version)) {
            *VEC_PUSH(a, &flaws) = &bypasses[i];
        }
    }
    *ret_n = flaws.len;
    return flaws.ptr;
}
