#include "sumdb/gosumdb.h"

#define DEFAULT_VKEY "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

/* The default database at the address that mainland China reaches. */
static const Str china_alias = STR_CONST("sum.golang.google.cn");
static const Str china_url = STR_CONST("https://sum.golang.google.cn");

static const Str url_schemes[] = {STR_CONST("https://"), STR_CONST("http://"),
                                  STR_CONST("file://")};

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

/* An element of host/path that is safe as a file name. */
static bool is_name_element(Str s)
{
    for (isize i = 0; i < s.len; i++) {
        if (!is_name_char(s.ptr[i])) {
            return false;
        }
    }
    return s.len > 0 && !str_eq(s, S(".")) && !str_eq(s, S(".."));
}

static bool is_host(Str s)
{
    StrCut cut = str_cut_last(s, ':');
    int64_t port;
    return is_name_element(cut.head) && (!cut.found || str_parse_decimal(cut.tail, 65535, &port));
}

/* host[/path], as the name of a database must be. */
static bool is_database_name(Str name)
{
    StrCut cut = str_cut(name, '/');
    if (!is_host(cut.head)) {
        return false;
    }
    while (cut.found) {
        cut = str_cut(cut.tail, '/');
        if (!is_name_element(cut.head)) {
            return false;
        }
    }
    return true;
}

static bool check_url(Str url, Err *err)
{
    Str rest = url;
    bool is_known = false;
    for (isize i = 0; i < COUNT_OF(url_schemes) && !is_known; i++) {
        is_known = str_eat_prefix(&rest, url_schemes[i]);
    }
    if (!is_known || rest.len == 0) {
        return FAIL(err, ERR_USAGE, "GOSUMDB gives an address that is no https, http or file URL");
    }
    if (str_index_byte(rest, '?') >= 0 || str_index_byte(rest, '#') >= 0) {
        return FAIL(err, ERR_USAGE, "GOSUMDB gives a URL with a query or fragment");
    }
    return true;
}

/* The verifier for the first field: a known name, or a key. */
static bool parse_key(Arena scratch, Str key, NoteVerifier *ret, Err *err)
{
    if (str_eq(key, S(GOSUMDB_DEFAULT))) {
        key = S(DEFAULT_VKEY);
    }
    if (str_index_byte(key, '+') < 0) {
        FAIL(err, ERR_USAGE, "GOSUMDB names '%.*s', a database whose key is not known",
             STR_ARG(key));
        return err_hint(err, "give its key as well: GOSUMDB='%.*s+hash+key'", STR_ARG(key));
    }
    if (!note_verifier_parse(scratch, key, ret, err)) {
        err->kind = ERR_USAGE; /* malformed, but by the user's hand */
        return FAIL_IN(err, "reading GOSUMDB");
    }
    if (!is_database_name(ret->name)) {
        return FAIL(err, ERR_USAGE, "GOSUMDB names a database '%.*s', which is not host[/path]",
                    STR_ARG(ret->name));
    }
    return true;
}

bool gosumdb_parse(Arena scratch, Str value, Gosumdb *ret, Err *err)
{
    Gosumdb database = {0};
    Str fields[2] = {0}, rest = value, field;
    isize n = 0;
    while (str_next_field(&rest, &field)) {
        if (n == COUNT_OF(fields)) {
            return FAIL(err, ERR_USAGE, "GOSUMDB has more than two fields: key and URL");
        }
        fields[n++] = field;
    }
    if (value.len == 0) {
        fields[0] = S(GOSUMDB_DEFAULT);
    } else if (n == 0) {
        return FAIL(err, ERR_USAGE, "GOSUMDB is blank");
    } else if (n == 1 && str_eq(fields[0], china_alias)) {
        fields[0] = S(GOSUMDB_DEFAULT);
        fields[1] = china_url;
    }
    if (n == 1 && str_eq(fields[0], S("off"))) {
        database.is_off = true;
    } else if (!parse_key(scratch, fields[0], &database.verifier, err) ||
               (fields[1].len > 0 && !check_url(fields[1], err))) {
        return false;
    }
    while (str_eat_suffix(&fields[1], S("/"))) {
    }
    database.url = fields[1];
    *ret = database;
    return true;
}

bool gosumdb_parse_for_toolchain(Arena scratch, Str value, Gosumdb *ret, Err *err)
{
    Gosumdb database;
    if (!gosumdb_parse(scratch, value, &database, err)) {
        return false;
    }
    return database.is_off ? gosumdb_parse(scratch, (Str){0}, ret, err) : (*ret = database, true);
}
