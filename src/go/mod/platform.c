#include "go/mod/platform.h"

#define MAX_MISTAKES 3 /* letters by which a name may be off and still be meant */

/* Ports that go.dev/dl has had releases for. */
static const Platform known[] = {
    {STR_CONST("aix"), STR_CONST("ppc64")},       {STR_CONST("darwin"), STR_CONST("386")},
    {STR_CONST("darwin"), STR_CONST("amd64")},    {STR_CONST("darwin"), STR_CONST("arm64")},
    {STR_CONST("dragonfly"), STR_CONST("amd64")}, {STR_CONST("freebsd"), STR_CONST("386")},
    {STR_CONST("freebsd"), STR_CONST("amd64")},   {STR_CONST("freebsd"), STR_CONST("arm")},
    {STR_CONST("freebsd"), STR_CONST("arm64")},   {STR_CONST("freebsd"), STR_CONST("riscv64")},
    {STR_CONST("illumos"), STR_CONST("amd64")},   {STR_CONST("linux"), STR_CONST("386")},
    {STR_CONST("linux"), STR_CONST("amd64")},     {STR_CONST("linux"), STR_CONST("arm")},
    {STR_CONST("linux"), STR_CONST("arm64")},     {STR_CONST("linux"), STR_CONST("loong64")},
    {STR_CONST("linux"), STR_CONST("mips")},      {STR_CONST("linux"), STR_CONST("mips64")},
    {STR_CONST("linux"), STR_CONST("mips64le")},  {STR_CONST("linux"), STR_CONST("mipsle")},
    {STR_CONST("linux"), STR_CONST("ppc64")},     {STR_CONST("linux"), STR_CONST("ppc64le")},
    {STR_CONST("linux"), STR_CONST("riscv64")},   {STR_CONST("linux"), STR_CONST("s390x")},
    {STR_CONST("netbsd"), STR_CONST("386")},      {STR_CONST("netbsd"), STR_CONST("amd64")},
    {STR_CONST("netbsd"), STR_CONST("arm")},      {STR_CONST("netbsd"), STR_CONST("arm64")},
    {STR_CONST("openbsd"), STR_CONST("386")},     {STR_CONST("openbsd"), STR_CONST("amd64")},
    {STR_CONST("openbsd"), STR_CONST("arm")},     {STR_CONST("openbsd"), STR_CONST("arm64")},
    {STR_CONST("openbsd"), STR_CONST("ppc64")},   {STR_CONST("openbsd"), STR_CONST("riscv64")},
    {STR_CONST("plan9"), STR_CONST("386")},       {STR_CONST("plan9"), STR_CONST("amd64")},
    {STR_CONST("plan9"), STR_CONST("arm")},       {STR_CONST("solaris"), STR_CONST("amd64")},
    {STR_CONST("windows"), STR_CONST("386")},     {STR_CONST("windows"), STR_CONST("amd64")},
    {STR_CONST("windows"), STR_CONST("arm")},     {STR_CONST("windows"), STR_CONST("arm64")},
};

/* A lowercase letter or digit to begin with, then letters and digits. */
static bool is_word(Str s)
{
    for (isize i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) {
            return false;
        }
    }
    return s.len > 0;
}

bool platform_parse(Str text, Platform *ret)
{
    static const char separators[] = {'/', '-', '_'};
    for (isize i = 0; i < COUNT_OF(separators); i++) {
        StrCut cut = str_cut(text, separators[i]);
        if (cut.found) {
            bool is_pair = is_word(cut.head) && is_word(cut.tail);
            if (is_pair) {
                *ret = (Platform){cut.head, platform_arch_from_dl(cut.tail)};
            }
            return is_pair;
        }
    }
    return false;
}

Str platform_format(Arena *a, Platform p)
{
    return str_format(a, "%.*s/%.*s", STR_ARG(p.os), STR_ARG(p.arch));
}

Str platform_arch_from_dl(Str arch)
{
    return str_eq(arch, S("armv6l")) ? S("arm") : arch;
}

Str platform_arch_to_dl(Str arch)
{
    return str_eq(arch, S("arm")) ? S("armv6l") : arch;
}

bool platform_is_known(Platform p)
{
    for (isize i = 0; i < COUNT_OF(known); i++) {
        if (platform_eq(known[i], p)) {
            return true;
        }
    }
    return false;
}

static const Str systems[] = {
    STR_CONST("aix"),     STR_CONST("android"), STR_CONST("darwin"),  STR_CONST("dragonfly"),
    STR_CONST("freebsd"), STR_CONST("hurd"),    STR_CONST("illumos"), STR_CONST("ios"),
    STR_CONST("js"),      STR_CONST("linux"),   STR_CONST("nacl"),    STR_CONST("netbsd"),
    STR_CONST("openbsd"), STR_CONST("plan9"),   STR_CONST("solaris"), STR_CONST("wasip1"),
    STR_CONST("windows"), STR_CONST("zos"),
};

bool platform_is_system(Str os)
{
    for (isize i = 0; i < COUNT_OF(systems); i++) {
        if (str_eq(systems[i], os)) {
            return true;
        }
    }
    return false;
}

Str platform_nearest_system(Str word)
{
    Str nearest = {0};
    int least = MAX_MISTAKES + 1;
    for (isize i = 0; i < COUNT_OF(systems); i++) {
        int distance = str_distance(word, systems[i]);
        if (distance < least && distance < systems[i].len) {
            nearest = systems[i];
            least = distance;
        }
    }
    return nearest;
}
