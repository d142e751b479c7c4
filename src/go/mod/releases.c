#include "go/mod/releases.h"

#include "base/path.h"
#include "go/mod/version.h"
#include "os/dir.h"

/* A minor release and the month in which it came; with it support of the last but one ended. */
typedef struct {
    Str lang;  /* "1.26" */
    Str month; /* "2026-02" */
} GoRelease;

static const GoRelease releases[] = {
    {STR_CONST("1.18"), STR_CONST("2022-03")}, {STR_CONST("1.19"), STR_CONST("2022-08")},
    {STR_CONST("1.20"), STR_CONST("2023-02")}, {STR_CONST("1.21"), STR_CONST("2023-08")},
    {STR_CONST("1.22"), STR_CONST("2024-02")}, {STR_CONST("1.23"), STR_CONST("2024-08")},
    {STR_CONST("1.24"), STR_CONST("2025-02")}, {STR_CONST("1.25"), STR_CONST("2025-08")},
    {STR_CONST("1.26"), STR_CONST("2026-02")}, {STR_CONST("1.27"), STR_CONST("2026-08")},
};

static void take_newer(Str lang, Str *newest)
{
    if (goversion_compare(lang, *newest) > 0) {
        *newest = lang;
    }
}

/* Names of the trees in the store begin with the version: "go1.26.8.linux-amd64". */
static void take_from_store(Arena *a, Str home, Str *newest)
{
    Err ignored;
    DirList list;
    AUTO_CLOSE int fd = -1;
    Str records = path_join(a, home, S("records"));
    if (home.len == 0 || dir_open(FILE_CWD, records, &fd, &ignored) != FILE_FOUND ||
        !dir_list(a, fd, &list, &ignored)) {
        return;
    }
    for (isize i = 0; i < list.len; i++) {
        Str name = list.ptr[i].name;
        isize to = 0;
        str_eat_prefix(&name, S("go"));
        while (to < name.len && ((name.ptr[to] >= '0' && name.ptr[to] <= '9') ||
                                 (name.ptr[to] == '.' && to + 1 < name.len &&
                                  name.ptr[to + 1] >= '0' && name.ptr[to + 1] <= '9'))) {
            to++;
        }
        Str version = str_to(name, to);
        if (goversion_is_valid(version) && !goversion_is_prerelease(version)) {
            take_newer(goversion_lang(version), newest);
        }
    }
}

Str releases_newest(Arena *a, Str home, Str version)
{
    Str newest = releases[COUNT_OF(releases) - 1].lang;
    if (!goversion_is_prerelease(version)) {
        take_newer(goversion_lang(version), &newest);
    }
    take_from_store(a, home, &newest);
    return newest;
}

static int64_t minor_of(Str lang)
{
    GoVersion v;
    int64_t minor;
    return goversion_parse(lang, &v) && str_eq(v.major, S("1")) &&
                   str_parse_decimal(v.minor, INT32_MAX, &minor)
               ? minor
               : -1;
}

Str releases_before(Arena *a, Str lang)
{
    return str_format(a, "1.%lld", (long long)minor_of(lang) - 1);
}

bool releases_is_over(Str lang, Str newest, Str *ret_since)
{
    int64_t minor = minor_of(lang);
    if (minor < 0 || minor + 2 > minor_of(newest)) {
        return false;
    }
    *ret_since = (Str){0};
    for (isize i = 0; i < COUNT_OF(releases); i++) {
        if (minor_of(releases[i].lang) == minor + 2) {
            *ret_since = releases[i].month;
        }
    }
    return true;
}

/* ---- packages of the standard library ---- */

/* Without those that only an experiment switches on. */
static const struct {
    Str path, since;
} packages[] = {
    {STR_CONST("crypto/ecdh"), STR_CONST("1.20")},
    {STR_CONST("runtime/coverage"), STR_CONST("1.20")},
    {STR_CONST("cmp"), STR_CONST("1.21")},
    {STR_CONST("log/slog"), STR_CONST("1.21")},
    {STR_CONST("maps"), STR_CONST("1.21")},
    {STR_CONST("slices"), STR_CONST("1.21")},
    {STR_CONST("testing/slogtest"), STR_CONST("1.21")},
    {STR_CONST("go/version"), STR_CONST("1.22")},
    {STR_CONST("math/rand/v2"), STR_CONST("1.22")},
    {STR_CONST("iter"), STR_CONST("1.23")},
    {STR_CONST("structs"), STR_CONST("1.23")},
    {STR_CONST("unique"), STR_CONST("1.23")},
    {STR_CONST("crypto/fips140"), STR_CONST("1.24")},
    {STR_CONST("crypto/hkdf"), STR_CONST("1.24")},
    {STR_CONST("crypto/mlkem"), STR_CONST("1.24")},
    {STR_CONST("crypto/pbkdf2"), STR_CONST("1.24")},
    {STR_CONST("crypto/sha3"), STR_CONST("1.24")},
    {STR_CONST("weak"), STR_CONST("1.24")},
    {STR_CONST("testing/synctest"), STR_CONST("1.25")},
    {STR_CONST("crypto/hpke"), STR_CONST("1.26")},
    {STR_CONST("crypto/mlkem/mlkemtest"), STR_CONST("1.26")},
    {STR_CONST("testing/cryptotest"), STR_CONST("1.26")},
    {STR_CONST("crypto/mldsa"), STR_CONST("1.27")},
    {STR_CONST("uuid"), STR_CONST("1.27")},
};

Str releases_of_package(Str path)
{
    for (isize i = 0; i < COUNT_OF(packages); i++) {
        if (str_eq(path, packages[i].path)) {
            return packages[i].since;
        }
    }
    return (Str){0};
}

Str releases_newest_with_package(void)
{
    Str newest = {0};
    for (isize i = 0; i < COUNT_OF(packages); i++) {
        take_newer(packages[i].since, &newest);
    }
    return newest;
}
