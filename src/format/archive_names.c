/*
 * Case is folded as Go folds it (unicode.h), for all of Unicode: a guess for other letters than
 * ASCII would either let two names through that one file system takes for the same, or refuse
 * archives of Go itself, whose tests have files named Äfoo.go and Þfoo.go side by side.
 */
#include "format/archive_names.h"

#include "base/sort.h"
#include "base/strbuf.h"
#include "format/unicode.h"
#include "format/utf8.h"

#define SEPARATOR '\1' /* below all that may stand in a name */

/* Names that Windows takes for devices, with any ending after a dot. */
static const Str devices[] = {
    STR_CONST("CON"),  STR_CONST("PRN"),  STR_CONST("AUX"),  STR_CONST("NUL"),  STR_CONST("COM1"),
    STR_CONST("COM2"), STR_CONST("COM3"), STR_CONST("COM4"), STR_CONST("COM5"), STR_CONST("COM6"),
    STR_CONST("COM7"), STR_CONST("COM8"), STR_CONST("COM9"), STR_CONST("LPT1"), STR_CONST("LPT2"),
    STR_CONST("LPT3"), STR_CONST("LPT4"), STR_CONST("LPT5"), STR_CONST("LPT6"), STR_CONST("LPT7"),
    STR_CONST("LPT8"), STR_CONST("LPT9"),
};

static bool is_device(Str element)
{
    Str stem = str_cut(element, '.').head;
    bool may_be = stem.len == 3 || stem.len == 4;
    for (isize i = 0; may_be && i < COUNT_OF(devices); i++) {
        if (str_eq_fold(stem, devices[i])) {
            return true;
        }
    }
    return false;
}

static bool may_stand_in_name(uint32_t rune)
{
    switch (rune) {
    case 'a' ... 'z':
    case 'A' ... 'Z':
    case '0' ... '9':
    case '!':
    case '#' ... '&':
    case '(' ... ')':
    case '+' ... '.':
    case '=':
    case '@':
    case '[':
    case ']' ... '_':
    case '{':
    case '}' ... '~':
    case ' ':
        return true;
    default:
        return rune >= 0x80 && unicode_is_letter(rune);
    }
}

static bool check_runes(Str name, Str element, Err *err)
{
    for (isize i = 0, len; i < element.len; i += len) {
        uint32_t rune = (uint8_t)element.ptr[i];
        len = rune < 0x80 ? 1 : utf8_decode(str_from(element, i), &rune);
        if (len == 0) {
            return FAIL(err, ERR_FORMAT, "the name '%.*s' is not UTF-8", STR_ARG(name));
        }
        if (!may_stand_in_name(rune)) {
            return FAIL(err, ERR_FORMAT,
                        "the name '%.*s' has U+%04X in it, which no file of a "
                        "module may have",
                        STR_ARG(name), (unsigned)rune);
        }
    }
    return true;
}

static bool check_element(Str name, Str element, Err *err)
{
    if (element.len == 0) {
        return FAIL(err, ERR_FORMAT, "the name '%.*s' has an empty element", STR_ARG(name));
    }
    if (str_ends_with(element, S("."))) {
        return FAIL(err, ERR_FORMAT, "the name '%.*s' has '%.*s' in it, which ends with a dot",
                    STR_ARG(name), STR_ARG(element));
    }
    if (is_device(element)) {
        return FAIL(err, ERR_FORMAT, "the name '%.*s' has '%.*s' in it, a device of Windows",
                    STR_ARG(name), STR_ARG(element));
    }
    return check_runes(name, element, err);
}

bool archive_name_check(Str name, Err *err)
{
    StrCut cut = {.tail = name, .found = true};
    while (cut.found) {
        cut = str_cut(cut.tail, '/');
        if (!check_element(name, cut.head, err)) {
            return false;
        }
    }
    return true;
}

/* The name up to the end of one of its elements. */
static Str up_to(Str name, Str element)
{
    return str_to(name, element.ptr + element.len - name.ptr);
}

/* The key of a name that is not ASCII. It must be UTF-8. */
static Str make_long_key(Arena *a, Str name)
{
    StrBuf key = strbuf_init(a);
    while (name.len > 0) {
        uint32_t rune = 0;
        char bytes[UTF8_MAX_LEN];
        int len = utf8_decode(name, &rune);
        uint32_t folded = rune == '/' ? SEPARATOR : unicode_fold(rune);
        strbuf_add(&key, (Str){bytes, utf8_encode(folded, bytes)});
        name = str_from(name, len);
    }
    return strbuf_str(&key);
}

/* The name with its case folded and SEPARATOR for the slash, so that all that lies in a folder
 * follows it in bytewise order. */
static Str make_key(Arena *a, Str name)
{
    char *key = ARENA_ARRAY(a, char, name.len);
    for (isize i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if ((c & 0x80) != 0) {
            return make_long_key(a, name);
        }
        key[i] = c == '/' ? SEPARATOR : c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
    return (Str){key, name.len};
}

typedef struct {
    Str key;
    ArchiveName entry;
} Keyed;

static int compare_keys(const void *x, const void *y)
{
    return str_compare(((const Keyed *)x)->key, ((const Keyed *)y)->key);
}

/* Two entries whose names are the same but for case, or the second in the folder of the first. */
static bool check_related(const ArchiveName *x, const ArchiveName *y, Err *err)
{
    if (x->name.len == y->name.len && x->is_dir == y->is_dir) {
        return x->is_dir ||
               FAIL(err, ERR_FORMAT, "the file '%.*s' is there twice", STR_ARG(x->name));
    }
    bool is_clash = x->name.len == y->name.len || !x->is_dir;
    return !is_clash ||
           FAIL(err, ERR_FORMAT, "'%.*s' is both a file and a folder", STR_ARG(x->name));
}

/* Checks an entry against the next one in the order of their keys. It is enough to look at
 * neighbours, because what shares a folder but for case stands together. */
static bool check_neighbours(const Keyed *x, const Keyed *y, Err *err)
{
    StrCut xkey = {.tail = x->key, .found = true}, xname = {.tail = x->entry.name};
    StrCut ykey = {.tail = y->key, .found = true}, yname = {.tail = y->entry.name};
    while (xkey.found && ykey.found) {
        xkey = str_cut(xkey.tail, SEPARATOR);
        ykey = str_cut(ykey.tail, SEPARATOR);
        xname = str_cut(xname.tail, '/');
        yname = str_cut(yname.tail, '/');
        if (!str_eq(xkey.head, ykey.head)) {
            return true;
        }
        if (!str_eq(xname.head, yname.head)) {
            return FAIL(err, ERR_FORMAT, "the names '%.*s' and '%.*s' differ only in case",
                        STR_ARG(up_to(x->entry.name, xname.head)),
                        STR_ARG(up_to(y->entry.name, yname.head)));
        }
    }
    return check_related(&x->entry, &y->entry, err);
}

bool archive_names_check(Arena scratch, const ArchiveName *names, isize n, Err *err)
{
    Keyed *keyed = ARENA_ARRAY(&scratch, Keyed, n);
    for (isize i = 0; i < n; i++) {
        if (!archive_name_check(names[i].name, err)) {
            return false;
        }
        keyed[i] = (Keyed){make_key(&scratch, names[i].name), names[i]};
    }
    sort_array(keyed, n, sizeof(*keyed), compare_keys);
    for (isize i = 1; i < n; i++) {
        if (!check_neighbours(&keyed[i - 1], &keyed[i], err)) {
            return false;
        }
    }
    return true;
}
